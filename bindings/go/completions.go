package recoup

// #include "recoup.h"
import "C"

import (
	"encoding/json"
	"unsafe"
)

// Completion is the result of a submitted request.
type Completion struct {
	// Tag is the tag it was submitted with.
	Tag uint64
	// Status is StatusOK, or why it failed.
	Status Status
	// Outcome is what Ingest would have returned. If Status is not StatusOK, only its HTTPStatus counts, and Details
	// are {"code", "message", "retryable"}.
	Outcome Outcome
}

// Err is the error that Ingest would have returned; nil if none.
func (c *Completion) Err() error {
	if c.Status == StatusOK {
		return nil
	}
	var reported struct {
		Code      string `json:"code"`
		Message   string `json:"message"`
		Retryable bool   `json:"retryable"`
	}
	if json.Unmarshal(c.Outcome.Details, &reported) != nil {
		reported.Message = c.Status.String()
	}
	return &Error{
		Status: c.Status, Code: reported.Code, Message: reported.Message, Retryable: reported.Retryable, HTTPStatus: c.Outcome.HTTPStatus,
	}
}

// Submit ingests a store's request on the library's own threads: it copies it, and returns at once. The result comes with
// its tag by Completions or PollCompletions, or by Tick if OnCompletion was called; answer the store only then. Nothing is
// promised before that: after a crash the store sends it again.
//
// In Go, Ingest on the request's own goroutine is simpler. Does not block. Fails with ErrQueueFull if 4096 requests or
// 64 MiB of them are held already: answer 503.
func (e *Engine) Submit(request Request, tag uint64) error {
	memory := newArena(request.size())
	defer memory.free()
	native := request.in(memory)
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_submit(handle, native, C.uint64_t(tag), object)
	})
}

// PollCompletions returns the results of up to max submitted requests (at most MaxPoll), in the order they were done.
// Each is reported once. Does not block.
func (e *Engine) PollCompletions(max int) ([]Completion, error) {
	natives := make([]C.recoup_completion, room(max))
	natives[0].struct_size = C.uint32_t(unsafe.Sizeof(natives[0]))
	var count C.size_t
	var text *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		capacity := C.size_t(min(max, len(natives)))
		return C.recoup_engine_poll_completions(handle, &natives[0], capacity, &count, &text, object)
	})
	if err != nil {
		return nil, err
	}
	details, err := items(goJSON(text), int(count))
	if err != nil {
		return nil, err
	}
	completions := make([]Completion, count)
	for i := range completions {
		completions[i] = goCompletion(&natives[i], details[i])
	}
	return completions, nil
}

func goCompletion(native *C.recoup_completion, details json.RawMessage) Completion {
	return Completion{
		Tag:    uint64(native.tag),
		Status: Status(native.status),
		Outcome: Outcome{
			Kind:       OutcomeKind(native.kind),
			Meaning:    meaning(native.meaning),
			HTTPStatus: int(native.http_status),
			RefundID:   int64(native.refund_id),
			New:        native.is_new != 0,
			Details:    details,
		},
	}
}
