package recoup_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

const shopConfig = `{"database": "ledger.db", "stripe": [{"name": "shop", "webhook_secrets": ["whsec_1"],
	"api_key": "rk_live_s3cret", "api_url": %q}]}`

// refundOf is a call of IssueRefund.
func refundOf(payment, key string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"order":{"store":"stripe","app":"shop","payment":%q},"who":"eve","why":"test",
		"key":%q}`, payment, key))
}

// shop is a transport that answers instead of Stripe.
type shop struct {
	lock     sync.Mutex
	asked    []string
	answer   func(ctx context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error)
	released atomic.Int64
}

func (s *shop) Send(ctx context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
	s.lock.Lock()
	s.asked = append(s.asked, request.Method+" "+request.URL)
	s.lock.Unlock()
	return s.answer(ctx, request)
}

func (s *shop) Released() { s.released.Add(1) }

func saying(status int, body string) func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
	return func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
		headers := []recoup.Header{{Name: "Content-Type", Value: "application/json"}}
		return &recoup.HTTPAnswer{Status: status, Headers: headers, Body: []byte(body)}, nil
	}
}

func openShop(t *testing.T, address string, transport recoup.Transport, background bool) *recoup.Engine {
	t.Helper()
	engine, err := recoup.OpenWith(recoup.Options{ConfigJSON: fmt.Sprintf(shopConfig, address), BaseFolder: t.TempDir(),
		Clock: newClock(), Transport: transport, NoBackground: !background})
	must(t, err)
	t.Cleanup(func() {
		_ = engine.Close()
		ended(t, engine)
	})
	return engine
}

// field is one member of a document.
func field(t *testing.T, document json.RawMessage, name string) string {
	t.Helper()
	var members map[string]json.RawMessage
	must(t, json.Unmarshal(document, &members))
	return string(members[name])
}

func TestARefundGoesThroughATransport(t *testing.T) {
	s := &shop{answer: saying(200, `{"id": "re_1", "status": "succeeded"}`)}
	e := openShop(t, "https://store.test", s, false)
	action, err := e.IssueRefund(background, refundOf("ch_1", "ticket 1"))
	must(t, err)
	if field(t, action, "state") != `"done"` {
		t.Errorf("%s", action)
	}
	again, err := e.IssueRefund(background, refundOf("ch_1", "ticket 1"))
	must(t, err)
	read, err := e.Action(1)
	must(t, err)
	if string(again) != string(action) || string(read) != string(action) {
		t.Errorf("%s, then %s, and read %s", action, again, read)
	}
	page, err := e.Actions(json.RawMessage(`{"store":"stripe"}`), 0, 10)
	must(t, err)
	if field(t, page, "items") != "["+string(action)+"]" {
		t.Errorf("%s", page)
	}
	for i, asked := range s.asked {
		if !strings.HasPrefix(asked, "POST https://store.test/") || i > 0 {
			t.Error(s.asked)
		}
	}
	must(t, e.Close())
	ended(t, e)
	if s.released.Load() != 1 {
		t.Errorf("let go %d times", s.released.Load())
	}
}

func TestARefundGoesThroughNetHTTP(t *testing.T) {
	var keys sync.Map
	server := serve(t, func(answer http.ResponseWriter, request *http.Request) {
		keys.Store(request.Header.Get("Idempotency-Key"), nil)
		if request.Header.Get("Authorization") == "" {
			t.Error("no credentials came")
		}
		_, _ = io.WriteString(answer, `{"id": "re_1", "status": "succeeded"}`)
	})
	e := openShop(t, server.URL, recoup.Through(ownTransport(t, nil)), false)
	action, err := e.IssueRefund(background, refundOf("ch_1", "k"))
	must(t, err)
	if _, keyed := keys.Load(""); keyed || field(t, action, "state") != `"done"` {
		t.Errorf("%s", action)
	}
}

func TestATransportsFailuresAreNoErrors(t *testing.T) {
	recoup.SetPanicHandler(func(interface{}, []byte) {})
	defer recoup.SetPanicHandler(nil)
	answers := map[string]func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error){
		"nothing":    func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) { return nil, nil },
		"a panic":    func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) { panic("on purpose") },
		"no final":   saying(100, ""),
		"no status":  saying(1<<40, ""),
		"a redirect": saying(307, ""),
		"no proxy": func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
			return nil, &recoup.TransportError{Failure: recoup.TransportProxy, Message: "as expected"}
		},
		"no such failure": func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
			return nil, &recoup.TransportError{Failure: 99}
		},
		"a long answer": func(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
			return &recoup.HTTPAnswer{Status: 200, Body: make([]byte, request.BodyLimit+1)}, nil
		},
		"a quotation": func(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
			return nil, errors.New(request.Headers[0].Value + request.Headers[1].Value)
		},
	}
	// Recoup waits before it sends again; all of them wait at once.
	var all sync.WaitGroup
	defer all.Wait()
	try := func(name string, e *recoup.Engine) {
		defer all.Done()
		swept, err := e.Reconcile(background, nil, nil)
		if err != nil || !strings.Contains(string(swept), `"what":"failed"`) || strings.Contains(string(swept), "s3cret") {
			t.Errorf("%s: %s %v", name, swept, err)
		}
		if reported := strings.Contains(string(swept), "as expected"); reported != (name == "no proxy") {
			t.Errorf("%s: %s", name, swept)
		}
	}
	for name, answer := range answers {
		all.Add(1)
		go try(name, openShop(t, "https://store.test", &shop{answer: answer}, false))
	}
}

func TestASweepTellsHowFarItHasCome(t *testing.T) {
	before := recoup.Holding()
	s := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", s, false)
	recoup.SetPanicHandler(func(interface{}, []byte) {})
	defer recoup.SetPanicHandler(nil)
	var heard []string
	var inside []error
	swept, err := e.Reconcile(background, json.RawMessage(`{"stores":["stripe"]}`), func(sweep json.RawMessage) {
		heard = append(heard, field(t, sweep, "app"))
		_, again := e.Reconcile(background, nil, nil)
		_, report := e.Doctor(background, nil, nil)
		_, work := e.Work(background)
		inside = append(inside, again, report, work)
		if _, err := e.IsBlocked("ann"); err != nil {
			t.Error(err)
		}
		panic("on purpose")
	})
	must(t, err)
	if !strings.Contains(string(swept), `"what":"complete"`) || len(heard) == 0 || heard[0] != `"shop"` {
		t.Errorf("%s after %q", swept, heard)
	}
	for _, err := range inside {
		expect(t, err, recoup.ErrReentrant)
	}
	_, err = e.Reconcile(background, json.RawMessage(`{"stores":["app-store"]}`), nil)
	expect(t, err, recoup.ErrAPI)
	// The clock and the transport.
	if held := recoup.Holding() - before; held != 2 {
		t.Errorf("%d values are held", held)
	}
	worked, err := e.Work(background)
	must(t, err)
	if field(t, worked, "actions") != "0" || field(t, worked, "reviews") != "0" {
		t.Errorf("%s", worked)
	}
}

func TestDoctorReportsItsFindings(t *testing.T) {
	before := recoup.Holding()
	s := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", s, false)
	var heard []json.RawMessage
	report, err := e.Doctor(background, nil, func(finding json.RawMessage) { heard = append(heard, finding) })
	must(t, err)
	reported, err := json.Marshal(heard)
	must(t, err)
	if findings := field(t, report, "findings"); findings != string(reported) || len(heard) < 3 {
		t.Errorf("reported %s, and found %s", reported, findings)
	}
	if !strings.Contains(string(reported), `"code":"credentials"`) || strings.Contains(string(reported), "s3cret") {
		t.Errorf("%s", reported)
	}
	if field(t, report, "health") != `"warning"` || strings.Contains(string(reported), `"test_notification"`) {
		t.Errorf("%s", report)
	}
	notified, err := e.Doctor(background, json.RawMessage(`{"app_store_test_notification":true}`), nil)
	must(t, err)
	if !strings.Contains(string(notified), `"test_notification"`) {
		t.Errorf("%s", notified)
	}
	_, err = e.Doctor(background, json.RawMessage(`{"no":1}`), nil)
	expect(t, err, recoup.ErrInvalidArgument)
	// The clock and the transport.
	if held := recoup.Holding() - before; held != 2 {
		t.Errorf("%d values are held", held)
	}
}

func TestOnlyTheAppStoreIsAskedAboutOneOrder(t *testing.T) {
	e := open(t)
	_, err := e.ReconcileOrder(background, "app-store", "", "1")
	expect(t, err, recoup.ErrAPI)
	_, err = e.ReconcileOrder(background, "stripe", "shop", "ch_1")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.ReconcileOrder(background, "no-store", "", "1")
	expect(t, err, recoup.ErrInvalidArgument)
}

func TestAnEngineWorksByItselfUnlessToldNotTo(t *testing.T) {
	asked := make(chan string, 1000)
	transport := recoup.TransportFunc(func(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
		asked <- request.Method
		return saying(200, `{"object":"list","has_more":false,"data":[]}`)(nil, request)
	})
	quiet := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", quiet, false)
	openShop(t, "https://store.test", transport, true)
	if method := within(t, asked, "it does not ask"); method != http.MethodGet {
		t.Error(method)
	}
	must(t, e.Close())
	ended(t, e)
	if len(quiet.asked) != 0 {
		t.Errorf("reported not to, it asks %q", quiet.asked)
	}
}

func TestReviewsAndReports(t *testing.T) {
	e := open(t)
	review, err := e.ReportConsumption(background, "GPA.1", json.RawMessage(`{"consent":true,"consumed":50000}`))
	must(t, err)
	page, err := e.Reviews(nil, 0, 10)
	must(t, err)
	figures, err := e.ReviewFigures(time.Time{})
	must(t, err)
	if string(review) != "null" || field(t, page, "items") != "[]" || field(t, figures, "cases") != "0" {
		t.Errorf("%s %s %s", review, page, figures)
	}
	_, err = e.ReportConsumption(background, "GPA.1", json.RawMessage(`{"consent":true,"consumed":100001}`))
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Action(1)
	expect(t, err, recoup.ErrNotFound)
	_, err = e.IssueRefund(background, refundOf("ch_1", "k"))
	expect(t, err, recoup.ErrAPI)
	revocation := `{"order":{"app":"com.example.game","purchase_token":"t","refund":"full"},"who":"eve","why":"test"}`
	_, err = e.RevokeSubscription(background, json.RawMessage(revocation))
	expect(t, err, recoup.ErrAPI)
}

func TestWhatWaitsForStoresLooksAtItsContext(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, refund := e.IssueRefund(ctx, nil)
	_, revocation := e.RevokeSubscription(ctx, nil)
	_, report := e.ReportConsumption(ctx, "", nil)
	_, sweep := e.Reconcile(ctx, nil, nil)
	_, order := e.ReconcileOrder(ctx, "", "", "")
	_, report := e.Doctor(ctx, nil, nil)
	_, work := e.Work(ctx)
	for _, err := range []error{refund, revocation, report, sweep, order, report, work} {
		expect(t, err, context.Canceled)
	}
}

// The library frees nothing inside of a transport, and the binding has to do it elsewhere.
func TestCloseInsideATransport(t *testing.T) {
	for _, own := range []bool{false, true} {
		var engine atomic.Pointer[recoup.Engine]
		var gateway atomic.Pointer[recoup.Gateway]
		opened := make(chan struct{})
		closed := make(chan error, 1000)
		s := &shop{answer: func(context.Context, *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
			<-opened
			_, reentrant := engine.Load().IsBlocked("ann")
			if !errors.Is(reentrant, recoup.ErrReentrant) && !errors.Is(reentrant, recoup.ErrClosed) {
				t.Error(reentrant)
			}
			_ = gateway.Load().Close()
			closed <- engine.Load().Close()
			return nil, nil
		}}
		e := openShop(t, "https://store.test", s, own)
		g, err := e.Listen("127.0.0.1:0", nil)
		must(t, err)
		engine.Store(e)
		gateway.Store(g)
		close(opened)
		if !own {
			_, _ = e.Reconcile(background, nil, nil)
		}
		must(t, within(t, closed, "it was not asked"))
		ended(t, e)
		must(t, g.Close())
		if s.released.Load() != 1 {
			t.Errorf("let go %d times", s.released.Load())
		}
	}
}

func TestCloseInsideASweepsProgress(t *testing.T) {
	s := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", s, false)
	var once sync.Once
	_, _ = e.Reconcile(background, nil, func(json.RawMessage) {
		once.Do(func() { expect(t, e.Shutdown(), recoup.ErrReentrant) })
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	ended(t, e)
	if s.released.Load() != 1 {
		t.Errorf("let go %d times", s.released.Load())
	}
}
