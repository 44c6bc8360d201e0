package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"errors"
	"math"
	"net/url"
	"strings"
	"time"
	"unsafe"
)

// Transport sends one HTTP request to a store, once and unchanged, and reads the answer. It follows no redirect (it passes
// on the 3xx answer), verifies TLS, and keeps to the limits of time and size. Recoup waits between requests, keeps to the
// stores' rates, and sends again, by itself. Through makes one of an http.RoundTripper.
//
// Without an answer it returns an error: a TransportError has the reason, an exceeded deadline counts as TransportTimeout,
// and anything else as TransportInterrupted. A panic, which goes to the PanicHandler, and nil without an error count as
// TransportInterrupted too.
//
// It is called from any thread and from several at once, also inside of IssueRefund, RevokeSubscription, Reconcile,
// ReconcileOrder, Work, Doctor, TestWebhook and SendWebhooks, inside of Ingest for keys and certificates without a file in the
// configuration, and on the library's own threads. It must not call an engine, which returns ErrReentrant, and must not end
// its goroutine (runtime.Goexit).
type Transport interface {
	// Send's context is over when the request's time limit is.
	Send(ctx context.Context, request *HTTPRequest) (*HTTPAnswer, error)
}

// TransportFunc is a function as a Transport.
type TransportFunc func(ctx context.Context, request *HTTPRequest) (*HTTPAnswer, error)

// Send calls the function.
func (f TransportFunc) Send(ctx context.Context, request *HTTPRequest) (*HTTPAnswer, error) {
	return f(ctx, request)
}

// HTTPRequest is a request to a store. URL, header fields and body hold credentials: send them, and write them nowhere.
type HTTPRequest struct {
	// Method is "GET", "POST", "PUT", "PATCH" or "DELETE".
	Method string
	// URL is the whole URL, "https://..." except for an emulator on this machine.
	URL string
	// Headers are the fields to send, in order; Host and Content-Length are the transport's to add.
	Headers []Header
	// Body is nil if there is none.
	Body []byte
	// TimeLimit is how long all of it may take, from name resolution to the body's last byte.
	TimeLimit time.Duration
	// BodyLimit is the most bytes of the answer's body.
	BodyLimit int64
}

// String shows no secrets.
func (r HTTPRequest) String() string { return r.Method + " request to a store" }

// GoString shows no secrets.
func (r HTTPRequest) GoString() string { return "recoup.HTTPRequest(" + r.Method + ")" }

// HTTPAnswer is a store's answer.
type HTTPAnswer struct {
	// Status is that of the final answer, from 200 to 599.
	Status int
	// Headers are its header fields, at most 1024.
	Headers []Header
	// Body is the whole body, decoded if the transfer was encoded or compressed.
	Body []byte
}

// TransportFailure is why a request got no answer. After a failure by which the store certainly never saw the request
// nothing is open. After any other the store may have acted, and a request that can be neither queried nor sent again
// safely becomes "unknown", for a person to check. So if you are not sure, use TransportInterrupted: reporting "never
// sent" for a request that was sent may refund twice.
type TransportFailure int32

const (
	// TransportTimeout: the time limit is over. It may have been sent. Sent again later.
	TransportTimeout TransportFailure = C.RECOUP_TRANSPORT_TIMEOUT
	// TransportConnect: no connection. Never sent. Sent again later.
	TransportConnect TransportFailure = C.RECOUP_TRANSPORT_CONNECT
	// TransportProxy: the proxy gave no connection. Never sent. Sent again later.
	TransportProxy TransportFailure = C.RECOUP_TRANSPORT_PROXY
	// TransportTLS: the TLS handshake failed. Never sent. Not sent again.
	TransportTLS TransportFailure = C.RECOUP_TRANSPORT_TLS
	// TransportInterrupted: the connection broke, or the cause is not known. It may have been sent. Sent again later.
	TransportInterrupted TransportFailure = C.RECOUP_TRANSPORT_INTERRUPTED
	// TransportTooLarge: the answer's body is larger than BodyLimit. It was sent. Not sent again.
	TransportTooLarge TransportFailure = C.RECOUP_TRANSPORT_TOO_LARGE
	// TransportMalformed: the answer is not HTTP. It was sent. Not sent again.
	TransportMalformed TransportFailure = C.RECOUP_TRANSPORT_MALFORMED
	// TransportUnsendable: the request cannot be sent as it is. Never sent. Not sent again.
	TransportUnsendable TransportFailure = C.RECOUP_TRANSPORT_UNSENDABLE
)

// TransportError is a Transport's reason for no answer.
type TransportError struct {
	// Failure is the kind.
	Failure TransportFailure
	// Message is for people; its first 1024 bytes go to logs and to the ledger, so put no secret in it. It may be empty.
	Message string
}

// Error is the message.
func (e *TransportError) Error() string { return "recoup: no answer from the store: " + e.Message }

type transportRegistration struct {
	transport Transport
}

// Released calls the transport's Released, if it has one.
func (r *transportRegistration) Released() { tellReleased(r.transport) }

func (r *transportRegistration) send(request *HTTPRequest, answer *C.recoup_http_answer) {
	ctx, cancel := context.WithTimeout(context.Background(), request.TimeLimit)
	defer cancel()
	answered, err := r.transport.Send(ctx, request)
	switch {
	case err != nil:
		sayFailure(answer, transportError(err, request))
	case answered != nil:
		sayAnswer(answer, answered, int64(len(answered.Body)) > request.BodyLimit)
	}
}

func sayAnswer(answer *C.recoup_http_answer, answered *HTTPAnswer, tooLarge bool) {
	memory := newArena(headersSize(answered.Headers))
	defer memory.free()
	headers := headersIn(memory, answered.Headers)
	var object *C.recoup_error
	err := check(C.recoup_http_answer_set(answer, C.int32_t(statusNumber(answered.Status)), headers,
		C.size_t(len(answered.Headers)), bytesAt(answered.Body), C.size_t(len(answered.Body)), &object), object)
	if err != nil && !tooLarge {
		// It was sent, and the answer cannot be used; the library has noted a too large one.
		sayFailure(answer, &TransportError{TransportInterrupted, "the transport's answer is refused: " + err.Error()})
	}
}

func sayFailure(answer *C.recoup_http_answer, failure *TransportError) {
	var object *C.recoup_error
	// A refused failure leaves no result, which counts as interrupted.
	_ = check(C.recoup_http_answer_fail(answer, C.recoup_transport_failure(failure.Failure), chars(failure.Message),
		length(failure.Message), &object), object)
}

// statusNumber is a status that fits; one that does not is refused as -1 would be.
func statusNumber(status int) int32 {
	if status < 0 || status > math.MaxInt32 {
		return -1
	}
	return int32(status)
}

func transportError(err error, request *HTTPRequest) *TransportError {
	var reported *TransportError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &reported):
		return reported
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &TransportError{TransportTimeout, wording(err, request)}
	default:
		return &TransportError{TransportInterrupted, wording(err, request)}
	}
}

// wording is an error's text, unless it quotes a secret of the request.
func wording(err error, request *HTTPRequest) string {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	text := err.Error()
	secrets := []string{request.URL}
	if parsed, err := url.Parse(request.URL); err == nil && len(parsed.RequestURI()) > 1 {
		secrets = append(secrets, parsed.RequestURI(), parsed.Path)
	}
	for _, header := range request.Headers {
		secrets = append(secrets, header.Value)
		if _, token, found := strings.Cut(header.Value, " "); found {
			secrets = append(secrets, token)
		}
	}
	for _, secret := range secrets {
		if len(secret) > 1 && strings.Contains(text, secret) {
			return "the transport's error quotes the request, and is not shown"
		}
	}
	return text
}

func goHTTPRequest(native *C.recoup_http_request) *HTTPRequest {
	request := &HTTPRequest{
		Method:    goText(native.method),
		URL:       goText(native.url),
		Headers:   make([]Header, 0, int(native.header_count)),
		TimeLimit: math.MaxInt64,
		BodyLimit: math.MaxInt64,
	}
	if limit := uint64(native.time_limit_ms); limit < uint64(math.MaxInt64/time.Millisecond) {
		request.TimeLimit = time.Duration(limit) * time.Millisecond
	}
	if limit := uint64(native.body_limit); limit < math.MaxInt64 {
		request.BodyLimit = int64(limit)
	}
	if native.header_count > 0 {
		for _, header := range unsafe.Slice(native.headers, int(native.header_count)) {
			request.Headers = append(request.Headers, Header{goText(header.name), goText(header.value)})
		}
	}
	if native.body_len > 0 {
		request.Body = C.GoBytes(unsafe.Pointer(native.body), C.int(native.body_len))
	}
	return request
}

func headersSize(headers []Header) uintptr {
	size := uintptr(len(headers)) * unsafe.Sizeof(C.recoup_header{})
	for _, header := range headers {
		size += uintptr(len(header.Name)) + uintptr(len(header.Value))
	}
	return size
}

// headersIn is taken before the parts that need no alignment.
func headersIn(memory *arena, headers []Header) *C.recoup_header {
	if len(headers) == 0 {
		return nil
	}
	first := memory.take(uintptr(len(headers)) * unsafe.Sizeof(C.recoup_header{}))
	native := unsafe.Slice((*C.recoup_header)(first), len(headers))
	for i, header := range headers {
		native[i].name, native[i].value = memory.text(header.Name), memory.text(header.Value)
	}
	return &native[0]
}
