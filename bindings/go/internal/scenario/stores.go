package main

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"recoup.dev/go/recoup"
)

// stores answers instead of the stores, and keeps the requests to them.
type stores struct {
	lock    sync.Mutex
	answers []func() (*recoup.HTTPAnswer, error)
	asked   bytes.Buffer
}

func (s *stores) send(request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	names := make([]string, 0, len(request.Headers))
	for _, header := range request.Headers {
		names = append(names, header.Name)
	}
	fmt.Fprintf(&s.asked, "request %s %s %s %s\n", request.Method, request.URL, strings.Join(names, ","),
		orDash(string(request.Body)))
	if len(s.answers) == 0 {
		return nil, nil
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer()
}

func (h *host) answer(a *arguments) error {
	status := a.text()
	answer := func() (*recoup.HTTPAnswer, error) { return nil, nil }
	if status == "failure" {
		failure := recoup.TransportFailure(a.number())
		answer = func() (*recoup.HTTPAnswer, error) {
			return nil, &recoup.TransportError{Failure: failure, Message: "as expected"}
		}
	} else {
		number, err := strconv.Atoi(status)
		if err != nil {
			return err
		}
		body := a.text()
		answer = func() (*recoup.HTTPAnswer, error) {
			headers := []recoup.Header{{Name: "Content-Type", Value: "application/json"}}
			return &recoup.HTTPAnswer{Status: number, Headers: headers, Body: []byte(body)}, nil
		}
	}
	h.stores.lock.Lock()
	defer h.stores.lock.Unlock()
	h.stores.answers = append(h.stores.answers, answer)
	return nil
}

func (h *host) printAsked() {
	h.stores.lock.Lock()
	defer h.stores.lock.Unlock()
	h.printf("%s", lasting(h.stores.asked.Bytes()))
	h.stores.asked.Reset()
}

// Send is the host's transport.
func (r *registration) Send(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
	return r.host.stores.send(request)
}

func (h *host) listen(a *arguments) error {
	gateway, err := h.engine.Listen(a.text(), recoup.ListenOptions{JSON: a.json()})
	if err != nil {
		return err
	}
	h.gateway = gateway
	if address := gateway.Addr(); !strings.HasPrefix(address, "127.0.0.1:") || strings.HasSuffix(address, ":0") {
		return fmt.Errorf("it listens at %s", address)
	}
	return h.print(nil, "listening\n")
}

func (h *host) unlisten() error {
	if h.gateway == nil {
		return nil
	}
	gateway := h.gateway
	h.gateway = nil
	return gateway.Close()
}
