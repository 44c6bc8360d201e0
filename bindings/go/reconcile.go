package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
)

// ReconcileOptions are the stores and the period of Reconcile. The zero value is all stores, each from the end of its last
// sweep.
type ReconcileOptions struct {
	// Stores are the stores to query; nil: all.
	Stores []Store `json:"stores,omitempty"`
	// Since is the start, as far back as the store's retention reaches; nil: the end of each app's last sweep.
	Since *Timestamp `json:"since,omitempty"`
	// JSON, unless nil, replaces all options above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Reconcile queries the stores for refunds since the last sweep, and ingests them as their webhooks would be: what is known
// already changes nothing. An engine does this by itself, unless Options.NoBackground is set; call it after an outage. A
// store that fails does not stop the others, and is no failure of this call.
//
// progress, unless nil, gets the progress of a sweep: at its beginning, after each page, and when it fails. It is called on
// this goroutine. Inside of it you may call every method of the engine except Reconcile, Doctor, TryPolicy, Export,
// ExportUser, Work and Shutdown, which return ErrReentrant. A panic in it goes to the PanicHandler, and the sweep continues. It
// must not end its goroutine (runtime.Goexit).
//
// Blocks on the disk and on the stores for as long as they take; a second call waits for the first. ctx is checked before
// that begins. Fails with ErrAPI for a store that is named and has no credentials.
func (e *Engine) Reconcile(ctx context.Context, options ReconcileOptions, progress func(Sweep)) (*ReconcileResult, error) {
	request, err := givenIn(ctx, options.JSON, options)
	if err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return read[ReconcileResult](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile(handle, jsonAt(request), C.size_t(len(request)), callback, data, text, object)
	}))
}

// telling makes C's callback for progress, and a function that ends it when the call has returned.
func telling[T any](progress func(T)) (C.recoup_progress_callback, C.uintptr_t, func()) {
	if progress == nil {
		return nil, 0, func() {}
	}
	data := hold(func(text json.RawMessage) {
		var value T
		// The JSON has the parts that cannot be read.
		_ = json.Unmarshal(text, &value)
		progress(value)
	})
	return C.recoup_progress_callback(C.recoup_go_progress), data, func() { release(data) }
}

// ReconcileOrder queries a store for the refunds of an order, and ingests them as Reconcile does. For support, if a player
// was refunded and no webhook reported it, and for refunds that are older than a sweep reaches. Only the AppStore supports
// this query: it reports all refunds of the transaction's customer. app is a bundle id; if it is empty, all apps with
// credentials are queried in turn, each in production and then in the sandbox.
//
// Blocks on the disk and on the store, page by page. ctx is checked before that begins. Fails with ErrAPI if the store does
// not answer, refuses or has no credentials, and with ErrInvalidArgument for another store.
func (e *Engine) ReconcileOrder(ctx context.Context, store Store, app, order string) (*ReconcileOrderResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[ReconcileOrderResult](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile_order(handle, chars(string(store)), length(string(store)), chars(app), length(app),
			chars(order), length(order), text, object)
	}))
}

// Work does the work with the stores that is due, once: it queries the reason of refunds that were pushed without one,
// handles refund reviews, continues actions that are not settled, and sweeps every app with a last sweep long enough ago.
// For engines with Options.NoBackground: call it every minute or so, on a goroutine that may wait. With nothing due it
// costs a few reads. A store's refusal is reported in the action, in the sweep and in the log, and is no failure of this
// call.
//
// Blocks on the disk and on the stores, as Reconcile does. ctx is checked before that begins. Fails with ErrReentrant
// inside of a progress function and of the io.Writer of an export.
func (e *Engine) Work(ctx context.Context) (*WorkResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[WorkResult](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_work(handle, text, object)
	}))
}

// ReconcileResult is the result of Reconcile.
type ReconcileResult struct {
	// Each app of each queried store.
	Sweeps []Sweep `json:"sweeps"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ReconcileResult) UnmarshalJSON(text []byte) error {
	type plain ReconcileResult
	return decode(text, (*plain)(d), &d.JSON)
}

// Sweep is the result of one app's sweep.
type Sweep struct {
	// The store.
	Store Store `json:"store"`
	// The app or account, as the configuration names it.
	App string `json:"app"`
	// The start of the period that was requested.
	From Timestamp `json:"from"`
	// Its end.
	To Timestamp `json:"to"`
	// Whether it resumed a sweep that had been cut short.
	Resumed bool `json:"resumed"`
	// How many pages the store gave.
	Pages uint64 `json:"pages"`
	// How many refunds, reversals and disputes were on them.
	Found uint64 `json:"found"`
	// How many of them were refunds of orders not known to be refunded.
	New uint64 `json:"new"`
	// How many reported anything else that was new: the reason of a refund, or a refund request.
	Changed uint64 `json:"changed"`
	// How many rows could not be understood, and are now stored as dead letters.
	Unread uint64 `json:"unread"`
	// Of a store that is queried receipt by receipt: how many it does not know, or not as this customer's.
	Refused uint64 `json:"refused"`
	// Of the same: how many got no answer. Each is queried again after an hour, then after twice as long each time, up to
	// a day.
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

// Gap is a period that is past the store's retention: refunds of that time that are not known are lost.
type Gap struct {
	// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
	From Timestamp `json:"from"`
	// Its end: as far back as the store's retention reaches.
	To Timestamp `json:"to"`
}

// SweepEnd is how a sweep ended.
type SweepEnd struct {
	// "under_way", "complete", "failed" (Code, Message and Retryable have the reason; the next sweep resumes there) or
	// "elsewhere" (another engine on the ledger sweeps this app).
	What string `json:"what"`
	// A stable name for programs.
	Code string `json:"code"`
	// What went wrong.
	Message string `json:"message"`
	// Whether the same may succeed later without any change on your side.
	Retryable bool `json:"retryable"`
	// The id of the other engine's process, on its machine; nil if it has ended by now.
	Process *uint32 `json:"process"`
}

// ReconcileOrderResult is the result of ReconcileOrder.
type ReconcileOrderResult struct {
	// The store.
	Store Store `json:"store"`
	// The app of the order.
	App string `json:"app"`
	// Whether it is an order of the sandbox.
	Sandbox bool `json:"sandbox"`
	// How many refunds the store reported.
	Found uint64 `json:"found"`
	// How many of them were of orders not known to be refunded.
	New uint64 `json:"new"`
	// How many reported anything else that was new.
	Changed uint64 `json:"changed"`
	// How many could not be read, and are now stored as dead letters.
	Unread uint64 `json:"unread"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ReconcileOrderResult) UnmarshalJSON(text []byte) error {
	type plain ReconcileOrderResult
	return decode(text, (*plain)(d), &d.JSON)
}

// WorkResult is the result of Work.
type WorkResult struct {
	// How many actions advanced.
	Actions uint64 `json:"actions"`
	// For how many refunds the stores were queried for the reason.
	Inquiries uint64 `json:"inquiries"`
	// How many reviews were settled or are being answered.
	Reviews uint64 `json:"reviews"`
	// The sweeps that were due.
	Reconciled ReconcileResult `json:"reconciled"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WorkResult) UnmarshalJSON(text []byte) error {
	type plain WorkResult
	return decode(text, (*plain)(d), &d.JSON)
}
