package recoup

import (
	"context"
	"time"
)

// batch is how many events Run takes at once: their lease begins together, so they must be few enough to fit into it.
const batch = 16

// glance is how long the library's wait continues after its caller has left.
const glance = 250 * time.Millisecond

// spin is the longest wait that counts as idle spinning: the engine looks for other processes' events a few times a
// second, and a pause after such a look would delay the next event.
const spin = 20 * time.Millisecond

// Another consumer may take the event of a wait, and a fault may pass: retry after a pause that doubles.
const (
	shortestPause = 5 * time.Millisecond
	longestPause  = 250 * time.Millisecond
)

// Handled is what a handler did with an event.
type Handled int

const (
	// Done: it was acted on, and is acknowledged.
	Done Handled = iota
	// Later: not now. The event comes again after its lease, and the same user's later events wait for it.
	Later
)

// Run calls handle with each event, one at a time, and acknowledges the event if handle returns Done, until ctx is done
// or the engine is shut down: it then returns ctx's error or ErrClosed. It retries errors that may pass, and returns
// others. It needs no Tick and no dispatcher; if one of them runs, it waits for its turn.
//
// Events that were polled but not handled when it returns come again: after their lease, or at once if the engine is
// shut down. A panic in handle goes through to Run's caller. Several may run at once: each event goes to one of them,
// but a user's events are then in order only as far as their handlers are.
func (e *Engine) Run(ctx context.Context, handle func(ctx context.Context, event Event) Handled) error {
	pause := pause{ctx: ctx}
	for {
		events, err := e.next(ctx, &pause, batch)
		if err != nil {
			return err
		}
		waiting := map[string]bool{}
		for _, event := range events {
			if err := ctx.Err(); err != nil {
				return err
			}
			if waiting[event.User] && event.User != "" {
				continue
			}
			if handle(ctx, event) != Done {
				waiting[event.User] = true
				continue
			}
			if err := e.settle(event.ID, &pause); err != nil {
				return err
			}
		}
	}
}

// Events gives events as they come, until ctx is done or the engine is shut down; both channels are then closed, after
// the second gave the one reason: ctx's error, ErrClosed, or an error that does not pass. Acknowledge each event with Ack
// after acting on it. Receive promptly: an event that is not acknowledged within its lease comes again.
// One event is taken at a time, so several processes share the work evenly; Run is the faster one.
func (e *Engine) Events(ctx context.Context) (<-chan Event, <-chan error) {
	events, reason := make(chan Event), make(chan error, 1)
	go func() {
		defer close(reason)
		defer close(events)
		pause := pause{ctx: ctx}
		for {
			polled, err := e.next(ctx, &pause, 1)
			if err != nil {
				reason <- err
				return
			}
			select {
			case events <- polled[0]:
			case <-ctx.Done():
				reason <- ctx.Err()
				return
			case <-e.core.stopping:
				reason <- errFreed()
				return
			}
		}
	}()
	return events, reason
}

// Completions gives the results of submitted requests as Events gives events. Each is reported once.
func (e *Engine) Completions(ctx context.Context) (<-chan Completion, <-chan error) {
	completions, reason := make(chan Completion), make(chan error, 1)
	go func() {
		defer close(reason)
		defer close(completions)
		reason <- e.complete(ctx, completions)
	}()
	return completions, reason
}

func (e *Engine) complete(ctx context.Context, completions chan<- Completion) error {
	pause := pause{ctx: ctx}
	for {
		polled, err := e.PollCompletions(1)
		if err = e.tolerate(err, &pause); err != nil {
			return err
		}
		if len(polled) == 0 {
			if err := e.ready(ctx, &pause); err != nil {
				return err
			}
			continue
		}
		pause.reset()
		select {
		case completions <- polled[0]:
		case <-ctx.Done():
			return ctx.Err()
		case <-e.core.stopping:
			return errFreed()
		}
	}
}

// next polls until there is an event.
func (e *Engine) next(ctx context.Context, pause *pause, max int) ([]Event, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		events, err := e.Poll(max)
		if err = e.tolerate(err, pause); err != nil {
			return nil, err
		}
		if len(events) > 0 {
			pause.reset()
			return events, nil
		}
		if err := e.ready(ctx, pause); err != nil {
			return nil, err
		}
	}
}

func (e *Engine) settle(id int64, pause *pause) error {
	for {
		err := e.Ack(id)
		if err == nil {
			return nil
		}
		if err = e.tolerate(err, pause); err != nil {
			return err
		}
	}
}

// tolerate returns nil, after a pause, for an error that may pass by itself.
func (e *Engine) tolerate(err error, pause *pause) error {
	if err == nil || !IsRetryable(err) {
		return err
	}
	return pause.rest()
}

// ready waits until there may be something, after a pause if the previous wait was none.
func (e *Engine) ready(ctx context.Context, pause *pause) error {
	if e.core.isStopping() {
		return errFreed()
	}
	if pause.last > 0 {
		if err := pause.rest(); err != nil {
			return err
		}
	}
	done, begun := make(chan error, 1), time.Now()
	// The library's wait takes no context, so it has a goroutine of its own, which soon notices that its caller has left.
	go func() {
		for ctx.Err() == nil {
			ready, err := e.Wait(glance)
			if ready || err != nil || e.core.isStopping() {
				done <- err
				return
			}
		}
	}()
	select {
	case err := <-done:
		if time.Since(begun) > spin {
			pause.reset()
		} else {
			pause.lengthen()
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pause grows while retries bring nothing.
type pause struct {
	ctx  context.Context
	last time.Duration
}

func (p *pause) reset() {
	p.last = 0
}

func (p *pause) lengthen() {
	switch {
	case p.last == 0:
		p.last = shortestPause
	case p.last < longestPause:
		p.last *= 2
	}
}

func (p *pause) rest() error {
	if p.last == 0 {
		p.lengthen()
	}
	timer := time.NewTimer(p.last)
	defer timer.Stop()
	select {
	case <-timer.C:
		p.lengthen()
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}
