package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
)

// Webhooks are all webhook endpoints that the ledger knows, by name, with the ended ones. Reads the disk, and never waits for
// a writer.
func (e *Engine) Webhooks() ([]WebhookEndpoint, error) {
	return readList[WebhookEndpoint](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_webhooks(handle, text, object)
	}))
}

// WebhookMessageFilter selects the messages to list; a zero field matches all.
type WebhookMessageFilter struct {
	// To this endpoint.
	Endpoint string `json:"endpoint,omitempty"`
	// In this state.
	State WebhookState `json:"state,omitempty"`
	// Of this user.
	User string `json:"user,omitempty"`
	// Of this refund.
	RefundID int64 `json:"refund_id,omitempty"`
	// JSON, unless nil, is the filter and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// WebhookMessages is a page of messages to webhook endpoints, newest first. after, limit and the page as for Refunds. Reads
// the disk, and never waits for a writer.
func (e *Engine) WebhookMessages(filter WebhookMessageFilter, after int64, limit int) (*Page[WebhookMessage], error) {
	request, err := given(filter.JSON, filter)
	if err != nil {
		return nil, err
	}
	return read[Page[WebhookMessage]](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_webhook_messages(
			handle, jsonAt(request), C.size_t(len(request)), C.int64_t(after), pageSize(limit), text, object)
	}))
}

// WebhookReplay is which messages are sent again, by whom and why.
type WebhookReplay struct {
	// Replay is which messages.
	Replay Replayed `json:"replay"`
	// Who requests it: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Replayed is which messages are sent again: one of its fields.
type Replayed struct {
	// Message is one message that is settled.
	Message int64 `json:"message,omitempty"`
	// Dead is all messages to an endpoint that are dead.
	Dead *DeadMessages `json:"dead,omitempty"`
	// Period is all messages to an endpoint that were queued in a time and are settled.
	Period *MessagePeriod `json:"period,omitempty"`
}

// DeadMessages are all messages to an endpoint that are dead.
type DeadMessages struct {
	// The endpoint's name.
	Endpoint string `json:"endpoint"`
}

// MessagePeriod is a time in which messages to an endpoint were queued.
type MessagePeriod struct {
	// The endpoint's name.
	Endpoint string `json:"endpoint"`
	// At this time or later.
	Since Timestamp `json:"since"`
	// Before this time; nil: up to now.
	Until *Timestamp `json:"until,omitempty"`
}

// ReplayWebhooks has settled messages sent again, under the same webhook-id, and returns how many. Blocks until the commit is
// on disk. Fails with ErrNotFound (unknown_message, unknown_endpoint); with ErrRefused (not_a_message) if it is not settled;
// and with ErrInvalidArgument for an invalid request.
func (e *Engine) ReplayWebhooks(replay WebhookReplay) (uint64, error) {
	request, err := given(replay.JSON, replay)
	if err != nil {
		return 0, err
	}
	var replayed C.uint64_t
	err = e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_replay_webhooks(handle, jsonAt(request), C.size_t(len(request)), &replayed, object)
	})
	return uint64(replayed), err
}

// EndWebhook ends a webhook endpoint: nothing more is queued for it, and what waits is dropped. Remove it from the
// configuration as well. who and why as in Block. Blocks until the commit is on disk. Fails with ErrNotFound
// (unknown_endpoint), also for one that has ended, and with ErrInvalidArgument (bad_text).
func (e *Engine) EndWebhook(endpoint, who, why string) error {
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_end_webhook(handle, chars(endpoint), length(endpoint), chars(who), length(who), chars(why),
			length(why), object)
	})
}

// TestWebhook sends a test message ("type": "recoup.test") to an endpoint of the configuration, once, and waits for the
// answer. What the endpoint answers is no failure of this call.
//
// Blocks on the network, at most for the endpoint's timeout. ctx is checked before that begins. Fails with ErrNotFound
// (unknown_endpoint), and with ErrRefused (no_secret) if this engine cannot sign for it.
func (e *Engine) TestWebhook(ctx context.Context, endpoint string) (*WebhookTest, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[WebhookTest](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_test_webhook(handle, chars(endpoint), length(endpoint), text, object)
	}))
}

// SendWebhooks sends the webhook messages that are due, waits for the answers, and returns how many it sent. An engine does
// this by itself; call it every second or so with Options.NoBackground, on a goroutine that may wait. What endpoints answer is
// no failure of this call: the messages have it.
//
// Blocks on the disk and on the network. ctx is checked before that begins.
func (e *Engine) SendWebhooks(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var sent C.uint64_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_send_webhooks(handle, &sent, object)
	})
	return uint64(sent), err
}

// WebhookEndpoint is a webhook endpoint, and how its messages are doing.
type WebhookEndpoint struct {
	// Its name in the configuration.
	Name string `json:"name"`
	// The form of its messages.
	Format WebhookFormat `json:"format"`
	// Which events it gets; nil: all.
	Events []EventKind `json:"events"`
	// Of which stores; nil: all.
	Stores []Store `json:"stores"`
	// Of which environments. A refund whose environment no one reported counts as Production.
	Environments []Environment `json:"environments"`
	// Whether this engine's configuration has it, and so can sign for it.
	Configured bool `json:"configured"`
	// Since when events are queued for it.
	Since Timestamp `json:"since"`
	// When a process that can sign for it last looked for messages to send; nil: none did yet.
	ServedAt *Timestamp `json:"served_at"`
	// Until when nothing is sent to it, because it answered 429, 502 or 504; nil: messages are sent.
	HeldBackUntil *Timestamp `json:"held_back_until"`
	// How it ended; nil while it is active.
	Ended *WebhookEnd `json:"ended"`
	// How many messages wait or are being sent.
	Waiting int64 `json:"waiting"`
	// How many are held.
	Held int64 `json:"held"`
	// How many are dead.
	Dead int64 `json:"dead"`
	// When one was last delivered; nil: none was.
	DeliveredAt *Timestamp `json:"delivered_at"`
	// The last problem with a message; empty: none.
	Problem string `json:"problem"`
	// When that was.
	ProblemAt *Timestamp `json:"problem_at"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WebhookEndpoint) UnmarshalJSON(text []byte) error {
	type plain WebhookEndpoint
	return decode(text, (*plain)(d), &d.JSON)
}

// WebhookEnd is how an endpoint ended.
type WebhookEnd struct {
	// When.
	At Timestamp `json:"at"`
	// Why.
	Why string `json:"why"`
}

// WebhookFormat is the form of an endpoint's messages.
type WebhookFormat string

const (
	// WebhookRecoup: a WebhookEvent: a type, a time, and the event's data.
	WebhookRecoup WebhookFormat = "recoup"
	// WebhookCloudEvents: the same data in CloudEvents 1.0, structured mode.
	WebhookCloudEvents WebhookFormat = "cloudevents"
	// WebhookIAPRefundEvent: the IapRefundEvent of nachocode: refunds alone.
	WebhookIAPRefundEvent WebhookFormat = "iap_refund_event"
)

// WebhookMessage is a message to an endpoint: one event, in the endpoint's format.
type WebhookMessage struct {
	// Its id.
	ID int64 `json:"id"`
	// The endpoint.
	Endpoint string `json:"endpoint"`
	// The header field webhook-id: the same for every try.
	WebhookID string `json:"webhook_id"`
	// The event.
	Event int64 `json:"event"`
	// The event's kind.
	Kind EventKind `json:"kind"`
	// The event's user; empty: not known.
	User string `json:"user"`
	// The event's refund; 0: none.
	RefundID int64 `json:"refund_id"`
	// When it was queued.
	MadeAt Timestamp `json:"made_at"`
	// Its state.
	State WebhookState `json:"state"`
	// How often it was sent.
	Attempts uint32 `json:"attempts"`
	// When it is sent next; while it is being sent, when its sender is presumed dead; nil: not again.
	NextAt *Timestamp `json:"next_at"`
	// The HTTP status of the last answer; nil: there was none.
	Status *uint16 `json:"status"`
	// Why the last try failed, or what is missing; empty: none.
	Problem string `json:"problem"`
	// When it was delivered, or given no further try; nil: not yet.
	SettledAt *Timestamp `json:"settled_at"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WebhookMessage) UnmarshalJSON(text []byte) error {
	type plain WebhookMessage
	return decode(text, (*plain)(d), &d.JSON)
}

// WebhookState is the state of a message to an endpoint.
type WebhookState string

const (
	// WebhookWaiting: to be sent, for the first time or again.
	WebhookWaiting WebhookState = "waiting"
	// WebhookSending: a process is sending it.
	WebhookSending WebhookState = "sending"
	// WebhookHeld: the endpoint's format needs something that is not known yet; Problem names it.
	WebhookHeld WebhookState = "held"
	// WebhookDelivered: the endpoint answered with success.
	WebhookDelivered WebhookState = "delivered"
	// WebhookDead: the last try failed.
	WebhookDead WebhookState = "dead"
	// WebhookDropped: not to be sent: the endpoint ended, or its format has no form for the event.
	WebhookDropped WebhookState = "dropped"
)

// WebhookTest is the answer to a test message.
type WebhookTest struct {
	// The endpoint.
	Endpoint string `json:"endpoint"`
	// Whether it answered with success.
	Delivered bool `json:"delivered"`
	// The HTTP status; nil if there was no answer.
	Status *uint16 `json:"status"`
	// How long it took, in milliseconds.
	Millis uint64 `json:"millis"`
	// Why it failed; empty: it did not.
	Problem string `json:"problem"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WebhookTest) UnmarshalJSON(text []byte) error {
	type plain WebhookTest
	return decode(text, (*plain)(d), &d.JSON)
}

// WebhookEvent is the body of a message in the format WebhookRecoup, for services in Go that get such messages. Verify its
// signature first.
type WebhookEvent struct {
	// The event's type, such as refund.refunded.
	Type string `json:"type"`
	// When the event was queued: RFC 3339 in UTC, with milliseconds.
	Timestamp string `json:"timestamp"`
	// The event.
	Data WebhookData `json:"data"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WebhookEvent) UnmarshalJSON(text []byte) error {
	type plain WebhookEvent
	return decode(text, (*plain)(d), &d.JSON)
}

// WebhookData is the event in a message's body.
type WebhookData struct {
	// The event's id: act on it once.
	Event int64 `json:"event"`
	// The ledger that queued it.
	Ledger string `json:"ledger"`
	// What kind.
	Kind EventKind `json:"kind"`
	// The user; empty for an unattributed refund and for a gap.
	User string `json:"user"`
	// The refund at the time of the event; nil for an operator's block and for a gap.
	Refund *Refund `json:"refund"`
	// The refund's books; only of an EventRefund, EventReversal or EventRecovery.
	Recovery *Recovery `json:"recovery"`
	// The block that was created or ended; nil: none.
	Block *Block `json:"block"`
	// The lost period of an EventSweepGap; nil otherwise.
	Gap *SweepGap `json:"gap"`
	// The notice of an EventNotice; nil otherwise.
	Notice *Notice `json:"notice"`
	// The player's access to a product, of an EventAccess; nil otherwise.
	Access *Access `json:"access"`
}
