package recoup

import "encoding/json"

// UserHistory is all that is known of one user.
type UserHistory struct {
	// Who.
	User string `json:"user"`
	// Whether any block is active.
	Blocked bool `json:"blocked"`
	// The user's blocks, newest first.
	Blocks []Block `json:"blocks"`
	// The user's refunds, newest first.
	Refunds []Refund `json:"refunds"`
	// The user's purchases, newest first.
	Purchases []RecordedPurchase `json:"purchases"`
	// What happened, oldest first.
	Journal []JournalEntry `json:"journal"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *UserHistory) UnmarshalJSON(text []byte) error {
	type plain UserHistory
	return decode(text, (*plain)(d), &d.JSON)
}

// OrderHistory is all that is known of one order.
type OrderHistory struct {
	// The requested order id or purchase token.
	Order string `json:"order"`
	// The host's record of it.
	Purchases []RecordedPurchase `json:"purchases"`
	// Its refunds.
	Refunds []Refund `json:"refunds"`
	// The inquiries about its refunds.
	Inquiries []Inquiry `json:"inquiries"`
	// What happened, oldest first.
	Journal []JournalEntry `json:"journal"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *OrderHistory) UnmarshalJSON(text []byte) error {
	type plain OrderHistory
	return decode(text, (*plain)(d), &d.JSON)
}

// Block is a block: why a user may not play, since when and until when.
type Block struct {
	// Its id.
	ID int64 `json:"id"`
	// Who is blocked.
	User string `json:"user"`
	// What made it.
	Cause BlockCause `json:"cause"`
	// When it was made.
	MadeAt Timestamp `json:"made_at"`
	// When it ends; nil: at no fixed time.
	Until *Timestamp `json:"until"`
	// Whether it ends once the refund that caused it is settled.
	UntilSettled bool `json:"until_settled"`
	// What its user owes for that refund while it is active, as far as the books know; empty in events.
	Owes []Grant `json:"owes"`
	// How it ended; nil while it is active.
	Ended *BlockEnd `json:"ended"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Block) UnmarshalJSON(text []byte) error {
	type plain Block
	return decode(text, (*plain)(d), &d.JSON)
}

// BlockCause is what made a block.
type BlockCause struct {
	// "refund", with Refund and Rule; or "operator", with Who and Why.
	By string `json:"by"`
	// Which refund; 0: none.
	Refund int64 `json:"refund"`
	// Which rule; empty: none.
	Rule string `json:"rule"`
	// Who; empty: no person.
	Who string `json:"who"`
	// Why; empty: no person.
	Why string `json:"why"`
}

// BlockEnd is how a block ended.
type BlockEnd struct {
	// When.
	At Timestamp `json:"at"`
	// Why: see EndedBy.
	EndedBy EndedBy `json:"ended_by"`
	// Who ended it; empty: no person.
	Who string `json:"who"`
	// Why; empty: no person.
	Why string `json:"why"`
}

// EndedBy is why a block ended.
type EndedBy string

const (
	// EndedByExpiry: it expired.
	EndedByExpiry EndedBy = "expiry"
	// EndedByReversal: the refund was reversed.
	EndedByReversal EndedBy = "reversal"
	// EndedByRedecided: the refund was decided again, and the decision no longer blocks, or for another time: more became
	// known about it, or an operator overruled it.
	EndedByRedecided EndedBy = "redecided"
	// EndedBySettled: the refund is settled: nothing is owed any more, or an operator closed it.
	EndedBySettled EndedBy = "settled"
	// EndedByReattributed: the refund belongs to another user.
	EndedByReattributed EndedBy = "reattributed"
	// EndedByForgotten: the user was forgotten.
	EndedByForgotten EndedBy = "forgotten"
	// EndedByOperator: an operator ended it.
	EndedByOperator EndedBy = "operator"
)

// RecordedPurchase is a recorded purchase, with when it was recorded.
type RecordedPurchase struct {
	// The store that sold it.
	Store Store `json:"store"`
	// The host's own id of the player; 1 to 256 bytes. A UUID is compared without regard to case.
	User string `json:"user"`
	// Bundle id or package name; ONE Store's client id; the name of Stripe's section. Empty fits any.
	App string `json:"app"`
	// Production or sandbox; empty fits either.
	Environment Environment `json:"environment"`
	// App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe's charge (ch_…, py_…), Amazon
	// receiptId.
	OrderID string `json:"order_id"`
	// Google Play and ONE Store purchaseToken, Stripe's payment intent (pi_…).
	PurchaseToken string `json:"purchase_token"`
	// App Store originalTransactionId, Stripe's subscription (sub_…).
	OriginalID string `json:"original_id"`
	// App Store webOrderLineItemId: the same for all transaction ids of one purchase.
	WebOrderLineItemID string `json:"web_order_line_item_id"`
	// The tag the game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId, ONE
	// Store developerPayload, Stripe's metadata under user_metadata_key; for Amazon its id of the customer, appUserId.
	// Refunds of other purchases that carry the same tag are then this user's too.
	AccountTag string `json:"account_tag"`
	// The token of the subscription that this one replaced: Google Play linkedPurchaseToken.
	LinkedToken string `json:"linked_token"`
	// Product id.
	Product string `json:"product"`
	// Kind of product.
	ProductType ProductType `json:"product_type"`
	// How many were bought; at least 1.
	Quantity *uint32 `json:"quantity"`
	// What was paid for all of them together; not negative.
	Price *Money `json:"price"`
	// When it was bought.
	PurchasedAt *Timestamp `json:"purchased_at"`
	// When what was bought ends, such as a subscription's paid period; nil: never, or unknown.
	ExpiresAt *Timestamp `json:"expires_at"`
	// The items that the player received.
	Grants []Grant `json:"grants"`
	// The refund that the player repaid by buying again; 0: none.
	Repays int64 `json:"repays"`
	// The buyer's country, two letters A to Z as in ISO 3166-1.
	Country string `json:"country"`
	// When the host first recorded it.
	RecordedAt Timestamp `json:"recorded_at"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *RecordedPurchase) UnmarshalJSON(text []byte) error {
	type plain RecordedPurchase
	return decode(text, (*plain)(d), &d.JSON)
}

// Inquiry is a query to a store about one refund that was pushed without a reason. It opens with the notification, and
// is repeated until the store has answered.
// Until its deadline, a refund that the rules would alert on or block for only notifies. An answer after the deadline
// still changes the decision.
type Inquiry struct {
	// The refund.
	RefundID int64 `json:"refund_id"`
	// The store.
	Store Store `json:"store"`
	// Its state.
	App string `json:"app"`
	// How far it is.
	State InquiryState `json:"state"`
	// Until when the decision waits.
	OpenedAt Timestamp `json:"opened_at"`
	// Until when the decision waits.
	Deadline Timestamp `json:"deadline"`
	// How often the store was queried.
	Attempts uint32 `json:"attempts"`
	// When the store is next queried; nil once it is settled.
	NextAt *Timestamp `json:"next_at"`
	// The latest error.
	Error string `json:"error"`
	// When it was settled.
	SettledAt *Timestamp `json:"settled_at"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Inquiry) UnmarshalJSON(text []byte) error {
	type plain Inquiry
	return decode(text, (*plain)(d), &d.JSON)
}

// InquiryState is the state of an Inquiry.
type InquiryState string

const (
	// InquiryWaiting: the decision waits for the answer.
	InquiryWaiting InquiryState = "waiting"
	// InquiryOverdue: the deadline has passed and the refund was decided without an answer. Queries continue.
	InquiryOverdue InquiryState = "overdue"
	// InquiryAnswered: the store has answered.
	InquiryAnswered InquiryState = "answered"
	// InquiryFailed: there was no answer within a day. Sweeps may still bring it.
	InquiryFailed InquiryState = "failed"
)

// DeadLetter is an authentic message that could not be understood.
type DeadLetter struct {
	// Its id here.
	ID int64 `json:"id"`
	// The store that sent it.
	Store Store `json:"store"`
	// When it was received.
	ReceivedAt Timestamp `json:"received_at"`
	// The rejection's code.
	Code string `json:"code"`
	// The rejection's message.
	Message string `json:"message"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *DeadLetter) UnmarshalJSON(text []byte) error {
	type plain DeadLetter
	return decode(text, (*plain)(d), &d.JSON)
}

// Stats are figures for a dashboard.
type Stats struct {
	// How many users are blocked.
	BlockedUsers uint64 `json:"blocked_users"`
	// How many events wait to be acknowledged.
	EventsWaiting int64 `json:"events_waiting"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Stats) UnmarshalJSON(text []byte) error {
	type plain Stats
	return decode(text, (*plain)(d), &d.JSON)
}

// EventDetails is an event with the refund and the block as they were when it was queued.
type EventDetails struct {
	// Acknowledge the event with this id. The same id may be delivered again after a crash: act on it once.
	ID int64 `json:"id"`
	// What kind.
	Kind EventKind `json:"kind"`
	// The user; empty for an unattributed refund and for a gap.
	User string `json:"user"`
	// The refund; 0 for an operator's block and for a gap.
	RefundID int64 `json:"refund_id"`
	// When it was queued.
	At Timestamp `json:"at"`
	// How often it has been delivered, this time included.
	Attempt uint32 `json:"attempt"`
	// The refund at the time of the event.
	Refund *Refund `json:"refund"`
	// The refund's books at the time of the event; only of an EventRefund, EventReversal or EventRecovery.
	Recovery *Recovery `json:"recovery"`
	// The block that was created or ended last.
	Block *Block `json:"block"`
	// The lost period of an EventSweepGap; nil otherwise.
	Gap *SweepGap `json:"gap"`
	// The notice of an EventNotice, in the configured default language; nil otherwise.
	Notice *Notice `json:"notice"`
	// The player's access to a product, of an EventAccess; nil otherwise.
	Access *Access `json:"access"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *EventDetails) UnmarshalJSON(text []byte) error {
	type plain EventDetails
	return decode(text, (*plain)(d), &d.JSON)
}

// SweepGap is a period that is past the store's retention.
type SweepGap struct {
	// Which store.
	Store Store `json:"store"`
	// Which app or account, as the configuration names it.
	App string `json:"app"`
	// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
	From Timestamp `json:"from"`
	// Its end: the store's retention limit at the time of the sweep.
	To Timestamp `json:"to"`
}
