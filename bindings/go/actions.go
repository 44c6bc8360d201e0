package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
)

// RefundRequest is a request to refund an order.
type RefundRequest struct {
	// Order is what to refund.
	Order RefundOrder `json:"order"`
	// Who requests it: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// Key is a name of your own, such as a support ticket's: two requests with the same key are one refund. Set it if a
	// person or a program might try again.
	Key string `json:"key,omitempty"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// RefundOrder is the payment to refund. Only Google Play and Stripe let a seller do this.
type RefundOrder struct {
	// Store is GooglePlay or Stripe.
	Store Store `json:"store"`
	// App is Google Play's package name, or the name of Stripe's section of the configuration.
	App string `json:"app"`
	// OrderID is Google Play's order, such as "GPA.3345-1234-5678-90123". All that is left of it is refunded.
	OrderID string `json:"order_id,omitempty"`
	// Revoke, of Google Play: the player's access ends at once, and a subscription's renewals with it.
	Revoke bool `json:"revoke,omitempty"`
	// Payment is Stripe's charge (ch_..., py_...) or payment intent (pi_...).
	Payment string `json:"payment,omitempty"`
	// Amount is how much of Stripe's payment, in the currency that was paid in; nil: all that is left.
	Amount *Money `json:"amount,omitempty"`
	// Reason is for Stripe's reports; empty: none.
	Reason RefundReason `json:"reason,omitempty"`
}

// RefundReason is why a seller refunds, in Stripe's terms.
type RefundReason string

const (
	// RefundDuplicate: it was paid twice.
	RefundDuplicate RefundReason = "duplicate"
	// RefundFraudulent: another person paid with the card. Stripe then puts the card and the email address on its block lists.
	RefundFraudulent RefundReason = "fraudulent"
	// RefundRequestedByCustomer: the player requested it.
	RefundRequestedByCustomer RefundReason = "requested_by_customer"
)

// IssueRefund refunds an order through its store's API.
//
// The action is on disk before the request is sent, and again after the store has answered. It returns the action at that
// time. A store's refusal is no error here: the action has failed. Unsettled actions continue by themselves, or in Work.
//
// Blocks until commits are on disk, and on the store: up to a few minutes if it does not answer. ctx is checked before that
// begins: a request that has begun runs to its end. Fails with ErrAPI if the configuration has no credentials for the store,
// and with ErrInvalidArgument for a request that no store would accept and for a key that was used for another request.
func (e *Engine) IssueRefund(ctx context.Context, refund RefundRequest) (*StoreAction, error) {
	request, err := givenIn(ctx, refund.JSON, refund)
	if err != nil {
		return nil, err
	}
	return read[StoreAction](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_issue_refund(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// RevocationRequest is a request to end a Google Play subscription at once.
type RevocationRequest struct {
	// Order is the subscription.
	Order RevokedSubscription `json:"order"`
	// Who requests it: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// Key is as that of a RefundRequest.
	Key string `json:"key,omitempty"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// RevokedSubscription is a Google Play subscription to end at once.
type RevokedSubscription struct {
	// App is the package name.
	App string `json:"app"`
	// PurchaseToken is the subscription's purchase token.
	PurchaseToken string `json:"purchase_token"`
	// Refund is how much of its price is refunded.
	Refund RevocationRefund `json:"refund"`
}

// RevocationRefund is how much of a revoked subscription's price is refunded. The zero value is RevokeWithFullRefund.
type RevocationRefund struct{ share, item string }

// RevokeWithFullRefund refunds the latest charge.
func RevokeWithFullRefund() RevocationRefund { return RevocationRefund{share: "full"} }

// RevokeWithProratedRefund refunds the share of the latest charge for the remaining time.
func RevokeWithProratedRefund() RevocationRefund { return RevocationRefund{share: "prorated"} }

// RevokeItem revokes and refunds one item of a subscription with add-ons, by its product id.
func RevokeItem(productID string) RevocationRefund { return RevocationRefund{item: productID} }

// MarshalJSON writes it as the library reads it.
func (r RevocationRefund) MarshalJSON() ([]byte, error) {
	switch {
	case r.item != "":
		return json.Marshal(map[string]string{"item": r.item})
	case r.share != "":
		return json.Marshal(r.share)
	}
	return json.Marshal("full")
}

// RevokeSubscription ends a Google Play subscription at once and refunds it. Google does not document repeated
// revocations, so one without an answer is not sent again: its state is ActionUnknown. Otherwise as IssueRefund.
func (e *Engine) RevokeSubscription(ctx context.Context, revocation RevocationRequest) (*StoreAction, error) {
	request, err := givenIn(ctx, revocation.JSON, revocation)
	if err != nil {
		return nil, err
	}
	return read[StoreAction](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_revoke_subscription(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Action is the current state of one store action. Fails with ErrNotFound.
func (e *Engine) Action(actionID int64) (*StoreAction, error) {
	return read[StoreAction](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_action(handle, C.int64_t(actionID), text, object)
	}))
}

// StoreActionFilter selects the store actions to list; a zero field matches all.
type StoreActionFilter struct {
	// Of this store.
	Store Store `json:"store,omitempty"`
	// Of this kind.
	Kind StoreActionKind `json:"kind,omitempty"`
	// In this state.
	State StoreActionState `json:"state,omitempty"`
	// Of this order, payment or purchase token.
	OrderID string `json:"order_id,omitempty"`
	// Of this refund.
	RefundID int64 `json:"refund_id,omitempty"`
	// JSON, unless nil, is the filter and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Actions is a page of store actions, newest first. after, limit and the page as for Refunds.
func (e *Engine) Actions(filter StoreActionFilter, after int64, limit int) (*Page[StoreAction], error) {
	request, err := given(filter.JSON, filter)
	if err != nil {
		return nil, err
	}
	return read[Page[StoreAction]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_actions(
			handle, jsonAt(request), C.size_t(len(request)), C.int64_t(after), pageSize(limit), text, object)
	}))
}

// StoreAction is a store action: a request to a store, sent or about to be sent.
type StoreAction struct {
	// Its id.
	ID int64 `json:"id"`
	// The caller's own name for it: a repeated call with the same key is the same action.
	Key string `json:"key"`
	// Which store.
	Store Store `json:"store"`
	// The app or account.
	App string `json:"app"`
	// Its kind.
	Kind StoreActionKind `json:"kind"`
	// The refund of the answered review.
	RefundID int64 `json:"refund_id"`
	// The order, payment or purchase token.
	OrderID string `json:"order_id"`
	// The request in full.
	Request json.RawMessage `json:"request"`
	// Who requested it: a person or a rule.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
	// Its state.
	State StoreActionState `json:"state"`
	// How often it was sent.
	Attempts uint32 `json:"attempts"`
	// The store's latest answer.
	Answer *StoreAnswer `json:"answer"`
	// When it was requested.
	At Timestamp `json:"at"`
	// When it is next sent or queried; nil once it is settled.
	NextAt *Timestamp `json:"next_at"`
	// When it became settled.
	SettledAt *Timestamp `json:"settled_at"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *StoreAction) UnmarshalJSON(text []byte) error {
	type plain StoreAction
	return decode(text, (*plain)(d), &d.JSON)
}

// StoreActionKind is the kind of a store action.
type StoreActionKind string

const (
	// StoreRefund: a payment is refunded.
	StoreRefund StoreActionKind = "refund"
	// StoreRevokeSubscription: a subscription is ended.
	StoreRevokeSubscription StoreActionKind = "revoke_subscription"
	// StoreAnswerReview: a refund review is answered.
	StoreAnswerReview StoreActionKind = "answer_review"
)

// StoreActionState is the state of a store action.
type StoreActionState string

const (
	// ActionWritten: not sent yet, or the store could not accept it and it will be sent again.
	ActionWritten StoreActionState = "written"
	// ActionSending: sent, and not yet answered; after a crash, until the store's state is checked.
	ActionSending StoreActionState = "sending"
	// ActionConfirming: the store has accepted it; Recoup queries the store until the money has moved.
	ActionConfirming StoreActionState = "confirming"
	// ActionDone: the store did it.
	ActionDone StoreActionState = "done"
	// ActionFailed: the store did not do it and will not.
	ActionFailed StoreActionState = "failed"
	// ActionUnknown: sent, and whether the store did it could not be found out. Check the store's console.
	ActionUnknown StoreActionState = "unknown"
)

// StoreAnswer is the store's latest answer to an action.
type StoreAnswer struct {
	// "done", "accepted" (the store has not reported yet whether money moves), "already_refunded" or "error".
	Result string `json:"result"`
	// The refund's id at the store, if it has one.
	ID string `json:"id"`
	// A stable name for programs, such as api_refused.
	Code string `json:"code"`
	// The store's message, without secrets.
	Message string `json:"message"`
}
