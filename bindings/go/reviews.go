package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
	"time"
)

// Consumption is what the host reports about a purchase: how far it was used, and whether the player consents to
// sharing that.
type Consumption struct {
	// Whether the player has consented to share this with the store. Without consent nothing is sent to the App Store,
	// and Google Play is not sent how much was used nor when.
	Consent bool `json:"consent"`
	// Whether what was bought was delivered and works; empty: it was.
	Delivery Delivery `json:"delivery,omitempty"`
	// How much of it was used, in thousandths of a percent from 0 to 100000; nil if unknown.
	Consumed *MilliPercent `json:"consumed,omitempty"`
	// Whether the player could try it before buying.
	SampleGiven bool `json:"sample_given"`
	// When and how it was used, oldest first, at most 1000; the App Store has no field for it.
	Usage []Usage `json:"usage,omitempty"`
	// JSON, unless nil, is the report and replaces all above: for members of a later version. The library never fills it.
	JSON json.RawMessage `json:"-"`
}

// Usage is one use of what was bought. Google Play consumptionUsageEvents.
type Usage struct {
	// When.
	At Timestamp `json:"at"`
	// What was used, as text; at most 5000 characters are sent.
	What string `json:"what,omitempty"`
	// From which address.
	IPAddress string `json:"ip_address,omitempty"`
}

// ReportConsumption reports how far an order was used, before a refund review or when EventReview reports one; a later
// report replaces an earlier one. order is the store's id of it.
//
// It returns the store's latest refund review of the order, or nil if there is none. An open review is answered soon
// after this call and not in it: by the engine itself, or by Work.
//
// Blocks until the commit is on disk. ctx is checked before that begins. Fails with ErrInvalidArgument for an invalid
// report.
func (e *Engine) ReportConsumption(ctx context.Context, order string, report Consumption) (*ReviewCase, error) {
	request, err := givenIn(ctx, report.JSON, report)
	if err != nil {
		return nil, err
	}
	text, err := e.document(func(handle *C.recoup_engine, text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_report_consumption(
			handle, chars(order), length(order), jsonAt(request), C.size_t(len(request)), text, object)
	})
	if err == nil && string(text) == "null" {
		return nil, nil
	}
	return read[ReviewCase](text, err)
}

// ReviewFilter selects the refund reviews to list; a zero field matches all.
type ReviewFilter struct {
	// Of this store.
	Store Store `json:"store,omitempty"`
	// In this state.
	State ReviewState `json:"state,omitempty"`
	// Of this order.
	OrderID string `json:"order_id,omitempty"`
	// Of this refund.
	RefundID int64 `json:"refund_id,omitempty"`
	// JSON, unless nil, is the filter and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Reviews is a page of refund reviews, newest first. after, limit and the page as for Refunds.
func (e *Engine) Reviews(filter ReviewFilter, after int64, limit int) (*Page[ReviewCase], error) {
	request, err := given(filter.JSON, filter)
	if err != nil {
		return nil, err
	}
	return read[Page[ReviewCase]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_reviews(
			handle, jsonAt(request), C.size_t(len(request)), C.int64_t(after), pageSize(limit), text, object)
	}))
}

// ReviewFigures is what became of the refund reviews that stores have requested since a time. The zero time is the
// beginning. Reads all of these reviews from the disk.
func (e *Engine) ReviewFigures(since time.Time) (*ReviewFigures, error) {
	return read[ReviewFigures](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_review_figures(handle, C.int64_t(millis(since)), text, object)
	}))
}

// ReviewCase is a store's refund review of one order.
type ReviewCase struct {
	// Its id.
	ID int64 `json:"id"`
	// The refund.
	RefundID int64 `json:"refund_id"`
	// The store.
	Store Store `json:"store"`
	// The app.
	App string `json:"app"`
	// The order.
	OrderID string `json:"order_id"`
	// The player; empty: unknown.
	User string `json:"user"`
	// When the store requested it; if repeatedly, the last time.
	RequestedAt Timestamp `json:"requested_at"`
	// The latest time at which an answer counts; nil if the store did not set one.
	Deadline *Timestamp `json:"deadline"`
	// Its state.
	State ReviewState `json:"state"`
	// What the host has reported about the order; nil: nothing yet.
	Consumption *Consumption `json:"consumption"`
	// The rule that matched; empty: not decided yet.
	Rule string `json:"rule"`
	// The rule's answer; empty: not decided yet.
	Answer ReviewReply `json:"answer"`
	// The store action that sends the answer; 0: none yet.
	Action int64 `json:"action"`
	// The outcome; empty while the store has not reported it.
	Outcome ReviewOutcome `json:"outcome"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ReviewCase) UnmarshalJSON(text []byte) error {
	type plain ReviewCase
	return decode(text, (*plain)(d), &d.JSON)
}

// ReviewState is the state of a refund review.
type ReviewState string

const (
	// ReviewWaiting: waiting for the host's report.
	ReviewWaiting ReviewState = "waiting"
	// ReviewReported: the host has reported; the answer is being sent.
	ReviewReported ReviewState = "reported"
	// ReviewAnswered: the store has accepted the answer.
	ReviewAnswered ReviewState = "answered"
	// ReviewDeclinedToAnswer: not answered: by a rule, or because the player has not consented.
	ReviewDeclinedToAnswer ReviewState = "declined_to_answer"
	// ReviewMissed: the deadline passed, or the store refused the answer's content, or it is not known whether the
	// answer arrived (its action is then unknown). Refused content may be reported again until the deadline.
	ReviewMissed ReviewState = "missed"
	// ReviewClosed: the store decided before it received an answer.
	ReviewClosed ReviewState = "closed"
)

// ReviewReply is a rule's answer to a refund review.
type ReviewReply string

const (
	// ReplyDecline: the facts, and that the game prefers no refund.
	ReplyDecline ReviewReply = "decline"
	// ReplyGrant: the facts, and that the game prefers a refund.
	ReplyGrant ReviewReply = "grant"
	// ReplyProrated: the facts, and that the game prefers a refund of what was not used. Google Play has no such value;
	// it gets no preference. The same goes for the App Store if nothing or everything was used, or the use is
	// unknown.
	ReplyProrated ReviewReply = "prorated"
	// ReplyNeutral: the facts, without a preference.
	ReplyNeutral ReviewReply = "neutral"
	// ReplyDataOnly: as ReplyNeutral, but at every store only if the host has reported and the player has consented.
	ReplyDataOnly ReviewReply = "data_only"
	// ReplyNoAnswer: no answer.
	ReplyNoAnswer ReviewReply = "no_answer"
)

// ReviewOutcome is the outcome of a refund request.
type ReviewOutcome string

const (
	// ReviewRefunded: the store refunded, in full or in part.
	ReviewRefunded ReviewOutcome = "refunded"
	// ReviewDeclined: the store declined the request.
	ReviewDeclined ReviewOutcome = "declined"
	// ReviewReversed: the store refunded and reversed the refund.
	ReviewReversed ReviewOutcome = "reversed"
)

// Delivery is whether what was bought was delivered, in the App Store's terms (deliveryStatus).
type Delivery string

const (
	// DeliveryDelivered: it was delivered and works.
	DeliveryDelivered Delivery = "delivered"
	// DeliveryQualityIssue: it was delivered and is broken.
	DeliveryQualityIssue Delivery = "quality_issue"
	// DeliveryWrongItem: something else was delivered.
	DeliveryWrongItem Delivery = "wrong_item"
	// DeliveryServerOutage: it was not delivered, since the game's servers were down.
	DeliveryServerOutage Delivery = "server_outage"
	// DeliveryNotDelivered: it was not delivered for another reason.
	DeliveryNotDelivered Delivery = "not_delivered"
)

// ReviewFigures are figures about the refund reviews of a period, without the sandbox's.
type ReviewFigures struct {
	// How many reviews were requested.
	Cases uint64 `json:"cases"`
	// How many were answered.
	Answered uint64 `json:"answered"`
	// How many requests the store declined.
	DeclinedByStore uint64 `json:"declined_by_store"`
	// How many it refunded and did not reverse.
	Refunded uint64 `json:"refunded"`
	// How many deadlines were missed.
	Missed uint64 `json:"missed"`
	// The price of the orders with a declined, reversed or partial refund, in micros by currency, less the refunded
	// amount. Each order counts once, by its latest review; orders with an unknown price or refunded amount do not
	// count.
	MoneyKept map[string]int64 `json:"money_kept"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ReviewFigures) UnmarshalJSON(text []byte) error {
	type plain ReviewFigures
	return decode(text, (*plain)(d), &d.JSON)
}
