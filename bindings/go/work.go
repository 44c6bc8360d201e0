package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// ClosedAs is how an operator closes a refund of which the books do not know how much was due.
type ClosedAs string

const (
	// ClosedAsRecovered: all came back.
	ClosedAsRecovered ClosedAs = "recovered"
	// ClosedAsPartlyRecovered: a part came back.
	ClosedAsPartlyRecovered ClosedAs = "partly_recovered"
	// ClosedAsWrittenOff: nothing came back.
	ClosedAsWrittenOff ClosedAs = "written_off"
)

// CloseRefund closes a refund of which the books do not know how much was due: its grants, its size or its user is unknown.
// It holds for what is refunded now: if more is refunded later, the refund is open again. who and why as in Block. It returns
// the refund after it.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, with ErrInvalidArgument, and with ErrRefused: still_owed if
// something is owed (report what was taken, or forgive it), nothing_owed if the books know that nothing is.
func (e *Engine) CloseRefund(refundID int64, as ClosedAs, who, why string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_close_refund(handle, C.int64_t(refundID), chars(string(as)), length(string(as)), chars(who),
			length(who), chars(why), length(why), text, object)
	}))
}

// ReopenRefund opens a refund that CloseRefund closed. Otherwise as there. Fails with ErrNotFound, and with ErrRefused
// (not_closed).
func (e *Engine) ReopenRefund(refundID int64, who, why string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_reopen_refund(
			handle, C.int64_t(refundID), chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// AssignRefund assigns a refund to an operator, by any name of your own of 1 to 64 bytes, or to none if to is empty. who and
// why as in Block. It returns the refund after it. Blocks until the commit is on disk. Fails with ErrNotFound, and with
// ErrInvalidArgument (bad_text).
func (e *Engine) AssignRefund(refundID int64, to, who, why string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_assign_refund(handle, C.int64_t(refundID), chars(to), length(to), chars(who), length(who),
			chars(why), length(why), text, object)
	}))
}

// RefundStatus is a status that an operator sets. Each does what it means, with all consequences.
type RefundStatus string

const (
	// StatusRecovered: all that is owed is booked as taken.
	StatusRecovered RefundStatus = "recovered"
	// StatusExcluded: the decision is overruled, and the refund does not count. Blocks that it caused end.
	StatusExcluded RefundStatus = "excluded"
	// StatusWrittenOff: all that is owed is forgiven, since the studio cannot get it.
	StatusWrittenOff RefundStatus = "written_off"
	// StatusOpen: closing, overruling, forgiving and an earlier status are undone.
	StatusOpen RefundStatus = "open"
)

// SetRefundStatus sets the status of a refund, and does all that it means. Where the books do not know what is due,
// StatusRecovered and StatusWrittenOff close the refund. Setting a status again changes nothing. It needs no recorded
// purchase and no user. who and why as in Block. It returns the refund after it.
//
// Blocks until the commit is on disk. Fails with ErrNotFound, with ErrInvalidArgument, and with ErrRefused: not_refunded if
// nothing is refunded, nothing_owed if the books know that nothing is due, came_back if it cannot be opened, since the game
// reported that all came back.
func (e *Engine) SetRefundStatus(refundID int64, status RefundStatus, who, why string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_set_refund_status(handle, C.int64_t(refundID), chars(string(status)), length(string(status)),
			chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// SetOrderStatus is SetRefundStatus by the store's order id or purchase token: for programs that keep no refund ids.
//
// Fails with ErrNotFound (unknown_order) if neither a purchase nor a refund has this id; with ErrRefused: not_refunded if it is
// recorded and nothing of it is refunded, several_refunds if several refunds have it, which the message lists; and as
// SetRefundStatus does.
func (e *Engine) SetOrderStatus(order string, status RefundStatus, who, why string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_set_order_status(handle, chars(order), length(order), chars(string(status)),
			length(string(status)), chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// Case is all that is known of one refund. Reads the disk, and never waits for a writer. Fails with ErrNotFound.
func (e *Engine) Case(refundID int64) (*CaseFile, error) {
	return read[CaseFile](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_case(handle, C.int64_t(refundID), text, object)
	}))
}

// RefundOfOrder is the refund of an order id or purchase token. Reads the disk, and never waits for a writer. Fails with
// ErrNotFound if nothing of it is refunded, and with ErrRefused (several_refunds) if several refunds have this id, which the
// message lists.
func (e *Engine) RefundOfOrder(order string) (*Refund, error) {
	return read[Refund](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_refund_of_order(handle, chars(order), length(order), text, object)
	}))
}

// Find is what an id belongs to: an order id, purchase token, original id, account tag or user id, or "refund:12",
// "block:12", "action:12" or "event:12"; 1 to 4096 bytes. The whole id is needed. All lists are empty if nothing is found.
// Reads the disk, and never waits for a writer. Fails with ErrInvalidArgument (bad_text).
func (e *Engine) Find(id string) (*Found, error) {
	return read[Found](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_find(handle, chars(id), length(id), text, object)
	}))
}

// CountRefunds is how many refunds match a filter. Reads the disk, and never waits for a writer.
func (e *Engine) CountRefunds(filter RefundFilter) (*RefundCount, error) {
	request, err := given(filter.JSON, filter)
	if err != nil {
		return nil, err
	}
	return read[RefundCount](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_count_refunds(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// NewNote is a note to write: on a refund or on a user, not both.
type NewNote struct {
	// Refund is the refund that it is on; 0: none.
	Refund int64 `json:"refund,omitempty"`
	// User is the user that it is on; empty: none.
	User string `json:"user,omitempty"`
	// Text is 1 to 4096 bytes of plain text, which may have several lines.
	Text string `json:"text"`
	// Who writes it: a person or a tool, 1 to 1024 bytes.
	Who string `json:"who"`
	// JSON, unless nil, is the note and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// AddNote writes a note on a refund or on a user. Notes are never changed. Blocks until the commit is on disk. Fails with
// ErrNotFound for an unknown refund, with ErrInvalidArgument for an invalid note, and with ErrRefused (too_many) if there are
// 1000 notes already.
func (e *Engine) AddNote(note NewNote) (*Note, error) {
	request, err := given(note.JSON, note)
	if err != nil {
		return nil, err
	}
	return read[Note](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_add_note(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// NoteOn is what a note is on: a refund or a user.
type NoteOn struct {
	// The refund; 0: it is on a user.
	Refund int64 `json:"refund,omitempty"`
	// The user; empty: it is on a refund.
	User string `json:"user,omitempty"`
}

// Notes are the notes on a refund or on a user, oldest first. A user without notes has none. Reads the disk, and never waits
// for a writer. Fails with ErrNotFound for an unknown refund.
func (e *Engine) Notes(on NoteOn) ([]Note, error) {
	request, err := given(nil, on)
	if err != nil {
		return nil, err
	}
	return readList[Note](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_notes(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Note is an operator's note. Notes are never edited.
type Note struct {
	// Its id.
	ID int64 `json:"id"`
	// What it is on.
	On NoteOn `json:"on"`
	// When it was written.
	At Timestamp `json:"at"`
	// Who wrote it.
	Who string `json:"who"`
	// The text.
	Text string `json:"text"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Note) UnmarshalJSON(text []byte) error {
	type plain Note
	return decode(text, (*plain)(d), &d.JSON)
}

// CaseFile is all that is known of one refund.
type CaseFile struct {
	// The refund.
	Refund Refund `json:"refund"`
	// Its books.
	Recovery Recovery `json:"recovery"`
	// The entries of its books, oldest first.
	Entries []RecoveryEntry `json:"entries"`
	// The blocks that it caused, oldest first.
	Blocks []Block `json:"blocks"`
	// The notes on it, oldest first.
	Notes []Note `json:"notes"`
	// What happened, oldest first: up to the newest 10000 entries.
	Journal []JournalEntry `json:"journal"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *CaseFile) UnmarshalJSON(text []byte) error {
	type plain CaseFile
	return decode(text, (*plain)(d), &d.JSON)
}

// Found is what an id belongs to: at most 50 of each kind.
type Found struct {
	// Refunds by order id, purchase token, original id, account tag or their id ("refund:12").
	Refunds []Refund `json:"refunds"`
	// Recorded purchases by the same ids.
	Purchases []RecordedPurchase `json:"purchases"`
	// Users by their id, or by an account tag that was issued to them.
	Users []string `json:"users"`
	// Blocks by their id ("block:12").
	Blocks []Block `json:"blocks"`
	// Store actions by their id ("action:12").
	Actions []StoreAction `json:"actions"`
	// Events that wait, by their id ("event:12").
	Events []EventDetails `json:"events"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Found) UnmarshalJSON(text []byte) error {
	type plain Found
	return decode(text, (*plain)(d), &d.JSON)
}

// RefundCount is how many refunds match a filter.
type RefundCount struct {
	// How many, at most 10000.
	Count int64 `json:"count"`
	// Whether there are more.
	More bool `json:"more"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *RefundCount) UnmarshalJSON(text []byte) error {
	type plain RefundCount
	return decode(text, (*plain)(d), &d.JSON)
}
