package recoup

// #include "trampolines.h"
import "C"

import (
	"encoding/json"
	"strconv"
	"sync"
	"time"
)

// Gateway is the library's web server for the stores' requests, on its own threads. A program that has a net/http server
// already may rather use Handler.
//
// Close it. A forgotten gateway listens until the process ends, and keeps its engine from garbage collection.
type Gateway struct {
	engine  *Engine
	handle  *C.recoup_gateway
	address string
	once    sync.Once
	closed  chan struct{}
}

// listening keeps gateways that are not closed.
var listening sync.Map

// ListenOptions are the options of a Gateway. The zero value is for a server behind a proxy on this machine.
type ListenOptions struct {
	// PathSecret is 16 to 128 letters, digits, - . _ or ~, without which a store's route is answered 404.
	PathSecret string `json:"path_secret,omitempty"`
	// Public allows an address that other machines can reach.
	Public bool `json:"public,omitempty"`
	// Connections is how many there are at once, further ones wait; 0: 256.
	Connections uint64 `json:"connections,omitempty"`
	// Ingests is how many requests are ingested at once, further ones wait; 0: 64.
	Ingests uint64 `json:"ingests,omitempty"`
	// HeadTimeout is for a request's head; 0: 20 seconds.
	HeadTimeout Span `json:"head_timeout,omitempty"`
	// IdleTimeout is for a connection between two requests; 0: 75 seconds. It must be longer than what is in front keeps
	// idle connections.
	IdleTimeout Span `json:"idle_timeout,omitempty"`
	// RequestTimeout is for a request from its head to its answer; 0: 20 seconds.
	RequestTimeout Span `json:"request_timeout,omitempty"`
	// Grace is for requests under way when it ends; 0: 10 seconds.
	Grace Span `json:"grace,omitempty"`
	// JSON, unless nil, replaces all options above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Span is a time.Duration as options have it, to the millisecond.
type Span time.Duration

// MarshalJSON writes milliseconds, such as "1500ms".
func (s Span) MarshalJSON() ([]byte, error) {
	return json.Marshal(strconv.FormatInt(time.Duration(s).Milliseconds(), 10) + "ms")
}

// Listen listens for the stores' requests, ingests them as Ingest does, and answers them. It speaks plain HTTP/1.1 and
// belongs behind what ends your TLS; pass on /v1/ only. The routes are POST /v1/app-store, /v1/google-play,
// /v1/one-store, /v1/stripe and /v1/amazon, or /v1/SECRET/app-store and so on where there is a path_secret, and for you
// GET /healthz and GET /metrics (Prometheus). Results come by events, as always.
//
// address is an IP address and a port, such as "127.0.0.1:8080"; port 0 is any free one, which Addr reports.
//
// Any number may listen for one engine. The engine may be closed before its gateways: every store is then answered 503 and
// sends again. Does not block. Fails with ErrInvalidArgument, ErrListen, ErrClosed, and ErrUnsupported in a library that
// was built without it.
func (e *Engine) Listen(address string, options ListenOptions) (*Gateway, error) {
	request, err := given(options.JSON, options)
	if err != nil {
		return nil, err
	}
	var handle *C.recoup_gateway
	err = e.call(func(engine *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_listen(engine, chars(address), length(address), jsonAt(request), C.size_t(len(request)), &handle,
			object)
	})
	if err != nil {
		return nil, err
	}
	gateway := &Gateway{engine: e, handle: handle, closed: make(chan struct{})}
	var text *C.recoup_text
	var object *C.recoup_error
	if err := check(C.recoup_gateway_address(handle, &text, &object), object); err != nil {
		C.recoup_gateway_free(handle)
		return nil, err
	}
	gateway.address = string(goJSON(text))
	listening.Store(gateway, nil)
	return gateway, nil
}

// Addr is where it listens, such as "127.0.0.1:8080", with the port that it was given.
func (g *Gateway) Addr() string { return g.address }

// Close accepts no more connections, answers the requests that are under way, and returns when that is done or the grace
// of the options is over. The engine stays open. It may be called more than once, and at once: each call waits for the
// first. Inside of a Logger and a Transport it does not wait, since the gateway may have called them.
func (g *Gateway) Close() error {
	inside := C.recoup_go_is_inside() != 0
	g.once.Do(func() {
		if inside {
			go g.free()
		} else {
			g.free()
		}
	})
	if !inside {
		<-g.closed
	}
	return nil
}

func (g *Gateway) free() {
	C.recoup_gateway_free(g.handle)
	listening.Delete(g)
	close(g.closed)
}
