package recoup_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

var bundle = []recoup.Grant{{Item: "gems", Quantity: 100}, {Item: "sword", Quantity: 1}}

// refunded records a purchase with grants and its refund, and returns the refund's id.
func refunded(t testing.TB, e *recoup.Engine, order string, grants []recoup.Grant) int64 {
	t.Helper()
	_, err := e.RecordPurchase(background, recoup.Purchase{
		Store: "custom:kiosk", App: "com.example.game", User: "ann", OrderID: order, Product: "bundle", Grants: grants,
		ExpiresAt: time.UnixMilli(1_800_000_000_000), Country: "KR",
	})
	must(t, err)
	outcome, err := e.RecordMessage(background, refund(order, "ann"), nil)
	must(t, err)
	return outcome.RefundID
}

// refundEvent polls all events, and returns the one of a refund.
func refundEvent(t testing.TB, e *recoup.Engine) recoup.Event {
	t.Helper()
	events, err := e.PollDetailed(100)
	must(t, err)
	for _, event := range events {
		if event.Kind == recoup.EventRefund {
			return event
		}
	}
	t.Fatalf("%+v", events)
	panic("not reached")
}

// refused expects ErrRefused with a code.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	var own *recoup.Error
	if !errors.Is(err, recoup.ErrRefused) || !errors.As(err, &own) || own.Code != code || own.Status != recoup.StatusRefused {
		t.Errorf("%v instead of %s", err, code)
	}
}

// owed is what is owed by the books, by item.
func owed(books *recoup.Recovery) map[string]int64 {
	all := map[string]int64{}
	for _, item := range books.Items {
		if item.Owed != 0 {
			all[item.Item] = item.Owed
		}
	}
	return all
}

func TestTheGameSettlesWhatItTook(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	event := refundEvent(t, e)
	if event.RefundID != id || event.ItemsOwed != 2 || event.ItemsToReturn != 0 ||
		!reflect.DeepEqual(owed(event.Details.Recovery), map[string]int64{"gems": 100, "sword": 1}) {
		t.Errorf("%+v %s", event, event.Details.JSON)
	}
	toDo, err := e.ToDo(event.ID)
	must(t, err)
	if toDo.Refund != id || toDo.Key == "" || !reflect.DeepEqual(toDo.Take, bundle) || len(toDo.Give) != 0 {
		t.Errorf("%s", toDo.JSON)
	}
	report := recoup.RecoveryReport{Taken: []recoup.Grant{{Item: "gems", Quantity: 60}}, Who: "inventory"}
	outcome, err := e.Settle(event.ID, report)
	must(t, err)
	again, err := e.Settle(event.ID, report)
	must(t, err)
	if !reflect.DeepEqual(again, outcome) || len(outcome.TooMuch) != 0 || outcome.Recovery.Settled ||
		!reflect.DeepEqual(owed(&outcome.Recovery), map[string]int64{"gems": 40, "sword": 1}) {
		t.Errorf("%s, then %s", outcome.JSON, again.JSON)
	}
	_, err = e.ToDo(event.ID)
	expect(t, err, recoup.ErrNotFound)

	second, err := e.ReportRecovery(id, recoup.RecoveryReport{Key: "second look", Taken: []recoup.Grant{{Item: "gems", Quantity: 90}},
		Rest: recoup.RestForgiven})
	must(t, err)
	if !second.Recovery.Settled || !reflect.DeepEqual(second.TooMuch, []recoup.Grant{{Item: "gems", Quantity: 50}}) {
		t.Errorf("%s", second.JSON)
	}
	_, err = e.ReportRecovery(id, recoup.RecoveryReport{Key: "third look", Taken: []recoup.Grant{{Item: "boat", Quantity: 1}}})
	refused(t, err, "not_granted")
	_, err = e.Settle(10_000, recoup.RecoveryReport{})
	expect(t, err, recoup.ErrNotFound)
}

func TestAPlayerRepaysAndTheRestIsForgiven(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	debts, err := e.Debts("ann")
	must(t, err)
	if debts.User != "ann" || !reflect.DeepEqual(debts.Items, bundle) || len(debts.Debts) != 2 || debts.Debts[0].Refund != id {
		t.Errorf("%s", debts.JSON)
	}
	repaid, err := e.Repay("ann", recoup.Repayment{Key: "quest 7", Items: []recoup.Grant{{Item: "gems", Quantity: 105}}, Who: "quests"})
	must(t, err)
	if !reflect.DeepEqual(repaid.Applied, []recoup.AppliedRepayment{{Refund: id, Item: "gems", Quantity: 100}}) ||
		!reflect.DeepEqual(repaid.TooMuch, []recoup.Grant{{Item: "gems", Quantity: 5}}) ||
		!reflect.DeepEqual(repaid.Debts.Items, bundle[1:]) {
		t.Errorf("%s", repaid.JSON)
	}
	books, err := e.Forgive(id, recoup.Forgiving{Key: "ticket 9", Items: bundle[1:], WrittenOff: true, Who: "eve", Why: "sold"})
	must(t, err)
	read, err := e.Recovery(id)
	must(t, err)
	if !books.Settled || !books.Known || !books.Sized || books.GrantedBy != recoup.GrantedByPurchase || !reflect.DeepEqual(books, read) {
		t.Errorf("%s, read as %s", books.JSON, read.JSON)
	}
	_, err = e.Forgive(id, recoup.Forgiving{Key: "ticket 10", Who: "eve", Why: "again"})
	refused(t, err, "nothing_owed")

	entries, err := e.RecoveryEntries(id)
	must(t, err)
	var hows []recoup.EntryHow
	var writtenOff int64
	for _, entry := range entries {
		hows = append(hows, entry.How)
		if entry.How == recoup.HowWrittenOff {
			writtenOff = entry.ID
		}
		if entry.Refund != id || entry.User != "ann" || entry.JSON == nil {
			t.Errorf("%s", entry.JSON)
		}
	}
	if !reflect.DeepEqual(hows, []recoup.EntryHow{recoup.HowDecided, recoup.HowDecided, recoup.HowRepaid, recoup.HowWrittenOff}) {
		t.Error(hows)
	}
	books, err = e.Correct(writtenOff, "eve", "not sold")
	must(t, err)
	if !reflect.DeepEqual(owed(books), map[string]int64{"sword": 1}) {
		t.Errorf("%s", books.JSON)
	}
	_, err = e.Correct(writtenOff, "eve", "not sold")
	refused(t, err, "already_corrected")
}

func TestAnOperatorSetsWhatWasGranted(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", nil)
	books, err := e.Recovery(id)
	must(t, err)
	if books.Known || books.GrantedBy != "" || len(books.Items) != 0 {
		t.Errorf("%s", books.JSON)
	}
	changes := newRecorder(discard)
	must(t, e.On(recoup.EventRecovery, changes))
	books, err = e.SetGranted(id, recoup.Granted{Grants: bundle, Who: "eve", Why: "from the shop's log"})
	must(t, err)
	if books.GrantedBy != recoup.GrantedByOperator || len(owed(books)) != 2 {
		t.Errorf("%s", books.JSON)
	}
	tick(t, e)
	if len(changes.events) != 1 || changes.events[0].RefundID != id || changes.events[0].ItemsOwed != 2 {
		t.Errorf("%+v", changes.events)
	}
	books, err = e.SetGranted(id, recoup.Granted{Who: "eve", Why: "it granted nothing"})
	must(t, err)
	if !books.Known || len(owed(books)) != 0 {
		t.Errorf("%s", books.JSON)
	}
}

func TestAPurchaseRepaysARefund(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	purchase := recoup.Purchase{Store: "custom:kiosk", App: "com.example.game", User: "ann", OrderID: "2", Product: "bundle", Repays: id}
	outcome, err := e.RecordPurchase(background, purchase)
	must(t, err)
	books, err := e.Recovery(id)
	must(t, err)
	if outcome != recoup.PurchaseRecorded || !books.Settled {
		t.Errorf("%d %s", outcome, books.JSON)
	}
	purchase.OrderID = "3"
	_, err = e.RecordPurchase(background, purchase)
	refused(t, err, "repaid_already")
	purchase.Repays = 10_000
	_, err = e.RecordPurchase(background, purchase)
	expect(t, err, recoup.ErrNotFound)
	for order, want := range map[string]recoup.RecordedPurchase{
		"1": {Country: "KR", ExpiresAt: &recoup.Timestamp{Time: time.UnixMilli(1_800_000_000_000)}}, "2": {Repays: id},
	} {
		history, err := e.Order(order)
		must(t, err)
		got := history.Purchases[0]
		if got.Country != want.Country || got.Repays != want.Repays || !reflect.DeepEqual(got.ExpiresAt, want.ExpiresAt) {
			t.Errorf("%s", got.JSON)
		}
	}
}

func TestABlockUntilRepaidEndsWhenSettled(t *testing.T) {
	e, err := recoup.OpenWith(recoup.Options{BaseFolder: t.TempDir(), Clock: newClock(), ConfigJSON: `{"database": "ledger.db",
		"policy": [{"name": "repay", "action": {"block": "repaid"}}]}`})
	must(t, err)
	defer func() { must(t, e.Close()); ended(t, e) }()
	id := refunded(t, e, "1", bundle)
	one, err := e.Refund(id)
	must(t, err)
	if action := one.Decision.Action; action.Kind != recoup.ActionBlock || action.BlockFor != "repaid" || action.Grace != "" {
		t.Errorf("%s", one.JSON)
	}
	blocks, err := e.Blocks(false, 0, 10)
	must(t, err)
	if len(blocks.Items) != 1 || !blocks.Items[0].UntilSettled || blocks.Items[0].Until != nil {
		t.Fatalf("%s", blocks.JSON)
	}
	_, err = e.Repay("ann", recoup.Repayment{Key: "all", Items: bundle})
	must(t, err)
	file, err := e.Case(id)
	must(t, err)
	if file.Blocks[0].Ended == nil || file.Blocks[0].Ended.EndedBy != recoup.EndedBySettled {
		t.Errorf("%s", file.JSON)
	}
}

func TestARequestsOwnJSONReplacesIt(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	wrong := json.RawMessage(`{"later": 1}`)
	calls := []error{}
	_, err := e.Repay("ann", recoup.Repayment{JSON: wrong})
	calls = append(calls, err)
	_, err = e.ReportRecovery(id, recoup.RecoveryReport{JSON: wrong})
	calls = append(calls, err)
	_, err = e.Forgive(id, recoup.Forgiving{JSON: wrong})
	calls = append(calls, err)
	_, err = e.SetGranted(id, recoup.Granted{JSON: wrong})
	calls = append(calls, err)
	_, err = e.AddNote(recoup.NewNote{JSON: wrong})
	calls = append(calls, err)
	_, err = e.Notes(recoup.NoteOn{})
	for _, err := range append(calls, err) {
		expect(t, err, recoup.ErrInvalidArgument)
	}
}
