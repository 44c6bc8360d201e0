package main

import (
	"encoding/json"
	"strings"

	"recoup.dev/go/recoup"
)

// The books of refunds, and operators' work on them.
var books = map[string]command{
	"recovery": func(h *host, a *arguments) error { return h.document(h.engine.Recovery(a.number())) },
	"recovery_entries": func(h *host, a *arguments) error {
		entries, err := h.engine.RecoveryEntries(a.number())
		return printList(h, entries, err, func(entry recoup.RecoveryEntry) json.RawMessage { return entry.JSON })
	},
	"to_do": func(h *host, a *arguments) error { return h.document(h.engine.ToDo(a.number())) },
	"report_recovery": func(h *host, a *arguments) error {
		return h.document(h.engine.ReportRecovery(a.number(), recoup.RecoveryReport{JSON: a.json()}))
	},
	"settle": func(h *host, a *arguments) error {
		return h.document(h.engine.Settle(a.number(), recoup.RecoveryReport{JSON: a.json()}))
	},
	"repay": func(h *host, a *arguments) error {
		return h.document(h.engine.Repay(a.text(), recoup.Repayment{JSON: a.json()}))
	},
	"forgive": func(h *host, a *arguments) error {
		return h.document(h.engine.Forgive(a.number(), recoup.Forgiving{JSON: a.json()}))
	},
	"correct": func(h *host, a *arguments) error {
		return h.document(h.engine.Correct(a.number(), a.text(), a.text()))
	},
	"set_granted": func(h *host, a *arguments) error {
		return h.document(h.engine.SetGranted(a.number(), recoup.Granted{JSON: a.json()}))
	},
	"debts": func(h *host, a *arguments) error { return h.document(h.engine.Debts(a.text())) },
	"close_refund": func(h *host, a *arguments) error {
		return h.document(h.engine.CloseRefund(a.number(), recoup.ClosedAs(a.text()), a.text(), a.text()))
	},
	"reopen_refund": func(h *host, a *arguments) error {
		return h.document(h.engine.ReopenRefund(a.number(), a.text(), a.text()))
	},
	"assign_refund": func(h *host, a *arguments) error {
		return h.document(h.engine.AssignRefund(a.number(), a.text(), a.text(), a.text()))
	},
	"set_refund_status": func(h *host, a *arguments) error {
		return h.document(h.engine.SetRefundStatus(a.number(), recoup.RefundStatus(a.text()), a.text(), a.text()))
	},
	"set_order_status": func(h *host, a *arguments) error {
		return h.document(h.engine.SetOrderStatus(a.text(), recoup.RefundStatus(a.text()), a.text(), a.text()))
	},
	"case": func(h *host, a *arguments) error { return h.document(h.engine.Case(a.number())) },
	"refund_of_order": func(h *host, a *arguments) error {
		return h.document(h.engine.RefundOfOrder(a.text()))
	},
	"find": func(h *host, a *arguments) error { return h.document(h.engine.Find(a.text())) },
	"count_refunds": func(h *host, a *arguments) error {
		return h.document(h.engine.CountRefunds(recoup.RefundFilter{JSON: a.json()}))
	},
	"add_note": func(h *host, a *arguments) error {
		return h.document(h.engine.AddNote(recoup.NewNote{JSON: a.json()}))
	},
	"notes": func(h *host, a *arguments) error {
		var on recoup.NoteOn
		if err := json.Unmarshal(a.json(), &on); err != nil {
			return err
		}
		notes, err := h.engine.Notes(on)
		return printList(h, notes, err, func(note recoup.Note) json.RawMessage { return note.JSON })
	},
}

func init() {
	for name, run := range books {
		commands[name] = run
	}
}

func printList[T any](h *host, items []T, err error, text func(T) json.RawMessage) error {
	var texts []string
	for _, item := range items {
		texts = append(texts, string(text(item)))
	}
	return h.print(err, "[%s]\n", strings.Join(texts, ","))
}
