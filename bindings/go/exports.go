package recoup

// #include "recoup.h"
import "C"

import (
	"encoding/json"
	"log"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unsafe"
)

// PanicHandler receives a panic of one of your handlers, loggers, transports or clocks. The panic cannot continue: there is
// no Go function behind it.
type PanicHandler func(value interface{}, stack []byte)

var panicHandler atomic.Value

func init() {
	SetPanicHandler(nil)
}

// SetPanicHandler sets the handler for panics, for the whole process. nil: the log package's standard logger, as in
// net/http.
func SetPanicHandler(handler PanicHandler) {
	if handler == nil {
		handler = func(value interface{}, stack []byte) {
			log.Printf("recoup: panic in a handler: %v\n%s", value, stack)
		}
	}
	panicHandler.Store(handler)
}

// caught ends a panic before it reaches the library.
func caught() {
	if value := recover(); value != nil {
		panicHandler.Load().(PanicHandler)(value, debug.Stack())
	}
}

//export recoupGoEvent
func recoupGoEvent(data C.uintptr_t, event *C.recoup_event) (handled C.recoup_handled) {
	handled = C.RECOUP_HANDLED_LATER
	defer caught()
	registered := held(data).(*eventRegistration)
	registered.core.gate.enterCallback()
	defer registered.core.leaveCallback()
	if registered.handler.HandleEvent(goEvent(event)) == Done {
		handled = C.RECOUP_HANDLED_DONE
	}
	return handled
}

//export recoupGoCompletion
func recoupGoCompletion(data C.uintptr_t, completion *C.recoup_completion, details C.recoup_string) {
	defer caught()
	registered := held(data).(*completionRegistration)
	registered.core.gate.enterCallback()
	defer registered.core.leaveCallback()
	registered.handler.HandleCompletion(goCompletion(completion, []byte(goText(details))))
}

//export recoupGoLog
func recoupGoLog(data C.uintptr_t, level C.recoup_log_level, target, message C.recoup_string) {
	defer caught()
	held(data).(*logRegistration).logger.Log(LogLevel(level), goText(target), goText(message))
}

//export recoupGoSend
func recoupGoSend(data C.uintptr_t, request *C.recoup_http_request, answer *C.recoup_http_answer) {
	defer caught()
	held(data).(*transportRegistration).send(goHTTPRequest(request), answer)
}

//export recoupGoProgress
func recoupGoProgress(data C.uintptr_t, progress C.recoup_string) {
	defer caught()
	held(data).(func(json.RawMessage))(json.RawMessage(goText(progress)))
}

//export recoupGoTrial
func recoupGoTrial(data C.uintptr_t, progress C.recoup_string) (stop C.uint8_t) {
	defer caught()
	if !held(data).(func(json.RawMessage) bool)(json.RawMessage(goText(progress))) {
		stop = 1
	}
	return stop
}

//export recoupGoWrite
func recoupGoWrite(data C.uintptr_t, bytes *C.uint8_t, length C.size_t) (stop C.uint8_t) {
	// Also after a panic: a part of the text would be missing.
	stop = 1
	defer caught()
	if held(data).(*exportWriter).write(unsafe.Slice((*byte)(unsafe.Pointer(bytes)), int(length))) {
		stop = 0
	}
	return stop
}

//export recoupGoClock
func recoupGoClock(data C.uintptr_t) (millis C.int64_t) {
	millis = C.int64_t(time.Now().UnixMilli())
	defer caught()
	return C.int64_t(held(data).(Clock).Now().UnixMilli())
}

//export recoupGoDestroy
func recoupGoDestroy(data C.uintptr_t) {
	defer caught()
	release(data)
}
