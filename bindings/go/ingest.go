package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
	"strconv"
	"unsafe"
)

// Header is one HTTP header field.
type Header struct {
	// Name in any case.
	Name string
	// Value may have bytes that are not UTF-8.
	Value string
}

// Request is an HTTP request from a store, as your web server received it.
type Request struct {
	// Store is the store that the request's path belongs to.
	Store Store
	// Headers in the order they came, at most 1024.
	Headers []Header
	// Body byte for byte: signatures are over bytes, so do not parse and re-serialize it.
	Body []byte
}

// OutcomeKind is the kind of the outcome of a store's request.
type OutcomeKind int32

const (
	// OutcomeAccepted: authentic and ingested, durably.
	OutcomeAccepted OutcomeKind = C.RECOUP_OUTCOME_ACCEPTED
	// OutcomeDeadLetter: authentic but not understood, and stored for a person to look at.
	OutcomeDeadLetter OutcomeKind = C.RECOUP_OUTCOME_DEAD_LETTER
	// OutcomeRejected: forged, malformed, or not for the configured apps. Nothing was changed.
	OutcomeRejected OutcomeKind = C.RECOUP_OUTCOME_REJECTED
)

// Meaning is the meaning of an accepted request. Later versions may add some. Empty: it was not accepted.
type Meaning string

const (
	// MeaningRefund: money was refunded.
	MeaningRefund Meaning = "refund"
	// MeaningReversal: a refund was reversed.
	MeaningReversal Meaning = "reversal"
	// MeaningRefundDeclined: a refund request was declined.
	MeaningRefundDeclined Meaning = "refund_declined"
	// MeaningRefundRequest: a refund request is under review.
	MeaningRefundRequest Meaning = "refund_request"
	// MeaningPurchase: a purchase or renewal.
	MeaningPurchase Meaning = "purchase"
	// MeaningConsentRescinded: the player withdrew consent.
	MeaningConsentRescinded Meaning = "consent_rescinded"
	// MeaningConfirmation: send a GET request to "confirm_url" of the details.
	MeaningConfirmation Meaning = "confirmation"
	// MeaningTest: a test message.
	MeaningTest Meaning = "test"
	// MeaningNothing: nothing that concerns refunds.
	MeaningNothing Meaning = "nothing"
)

// meaning is the meaning by the library's number; of a later version, the number as text.
func meaning(code C.recoup_meaning) Meaning {
	switch code {
	case C.RECOUP_MEANING_UNKNOWN:
		return ""
	case C.RECOUP_MEANING_REFUND:
		return MeaningRefund
	case C.RECOUP_MEANING_REVERSAL:
		return MeaningReversal
	case C.RECOUP_MEANING_REFUND_DECLINED:
		return MeaningRefundDeclined
	case C.RECOUP_MEANING_REFUND_REQUEST:
		return MeaningRefundRequest
	case C.RECOUP_MEANING_PURCHASE:
		return MeaningPurchase
	case C.RECOUP_MEANING_CONSENT_RESCINDED:
		return MeaningConsentRescinded
	case C.RECOUP_MEANING_CONFIRMATION:
		return MeaningConfirmation
	case C.RECOUP_MEANING_TEST:
		return MeaningTest
	case C.RECOUP_MEANING_NOTHING:
		return MeaningNothing
	}
	return Meaning(strconv.Itoa(int(code)))
}

// Outcome is the outcome of a store's request.
type Outcome struct {
	// Kind is its kind.
	Kind OutcomeKind
	// Meaning is its meaning.
	Meaning Meaning
	// HTTPStatus is the status to answer the store with. It is a success only after the fact is on disk.
	HTTPStatus int
	// RefundID is the refund it is about, for Refund; 0: none.
	RefundID int64
	// New is false for a repetition, be it under the same id or a new one.
	New bool
	// Details is a JSON object for your log: "outcome", "name" and "meaning", or "code" and "message" if it was not
	// accepted, "http_status", "new", "refund", "user", and "confirm_url" if there is one.
	Details json.RawMessage
}

// Ingest ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable. A
// forged or unreadable request is no failure: its outcome is OutcomeRejected. If the call fails, the request may be genuine
// and was not stored: answer with HTTPStatus(err), and the store sends it again.
//
// Blocks until the commit is on disk, which concurrent callers share; a rejected request waits for nothing. ctx is checked
// before that begins: a commit that has begun runs to its end.
func (e *Engine) Ingest(ctx context.Context, request Request) (Outcome, error) {
	if err := ctx.Err(); err != nil {
		return Outcome{}, err
	}
	memory := newArena(request.size())
	defer memory.free()
	native := request.in(memory)
	return e.taken(func(handle *C.recoup_engine, outcome *C.recoup_outcome, details **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_ingest(handle, native, outcome, details, object)
	})
}

// RecordMessage ingests a message of a store that Recoup does not know, which you have authenticated: repetitions,
// users, policy, blocks, events and journal are then as for any other store. See recoup_engine_record_message_json in
// recoup.h for the JSON. body, which may be empty, is the message as it came, for the journal.
//
// Blocks as Ingest does.
func (e *Engine) RecordMessage(ctx context.Context, message json.RawMessage, body []byte) (Outcome, error) {
	if err := ctx.Err(); err != nil {
		return Outcome{}, err
	}
	return e.taken(func(handle *C.recoup_engine, outcome *C.recoup_outcome, details **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_record_message_json(handle, jsonAt(message), C.size_t(len(message)), bytesAt(body),
			C.size_t(len(body)), outcome, details, object)
	})
}

func (e *Engine) taken(run func(*C.recoup_engine, *C.recoup_outcome, **C.recoup_text,
	**C.recoup_error) C.recoup_status) (Outcome, error) {
	var native C.recoup_outcome
	native.struct_size = C.uint32_t(unsafe.Sizeof(native))
	var details *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return run(handle, &native, &details, object)
	})
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{
		Kind:       OutcomeKind(native.kind),
		Meaning:    meaning(native.meaning),
		HTTPStatus: int(native.http_status),
		RefundID:   int64(native.refund_id),
		New:        native.is_new != 0,
		Details:    goJSON(details),
	}, nil
}

func (r *Request) size() uintptr {
	return unsafe.Sizeof(C.recoup_request{}) + headersSize(r.Headers) + uintptr(len(r.Store)) + uintptr(len(r.Body))
}

func (r *Request) in(memory *arena) *C.recoup_request {
	native := (*C.recoup_request)(memory.take(unsafe.Sizeof(C.recoup_request{})))
	native.struct_size = C.uint32_t(unsafe.Sizeof(*native))
	native.headers, native.header_count = headersIn(memory, r.Headers), C.size_t(len(r.Headers))
	native.store = memory.text(string(r.Store))
	if len(r.Body) > 0 {
		body := memory.take(uintptr(len(r.Body)))
		copy(unsafe.Slice((*byte)(body), len(r.Body)), r.Body)
		native.body, native.body_len = (*C.uint8_t)(body), C.size_t(len(r.Body))
	}
	return native
}
