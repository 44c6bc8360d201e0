package recoup

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
)

// Through is a Transport that sends through net/http: http.DefaultTransport, or one of your own with its proxy and its
// connections; of an http.Client give the Transport. It is a RoundTripper so that nothing follows redirects, keeps
// cookies or sends again.
//
// A failure counts as never sent only if the RoundTripper has reported by net/http/httptrace that it requested a
// connection and got none. http.Transport does. Failures of a RoundTripper that does not trace count as TransportTimeout or
// TransportInterrupted, unless it returns a TransportError.
func Through(roundTripper http.RoundTripper) Transport {
	return &through{roundTripper}
}

type through struct {
	roundTripper http.RoundTripper
}

// Released calls the RoundTripper's Released, if it has one.
func (t *through) Released() { tellReleased(t.roundTripper) }

// Send sends the request and reads the answer.
func (t *through) Send(ctx context.Context, request *HTTPRequest) (*HTTPAnswer, error) {
	var seen connecting
	native, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, seen.trace()), request.Method, request.URL,
		bytes.NewReader(request.Body))
	if err != nil || native.URL.Host == "" {
		// The error quotes the URL.
		return nil, &TransportError{TransportUnsendable, "net/http refuses the method or the URL"}
	}
	// Without it net/http cannot send a body a second time.
	native.GetBody = nil
	for _, header := range request.Headers {
		native.Header.Add(header.Name, header.Value)
	}
	answer, err := t.roundTripper.RoundTrip(native)
	if err != nil {
		return nil, seen.failure(ctx, err, request)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, limitAndOne(request.BodyLimit)))
	if err != nil {
		return nil, sentFailure(ctx, err, request)
	}
	if int64(len(body)) > request.BodyLimit {
		return nil, &TransportError{Failure: TransportTooLarge}
	}
	headers := make([]Header, 0, len(answer.Header))
	for name, values := range answer.Header {
		for _, value := range values {
			headers = append(headers, Header{name, value})
		}
	}
	return &HTTPAnswer{Status: answer.StatusCode, Headers: headers, Body: body}, nil
}

// limitAndOne is one byte more than the limit, so that a truncated body is distinguished from one that fits.
func limitAndOne(limit int64) int64 {
	if limit+1 < limit {
		return limit
	}
	return limit + 1
}

// connecting is a RoundTripper's progress towards a connection, as it reports by httptrace. Dials run in goroutines of
// their own.
type connecting struct {
	lock           sync.Mutex
	requested, got bool
	handshake      error
}

func (c *connecting) trace() *httptrace.ClientTrace {
	note := func(what func()) {
		c.lock.Lock()
		defer c.lock.Unlock()
		what()
	}
	return &httptrace.ClientTrace{
		GetConn: func(string) { note(func() { c.requested = true }) },
		GotConn: func(httptrace.GotConnInfo) { note(func() { c.got = true }) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			note(func() { c.handshake = err })
		},
	}
}

// failure is why there was no answer. Only a connection that was requested and never given proves that nothing was sent.
func (c *connecting) failure(ctx context.Context, err error, request *HTTPRequest) *TransportError {
	c.lock.Lock()
	neverSent, handshake := c.requested && !c.got, c.handshake
	c.lock.Unlock()
	var reported *TransportError
	if errors.As(err, &reported) {
		return reported
	}
	if !neverSent {
		return sentFailure(ctx, err, request)
	}
	failure := TransportConnect
	switch {
	case isProxys(err):
		failure = TransportProxy
	case isOfTLS(handshake), isOfTrust(err):
		failure = TransportTLS
	}
	return &TransportError{failure, wording(err, request)}
}

// sentFailure is the failure of a request that may have been sent.
func sentFailure(ctx context.Context, err error, request *HTTPRequest) *TransportError {
	switch {
	case ctx.Err() != nil:
		return &TransportError{TransportTimeout, wording(err, request)}
	case isNoHTTP(err):
		// The error quotes the answer.
		return &TransportError{TransportMalformed, "net/http cannot read the answer"}
	default:
		return transportError(err, request)
	}
}

// isProxys recognises net/http's errors of a proxy that cannot be reached or refuses the connection.
func isProxys(err error) bool {
	var of *net.OpError
	return errors.As(err, &of) && (of.Op == "proxyconnect" || strings.HasPrefix(of.Op, "socks"))
}

// isOfTLS distinguishes a fault of the handshake from a connection that broke or hung during it.
func isOfTLS(handshake error) bool {
	var timeout interface{ Timeout() bool }
	var of *net.OpError
	switch {
	case handshake == nil, errors.Is(handshake, io.EOF), errors.Is(handshake, io.ErrUnexpectedEOF),
		errors.Is(handshake, context.Canceled), errors.As(handshake, &timeout) && timeout.Timeout():
		return false
	case errors.As(handshake, &of):
		return of.Op != "read" && of.Op != "write"
	default:
		return true
	}
}

// isOfTrust recognises a refused certificate, also if a dialer of your own did the handshake.
func isOfTrust(err error) bool {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &authority) || errors.As(err, &name) || errors.As(err, &invalid)
}

// isNoHTTP recognises net/http's errors of an answer that is no HTTP, which have no type of their own.
func isNoHTTP(err error) bool {
	text := err.Error()
	return strings.Contains(text, "malformed HTTP") || strings.Contains(text, "malformed MIME header")
}
