package recoup

import "encoding/json"

// Recovery is the books of a refund: which items should come back, and what became of them.
type Recovery struct {
	// Whether it is known what the purchase granted. If not, Items is empty: nothing is guessed.
	Known bool `json:"known"`
	// Whether it is known how much of the order is refunded. If not, Due is the least that it can be.
	Sized bool `json:"sized"`
	// Where it is known from what was granted; empty: it is not known.
	GrantedBy GrantSource `json:"granted_by"`
	// Whether nothing is owed, and it is known how much was due.
	Settled bool `json:"settled"`
	// Each item that was granted, by name.
	Items []RecoveryItem `json:"items"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Recovery) UnmarshalJSON(text []byte) error {
	type plain Recovery
	return decode(text, (*plain)(d), &d.JSON)
}

// RecoveryItem is one item of a refund's books. All are numbers of items, 0 or more.
type RecoveryItem struct {
	// The game's name of the item.
	Item string `json:"item"`
	// How many the purchase granted.
	Granted int64 `json:"granted"`
	// How many should come back for the refund as it is now.
	Due int64 `json:"due"`
	// How many came back: the game took them, or the player repaid them.
	Taken int64 `json:"taken"`
	// How many no longer have to come back.
	Forgiven int64 `json:"forgiven"`
	// How many are missing: Due - Taken - Forgiven, at least 0.
	Owed int64 `json:"owed"`
	// How many the player gets back: Taken - Due, at least 0; 0 while it is not known how much is due.
	ToReturn int64 `json:"to_return"`
}

// GrantSource is where it is known from what a purchase granted; the best source counts, never a mixture.
type GrantSource string

const (
	// GrantedByOperator: an operator, by SetGranted.
	GrantedByOperator GrantSource = "operator"
	// GrantedByPurchase: the host's record of this very order.
	GrantedByPurchase GrantSource = "purchase"
	// GrantedByCatalogue: the configuration's catalogue, by the product.
	GrantedByCatalogue GrantSource = "catalogue"
)

// RecoveryEntry is an entry of a refund's books. Entries are never edited: a mistake is cancelled by another entry.
type RecoveryEntry struct {
	// Its id; grows over time.
	ID int64 `json:"id"`
	// The refund.
	Refund int64 `json:"refund"`
	// The player.
	User string `json:"user"`
	// The item.
	Item string `json:"item"`
	// What it counts.
	Kind EntryKind `json:"kind"`
	// How many; never 0.
	Quantity int64 `json:"quantity"`
	// What made it.
	How EntryHow `json:"how"`
	// The entry that it cancels; 0: none.
	Corrects int64 `json:"corrects"`
	// The recorded purchase by which the player paid again; 0: none.
	Purchase int64 `json:"purchase"`
	// When, by this machine's clock.
	At Timestamp `json:"at"`
	// Who reported it: a person or a part of the game; empty: not reported.
	Who string `json:"who"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *RecoveryEntry) UnmarshalJSON(text []byte) error {
	type plain RecoveryEntry
	return decode(text, (*plain)(d), &d.JSON)
}

// EntryKind is what an entry of the books counts.
type EntryKind string

const (
	// EntryDue: items that should come back; negative where fewer should than before.
	EntryDue EntryKind = "due"
	// EntryTaken: items that came back; negative where the player got them again.
	EntryTaken EntryKind = "taken"
	// EntryForgiven: items that no longer have to come back.
	EntryForgiven EntryKind = "forgiven"
)

// EntryHow is what made an entry of the books.
type EntryHow string

const (
	// HowDecided: the refund as it is now, or what became known of the purchase.
	HowDecided EntryHow = "decided"
	// HowReported: the game reported what it took.
	HowReported EntryHow = "reported"
	// HowRepaid: the player gave items that they earned since.
	HowRepaid EntryHow = "repaid"
	// HowBought: the player paid again, by a recorded purchase.
	HowBought EntryHow = "bought"
	// HowStatusSet: an operator set the refund's status to recovered.
	HowStatusSet EntryHow = "status_set"
	// HowReturned: the game gave the items again after a reversal.
	HowReturned EntryHow = "returned"
	// HowForgiven: an operator, or the game's report: the studio does not want them.
	HowForgiven EntryHow = "forgiven"
	// HowWrittenOff: an operator, or the game's report: the studio cannot get them.
	HowWrittenOff EntryHow = "written_off"
	// HowCarried: the store reported one refund twice: the books of one went to the other.
	HowCarried EntryHow = "carried"
	// HowCorrected: an operator cancelled an earlier entry.
	HowCorrected EntryHow = "corrected"
)

// ToDo is what the game should do now about an event's refund. For an event of a kind without books Refund is 0 and both
// lists are empty.
type ToDo struct {
	// The refund.
	Refund int64 `json:"refund"`
	// The key to store with what you did, and to report it under.
	Key string `json:"key"`
	// What to take from the player, as far as the player has it.
	Take []Grant `json:"take"`
	// What to give to the player.
	Give []Grant `json:"give"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ToDo) UnmarshalJSON(text []byte) error {
	type plain ToDo
	return decode(text, (*plain)(d), &d.JSON)
}

// ReportOutcome is what became of a RecoveryReport.
type ReportOutcome struct {
	// The books after it.
	Recovery Recovery `json:"recovery"`
	// What was taken beyond all that the purchase granted. It is not booked: give it back at once.
	TooMuch []Grant `json:"too_much"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *ReportOutcome) UnmarshalJSON(text []byte) error {
	type plain ReportOutcome
	return decode(text, (*plain)(d), &d.JSON)
}

// RepaymentOutcome is what became of a Repayment.
type RepaymentOutcome struct {
	// What it paid of each debt.
	Applied []AppliedRepayment `json:"applied"`
	// What exceeds all debts of the item. It is not booked: give it back at once.
	TooMuch []Grant `json:"too_much"`
	// What the player still owes.
	Debts Debts `json:"debts"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *RepaymentOutcome) UnmarshalJSON(text []byte) error {
	type plain RepaymentOutcome
	return decode(text, (*plain)(d), &d.JSON)
}

// AppliedRepayment is what a repayment paid of one debt.
type AppliedRepayment struct {
	// The refund.
	Refund int64 `json:"refund"`
	// The item.
	Item string `json:"item"`
	// How many.
	Quantity int64 `json:"quantity"`
}

// Debts are what a player owes.
type Debts struct {
	// The player.
	User string `json:"user"`
	// All debts by item.
	Items []Grant `json:"items"`
	// Each debt.
	Debts []Debt `json:"debts"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Debts) UnmarshalJSON(text []byte) error {
	type plain Debts
	return decode(text, (*plain)(d), &d.JSON)
}

// Debt is what a player owes of one item for one refund.
type Debt struct {
	// The refund.
	Refund int64 `json:"refund"`
	// The item.
	Item string `json:"item"`
	// How many.
	Owed int64 `json:"owed"`
}

// DebtorPage is a page of the players who owe something.
type DebtorPage struct {
	// The players, by user id.
	Items []Debtor `json:"items"`
	// Next is the after of the next page; empty: this is the last one.
	Next string `json:"next"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *DebtorPage) UnmarshalJSON(text []byte) error {
	type plain DebtorPage
	return decode(text, (*plain)(d), &d.JSON)
}

// Debtor is a player who owes something.
type Debtor struct {
	// The player.
	User string `json:"user"`
	// All debts by item.
	Items []Grant `json:"items"`
	// Each debt.
	Debts []Debt `json:"debts"`
	// When the oldest of the refunds was made, by the store's clock.
	Since Timestamp `json:"since"`
	// Whether any block of the player is active.
	Blocked bool `json:"blocked"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Debtor) UnmarshalJSON(text []byte) error {
	type plain Debtor
	return decode(text, (*plain)(d), &d.JSON)
}
