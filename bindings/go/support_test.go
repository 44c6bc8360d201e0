package recoup_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

var background = context.Background()

// patience is how long a test waits for what must come; it only passes where the test fails.
const patience = 30 * time.Second

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func expect(t testing.TB, err error, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%v instead of %v", err, kind)
	}
}

// clock is a test's own time.
type clock struct {
	millis   atomic.Int64
	released atomic.Int64
}

func (c *clock) Now() time.Time           { return time.UnixMilli(c.millis.Load()) }
func (c *clock) Released()                { c.released.Add(1) }
func (c *clock) advance(by time.Duration) { c.millis.Add(by.Milliseconds()) }
func newClock() *clock                    { c := &clock{}; c.millis.Store(1_790_000_000_000); return c }
func config() string                      { return `{"database": "ledger.db"}` }
func open(t testing.TB) *recoup.Engine    { t.Helper(); return openIn(t, t.TempDir(), newClock()) }
func ended(t testing.TB, e *recoup.Engine) {
	t.Helper()
	within(t, e.Done(), "the engine was not freed")
}
func discard(recoup.Event) recoup.Handled  { return recoup.Done }
func block(t testing.TB, e *recoup.Engine) { t.Helper(); blockUser(t, e, "ann") }
func stats(t testing.TB, e *recoup.Engine) string {
	t.Helper()
	stats, err := e.Stats()
	must(t, err)
	return string(stats.JSON)
}

func openIn(t testing.TB, folder string, clock recoup.Clock) *recoup.Engine {
	t.Helper()
	engine, err := recoup.OpenWith(recoup.Options{ConfigJSON: config(), BaseFolder: folder, Clock: clock})
	must(t, err)
	t.Cleanup(func() {
		_ = engine.Close()
		ended(t, engine)
	})
	return engine
}

func blockUser(t testing.TB, engine *recoup.Engine, user string) {
	t.Helper()
	_, err := engine.Block(user, "eve", "test")
	must(t, err)
}

// within waits for a channel's value, or for its end.
func within[T any](t testing.TB, reported <-chan T, otherwise string) T {
	t.Helper()
	select {
	case value := <-reported:
		return value
	case <-time.After(patience):
		t.Fatal(otherwise)
		panic("not reached")
	}
}

// eventually waits for an effect of the garbage collector or of another thread.
func eventually(t testing.TB, is func() bool, otherwise string) {
	t.Helper()
	for begun := time.Now(); !is(); runtime.Gosched() {
		runtime.GC()
		if time.Since(begun) > patience {
			t.Fatal(otherwise)
		}
	}
}

// refund is a message of a store of the host's own: a refund that blocks the user.
func refund(order, user string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"store":"custom:kiosk","app":"com.example.game","environment":"production",
		"notification_id":%q,"name":"REFUNDED","at":1789999000000,
		"fact":{"at":1789999000000,"what":"refunded","extent":"full","trust":"signed",
		        "about":{"order_id":%q,"account_tag":%q}}}`, "n-"+order, order, user))
}

// delivered records the purchase that refund is about.
func delivered(t testing.TB, engine *recoup.Engine, order, user string) {
	t.Helper()
	_, err := engine.RecordPurchase(background, recoup.Purchase{
		Store: "custom:kiosk", App: "com.example.game", User: user, OrderID: order,
	})
	must(t, err)
}

// recorder is a handler that keeps its events.
type recorder struct {
	lock     sync.Mutex
	events   []recoup.Event
	answer   func(recoup.Event) recoup.Handled
	received chan recoup.Event
	released atomic.Int64
}

func newRecorder(answer func(recoup.Event) recoup.Handled) *recorder {
	return &recorder{answer: answer, received: make(chan recoup.Event, 10000)}
}

func (r *recorder) HandleEvent(event recoup.Event) recoup.Handled {
	r.lock.Lock()
	r.events = append(r.events, event)
	r.lock.Unlock()
	r.received <- event
	return r.answer(event)
}

func (r *recorder) Released() { r.released.Add(1) }

func (r *recorder) kinds() []recoup.EventKind {
	r.lock.Lock()
	defer r.lock.Unlock()
	kinds := []recoup.EventKind{}
	for _, event := range r.events {
		kinds = append(kinds, event.Kind)
	}
	return kinds
}
