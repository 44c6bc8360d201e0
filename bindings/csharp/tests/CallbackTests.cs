using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Recoup;

/// <summary>Callbacks: who is called, what an exception does, what runs once.</summary>
internal static class CallbackTests
{
    [Test]
    private static void EachKindGoesToItsOwnCallback()
    {
        using (var world = new World())
        {
            var reported = new List<string>();
            Func<string, Func<RefundEvent, Handled>> note = name => refundEvent =>
            {
                reported.Add(name + ":" + refundEvent.Kind);
                return Handled.Done;
            };
            var engine = world.Engine;
            engine.OnBlock(note("block"));
            engine.OnUnblock(note("unblock"));
            engine.OnAlert(note("alert"));
            engine.OnRefund(note("refund"));
            engine.OnReversal(note("reversal"));
            engine.OnReview(note("review"));
            engine.OnUnattributed(note("unattributed"));
            engine.Ingest(World.Request("google-play", "refund-bob"));
            engine.RecordPurchase(World.BobsPurchase());
            engine.Unblock("bob", "eve", "appeal");
            engine.RecordPurchase(new Purchase { Store = "app-store", User = "ann", OrderId = "2000000000000001" });
            engine.Ingest(World.Request("app-store", "review-ann"));
            engine.Ingest(World.Request("app-store", "refund-ann"));
            engine.Ingest(World.Request("app-store", "reversal-ann"));
            engine.Tick(TimeSpan.Zero);
            Check.Equal(
                "alert block refund reversal review unattributed unblock",
                string.Join(" ", reported.Select(line => line.Split(':')[0]).Distinct().OrderBy(name => name, StringComparer.Ordinal).ToArray()));
            foreach (var line in reported)
            {
                var parts = line.Split(':');
                Check.Equal(parts[0], parts[1].ToLowerInvariant());
            }
        }
    }

    [Test]
    private static void AnEventHasAllItsMembers()
    {
        using (var world = new World())
        {
            world.Engine.RecordPurchase(new Purchase
            {
                Store = "google-play", User = "bób", OrderId = "GPA.1", PurchaseToken = "token-1", PriceMicros = 9990000,
                PriceCurrency = "EUR", PurchasedAt = DateTimeOffset.FromUnixTimeMilliseconds(World.Noon).AddDays(-10),
                Environment = StoreEnvironment.Production, ProductType = ProductType.OneTime, Quantity = 1,
                Grants = { new Grant("gem", 500) },
            });
            var outcome = world.Engine.Ingest(World.Request("google-play", "refund-bob"));
            world.Engine.Block("bób", TimeSpan.FromMinutes(1), "eve", "test");
            var events = world.Engine.Poll(10, out var details);
            Check.Equal("Refund Alert Block Block", string.Join(" ", events.Select(reported => reported.Kind.ToString()).ToArray()));
            var refund = events[0];
            Check.Equal("bób", refund.User);
            Check.Equal(outcome.RefundId, refund.RefundId);
            Check.Equal(9990000L, refund.AmountMicros);
            Check.Equal("EUR", refund.Currency);
            Check.Equal(World.Noon, refund.At.ToUnixTimeMilliseconds());
            Check.Equal(1L, refund.Attempt);
            Check.True(refund.Until == null && refund.Deadline == null && refund.UntilMs == null && refund.DeadlineMs == null && refund.BlockId == 0, "nothing else is set");
            Check.Equal(World.Noon + 60000, events[3].Until.Value.ToUnixTimeMilliseconds());
            Check.True(events[3].Currency == null, "no money in an operator's block");
            Check.Equal("Refund 1 bób", refund.ToString());
            Check.Equal("1 2 3 4", string.Join(" ", details.Select(one => one.Id.ToString()).ToArray()));
            Check.Equal("refund alert block block", string.Join(" ", details.Select(one => one.Kind.Text).ToArray()));
            Check.Equal(outcome.RefundId, details[0].Refund.Id);
            Check.Equal(new Money(9990000, "EUR"), details[0].Refund.Amount.Value);
            Check.Equal(refund.BlockId, 0L);
            Check.Equal(events[3].BlockId, details[3].Block.Id);
            Check.True(details[3].Refund == null && details[3].Block.Until == events[3].Until, details[3].Json);
            Check.Equal(details[0].Json, world.Engine.QueryEvent(refund.Id).Json);
            Check.Equal("gem", world.Engine.QueryOrder("GPA.1").Purchases.Single().Grants.Single().Item);
        }
    }

    [Test]
    private static void AnEventWithAnExceptionComesAgainLater()
    {
        using (var world = new World())
        {
            var sources = new List<string>();
            EventHandler<CallbackExceptionEventArgs> listener = (sender, reported) => sources.Add(reported.Source + " " + reported.Exception.Message);
            RecoupEngine.UnhandledCallbackException += listener;
            var attempts = 0;
            world.Engine.OnBlock(refundEvent =>
            {
                attempts++;
                throw new InvalidOperationException("of the game");
            });
            world.Block("ann");
            Check.Equal(1L, world.Engine.Tick(TimeSpan.Zero));
            RecoupEngine.UnhandledCallbackException -= listener;
            Check.Equal("OnBlock of the game", string.Join("|", sources.ToArray()));
            Check.Equal(1, attempts);
            Check.Equal(0L, world.Engine.Tick(TimeSpan.Zero));
            // It is kept for its lease; a restart gives it back at once.
            world.Reopen();
            Check.Equal("ann", World.Users(world.Engine.Poll()));
            Check.ExpectedUnhandled = 1;
        }
    }

    [Test]
    private static void ExceptionsOfEveryCallbackEndThere()
    {
        var sources = new List<string>();
        EventHandler<CallbackExceptionEventArgs> listener = (sender, reported) => sources.Add(reported.Source);
        RecoupEngine.UnhandledCallbackException += listener;
        using (var world = new World())
        {
            RecoupEngine.Open(RecoupOptions.FromFile(world.ConfigFile).WithClock(FailToReportTheTime, Fail)).Dispose();
            Check.True(sources.Remove("clock"), "the clock's");
            Check.Equal("clock", sources.Last(), "the clock's end");
            world.Engine.OnCompletion(completion => Fail(), Fail);
            world.Engine.Submit(World.Request("app-store", "not-json"), 1);
            while (world.Engine.Tick(TimeSpan.Zero) == 0)
            {
                Check.True(world.Engine.Wait(TimeSpan.FromSeconds(60)), "a completion is there");
            }
            world.Engine.OnCompletion(null);
            RecoupLog.Set(RecoupLogLevel.Warn, (level, target, message) => Fail(), Fail);
            world.Engine.Ingest(World.Request("app-store", "not-json"));
            RecoupLog.Off();
        }
        RecoupEngine.UnhandledCallbackException -= listener;
        var others = sources.Where(source => source != "clock").ToArray();
        Check.Equal("OnCompletion OnCompletion log log", string.Join(" ", others));
        Check.ExpectedUnhandled = sources.Count + 1;
    }

    private static void Fail()
    {
        throw new InvalidOperationException("on purpose");
    }

    private static long FailToReportTheTime()
    {
        throw new InvalidOperationException("on purpose");
    }

    [Test]
    private static void AListenerThatThrowsDoesNoHarm()
    {
        using (var world = new World())
        {
            EventHandler<CallbackExceptionEventArgs> listener = (sender, reported) => throw new InvalidOperationException("listener");
            RecoupEngine.UnhandledCallbackException += listener;
            world.Engine.OnBlock(refundEvent => throw new InvalidOperationException("callback"));
            world.Block("ann");
            Check.Equal(1L, world.Engine.Tick(TimeSpan.Zero));
            RecoupEngine.UnhandledCallbackException -= listener;
            Check.ExpectedUnhandled = 1;
        }
    }

    [Test]
    private static void ForbiddenCallsInsideACallbackFail()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            var reported = 0;
            engine.OnBlock(refundEvent =>
            {
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Tick(TimeSpan.Zero));
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Poll());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.StartDispatcher());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.StopDispatcher());
                Check.True(Check.Throws<InvalidOperationException>(engine.Dispose).Message.Contains("callbacks"), "the message has the reason");
                Check.Equal(true, engine.IsBlocked(refundEvent.User));
                engine.Unblock(refundEvent.User, "callback", "test");
                engine.OnUnblock(other => Handled.Done);
                reported++;
                return Handled.Done;
            });
            world.Block("ann");
            engine.Tick(TimeSpan.Zero);
            Check.Equal(1, reported);
            Check.Equal(false, engine.IsBlocked("ann"));
        }
    }

    [Test]
    private static void AnotherEnginesCallbackMayDisposeThisOne()
    {
        using (var world = new World())
        {
            var other = new World();
            world.Engine.OnBlock(refundEvent =>
            {
                other.Dispose();
                return Handled.Done;
            });
            world.Block("ann");
            world.Engine.Tick(TimeSpan.Zero);
            Check.Throws<ObjectDisposedException>(() => other.Engine.IsBlocked("ann"));
        }
    }

    [Test]
    private static void TheDispatcherCallsOnItsOwnThread()
    {
        using (var world = new World())
        {
            var threads = new List<int>();
            var reported = new CountdownEvent(2);
            world.Engine.OnBlock(refundEvent =>
            {
                threads.Add(Thread.CurrentThread.ManagedThreadId);
                Check.Throws<InvalidOperationException>(world.Engine.Dispose);
                reported.Signal();
                return Handled.Done;
            });
            world.Engine.StartDispatcher();
            Check.Fails(RecoupStatus.Pumping, "pumping", () => world.Engine.Tick(TimeSpan.Zero));
            world.Block("ann", "bob");
            Check.True(reported.Wait(TimeSpan.FromSeconds(60)), "both were reported");
            world.Engine.StopDispatcher();
            Check.True(!threads.Contains(Thread.CurrentThread.ManagedThreadId), "not on this thread");
        }
    }

    [Test]
    private static void HandlersAreReleasedOnce()
    {
        var released = new int[6];
        Func<int, Action> count = number => () => Interlocked.Increment(ref released[number]);
        using (var world = new World())
        {
            var engine = world.Engine;
            engine.OnBlock(refundEvent => Handled.Done, count(0));
            engine.OnBlock(refundEvent => Handled.Done, count(1));
            engine.OnAlert(refundEvent => Handled.Done, count(2));
            engine.OnCompletion(completion => { }, count(3));
            engine.OnCompletion(completion => { }, count(4));
            Check.Equal("1 0 0 1 0 0", Show(released), "replaced");
            engine.OnBlock(null);
            Check.Equal("1 1 0 1 0 0", Show(released), "taken away");
            engine.Close();
            Check.Fails(RecoupStatus.Closed, "closed", () => engine.Block("ann", null, "eve", "test"));
        }
        Check.Equal("1 1 1 1 1 0", Show(released), "freed");
        RecoupLog.Set(RecoupLogLevel.Error, (level, target, message) => { }, count(5));
        Check.Fails(RecoupStatus.InvalidArgument, "bad_level", () => RecoupLog.Set((RecoupLogLevel)99, (level, target, message) => { }, count(0)));
        Check.Equal("2 1 1 1 1 0", Show(released), "a call that fails releases too");
        RecoupLog.Off();
        Check.Equal("2 1 1 1 1 1", Show(released), "the log's");
    }

    [Test]
    private static void AClockIsReleasedWithEachEngine()
    {
        using (var world = new World())
        {
            var released = 0;
            var options = RecoupOptions.FromFile(world.ConfigFile).WithClock(() => DateTimeOffset.UtcNow, () => released++);
            RecoupEngine.Open(options).Dispose();
            Check.Equal(1, released);
            RecoupEngine.Open(options).Dispose();
            Check.Equal(2, released);
            var bad = RecoupOptions.FromJson("[]").WithClock(() => 0L, () => released++);
            Check.Throws<RecoupException>(() => RecoupEngine.Open(bad));
            Check.Equal(3, released, "also where opening fails");
        }
    }

    private static string Show(int[] numbers) => string.Join(" ", numbers.Select(number => number.ToString()).ToArray());
}
