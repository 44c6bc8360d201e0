package recoup

// #include "recoup.h"
import "C"

import "context"

// Backup copies the ledger to a new file: one consistent state, while this engine and other processes write. It contains
// everything that was acknowledged before the call. recoup.h has the details.
//
// Blocks until the copy is complete. ctx is checked before that begins. Fails with ErrInvalidArgument (backup_exists) if
// there is something at path, and with ErrIO, ErrClosed, ErrOutOfResources.
func (e *Engine) Backup(ctx context.Context, path string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_backup(handle, chars(path), length(path), object)
	})
}
