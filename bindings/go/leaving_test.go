package recoup_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

// What leaves the ledger: figures, exports, forgetting, webhooks.

// pieces keeps each piece that is written, as a writer should not, and does what then returns.
type pieces struct {
	all  [][]byte
	then func([]byte) (int, error)
}

func (p *pieces) Write(piece []byte) (int, error) {
	p.all = append(p.all, piece)
	if p.then != nil {
		return p.then(piece)
	}
	return len(piece), nil
}

func TestFiguresAreOfAQuestion(t *testing.T) {
	e := open(t)
	refunded(t, e, "1", bundle)
	figures, err := e.Figures(recoup.FiguresQuestion{Since: moment(-30), Until: moment(0), By: []recoup.GroupBy{recoup.GroupByStore, recoup.GroupByRule},
		Lists: []recoup.FigureList{recoup.ListItems, recoup.ListBlocks, recoup.ListLags, recoup.ListReviews, recoup.ListWaiting}, Repeat: 2})
	must(t, err)
	if figures.Environment != recoup.Production || figures.Grain != recoup.GrainDay || len(figures.Series) < 30 ||
		figures.Total.Refunds.Refunds != 1 || figures.Total.Coverage != (recoup.Rate{Count: 1, Among: 1, PerMillion: 1_000_000}) ||
		figures.UTCOffset == "" || len(figures.Definitions) == 0 {
		t.Errorf("%s", figures.JSON)
	}
	if len(figures.Groups) == 0 || figures.Groups[0].Group["store"] != "custom:kiosk" || figures.Groups[0].Group["rule"] == "" ||
		figures.Groups[0].Refunds.Refunds != 1 || figures.Groups[0].Purchases != nil || figures.Others != nil {
		t.Errorf("%s", figures.JSON)
	}
	if len(figures.Items) != 2 || figures.Items[0].Due == 0 || figures.Blocks == nil || figures.Blocks.Active != 1 ||
		figures.Reviews == nil || figures.Waiting == nil || figures.Waiting.PlayersOwing != 1 || figures.Rules != nil {
		t.Errorf("%s", figures.JSON)
	}
	if _, err = e.Figures(recoup.FiguresQuestion{}); err != nil {
		t.Error(err)
	}
	_, err = e.Figures(recoup.FiguresQuestion{By: []recoup.GroupBy{"store", "store"}})
	expect(t, err, recoup.ErrInvalidArgument)

	counts, err := e.WorkCounts()
	must(t, err)
	var open int64
	for _, count := range counts {
		if count.Store == "custom:kiosk" && count.Environment == recoup.Production && count.WorkStatus == recoup.WorkOpen {
			open += count.Refunds
		}
	}
	if open != 1 {
		t.Errorf("%+v", counts)
	}
}

func TestDebtorsAreListedInPages(t *testing.T) {
	e := open(t)
	for order, user := range map[string]string{"1": "ann", "2": "bob"} {
		_, err := e.RecordPurchase(background, recoup.Purchase{Store: "custom:kiosk", App: "com.example.game", User: user, OrderID: order, Grants: bundle})
		must(t, err)
		_, err = e.RecordMessage(background, refund(order, user), nil)
		must(t, err)
	}
	var users []string
	for after := ""; ; {
		page, err := e.Debtors(after, 1)
		must(t, err)
		for _, debtor := range page.Items {
			if !debtor.Blocked || len(debtor.Items) != 2 || len(debtor.Debts) != 2 || debtor.Since.UnixMilli() != 1_789_999_000_000 {
				t.Errorf("%s", debtor.JSON)
			}
			users = append(users, debtor.User)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if strings.Join(users, " ") != "ann bob" {
		t.Error(users)
	}
}

func TestRowsAreExported(t *testing.T) {
	before := recoup.Holding()
	e := open(t)
	id := refunded(t, e, "1", bundle)
	var lines bytes.Buffer
	exported, err := e.Export(background, recoup.ExportRequest{What: recoup.ExportRefunds, User: "ann", Since: moment(-30), ChangedSince: moment(-30)}, &lines)
	must(t, err)
	var one recoup.Refund
	first, rest, _ := strings.Cut(lines.String(), "\n")
	must(t, json.Unmarshal([]byte(first), &one))
	if exported.Rows != 1 || one.ID != id || rest != `{"end":{"rows":1}}`+"\n" {
		t.Errorf("%s: %s", exported.JSON, lines.String())
	}
	var sheet bytes.Buffer
	exported, err = e.Export(background, recoup.ExportRequest{What: recoup.ExportDebts, Format: recoup.FormatCSV}, &sheet)
	must(t, err)
	rows, err := csv.NewReader(&sheet).ReadAll()
	must(t, err)
	if exported.Rows != 2 || len(rows) != 3 {
		t.Errorf("%s: %v", exported.JSON, rows)
	}
	for _, what := range []recoup.ExportKind{recoup.ExportPurchases, recoup.ExportBlocks, recoup.ExportRecovery, recoup.ExportJournal,
		recoup.ExportExclusions, recoup.ExportNotices, recoup.ExportWebhookMessages} {
		var lines bytes.Buffer
		exported, err := e.Export(background, recoup.ExportRequest{What: what}, &lines)
		if err != nil || strings.Count(lines.String(), "\n") != int(exported.Rows)+1 {
			t.Errorf("%s: %s %v", what, lines.String(), err)
		}
	}
	_, err = e.Export(background, recoup.ExportRequest{What: "sku"}, &sheet)
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Export(background, recoup.ExportRequest{What: recoup.ExportDebts, Since: moment(0)}, &sheet)
	expect(t, err, recoup.ErrInvalidArgument)

	var document bytes.Buffer
	_, err = e.ExportUser(background, "ann", &document)
	must(t, err)
	var kept struct {
		User      string
		Purchases []recoup.RecordedPurchase
		Journal   []recoup.JournalEntry
	}
	must(t, json.Unmarshal(document.Bytes(), &kept))
	if kept.User != "ann" || len(kept.Purchases) != 1 || len(kept.Journal) == 0 {
		t.Errorf("%s", document.String())
	}
	_, err = e.ExportUser(background, "", &document)
	expect(t, err, recoup.ErrInvalidArgument)
	// The clock.
	if held := recoup.Holding() - before; held != 1 {
		t.Errorf("%d values are held", held)
	}
}

func TestALongExportComesInPiecesThatAWriterMayKeep(t *testing.T) {
	e := open(t)
	purchases := make([]string, 0, 1000)
	for i := 0; i < cap(purchases); i++ {
		number := string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))
		purchases = append(purchases, `{"store":"custom:kiosk","user":"`+number+`","order_id":"`+number+`"}`)
	}
	_, err := e.RecordPurchases(background, []byte("["+strings.Join(purchases, ",")+"]"))
	must(t, err)
	var whole bytes.Buffer
	kept := &pieces{then: func(piece []byte) (int, error) { return whole.Write(piece) }}
	exported, err := e.Export(background, recoup.ExportRequest{What: recoup.ExportPurchases}, kept)
	must(t, err)
	if exported.Rows != 1000 || len(kept.all) < 2 || strings.Count(whole.String(), "\n") != 1001 {
		t.Errorf("%s in %d pieces", exported.JSON, len(kept.all))
	}
	for _, piece := range kept.all {
		// The memory of a kept piece is Go's, whatever it holds by now.
		if len(piece) > 0 {
			piece[0] = 0
		}
	}
}

func TestAnExportStopsWithItsWriter(t *testing.T) {
	e := open(t)
	refunded(t, e, "1", bundle)
	full := errors.New("the disk is full")
	stopped := func(err error, cause error) {
		t.Helper()
		var own *recoup.Error
		if !errors.Is(err, recoup.ErrIO) || !errors.As(err, &own) || own.Code != "output" || errors.Unwrap(own) != cause {
			t.Errorf("%v", err)
		}
		if cause != nil && (!errors.Is(err, cause) || !strings.Contains(err.Error(), cause.Error())) {
			t.Errorf("%v is not because of %v", err, cause)
		}
	}
	refunds := recoup.ExportRequest{What: recoup.ExportRefunds}
	_, err := e.Export(background, refunds, &pieces{then: func([]byte) (int, error) { return 0, full }})
	stopped(err, full)
	_, err = e.ExportUser(background, "ann", &pieces{then: func([]byte) (int, error) { return 1, nil }})
	stopped(err, io.ErrShortWrite)

	var panics atomic.Int64
	recoup.SetPanicHandler(func(interface{}, []byte) { panics.Add(1) })
	defer recoup.SetPanicHandler(nil)
	_, err = e.Export(background, refunds, &pieces{then: func([]byte) (int, error) { panic("on purpose") }})
	stopped(err, nil)
	if panics.Load() != 1 {
		t.Errorf("%d panics", panics.Load())
	}

	ctx := &endingContext{Context: background}
	_, err = e.Export(ctx, refunds, &pieces{})
	stopped(err, context.Canceled)
	canceled, cancel := context.WithCancel(background)
	cancel()
	_, err = e.Export(canceled, refunds, &pieces{})
	expect(t, err, context.Canceled)
	_, err = e.ExportUser(canceled, "ann", &pieces{})
	expect(t, err, context.Canceled)

	var inside error
	_, err = e.Export(background, refunds, &pieces{then: func(piece []byte) (int, error) {
		_, inside = e.Export(background, refunds, io.Discard)
		must(t, e.Close())
		return len(piece), nil
	}})
	must(t, err)
	expect(t, inside, recoup.ErrReentrant)
	ended(t, e)
	_, err = e.Export(background, refunds, io.Discard)
	expect(t, err, recoup.ErrClosed)
}

// endingContext ends once it was looked at.
type endingContext struct {
	context.Context
	looked bool
}

func (c *endingContext) Err() error {
	if c.looked {
		return context.Canceled
	}
	c.looked = true
	return nil
}

func TestAUserIsForgotten(t *testing.T) {
	e := open(t)
	refunded(t, e, "1", bundle)
	_, err := e.ForgetUser("ann", recoup.Forgetting{Who: "dpo", Why: "request"})
	refused(t, err, "still_needed")
	_, err = e.ForgetUser("ann", recoup.Forgetting{EvenSo: true})
	expect(t, err, recoup.ErrInvalidArgument)
	forgotten, err := e.ForgetUser("ann", recoup.Forgetting{EvenSo: true, Who: "dpo", Why: "request"})
	must(t, err)
	if !strings.HasPrefix(forgotten.Pseudonym, "forgotten-") || forgotten.Purchases != 1 || forgotten.Refunds != 1 ||
		forgotten.Blocks != 1 || forgotten.Journal == 0 || !forgotten.LogEmptied {
		t.Errorf("%s", forgotten.JSON)
	}
	user, err := e.User("ann")
	must(t, err)
	renamed, err := e.User(forgotten.Pseudonym)
	must(t, err)
	if len(user.Refunds) != 0 || len(renamed.Refunds) != 1 || renamed.Blocked {
		t.Errorf("%s %s", user.JSON, renamed.JSON)
	}
	pruned, err := e.Prune()
	must(t, err)
	if pruned.Bodies != 0 || string(pruned.JSON) != "{}" {
		t.Errorf("%s", pruned.JSON)
	}
}

const hooked = `{"database": "ledger.db", "webhooks": [{"name": "crm", "url": "http://127.0.0.1:9/refunds",
	"secrets": ["whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="], "events": ["refund"], "in_flight": 1}]}`

func TestAWebhookIsSentReplayedAndEnded(t *testing.T) {
	var bodies []string
	status := 204
	transport := recoup.TransportFunc(func(_ context.Context, request *recoup.HTTPRequest) (*recoup.HTTPAnswer, error) {
		bodies = append(bodies, string(request.Body))
		return &recoup.HTTPAnswer{Status: status}, nil
	})
	e, err := recoup.OpenWith(recoup.Options{ConfigJSON: hooked, BaseFolder: t.TempDir(), Clock: newClock(), Transport: transport,
		NoBackground: true})
	must(t, err)
	t.Cleanup(func() { must(t, e.Close()) })
	id := refunded(t, e, "1", bundle)
	waiting, err := e.WebhookMessages(recoup.WebhookMessageFilter{Endpoint: "crm", State: recoup.WebhookWaiting, User: "ann", RefundID: id}, 0, 10)
	must(t, err)
	if len(waiting.Items) != 1 || waiting.Items[0].Kind != recoup.EventRefund || waiting.Items[0].Status != nil || waiting.Items[0].NextAt == nil {
		t.Fatalf("%s", waiting.JSON)
	}
	send := func(want uint64) {
		t.Helper()
		sent, err := e.SendWebhooks(background)
		must(t, err)
		if sent != want {
			t.Errorf("%d sent", sent)
		}
	}
	send(1)
	delivered, err := e.WebhookMessages(recoup.WebhookMessageFilter{}, 0, 10)
	must(t, err)
	message := delivered.Items[0]
	if message.State != recoup.WebhookDelivered || *message.Status != 204 || message.Attempts != 1 || message.SettledAt == nil ||
		!strings.HasPrefix(message.WebhookID, "evt_") {
		t.Errorf("%s", message.JSON)
	}
	var body recoup.WebhookEvent
	must(t, json.Unmarshal([]byte(bodies[0]), &body))
	at, err := time.Parse(time.RFC3339, body.Timestamp)
	must(t, err)
	if body.Type != "refund.refunded" || body.Data.Event != message.Event || body.Data.Refund.ID != id || body.Data.Recovery == nil ||
		body.Data.Block != nil || at.UnixMilli() != 1_790_000_000_000 {
		t.Errorf("%s", body.JSON)
	}

	by := func(replayed recoup.Replayed) recoup.WebhookReplay {
		return recoup.WebhookReplay{Replay: replayed, Who: "eve", Why: "their outage"}
	}
	for _, step := range []struct {
		replayed recoup.Replayed
		want     uint64
	}{
		{recoup.Replayed{Message: message.ID}, 1},
		{recoup.Replayed{Dead: &recoup.DeadMessages{Endpoint: "crm"}}, 0},
		{recoup.Replayed{Period: &recoup.MessagePeriod{Endpoint: "crm", Since: *moment(-1), Until: moment(1)}}, 1},
	} {
		replayed, err := e.ReplayWebhooks(by(step.replayed))
		must(t, err)
		if replayed != step.want {
			t.Errorf("%+v: %d", step.replayed, replayed)
		}
		send(step.want)
	}
	_, err = e.ReplayWebhooks(by(recoup.Replayed{Message: 10_000}))
	expect(t, err, recoup.ErrNotFound)
	_, err = e.ReplayWebhooks(recoup.WebhookReplay{})
	expect(t, err, recoup.ErrInvalidArgument)

	status = 503
	tested, err := e.TestWebhook(background, "crm")
	must(t, err)
	if tested.Endpoint != "crm" || tested.Delivered || tested.Status == nil || *tested.Status != 503 || tested.Problem == "" {
		t.Errorf("%s", tested.JSON)
	}
	_, err = e.TestWebhook(background, "nowhere")
	expect(t, err, recoup.ErrNotFound)

	must(t, e.EndWebhook("crm", "eve", "moved away"))
	expect(t, e.EndWebhook("crm", "eve", "moved away"), recoup.ErrNotFound)
	endpoints, err := e.Webhooks()
	must(t, err)
	if len(endpoints) != 1 || endpoints[0].Name != "crm" || endpoints[0].Format != recoup.WebhookRecoup || !endpoints[0].Configured ||
		len(endpoints[0].Events) != 1 || endpoints[0].Stores != nil || endpoints[0].DeliveredAt == nil || endpoints[0].Ended == nil {
		t.Errorf("%+v", endpoints)
	}
	canceled, cancel := context.WithCancel(background)
	cancel()
	_, err = e.SendWebhooks(canceled)
	expect(t, err, context.Canceled)
	_, err = e.TestWebhook(canceled, "crm")
	expect(t, err, context.Canceled)
}
