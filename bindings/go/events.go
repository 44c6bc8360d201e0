package recoup

// #include "recoup.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unsafe"
)

// EventKind is the kind of an event. Later versions may add some; acknowledge what you do not know.
type EventKind string

const (
	// EventBlock: a user was blocked. End the session, refuse logins.
	EventBlock EventKind = "block"
	// EventUnblock: the user has no active block any more.
	EventUnblock EventKind = "unblock"
	// EventAlert: a person should look at a refund.
	EventAlert EventKind = "alert"
	// EventRefund: a refund, or more of it than before. Take the items back, as ToDo lists them.
	EventRefund EventKind = "refund"
	// EventReversal: a refund was reversed. Give the items again.
	EventReversal EventKind = "reversal"
	// EventReview: the store requests what the game knows of a refund request, and waits until a deadline.
	EventReview EventKind = "review"
	// EventUnattributed: a refund with an unknown user. Record the purchase.
	EventUnattributed EventKind = "unattributed"
	// EventSweepGap: a period that was never swept is now past the store's retention. Refunds of that time that are not
	// known are lost; the event's details have the store and the period. It has no user and no refund, and no handler of
	// its own: EveryEvent receives it.
	EventSweepGap EventKind = "sweep_gap"
	// EventRecovery: what is owed for a refund, or what the player gets back, changed without an EventRefund or
	// EventReversal: more became known of the purchase, or an operator changed the books. ToDo has what to do now.
	EventRecovery EventKind = "recovery"
	// EventNotice: a notice for the player was made, in the event's details; only with the configuration's notices.events.
	// Show it if the player is online, and report it with MarkNotice.
	EventNotice EventKind = "notice"
	// EventAccess: a refund, a reversal or an operator changed whether the player has access to a product; the event's
	// details have which, and HasAccess has the answer now.
	EventAccess EventKind = "access"
)

// eventKind is the kind by the library's number; of a later version, the number as text.
func eventKind(code C.recoup_event_kind) EventKind {
	switch code {
	case C.RECOUP_EVENT_BLOCK:
		return EventBlock
	case C.RECOUP_EVENT_UNBLOCK:
		return EventUnblock
	case C.RECOUP_EVENT_ALERT:
		return EventAlert
	case C.RECOUP_EVENT_REFUND:
		return EventRefund
	case C.RECOUP_EVENT_REVERSAL:
		return EventReversal
	case C.RECOUP_EVENT_REVIEW:
		return EventReview
	case C.RECOUP_EVENT_UNATTRIBUTED:
		return EventUnattributed
	case C.RECOUP_EVENT_SWEEP_GAP:
		return EventSweepGap
	case C.RECOUP_EVENT_RECOVERY:
		return EventRecovery
	case C.RECOUP_EVENT_NOTICE:
		return EventNotice
	case C.RECOUP_EVENT_ACCESS:
		return EventAccess
	}
	return EventKind(strconv.Itoa(int(code)))
}

// Event is one event for the host, delivered at least once and until it is acknowledged, and always in order per user.
type Event struct {
	// ID is for Ack. The same id may come again after a crash: act on it once.
	ID int64
	// Kind is its kind.
	Kind EventKind
	// RefundID is the refund it is about, for Refund; 0: none.
	RefundID int64
	// At is when it was made.
	At time.Time
	// Attempt is how often it has been delivered, this time included.
	Attempt uint32
	// User is the user, by your own id; empty: not known.
	User string
	// BlockID is the block that was made or ended last; 0: none.
	BlockID int64
	// Until is when that block ends by itself; nil: it has no end.
	Until *time.Time
	// Deadline is the latest time at which an answer to an EventReview counts; nil: the store names none.
	Deadline *time.Time
	// AmountMicros is the refunded amount of the order so far, in millionths of the currency's unit. Counts only if
	// Currency is set.
	AmountMicros int64
	// Currency is its ISO 4217 code; empty: the amount is not known.
	Currency string
	// AttributedBy is the evidence that found the refund's user.
	AttributedBy AttributedBy
	// ItemsOwed is of how many kinds of items something is owed, by the refund's books when the event was made; 0 for kinds
	// without books. ToDo has what to take now.
	ItemsOwed uint32
	// ItemsToReturn is of how many kinds of items the player gets something back, by the same books.
	ItemsToReturn uint32
	// Details are all of the above and the refund and the block as they were when the event was queued. Only PollDetailed
	// fills it; QueryEvent returns the same.
	Details *EventDetails
}

// MaxPoll is the most events, or completions, that one poll returns.
const MaxPoll = 1000

// Poll returns up to max events to act on (at most MaxPoll), the oldest first. Act on each, then settle it with Ack. An
// event that is not acknowledged within the lease (the configuration's delivery.lease, 30 seconds unless set) is delivered
// again, here or to another process on the same ledger; so are all of them after a crash.
//
// With nothing new it returns at once, without touching the disk; otherwise it blocks until a commit is on disk. Fails
// with ErrPumping while a Tick or the dispatcher delivers events.
func (e *Engine) Poll(max int) ([]Event, error) {
	events, _, err := e.poll(max, false)
	return events, err
}

// PollDetailed is Poll with each event's Details.
func (e *Engine) PollDetailed(max int) ([]Event, error) {
	events, text, err := e.poll(max, true)
	if err != nil {
		return nil, err
	}
	details, err := items(text, len(events))
	if err != nil {
		return events, err
	}
	for i := range details {
		if events[i].Details, err = read[EventDetails](details[i], nil); err != nil {
			return events, err
		}
	}
	return events, nil
}

// Ack settles an event: call it after you acted on it. Acknowledging again is fine. Blocks until the commit is on disk.
// Fails with ErrNotFound if no event was ever made under this id.
func (e *Engine) Ack(eventID int64) error {
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_ack(handle, C.int64_t(eventID), object)
	})
}

// Wait waits until there may be something to Poll or to Tick for, or to poll completions for, at most timeout; false
// if the time is up or the engine was shut down. Only Shutdown and Close interrupt it; a context interrupts Run, Events
// and Completions.
func (e *Engine) Wait(timeout time.Duration) (bool, error) {
	if timeout < 0 {
		timeout = 0
	}
	var ready C.uint8_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_wait(handle, C.uint64_t(timeout.Milliseconds()), &ready, object)
	})
	return ready != 0, err
}

func (e *Engine) poll(max int, detailed bool) ([]Event, json.RawMessage, error) {
	natives := make([]C.recoup_event, room(max))
	natives[0].struct_size = C.uint32_t(unsafe.Sizeof(natives[0]))
	var count C.size_t
	var details *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		var place **C.recoup_text
		if detailed {
			place = &details
		}
		return C.recoup_engine_poll(handle, &natives[0], C.size_t(min(max, len(natives))), &count, place, object)
	})
	if err != nil {
		return nil, nil, err
	}
	events := make([]Event, count)
	for i := range events {
		events[i] = goEvent(&natives[i])
	}
	if !detailed {
		return events, nil, nil
	}
	return events, goJSON(details), nil
}

// room is how many structs to make: at least one, since the library reads its size.
func room(max int) int {
	if max < 1 {
		return 1
	}
	return min(max, MaxPoll)
}

func min(a, b int) int {
	if a < 0 {
		return 0
	}
	if a < b {
		return a
	}
	return b
}

func items(text json.RawMessage, count int) ([]json.RawMessage, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(text, &items); err != nil {
		return nil, fmt.Errorf("recoup: details are no JSON array: %w", err)
	}
	if len(items) != count {
		return nil, fmt.Errorf("recoup: %d details for %d", len(items), count)
	}
	return items, nil
}

func goEvent(native *C.recoup_event) Event {
	return Event{
		ID:            int64(native.id),
		Kind:          eventKind(native.kind),
		RefundID:      int64(native.refund_id),
		At:            time.UnixMilli(int64(native.at_ms)),
		Attempt:       uint32(native.attempt),
		User:          C.GoStringN(&native.user[0], C.int(native.user_len)),
		BlockID:       int64(native.block_id),
		Until:         moment(native.until_ms),
		Deadline:      moment(native.deadline_ms),
		AmountMicros:  int64(native.amount_micros),
		Currency:      C.GoString(&native.currency[0]),
		AttributedBy:  attributedBy(native.attributed_by),
		ItemsOwed:     uint32(native.items_owed),
		ItemsToReturn: uint32(native.items_to_return),
	}
}
