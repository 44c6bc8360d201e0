package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// NewExclusion is an exclusion to make.
type NewExclusion struct {
	// Kind is what it goes by.
	Kind ExclusionKind `json:"kind"`
	// Value is the order id or purchase token, the user, or a pattern of products, in which * stands for any run of characters
	// and ? for one; empty for ExclusionOfOwnRefunds.
	Value string `json:"value,omitempty"`
	// Store: of this store only; empty: of all.
	Store Store `json:"store,omitempty"`
	// Action is what it does; empty: ExclusionSpare.
	Action ExclusionAction `json:"action,omitempty"`
	// Until is its end; nil: until an operator ends it.
	Until *Timestamp `json:"until,omitempty"`
	// Who makes it: a person or a tool, 1 to 1024 bytes.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes.
	Why string `json:"why"`
	// JSON, unless nil, is the exclusion and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Exclude makes an exclusion: refunds that it fits are not decided by the rules. It counts for refunds that are not decided
// yet; Overrule changes the others.
//
// Blocks until the commit is on disk. Fails with ErrInvalidArgument (bad_exclusion, bad_text, too_many), and with ErrRefused
// (standing_exclusion) if one of the same kind, value and store is active.
func (e *Engine) Exclude(exclusion NewExclusion) (*ExclusionMade, error) {
	request, err := given(exclusion.JSON, exclusion)
	if err != nil {
		return nil, err
	}
	return read[ExclusionMade](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_exclude(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// EndExclusion ends an exclusion; one that has ended stays as it is. Refunds that it decided stay so. who and why as in
// Block. It returns the exclusion after it. Blocks until the commit is on disk. Fails with ErrNotFound (unknown_exclusion),
// and with ErrInvalidArgument (bad_text).
func (e *Engine) EndExclusion(exclusionID int64, who, why string) (*Exclusion, error) {
	return read[Exclusion](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_end_exclusion(
			handle, C.int64_t(exclusionID), chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// Exclusions is a page of exclusions, newest first: the active ones, or all, ended ones included. after, limit and the page
// as for Refunds.
func (e *Engine) Exclusions(withEnded bool, after int64, limit int) (*Page[Exclusion], error) {
	var ended C.uint8_t
	if withEnded {
		ended = 1
	}
	return read[Page[Exclusion]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_exclusions(handle, ended, C.int64_t(after), pageSize(limit), text, object)
	}))
}

// Overruling is what is done about a refund whatever exclusions and rules say, by whom and why.
type Overruling struct {
	// Action is what is done, as a rule has it, such as &Action{Kind: ActionRecord}; nil: the rules decide again.
	Action *Action `json:"action,omitempty"`
	// Who decides: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Overrule decides one refund whatever exclusions and rules say, or lets the rules decide it again. What follows from the
// decision is done as for every other: blocks are made or end, events are queued, the books change. A refund without a
// decision, because its user is unknown or nothing is refunded, is decided so as soon as it needs one. It returns the refund
// after it.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, and with ErrInvalidArgument for an invalid request.
func (e *Engine) Overrule(refundID int64, overruling Overruling) (*Refund, error) {
	request, err := given(overruling.JSON, overruling)
	if err != nil {
		return nil, err
	}
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_overrule(
			handle, C.int64_t(refundID), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Exclusion is an exclusion.
type Exclusion struct {
	// Its id.
	ID int64 `json:"id"`
	// What it goes by.
	Kind ExclusionKind `json:"kind"`
	// The order id or token, the user, or the pattern of products; empty for ExclusionOfOwnRefunds.
	Value string `json:"value"`
	// The store; empty: all.
	Store Store `json:"store"`
	// What it does.
	Action ExclusionAction `json:"action"`
	// Who made it.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
	// When it was made.
	MadeAt Timestamp `json:"made_at"`
	// When it ends; nil: when an operator ends it.
	Until *Timestamp `json:"until"`
	// How many refunds it decided.
	Uses int64 `json:"uses"`
	// How it ended; nil while it is active.
	Ended *ExclusionEnd `json:"ended"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Exclusion) UnmarshalJSON(text []byte) error {
	type plain Exclusion
	return decode(text, (*plain)(d), &d.JSON)
}

// ExclusionEnd is how an exclusion ended.
type ExclusionEnd struct {
	// When.
	At Timestamp `json:"at"`
	// Who ended it; empty: it expired.
	Who string `json:"who"`
	// Why; empty: it expired.
	Why string `json:"why"`
}

// ExclusionMade is an exclusion that was made.
type ExclusionMade struct {
	Exclusion
	// Of an exclusion by order: the order's refunds that are decided already, at most 100. It changes nothing about these:
	// see Overrule.
	RefundedAlready []int64 `json:"refunded_already"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ExclusionMade) UnmarshalJSON(text []byte) error {
	var more struct {
		RefundedAlready []int64 `json:"refunded_already"`
	}
	if err := json.Unmarshal(text, &more); err != nil {
		return err
	}
	d.RefundedAlready = more.RefundedAlready
	return d.Exclusion.UnmarshalJSON(text)
}

// ExclusionKind is what an exclusion goes by, in the order in which exclusions are looked for.
type ExclusionKind string

const (
	// ExclusionOfOrder: an order id or purchase token.
	ExclusionOfOrder ExclusionKind = "order"
	// ExclusionOfUser: a user.
	ExclusionOfUser ExclusionKind = "user"
	// ExclusionOfProduct: a product; a pattern, in which * stands for any run of characters and ? for one.
	ExclusionOfProduct ExclusionKind = "product"
	// ExclusionOfOwnRefunds: orders that this ledger has a refund or revocation of its own for.
	ExclusionOfOwnRefunds ExclusionKind = "own_refunds"
)

// ExclusionAction is what an exclusion does with the refunds that it fits.
type ExclusionAction string

const (
	// ExclusionSpare: the refund is recorded: the host is notified and it counts, but it neither alerts nor blocks.
	ExclusionSpare ExclusionAction = "spare"
	// ExclusionExclude: the refund is excluded: no event is queued, and it never counts.
	ExclusionExclude ExclusionAction = "exclude"
)
