using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Recoup;

/// <summary>The books of refunds, and the work on them, as a game and its operators use them.</summary>
internal static class RecoveryTests
{
    [Test]
    private static void ItemsAreTakenReportedAndRepaid()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            shop.Deliver("ann", "K-1", new Grant("gem", 500), new Grant("sword", 1));
            var refund = shop.Refund("K-1");
            var reported = shop.Next(EventKind.Refund, out var details);
            Check.Equal(2L, reported.ItemsOwed);
            Check.Equal(0L, reported.ItemsToReturn);
            Check.True(details.Recovery.Known && details.Recovery.Sized && details.Recovery.GrantedBy == GrantSource.Purchase, details.Json);
            Check.True(details.Notice == null && details.Access == null, details.Json);

            var toDo = engine.QueryToDo(reported.Id);
            Check.Equal(refund, toDo.Refund);
            Check.Equal("gem 500, sword 1", Items(toDo.Take));
            Check.Equal(string.Empty, Items(toDo.Give));
            var report = new RecoveryReport { Taken = { new Grant("gem", 100), new Grant("sword", 1) }, Who = "inventory \"1\"" };
            var outcome = engine.Settle(reported.Id, report);
            Check.Equal(400L, outcome.Recovery.Items.Single(item => item.Item == "gem").Owed);
            Check.Equal(0, outcome.TooMuch.Count);
            Check.Equal(outcome.Json, engine.Settle(reported.Id, report).Json, "a repetition");
            Check.Fails(RecoupStatus.NotFound, "unknown_event", () => engine.QueryToDo(reported.Id));
            Check.True(engine.IsBlocked("ann") && engine.QueryBlocks().Items.Single().UntilSettled, "blocked until it is repaid");
            Check.True(engine.QueryRefund(refund).WorkStatus == WorkStatus.Recovering, "some of it is owed");
            Check.Equal("gem 400", Items(engine.QueryDebts("ann").Items));
            Check.Equal(refund, engine.QueryDebts("ann").Debts.Single().Refund);

            var repaid = engine.Repay("ann", new Repayment { Key = "event-7", Items = { new Grant("gem", 450) }, Why = "earned" });
            Check.True(repaid.Applied.Single().Refund == refund && repaid.Applied.Single().Quantity == 400, repaid.Json);
            Check.Equal("gem 50", Items(repaid.TooMuch));
            Check.Equal(0, repaid.Debts.Debts.Count);
            Check.True(!engine.IsBlocked("ann"), "settled");
            Check.True(engine.QueryBlocks(true).Items.Single().Ended.EndedBy == EndedBy.Settled, "the block has ended");
            Check.True(engine.QueryRecovery(refund).Settled && engine.QueryRefund(refund).WorkStatus == WorkStatus.Recovered, "settled");
        }
    }

    [Test]
    private static void ACallbackSettlesItsEvent()
    {
        using (var shop = new Kiosk())
        {
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var refund = shop.Refund("K-1");
            shop.Engine.OnRefund(reported =>
            {
                var report = new RecoveryReport();
                foreach (var grant in shop.Engine.QueryToDo(reported.Id).Take)
                {
                    report.Taken.Add(grant);
                }
                Check.Equal(0, shop.Engine.Settle(reported.Id, report).TooMuch.Count);
                return Handled.Done;
            });
            shop.Engine.Tick(TimeSpan.Zero);
            Check.True(shop.Engine.QueryRecovery(refund).Settled, "settled");
            Check.Equal(0L, shop.Engine.QueryStats().EventsWaiting);
        }
    }

    [Test]
    private static void AReversalReturnsWhatWasTaken()
    {
        using (var shop = new Kiosk())
        {
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var refund = shop.Refund("K-1");
            var outcome = shop.Engine.ReportRecovery(refund, new RecoveryReport { Key = "k1", Taken = { new Grant("gem", 200) } });
            Check.Equal(200L, outcome.Recovery.Items.Single().Taken);
            shop.Refund("K-1", "reversed");
            var reported = shop.Next(EventKind.Reversal);
            Check.Equal(1L, reported.ItemsToReturn);
            Check.Equal("gem 200", Items(shop.Engine.QueryToDo(reported.Id).Give));
            outcome = shop.Engine.Settle(reported.Id, new RecoveryReport { Returned = { new Grant("gem", 200) } });
            Check.True(outcome.Recovery.Settled && outcome.Recovery.Items.Single().ToReturn == 0, outcome.Json);
            Check.True(shop.Engine.QueryRefund(refund).WorkStatus == WorkStatus.Returned, "returned");
        }
    }

    [Test]
    private static void OperatorsForgiveAndCorrect()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var refund = shop.Refund("K-1");
            var forgiven = engine.Forgive(refund, "ticket-1", "eve", "a good customer", new[] { new Grant("gem", 200) });
            Check.True(forgiven.Items.Single().Forgiven == 200 && forgiven.Items.Single().Owed == 300, forgiven.Json);
            var entry = engine.QueryRecoveryEntries(refund).Single(one => one.Kind == RecoveryEntryKind.Forgiven);
            Check.True(entry.How == RecoveryHow.Forgiven && entry.Who == "eve" && entry.Quantity == 200, entry.Json);
            Check.Equal(0L, engine.Correct(entry.Id, "eve", "another player").Items.Single().Forgiven);
            Check.True(engine.QueryRecoveryEntries(refund).Any(one => one.Corrects == entry.Id), "the entry that cancels it");
            Check.Fails(RecoupStatus.Refused, "already_corrected", () => engine.Correct(entry.Id, "eve", "again"));
            Check.True(engine.Forgive(refund, "ticket-2", "eve", "spent", writtenOff: true).Settled, "all of it");
            Check.True(engine.QueryRefund(refund).WorkStatus == WorkStatus.WrittenOff, "written off");
            Check.Fails(RecoupStatus.Refused, "nothing_owed", () => engine.Forgive(refund, "ticket-3", "eve", "again"));
            Check.Fails(RecoupStatus.Refused, "key_reused", () => engine.Forgive(refund, "ticket-2", "eve", "another"));
            Check.Fails(
                RecoupStatus.Refused, "granted_by_purchase", () => engine.SetGranted(refund, new[] { new Grant("gem", 1) }, "eve", "test"));
        }
    }

    [Test]
    private static void WhatWasGrantedIsSetLater()
    {
        using (var shop = new Kiosk())
        {
            shop.Deliver("ann", "K-1");
            var refund = shop.Refund("K-1");
            Check.True(!shop.Engine.QueryRecovery(refund).Known, "no grants");
            var heard = new List<RefundEvent>();
            shop.Engine.OnRecovery(reported =>
            {
                heard.Add(reported);
                return Handled.Done;
            });
            var books = shop.Engine.SetGranted(refund, new[] { new Grant("gem", 3) }, "eve", "by the shop's log");
            Check.True(books.Known && books.GrantedBy == GrantSource.Operator && books.Items.Single().Owed == 3, books.Json);
            shop.Engine.Tick(TimeSpan.Zero);
            Check.True(heard.Single().Kind == EventKind.Recovery && heard.Single().RefundId == refund, "one callback");
        }
    }

    [Test]
    private static void StatusesAreSetByOrder()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            Check.Fails(RecoupStatus.Refused, "not_refunded", () => engine.SetOrderStatus("K-1", RefundStatus.Recovered, "eve", "test"));
            Check.Fails(RecoupStatus.NotFound, "unknown_order", () => engine.SetOrderStatus("K-9", RefundStatus.Recovered, "eve", "test"));
            var id = shop.Refund("K-1");
            Check.Equal(id, engine.QueryRefundOfOrder("K-1").Id);
            var refund = engine.SetOrderStatus("K-1", RefundStatus.Recovered, "eve", "seen in the game");
            Check.True(refund.Id == id && refund.WorkStatus == WorkStatus.Recovered, refund.Json);
            Check.True(engine.SetRefundStatus(id, RefundStatus.Open, "eve", "a mistake").WorkStatus == WorkStatus.Open, "open again");
            Check.Fails(
                RecoupStatus.InvalidArgument, "unknown_status",
                () => engine.SetRefundStatus(id, new OpenEnum<RefundStatus>("frozen"), "eve", "test"));
            Check.True(engine.SetRefundStatus(id, RefundStatus.Excluded, "eve", "a test purchase").WorkStatus == WorkStatus.Excluded, "excluded");
            var entries = engine.QueryCase(id).Journal.OfType<JournalEntry.StatusSet>().Select(entry => entry.Status.Text);
            Check.Equal("recovered open excluded", string.Join(" ", entries.ToArray()));
        }
    }

    [Test]
    private static void WorkIsAssignedClosedAndReopened()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            shop.Deliver("ann", "K-1");
            var id = shop.Refund("K-1");
            Check.Equal("eve", engine.AssignRefund(id, "eve", "adam", "her turn").Assignee);
            Check.Equal(1L, engine.CountRefunds(new RefundFilter { Assignee = "eve", ToDo = true }).Count);
            Check.Equal(id, engine.QueryRefunds(new RefundFilter { WorkStatus = { WorkStatus.Recovering } }).Items.Single().Id);
            Check.Equal(null, engine.AssignRefund(id, null, "adam", "away").Assignee);
            Check.Equal(0L, engine.CountRefunds("{\"assignee\":\"eve\"}").Count);
            var closed = engine.CloseRefund(id, ClosedAs.PartlyRecovered, "eve", "some were left");
            Check.True(closed.WorkStatus == WorkStatus.PartlyRecovered, closed.Json);
            Check.True(engine.ReopenRefund(id, "eve", "more was found").WorkStatus == WorkStatus.Open, "open");
            Check.Fails(RecoupStatus.Refused, "not_closed", () => engine.ReopenRefund(id, "eve", "again"));
            var count = engine.CountRefunds();
            Check.True(count.Count == 1 && !count.More, count.Json);
        }
    }

    [Test]
    private static void ACaseHasAllOfARefund()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var id = shop.Refund("K-1");
            var note = engine.AddNote(id, "He says \"sorry\".\nTwice.", "eve");
            Check.True(note.On.Refund == id && note.On.User == null && note.Text == "He says \"sorry\".\nTwice.", note.Json);
            Check.Equal("ann", engine.AddNote("ann", "A regular.", "eve").On.User);
            Check.Equal(note.Json, engine.QueryNotes(id).Single().Json);
            Check.Equal("A regular.", engine.QueryNotes("ann").Single().Text);
            Check.Equal(0, engine.QueryNotes("bob").Count);
            var file = engine.QueryCase(id);
            Check.Equal(engine.QueryRefund(id).Json, file.Refund.Json);
            Check.Equal(engine.QueryRecovery(id).Json, file.Recovery.Json);
            Check.Equal(engine.QueryRecoveryEntries(id).Single().Json, file.Entries.Single().Json);
            Check.True(file.Blocks.Single().Cause.Refund == id && file.Notes.Single().Id == note.Id, file.Json);
            Check.True(file.Journal.OfType<JournalEntry.Noted>().Single().Note == note.Id, file.Json);
            Check.Fails(RecoupStatus.NotFound, "unknown_refund", () => engine.QueryCase(99));
        }
    }

    [Test]
    private static void IdsAreFound()
    {
        using (var shop = new Kiosk())
        {
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var id = shop.Refund("K-1");
            var found = shop.Engine.Find("K-1");
            Check.True(found.Refunds.Single().Id == id && found.Purchases.Single().OrderId == "K-1", found.Json);
            Check.Equal("ann", shop.Engine.Find("ann").Users.Single());
            Check.Equal("ann", shop.Engine.Find("block:1").Blocks.Single().User);
            Check.Equal(1L, shop.Engine.Find("event:1").Events.Single().Id);
            Check.Equal(0, shop.Engine.Find("K-9").Refunds.Count + shop.Engine.Find("K-9").Purchases.Count);
            Check.Fails(RecoupStatus.InvalidArgument, "bad_text", () => shop.Engine.Find(string.Empty));
        }
    }

    [Test]
    private static void APlayerBuysAgain()
    {
        using (var shop = new Kiosk())
        {
            shop.Deliver("ann", "K-1", new Grant("gem", 500));
            var id = shop.Refund("K-1");
            var again = Kiosk.Purchase("ann", "K-2");
            again.Repays = id;
            again.Country = "KR";
            again.ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(World.Noon).AddDays(30);
            shop.Engine.RecordPurchase(again);
            var recorded = shop.Engine.QueryOrder("K-2").Purchases.Single();
            Check.True(recorded.Repays == id && recorded.Country == "KR" && recorded.ExpiresAt == again.ExpiresAt, recorded.Json);
            Check.True(shop.Engine.QueryRecovery(id).Settled, "paid again");
            var entry = shop.Engine.QueryRecoveryEntries(id).Single(one => one.Kind == RecoveryEntryKind.Taken);
            Check.True(entry.How == RecoveryHow.Bought && entry.Purchase != null, entry.Json);
            Check.True(shop.Engine.QueryCase(id).Journal.OfType<JournalEntry.BoughtAgain>().Single().Items.Single().Quantity == 500, "in the journal");
        }
    }

    [Test]
    private static void ArgumentsThatAreMissingOrNoTextAreRefused()
    {
        using (var shop = new Kiosk())
        {
            var engine = shop.Engine;
            const string Half = "gem\ud83d";
            Check.Equal("report", Check.Throws<ArgumentNullException>(() => engine.Settle(1, null)).ParamName);
            Check.Equal("report", Check.Throws<ArgumentNullException>(() => engine.ReportRecovery(1, null)).ParamName);
            Check.Equal("repayment", Check.Throws<ArgumentNullException>(() => engine.Repay("ann", null)).ParamName);
            Check.Equal("why", Check.Throws<ArgumentNullException>(() => engine.Forgive(1, "k", "eve", null)).ParamName);
            Check.Equal("grants", Check.Throws<ArgumentNullException>(() => engine.SetGranted(1, null, "eve", "test")).ParamName);
            Check.Equal("text", Check.Throws<ArgumentNullException>(() => engine.AddNote("ann", null, "eve")).ParamName);
            Check.Equal("user", Check.Throws<ArgumentNullException>(() => engine.QueryNotes(null)).ParamName);
            Check.Equal("filter", Check.Throws<ArgumentNullException>(() => engine.CountRefunds((RefundFilter)null)).ParamName);
            Check.Throws<ArgumentException>(() => engine.ReportRecovery(1, new RecoveryReport { Key = "k", Taken = { new Grant(Half, 1) } }));
            Check.Throws<ArgumentException>(() => engine.AddNote("ann", Half, "eve"));
            Check.Fails(
                RecoupStatus.InvalidArgument, "bad_key", () => engine.ReportRecovery(1, new RecoveryReport { Taken = { new Grant("gem", 1) } }));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_key", () => engine.Repay("ann", new Repayment { Items = { new Grant("gem", 1) } }));
        }
    }

    private static string Items(IEnumerable<Grant> grants)
    {
        return string.Join(", ", grants.Select(grant => grant.Item + " " + grant.Quantity).ToArray());
    }
}
