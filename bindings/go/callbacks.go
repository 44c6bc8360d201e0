package recoup

/*
#include "trampolines.h"

// By value, so that an idle tick allocates nothing.
typedef struct {
  recoup_status status;
  size_t handled;
  recoup_error *error;
} recoup_go_ticked;

static recoup_go_ticked recoup_go_tick(const recoup_engine *engine, uint64_t budget_us) {
  recoup_go_ticked ticked = {0, 0, NULL};
  ticked.status = recoup_engine_tick(engine, budget_us, &ticked.handled, &ticked.error);
  return ticked;
}
*/
import "C"

import (
	"runtime"
	"strconv"
	"time"
)

// EventHandler acts on events that Tick or the dispatcher delivers, one at a time. Inside of it you may call every method
// of the engine except Tick, Poll, StartDispatcher and StopDispatcher, which return ErrReentrant. Close is fine.
//
// A panic in it goes to the PanicHandler and counts as Later. It must not end its goroutine (runtime.Goexit, and so
// testing's FailNow): the library's code is around it.
type EventHandler interface {
	HandleEvent(event Event) Handled
}

// EventHandlerFunc is a function as an EventHandler.
type EventHandlerFunc func(event Event) Handled

// HandleEvent calls the function.
func (f EventHandlerFunc) HandleEvent(event Event) Handled { return f(event) }

// CompletionHandler receives the results of submitted requests. The rules of EventHandler apply.
type CompletionHandler interface {
	HandleCompletion(completion Completion)
}

// CompletionHandlerFunc is a function as a CompletionHandler.
type CompletionHandlerFunc func(completion Completion)

// HandleCompletion calls the function.
func (f CompletionHandlerFunc) HandleCompletion(completion Completion) { f(completion) }

// EveryEvent, given to On, is for every kind without its own handler, including kinds of later versions.
const EveryEvent EventKind = ""

// On registers a handler for a kind of event, which replaces the one before; nil only removes that. Tick and the
// dispatcher call it. While any is registered, events of kinds without a handler, neither their own nor EveryEvent, are
// acknowledged unseen, so that they do not delay the others; while none is, every event stays.
//
// The library keeps the handler until it is replaced or the engine is freed: see Releaser.
func (e *Engine) On(kind EventKind, handler EventHandler) error {
	register, ok := registrars[kind]
	if !ok {
		tellReleased(handler)
		return badArgument("bad_event_kind", "no handler can be registered for event kind "+strconv.Quote(string(kind)))
	}
	if handler == nil {
		return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
			return register(handle, nil, 0, nil, object)
		})
	}
	return e.register(&eventRegistration{e.core, handler}, func(handle *C.recoup_engine, data C.uintptr_t,
		destroy C.recoup_destructor, object **C.recoup_error) C.recoup_status {
		return register(handle, C.recoup_event_callback(C.recoup_go_event), data, destroy, object)
	})
}

// OnCompletion registers a handler for the results of submitted requests, which replaces the one before; nil only removes
// that. Without a handler they are stored for PollCompletions and Completions.
func (e *Engine) OnCompletion(handler CompletionHandler) error {
	if handler == nil {
		return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
			return C.recoup_engine_on_completion(handle, nil, 0, nil, object)
		})
	}
	return e.register(&completionRegistration{e.core, handler}, func(handle *C.recoup_engine, data C.uintptr_t,
		destroy C.recoup_destructor, object **C.recoup_error) C.recoup_status {
		callback := C.recoup_completion_callback(C.recoup_go_completion)
		return C.recoup_engine_on_completion(handle, callback, data, destroy, object)
	})
}

// register gives a registration to the library, which ends it from then on; if the engine is freed, it ends here.
func (e *Engine) register(registration interface{}, run func(*C.recoup_engine, C.uintptr_t, C.recoup_destructor,
	**C.recoup_error) C.recoup_status) error {
	data, given := hold(registration), false
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		given = true
		return run(handle, data, C.recoup_destructor(C.recoup_go_destroy), object)
	})
	if !given {
		release(data)
	}
	return err
}

// Tick calls the registered handlers on this goroutine for everything due, completions first and then events in their
// order, until nothing is left or the budget (to the microsecond) is spent, and returns the number of calls. The budget is
// checked between calls: there is always at least one if anything is due. 0 is no budget: all of it.
//
// Call it from your main loop. With nothing to do it costs well under a microsecond and touches no disk; otherwise it
// blocks until a commit is on disk. Fails with ErrReentrant inside of a handler, and with ErrPumping while another
// goroutine ticks or the dispatcher runs.
func (e *Engine) Tick(budget time.Duration) (int, error) {
	micros := budget.Microseconds()
	if budget != 0 && micros <= 0 {
		micros = 1
	}
	defer runtime.KeepAlive(e)
	if !e.core.gate.enter() {
		return 0, errFreed()
	}
	defer e.core.leave()
	ticked := C.recoup_go_tick(e.core.handle, C.uint64_t(micros))
	return int(ticked.handled), check(ticked.status, ticked.error)
}

// StartDispatcher starts a thread of the library that calls the registered handlers as soon as something is due. Run does
// the same on a goroutine, which Go programs may find more natural. Fails with ErrPumping if it runs already or a Tick is
// running.
func (e *Engine) StartDispatcher() error {
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_start_dispatcher(handle, object)
	})
}

// StopDispatcher ends the dispatcher's thread, and waits for the handler that is running. If no dispatcher runs, nothing
// happens. Fails with ErrReentrant inside of a handler.
func (e *Engine) StopDispatcher() error {
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_stop_dispatcher(handle, object)
	})
}

type eventRegistration struct {
	core    *core
	handler EventHandler
}

// Released calls the handler's Released, if it has one.
func (r *eventRegistration) Released() { tellReleased(r.handler) }

type completionRegistration struct {
	core    *core
	handler CompletionHandler
}

// Released calls the handler's Released, if it has one.
func (r *completionRegistration) Released() { tellReleased(r.handler) }

func tellReleased(registered interface{}) {
	if releaser, ok := registered.(Releaser); ok {
		releaser.Released()
	}
}

type registrar func(*C.recoup_engine, C.recoup_event_callback, C.uintptr_t, C.recoup_destructor,
	**C.recoup_error) C.recoup_status

var registrars = map[EventKind]registrar{
	EveryEvent: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_event(e, call, data, end, object)
	},
	EventBlock: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_block(e, call, data, end, object)
	},
	EventUnblock: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_unblock(e, call, data, end, object)
	},
	EventAlert: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_alert(e, call, data, end, object)
	},
	EventRefund: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_refund(e, call, data, end, object)
	},
	EventReversal: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_reversal(e, call, data, end, object)
	},
	EventReview: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_review(e, call, data, end, object)
	},
	EventUnattributed: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_unattributed(e, call, data, end, object)
	},
	EventRecovery: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_recovery(e, call, data, end, object)
	},
	EventNotice: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_notice(e, call, data, end, object)
	},
	EventAccess: func(e *C.recoup_engine, call C.recoup_event_callback, data C.uintptr_t, end C.recoup_destructor,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_on_access(e, call, data, end, object)
	},
}
