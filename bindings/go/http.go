package recoup

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sort"
)

// MaxBody is the longest body that is read of a store's request: the library's highest limit of any store. Most limits are
// lower.
const MaxBody = 1 << 20

// IngestHTTP is Ingest of a net/http server's request: it reads the body, no more of it than MaxBody. The library
// rejects a longer one with status 413. Fails if the body cannot be read to its end.
func (e *Engine) IngestHTTP(store Store, request *http.Request) (Outcome, error) {
	// One byte more than the limit, so that a truncated body is also too long for every store.
	body, err := io.ReadAll(io.LimitReader(request.Body, MaxBody+1))
	if err != nil {
		return Outcome{}, &bodyError{err}
	}
	return e.Ingest(request.Context(), Request{Store: store, Headers: headersOf(request), Body: body})
}

// bodyError is an incomplete body: the client's fault, or its connection's.
type bodyError struct {
	cause error
}

func (e *bodyError) Error() string {
	return "recoup: the request's body cannot be read: " + e.cause.Error()
}
func (e *bodyError) Unwrap() error { return e.cause }

func headersOf(request *http.Request) []Header {
	names := make([]string, 0, len(request.Header))
	for name := range request.Header {
		names = append(names, name)
	}
	// The order of a map changes every time; that of a log should not.
	sort.Strings(names)
	headers := make([]Header, 0, len(names))
	for _, name := range names {
		for _, value := range request.Header[name] {
			headers = append(headers, Header{name, value})
		}
	}
	return headers
}

// Handler is a store's webhook for a net/http server: it answers POST requests with the library's status. Its answers have
// no body. It must be behind TLS, and needs no other protection: requests are authenticated.
type Handler struct {
	// Engine ingests the requests.
	Engine *Engine
	// Store is the store that sends to this handler's address.
	Store Store
	// Observe, unless nil, gets the outcome of each request, before the store is answered: for logs, and to confirm the
	// endpoint if the outcome is MeaningConfirmation.
	Observe func(request *http.Request, outcome Outcome, err error)
}

// ServeHTTP ingests a request and answers it.
func (h *Handler) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodPost {
		answer.Header().Set("Allow", http.MethodPost)
		answer.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	outcome, err := h.Engine.IngestHTTP(h.Store, request)
	if h.Observe != nil {
		h.Observe(request, outcome, err)
	}
	answer.WriteHeader(statusOf(outcome, err))
}

func statusOf(outcome Outcome, err error) int {
	var broken *bodyError
	switch {
	case err == nil:
		return outcome.HTTPStatus
	case errors.As(err, &broken):
		return http.StatusBadRequest
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable
	default:
		return HTTPStatus(err)
	}
}
