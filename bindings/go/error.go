package recoup

// #include "recoup.h"
import "C"

import (
	"errors"
	"net/http"
)

// Error is why a call failed. Ask for its kind with errors.Is and the Err variables, for the rest with errors.As.
type Error struct {
	// Status is the kind of failure.
	Status Status
	// Code is a stable name for programs and logs, in snake case, finer than Status.
	Code string
	// Message is what went wrong, in English, for people. It contains no secrets.
	Message string
	// Retryable is whether the same call may succeed later without any change on your side.
	Retryable bool
	// HTTPStatus is the answer to the store if the call was Ingest, so that the store sends the same again.
	HTTPStatus int
	// SQLiteCode is SQLite's extended result code if the ledger failed, such as 778 (SQLITE_IOERR_WRITE); nil for other
	// failures.
	SQLiteCode *int
	// cause is your own error that stopped the call, such as an io.Writer's; nil: none.
	cause error
}

// Error is the message and the code, and after them your own error that stopped the call.
func (e *Error) Error() string {
	text := "recoup: " + e.Message + " (" + e.Code + ")"
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap is your own error that stopped the call, such as that of an io.Writer; nil if there is none.
func (e *Error) Unwrap() error {
	return e.cause
}

// Is returns whether target is the Err variable of this error's status.
func (e *Error) Is(target error) bool {
	kind, ok := target.(statusError)
	return ok && Status(kind) == e.Status
}

type statusError Status

func (e statusError) Error() string {
	return "recoup: " + Status(e).String()
}

// The kinds of failure, for errors.Is. Each is a Status; see recoup.h for their meaning.
var (
	ErrInvalidArgument       error = statusError(StatusInvalidArgument)
	ErrConfig                error = statusError(StatusConfig)
	ErrLedger                error = statusError(StatusLedger)
	ErrBusy                  error = statusError(StatusBusy)
	ErrDiskFull              error = statusError(StatusDiskFull)
	ErrClosed                error = statusError(StatusClosed)
	ErrNotFound              error = statusError(StatusNotFound)
	ErrPurchaseOfAnotherUser error = statusError(StatusPurchaseOfAnotherUser)
	ErrInternal              error = statusError(StatusInternal)
	ErrPanic                 error = statusError(StatusPanic)
	ErrPoisoned              error = statusError(StatusPoisoned)
	ErrForked                error = statusError(StatusForked)
	ErrReentrant             error = statusError(StatusReentrant)
	ErrPumping               error = statusError(StatusPumping)
	ErrQueueFull             error = statusError(StatusQueueFull)
	ErrAPI                   error = statusError(StatusAPI)
	ErrUnsupported           error = statusError(StatusUnsupported)
	ErrListen                error = statusError(StatusListen)
	ErrReadOnly              error = statusError(StatusReadOnly)
	ErrIO                    error = statusError(StatusIO)
	ErrLedgerLost            error = statusError(StatusLedgerLost)
	ErrOutOfResources        error = statusError(StatusOutOfResources)
	ErrRejected              error = statusError(StatusRejected)
	ErrRefused               error = statusError(StatusRefused)
)

// HTTPStatus is the status to answer a store with after a failed Ingest: the error's own, or 500.
func HTTPStatus(err error) int {
	var own *Error
	if errors.As(err, &own) && own.HTTPStatus != 0 {
		return own.HTTPStatus
	}
	return http.StatusInternalServerError
}

// IsRetryable returns whether the same call may succeed later without any change on your side.
func IsRetryable(err error) bool {
	var own *Error
	return errors.As(err, &own) && own.Retryable
}

// check turns what a call returned into an error, and frees the error object.
func check(status C.recoup_status, object *C.recoup_error) error {
	if status == C.RECOUP_STATUS_OK {
		return nil
	}
	defer C.recoup_error_free(object)
	var sqlite *int
	if code := int(C.recoup_error_sqlite_code(object)); code != 0 {
		sqlite = &code
	}
	return &Error{
		SQLiteCode: sqlite,
		Status:     Status(C.recoup_error_status(object)),
		Code:       goText(C.recoup_error_code(object)),
		Message:    goText(C.recoup_error_message(object)),
		Retryable:  C.recoup_error_is_retryable(object) != 0,
		HTTPStatus: int(C.recoup_error_http_status(object)),
	}
}

// errFreed is the error of calls on a freed engine: the library cannot be called any more.
func errFreed() error {
	return &Error{
		Status:     StatusClosed,
		Code:       "closed",
		Message:    "the engine was closed",
		HTTPStatus: http.StatusInternalServerError,
	}
}
