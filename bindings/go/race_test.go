package recoup_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

// Every call beside Close: each either works or returns ErrClosed, whenever the engine is freed.
func TestCloseBesideEveryCall(t *testing.T) {
	before := recoup.Holding()
	for round := 0; round < 8; round++ {
		closeBesideEveryCall(t, round)
	}
	if recoup.Holding() != before {
		t.Errorf("%d values are held", recoup.Holding()-before)
	}
}

func closeBesideEveryCall(t *testing.T, round int) {
	e, err := recoup.OpenWith(recoup.Options{ConfigJSON: config(), BaseFolder: t.TempDir(), Clock: newClock()})
	must(t, err)
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	request := recoup.Request{Store: "app-store", Headers: []recoup.Header{{Name: "a", Value: "b"}}, Body: []byte("{")}
	bought := recoup.Purchase{Store: "app-store", User: "ann", OrderID: "1"}
	calls := []func() error{
		func() error { _, err := e.IsBlocked("ann"); return err },
		func() error { _, err := e.RecordPurchase(ctx, bought); return err },
		func() error { _, err := e.RecordPurchases(ctx, []byte(`[]`)); return err },
		func() error { _, err := e.RecordMessage(ctx, refund("1", "ann"), nil); return err },
		func() error { _, err := e.Ingest(ctx, request); return err },
		func() error { return e.Submit(request, 1) },
		func() error { _, err := e.PollCompletions(10); return err },
		func() error { _, err := e.Block("ann", "eve", "race"); return err },
		func() error { _, err := e.Unblock("ann", "eve", "race"); return err },
		func() error { _, err := e.ExpireBlocks(); return err },
		func() error { _, err := e.Poll(10); return err },
		func() error { _, err := e.PollDetailed(10); return err },
		func() error { return e.Ack(1) },
		func() error { _, err := e.Wait(time.Hour); return err },
		func() error { _, err := e.Tick(0); return err },
		func() error { return e.On(recoup.EveryEvent, newRecorder(discard)) },
		func() error { return e.OnCompletion(&releasedCompletion{}) },
		func() error { return e.StartDispatcher() },
		func() error { return e.StopDispatcher() },
		func() error { _, err := e.Refund(1); return err },
		func() error { _, err := e.Refunds(recoup.RefundFilter{}, 0, 1); return err },
		func() error { _, err := e.User("ann"); return err },
		func() error { _, err := e.Order("1"); return err },
		func() error { _, err := e.QueryEvent(1); return err },
		func() error { _, err := e.Blocks(true, 0, 1); return err },
		func() error { _, err := e.DeadLetters(0, 1); return err },
		func() error { _, err := e.Stats(); return err },
		func() error {
			return e.Run(ctx, func(context.Context, recoup.Event) recoup.Handled { return recoup.Done })
		},
		func() error { _, reason := e.Events(ctx); return <-reason },
		func() error { return e.Shutdown() },
	}
	if round < 6 {
		// Without a Shutdown, Close does both.
		calls = calls[:len(calls)-1]
	}
	started := sync.WaitGroup{}
	ended := sync.WaitGroup{}
	for _, call := range calls {
		started.Add(1)
		ended.Add(1)
		go func(call func() error) {
			defer ended.Done()
			started.Done()
			for i := 0; i < 10000; i++ {
				if errors.Is(call(), recoup.ErrClosed) {
					return
				}
			}
		}(call)
	}
	started.Wait()
	for i := 0; i < round*100; i++ {
		runtime.Gosched()
	}
	for i := 0; i < 3; i++ {
		ended.Add(1)
		go func() {
			defer ended.Done()
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}()
	}
	all := make(chan struct{})
	go func() { ended.Wait(); close(all) }()
	within(t, e.Done(), "the engine was not freed")
	within(t, all, "a call never returned")
	_, err = e.IsBlocked("ann")
	expect(t, err, recoup.ErrClosed)
}
