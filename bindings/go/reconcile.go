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
// The result is {"sweeps": [{"store", "app", "from", "to", "resumed", "pages", "found", "new", "changed", "gap", "ended"},
// ...]}, one for each app: see recoup_engine_reconcile in recoup.h. A store that fails does not stop the others, and is
// no failure of this call.
//
// progress, unless nil, hears how far a sweep has come, in one object as in "sweeps": at its beginning, after each page,
// and where it fails. It is called on this goroutine. Inside of it you may call every method of the engine but Reconcile,
// Work and Shutdown, which return ErrReentrant. A panic in it goes to the PanicHandler, and the sweep goes on. It must not
// end its goroutine (runtime.Goexit).
//
// Blocks on the disk and on the stores for as long as they take; a second call waits for the first. ctx is looked at
// before that begins. Fails with ErrAPI for a store that is named and has no credentials.
func (e *Engine) Reconcile(ctx context.Context, options json.RawMessage, progress func(sweep json.RawMessage)) (
	json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var callback C.recoup_progress_callback
	var data C.uintptr_t
	if progress != nil {
		callback, data = C.recoup_progress_callback(C.recoup_go_progress), hold(progress)
		defer release(data)
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reconcile(handle, jsonAt(options), C.size_t(len(options)), callback, data, text, object)
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
// inside of what Reconcile calls.
func (e *Engine) Work(ctx context.Context) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_work(handle, text, object)
	})
}
