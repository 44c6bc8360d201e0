package recoup_test

import (
	"fmt"
	"reflect"
	"testing"

	"recoup.dev/go/recoup"
)

func TestAStatusIsSetByOrder(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	one, err := e.SetOrderStatus("1", recoup.StatusRecovered, "eve", "the game took it")
	must(t, err)
	read, err := e.RefundOfOrder("1")
	must(t, err)
	if one.ID != id || one.WorkStatus != recoup.WorkRecovered || !reflect.DeepEqual(one, read) {
		t.Errorf("%s, read as %s", one.JSON, read.JSON)
	}
	for _, step := range []struct {
		set  recoup.RefundStatus
		want recoup.WorkStatus
	}{
		{recoup.StatusOpen, recoup.WorkOpen}, {recoup.StatusWrittenOff, recoup.WorkWrittenOff},
		{recoup.StatusOpen, recoup.WorkOpen}, {recoup.StatusExcluded, recoup.WorkExcluded},
	} {
		one, err = e.SetRefundStatus(id, step.set, "eve", "test")
		must(t, err)
		if one.WorkStatus != step.want {
			t.Errorf("%s is %s and should be %s", step.set, one.WorkStatus, step.want)
		}
	}
	blocked, err := e.IsBlocked("ann")
	must(t, err)
	if blocked {
		t.Error("ann is blocked for an excluded refund")
	}
	_, err = e.SetOrderStatus("1", "melted", "eve", "test")
	expect(t, err, recoup.ErrInvalidArgument)
	_, err = e.SetOrderStatus("2", recoup.StatusOpen, "eve", "test")
	expect(t, err, recoup.ErrNotFound)
	delivered(t, e, "3", "ann")
	_, err = e.SetOrderStatus("3", recoup.StatusRecovered, "eve", "test")
	refused(t, err, "not_refunded")
	_, err = e.RefundOfOrder("3")
	expect(t, err, recoup.ErrNotFound)
}

func TestARefundIsAssignedAndClosed(t *testing.T) {
	e := open(t)
	known, unknown := refunded(t, e, "1", bundle), refunded(t, e, "2", nil)
	one, err := e.AssignRefund(unknown, "eve", "bob", "her shift")
	must(t, err)
	if one.Assignee != "eve" {
		t.Errorf("%s", one.JSON)
	}
	filter := recoup.RefundFilter{Assignee: "eve", ToDo: true, App: "com.example.game", Environment: recoup.Production,
		WorkStatus: []recoup.WorkStatus{recoup.WorkOpen, one.WorkStatus}}
	count, err := e.CountRefunds(filter)
	must(t, err)
	page, err := e.Refunds(filter, 0, 10)
	must(t, err)
	if count.Count != 1 || count.More || len(page.Items) != 1 || page.Items[0].ID != unknown {
		t.Errorf("%s %s", count.JSON, page.JSON)
	}
	one, err = e.AssignRefund(unknown, "", "bob", "her shift is over")
	must(t, err)
	if one.Assignee != "" {
		t.Errorf("%s", one.JSON)
	}
	one, err = e.CloseRefund(unknown, recoup.ClosedAsPartlyRecovered, "eve", "as far as the log goes")
	must(t, err)
	if one.WorkStatus != recoup.WorkPartlyRecovered {
		t.Errorf("%s", one.JSON)
	}
	_, err = e.CloseRefund(known, recoup.ClosedAsWrittenOff, "eve", "test")
	refused(t, err, "still_owed")
	_, err = e.ReopenRefund(known, "eve", "test")
	refused(t, err, "not_closed")
	one, err = e.ReopenRefund(unknown, "eve", "test")
	must(t, err)
	if one.WorkStatus != recoup.WorkOpen {
		t.Errorf("%s", one.JSON)
	}
}

func TestACaseHasAllOfARefund(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	note, err := e.AddNote(recoup.NewNote{Refund: id, Text: "called\ntwice", Who: "eve"})
	must(t, err)
	_, err = e.AddNote(recoup.NewNote{User: "ann", Text: "friendly", Who: "eve"})
	must(t, err)
	_, err = e.AddNote(recoup.NewNote{Refund: 10_000, Text: "x", Who: "eve"})
	expect(t, err, recoup.ErrNotFound)
	notes, err := e.Notes(recoup.NoteOn{Refund: id})
	must(t, err)
	if note.ID == 0 || note.On.Refund != id || note.At.UnixMilli() != 1_790_000_000_000 || !reflect.DeepEqual(notes, []recoup.Note{*note}) {
		t.Errorf("%s", note.JSON)
	}
	notes, err = e.Notes(recoup.NoteOn{User: "ann"})
	must(t, err)
	if len(notes) != 1 || notes[0].On.User != "ann" || notes[0].Text != "friendly" {
		t.Errorf("%+v", notes)
	}
	if notes, err = e.Notes(recoup.NoteOn{User: "bob"}); err != nil || len(notes) != 0 {
		t.Errorf("%+v %v", notes, err)
	}
	_, err = e.SetRefundStatus(id, recoup.StatusWrittenOff, "eve", "gone")
	must(t, err)
	file, err := e.Case(id)
	must(t, err)
	if file.Refund.WorkStatus != recoup.WorkWrittenOff || !file.Recovery.Settled || len(file.Entries) != 4 || len(file.Blocks) != 1 ||
		!reflect.DeepEqual(file.Notes, []recoup.Note{*note}) {
		t.Errorf("%s", file.JSON)
	}
	var set *recoup.JournalStatusSet
	for _, entry := range file.Journal {
		if happening, ok := entry.Happening.(*recoup.JournalStatusSet); ok {
			set = happening
		}
	}
	if set == nil || *set != (recoup.JournalStatusSet{Status: recoup.StatusWrittenOff, Who: "eve", Why: "gone"}) {
		t.Errorf("%s", file.JSON)
	}
	_, err = e.Case(10_000)
	expect(t, err, recoup.ErrNotFound)
}

func TestAnIDIsFound(t *testing.T) {
	e := open(t)
	id := refunded(t, e, "1", bundle)
	event := refundEvent(t, e)
	// The user's id is the account tag of the refund as well.
	for text, want := range map[string][6]int{
		"1": {1, 1}, "ann": {1, 0, 1}, "block:1": {0, 0, 0, 1}, "nothing": {},
		fmt.Sprintf("refund:%d", id): {1}, fmt.Sprintf("event:%d", event.ID): {0, 0, 0, 0, 0, 1},
	} {
		found, err := e.Find(text)
		must(t, err)
		got := [6]int{len(found.Refunds), len(found.Purchases), len(found.Users), len(found.Blocks), len(found.Actions), len(found.Events)}
		if got != want {
			t.Errorf("%s: %v, and not %v, in %s", text, got, want, found.JSON)
		}
	}
	_, err := e.Find("")
	expect(t, err, recoup.ErrInvalidArgument)
}
