package recoup_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"recoup.dev/go/recoup"
)

// moment is a time by the tests' clock, and some days.
func moment(days int64) *recoup.Timestamp {
	return &recoup.Timestamp{Time: time.UnixMilli(1_790_000_000_000 + days*86_400_000)}
}

func TestAnExcludedOrderIsNeitherAlertedNorBlocked(t *testing.T) {
	e := open(t)
	first := refunded(t, e, "1", bundle)
	agreed := recoup.NewExclusion{Kind: recoup.ExclusionOfOrder, Value: "2", Until: moment(7), Who: "eve", Why: "agreed"}
	made, err := e.Exclude(agreed)
	must(t, err)
	if made.ID == 0 || made.Action != recoup.ExclusionSpare || len(made.RefundedAlready) != 0 || made.Ended != nil ||
		!made.Until.Equal(moment(7).Time) || len(made.JSON) == 0 {
		t.Errorf("%s", made.JSON)
	}
	_, err = e.Exclude(agreed)
	refused(t, err, "standing_exclusion")
	late, err := e.Exclude(recoup.NewExclusion{Kind: recoup.ExclusionOfOrder, Value: "1", Action: recoup.ExclusionExclude,
		Store: "custom:kiosk", Who: "eve", Why: "late"})
	must(t, err)
	if !reflect.DeepEqual(late.RefundedAlready, []int64{first}) || late.Store != "custom:kiosk" || late.Action != recoup.ExclusionExclude {
		t.Errorf("%s", late.JSON)
	}
	for _, wrong := range []recoup.NewExclusion{
		{Kind: "sku", Value: "1", Who: "eve", Why: "w"}, {Kind: recoup.ExclusionOfUser, Who: "eve", Why: "w"},
		{Kind: recoup.ExclusionOfUser, Value: "ann"}, {JSON: json.RawMessage(`{"no":1}`)},
	} {
		_, err = e.Exclude(wrong)
		expect(t, err, recoup.ErrInvalidArgument)
	}
	second := refunded(t, e, "2", bundle)
	one, err := e.Refund(second)
	must(t, err)
	if one.Decision.Action.Kind != recoup.ActionRecord {
		t.Errorf("%s", one.JSON)
	}
	ended, err := e.EndExclusion(made.ID, "eve", "over")
	must(t, err)
	if ended.Uses != 1 || ended.Ended == nil || ended.Ended.Who != "eve" || ended.Ended.Why != "over" {
		t.Errorf("%s", ended.JSON)
	}
	active, err := e.Exclusions(false, 0, 10)
	must(t, err)
	all, err := e.Exclusions(true, 0, 10)
	must(t, err)
	if len(active.Items) != 1 || active.Items[0].ID != late.ID || len(all.Items) != 2 || !reflect.DeepEqual(all.Items[1], *ended) {
		t.Errorf("%s %s", active.JSON, all.JSON)
	}
	_, err = e.EndExclusion(10_000, "eve", "over")
	expect(t, err, recoup.ErrNotFound)
}

func TestAnOperatorOverrulesTheRules(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	for _, step := range []struct {
		action  *recoup.Action
		kind    recoup.ActionKind
		blocked bool
	}{
		{&recoup.Action{Kind: recoup.ActionRecord}, recoup.ActionRecord, false},
		{&recoup.Action{Kind: recoup.ActionBlock, BlockFor: "7d"}, recoup.ActionBlock, true},
		{&recoup.Action{Kind: recoup.ActionBlock, BlockFor: "repaid", Grace: "3d"}, recoup.ActionBlock, false},
		{nil, recoup.ActionBlock, true},
		{&recoup.Action{JSON: json.RawMessage(`"exclude"`)}, recoup.ActionExclude, false},
	} {
		one, err := e.Overrule(id, recoup.Overruling{Action: step.action, Who: "eve", Why: "our mistake"})
		must(t, err)
		blocked, err := e.IsBlocked("ann")
		must(t, err)
		decided := one.Decision.Action
		if decided.Kind != step.kind || blocked != step.blocked ||
			step.action != nil && step.action.JSON == nil && (decided.BlockFor != step.action.BlockFor || decided.Grace != step.action.Grace) {
			t.Errorf("%+v: %s, blocked %v", step.action, one.JSON, blocked)
		}
	}
	_, err := e.Overrule(id, recoup.Overruling{Action: &recoup.Action{Kind: "forgive"}, Who: "eve", Why: "w"})
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Overrule(id, recoup.Overruling{Who: "eve"})
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.Overrule(10_000, recoup.Overruling{Who: "eve", Why: "w"})
	expect(t, err, recoup.ErrNotFound)
}

var milder = json.RawMessage(`[{"name": "milder", "match": {}, "action": "record"}]`)

func TestATrialOfRulesChangesNothing(t *testing.T) {
	before := recoup.Holding()
	e := open(t)
	refunded(t, e, "1", bundle)
	delivered(t, e, "2", "bob")
	_, err := e.RecordMessage(background, refund("2", "bob"), nil)
	must(t, err)
	examples := uint64(1)
	var progress []recoup.Tried
	trial, err := e.TryPolicy(background, milder, recoup.TryOptions{Until: moment(0), Examples: &examples}, func(tried recoup.Tried) bool {
		progress = append(progress, tried)
		return true
	})
	must(t, err)
	if trial.Refunds != 2 || trial.Users != 2 || trial.Stopped || trial.Blocked != (recoup.BlockedUsers{Now: 2, Freed: 2}) ||
		trial.Rules[0].Name != "milder" || trial.Rules[0].Then != 2 || len(trial.Changes) != 1 || trial.Changes[0].To != "record" ||
		len(trial.Changes[0].Examples) != 1 || trial.Since != nil || !trial.Until.Equal(moment(0).Time) {
		t.Errorf("%s", trial.JSON)
	}
	if len(progress) != 2 || progress[0].Users != 1 || progress[1].Refunds != 2 {
		t.Errorf("%+v", progress)
	}
	quiet, err := e.TryPolicy(background, milder, recoup.TryOptions{Until: moment(0), Examples: &examples}, nil)
	must(t, err)
	if !reflect.DeepEqual(quiet, trial) {
		t.Errorf("%s", quiet.JSON)
	}
	blocked, err := e.IsBlocked("ann")
	must(t, err)
	if !blocked {
		t.Error("the trial freed ann")
	}
	_, err = e.TryPolicy(background, json.RawMessage(`[{"name": "exclusion 1", "match": {}, "action": "alert"}]`), recoup.TryOptions{}, nil)
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.TryPolicy(background, milder, recoup.TryOptions{JSON: json.RawMessage(`{"no":1}`)}, nil)
	expect(t, err, recoup.ErrInvalidArgument)
	// The clock.
	if held := recoup.Holding() - before; held != 1 {
		t.Errorf("%d values are held", held)
	}
}

func TestATrialOfRulesStops(t *testing.T) {
	e := open(t)
	refunded(t, e, "1", bundle)
	delivered(t, e, "2", "bob")
	_, err := e.RecordMessage(background, refund("2", "bob"), nil)
	must(t, err)
	trial, err := e.TryPolicy(background, milder, recoup.TryOptions{}, func(recoup.Tried) bool { return false })
	must(t, err)
	if !trial.Stopped || trial.Users != 1 {
		t.Errorf("%s", trial.JSON)
	}
	ctx, cancel := context.WithCancel(background)
	calls := 0
	_, err = e.TryPolicy(ctx, milder, recoup.TryOptions{}, func(recoup.Tried) bool {
		calls++
		cancel()
		return true
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%v after %d", err, calls)
	}
	_, err = e.TryPolicy(ctx, milder, recoup.TryOptions{}, nil)
	expect(t, err, context.Canceled)

	var panics atomic.Int64
	recoup.SetPanicHandler(func(interface{}, []byte) { panics.Add(1) })
	defer recoup.SetPanicHandler(nil)
	var inside []error
	trial, err = e.TryPolicy(background, milder, recoup.TryOptions{}, func(recoup.Tried) bool {
		_, again := e.TryPolicy(background, milder, recoup.TryOptions{}, nil)
		_, export := e.ExportUser(background, "ann", &pieces{})
		_, work := e.Work(background)
		inside = append(inside, again, export, work, e.Shutdown())
		if _, err := e.Refund(1); err != nil {
			t.Error(err)
		}
		panic("on purpose")
	})
	must(t, err)
	if trial.Stopped || trial.Users != 2 || panics.Load() != 2 {
		t.Errorf("%s after %d panics", trial.JSON, panics.Load())
	}
	for _, err := range inside {
		expect(t, err, recoup.ErrReentrant)
	}
}

func TestAPlayerIsShownNotices(t *testing.T) {
	folder := t.TempDir()
	e, err := recoup.OpenWith(recoup.Options{ConfigJSON: `{"database": "ledger.db", "notices": {"events": true}}`, BaseFolder: folder,
		Clock: newClock()})
	must(t, err)
	t.Cleanup(func() { must(t, e.Close()) })
	noticed := newRecorder(discard)
	must(t, e.On(recoup.EventNotice, noticed))
	refunded(t, e, "1", bundle)
	tick(t, e)
	if kinds := noticed.kinds(); len(kinds) == 0 || kinds[0] != recoup.EventNotice {
		t.Error(kinds)
	}
	korean, err := e.Notices("ann", "ko-KR", 10)
	must(t, err)
	if len(korean) == 0 || korean[0].Locale != "ko" || korean[0].State != recoup.NoticeWaiting || korean[0].User != "ann" ||
		korean[0].Title == "" || korean[0].Text == "" || korean[0].ShownAt != nil || len(korean[0].JSON) == 0 {
		t.Fatalf("%+v", korean)
	}
	first := korean[0].ID
	shown, err := e.MarkNotice("ann", first, recoup.MarkShown)
	must(t, err)
	if shown.State != recoup.NoticeShown || shown.ShownAt == nil || shown.Locale != "en" || shown.EndedAt != nil {
		t.Errorf("%s", shown.JSON)
	}
	_, err = e.MarkNotice("ann", first, "read")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.MarkNotice("bob", first, recoup.MarkShown)
	expect(t, err, recoup.ErrNotFound)
	acknowledged, err := e.MarkNotice("ann", first, recoup.MarkAcknowledged)
	must(t, err)
	if acknowledged.State != recoup.NoticeAcknowledged || acknowledged.EndedAt == nil {
		t.Errorf("%s", acknowledged.JSON)
	}
	left, err := e.Notices("ann", "", 10)
	must(t, err)
	if len(left) != len(korean)-1 {
		t.Errorf("%+v", left)
	}
	none, err := e.Notices("nemo", "", 10)
	if err != nil || len(none) != 0 {
		t.Errorf("%+v %v", none, err)
	}
}

func TestAccessIsByPurchaseAndAboveItByAnOperator(t *testing.T) {
	e := open(t)
	accesses := newRecorder(discard)
	must(t, e.On(recoup.EventAccess, accesses))
	_, err := e.RecordPurchase(background, recoup.Purchase{Store: "custom:kiosk", App: "com.example.game", User: "ann", OrderID: "1",
		Product: "no-ads", ProductType: recoup.NonConsumable})
	must(t, err)
	has := func(product string, want bool) {
		t.Helper()
		has, err := e.HasAccess("ann", product)
		must(t, err)
		if has != want {
			t.Errorf("%s: %v", product, has)
		}
	}
	has("no-ads", true)
	has("gems", false)
	bought, err := e.Access("ann", "no-ads")
	must(t, err)
	if !bought.Has || bought.Because.By != recoup.AccessByPurchase || bought.Because.Order != "1" || bought.Until != nil {
		t.Errorf("%s", bought.JSON)
	}
	outcome, err := e.RecordMessage(background, refund("1", "ann"), nil)
	must(t, err)
	lost, err := e.Access("ann", "no-ads")
	must(t, err)
	if lost.Has || lost.Because.By != recoup.AccessByRefund || lost.Because.Refund != outcome.RefundID {
		t.Errorf("%s", lost.JSON)
	}
	kept, err := e.SetAccess("ann", "no-ads", recoup.AccessDecision{Access: true, Until: moment(30), Who: "eve", Why: "let her keep it"})
	must(t, err)
	if !kept.Has || kept.Because.By != recoup.AccessByOperator || kept.Because.Why != "let her keep it" || !kept.Until.Equal(moment(30).Time) {
		t.Errorf("%s", kept.JSON)
	}
	has("no-ads", true)
	tick(t, e)
	if kinds := accesses.kinds(); len(kinds) != 2 {
		t.Error(kinds)
	}
	_, err = e.SetAccess("ann", "no-ads", recoup.AccessDecision{Access: true, Until: moment(-1), Who: "eve", Why: "w"})
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.SetAccess("ann", "no-ads", recoup.AccessDecision{})
	expect(t, err, recoup.ErrInvalidArgument)
	revoked, err := e.SetAccess("ann", "no-ads", recoup.AccessDecision{Who: "eve", Why: "no longer"})
	must(t, err)
	if revoked.Has {
		t.Errorf("%s", revoked.JSON)
	}
}
