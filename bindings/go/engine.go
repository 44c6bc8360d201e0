package recoup

// #include "trampolines.h"
import "C"

import (
	"errors"
	"runtime"
	"sync"
)

// Engine is a refund engine over one ledger. Any number of goroutines may use it at once, also while it is closed:
// a call then either runs to its end or returns ErrClosed.
//
// Close it. The garbage collector closes a forgotten engine when it finds it, but no sooner, and never while a registered
// handler refers to it.
type Engine struct {
	core *core
}

// core is the part that callbacks keep: not the Engine itself, so that the garbage collector can find a forgotten Engine.
type core struct {
	handle *C.recoup_engine
	gate   gate
	// stopping is closed when the engine is shut down, freed when it is freed.
	stopping, freed chan struct{}
	stop            sync.Once
}

func newEngine(handle *C.recoup_engine) *Engine {
	engine := &Engine{&core{handle: handle, stopping: make(chan struct{}), freed: make(chan struct{})}}
	runtime.SetFinalizer(engine, func(forgotten *Engine) {
		core := forgotten.core
		// Closing writes to the disk, for which other finalizers should not wait.
		go func() { _ = core.close() }()
	})
	return engine
}

// Shutdown releases polled but not acknowledged events, so that the next poll returns them at once, and closes the
// ledger. Later calls return ErrClosed, except IsBlocked, which still answers from memory until Close: a server can let
// its last players finish. Blocks on the disk. Doing it again is fine.
//
// A failure means that events come back only after their lease; the ledger is closed nevertheless. Fails with
// ErrReentrant inside of a Logger, a Transport, a progress function and the io.Writer of an export; Close is fine there.
func (e *Engine) Shutdown() error {
	defer runtime.KeepAlive(e)
	if !e.core.gate.enter() {
		return nil
	}
	defer e.core.leave()
	return e.core.shutdown()
}

// Close shuts the engine down if that was not done, and frees it as soon as the last running call has returned: see Done.
// Later calls return ErrClosed. It may be called more than once, at once, and inside of a handler, a transport, a progress
// function and the io.Writer of an export.
func (e *Engine) Close() error {
	defer runtime.KeepAlive(e)
	runtime.SetFinalizer(e, nil)
	return e.core.close()
}

// Done is closed when the engine was closed, no call is running any more, and all handlers were released.
func (e *Engine) Done() <-chan struct{} {
	return e.core.freed
}

func (c *core) close() error {
	if !c.gate.close() {
		return nil
	}
	defer c.leave()
	if c.isStopping() {
		return nil
	}
	err := c.shutdown()
	if errors.Is(err, ErrReentrant) {
		// Freeing it closes it, after the running calls.
		return nil
	}
	return err
}

func (c *core) shutdown() error {
	c.stop.Do(func() { close(c.stopping) })
	var object *C.recoup_error
	return check(C.recoup_engine_close(c.handle, &object), object)
}

func (c *core) isStopping() bool {
	select {
	case <-c.stopping:
		return true
	default:
		return false
	}
}

// leave ends a call, and frees the engine if it was the last call on a closed engine: on another thread if this one is
// inside of a logger or a transport, since the library would free nothing there.
func (c *core) leave() {
	if !c.gate.leave() {
		return
	}
	if C.recoup_go_is_inside() != 0 {
		go c.free()
		return
	}
	c.free()
}

// leaveCallback is leave for the library's own calls. The engine cannot be freed inside of one.
func (c *core) leaveCallback() {
	if c.gate.leave() {
		go c.free()
	}
}

func (c *core) free() {
	C.recoup_engine_free(c.handle)
	close(c.freed)
}

// call runs one call of the library on the engine's handle, which stays alive meanwhile.
func (e *Engine) call(run func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status) error {
	defer runtime.KeepAlive(e)
	if !e.core.gate.enter() {
		return errFreed()
	}
	defer e.core.leave()
	var object *C.recoup_error
	return check(run(e.core.handle, &object), object)
}
