package recoup

/*
#include "recoup.h"

// By value, so that the query allocates nothing.
typedef struct {
  recoup_status status;
  uint8_t blocked;
  recoup_error *error;
} recoup_go_answer;

static recoup_go_answer recoup_go_is_blocked(const recoup_engine *engine, _GoString_ user) {
  recoup_go_answer answer = {0, 0, NULL};
  answer.status =
      recoup_engine_is_blocked(engine, _GoStringPtr(user), _GoStringLen(user), &answer.blocked, &answer.error);
  return answer;
}
*/
import "C"

import (
	"runtime"
	"time"
)

// IsBlocked returns whether a user has an active block. Call it at every login and before every match: no lock, no disk,
// nothing to wait for. A block made through this engine is seen as soon as the call that made it returns; a block made by
// another process on the same ledger within a second. If it fails, decide what to do with a player you know nothing
// about.
func (e *Engine) IsBlocked(user string) (bool, error) {
	if !e.core.gate.enter() {
		return false, errFreed()
	}
	answer := C.recoup_go_is_blocked(e.core.handle, user)
	e.core.leave()
	runtime.KeepAlive(e)
	if answer.status != C.RECOUP_STATUS_OK {
		return false, check(answer.status, answer.error)
	}
	return answer.blocked != 0, nil
}

// Block blocks a user manually; the block has no end but Unblock. who (a person or a tool) and why go to the journal and
// cannot be empty; each has at most 1024 bytes, user at most 256. It returns the block's id. Blocks until the commit is
// on disk.
func (e *Engine) Block(user, who, why string) (int64, error) {
	return e.block(user, 0, who, why)
}

// BlockFor is Block for a time, which is more than 0 and rounded up to the millisecond.
func (e *Engine) BlockFor(user string, duration time.Duration, who, why string) (int64, error) {
	if duration <= 0 {
		return 0, badArgument("bad_duration", "a block for "+duration.String()+": give more than 0, or call Block")
	}
	lasting := duration.Milliseconds()
	if duration%time.Millisecond > 0 {
		lasting++
	}
	return e.block(user, lasting, who, why)
}

// block takes milliseconds, or 0 for no end.
func (e *Engine) block(user string, lasting int64, who, why string) (int64, error) {
	var id C.int64_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_block(handle, chars(user), length(user), C.int64_t(lasting), chars(who), length(who),
			chars(why), length(why), &id, object)
	})
	return int64(id), err
}

// Unblock ends all active blocks of a user manually, and returns how many there were; none is no failure. A refund
// that caused one of them does not block again, however often the store repeats it. Blocks until the commit is on disk.
func (e *Engine) Unblock(user, who, why string) (int, error) {
	var ended C.size_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_unblock(handle, chars(user), length(user), chars(who), length(who), chars(why),
			length(why), &ended, object)
	})
	return int(ended), err
}

// ExpireBlocks ends the blocks that have expired, and returns how many there were. The engine does this by itself about
// five times a second; call it after a test has moved its Clock. Blocks until the commit is on disk.
func (e *Engine) ExpireBlocks() (int, error) {
	var ended C.size_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_expire_blocks(handle, &ended, object)
	})
	return int(ended), err
}
