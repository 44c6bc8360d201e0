package recoup_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

func TestRunHandsOutAndAcknowledges(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	received, done := make(chan recoup.Event, 1000), make(chan error, 1)
	go func() {
		done <- e.Run(ctx, func(_ context.Context, event recoup.Event) recoup.Handled {
			received <- event
			return recoup.Done
		})
	}()
	for i := 0; i < 40; i++ {
		blockUser(t, e, fmt.Sprint("user ", i))
		if event := within(t, received, "no event came"); event.User != fmt.Sprint("user ", i) {
			t.Fatalf("%+v", event)
		}
	}
	cancel()
	expect(t, within(t, done, "Run did not end"), context.Canceled)
	if stats(t, e) != `{"blocked_users":40,"events_waiting":0}` {
		t.Error(stats(t, e))
	}
}

// idle waits until some goroutine is inside of a wait for events.
func idle(t *testing.T) {
	t.Helper()
	stacks := make([]byte, 1<<20)
	eventually(t, func() bool {
		return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "recoup.(*Engine).ready")
	}, "no goroutine waits for events")
}

func TestAnIdleRunEndsWithItsContext(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	done := make(chan error, 1)
	go func() {
		done <- e.Run(ctx, func(context.Context, recoup.Event) recoup.Handled { return recoup.Done })
	}()
	idle(t)
	cancel()
	expect(t, within(t, done, "Run did not end"), context.Canceled)
}

func TestAPostponedEventDelaysItsUserOnly(t *testing.T) {
	clock := newClock()
	e := openIn(t, t.TempDir(), clock)
	block(t, e)
	_, err := e.Unblock("ann", "eve", "test")
	must(t, err)
	blockUser(t, e, "bob")
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	var received []string
	first := true
	err = e.Run(ctx, func(_ context.Context, event recoup.Event) recoup.Handled {
		received = append(received, fmt.Sprint(event.User, " ", event.Kind))
		switch {
		case event.User == "ann" && first:
			first = false
			return recoup.Later
		case event.User == "bob":
			clock.advance(time.Minute)
		case event.Kind == recoup.EventUnblock:
			cancel()
		}
		return recoup.Done
	})
	expect(t, err, context.Canceled)
	if !reflect.DeepEqual(received, []string{"ann block", "bob block", "ann block", "ann unblock"}) {
		t.Error(received)
	}
}

func TestRunEndsWithTheEngine(t *testing.T) {
	for name, end := range map[string]func(*recoup.Engine) error{
		"shutdown": (*recoup.Engine).Shutdown,
		"close":    (*recoup.Engine).Close,
	} {
		e := open(t)
		done := make(chan error, 1)
		go func() {
			done <- e.Run(background, func(context.Context, recoup.Event) recoup.Handled { return recoup.Done })
		}()
		idle(t)
		must(t, end(e))
		expect(t, within(t, done, name+": Run did not end"), recoup.ErrClosed)
	}
}

func TestACancelledContextDoesNothing(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	_, err := e.RecordPurchase(ctx, recoup.Purchase{Store: "app-store", User: "ann", OrderID: "1"})
	expect(t, err, context.Canceled)
	_, err = e.RecordPurchases(ctx, []byte(`[{"store":"app-store","user":"bob","order_id":"2"}]`))
	expect(t, err, context.Canceled)
	_, err = e.RecordMessage(ctx, refund("1", "ann"), nil)
	expect(t, err, context.Canceled)
	_, err = e.Ingest(ctx, recoup.Request{Store: "app-store"})
	expect(t, err, context.Canceled)
	expect(t, e.Run(ctx, nil), context.Canceled)
	_, reason := e.Events(ctx)
	expect(t, within(t, reason, "Events did not end"), context.Canceled)
	_, reason = e.Completions(ctx)
	expect(t, within(t, reason, "Completions did not end"), context.Canceled)
	if blocked, err := e.IsBlocked("ann"); blocked || err != nil {
		t.Errorf("%v, %v", blocked, err)
	}
}

func TestEventsAreAChannel(t *testing.T) {
	e := open(t)
	ctx, cancel := context.WithCancel(background)
	events, reason := e.Events(ctx)
	for i := 0; i < 10; i++ {
		blockUser(t, e, fmt.Sprint("user ", i))
		event := within(t, events, "no event came")
		if event.User != fmt.Sprint("user ", i) {
			t.Fatalf("%+v", event)
		}
		must(t, e.Ack(event.ID))
	}
	cancel()
	expect(t, within(t, reason, "Events did not end"), context.Canceled)
	if _, open := <-events; open {
		t.Error("an event after the end")
	}
	if _, open := <-reason; open {
		t.Error("a second reason")
	}
}

// A wait is also for completions: a wait for events must not spin, nor miss events, while completions are not fetched.
func TestRunGoesOnWhileCompletionsLie(t *testing.T) {
	e := open(t)
	must(t, e.Submit(recoup.Request{Store: "app-store", Body: []byte("{")}, 1))
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	received := make(chan recoup.Event, 10)
	go func() {
		_ = e.Run(ctx, func(_ context.Context, event recoup.Event) recoup.Handled {
			received <- event
			return recoup.Done
		})
	}()
	ready, err := e.Wait(patience)
	must(t, err)
	if !ready {
		t.Fatal("no completion lies there")
	}
	block(t, e)
	within(t, received, "no event came")
}

func TestAPanicInRunsHandlerIsItsCallers(t *testing.T) {
	e := open(t)
	block(t, e)
	defer func() {
		if value := recover(); value != "on purpose" {
			t.Errorf("%v", value)
		}
		if stats(t, e) != `{"blocked_users":1,"events_waiting":1}` {
			t.Error(stats(t, e))
		}
	}()
	err := e.Run(background, func(context.Context, recoup.Event) recoup.Handled { panic("on purpose") })
	t.Error(errors.New("Run returned"), err)
}
