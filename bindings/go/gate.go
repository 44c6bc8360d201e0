package recoup

import "sync/atomic"

// gate counts the running calls, so that a handle is freed when it is closed and the last of them has returned, and never
// during one. A lock would not do: callbacks call again while the call around them runs.
type gate struct {
	state atomic.Int64
}

const (
	gateClosed int64 = 1 << 62
	gateFreed  int64 = 1 << 61
)

// enter counts a call in; false if the gate is closed.
func (g *gate) enter() bool {
	for {
		state := g.state.Load()
		if state&gateClosed != 0 {
			return false
		}
		if g.state.CompareAndSwap(state, state+1) {
			return true
		}
	}
}

// enterCallback counts in a call that the library began, open or closed.
func (g *gate) enterCallback() {
	g.state.Add(1)
}

// leave counts a call out; true for exactly one caller, which frees the handle.
func (g *gate) leave() bool {
	return g.state.Add(-1) == gateClosed && g.state.CompareAndSwap(gateClosed, gateClosed|gateFreed)
}

// close counts the closing call in and refuses all later ones; false if that was done before.
func (g *gate) close() bool {
	for {
		state := g.state.Load()
		if state&gateClosed != 0 {
			return false
		}
		if g.state.CompareAndSwap(state, (state+1)|gateClosed) {
			return true
		}
	}
}
