package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
	"unsafe"
)

// IssueRefund refunds an order through its store's API. See recoup_engine_issue_refund in recoup.h for the JSON: {"order",
// "who", "why", "key"}. The same call made twice with one key is one refund: give a key wherever a person or a program
// might try again.
//
// It is on disk before the store is asked and after it has answered. It returns the action as it then is: {"id", "key",
// "store", "app", "kind", "refund_id", "order_id", "request", "who", "why", "state", "attempts", "answer", "at",
// "next_at", "settled_at"}. The state is "written", "sending", "confirming", "done", "failed" (the store will not, which
// is no error here) or "unknown" (sent, and a person must look into the store's console). What is not settled goes on by
// itself, or by Work.
//
// Blocks until commits are on disk, and on the store: for up to a few minutes where it does not answer. ctx is looked at
// before that begins: what has begun runs to its end. Fails with ErrAPI where the configuration has no credentials for
// the store, and with ErrInvalidArgument for what no store would understand and for a key that names something else.
func (e *Engine) IssueRefund(ctx context.Context, refund json.RawMessage) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_issue_refund(handle, jsonAt(refund), C.size_t(len(refund)), text, object)
	})
}

// RevokeSubscription ends a Google Play subscription at once and gives money back. See recoup_engine_revoke_subscription
// in recoup.h for the JSON. Google does not say what becomes of a revocation that is sent twice, so one that got no answer
// is not sent again: its state is "unknown". Otherwise as IssueRefund.
func (e *Engine) RevokeSubscription(ctx context.Context, revocation json.RawMessage) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_revoke_subscription(handle, jsonAt(revocation), C.size_t(len(revocation)), text, object)
	})
}

// Action is one action, as IssueRefund gives it, and as far as it is now. Fails with ErrNotFound.
func (e *Engine) Action(actionID int64) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_action(handle, C.int64_t(actionID), text, object)
	})
}

// Actions is a page of actions, newest first: refunds, revocations, and answers to stores' questions. The filter is a
// JSON object with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and
// "refund_id", or nil for all. after, limit and the page as for Refunds.
func (e *Engine) Actions(filter json.RawMessage, after int64, limit int) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_actions(
			handle, jsonAt(filter), C.size_t(len(filter)), C.int64_t(after), pageSize(limit), text, object)
	})
}

// ReportConsumption reports how far an order was used, before a store asks or when EventReview says that one did; what is
// reported later replaces what was reported before. order is the store's id of it. See recoup_engine_report_consumption
// in recoup.h for the JSON: {"consent", "delivery", "consumed", "sample_given", "usage"}.
//
// It returns the store's latest question about the order, or null where there is none: {"id", "refund_id", "store",
// "app", "order_id", "user", "requested_at", "deadline", "state", "consumption", "rule", "answer", "action", "outcome"}. An
// open question is answered soon after this call and not in it: by the engine itself, or by Work.
//
// Blocks until the commit is on disk. ctx is looked at before that begins. Fails with ErrInvalidArgument for what is no
// report.
func (e *Engine) ReportConsumption(ctx context.Context, order string, report json.RawMessage) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_report_consumption(
			handle, chars(order), length(order), jsonAt(report), C.size_t(len(report)), text, object)
	})
}

// Reviews is a page of stores' questions about refund requests, newest first, as ReportConsumption gives them. The filter
// is a JSON object with any of "store", "state", "order_id" and "refund_id", or nil for all. after, limit and the page as
// for Refunds.
func (e *Engine) Reviews(filter json.RawMessage, after int64, limit int) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_reviews(
			handle, jsonAt(filter), C.size_t(len(filter)), C.int64_t(after), pageSize(limit), text, object)
	})
}

// jsonAt is where a document's bytes lie.
func jsonAt(document json.RawMessage) *C.char {
	return (*C.char)(unsafe.Pointer(bytesAt(document)))
}
