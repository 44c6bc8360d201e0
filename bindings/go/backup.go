package recoup

// #include "recoup.h"
import "C"

import "context"

// Backup copies the ledger to a new file: one consistent state, while this engine and other processes write. Whatever was
// acknowledged before the call is in it. recoup.h says more.
//
// Blocks for as long as the copying takes. ctx is looked at before that begins. Fails with ErrInvalidArgument
// (backup_exists) where there is something at path, and with ErrIO, ErrClosed, ErrOutOfResources.
func (e *Engine) Backup(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_backup(handle, chars(path), length(path), object)
	})
}
