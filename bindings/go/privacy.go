package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// Forgetting is how a user is forgotten, by whom and why.
type Forgetting struct {
	// EvenSo is whether to forget a user of whom something is still needed, which ends that: their blocks end, what they owe
	// and what they should get back is written off, and open refund reviews stay unanswered.
	EvenSo bool `json:"even_so,omitempty"`
	// Who requests it: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// ForgetUser forgets a user: a random pseudonym replaces the user id everywhere, and what only describes the user is removed.
// Orders, amounts, states and books stay. There is no way back. Backups keep what they have.
//
// Blocks until the commit is on disk, and at most 5 seconds more for programs that read the ledger. Fails with ErrRefused
// (still_needed) while the user is blocked, owes something, should get something back, or a store waits for an answer; and
// with ErrInvalidArgument for an invalid request.
func (e *Engine) ForgetUser(user string, forgetting Forgetting) (*Forgotten, error) {
	request, err := given(forgetting.JSON, forgetting)
	if err != nil {
		return nil, err
	}
	return read[Forgotten](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_forget_user(
			handle, chars(user), length(user), jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Prune removes what is older than the configuration's "retention" and "privacy" allow. An engine does this by itself every
// hour; call it with Options.NoBackground. Blocks until the commits are on disk, each of which is short.
func (e *Engine) Prune() (*Pruned, error) {
	return read[Pruned](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_prune(handle, text, object)
	}))
}

// Forgotten is what forgetting a user changed.
type Forgotten struct {
	// What the ledger calls the user from now on. There is no way back from it to the user.
	Pseudonym string `json:"pseudonym"`
	ForgottenCounts
	// Whether the write-ahead log, which has the old contents, was emptied. If not, a program was reading the ledger: it is
	// emptied once that ends.
	LogEmptied bool `json:"log_emptied"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// ForgottenCounts is how much forgetting a user changed or removed.
type ForgottenCounts struct {
	// Purchases that are the pseudonym's now.
	Purchases uint64 `json:"purchases"`
	// Refunds that are the pseudonym's now.
	Refunds uint64 `json:"refunds"`
	// Blocks, all ended.
	Blocks uint64 `json:"blocks"`
	// Events that waited, and will not be delivered.
	Events uint64 `json:"events"`
	// Journal entries that named the user.
	Journal uint64 `json:"journal"`
	// Raw bodies and dead letters that were removed.
	Messages uint64 `json:"messages"`
	// Reports on how orders were used that were removed.
	Consumption uint64 `json:"consumption"`
	// Notices that were removed.
	Notices uint64 `json:"notices"`
	// Notes on the user and on the user's refunds that were removed.
	Notes uint64 `json:"notes"`
	// Decisions on access to products that are the pseudonym's now.
	AccessOverrides uint64 `json:"access_overrides"`
	// Exclusions of the user, all ended, that are the pseudonym's now.
	Exclusions uint64 `json:"exclusions"`
	// Messages to webhook endpoints that are the pseudonym's now; those that waited were dropped.
	WebhookMessages uint64 `json:"webhook_messages"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Forgotten) UnmarshalJSON(text []byte) error {
	type plain Forgotten
	return decode(text, (*plain)(d), &d.JSON)
}

// Pruned is how many rows Prune removed, or emptied, of each kind. Facts, purchases, refunds, blocks, books and the journal
// are never removed.
type Pruned struct {
	PrunedCounts
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// PrunedCounts is how many rows were removed by their age.
type PrunedCounts struct {
	// Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.
	Bodies uint64 `json:"bodies"`
	// Dead letters.
	DeadLetters uint64 `json:"dead_letters"`
	// Answers under keys: a repetition of such a call is no longer recognised.
	Requests uint64 `json:"requests"`
	// Codes by which forgotten users are recognised in late messages.
	Forgotten uint64 `json:"forgotten"`
	// Notices that had ended.
	Notices uint64 `json:"notices"`
	// Settled messages to webhook endpoints: they can no longer be replayed.
	Webhooks uint64 `json:"webhooks"`
	// Entries of the operators' audit.
	Audit uint64 `json:"audit"`
	// Operators' sessions and tokens that had ended.
	Sessions uint64 `json:"sessions"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Pruned) UnmarshalJSON(text []byte) error {
	type plain Pruned
	return decode(text, (*plain)(d), &d.JSON)
}
