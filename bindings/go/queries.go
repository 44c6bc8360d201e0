package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// RefundFilter selects the refunds to list; a zero field matches all.
type RefundFilter struct {
	// Of this store.
	Store Store `json:"store,omitempty"`
	// Of this user.
	User string `json:"user,omitempty"`
	// Of this order.
	OrderID string `json:"order_id,omitempty"`
	// In this state.
	State StoreState `json:"state,omitempty"`
	// Of this product, exactly.
	Product string `json:"product,omitempty"`
	// Without a user, or with one.
	Unattributed *bool `json:"unattributed,omitempty"`
	// With one of these work statuses; empty: with any.
	WorkStatus []WorkStatus `json:"work_status,omitempty"`
	// Assigned to this operator.
	Assignee string `json:"assignee,omitempty"`
	// Of this app or account.
	App string `json:"app,omitempty"`
	// Of this environment, as far as it is known.
	Environment Environment `json:"environment,omitempty"`
	// Only those of production that need a person's work: WorkOpen, WorkRecovering or WorkReturning.
	ToDo bool `json:"to_do,omitempty"`
	// Refunded at this time or later, by the store's clock.
	Since *Timestamp `json:"since,omitempty"`
	// Refunded before this time.
	Until *Timestamp `json:"until,omitempty"`
	// First seen by this ledger at this time or later.
	FirstSeenSince *Timestamp `json:"first_seen_since,omitempty"`
	// First seen by this ledger before this time.
	FirstSeenUntil *Timestamp `json:"first_seen_until,omitempty"`
	// For this reason.
	Reason Reason `json:"reason,omitempty"`
	// Of this trust.
	Trust Trust `json:"trust,omitempty"`
	// Of buyers of this country (ISO 3166-1, such as "KR"), as far as it is known.
	Country string `json:"country,omitempty"`
	// Of which an amount of this currency was refunded.
	Currency string `json:"currency,omitempty"`
	// Of which this much or more was refunded, in millionths of Currency, which is needed; 0: not compared.
	AmountAtLeast int64 `json:"amount_at_least,omitempty"`
	// Of which this much or less was refunded, in millionths of Currency, which is needed; 0: not compared.
	AmountAtMost int64 `json:"amount_at_most,omitempty"`
	// Decided by the rule of this name, exactly.
	Rule string `json:"rule,omitempty"`
	// Decided to be handled so.
	Action ActionKind `json:"action,omitempty"`
	// Whose user has an active block, or has none.
	Blocked *bool `json:"blocked,omitempty"`
	// What a list is sorted by; empty: when they were first seen, which is all that Refunds sorts by.
	Sort RefundSort `json:"sort,omitempty"`
	// Which end of a list comes first; empty: the newest.
	Order ListOrder `json:"order,omitempty"`
	// JSON, unless nil, is the filter and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// RefundSort is what a list of refunds is sorted by.
type RefundSort string

const (
	// SortFirstSeen: when this ledger first received them.
	SortFirstSeen RefundSort = "first_seen"
	// SortAt: when they were refunded, by the store's clock.
	SortAt RefundSort = "at"
	// SortUpdated: when they last changed.
	SortUpdated RefundSort = "updated"
	// SortAmount: how much was refunded, of one currency.
	SortAmount RefundSort = "amount"
)

// ListOrder is which end of a sorted list comes first.
type ListOrder string

const (
	// ListNewest: the latest first; of amounts, the largest.
	ListNewest ListOrder = "newest"
	// ListOldest: the earliest first; of amounts, the smallest.
	ListOldest ListOrder = "oldest"
)

// Refund is one refund: the store's report, its user, the policy's decision. All queries read the disk and never wait for
// a writer. Fails with ErrNotFound.
func (e *Engine) Refund(refundID int64) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_refund(handle, C.int64_t(refundID), text, object)
	}))
}

// Refunds is a page of refunds, newest first. Give 0 as after for the first page and the page's Next for the one behind
// it, until that is 0. A page has up to limit items, at least 1 and at most 1000.
func (e *Engine) Refunds(filter RefundFilter, after int64, limit int) (*Page[Refund], error) {
	request, err := given(filter.JSON, filter)
	if err != nil {
		return nil, err
	}
	return read[Page[Refund]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_refunds(
			handle, jsonAt(request), C.size_t(len(request)), C.int64_t(after), pageSize(limit), text, object)
	}))
}

// User is all that is known of a user, up to the newest 10000 of each. It answers "why is this player blocked?". An
// unknown user has empty lists.
func (e *Engine) User(user string) (*UserHistory, error) {
	return read[UserHistory](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_user(handle, chars(user), length(user), text, object)
	}))
}

// Order is all that is known of an order, by its order id or its purchase token, up to the newest 10000 of each. An
// unknown order has empty lists.
func (e *Engine) Order(order string) (*OrderHistory, error) {
	return read[OrderHistory](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_order(handle, chars(order), length(order), text, object)
	}))
}

// QueryEvent is an event that was not acknowledged yet: all that Event has, and the refund and the block as they were when
// it was queued. Fails with ErrNotFound.
func (e *Engine) QueryEvent(eventID int64) (*EventDetails, error) {
	return read[EventDetails](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_event(handle, C.int64_t(eventID), text, object)
	}))
}

// Blocks is a page of blocks, newest first: the active ones, or all, ended ones included. after, limit and the page as for
// Refunds.
func (e *Engine) Blocks(withEnded bool, after int64, limit int) (*Page[Block], error) {
	var ended C.uint8_t
	if withEnded {
		ended = 1
	}
	return read[Page[Block]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_blocks(handle, ended, C.int64_t(after), pageSize(limit), text, object)
	}))
}

// DeadLetters is a page of authentic messages that were not understood, newest first, for a person to look at. after,
// limit and the page as for Refunds.
func (e *Engine) DeadLetters(after int64, limit int) (*Page[DeadLetter], error) {
	return read[Page[DeadLetter]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_dead_letters(handle, C.int64_t(after), pageSize(limit), text, object)
	}))
}

// Stats are figures for a dashboard.
func (e *Engine) Stats() (*Stats, error) {
	return read[Stats](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_stats(handle, text, object)
	}))
}

// pageSize lets the library refuse a limit below 1.
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
