package recoup

import "encoding/json"

// Refund is one refund, folded from all that is known about its order.
type Refund struct {
	// Its id.
	ID int64 `json:"id"`
	// The store.
	Store Store `json:"store"`
	// Bundle id or package name.
	App string `json:"app"`
	// Production or sandbox; empty if neither the store nor the host reported it.
	Environment Environment `json:"environment"`
	// The player; empty while unattributed.
	User string `json:"user"`
	// The evidence that found the user.
	AttributedBy AttributedBy `json:"attributed_by"`
	// Other users who recorded a purchase of the same family, or with the same account tag, after this was decided.
	Claimants []string `json:"claimants"`
	// The store's state.
	State StoreState `json:"state"`
	// When money was first refunded, by the store's clock; for a case without a refund, the time of its latest fact.
	At Timestamp `json:"at"`
	// How many of the order's items are refunded.
	Quantity *uint32 `json:"quantity"`
	// How much money was refunded.
	Amount *Money `json:"amount"`
	// Which share of the order is refunded.
	Share *MilliPercent `json:"share"`
	// The sum of the store's reports alone.
	ReportedTotal ReportedTotal `json:"reported_total"`
	// Why.
	Reason Reason `json:"reason"`
	// Who initiated it.
	Initiator Initiator `json:"initiator"`
	// How reliable the refund is: the best of its facts.
	Trust Trust `json:"trust"`
	// Whether the subscription stayed active.
	SubscriptionLive *bool `json:"subscription_live"`
	// The open review, while the state is pending review.
	Review *Review `json:"review"`
	// Why the latest failed refund failed, in the store's own term: Stripe failure_reason.
	Failure string `json:"failure"`
	// Whether the payment was refunded and charged back at the same time, for more than was paid. It stays true if one
	// of the two is reversed later.
	PaidBackTwice bool `json:"paid_back_twice"`
	// The order's details from all sources, the host's record first.
	About OrderDetails `json:"about"`
	// Set if the same refund was reported again by its order id: that one counts, and this one does not.
	MergedInto int64 `json:"merged_into"`
	// The status of the operator's work.
	WorkStatus WorkStatus `json:"work_status"`
	// The operator who works on it; empty: none.
	Assignee string `json:"assignee"`
	// The policy's decision; nil while nothing is refunded or the player is unknown.
	Decision *Decision `json:"decision"`
	// The version of that policy.
	PolicyVersion int64 `json:"policy_version"`
	// When this ledger first received it.
	FirstSeenAt Timestamp `json:"first_seen_at"`
	// When it last changed.
	UpdatedAt Timestamp `json:"updated_at"`
	// Grows by one with every transaction that changes it.
	Revision int64 `json:"revision"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Refund) UnmarshalJSON(text []byte) error {
	type plain Refund
	return decode(text, (*plain)(d), &d.JSON)
}

// StoreState is the store's state of an order's refund.
type StoreState string

const (
	// StatePendingReview: a refund request is under review.
	StatePendingReview StoreState = "pending_review"
	// StateDeclined: a refund request was declined.
	StateDeclined StoreState = "declined"
	// StatePartlyRefunded: a part of the money was refunded.
	StatePartlyRefunded StoreState = "partly_refunded"
	// StateRefunded: all of the money was refunded.
	StateRefunded StoreState = "refunded"
	// StateReversed: it was refunded, and the refund was reversed.
	StateReversed StoreState = "reversed"
	// StateUnconfirmed: the store reported a refund that may be the release of an authorisation that was never
	// captured, and has not yet reported which. It has no consequences until then, or until a minute has passed.
	StateUnconfirmed StoreState = "unconfirmed"
	// StateReleased: the authorisation was released without a capture: nothing was paid, and nothing refunded.
	StateReleased StoreState = "released"
)

// WorkStatus is the status of the operator's work on a refund.
type WorkStatus string

const (
	// WorkOpen: something is owed, or it is unknown how much is, and nothing was done yet.
	WorkOpen WorkStatus = "open"
	// WorkRecovering: something is owed, and something was taken, forgiven or reported, or the refund is assigned to a person.
	WorkRecovering WorkStatus = "recovering"
	// WorkReturning: the player gets something back after a reversal.
	WorkReturning WorkStatus = "returning"
	// WorkRecovered: all that was due came back.
	WorkRecovered WorkStatus = "recovered"
	// WorkPartlyRecovered: a part of what was due came back, the rest was forgiven.
	WorkPartlyRecovered WorkStatus = "partly_recovered"
	// WorkWrittenOff: nothing came back, and all of it was forgiven.
	WorkWrittenOff WorkStatus = "written_off"
	// WorkReturned: the refund was reversed, and the player got back what was taken.
	WorkReturned WorkStatus = "returned"
	// WorkExcluded: a rule or an operator excluded it.
	WorkExcluded WorkStatus = "excluded"
	// WorkNothingDue: nothing is refunded, or nothing was granted, or no decision needs a person.
	WorkNothingDue WorkStatus = "nothing_due"
)

// Reason is why the money was refunded, in one vocabulary for all stores. Empty if the store did not report it.
type Reason string

const (
	// ReasonOther: the store reported "other". App Store revocationReason 0, Google Play voidedReason 0.
	ReasonOther Reason = "other"
	// ReasonRemorse: the player changed their mind. Google Play 1; App Store UNSATISFIED_WITH_PURCHASE.
	ReasonRemorse Reason = "remorse"
	// ReasonNotReceived: the player claims that it never arrived. Google Play 2; App Store FULFILLMENT_ISSUE.
	ReasonNotReceived Reason = "not_received"
	// ReasonDefective: it did not work. Google Play 3; App Store revocationReason 1.
	ReasonDefective Reason = "defective"
	// ReasonAccidentalPurchase: bought by mistake, or by a child. Google Play 4; App Store UNINTENDED_PURCHASE.
	ReasonAccidentalPurchase Reason = "accidental_purchase"
	// ReasonFraud: another person's payment method. Google Play 5.
	ReasonFraud Reason = "fraud"
	// ReasonFriendlyFraud: the player's own payment method, disputed in bad faith. Google Play 6.
	ReasonFriendlyFraud Reason = "friendly_fraud"
	// ReasonChargeback: the player's bank took the money back. Google Play 7.
	ReasonChargeback Reason = "chargeback"
	// ReasonUnacknowledged: the game never acknowledged the purchase, so the store refunded it. Google Play 8.
	ReasonUnacknowledged Reason = "unacknowledged"
	// ReasonFamilySharingLost: a family member no longer shares the purchase. App Store REVOKE.
	ReasonFamilySharingLost Reason = "family_sharing_lost"
	// ReasonLegal: a legal obligation. App Store LEGAL.
	ReasonLegal Reason = "legal"
	// ReasonStoreFault: an error of the store itself.
	ReasonStoreFault Reason = "store_fault"
)

// Initiator is who initiated the refund. Empty if the store did not report it.
type Initiator string

const (
	// InitiatorPlayer: the player requested it.
	InitiatorPlayer Initiator = "player"
	// InitiatorDeveloper: the game's own team.
	InitiatorDeveloper Initiator = "developer"
	// InitiatorStore: the store, on its own.
	InitiatorStore Initiator = "store"
	// InitiatorBank: the player's bank.
	InitiatorBank Initiator = "bank"
)

// Trust is how reliable a fact is. Ordered: Hint < Signed < Confirmed.
type Trust string

const (
	// TrustHint: unsigned, or signed but no proof that money moved. By default it blocks no player.
	TrustHint Trust = "hint"
	// TrustSigned: the store's signature or token was verified.
	TrustSigned Trust = "signed"
	// TrustConfirmed: the store's own API reported it.
	TrustConfirmed Trust = "confirmed"
)

// ReportedTotal is the sum of an order's active refunds by the store's reports alone, whatever else is known about the
// order. It changes only when money moves, or when the store later reports the size of a partial refund; never because a
// price or the order's quantity becomes known.
type ReportedTotal struct {
	// Everything; then the other fields are not counted.
	Full bool `json:"full"`
	// How many partial refunds of unknown size.
	Parts uint32 `json:"parts"`
	// How many items.
	Quantity *uint32 `json:"quantity"`
	// How much money.
	Amount *Money `json:"amount"`
	// Which share.
	Share *MilliPercent `json:"share"`
}

// Review is a refund request that the store reviews.
type Review struct {
	// When the store requested the review.
	At Timestamp `json:"at"`
	// The latest time at which an answer counts; nil if the store did not set one.
	Deadline *Timestamp `json:"deadline"`
	// Why the player wants the refund.
	Reason Reason `json:"reason"`
	// The token that the answer must return.
	Token string `json:"token"`
}

// Decision is a policy's decision on one refund.
type Decision struct {
	// The rule that matched.
	Rule string `json:"rule"`
	// What is done.
	Action Action `json:"action"`
}

// ActionKind is what a rule does with a refund.
type ActionKind string

const (
	// ActionExclude: the refund is stored. No event is queued, and it never counts.
	ActionExclude ActionKind = "exclude"
	// ActionNotify: a refund event is queued. The refund does not count.
	ActionNotify ActionKind = "notify"
	// ActionRecord: as ActionNotify, and the refund counts.
	ActionRecord ActionKind = "record"
	// ActionAlert: as ActionRecord, and an alert event is queued.
	ActionAlert ActionKind = "alert"
	// ActionBlock: as ActionAlert, and the user is blocked.
	ActionBlock ActionKind = "block"
)

// Action is what a rule does with a refund: "alert", {"block": "7d"}, or {"block": "repaid", "grace": "3d"}.
type Action struct {
	// What is done; of a later version, the text or the name of the object's first member.
	Kind ActionKind
	// How long a block is active: a whole number and ms, s, m, h or d, such as "7d"; "permanently"; or "repaid", until the
	// refund is settled. Empty if Kind is another.
	BlockFor string
	// Grace, with "repaid": the block begins if the refund is not settled this long after the decision, such as "3d". Empty:
	// it begins at once.
	Grace string
	// JSON is all of it, as the library gave it. In a request, unless nil, it replaces all above.
	JSON json.RawMessage
}

// MarshalJSON writes text or an object.
func (a Action) MarshalJSON() ([]byte, error) {
	switch {
	case a.JSON != nil:
		return a.JSON, nil
	case a.Kind != ActionBlock:
		return json.Marshal(string(a.Kind))
	}
	return json.Marshal(struct {
		For   string `json:"block"`
		Grace string `json:"grace,omitempty"`
	}{a.BlockFor, a.Grace})
}

// UnmarshalJSON reads text or an object.
func (a *Action) UnmarshalJSON(text []byte) error {
	kind, value, err := variant(text)
	if err != nil {
		return err
	}
	*a = Action{Kind: ActionKind(kind), JSON: append(json.RawMessage(nil), text...)}
	if a.Kind == ActionBlock && value != nil {
		var block struct {
			For   string `json:"block"`
			Grace string `json:"grace"`
		}
		err = json.Unmarshal(text, &block)
		a.BlockFor, a.Grace = block.For, block.Grace
		return err
	}
	return nil
}
