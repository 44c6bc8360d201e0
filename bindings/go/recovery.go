package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// Recovery is the books of a refund as they are now. Reads the disk, and never waits for a writer. Fails with ErrNotFound.
func (e *Engine) Recovery(refundID int64) (*Recovery, error) {
	return read[Recovery](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_recovery(handle, C.int64_t(refundID), text, object)
	}))
}

// RecoveryEntries are the entries of a refund's books, oldest first. Entries are never changed; Correct cancels a mistake.
// Fails with ErrNotFound.
func (e *Engine) RecoveryEntries(refundID int64) ([]RecoveryEntry, error) {
	return readList[RecoveryEntry](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_recovery_entries(handle, C.int64_t(refundID), text, object)
	}))
}

// ToDo is what to take from an event's user, or to give to them, by the books as they are now. Call it just before you act
// on an EventRefund, EventReversal or EventRecovery: the books in the event's Details are those of an earlier time.
//
// Then, in one transaction of your own, take or give the items and store the Key with what you did, unless you have that
// key already; and report it with Settle. After a crash at any point the same steps change nothing twice.
//
// Reads the disk, and never waits for a writer. Fails with ErrNotFound if the event does not wait to be acknowledged.
func (e *Engine) ToDo(eventID int64) (*ToDo, error) {
	return read[ToDo](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_to_do(handle, C.int64_t(eventID), text, object)
	}))
}

// RecoveryReport is what the game did about a refund. Without items it reports that the game looked and took nothing.
type RecoveryReport struct {
	// Key identifies the report, so that repeating it changes nothing: 1 to 200 printable ASCII characters. Settle takes
	// ToDo's if it is empty.
	Key string `json:"key,omitempty"`
	// Taken is what it took back.
	Taken []Grant `json:"taken,omitempty"`
	// Returned is what it gave again after a reversal.
	Returned []Grant `json:"returned,omitempty"`
	// Rest is what happens to what is still owed; empty: RestOwed.
	Rest Rest `json:"rest,omitempty"`
	// Who reports it, such as the part of the game; optional.
	Who string `json:"who,omitempty"`
	// Why, where an operator reports it; optional.
	Why string `json:"why,omitempty"`
	// JSON, unless nil, is the report and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Rest is what happens to what is still owed after a report.
type Rest string

const (
	// RestOwed: it stays owed.
	RestOwed Rest = "owed"
	// RestForgiven: the studio does not want it.
	RestForgiven Rest = "forgiven"
	// RestWrittenOff: the studio cannot get it.
	RestWrittenOff Rest = "written_off"
)

// ReportRecovery reports what the game took back for a refund, or gave again after a reversal. Repeating a report under its
// Key changes nothing and returns the first outcome. What was taken is booked even if a reversal or an operator was
// quicker; then something is to be returned.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, with ErrInvalidArgument for an invalid report, and with
// ErrRefused, whose Code is key_reused for a key that was used for another request, unattributed if the user is not known,
// not_granted for an item that the purchase did not grant, or more_than_taken.
func (e *Engine) ReportRecovery(refundID int64, report RecoveryReport) (*ReportOutcome, error) {
	request, err := given(report.JSON, report)
	if err != nil {
		return nil, err
	}
	return read[ReportOutcome](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_report_recovery(
			handle, C.int64_t(refundID), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Settle reports what the game did about an EventRefund, EventReversal or EventRecovery, and acknowledges the event, in one
// commit: use it in place of Ack. Repeating it changes nothing and returns the first outcome.
//
// Blocks until the commit is on disk. Fails with ErrNotFound for an unknown event; with ErrRefused (no_books) for an event of
// another kind, which Ack is for; and as ReportRecovery does.
func (e *Engine) Settle(eventID int64, report RecoveryReport) (*ReportOutcome, error) {
	request, err := given(report.JSON, report)
	if err != nil {
		return nil, err
	}
	return read[ReportOutcome](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_settle(handle, C.int64_t(eventID), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Repayment is items that a player gives back of their own accord, for whatever they owe.
type Repayment struct {
	// Key identifies it, so that repeating it changes nothing: 1 to 200 printable ASCII characters.
	Key string `json:"key,omitempty"`
	// Items are what the game took from the player.
	Items []Grant `json:"items,omitempty"`
	// Who reports it, such as the part of the game; optional.
	Who string `json:"who,omitempty"`
	// Why, such as the event in which the items were earned; optional.
	Why string `json:"why,omitempty"`
	// JSON, unless nil, is the repayment and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Repay books items that a player gives back of their own accord, such as what they earned since. The user's oldest debts of
// each item are paid first. Repeating it under its Key changes nothing and returns the first outcome.
//
// Blocks until the commit is on disk. Fails with ErrInvalidArgument for an invalid repayment, and with ErrRefused
// (key_reused).
func (e *Engine) Repay(user string, repayment Repayment) (*RepaymentOutcome, error) {
	request, err := given(repayment.JSON, repayment)
	if err != nil {
		return nil, err
	}
	return read[RepaymentOutcome](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_repay(
			handle, chars(user), length(user), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Debts is what a user owes. A user who owes nothing, or is not known, has empty lists. Reads the disk, and never waits for a
// writer.
func (e *Engine) Debts(user string) (*Debts, error) {
	return read[Debts](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_debts(handle, chars(user), length(user), text, object)
	}))
}

// Debtors is a page of the users who owe something, by user id. Give an empty after for the first page and the page's Next
// for the one behind it, until that is empty. limit as for Refunds. Reads the disk, and never waits for a writer.
func (e *Engine) Debtors(after string, limit int) (*DebtorPage, error) {
	return read[DebtorPage](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_debtors(handle, chars(after), length(after), pageSize(limit), text, object)
	}))
}

// Forgiving is what is forgiven of a refund, by whom and why.
type Forgiving struct {
	// Key identifies the request, so that repeating it changes nothing: 1 to 200 printable ASCII characters.
	Key string `json:"key"`
	// Items are how many of which items; empty: all that is owed.
	Items []Grant `json:"items,omitempty"`
	// WrittenOff is whether the studio cannot get the items (true) or does not want them (false).
	WrittenOff bool `json:"written_off,omitempty"`
	// Who forgives: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Forgive forgives what is owed for a refund, by an operator; at most what is owed. It returns the books after it. Repeating
// it under its Key changes nothing and returns the first answer.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, with ErrInvalidArgument for an invalid request, and with
// ErrRefused (nothing_owed, key_reused).
func (e *Engine) Forgive(refundID int64, forgiving Forgiving) (*Recovery, error) {
	request, err := given(forgiving.JSON, forgiving)
	if err != nil {
		return nil, err
	}
	return read[Recovery](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_forgive(
			handle, C.int64_t(refundID), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Correct cancels an entry of the books that was a mistake, by another entry, and returns the books of its refund after it.
// who and why as in Block.
//
// Blocks until the commit is on disk. Fails with ErrNotFound (unknown_entry), and with ErrRefused: not_correctable for an entry
// of what is due, which follows the refund, and for one that Recoup made itself; already_corrected; more_than_taken if later
// entries build on it.
func (e *Engine) Correct(entryID int64, who, why string) (*Recovery, error) {
	return read[Recovery](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_correct(
			handle, C.int64_t(entryID), chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// Granted is what a refunded purchase granted, by whom and why that is set.
type Granted struct {
	// Grants are all items that the purchase granted; empty: none.
	Grants []Grant `json:"grants"`
	// Who sets it: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// SetGranted sets what a refunded purchase granted, where your record of the purchase does not have it, and returns the books
// after it. What is due follows.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, with ErrInvalidArgument for an invalid request, and with
// ErrRefused (granted_by_purchase) if the recorded purchase has its grants, which count.
func (e *Engine) SetGranted(refundID int64, granted Granted) (*Recovery, error) {
	if granted.Grants == nil {
		granted.Grants = []Grant{} // A list without items, where nil would be null.
	}
	request, err := given(granted.JSON, granted)
	if err != nil {
		return nil, err
	}
	return read[Recovery](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_set_granted(
			handle, C.int64_t(refundID), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}
