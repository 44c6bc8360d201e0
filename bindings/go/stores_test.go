package recoup_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
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
func refundOf(payment, key string) recoup.RefundRequest {
	order := recoup.RefundOrder{Store: recoup.Stripe, App: "shop", Payment: payment}
	return recoup.RefundRequest{Order: order, Who: "eve", Why: "test", Key: key}
}

// shop is a transport that answers instead of Stripe.
type shop struct {
	lock     sync.Mutex
	requests []string
	answer   func(ctx context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error)
	released atomic.Int64
}

func (s *shop) Send(ctx context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
	s.lock.Lock()
	s.requests = append(s.requests, request.Method+" "+request.URL)
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

func TestARefundGoesThroughATransport(t *testing.T) {
	s := &shop{answer: saying(200, `{"id": "re_1", "status": "succeeded"}`)}
	e := openShop(t, "https://store.test", s, false)
	action, err := e.IssueRefund(background, refundOf("ch_1", "ticket 1"))
	must(t, err)
	if action.State != recoup.ActionDone || action.Answer == nil || action.Answer.ID != "re_1" || action.SettledAt == nil {
		t.Errorf("%s", action.JSON)
	}
	again, err := e.IssueRefund(background, refundOf("ch_1", "ticket 1"))
	must(t, err)
	read, err := e.Action(1)
	must(t, err)
	if !reflect.DeepEqual(again, action) || !reflect.DeepEqual(read, action) {
		t.Errorf("%s, then %s, and read %s", action.JSON, again.JSON, read.JSON)
	}
	page, err := e.Actions(recoup.StoreActionFilter{Store: recoup.Stripe, State: recoup.ActionDone}, 0, 10)
	must(t, err)
	if page.Next != 0 || !reflect.DeepEqual(page.Items, []recoup.StoreAction{*action}) {
		t.Errorf("%s", page.JSON)
	}
	for i, request := range s.requests {
		if !strings.HasPrefix(request, "POST https://store.test/") || i > 0 {
			t.Error(s.requests)
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
	if _, keyed := keys.Load(""); keyed || action.State != recoup.ActionDone {
		t.Errorf("%s", action.JSON)
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
		swept, err := e.Reconcile(background, recoup.ReconcileOptions{}, nil)
		if err != nil || len(swept.Sweeps) != 1 || swept.Sweeps[0].Ended.What != "failed" ||
			strings.Contains(string(swept.JSON), "s3cret") {
			t.Errorf("%s: %+v %v", name, swept, err)
			return
		}
		if reported := strings.Contains(swept.Sweeps[0].Ended.Message, "as expected"); reported != (name == "no proxy") {
			t.Errorf("%s: %s", name, swept.JSON)
		}
	}
	for name, answer := range answers {
		all.Add(1)
		go try(name, openShop(t, "https://store.test", &shop{answer: answer}, false))
	}
}

func TestASweepReportsItsProgress(t *testing.T) {
	before := recoup.Holding()
	s := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", s, false)
	recoup.SetPanicHandler(func(interface{}, []byte) {})
	defer recoup.SetPanicHandler(nil)
	var apps []string
	var inside []error
	swept, err := e.Reconcile(background, recoup.ReconcileOptions{Stores: []recoup.Store{recoup.Stripe}}, func(sweep recoup.Sweep) {
		apps = append(apps, sweep.App)
		_, again := e.Reconcile(background, recoup.ReconcileOptions{}, nil)
		_, report := e.Doctor(background, recoup.DoctorOptions{}, nil)
		_, work := e.Work(background)
		inside = append(inside, again, report, work)
		if _, err := e.IsBlocked("ann"); err != nil {
			t.Error(err)
		}
		panic("on purpose")
	})
	must(t, err)
	if swept.Sweeps[0].Ended.What != "complete" || len(apps) == 0 || apps[0] != "shop" {
		t.Errorf("%s after %q", swept.JSON, apps)
	}
	for _, err := range inside {
		expect(t, err, recoup.ErrReentrant)
	}
	_, err = e.Reconcile(background, recoup.ReconcileOptions{Stores: []recoup.Store{recoup.AppStore}}, nil)
	expect(t, err, recoup.ErrAPI)
	// The clock and the transport.
	if held := recoup.Holding() - before; held != 2 {
		t.Errorf("%d values are held", held)
	}
	worked, err := e.Work(background)
	must(t, err)
	if worked.Actions != 0 || worked.Reviews != 0 || worked.Inquiries != 0 {
		t.Errorf("%s", worked.JSON)
	}
}

func TestDoctorReportsItsFindings(t *testing.T) {
	before := recoup.Holding()
	s := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", s, false)
	var findings []recoup.Finding
	report, err := e.Doctor(background, recoup.DoctorOptions{}, func(finding recoup.Finding) { findings = append(findings, finding) })
	must(t, err)
	if !reflect.DeepEqual(report.Findings, findings) || len(findings) < 3 {
		t.Errorf("reported %+v, and found %+v", findings, report.Findings)
	}
	areas := areasOf(report)
	if areas[recoup.AreaCredentials] == 0 || areas[recoup.AreaTestNotification] != 0 ||
		strings.Contains(string(report.JSON), "s3cret") || report.Health != recoup.HealthWarning {
		t.Errorf("%s", report.JSON)
	}
	notified, err := e.Doctor(background, recoup.DoctorOptions{AppStoreTestNotification: true}, nil)
	must(t, err)
	if areasOf(notified)[recoup.AreaTestNotification] == 0 {
		t.Errorf("%s", notified.JSON)
	}
	_, err = e.Doctor(background, recoup.DoctorOptions{JSON: json.RawMessage(`{"no":1}`)}, nil)
	expect(t, err, recoup.ErrInvalidArgument)
	// The clock and the transport.
	if held := recoup.Holding() - before; held != 2 {
		t.Errorf("%d values are held", held)
	}
}

// areasOf counts a report's findings.
func areasOf(report *recoup.DoctorReport) map[recoup.DoctorArea]int {
	areas := map[recoup.DoctorArea]int{}
	for _, finding := range report.Findings {
		areas[finding.Area]++
	}
	return areas
}

func TestOnlyTheAppStoreIsQueriedForOneOrder(t *testing.T) {
	e := open(t)
	_, err := e.ReconcileOrder(background, "app-store", "", "1")
	expect(t, err, recoup.ErrAPI)
	_, err = e.ReconcileOrder(background, "stripe", "shop", "ch_1")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.ReconcileOrder(background, "no-store", "", "1")
	expect(t, err, recoup.ErrInvalidArgument)
}

func TestAnEngineWorksInTheBackgroundUnlessSwitchedOff(t *testing.T) {
	methods := make(chan string, 1000)
	transport := recoup.TransportFunc(func(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
		methods <- request.Method
		return saying(200, `{"object":"list","has_more":false,"data":[]}`)(nil, request)
	})
	quiet := &shop{answer: saying(200, `{"object":"list","has_more":false,"data":[]}`)}
	e := openShop(t, "https://store.test", quiet, false)
	openShop(t, "https://store.test", transport, true)
	if method := within(t, methods, "it sends no request"); method != http.MethodGet {
		t.Error(method)
	}
	must(t, e.Close())
	ended(t, e)
	if len(quiet.requests) != 0 {
		t.Errorf("without background work, it sends %q", quiet.requests)
	}
}

func TestReviewsAndReports(t *testing.T) {
	e := open(t)
	half, tooMuch := recoup.MilliPercent(50_000), recoup.MilliPercent(100_001)
	review, err := e.ReportConsumption(background, "GPA.1", recoup.Consumption{Consent: true, Consumed: &half,
		Usage: []recoup.Usage{{At: recoup.Timestamp{Time: time.UnixMilli(1)}, What: "a chest"}}})
	must(t, err)
	page, err := e.Reviews(recoup.ReviewFilter{State: recoup.ReviewWaiting}, 0, 10)
	must(t, err)
	figures, err := e.ReviewFigures(time.Time{})
	must(t, err)
	if review != nil || len(page.Items) != 0 || figures.Cases != 0 || figures.MoneyKept == nil {
		t.Errorf("%+v %s %s", review, page.JSON, figures.JSON)
	}
	_, err = e.ReportConsumption(background, "GPA.1", recoup.Consumption{Consent: true, Consumed: &tooMuch})
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Action(1)
	expect(t, err, recoup.ErrNotFound)
	_, err = e.IssueRefund(background, refundOf("ch_1", "k"))
	expect(t, err, recoup.ErrAPI)
	for _, share := range []recoup.RevocationRefund{{}, recoup.RevokeWithFullRefund(), recoup.RevokeWithProratedRefund(),
		recoup.RevokeItem("gems")} {
		order := recoup.RevokedSubscription{App: "com.example.game", PurchaseToken: "t", Refund: share}
		_, err = e.RevokeSubscription(background, recoup.RevocationRequest{Order: order, Who: "eve", Why: "test"})
		expect(t, err, recoup.ErrAPI)
	}
}

func TestCallsToStoresCheckTheirContext(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, refund := e.IssueRefund(ctx, recoup.RefundRequest{})
	_, revocation := e.RevokeSubscription(ctx, recoup.RevocationRequest{})
	_, report := e.ReportConsumption(ctx, "", recoup.Consumption{})
	_, sweep := e.Reconcile(ctx, recoup.ReconcileOptions{}, nil)
	_, order := e.ReconcileOrder(ctx, "", "", "")
	_, doctor := e.Doctor(ctx, recoup.DoctorOptions{}, nil)
	_, work := e.Work(ctx)
	for _, err := range []error{refund, revocation, report, sweep, order, doctor, work} {
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
		g, err := e.Listen("127.0.0.1:0", recoup.ListenOptions{})
		must(t, err)
		engine.Store(e)
		gateway.Store(g)
		close(opened)
		if !own {
			_, _ = e.Reconcile(background, recoup.ReconcileOptions{}, nil)
		}
		must(t, within(t, closed, "the transport was not called"))
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
	_, _ = e.Reconcile(background, recoup.ReconcileOptions{}, func(recoup.Sweep) {
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
