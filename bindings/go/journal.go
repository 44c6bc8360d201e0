package recoup

import "encoding/json"

// JournalEntry is one thing that happened.
type JournalEntry struct {
	// Grows in the order things happened.
	ID int64 `json:"id"`
	// When, by this machine's clock.
	At Timestamp `json:"at"`
	// The number of the store's message in the inbox, if one caused it; 0 otherwise.
	Inbox int64 `json:"inbox"`
	// The refund; 0: it is about none.
	Refund int64 `json:"refund"`
	// The user; empty: it is about none.
	User string `json:"user"`
	// What happened, such as "decided".
	What string `json:"what"`
	// The details of what happened, by What: a *JournalDecided for "decided" and so on, a *SweepGap for "sweep_gap". Nil
	// for a kind that this package does not know: JSON has it.
	Happening Happening `json:"-"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// Happening is what a JournalEntry is about: one of the Journal types, or a SweepGap.
type Happening interface{ happening() }

// UnmarshalJSON keeps the JSON as well.
func (d *JournalEntry) UnmarshalJSON(text []byte) error {
	type plain JournalEntry
	if err := decode(text, (*plain)(d), &d.JSON); err != nil {
		return err
	}
	d.Happening = nil
	if made := happenings[d.What]; made != nil {
		d.Happening = made()
		return json.Unmarshal(text, d.Happening)
	}
	return nil
}

// JournalReceived: a store's notification was ingested.
type JournalReceived struct {
	// What it means.
	Meaning Meaning `json:"meaning"`
	// The store's own name for it.
	Name string `json:"name"`
	// Identifies the store's repetitions of it.
	NotificationID string `json:"notification_id"`
	// Which store.
	Store Store `json:"store"`
}

// JournalPurchaseRecorded: the host recorded the purchase of refunds that waited for it.
type JournalPurchaseRecorded struct {
	// The product, if reported.
	Product string `json:"product"`
	// Which store.
	Store Store `json:"store"`
}

// JournalStateChanged: the refund's state changed.
type JournalStateChanged struct {
	// Before; empty for a new refund.
	From StoreState `json:"from"`
	// After.
	To StoreState `json:"to"`
}

// JournalUpdated: more or less of the order is refunded than before, or more became known about it.
type JournalUpdated struct {
	// Its state.
	State StoreState `json:"state"`
}

// JournalAttributed: the refund's user was found, or changed.
type JournalAttributed struct {
	// The player it was attributed to before.
	Before string `json:"before"`
	// The evidence.
	By AttributedBy `json:"by"`
}

// JournalUnattributed: the refund's user is unknown.
type JournalUnattributed struct{}

// JournalClaimed: another user recorded a purchase of the same family, or with the same account tag. The refund was
// decided, and its user keeps it.
type JournalClaimed struct {
	// The user with the other claim.
	Claimant string `json:"claimant"`
	// The user who keeps it.
	Keeper string `json:"keeper"`
}

// JournalPurchaseTransferred: an operator moved the purchase to another user.
type JournalPurchaseTransferred struct {
	// The user who had it; empty if it was not recorded.
	From string `json:"from"`
	// Which store.
	Store Store `json:"store"`
	// The user who has it now.
	To string `json:"to"`
	// Who did it.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalMerged: the refund is now known by its order id.
type JournalMerged struct {
	// The refund that counts.
	Into int64 `json:"into"`
}

// JournalCapturePresumed: no message reported in time whether the payment was captured, so it is presumed captured and
// the refund counts.
type JournalCapturePresumed struct{}

// JournalPaidBackTwice: the payment was refunded and charged back at the same time, for more than was paid.
type JournalPaidBackTwice struct{}

// JournalDecided: the policy decided.
type JournalDecided struct {
	// What is done.
	Action Action `json:"action"`
	// The version of the policy.
	PolicyVersion int64 `json:"policy_version"`
	// The rule that matched.
	Rule string `json:"rule"`
}

// JournalBlocked: the user was blocked.
type JournalBlocked struct {
	// The block.
	Block int64 `json:"block"`
	// When it ends; nil: at no fixed time.
	Until *Timestamp `json:"until"`
	// Whether it ends once the refund is settled.
	UntilSettled bool `json:"until_settled"`
	// Who did it, if a person did.
	Who string `json:"who"`
	// Why, if a person did.
	Why string `json:"why"`
}

// JournalBlockEnded: a block ended.
type JournalBlockEnded struct {
	// The block.
	Block   int64   `json:"block"`
	EndedBy EndedBy `json:"ended_by"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalEventMade: an event was queued for the host.
type JournalEventMade struct {
	// The event.
	Event int64 `json:"event"`
	// Its kind.
	Kind EventKind `json:"kind"`
}

// JournalEventAcknowledged: the host acknowledged an event.
type JournalEventAcknowledged struct {
	// The event.
	Event int64 `json:"event"`
	// Its kind.
	Kind EventKind `json:"kind"`
}

// JournalInquiryOpened: the notification gave no reason: an inquiry was opened, and a decision to alert or to block
// waits.
type JournalInquiryOpened struct {
	// Until when the decision waits.
	Deadline Timestamp `json:"deadline"`
}

// JournalInquiryOverdue: the store has not answered in time: the refund is decided without an answer. Queries continue.
type JournalInquiryOverdue struct{}

// JournalInquirySettled: the store has answered, or is no longer queried.
type JournalInquirySettled struct {
	// The last error, if the store is no longer queried.
	Error string `json:"error"`
	// Answered or failed.
	State InquiryState `json:"state"`
}

// JournalConsentRescinded: the player withdrew the consent to share consumption data.
type JournalConsentRescinded struct{}

// JournalActionWritten: a store action was written to the ledger.
type JournalActionWritten struct {
	// The action.
	Action int64 `json:"action"`
	// Its kind.
	Kind StoreActionKind `json:"kind"`
	// Who requested it.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalActionSending: an action is being sent to its store.
type JournalActionSending struct {
	// The action.
	Action int64 `json:"action"`
	// The number of the attempt, from 1.
	Attempt uint32 `json:"attempt"`
}

// JournalActionAnswered: a store answered an action, or could not be reached.
type JournalActionAnswered struct {
	// The action.
	Action int64 `json:"action"`
	// The store's answer.
	Answer StoreAnswer `json:"answer"`
	// Its state.
	State StoreActionState `json:"state"`
}

// JournalConsumptionReported: the host reported how far an order was used.
type JournalConsumptionReported struct {
	// Whether the player has consented to share it with the store.
	Consent bool `json:"consent"`
}

// JournalReviewSettled: a refund review was decided, or its deadline passed.
type JournalReviewSettled struct {
	// The rule's answer.
	Reply ReviewReply `json:"reply"`
	// The review.
	Review int64 `json:"review"`
	// The rule that matched.
	Rule string `json:"rule"`
	// Its state.
	State ReviewState `json:"state"`
}

// JournalReviewDecided: a store decided on a refund request.
type JournalReviewDecided struct {
	// The outcome.
	Outcome ReviewOutcome `json:"outcome"`
	// The review.
	Review int64 `json:"review"`
}

// happenings makes what a journal entry holds, by its What.
var happenings = map[string]func() Happening{
	"received":             func() Happening { return new(JournalReceived) },
	"purchase_recorded":    func() Happening { return new(JournalPurchaseRecorded) },
	"state_changed":        func() Happening { return new(JournalStateChanged) },
	"updated":              func() Happening { return new(JournalUpdated) },
	"attributed":           func() Happening { return new(JournalAttributed) },
	"unattributed":         func() Happening { return new(JournalUnattributed) },
	"claimed":              func() Happening { return new(JournalClaimed) },
	"purchase_transferred": func() Happening { return new(JournalPurchaseTransferred) },
	"merged":               func() Happening { return new(JournalMerged) },
	"capture_presumed":     func() Happening { return new(JournalCapturePresumed) },
	"paid_back_twice":      func() Happening { return new(JournalPaidBackTwice) },
	"decided":              func() Happening { return new(JournalDecided) },
	"blocked":              func() Happening { return new(JournalBlocked) },
	"block_ended":          func() Happening { return new(JournalBlockEnded) },
	"recovery_reported":    func() Happening { return new(JournalRecoveryReported) },
	"forgiven":             func() Happening { return new(JournalForgiven) },
	"granted_set":          func() Happening { return new(JournalGrantedSet) },
	"repaid":               func() Happening { return new(JournalRepaid) },
	"bought_again":         func() Happening { return new(JournalBoughtAgain) },
	"corrected":            func() Happening { return new(JournalCorrected) },
	"closed":               func() Happening { return new(JournalClosed) },
	"reopened":             func() Happening { return new(JournalReopened) },
	"status_set":           func() Happening { return new(JournalStatusSet) },
	"assigned":             func() Happening { return new(JournalAssigned) },
	"noted":                func() Happening { return new(JournalNoted) },
	"overruled":            func() Happening { return new(JournalOverruled) },
	"exclusion_made":       func() Happening { return new(JournalExclusionMade) },
	"exclusion_ended":      func() Happening { return new(JournalExclusionEnded) },
	"notice_made":          func() Happening { return new(JournalNoticeMade) },
	"notice_ended":         func() Happening { return new(JournalNoticeEnded) },
	"access_granted":       func() Happening { return new(JournalAccessGranted) },
	"access_revoked":       func() Happening { return new(JournalAccessRevoked) },
	"endpoint_ended":       func() Happening { return new(JournalEndpointEnded) },
	"message_dead":         func() Happening { return new(JournalMessageDead) },
	"messages_replayed":    func() Happening { return new(JournalMessagesReplayed) },
	"pruned":               func() Happening { return new(JournalPruned) },
	"user_forgotten":       func() Happening { return new(JournalUserForgotten) },
	"event_made":           func() Happening { return new(JournalEventMade) },
	"event_acknowledged":   func() Happening { return new(JournalEventAcknowledged) },
	"inquiry_opened":       func() Happening { return new(JournalInquiryOpened) },
	"inquiry_overdue":      func() Happening { return new(JournalInquiryOverdue) },
	"inquiry_settled":      func() Happening { return new(JournalInquirySettled) },
	"consent_rescinded":    func() Happening { return new(JournalConsentRescinded) },
	"action_written":       func() Happening { return new(JournalActionWritten) },
	"action_sending":       func() Happening { return new(JournalActionSending) },
	"action_answered":      func() Happening { return new(JournalActionAnswered) },
	"consumption_reported": func() Happening { return new(JournalConsumptionReported) },
	"review_settled":       func() Happening { return new(JournalReviewSettled) },
	"review_decided":       func() Happening { return new(JournalReviewDecided) },
	"sweep_gap":            func() Happening { return new(SweepGap) },
}

func (*JournalReceived) happening()            {}
func (*JournalPurchaseRecorded) happening()    {}
func (*JournalStateChanged) happening()        {}
func (*JournalUpdated) happening()             {}
func (*JournalAttributed) happening()          {}
func (*JournalUnattributed) happening()        {}
func (*JournalClaimed) happening()             {}
func (*JournalPurchaseTransferred) happening() {}
func (*JournalMerged) happening()              {}
func (*JournalCapturePresumed) happening()     {}
func (*JournalPaidBackTwice) happening()       {}
func (*JournalDecided) happening()             {}
func (*JournalBlocked) happening()             {}
func (*JournalBlockEnded) happening()          {}
func (*JournalEventMade) happening()           {}
func (*JournalEventAcknowledged) happening()   {}
func (*JournalInquiryOpened) happening()       {}
func (*JournalInquiryOverdue) happening()      {}
func (*JournalInquirySettled) happening()      {}
func (*JournalConsentRescinded) happening()    {}
func (*JournalActionWritten) happening()       {}
func (*JournalActionSending) happening()       {}
func (*JournalActionAnswered) happening()      {}
func (*JournalConsumptionReported) happening() {}
func (*JournalReviewSettled) happening()       {}
func (*JournalReviewDecided) happening()       {}
func (*SweepGap) happening()                   {}
