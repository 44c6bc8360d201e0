package recoup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

func TestTheLibraryIsTheHeaders(t *testing.T) {
	if recoup.Version() != recoup.HeaderVersion {
		t.Errorf("library %s, header %s", recoup.Version(), recoup.HeaderVersion)
	}
	parts := fmt.Sprintf("%d.%d.%d", recoup.VersionNumber()/1e6, recoup.VersionNumber()/1e3%1e3, recoup.VersionNumber()%1e3)
	if parts != recoup.Version() {
		t.Errorf("library %s, as a number %s", recoup.Version(), parts)
	}
}

func TestAFailedOpeningReportsTheReason(t *testing.T) {
	_, err := recoup.Open(`{"no": 1}`, "")
	expect(t, err, recoup.ErrConfig)
	var reported *recoup.Error
	if !errors.As(err, &reported) || reported.Code == "" || reported.Retryable || reported.Status != recoup.StatusConfig ||
		!strings.Contains(reported.Message, "no") || !strings.Contains(err.Error(), reported.Message) {
		t.Errorf("%#v", reported)
	}
	if errors.Is(err, recoup.ErrLedger) {
		t.Error("it is two kinds of error at once")
	}
	_, err = recoup.OpenFile("/there/is/no.json")
	expect(t, err, recoup.ErrConfig)
	_, err = recoup.Open("{\xff", "")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = recoup.OpenWith(recoup.Options{ConfigJSON: config(), ConfigFile: "too.json"})
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = recoup.Open(`{"database": "/there/is/no/ledger.db"}`, "")
	expect(t, err, recoup.ErrLedger)
}

func TestEveryWayToOpenFindsTheSameLedger(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "recoup.json")
	must(t, os.WriteFile(file, []byte(config()), 0o600))
	ways := []func() (*recoup.Engine, error){
		func() (*recoup.Engine, error) { return recoup.Open(config(), folder) },
		func() (*recoup.Engine, error) { return recoup.OpenFile(file) },
		func() (*recoup.Engine, error) { return recoup.OpenWith(recoup.Options{ConfigFile: file}) },
		func() (*recoup.Engine, error) {
			return recoup.OpenWith(recoup.Options{ConfigJSON: config(), BaseFolder: folder})
		},
	}
	for i, way := range ways {
		engine, err := way()
		must(t, err)
		blocked, err := engine.IsBlocked("ann")
		must(t, err)
		if blocked != (i > 0) {
			t.Errorf("way %d: blocked is %v", i, blocked)
		}
		block(t, engine)
		must(t, engine.Close())
		ended(t, engine)
	}
}

func TestPurchasesAndQueries(t *testing.T) {
	e := open(t)
	bought := recoup.Purchase{
		Store: "google-play", User: "ann", OrderID: "GPA.1", PurchaseToken: "token", Product: "gems", Quantity: 2,
		Environment: recoup.Production, ProductType: recoup.Consumable, PriceMicros: 4990000, PriceCurrency: "USD",
		App: "com.example.game", PurchasedAt: time.UnixMilli(1789990000000), AccountTag: "tag",
		Grants: []recoup.Grant{{Item: "gem", Quantity: 100}, {Item: "chest", Quantity: 1}},
	}
	for _, expected := range []recoup.PurchaseOutcome{recoup.PurchaseRecorded, recoup.PurchaseAlreadyRecorded} {
		outcome, err := e.RecordPurchase(background, bought)
		must(t, err)
		if outcome != expected {
			t.Errorf("%v instead of %v", outcome, expected)
		}
	}
	bought.User = "mallory"
	_, err := e.RecordPurchase(background, bought)
	expect(t, err, recoup.ErrPurchaseOfAnotherUser)
	recorded, err := e.RecordPurchases(background, []byte(`[{"store":"app-store","user":"bob","order_id":"2"}]`))
	must(t, err)
	if recorded != 1 {
		t.Errorf("%d recorded", recorded)
	}
	order, err := e.Order("GPA.1")
	must(t, err)
	if len(order.Purchases) != 1 || len(order.Refunds) != 0 || order.Order != "GPA.1" {
		t.Fatalf("%s", order.JSON)
	}
	kept := order.Purchases[0]
	if kept.User != "ann" || kept.Store != recoup.GooglePlay || *kept.Price != (recoup.Money{Micros: 4990000, Currency: "USD"}) ||
		*kept.Quantity != 2 || kept.PurchasedAt.UnixMilli() != 1789990000000 || kept.AccountTag != "tag" ||
		kept.Environment != recoup.Production || kept.ProductType != recoup.Consumable ||
		!reflect.DeepEqual(kept.Grants, bought.Grants) {
		t.Errorf("%s", order.JSON)
	}
	bought.Environment = "moon"
	_, err = e.RecordPurchase(background, bought)
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Refund(99)
	expect(t, err, recoup.ErrNotFound)
	_, err = e.Refunds(recoup.RefundFilter{JSON: []byte(`{"no":1}`)}, 0, 1)
	expect(t, err, recoup.ErrInvalidArgument)
	expect(t, e.Ack(999), recoup.ErrNotFound)
}

func TestAMessageOfAStoreOfOnesOwn(t *testing.T) {
	e := open(t)
	delivered(t, e, "1", "ann")
	for _, isNew := range []bool{true, false} {
		outcome, err := e.RecordMessage(background, refund("1", "ann"), []byte("as it came"))
		must(t, err)
		if outcome.Kind != recoup.OutcomeAccepted || outcome.Meaning != recoup.MeaningRefund || outcome.New != isNew ||
			outcome.HTTPStatus != 200 || outcome.RefundID != 1 || len(outcome.Details) == 0 {
			t.Errorf("%+v", outcome)
		}
	}
	blocked, err := e.IsBlocked("ann")
	must(t, err)
	if !blocked {
		t.Error("ann is not blocked")
	}
	events, err := e.PollDetailed(recoup.MaxPoll + 1)
	must(t, err)
	if len(events) != 3 || events[2].Kind != recoup.EventBlock || events[2].User != "ann" || events[2].Attempt != 1 ||
		events[2].BlockID == 0 || events[2].RefundID != 1 || !events[2].At.Equal(time.UnixMilli(1_790_000_000_000)) ||
		events[2].Details.Block.ID != events[2].BlockID || events[2].Details.Refund.User != "ann" {
		t.Errorf("%+v", events)
	}
	one, err := e.Refund(1)
	must(t, err)
	if one.User != "ann" || one.AttributedBy != recoup.ByOrder || one.State != recoup.StateRefunded ||
		one.Environment != recoup.Production || one.Decision.Action.Kind != recoup.ActionBlock || one.MergedInto != 0 {
		t.Errorf("%s", one.JSON)
	}
	page, err := e.Refunds(recoup.RefundFilter{User: "ann", State: recoup.StateRefunded}, 0, 10)
	must(t, err)
	if !reflect.DeepEqual(page.Items, []recoup.Refund{*one}) || page.Next != 0 {
		t.Errorf("%s", page.JSON)
	}
	event, err := e.QueryEvent(events[0].ID)
	must(t, err)
	if event.Kind != events[0].Kind || event.Refund.ID != 1 || event.Gap != nil {
		t.Errorf("%s", event.JSON)
	}
	blocks, err := e.Blocks(false, 0, 10)
	must(t, err)
	if len(blocks.Items) != 1 || blocks.Items[0].Cause.By != "refund" || blocks.Items[0].Cause.Refund != 1 ||
		blocks.Items[0].Ended != nil {
		t.Errorf("%s", blocks.JSON)
	}
	user, err := e.User("ann")
	must(t, err)
	var decided *recoup.JournalDecided
	for _, entry := range user.Journal {
		if happening, ok := entry.Happening.(*recoup.JournalDecided); ok {
			decided = happening
		}
		if entry.Happening == nil || entry.At.UnixMilli() != 1_790_000_000_000 {
			t.Errorf("%s", entry.JSON)
		}
	}
	if !user.Blocked || len(user.Purchases) != 1 || decided == nil || decided.Action.Kind != recoup.ActionBlock {
		t.Errorf("%s", user.JSON)
	}
	stats, err := e.Stats()
	must(t, err)
	letters, err := e.DeadLetters(0, 10)
	must(t, err)
	if stats.BlockedUsers != 1 || stats.EventsWaiting != 3 || string(letters.JSON) != `{"items":[],"next":null}` {
		t.Errorf("%s %s", stats.JSON, letters.JSON)
	}
}

func TestABackupIsALedger(t *testing.T) {
	folder, ctx := t.TempDir(), context.Background()
	e := openIn(t, folder, newClock())
	blockUser(t, e, "ann")
	copied := filepath.Join(folder, "copy.db")
	must(t, e.Backup(ctx, copied))
	blockUser(t, e, "bob")
	err := e.Backup(ctx, copied)
	expect(t, err, recoup.ErrInvalidArgument)
	var own *recoup.Error
	if !errors.As(err, &own) || own.Code != "backup_exists" || own.SQLiteCode != nil {
		t.Errorf("%#v", err)
	}
	restored, err := recoup.Open(`{"database": "copy.db"}`, folder)
	must(t, err)
	defer restored.Close()
	for user, want := range map[string]bool{"ann": true, "bob": false} {
		if blocked, err := restored.IsBlocked(user); err != nil || blocked != want {
			t.Errorf("%s: %v, %v", user, blocked, err)
		}
	}
}

func TestATagIsTheUsersAndAPurchaseMoves(t *testing.T) {
	e, ctx := openIn(t, t.TempDir(), newClock()), context.Background()
	tag, err := e.AccountTag(ctx, "app-store", "ann")
	must(t, err)
	again, err := e.AccountTag(ctx, "google-play", "ann")
	must(t, err)
	other, err := e.AccountTag(ctx, "app-store", "bob")
	must(t, err)
	if len(tag) != 36 || again != tag || other == tag {
		t.Errorf("%q, %q, %q", tag, again, other)
	}
	_, err = e.AccountTag(ctx, "amazon", "ann")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.RecordPurchase(ctx, recoup.Purchase{Store: "google-play", User: "ann", OrderID: "GPA.1"})
	must(t, err)
	moved, err := e.TransferPurchase(ctx, "", "GPA.1", "bob", "eve", "ticket 7")
	must(t, err)
	if moved.From != "ann" || moved.To != "bob" || moved.Store != recoup.GooglePlay || moved.Purchases != 1 {
		t.Errorf("%s", moved.JSON)
	}
	_, err = e.TransferPurchase(ctx, "", "GPA.2", "bob", "eve", "ticket 7")
	expect(t, err, recoup.ErrNotFound)
}

func TestBlocksEndByHandAndByTheClock(t *testing.T) {
	clock := newClock()
	e := openIn(t, t.TempDir(), clock)
	_, err := e.BlockFor("ann", 1500*time.Microsecond, "eve", "rounded up")
	must(t, err)
	events, err := e.Poll(10)
	must(t, err)
	if len(events) != 1 || events[0].Until == nil || events[0].Deadline != nil || !events[0].Until.Equal(clock.Now().Add(2*time.Millisecond)) {
		t.Errorf("%+v", events)
	}
	clock.advance(time.Hour)
	_, err = e.ExpireBlocks()
	must(t, err)
	blockUser(t, e, "bob")
	count, err := e.Unblock("bob", "eve", "appeal")
	must(t, err)
	if count != 1 {
		t.Errorf("%d ended", count)
	}
	for _, user := range []string{"ann", "bob", ""} {
		if blocked, _ := e.IsBlocked(user); blocked {
			t.Errorf("%q is blocked", user)
		}
	}
	events, err = e.Poll(10)
	must(t, err)
	for _, event := range events {
		if event.User == "bob" && event.Until != nil {
			t.Errorf("bob's block ends: %+v", event)
		}
	}
	for _, duration := range []time.Duration{0, -time.Second} {
		_, err = e.BlockFor("ann", duration, "eve", "no time")
		expect(t, err, recoup.ErrInvalidArgument)
	}
	_, err = e.Block("ann", "", "")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.IsBlocked("\xff")
	expect(t, err, recoup.ErrInvalidArgument)
}

func TestIsBlockedAnswersAfterShutdownAndNothingAfterClose(t *testing.T) {
	e := open(t)
	block(t, e)
	for i := 0; i < 2; i++ {
		must(t, e.Shutdown())
		blocked, err := e.IsBlocked("ann")
		if !blocked || err != nil {
			t.Errorf("%v, %v", blocked, err)
		}
		_, err = e.Stats()
		expect(t, err, recoup.ErrClosed)
	}
	for i := 0; i < 2; i++ {
		must(t, e.Close())
		ended(t, e)
		must(t, e.Shutdown())
		_, err := e.IsBlocked("ann")
		expect(t, err, recoup.ErrClosed)
		expect(t, e.Ack(1), recoup.ErrClosed)
	}
}

func TestAForgottenEngineIsFreed(t *testing.T) {
	before := recoup.Holding()
	clock := newClock()
	done := forget(t, clock)
	eventually(t, func() bool { return clock.released.Load() == 1 }, "its clock was not let go")
	within(t, done, "it was not freed")
	if recoup.Holding() != before {
		t.Errorf("%d values are held", recoup.Holding()-before)
	}
}

func forget(t *testing.T, clock *clock) <-chan struct{} {
	engine, err := recoup.OpenWith(recoup.Options{ConfigJSON: config(), BaseFolder: t.TempDir(), Clock: clock})
	must(t, err)
	must(t, engine.On(recoup.EveryEvent, recoup.EventHandlerFunc(discard)))
	return engine.Done()
}

func TestAClockIsReleasedOnceAlsoIfOpeningFails(t *testing.T) {
	clock := newClock()
	_, err := recoup.OpenWith(recoup.Options{
		ConfigJSON: `{"database": "/there/is/no/ledger.db"}`, Clock: clock})
	expect(t, err, recoup.ErrLedger)
	if clock.released.Load() != 1 {
		t.Errorf("let go %d times", clock.released.Load())
	}
}

func TestCompletions(t *testing.T) {
	e := open(t)
	must(t, e.Submit(recoup.Request{Store: "app-store", Body: []byte("{")}, 7))
	expect(t, e.Submit(recoup.Request{Store: "app-store", Headers: make([]recoup.Header, 2000)}, 8),
		recoup.ErrInvalidArgument)
	completions, reason := e.Completions(background)
	got := within(t, completions, "no completion came")
	if got.Tag != 7 || got.Status != recoup.StatusOK || got.Err() != nil || got.Outcome.Kind != recoup.OutcomeRejected ||
		got.Outcome.HTTPStatus < 400 || len(got.Outcome.Details) == 0 {
		t.Errorf("%+v", got)
	}
	must(t, e.Shutdown())
	expect(t, within(t, reason, "Completions did not end"), recoup.ErrClosed)
}

func TestAFailedCompletionIsAnError(t *testing.T) {
	details := []byte(`{"code":"busy","message":"another process writes","retryable":true}`)
	failed := recoup.Completion{Status: recoup.StatusBusy, Outcome: recoup.Outcome{HTTPStatus: 503, Details: details}}
	err := failed.Err()
	expect(t, err, recoup.ErrBusy)
	if !recoup.IsRetryable(err) || recoup.HTTPStatus(err) != 503 || err.Error() != "recoup: another process writes (busy)" {
		t.Error(err)
	}
}

func TestStatusesHaveNames(t *testing.T) {
	if got := []string{recoup.StatusBusy.String(), recoup.Status(99).String()}; !reflect.DeepEqual(got,
		[]string{"ledger is busy", "status 99"}) {
		t.Error(got)
	}
}
