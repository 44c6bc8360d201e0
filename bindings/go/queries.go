package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// Refund is one refund: what the store said, whose it is, what the policy decided. All queries read the disk and never
// wait for a writer. Fails with ErrNotFound.
func (e *Engine) Refund(refundID int64) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_refund(handle, C.int64_t(refundID), text, object)
	})
}

// Refunds is a page of refunds, newest first: {"items": [...], "next": n}. The filter is a JSON object with any of
// "store", "user", "order_id", "state", "product", "unattributed", "since" and "until" (Unix milliseconds), or nil for
// all refunds. Give 0 as after for the first page and the page's "next" for the one behind it, until that is null. A
// page has up to limit items, at least 1 and at most 1000.
func (e *Engine) Refunds(filter json.RawMessage, after int64, limit int) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_refunds(
			handle, jsonAt(filter), C.size_t(len(filter)), C.int64_t(after), pageSize(limit), text, object)
	})
}

// User is all that is known of a user: {"user", "blocked", "blocks", "refunds", "purchases", "journal"}, up to the
// newest 10000 of each. It answers "why is this player blocked?". An unknown user has empty lists.
func (e *Engine) User(user string) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_user(handle, chars(user), length(user), text, object)
	})
}

// Order is all that is known of an order, by its order id or its purchase token: {"order", "purchases", "refunds",
// "journal"}, up to the newest 10000 of each. An unknown order has empty lists.
func (e *Engine) Order(order string) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_order(handle, chars(order), length(order), text, object)
	})
}

// QueryEvent is an event that was not acknowledged yet: all that Event reports, and the refund and the block as they
// stood when it was made. Fails with ErrNotFound.
func (e *Engine) QueryEvent(eventID int64) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_event(handle, C.int64_t(eventID), text, object)
	})
}

// Blocks is a page of blocks, newest first: the standing ones, or all that ever were. after, limit and the page as for
// Refunds.
func (e *Engine) Blocks(withEnded bool, after int64, limit int) (json.RawMessage, error) {
	var ended C.uint8_t
	if withEnded {
		ended = 1
	}
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_blocks(handle, ended, C.int64_t(after), pageSize(limit), text, object)
	})
}

// DeadLetters is a page of authentic messages that were not understood, newest first, for a person to look at: {"id",
// "store", "received_at", "code", "message", "body"}. after, limit and the page as for Refunds.
func (e *Engine) DeadLetters(after int64, limit int) (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_dead_letters(handle, C.int64_t(after), pageSize(limit), text, object)
	})
}

// Stats are figures for a dashboard: {"blocked_users", "events_waiting"}.
func (e *Engine) Stats() (json.RawMessage, error) {
	return e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_stats(handle, text, object)
	})
}

// pageSize lets the library refuse what is below 1.
func pageSize(limit int) C.size_t {
	if limit < 0 {
		return 0
	}
	return C.size_t(limit)
}

func (e *Engine) document(run func(*C.recoup_engine, **C.recoup_text, **C.recoup_error) C.recoup_status) (
	json.RawMessage, error) {
	var text *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return run(handle, &text, object)
	})
	if err != nil {
		return nil, err
	}
	return goJSON(text), nil
}
