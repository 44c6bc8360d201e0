package main

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"

	"recoup.dev/go/recoup"
)

// Operators' decisions, what players see of them, and what leaves the ledger.
var decisions = map[string]command{
	"exclude": func(h *host, a *arguments) error {
		return h.lasting(h.engine.Exclude(recoup.NewExclusion{JSON: a.json()}))
	},
	"end_exclusion": func(h *host, a *arguments) error {
		return h.lasting(h.engine.EndExclusion(a.number(), a.text(), a.text()))
	},
	"exclusions": func(h *host, a *arguments) error {
		return h.lasting(h.engine.Exclusions(a.number() != 0, a.number(), a.count()))
	},
	"debtors": func(h *host, a *arguments) error { return h.lasting(h.engine.Debtors(a.text(), a.count())) },
	"overrule": func(h *host, a *arguments) error {
		return h.lasting(h.engine.Overrule(a.number(), recoup.Overruling{JSON: a.json()}))
	},
	"try_policy": func(h *host, a *arguments) error {
		stop := a.number() != 0
		progress := func(tried recoup.Tried) bool {
			h.printf("progress %s\n", tried.JSON)
			return !stop
		}
		return h.lasting(h.engine.TryPolicy(context.Background(), a.json(), recoup.TryOptions{JSON: a.json()}, progress))
	},
	"notices": func(h *host, a *arguments) error {
		notices, err := h.engine.Notices(a.text(), a.text(), a.count())
		return printList(h, notices, err, func(notice recoup.Notice) json.RawMessage { return lasting(notice.JSON) })
	},
	"mark_notice": func(h *host, a *arguments) error {
		return h.lasting(h.engine.MarkNotice(a.text(), a.number(), recoup.NoticeMark(a.text())))
	},
	"has_access": func(h *host, a *arguments) error {
		has, err := h.engine.HasAccess(a.text(), a.text())
		return h.print(err, "%d\n", bit(has))
	},
	"access": func(h *host, a *arguments) error { return h.lasting(h.engine.Access(a.text(), a.text())) },
	"set_access": func(h *host, a *arguments) error {
		return h.lasting(h.engine.SetAccess(a.text(), a.text(), recoup.AccessDecision{JSON: a.json()}))
	},
	"figures": func(h *host, a *arguments) error {
		return h.lasting(h.engine.Figures(recoup.FiguresQuestion{JSON: a.json()}))
	},
	"work_counts": func(h *host, _ *arguments) error {
		counts, err := h.engine.WorkCounts()
		return printList(h, counts, err, func(count recoup.WorkCount) json.RawMessage { return lasting(count.JSON) })
	},
	"export": func(h *host, a *arguments) error {
		var written bytes.Buffer
		exported, err := h.engine.Export(context.Background(), recoup.ExportRequest{JSON: a.json()}, &written)
		return h.exported(written.Bytes(), exported, err)
	},
	"export_user": func(h *host, a *arguments) error {
		var written bytes.Buffer
		exported, err := h.engine.ExportUser(context.Background(), a.text(), &written)
		return h.exported(written.Bytes(), exported, err)
	},
	"forget_user": func(h *host, a *arguments) error {
		return h.lasting(h.engine.ForgetUser(a.text(), recoup.Forgetting{JSON: a.json()}))
	},
	"prune": func(h *host, _ *arguments) error { return h.lasting(h.engine.Prune()) },
	"webhooks": func(h *host, _ *arguments) error {
		endpoints, err := h.engine.Webhooks()
		return printList(h, endpoints, err, func(endpoint recoup.WebhookEndpoint) json.RawMessage {
			return lasting(endpoint.JSON)
		})
	},
	"webhook_messages": func(h *host, a *arguments) error {
		filter := recoup.WebhookMessageFilter{JSON: a.json()}
		return h.lasting(h.engine.WebhookMessages(filter, a.number(), a.count()))
	},
	"replay_webhooks": func(h *host, a *arguments) error {
		replayed, err := h.engine.ReplayWebhooks(recoup.WebhookReplay{JSON: a.json()})
		return h.print(err, "replayed %d\n", replayed)
	},
	"end_webhook": func(h *host, a *arguments) error {
		return h.ok(h.engine.EndWebhook(a.text(), a.text(), a.text()))
	},
	"test_webhook": func(h *host, a *arguments) error {
		return h.lasting(h.engine.TestWebhook(context.Background(), a.text()))
	},
	"send_webhooks": func(h *host, _ *arguments) error {
		sent, err := h.engine.SendWebhooks(context.Background())
		return h.print(err, "sent %d\n", sent)
	},
}

func init() {
	for name, run := range decisions {
		commands[name] = run
	}
}

var another = regexp.MustCompile(`(evt_|forgotten-|"ledger":"|"millis":)[a-z0-9]*`)

// lasting is text without what is another one each time the scenario is played.
func lasting(text []byte) []byte {
	return another.ReplaceAll(text, []byte("$1"))
}

// lasting prints what lasts of a document's JSON.
func (h *host) lasting(document interface{}, err error) error {
	if err != nil {
		return err
	}
	return h.print(nil, "%s\n", lasting(textOf(document)))
}

// exported prints what was written, with a newline at its end, and how much it is.
func (h *host) exported(written []byte, exported *recoup.Exported, err error) error {
	if err != nil {
		return err
	}
	if len(written) > 0 && written[len(written)-1] != '\n' {
		written = append(written, '\n')
	}
	h.printf("%s", lasting(written))
	return h.lasting(exported, nil)
}
