package recoup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"recoup.dev/go/recoup"
	"recoup.dev/go/recoup/internal/throwaway"
)

func webhook(t *testing.T) (*recoup.Handler, *throwaway.GooglePlay) {
	t.Helper()
	google, err := throwaway.NewGooglePlay()
	must(t, err)
	file, err := google.Configure(t.TempDir())
	must(t, err)
	engine, err := recoup.OpenFile(file)
	must(t, err)
	t.Cleanup(func() { must(t, engine.Close()) })
	return &recoup.Handler{Engine: engine, Store: throwaway.Store}, google
}

func post(body io.Reader, authorization string) *http.Request {
	request := httptest.NewRequest(http.MethodPost, "/stores/google-play", body)
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	return request
}

func answerTo(handler http.Handler, request *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func TestTheHandlerAnswersWithTheLibrarysStatus(t *testing.T) {
	handler, google := webhook(t)
	forger, err := throwaway.NewForger()
	must(t, err)
	var outcome recoup.Outcome
	handler.Observe = func(_ *http.Request, o recoup.Outcome, err error) {
		must(t, err)
		outcome = o
	}
	authorization, body, err := google.Refund("GPA.1", "m1", time.Now())
	must(t, err)
	if answer := answerTo(handler, post(bytes.NewReader(body), authorization)); answer.Code != 200 ||
		answer.Body.Len() != 0 || outcome.Meaning != recoup.MeaningRefund || !outcome.New {
		t.Errorf("%d %+v", answer.Code, outcome)
	}
	forged, body, err := forger.Refund("GPA.2", "m2", time.Now())
	must(t, err)
	for name, bad := range map[string]struct {
		request *http.Request
		status  int
	}{
		"forged":    {post(bytes.NewReader(body), forged), 401},
		"anonymous": {post(bytes.NewReader(body), ""), 401},
		"malformed": {post(strings.NewReader("{"), authorization), 400},
		"too large": {post(io.LimitReader(endless{}, recoup.MaxBody*4), authorization), 413},
	} {
		if answer := answerTo(handler, bad.request); answer.Code != bad.status || outcome.Kind != recoup.OutcomeRejected {
			t.Errorf("%s: %d %s", name, answer.Code, outcome.Details)
		}
	}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = ' '
	}
	return len(into), nil
}

func TestTheHandlerReadsNoMoreThanItTakes(t *testing.T) {
	handler, google := webhook(t)
	authorization, _, err := google.Refund("GPA.1", "m1", time.Now())
	must(t, err)
	counted := &counter{from: endless{}}
	if answer := answerTo(handler, post(counted, authorization)); answer.Code != 413 {
		t.Error(answer.Code)
	}
	if counted.read > 2*recoup.MaxBody {
		t.Errorf("%d bytes were read", counted.read)
	}
}

type counter struct {
	from io.Reader
	read int
}

func (c *counter) Read(into []byte) (int, error) {
	n, err := c.from.Read(into)
	c.read += n
	return n, err
}

func TestTheHandlerRefusesOtherRequests(t *testing.T) {
	handler, _ := webhook(t)
	answer := answerTo(handler, httptest.NewRequest(http.MethodGet, "/", nil))
	if answer.Code != 405 || answer.Header().Get("Allow") != "POST" {
		t.Errorf("%d %v", answer.Code, answer.Header())
	}
	if answer := answerTo(handler, post(iotest.ErrReader(errors.New("broken off")), "")); answer.Code != 400 {
		t.Errorf("a broken body: %d", answer.Code)
	}
	gone, cancel := context.WithCancel(background)
	cancel()
	if answer := answerTo(handler, post(nil, "").WithContext(gone)); answer.Code != 503 {
		t.Errorf("a cancelled request: %d", answer.Code)
	}
	many := post(strings.NewReader("{}"), "")
	for i := 0; i < 2000; i++ {
		many.Header.Add("X-Many", "x")
	}
	if answer := answerTo(handler, many); answer.Code != 431 {
		t.Errorf("too many header fields: %d", answer.Code)
	}
	must(t, handler.Engine.Close())
	if answer := answerTo(handler, post(strings.NewReader("{}"), "")); answer.Code != 500 {
		t.Errorf("a closed engine: %d", answer.Code)
	}
}
