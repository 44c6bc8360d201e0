package recoup

// #include "trampolines.h"
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"io"
)

// ExportRequest is a request for an export: which rows, and how they are written. A zero condition matches all.
type ExportRequest struct {
	// What is exported.
	What ExportKind `json:"what"`
	// Format is how it is written; empty: FormatNDJSON.
	Format ExportFormat `json:"format,omitempty"`
	// User: of this user only.
	User string `json:"user,omitempty"`
	// Store: of this store only; refunds and purchases.
	Store Store `json:"store,omitempty"`
	// Since: at this time or later: refunds by the store's clock, purchases by when they were recorded, blocks and entries by when they were
	// made. Debts have no time.
	Since *Timestamp `json:"since,omitempty"`
	// Until: before this time.
	Until *Timestamp `json:"until,omitempty"`
	// ChangedSince: changed at this time or later, the longest unchanged first; refunds only. With the start of the previous
	// export no change is missed.
	ChangedSince *Timestamp `json:"changed_since,omitempty"`
	// JSON, unless nil, is the request and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// ExportKind is what can be exported.
type ExportKind string

const (
	// ExportRefunds: refunds.
	ExportRefunds ExportKind = "refunds"
	// ExportPurchases: purchases that the host recorded.
	ExportPurchases ExportKind = "purchases"
	// ExportBlocks: blocks, active and ended.
	ExportBlocks ExportKind = "blocks"
	// ExportDebts: what players owe: a row a refund and item.
	ExportDebts ExportKind = "debts"
	// ExportRecovery: the entries of the books.
	ExportRecovery ExportKind = "recovery"
	// ExportJournal: the journal.
	ExportJournal ExportKind = "journal"
	// ExportExclusions: exclusions, active and ended.
	ExportExclusions ExportKind = "exclusions"
	// ExportNotices: notices for players, in the configured default language.
	ExportNotices ExportKind = "notices"
	// ExportWebhookMessages: messages to webhook endpoints.
	ExportWebhookMessages ExportKind = "webhook_messages"
)

// ExportFormat is how an export is written.
type ExportFormat string

const (
	// FormatNDJSON: one JSON document a line, as queries return it. The last line of a complete export is
	// {"end":{"rows":N}}.
	FormatNDJSON ExportFormat = "ndjson"
	// FormatCSV: RFC 4180 in UTF-8, with a header. What is unknown is empty.
	FormatCSV ExportFormat = "csv"
	// FormatExcel: as CSV, so that Excel shows it as it is: with a byte-order mark, times it can read, long ids that keep their
	// digits, and no text that it would run as a formula.
	FormatExcel ExportFormat = "excel"
)

// Export writes rows of the ledger to a writer, for a spreadsheet or a data warehouse, in pieces of up to 64 KiB. Only a
// complete export returns how many rows it has.
//
// The writer is called on this goroutine, inside of the call: the rules for the progress function of Reconcile apply. If it
// fails or panics, or ctx ends, the export stops with ErrIO (output), and errors.Is and errors.As find the writer's or ctx's
// own error as well.
//
// Needs little memory whatever the number of rows. Reads the disk, and never waits for a writer. Fails with
// ErrInvalidArgument (bad_filter for a condition that these rows have nothing for), and with ErrReentrant as Reconcile does.
func (e *Engine) Export(ctx context.Context, export ExportRequest, to io.Writer) (*Exported, error) {
	request, err := givenIn(ctx, export.JSON, export)
	if err != nil {
		return nil, err
	}
	return e.export(ctx, to, func(handle *C.recoup_engine, write C.recoup_write_callback, data C.uintptr_t,
		text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_export(handle, jsonAt(request), C.size_t(len(request)), write, data, text, object)
	})
}

// ExportUser writes all that the ledger has under a user id, as one JSON document; its schema is user-export. A document
// that was cut short is no JSON. Otherwise as Export. Fails with ErrInvalidArgument (bad_text) as well.
//
// Entries of the journal may name other users, who had or claimed the same order: look before you hand it out.
func (e *Engine) ExportUser(ctx context.Context, user string, to io.Writer) (*Exported, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.export(ctx, to, func(handle *C.recoup_engine, write C.recoup_write_callback, data C.uintptr_t,
		text **C.recoup_text, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_export_user(handle, chars(user), length(user), write, data, text, object)
	})
}

func (e *Engine) export(ctx context.Context, to io.Writer, run func(*C.recoup_engine, C.recoup_write_callback, C.uintptr_t,
	**C.recoup_text, **C.recoup_error) C.recoup_status) (*Exported, error) {
	writer := &exportWriter{ctx: ctx, to: to}
	data := hold(writer)
	defer release(data)
	exported, err := read[Exported](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return run(handle, C.recoup_write_callback(C.recoup_go_write), data, text, object)
	}))
	var own *Error
	if errors.As(err, &own) {
		own.cause = writer.failed
	}
	return exported, err
}

// exportWriter passes on what an export writes.
type exportWriter struct {
	ctx context.Context
	to  io.Writer
	// piece is a copy of what the library lends, so that a writer that keeps it keeps memory of Go's.
	piece []byte
	// failed is why it stopped.
	failed error
}

// write returns whether to continue.
func (w *exportWriter) write(lent []byte) bool {
	if w.failed = w.ctx.Err(); w.failed != nil {
		return false
	}
	w.piece = append(w.piece[:0], lent...)
	written, err := w.to.Write(w.piece)
	if err == nil && written < len(w.piece) {
		err = io.ErrShortWrite
	}
	w.failed = err
	return err == nil
}

// Exported is what an export wrote. Only a complete export returns it.
type Exported struct {
	// How many rows.
	Rows uint64 `json:"rows"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Exported) UnmarshalJSON(text []byte) error {
	type plain Exported
	return decode(text, (*plain)(d), &d.JSON)
}
