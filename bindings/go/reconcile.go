package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
	"time"
)

// ReviewFigures is what came of the questions that stores have asked since a time: {"cases", "answered",
// "declined_by_store", "refunded", "missed", "money_kept"}, where money_kept has millionths of the unit by currency. The
// zero time is the beginning. Reads all of these questions from the disk.
func (e *Engine) ReviewFigures(since time.Time) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_review_figures(handle, C.int64_t(millis(since)), text, object)
	})
}

// Reconcile asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be:
// what is known already changes nothing. An engine does this by itself, unless Options.NoBackground is set; call it after
// an outage. The options are {"stores": which ones, "since": from when on, in Unix milliseconds}, or nil for all stores
// from where their last sweep ended.
//
// The result is {"sweeps": [{"store", "app", "from", "to", "resumed", "pages", "found", "new", "changed", "unread",
// "refused", "gap", "ended"}, ...]}, one for each app: see recoup_engine_reconcile in recoup.h. A store that fails does
// not stop the others, and is no failure of this call.
//
// progress, unless nil, hears how far a sweep has come, in one object as in "sweeps": at its beginning, after each page,
// and where it fails. It is called on this goroutine. Inside of it you may call every method of the engine but Reconcile,
// Doctor, Work and Shutdown, which return ErrReentrant. A panic in it goes to the PanicHandler, and the sweep goes on.
// It must not end its goroutine (runtime.Goexit).
//
// Blocks on the disk and on the stores for as long as they take; a second call waits for the first. ctx is looked at
// before that begins. Fails with ErrAPI for a store that is named and has no credentials.
func (e *Engine) Reconcile(ctx context.Context, options json.RawMessage, progress func(sweep json.RawMessage)) (
	json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile(handle, jsonAt(options), C.size_t(len(options)), callback, data, text, object)
	})
}

// telling is what C is given to tell progress, and what ends that when the call has returned.
func telling(progress func(json.RawMessage)) (C.recoup_progress_callback, C.uintptr_t, func()) {
	if progress == nil {
		return nil, 0, func() {}
	}
	data := hold(progress)
	return C.recoup_progress_callback(C.recoup_go_progress), data, func() { release(data) }
}

// ReconcileOrder asks a store what it refunded of an order, and takes it in as Reconcile does. For support, where a player
// was refunded and no webhook said so, and for refunds that are older than a sweep reaches. Only the App Store
// ("app-store") can be asked so: it reports all refunds of the customer whose transaction it is. app is a bundle id; where
// it is empty, all apps with credentials are asked in turn, each in production and then in the sandbox.
//
// It returns {"store", "app", "sandbox", "found", "new", "changed"}: where the transaction was known, and how many refunds
// there are.
//
// Blocks on the disk and on the store, page by page. ctx is looked at before that begins. Fails with ErrAPI where the store
// does not answer, refuses or has no credentials, and with ErrInvalidArgument for another store.
func (e *Engine) ReconcileOrder(ctx context.Context, store, app, order string) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile_order(handle, chars(store), length(store), chars(app), length(app), chars(order),
			length(order), text, object)
	})
}

// Doctor checks the configuration that the engine was opened with, and the files it names; whether each store can be
// reached, takes the credentials, and has the same time; when it last spoke, and whether it is swept; what waits for
// somebody; and the ledger's file. It is what recoup doctor prints. The options are {"app_store_test_notification":
// whether Apple is asked to send a test notification, and what becomes of it is waited for}, or nil.
//
// The result is {"at", "health", "findings": [{"health", "area", "code", "store", "app", "facts", "advice"}, ...]}: see
// recoup_engine_doctor in recoup.h. health is "ok", "warning" or "broken", of all the worst; code is a stable name; facts
// and advice are for people, and without secrets. What is broken is no failure of this call.
//
// progress, unless nil, hears each finding as it is made; otherwise it is as that of Reconcile.
//
// Changes nothing: what is written to the ledger, to see that it can be, is taken back, and each store is asked a
// harmless question or two, once. Blocks on the disk and on the stores, at most 15 seconds for a question, and a minute
// for a test notification. ctx is looked at before that begins. Works after Shutdown, too, and says there that no store
// could be asked. Fails with ErrReentrant inside of what Reconcile or Doctor call.
func (e *Engine) Doctor(ctx context.Context, options json.RawMessage, progress func(finding json.RawMessage)) (
	json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	callback, data, end := telling(progress)
	defer end()
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_doctor(handle, jsonAt(options), C.size_t(len(options)), callback, data, text, object)
	})
}

// Work does once what is due with the stores: looks after their open questions, goes on with actions that are not
// settled, and sweeps every app whose last sweep is long enough ago. For engines with Options.NoBackground: call it every
// minute or so, on a goroutine that may wait. With nothing due it costs a few reads.
//
// It returns {"actions": how many were taken a step on, "reviews": how many questions were settled or are being answered,
// "reconciled": as of Reconcile}. What a store refused stands in the action, in the sweep and in the log, and is no
// failure of this call.
//
// Blocks on the disk and on the stores, as Reconcile does. ctx is looked at before that begins. Fails with ErrReentrant
// inside of what Reconcile or Doctor call.
func (e *Engine) Work(ctx context.Context) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_work(handle, text, object)
	})
}
