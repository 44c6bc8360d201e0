package recoup_test

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

func tick(t testing.TB, e *recoup.Engine) int {
	t.Helper()
	handled, err := e.Tick(0)
	must(t, err)
	return handled
}

func TestTickCallsEachKindsHandler(t *testing.T) {
	e := open(t)
	own, others := newRecorder(discard), newRecorder(discard)
	must(t, e.On(recoup.EventBlock, own))
	must(t, e.On(recoup.EveryEvent, others))
	delivered(t, e, "1", "ann")
	_, err := e.RecordMessage(background, refund("1", "ann"), nil)
	must(t, err)
	if handled := tick(t, e); handled != 3 {
		t.Errorf("%d handled", handled)
	}
	if kinds := own.kinds(); !reflect.DeepEqual(kinds, []recoup.EventKind{recoup.EventBlock}) {
		t.Error(kinds)
	}
	if kinds := others.kinds(); !reflect.DeepEqual(kinds, []recoup.EventKind{recoup.EventRefund, recoup.EventAlert}) {
		t.Error(kinds)
	}
	if stats(t, e) != `{"blocked_users":1,"events_waiting":0}` {
		t.Error(stats(t, e))
	}
}

func TestAHandlerMayPutOffAndCallTheEngine(t *testing.T) {
	clock := newClock()
	e := openIn(t, t.TempDir(), clock)
	var blocked bool
	var reentrant [4]error
	answer := recoup.Later
	handler := newRecorder(func(event recoup.Event) recoup.Handled {
		blocked, _ = e.IsBlocked(event.User)
		_, reentrant[0] = e.Tick(0)
		_, reentrant[1] = e.Poll(1)
		reentrant[2] = e.StartDispatcher()
		reentrant[3] = e.StopDispatcher()
		return answer
	})
	must(t, e.On(recoup.EventBlock, handler))
	block(t, e)
	tick(t, e)
	if !blocked {
		t.Error("a handler may not query")
	}
	for _, err := range reentrant {
		expect(t, err, recoup.ErrReentrant)
	}
	answer = recoup.Done
	if handled := tick(t, e); handled != 0 {
		t.Error("a postponed event came before its lease was over")
	}
	clock.advance(time.Minute)
	if handled := tick(t, e); handled != 1 {
		t.Error("a postponed event did not come again")
	}
}

func TestAPanicIsReportedAndCountsAsLater(t *testing.T) {
	clock := newClock()
	e := openIn(t, t.TempDir(), clock)
	var panics atomic.Int64
	recoup.SetPanicHandler(func(value interface{}, stack []byte) {
		if value == "on purpose" && len(stack) > 0 {
			panics.Add(1)
		}
	})
	defer recoup.SetPanicHandler(nil)
	handler := newRecorder(func(recoup.Event) recoup.Handled { panic("on purpose") })
	must(t, e.On(recoup.EventBlock, handler))
	must(t, e.OnCompletion(recoup.CompletionHandlerFunc(func(recoup.Completion) { panic("on purpose") })))
	block(t, e)
	must(t, e.Submit(recoup.Request{Store: "app-store", Body: []byte("{")}, 1))
	for handled := 0; handled < 2; {
		_, err := e.Wait(patience)
		must(t, err)
		handled += tick(t, e)
	}
	if panics.Load() != 2 {
		t.Errorf("%d panics were reported", panics.Load())
	}
	if stats(t, e) != `{"blocked_users":1,"events_waiting":1}` {
		t.Error(stats(t, e))
	}
	handler.answer = discard
	clock.advance(time.Minute)
	if handled := tick(t, e); handled != 1 {
		t.Error("it did not come again")
	}
}

func TestEachHandlerIsReleasedOnce(t *testing.T) {
	before := recoup.Holding()
	folder := t.TempDir()
	e, err := recoup.Open(config(), folder)
	must(t, err)
	first, second, refused, late := newRecorder(discard), newRecorder(discard), newRecorder(discard), newRecorder(discard)
	completed := &releasedCompletion{}
	must(t, e.On(recoup.EventBlock, first))
	must(t, e.On(recoup.EventBlock, second))
	must(t, e.OnCompletion(completed))
	if first.released.Load() != 1 || second.released.Load() != 0 {
		t.Error("the first was not released for the second")
	}
	expect(t, e.On("99", refused), recoup.ErrInvalidArgument)
	must(t, e.On(recoup.EventBlock, nil))
	must(t, e.On(recoup.EventAlert, first))
	must(t, e.OnCompletion(nil))
	must(t, e.Close())
	ended(t, e)
	expect(t, e.On(recoup.EventBlock, late), recoup.ErrClosed)
	counts := []int64{first.released.Load(), second.released.Load(), refused.released.Load(), late.released.Load(),
		completed.released.Load()}
	if !reflect.DeepEqual(counts, []int64{2, 1, 1, 1, 1}) {
		t.Error(counts)
	}
	if recoup.Holding() != before {
		t.Errorf("%d values are held", recoup.Holding()-before)
	}
}

type releasedCompletion struct {
	released atomic.Int64
}

func (r *releasedCompletion) HandleCompletion(recoup.Completion) {}
func (r *releasedCompletion) Released()                          { r.released.Add(1) }

func TestHandlersLiveThroughTheGarbageCollector(t *testing.T) {
	e := open(t)
	handled := make(chan string, 1000)
	// Nothing but the library refers to the handler and what it closes over.
	func() {
		prefix := []byte("to ")
		must(t, e.On(recoup.EveryEvent, recoup.EventHandlerFunc(func(event recoup.Event) recoup.Handled {
			runtime.GC()
			handled <- string(prefix) + event.User
			return recoup.Done
		})))
	}()
	must(t, e.StartDispatcher())
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	defer close(stop)
	for i := 0; i < 20; i++ {
		block(t, e)
		_, err := e.Unblock("ann", "eve", "test")
		must(t, err)
		for range []recoup.EventKind{recoup.EventBlock, recoup.EventUnblock} {
			if got := within(t, handled, "the dispatcher called no handler"); got != "to ann" {
				t.Fatalf("%q", got)
			}
		}
	}
	must(t, e.StopDispatcher())
}

func TestTheDispatcherExcludesOtherWays(t *testing.T) {
	e := open(t)
	handler := newRecorder(discard)
	must(t, e.On(recoup.EveryEvent, handler))
	must(t, e.StartDispatcher())
	expect(t, e.StartDispatcher(), recoup.ErrPumping)
	_, err := e.Tick(0)
	expect(t, err, recoup.ErrPumping)
	_, err = e.Poll(1)
	expect(t, err, recoup.ErrPumping)
	block(t, e)
	within(t, handler.received, "the dispatcher called no handler")
	must(t, e.StopDispatcher())
	must(t, e.StopDispatcher())
	tick(t, e)
}

func TestCloseInsideAHandlerOfTick(t *testing.T) {
	e := open(t)
	var inside error
	handler := newRecorder(func(recoup.Event) recoup.Handled {
		closing := e.Close()
		_, inside = e.IsBlocked("ann")
		if closing != nil {
			t.Error(closing)
		}
		return recoup.Done
	})
	must(t, e.On(recoup.EventBlock, handler))
	block(t, e)
	_, _ = e.Tick(0)
	expect(t, inside, recoup.ErrClosed)
	ended(t, e)
	if handler.released.Load() != 1 {
		t.Errorf("let go %d times", handler.released.Load())
	}
}

func TestCloseInsideAHandlerOfTheDispatcher(t *testing.T) {
	e := open(t)
	handler := newRecorder(func(recoup.Event) recoup.Handled {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		return recoup.Done
	})
	must(t, e.On(recoup.EventBlock, handler))
	must(t, e.StartDispatcher())
	block(t, e)
	ended(t, e)
	if handler.released.Load() != 1 {
		t.Errorf("let go %d times", handler.released.Load())
	}
}

func TestTheLoggerReceivesMessages(t *testing.T) {
	before := recoup.Holding()
	e := open(t)
	lines := make(chan string, 100)
	must(t, recoup.SetLog(recoup.LogWarn, recoup.LoggerFunc(func(level recoup.LogLevel, target, message string) {
		if level == recoup.LogWarn {
			lines <- target + " " + message
		}
		panic("a logger's fault")
	})))
	recoup.SetPanicHandler(func(interface{}, []byte) {})
	defer recoup.SetPanicHandler(nil)
	_, err := e.Ingest(background, recoup.Request{Store: "app-store", Body: []byte("{")})
	must(t, err)
	if line := within(t, lines, "nothing was logged"); len(line) == 0 {
		t.Error("an empty line")
	}
	must(t, recoup.SetLog(recoup.LogOff, nil))
	expect(t, recoup.SetLog(99, recoup.LoggerFunc(func(recoup.LogLevel, string, string) {})), recoup.ErrInvalidArgument)
	if held := recoup.Holding() - before; held != 1 {
		t.Errorf("%d values are held, and only the engine's clock should be", held)
	}
}
