package recoup

// #include "recoup.h"
import "C"

import "strconv"

// Status is the result of a call. Values keep their meaning; a newer library may return values that this
// package does not name.
type Status int32

// The results of a call.
const (
	StatusOK                    Status = C.RECOUP_STATUS_OK
	StatusInvalidArgument       Status = C.RECOUP_STATUS_INVALID_ARGUMENT
	StatusConfig                Status = C.RECOUP_STATUS_CONFIG
	StatusLedger                Status = C.RECOUP_STATUS_LEDGER
	StatusBusy                  Status = C.RECOUP_STATUS_BUSY
	StatusDiskFull              Status = C.RECOUP_STATUS_DISK_FULL
	StatusClosed                Status = C.RECOUP_STATUS_CLOSED
	StatusNotFound              Status = C.RECOUP_STATUS_NOT_FOUND
	StatusPurchaseOfAnotherUser Status = C.RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER
	StatusInternal              Status = C.RECOUP_STATUS_INTERNAL
	StatusPanic                 Status = C.RECOUP_STATUS_PANIC
	StatusPoisoned              Status = C.RECOUP_STATUS_POISONED
	StatusForked                Status = C.RECOUP_STATUS_FORKED
	StatusReentrant             Status = C.RECOUP_STATUS_REENTRANT
	StatusPumping               Status = C.RECOUP_STATUS_PUMPING
	StatusQueueFull             Status = C.RECOUP_STATUS_QUEUE_FULL
	StatusAPI                   Status = C.RECOUP_STATUS_API
	StatusUnsupported           Status = C.RECOUP_STATUS_UNSUPPORTED
	StatusListen                Status = C.RECOUP_STATUS_LISTEN
	StatusReadOnly              Status = C.RECOUP_STATUS_READ_ONLY
	StatusIO                    Status = C.RECOUP_STATUS_IO
	StatusLedgerLost            Status = C.RECOUP_STATUS_LEDGER_LOST
	StatusOutOfResources        Status = C.RECOUP_STATUS_OUT_OF_RESOURCES
	StatusRejected              Status = C.RECOUP_STATUS_REJECTED
	StatusRefused               Status = C.RECOUP_STATUS_REFUSED
)

var statusNames = map[Status]string{
	StatusOK:                    "ok",
	StatusInvalidArgument:       "invalid argument",
	StatusConfig:                "configuration cannot be used",
	StatusLedger:                "ledger cannot be used",
	StatusBusy:                  "ledger is busy",
	StatusDiskFull:              "disk is full",
	StatusClosed:                "engine is closed",
	StatusNotFound:              "not found",
	StatusPurchaseOfAnotherUser: "purchase of another user",
	StatusInternal:              "internal fault",
	StatusPanic:                 "a fault stopped the call",
	StatusPoisoned:              "engine is poisoned by an earlier fault",
	StatusForked:                "engine belongs to the parent process",
	StatusReentrant:             "not from inside a callback",
	StatusPumping:               "events are handed out elsewhere",
	StatusQueueFull:             "queue is full",
	StatusAPI:                   "a store's API refused",
	StatusUnsupported:           "the library was built without it",
	StatusListen:                "the address cannot be listened on",
	StatusReadOnly:              "the ledger cannot be written to",
	StatusIO:                    "reading or writing a file failed",
	StatusLedgerLost:            "the ledger's file or its locks are lost",
	StatusOutOfResources:        "no more threads, file descriptors or memory",
	StatusRejected:              "the signed purchase was rejected",
	StatusRefused:               "the call does not fit the ledger",
}

// String is the status in a few English words.
func (s Status) String() string {
	if name, ok := statusNames[s]; ok {
		return name
	}
	return "status " + strconv.Itoa(int(s))
}
