package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// Notices are the notices that a user is to be shown, oldest first: those that wait, and those that were shown and not
// acknowledged; at most limit, and at most 1000. Call it at every login, show Title and Text or a text of your own, and
// report what the player saw with MarkNotice.
//
// locale is the player's language, such as "ko-KR"; without texts in it, or in it without its last parts, they are in the
// configured default language, else in English. An unknown user has no notices. Reads the disk, and never waits for a writer.
func (e *Engine) Notices(user, locale string, limit int) ([]Notice, error) {
	return readList[Notice](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_notices(
			handle, chars(user), length(user), chars(locale), length(locale), pageSize(limit), text, object)
	}))
}

// NoticeMark is what a player did with a notice.
type NoticeMark string

const (
	// MarkShown: the player has seen it.
	MarkShown NoticeMark = "shown"
	// MarkAcknowledged: the player has confirmed it. It is no longer pending.
	MarkAcknowledged NoticeMark = "acknowledged"
)

// MarkNotice reports that a user has seen a notice, or has confirmed it. A notice only moves forward, and repeating a report
// changes nothing. It returns the notice after it, in the configured default language.
//
// Blocks until the commit is on disk. Fails with ErrNotFound (unknown_notice) if this user has no such notice, and with
// ErrInvalidArgument (unknown_mark).
func (e *Engine) MarkNotice(user string, noticeID int64, mark NoticeMark) (*Notice, error) {
	return read[Notice](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_mark_notice(handle, chars(user), length(user), C.int64_t(noticeID), chars(string(mark)),
			length(string(mark)), text, object)
	}))
}

// Notice is a notice for a player, with its text in one language.
type Notice struct {
	// Its id.
	ID int64 `json:"id"`
	// Who is shown it.
	User string `json:"user"`
	// What it is about.
	Name NoticeName `json:"name"`
	// The refund; 0: no refund caused it.
	Refund int64 `json:"refund"`
	// When it was made.
	MadeAt Timestamp `json:"made_at"`
	// When the player saw it, as the game reported it; nil: not yet.
	ShownAt *Timestamp `json:"shown_at"`
	// When it expires.
	ExpiresAt Timestamp `json:"expires_at"`
	// When it was acknowledged, expired or withdrawn; nil: not yet.
	EndedAt *Timestamp `json:"ended_at"`
	// Its state.
	State NoticeState `json:"state"`
	// The language of Title and Text, a BCP 47 tag.
	Locale string `json:"locale"`
	// A title: plain text, not HTML.
	Title string `json:"title"`
	// A sentence or a few: plain text, not HTML.
	Text string `json:"text"`
	// All details, for texts of the game's own.
	Details NoticeDetails `json:"details"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Notice) UnmarshalJSON(text []byte) error {
	type plain Notice
	return decode(text, (*plain)(d), &d.JSON)
}

// NoticeDetails are the details of a notice, as they were when it was made. What it is not about is empty or nil.
type NoticeDetails struct {
	// How much money was refunded.
	Amount *Money `json:"amount"`
	// The block.
	Block int64 `json:"block"`
	// The items that were taken, or returned.
	Items []Grant `json:"items"`
	// The items that are owed.
	Owed []Grant `json:"owed"`
	// The product id.
	Product string `json:"product"`
	// The store of the refund.
	Store Store `json:"store"`
	// When the block ends.
	Until *Timestamp `json:"until"`
	// Whether the block ends once nothing is owed any more.
	UntilSettled bool `json:"until_settled"`
}

// NoticeName is what a notice is about.
type NoticeName string

const (
	// NoticeItemsTaken: the game took items back for a refund.
	NoticeItemsTaken NoticeName = "items_taken"
	// NoticeItemsOwed: items are still owed for a refund.
	NoticeItemsOwed NoticeName = "items_owed"
	// NoticeBlocked: the player was blocked because of a refund.
	NoticeBlocked NoticeName = "blocked"
	// NoticeUnblocked: the player's last block ended.
	NoticeUnblocked NoticeName = "unblocked"
	// NoticeItemsReturned: the game gave items again after a reversal.
	NoticeItemsReturned NoticeName = "items_returned"
	// NoticeAccessLost: the player no longer has access to a product.
	NoticeAccessLost NoticeName = "access_lost"
	// NoticeAccessRestored: the player has access to a product again.
	NoticeAccessRestored NoticeName = "access_restored"
)

// NoticeState is the state of a notice.
type NoticeState string

const (
	// NoticeWaiting: the player has not seen it.
	NoticeWaiting NoticeState = "waiting"
	// NoticeShown: the player has seen it.
	NoticeShown NoticeState = "shown"
	// NoticeAcknowledged: the player has confirmed it.
	NoticeAcknowledged NoticeState = "acknowledged"
	// NoticeExpired: it waited for longer than the configuration's notices.keep, or more than 100 waited.
	NoticeExpired NoticeState = "expired"
	// NoticeWithdrawn: its cause was undone, or a newer one replaced it, before it was shown.
	NoticeWithdrawn NoticeState = "withdrawn"
)
