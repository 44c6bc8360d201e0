package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"recoup.dev/go/recoup"
)

type command func(h *host, a *arguments) error

var commands = map[string]command{
	"version": func(h *host, _ *arguments) error { h.printf("%s\n", recoup.Version()); return nil },
	"clock":   func(h *host, a *arguments) error { h.millis.Store(a.number()); return nil },
	"open":    (*host).open,
	"close":   func(h *host, _ *arguments) error { return h.ok(h.engine.Shutdown()) },
	"free": func(h *host, _ *arguments) error {
		h.printf("freed, %d destructors\n", h.free())
		return nil
	},
	"purchase":  (*host).purchase,
	"purchases": (*host).purchases,
	"signed_purchase": func(h *host, a *arguments) error {
		signed := recoup.SignedPurchase{Store: a.store(), User: a.text(), Data: a.text(), Signature: a.text()}
		if len(a.words) > 0 {
			more, err := purchaseOf(a.words)
			if err != nil {
				return err
			}
			signed.More = &more
		}
		outcome, err := h.engine.RecordSignedPurchase(context.Background(), signed)
		return h.print(err, "outcome %d\n", outcome)
	},
	"ingest":      (*host).ingest,
	"submit":      (*host).submit,
	"completions": (*host).completions,
	"message":     (*host).message,
	"is_blocked": func(h *host, a *arguments) error {
		blocked, err := h.engine.IsBlocked(a.text())
		return h.print(err, "%d\n", bit(blocked))
	},
	"block": func(h *host, a *arguments) error {
		user, lasting, who, why := a.text(), a.text(), a.text(), a.text()
		if lasting == "-" {
			id, err := h.engine.Block(user, who, why)
			return h.print(err, "block %d\n", id)
		}
		ms, err := strconv.ParseInt(lasting, 10, 64)
		if err != nil {
			return err
		}
		id, err := h.engine.BlockFor(user, time.Duration(ms)*time.Millisecond, who, why)
		return h.print(err, "block %d\n", id)
	},
	"unblock": func(h *host, a *arguments) error {
		ended, err := h.engine.Unblock(a.text(), a.text(), a.text())
		return h.print(err, "ended %d\n", ended)
	},
	"account_tag": (*host).accountTag,
	"transfer": func(h *host, a *arguments) error {
		return h.document(h.engine.TransferPurchase(context.Background(), a.store(), a.text(), a.text(), a.text(), a.text()))
	},
	"backup": func(h *host, a *arguments) error {
		return h.print(h.engine.Backup(context.Background(), filepath.Join(h.folder, a.text())), "ok\n")
	},
	"expire": func(h *host, _ *arguments) error {
		_, err := h.engine.ExpireBlocks()
		return h.ok(err)
	},
	"poll":       (*host).poll,
	"ack":        func(h *host, a *arguments) error { return h.ok(h.engine.Ack(a.number())) },
	"on":         (*host).on,
	"off":        (*host).off,
	"tick":       (*host).tick,
	"dispatcher": (*host).dispatcher,
	"await":      func(h *host, a *arguments) error { h.await(a.count()); return nil },
	"wait": func(h *host, a *arguments) error {
		ready, err := h.engine.Wait(time.Duration(a.number()) * time.Millisecond)
		return h.print(err, "ready %d\n", bit(ready))
	},
	"log":       (*host).log,
	"heard":     func(h *host, _ *arguments) error { h.printHeard(); return nil },
	"destroyed": func(h *host, _ *arguments) error { h.printDestroyed(); return nil },
	"refund":    func(h *host, a *arguments) error { return h.document(h.engine.Refund(a.number())) },
	"event":     func(h *host, a *arguments) error { return h.document(h.engine.QueryEvent(a.number())) },
	"user":      func(h *host, a *arguments) error { return h.document(h.engine.User(a.text())) },
	"order":     func(h *host, a *arguments) error { return h.document(h.engine.Order(a.text())) },
	"stats":     func(h *host, _ *arguments) error { return h.document(h.engine.Stats()) },
	"refunds": func(h *host, a *arguments) error {
		return h.document(h.engine.Refunds(recoup.RefundFilter{JSON: a.json()}, a.number(), a.count()))
	},
	"blocks": func(h *host, a *arguments) error {
		return h.document(h.engine.Blocks(a.number() != 0, a.number(), a.count()))
	},
	"answer":   (*host).answer,
	"asked":    func(h *host, _ *arguments) error { h.printAsked(); return nil },
	"listen":   (*host).listen,
	"unlisten": func(h *host, _ *arguments) error { return h.ok(h.unlisten()) },
	"issue_refund": func(h *host, a *arguments) error {
		return h.document(h.engine.IssueRefund(context.Background(), recoup.RefundRequest{JSON: a.json()}))
	},
	"revoke": func(h *host, a *arguments) error {
		return h.document(h.engine.RevokeSubscription(context.Background(), recoup.RevocationRequest{JSON: a.json()}))
	},
	"report": func(h *host, a *arguments) error {
		return h.document(h.engine.ReportConsumption(context.Background(), a.text(), recoup.Consumption{JSON: a.json()}))
	},
	"reconcile": func(h *host, a *arguments) error {
		progress := func(sweep recoup.Sweep) { h.printf("progress %s\n", sweep.JSON) }
		return h.document(h.engine.Reconcile(context.Background(), recoup.ReconcileOptions{JSON: a.json()}, progress))
	},
	"reconcile_order": func(h *host, a *arguments) error {
		return h.document(h.engine.ReconcileOrder(context.Background(), a.store(), a.text(), a.text()))
	},
	"doctor": func(h *host, a *arguments) error {
		progress := func(finding recoup.Finding) { h.printf("progress %s\n", h.placed(finding.JSON)) }
		report, err := h.engine.Doctor(context.Background(), recoup.DoctorOptions{JSON: a.json()}, progress)
		if err != nil {
			return err
		}
		return h.print(nil, "%s\n", h.placed(report.JSON))
	},
	"work":   func(h *host, _ *arguments) error { return h.document(h.engine.Work(context.Background())) },
	"action": func(h *host, a *arguments) error { return h.document(h.engine.Action(a.number())) },
	"review_figures": func(h *host, a *arguments) error {
		return h.document(h.engine.ReviewFigures(time.UnixMilli(a.number())))
	},
	"actions": func(h *host, a *arguments) error {
		return h.document(h.engine.Actions(recoup.StoreActionFilter{JSON: a.json()}, a.number(), a.count()))
	},
	"reviews": func(h *host, a *arguments) error {
		return h.document(h.engine.Reviews(recoup.ReviewFilter{JSON: a.json()}, a.number(), a.count()))
	},
	"dead_letters": func(h *host, a *arguments) error {
		return h.document(h.engine.DeadLetters(a.number(), a.count()))
	},
}

func (h *host) print(err error, format string, values ...interface{}) error {
	if err == nil {
		h.printf(format, values...)
	}
	return err
}

func (h *host) ok(err error) error {
	return h.print(err, "ok\n")
}

// document prints the JSON of a typed document.
func (h *host) document(document interface{}, err error) error {
	if err != nil {
		return err
	}
	return h.print(nil, "%s\n", textOf(document))
}

// textOf is the JSON of a typed document; null if there is none.
func textOf(document interface{}) []byte {
	if value := reflect.ValueOf(document); !value.IsNil() {
		return value.Elem().FieldByName("JSON").Bytes()
	}
	return []byte("null")
}

// placed is a text that names files, with FOLDER for this host's folder.
func (h *host) placed(text json.RawMessage) json.RawMessage {
	return bytes.ReplaceAll(text, []byte(h.folder), []byte("FOLDER"))
}

func (h *host) open(a *arguments) error {
	engine, err := h.opened(a.text())
	if err == nil {
		h.engine = engine
	}
	return h.ok(err)
}

func (h *host) opened(how string) (*recoup.Engine, error) {
	file := filepath.Join(h.folder, "config.json")
	config, err := h.file("config.json")
	if err != nil {
		return nil, err
	}
	switch how {
	case "bad":
		return recoup.Open(`{"no": 1}`, h.folder)
	case "json":
		return recoup.Open(string(config), h.folder)
	case "file":
		return recoup.OpenFile(file)
	case "with_json":
		clock := h.register(recoup.Done)
		return recoup.OpenWith(recoup.Options{ConfigJSON: string(config), BaseFolder: h.folder, Clock: clock})
	case "with_transport":
		config, err := h.file("config-api.json")
		if err != nil {
			return nil, err
		}
		clock, transport := h.register(recoup.Done), h.register(recoup.Done)
		return recoup.OpenWith(recoup.Options{ConfigJSON: string(config), BaseFolder: h.folder, Clock: clock,
			Transport: transport, NoBackground: true})
	case "with_file":
		return recoup.OpenWith(recoup.Options{ConfigFile: file, Clock: h.register(recoup.Done)})
	}
	return nil, fmt.Errorf("no such way to open: %s", how)
}

func (h *host) purchase(a *arguments) error {
	purchase, err := purchaseOf(a.words)
	if err != nil {
		return err
	}
	outcome, err := h.engine.RecordPurchase(context.Background(), purchase)
	return h.print(err, "outcome %d\n", outcome)
}

// accountTag prints the tag's number, since the tags differ each time the scenario is played.
func (h *host) accountTag(a *arguments) error {
	tag, err := h.engine.AccountTag(context.Background(), a.store(), a.text())
	if err == nil && (len(tag) != 36 || tag[8] != '-') {
		return fmt.Errorf("no UUID: %s", tag)
	}
	number := 1
	for number <= len(h.tags) && h.tags[number-1] != tag {
		number++
	}
	if err == nil && number > len(h.tags) {
		h.tags = append(h.tags, tag)
	}
	return h.print(err, "tag %d\n", number)
}

func (h *host) purchases(a *arguments) error {
	recorded, err := h.engine.RecordPurchases(context.Background(), a.json())
	return h.print(err, "new %d\n", recorded)
}

func (h *host) ingest(a *arguments) error {
	request, err := h.request(a)
	if err != nil {
		return err
	}
	outcome, err := h.engine.Ingest(context.Background(), request)
	return h.outcome(outcome, err)
}

func (h *host) message(a *arguments) error {
	message, body := a.text(), a.text()
	outcome, err := h.engine.RecordMessage(context.Background(), json.RawMessage(message), []byte(body))
	return h.outcome(outcome, err)
}

func (h *host) outcome(o recoup.Outcome, err error) error {
	return h.print(err, "outcome %d %d %d %d %d\n%s\n", o.Kind, numberOf(meanings, o.Meaning), o.HTTPStatus, o.RefundID, bit(o.New),
		o.Details)
}

func (h *host) submit(a *arguments) error {
	request, err := h.request(a)
	if err != nil {
		return err
	}
	return h.ok(h.engine.Submit(request, a.unsigned()))
}

func (h *host) request(a *arguments) (recoup.Request, error) {
	request := recoup.Request{Store: a.store()}
	name := a.text()
	body, err := h.file(name + ".body")
	if err != nil {
		return request, err
	}
	lines, err := h.file(name + ".headers")
	if err != nil {
		return request, err
	}
	request.Body = body
	for _, line := range strings.FieldsFunc(string(lines), func(c rune) bool { return c == '\r' || c == '\n' }) {
		name, value, found := strings.Cut(line, ": ")
		if !found {
			return request, fmt.Errorf("no header field: %s", line)
		}
		request.Headers = append(request.Headers, recoup.Header{Name: name, Value: value})
	}
	return request, nil
}

// completions prints the details as the library gives them to a poll for one: an array of one.
func (h *host) completions(a *arguments) error {
	for left := a.count(); left > 0; {
		if _, err := h.engine.Wait(time.Second); err != nil {
			return err
		}
		completions, err := h.engine.PollCompletions(1)
		if err != nil {
			return err
		}
		for _, completion := range completions {
			h.printf("%s\n[%s]\n", completionLine(completion), completion.Outcome.Details)
			left--
		}
	}
	return nil
}

func (h *host) poll(a *arguments) error {
	events, err := h.engine.PollDetailed(a.count())
	if err != nil {
		return err
	}
	details := make([][]byte, 0, len(events))
	for _, event := range events {
		h.printf("%s\n", eventLine(event))
		details = append(details, event.Details.JSON)
	}
	h.printf("[%s]\n", bytes.Join(details, []byte(",")))
	return nil
}

var kinds = map[string]recoup.EventKind{
	"block":        recoup.EventBlock,
	"unblock":      recoup.EventUnblock,
	"alert":        recoup.EventAlert,
	"refund":       recoup.EventRefund,
	"reversal":     recoup.EventReversal,
	"review":       recoup.EventReview,
	"unattributed": recoup.EventUnattributed,
	"recovery":     recoup.EventRecovery,
	"notice":       recoup.EventNotice,
	"access":       recoup.EventAccess,
	"event":        recoup.EveryEvent,
}

func (h *host) on(a *arguments) error {
	name := a.text()
	if name == "completion" {
		return h.ok(h.engine.OnCompletion(h.register(recoup.Done)))
	}
	kind, known := kinds[name]
	answer := map[string]recoup.Handled{"done": recoup.Done, "later": recoup.Later}[a.text()]
	if !known {
		return fmt.Errorf("no such kind: %s", name)
	}
	return h.ok(h.engine.On(kind, h.register(answer)))
}

func (h *host) off(a *arguments) error {
	name := a.text()
	if name == "completion" {
		return h.ok(h.engine.OnCompletion(nil))
	}
	kind, known := kinds[name]
	if !known {
		return fmt.Errorf("no such kind: %s", name)
	}
	return h.ok(h.engine.On(kind, nil))
}

func (h *host) tick(a *arguments) error {
	handled, err := h.engine.Tick(time.Duration(a.number()) * time.Microsecond)
	h.lock.Lock()
	h.awaited += handled
	h.printKept()
	h.lock.Unlock()
	return h.print(err, "handled %d\n", handled)
}

func (h *host) dispatcher(a *arguments) error {
	if a.text() == "start" {
		return h.ok(h.engine.StartDispatcher())
	}
	return h.ok(h.engine.StopDispatcher())
}

func (h *host) log(a *arguments) error {
	levels := map[string]recoup.LogLevel{"off": recoup.LogOff, "error": recoup.LogError, "warn": recoup.LogWarn,
		"info": recoup.LogInfo, "debug": recoup.LogDebug, "trace": recoup.LogTrace}
	level, known := levels[a.text()]
	if !known {
		return fmt.Errorf("no such level")
	}
	if level == recoup.LogOff {
		return h.ok(recoup.SetLog(level, nil))
	}
	return h.ok(recoup.SetLog(level, h.register(recoup.Done)))
}
