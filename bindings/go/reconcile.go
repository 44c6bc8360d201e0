package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
)

// ReconcileOptions say what Reconcile is to ask for. The zero value is all stores, each from where its last sweep ended.
type ReconcileOptions struct {
	// Stores are the ones to ask; nil: all.
	Stores []Store `json:"stores,omitempty"`
	// Since is from when on, as far back as the store's retention reaches; nil: where the last sweep of each app ended.
	Since *Timestamp `json:"since,omitempty"`
	// JSON, unless nil, are the options in place of all above: for what only a later version knows.
	JSON json.RawMessage `json:"-"`
}

// Reconcile asks the stores what was refunded since they were last asked, and ingests it as their webhooks would be: what
// is known already changes nothing. An engine does this by itself, unless Options.NoBackground is set; call it after an
// outage. A store that fails does not stop the others, and is no failure of this call.
//
// progress, unless nil, hears how far a sweep has come: at its beginning, after each page, and where it fails. It is
// called on this goroutine. Inside of it you may call every method of the engine but Reconcile, Doctor, Work and Shutdown,
// which return ErrReentrant. A panic in it goes to the PanicHandler, and the sweep goes on. It must not end its goroutine
// (runtime.Goexit).
//
// Blocks on the disk and on the stores for as long as they take; a second call waits for the first. ctx is looked at
// before that begins. Fails with ErrAPI for a store that is named and has no credentials.
func (e *Engine) Reconcile(ctx context.Context, options ReconcileOptions, progress func(Sweep)) (*Reconciled, error) {
	asked, err := givenIn(ctx, options.JSON, options)
	if err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return read[Reconciled](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile(handle, jsonAt(asked), C.size_t(len(asked)), callback, data, text, object)
	}))
}

// telling is what C is given to tell progress, and what ends that when the call has returned.
func telling[T any](progress func(T)) (C.recoup_progress_callback, C.uintptr_t, func()) {
	if progress == nil {
		return nil, 0, func() {}
	}
	data := hold(func(text json.RawMessage) {
		var heard T
		// What cannot be read is in its JSON.
		_ = json.Unmarshal(text, &heard)
		progress(heard)
	})
	return C.recoup_progress_callback(C.recoup_go_progress), data, func() { release(data) }
}

// ReconcileOrder asks a store what it refunded of an order, and ingests it as Reconcile does. For support, where a player
// was refunded and no webhook said so, and for refunds that are older than a sweep reaches. Only the AppStore can be asked
// so: it reports all refunds of the customer whose transaction it is. app is a bundle id; where it is empty, all apps with
// credentials are asked in turn, each in production and then in the sandbox.
//
// Blocks on the disk and on the store, page by page. ctx is looked at before that begins. Fails with ErrAPI where the store
// does not answer, refuses or has no credentials, and with ErrInvalidArgument for another store.
func (e *Engine) ReconcileOrder(ctx context.Context, store Store, app, order string) (*LookedUp, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[LookedUp](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile_order(handle, chars(string(store)), length(string(store)), chars(app), length(app),
			chars(order), length(order), text, object)
	}))
}

// Work does once what is due with the stores: asks why they made refunds that they pushed without a reason, looks after
// their refund reviews, goes on with actions that are not settled, and sweeps every app whose last sweep is long enough
// ago. For engines with Options.NoBackground: call it every minute or so, on a goroutine that may wait. With nothing due
// it costs a few reads. What a store refused stands in the action, in the sweep and in the log, and is no failure of this
// call.
//
// Blocks on the disk and on the stores, as Reconcile does. ctx is looked at before that begins. Fails with ErrReentrant
// inside of what Reconcile or Doctor call.
func (e *Engine) Work(ctx context.Context) (*Worked, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[Worked](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_work(handle, text, object)
	}))
}

// Reconciled is what Reconcile found.
type Reconciled struct {
	// Each app of each store that was asked.
	Sweeps []Sweep `json:"sweeps"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Reconciled) UnmarshalJSON(text []byte) error {
	type plain Reconciled
	return decode(text, (*plain)(d), &d.JSON)
}

// Sweep is what the sweep of one app found.
type Sweep struct {
	// The store.
	Store Store `json:"store"`
	// The app or account, as the configuration names it.
	App string `json:"app"`
	// The start of the period that was requested.
	From Timestamp `json:"from"`
	// Its end.
	To Timestamp `json:"to"`
	// Whether it went on with a sweep that had been cut short.
	Resumed bool `json:"resumed"`
	// How many pages the store gave.
	Pages uint64 `json:"pages"`
	// How many refunds, reversals and disputes stood on them.
	Found uint64 `json:"found"`
	// How many of them were refunds of orders not known to be refunded.
	New uint64 `json:"new"`
	// How many reported anything else that was not known: why money went back, or a refund request.
	Changed uint64 `json:"changed"`
	// How many rows could not be understood, and are kept as dead letters from now on.
	Unread uint64 `json:"unread"`
	// Of a store that is asked about each receipt: how many it does not know, or not as this customer's.
	Refused uint64 `json:"refused"`
	// Of the same: how many there was no answer of. Each is asked about again after an hour, then after twice as long
	// each time, up to a day.
	Postponed uint64 `json:"postponed"`
	// The period that should have been swept and is past the store's retention; nil: none.
	Gap *Gap `json:"gap"`
	// How it ended.
	Ended SweepEnd `json:"ended"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Sweep) UnmarshalJSON(text []byte) error {
	type plain Sweep
	return decode(text, (*plain)(d), &d.JSON)
}

// Gap is a period that is past the store's retention: what was refunded then, and is not known, is lost.
type Gap struct {
	// From when: the end of the last sweep, what was asked for, or where there is neither, the first purchase.
	From Timestamp `json:"from"`
	// To when: as far back as the store remembers.
	To Timestamp `json:"to"`
}

// SweepEnd is how a sweep ended.
type SweepEnd struct {
	// "under_way", "complete", "failed" (Code, Message and Retryable say why; the next sweep resumes there) or "elsewhere"
	// (another engine on the ledger sweeps this app).
	What string `json:"what"`
	// A stable name for programs.
	Code string `json:"code"`
	// What went wrong.
	Message string `json:"message"`
	// Whether the same may succeed later without anybody changing anything.
	Retryable bool `json:"retryable"`
	// The id of the other engine's process, on its machine; nil where that has come to its end by now.
	Process *uint32 `json:"process"`
}

// LookedUp is what ReconcileOrder found.
type LookedUp struct {
	// The store.
	Store Store `json:"store"`
	// The app that the order is of.
	App string `json:"app"`
	// Whether it is an order of the sandbox.
	Sandbox bool `json:"sandbox"`
	// How many refunds the store named.
	Found uint64 `json:"found"`
	// How many of them were of orders not known to be refunded.
	New uint64 `json:"new"`
	// How many reported anything else that was not known.
	Changed uint64 `json:"changed"`
	// How many could not be read, and are kept as dead letters from now on.
	Unread uint64 `json:"unread"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *LookedUp) UnmarshalJSON(text []byte) error {
	type plain LookedUp
	return decode(text, (*plain)(d), &d.JSON)
}

// Worked is what Work did.
type Worked struct {
	// How many actions were taken a step on.
	Actions uint64 `json:"actions"`
	// About how many refunds stores were asked why they made them.
	Inquiries uint64 `json:"inquiries"`
	// How many reviews were settled or are being answered.
	Reviews uint64 `json:"reviews"`
	// The sweeps that were due.
	Reconciled Reconciled `json:"reconciled"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Worked) UnmarshalJSON(text []byte) error {
	type plain Worked
	return decode(text, (*plain)(d), &d.JSON)
}
