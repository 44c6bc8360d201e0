package recoup_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

// secret is in the URL and in a header field of the requests that these tests send.
const secret = "s3cret"

func storeRequest(address string) *recoup.HTTPRequest {
	return &recoup.HTTPRequest{Method: http.MethodPost, URL: address + "/tokens/" + secret, Body: []byte("a=b"),
		Headers:   []recoup.Header{{Name: "Authorization", Value: "Bearer " + secret}, {Name: "x-lower", Value: "1"}},
		TimeLimit: patience, BodyLimit: 100}
}

func ownTransport(t *testing.T, trusts *httptest.Server) *http.Transport {
	t.Helper()
	own := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: x509.NewCertPool()}, ForceAttemptHTTP2: true}
	if trusts != nil {
		own.TLSClientConfig.RootCAs.AddCert(trusts.Certificate())
	}
	t.Cleanup(own.CloseIdleConnections)
	return own
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// failed checks a transport's failure of a request without an answer.
func failed(t *testing.T, through http.RoundTripper, ctx context.Context, request *recoup.HTTPRequest,
	failure recoup.TransportFailure) {
	t.Helper()
	answer, err := recoup.Through(through).Send(ctx, request)
	var reported *recoup.TransportError
	if !errors.As(err, &reported) || reported.Failure != failure {
		t.Errorf("%v %#v instead of failure %d", answer, err, failure)
	}
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("a secret is reported: %v", err)
	}
}

func TestARequestIsSentAsItIsAndItsAnswerRead(t *testing.T) {
	server := serve(t, func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil || string(body) != "a=b" || request.Method != http.MethodPost ||
			request.URL.Path != "/tokens/"+secret || request.Header.Get("Authorization") != "Bearer "+secret ||
			request.Header.Get("X-Lower") != "1" {
			t.Errorf("%s %s %v %q %v", request.Method, request.URL, request.Header, body, err)
		}
		answer.Header().Set("Retry-After", "7")
		answer.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(answer, strings.Repeat("b", 100))
	})
	answer, err := recoup.Through(ownTransport(t, nil)).Send(background, storeRequest(server.URL))
	must(t, err)
	reported := map[string]string{}
	for _, header := range answer.Headers {
		reported[header.Name] = header.Value
	}
	if answer.Status != 429 || len(answer.Body) != 100 || reported["Retry-After"] != "7" {
		t.Errorf("%+v", answer)
	}
}

func TestARedirectIsAnAnswer(t *testing.T) {
	var requests atomic.Int64
	server := serve(t, func(answer http.ResponseWriter, request *http.Request) {
		requests.Add(1)
		http.Redirect(answer, request, "/elsewhere", http.StatusTemporaryRedirect)
	})
	answer, err := recoup.Through(ownTransport(t, nil)).Send(background, storeRequest(server.URL))
	must(t, err)
	if answer.Status != 307 || requests.Load() != 1 {
		t.Errorf("%+v after %d requests", answer, requests.Load())
	}
}

func TestABodyIsReadToItsLimit(t *testing.T) {
	server := serve(t, func(answer http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(answer, strings.Repeat("b", 101))
	})
	failed(t, ownTransport(t, nil), background, storeRequest(server.URL), recoup.TransportTooLarge)
}

func TestARequestThatWasNeverSentIsReportedSo(t *testing.T) {
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := unused.Addr().String()
	must(t, unused.Close())
	failed(t, ownTransport(t, nil), background, storeRequest("https://"+address), recoup.TransportConnect)

	proxied := ownTransport(t, nil)
	proxied.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: address})
	failed(t, proxied, background, storeRequest("https://store.test"), recoup.TransportProxy)

	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	failed(t, ownTransport(t, nil), background, storeRequest(secure.URL), recoup.TransportTLS)
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	failed(t, ownTransport(t, nil), background, storeRequest("https"+strings.TrimPrefix(plain.URL, "http")),
		recoup.TransportTLS)

	for _, bad := range []string{"https://%zz", "https:///nowhere", "::"} {
		failed(t, ownTransport(t, nil), background, &recoup.HTTPRequest{Method: "GET", URL: bad},
			recoup.TransportUnsendable)
	}
	failed(t, ownTransport(t, nil), background, &recoup.HTTPRequest{Method: "G T", URL: plain.URL},
		recoup.TransportUnsendable)
}

// A deadline that is over in a dial has sent nothing; one in a handshake neither.
func TestATimeBeforeTheConnectionSentNothing(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer silent.Close()
	ctx, cancel := context.WithCancel(background)
	own := ownTransport(t, nil)
	own.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}
	failed(t, own, ctx, storeRequest("https://"+silent.Addr().String()), recoup.TransportConnect)

	own = ownTransport(t, nil)
	own.TLSHandshakeTimeout = time.Nanosecond
	failed(t, own, background, storeRequest("https://"+silent.Addr().String()), recoup.TransportConnect)
}

// broken accepts a request and then does something other than answer.
func broken(t *testing.T, does func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			does(conn)
			conn.Close()
		}
	}()
	return "http://" + listener.Addr().String()
}

func TestARequestThatMayHaveBeenSentIsNeverCalledUnsent(t *testing.T) {
	own := ownTransport(t, nil)
	failed(t, own, background, storeRequest(broken(t, func(net.Conn) {})), recoup.TransportInterrupted)
	failed(t, own, background, storeRequest(broken(t, func(conn net.Conn) {
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")
	})), recoup.TransportInterrupted)
	failed(t, own, background, storeRequest(broken(t, func(conn net.Conn) {
		fmt.Fprint(conn, "what "+secret+"?\r\n\r\n")
	})), recoup.TransportMalformed)

	ctx, cancel := context.WithCancel(background)
	failed(t, own, ctx, storeRequest(broken(t, func(net.Conn) { cancel(); <-ctx.Done() })), recoup.TransportTimeout)

	hasty := ownTransport(t, nil)
	hasty.ResponseHeaderTimeout = time.Nanosecond
	over := make(chan struct{})
	defer close(over)
	failed(t, hasty, background, storeRequest(broken(t, func(net.Conn) { <-over })), recoup.TransportTimeout)
}

func TestHTTP2ThatBreaksOffMayHaveBeenSent(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		if request.ProtoMajor != 2 {
			t.Error(request.Proto)
		}
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	own := ownTransport(t, server)
	for range []int{1, 2} {
		failed(t, own, background, storeRequest(server.URL), recoup.TransportInterrupted)
	}
	if requests.Load() != 2 {
		t.Errorf("%d requests", requests.Load())
	}
}

// A kept connection that turns out closed does not count as one that was never made.
func TestAKeptConnectionThatBreaksIsNotUsedTwice(t *testing.T) {
	var requests atomic.Int64
	server := serve(t, func(answer http.ResponseWriter, request *http.Request) {
		if requests.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
	})
	own := ownTransport(t, nil)
	// With this field net/http sends a request again by itself if it can.
	keyed := storeRequest(server.URL)
	keyed.Headers = append(keyed.Headers, recoup.Header{Name: "Idempotency-Key", Value: "k"})
	_, err := recoup.Through(own).Send(background, keyed)
	must(t, err)
	failed(t, own, background, keyed, recoup.TransportInterrupted)
	if requests.Load() != 2 {
		t.Errorf("%d requests", requests.Load())
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestARoundTripperThatDoesNotTraceProvesNothing(t *testing.T) {
	dial := &net.OpError{Op: "dial", Err: errors.New("refused")}
	for _, err := range []error{dial, x509.UnknownAuthorityError{}, &url.Error{Op: "Post", URL: secret, Err: dial},
		errors.New("quotes /tokens/" + secret), errors.New("quotes " + secret)} {
		failed(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, err }), background,
			storeRequest("https://store.test"), recoup.TransportInterrupted)
	}
	reported := &recoup.TransportError{Failure: recoup.TransportProxy, Message: "as expected"}
	failed(t, roundTripper(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("reported: %w", reported) }),
		background, storeRequest("https://store.test"), recoup.TransportProxy)
}

func TestARequestIsNotPrinted(t *testing.T) {
	request := storeRequest("https://store.test")
	for _, shown := range []string{fmt.Sprint(request), fmt.Sprintf("%+v %#v %#v %s", *request, request, *request, request)} {
		if strings.Contains(shown, secret) || !strings.Contains(shown, "POST") {
			t.Error(shown)
		}
	}
}
