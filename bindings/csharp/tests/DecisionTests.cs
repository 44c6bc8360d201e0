using System;
using System.Collections.Generic;
using System.Linq;
using Recoup;

/// <summary>What operators decide above the rules, and what players see of it.</summary>
internal static class DecisionTests
{
    private const string AlertAll = "[{\"name\":\"all\",\"match\":{},\"action\":\"alert\"}]";

    [Test]
    private static void AnExcludedOrderIsNotBlockedForUntilTheExclusionEnds()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = kiosk.Engine;
            var agreed = new NewExclusion { Kind = ExclusionKind.Order, Value = "K-1", Until = At(World.Noon + 1000), Who = "eve", Why = "agreed" };
            var made = engine.Exclude(agreed);
            Check.True(made.Kind == ExclusionKind.Order && made.Action == ExclusionAction.Spare && made.Ended == null, made.Json);
            Check.Equal(World.Noon + 1000, made.UntilMs.Value);
            Check.Equal(0, made.RefundedAlready.Count);
            Check.Fails(RecoupStatus.Refused, "standing_exclusion", () => engine.Exclude(agreed));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_exclusion", () => engine.Exclude(new NewExclusion { Kind = ExclusionKind.Order, Who = "eve", Why = "none" }));
            Check.Throws<ArgumentNullException>(() => engine.Exclude(null));

            kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
            var refund = kiosk.Refund("K-1");
            Check.True(!engine.IsBlocked("ann"), "spared");
            Check.Equal(1L, engine.QueryExclusions().Items.Single().Uses);
            var late = engine.Exclude(new NewExclusion { Kind = ExclusionKind.Order, Value = "K-1", Store = "custom:kiosk", Who = "eve", Why = "late" });
            Check.Equal(refund, late.RefundedAlready.Single());

            var ended = engine.EndExclusion(made.Id, "eve", "over");
            Check.Equal("eve over", ended.Ended.Who + " " + ended.Ended.Why);
            Check.Equal(late.Id, engine.QueryExclusions().Items.Single().Id);
            Check.Equal(2, engine.QueryExclusions(true).Items.Count);
            Check.Equal(made.Id, engine.QueryExclusions(true, late.Id).Items.Single().Id);
            Check.Fails(RecoupStatus.NotFound, "unknown_exclusion", () => engine.EndExclusion(99, "eve", "over"));
        }
    }

    [Test]
    private static void AnOperatorOverrulesTheRules()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = kiosk.Engine;
            kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
            var refund = kiosk.Refund("K-1");
            Check.True(engine.IsBlocked("ann"), "by the rule");
            engine.Overrule(refund, RuleAction.Of(RuleActionKind.Record), "eve", "an outage");
            Check.True(!engine.IsBlocked("ann"), "overruled");
            var overruled = engine.QueryCase(refund).Journal.OfType<JournalEntry.Overruled>().Single();
            Check.True(overruled.Action.Kind == RuleActionKind.Record && overruled.Who == "eve", overruled.Json);
            engine.Overrule(refund, RuleAction.BlockFor("7d"), "eve", "a mistake");
            Check.Equal(World.Noon + 7 * 86400000L, engine.QueryBlocks().Items.Single().UntilMs.Value);
            engine.Overrule(refund, null, "eve", "as the rules have it");
            Check.True(engine.QueryBlocks().Items.Single().UntilSettled, "by the rule again");
            Check.Fails(RecoupStatus.InvalidArgument, "bad_json", () => engine.Overrule(refund, RuleAction.BlockFor("soon"), "eve", "x"));
            Check.Fails(RecoupStatus.NotFound, "unknown_refund", () => engine.Overrule(99, null, "eve", "x"));
        }
    }

    [Test]
    private static void OtherRulesAreTriedAndChangeNothing()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = Refunded(kiosk);
            var reported = new List<TrialProgress>();
            var trial = engine.TryPolicy(AlertAll, new TrialOptions { Since = At(0), Examples = 1 }, progress =>
            {
                reported.Add(progress);
                return true;
            });
            Check.Equal("1 2", string.Join(" ", reported.Select(progress => progress.Users.ToString()).ToArray()));
            Check.True(trial.Refunds == 2 && trial.Users == 2 && !trial.Stopped && trial.SinceMs == 0, trial.Json);
            var change = trial.Changes.Single();
            Check.True(change.Refunds == 2 && change.Examples.Single().User == "ann", change.Json);
            Check.True(trial.Blocked.Now == 2 && trial.Blocked.Then == 0 && trial.Blocked.Freed == 2, trial.Json);
            Check.Equal(2L, trial.Rules.Single(rule => rule.Name == "all").Then);
            Check.Equal(trial.Changes.Count, engine.TryPolicy(AlertAll).Changes.Count, "without options and progress");
            Check.True(engine.IsBlocked("ann"), "nothing changed");
            Check.Fails(RecoupStatus.InvalidArgument, "bad_policy", () => engine.TryPolicy("[{\"name\":\"x\",\"match\":{\"quantity\":{\"at_least\":3,\"at_most\":2}},\"action\":\"alert\"}]"));
        }
    }

    [Test]
    private static void ATrialIsStoppedByItsCallbackOrByAnExceptionOfIt()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = Refunded(kiosk);
            var stopped = engine.TryPolicy(AlertAll, null, progress => false);
            Check.True(stopped.Stopped && stopped.Users == 1, stopped.Json);
            var calls = 0;
            var failure = Check.Throws<InvalidOperationException>(() => engine.TryPolicy(AlertAll, null, progress =>
            {
                calls++;
                throw new InvalidOperationException("on purpose");
            }));
            Check.Equal("on purpose 1", failure.Message + " " + calls);
        }
    }

    [Test]
    private static void InsideATrialSomeCallsAreRefused()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = Refunded(kiosk);
            engine.TryPolicy(AlertAll, null, progress =>
            {
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.TryPolicy(AlertAll));
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Reconcile());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", engine.Close);
                Check.Throws<InvalidOperationException>(engine.Dispose);
                Check.True(engine.IsBlocked("ann"), "other calls are not refused");
                return true;
            });
        }
    }

    [Test]
    private static void ARefundTakesAccessAndThePlayerIsNotified()
    {
        using (var kiosk = new Kiosk(",\"notices\":{\"events\":true}"))
        {
            var engine = kiosk.Engine;
            var purchase = Kiosk.Purchase("ann", "K-1");
            purchase.Product = "no-ads";
            purchase.ProductType = ProductType.NonConsumable;
            engine.RecordPurchase(purchase);
            Check.True(engine.HasAccess("ann", "no-ads") && !engine.HasAccess("bob", "no-ads"), "bought");
            Check.True(engine.QueryAccess("ann", "no-ads").Because.By == AccessReasonKind.Purchase, "bought");
            var noticed = new List<long>();
            var changed = 0;
            engine.OnNotice(reported =>
            {
                noticed.Add(engine.QueryEvent(reported.Id).Notice.Id);
                return Handled.Done;
            });
            engine.OnAccess(reported =>
            {
                changed++;
                return Handled.Done;
            });
            kiosk.Refund("K-1");
            engine.Tick(TimeSpan.Zero);
            Check.True(!engine.HasAccess("ann", "no-ads") && changed == 1, "refunded");
            Check.True(engine.QueryAccess("ann", "no-ads").Because.By == AccessReasonKind.Refund, "refunded");

            var notices = engine.QueryNotices("ann");
            Check.Equal(string.Join(" ", notices.Select(notice => notice.Id.ToString()).ToArray()), string.Join(" ", noticed.Select(id => id.ToString()).ToArray()));
            var lost = notices.Single(notice => notice.Name == NoticeName.AccessLost);
            Check.True(lost.State == NoticeState.Waiting && lost.Locale == "en" && lost.Text.Length > 0 && lost.Details.Product == "no-ads", lost.Json);
            Check.Equal("ko", engine.QueryNotices("ann", "ko-KR")[0].Locale);
            Check.Equal(1, engine.QueryNotices("ann", limit: 1).Count);
            Check.Equal(0, engine.QueryNotices("bob").Count);
            Check.True(engine.MarkNotice("ann", lost.Id, NoticeMark.Shown).State == NoticeState.Shown, "shown");
            Check.True(engine.MarkNotice("ann", lost.Id, NoticeMark.Acknowledged).EndedAtMs == World.Noon, "acknowledged");
            Check.True(engine.QueryNotices("ann").All(notice => notice.Id != lost.Id), "no longer pending");
            Check.Fails(RecoupStatus.NotFound, "unknown_notice", () => engine.MarkNotice("bob", lost.Id, NoticeMark.Shown));
            Check.Fails(RecoupStatus.InvalidArgument, "unknown_mark", () => engine.MarkNotice("ann", lost.Id, new OpenEnum<NoticeMark>("read")));
        }
    }

    [Test]
    private static void AnOperatorGrantsAndRevokesAccess()
    {
        using (var kiosk = new Kiosk())
        {
            var engine = kiosk.Engine;
            var granted = engine.SetAccess("ann", "no-ads", true, "eve", "ticket", At(World.Noon + 1000));
            Check.True(granted.Has && granted.UntilMs == World.Noon + 1000 && granted.Because.Who == "eve" && granted.Because.Why == "ticket", granted.Json);
            Check.True(engine.HasAccess("ann", "no-ads"), "granted");
            Check.True(!engine.SetAccess("ann", "no-ads", false, "eve", "a mistake").Has, "revoked");
            Check.Fails(RecoupStatus.InvalidArgument, "bad_until", () => engine.SetAccess("ann", "no-ads", true, "eve", "x", At(1)));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_text", () => engine.SetAccess("ann", "no-ads", true, string.Empty, "x"));
        }
    }

    private static RecoupEngine Refunded(Kiosk kiosk)
    {
        kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
        kiosk.Deliver("bob", "K-2", new Grant("gem", 7));
        kiosk.Refund("K-1");
        kiosk.Refund("K-2");
        return kiosk.Engine;
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
