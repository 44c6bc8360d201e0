package recoup

// #include "recoup.h"
import "C"

import (
	"runtime/cgo"
	"sync/atomic"
)

// Releaser may be implemented by a registered value (an EventHandler, a CompletionHandler, a Logger, a Clock, a
// Transport). Released is called exactly once, when the library releases it and it is not running: it was replaced, or
// the engine and its gateways were closed, or the registration failed. It must not call this package.
type Releaser interface {
	Released()
}

// holding counts the values that the library holds.
var holding atomic.Int64

// hold makes the number that is the library's name of a Go value: it never has a Go pointer.
func hold(value interface{}) C.uintptr_t {
	holding.Add(1)
	return C.uintptr_t(cgo.NewHandle(value))
}

func held(data C.uintptr_t) interface{} {
	return cgo.Handle(data).Value()
}

func release(data C.uintptr_t) {
	value := held(data)
	cgo.Handle(data).Delete()
	holding.Add(-1)
	if releaser, ok := value.(Releaser); ok {
		releaser.Released()
	}
}
