using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Recoup;

/// <summary>Disposing, forgetting, and collecting garbage at bad moments.</summary>
internal static class LifetimeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Test]
    private static void DisposingTwiceIsFine()
    {
        using (var world = new World())
        {
            world.Engine.Dispose();
            world.Engine.Dispose();
        }
    }

    [Test]
    private static void AfterDisposeEveryCallThrows()
    {
        var world = new World();
        var engine = world.Engine;
        world.Dispose();
        var calls = new List<Action>
        {
            () => engine.Ack(1), () => engine.Backup("copy.db"), () => engine.AccountTag("app-store", "a"),
            () => engine.TransferPurchase("", "a", "b", "c", "d"), () => engine.RecordSignedPurchase("app-store", "a", "b"),
            () => engine.Block("a", null, "b", "c"), () => engine.Close(), () => engine.ExpireBlocks(),
            () => engine.Ingest(new StoreRequest("app-store", new byte[0])), () => engine.IsBlocked("ann"),
            () => engine.OnBlock(null), () => engine.OnBlock(reported => Handled.Done), () => engine.OnCompletion(reported => { }),
            () => engine.Poll(), () => engine.PollCompletions(1), () => engine.QueryBlocks(), () => engine.QueryDeadLetters(),
            () => engine.QueryEvent(1), () => engine.QueryOrder("a"), () => engine.QueryRefund(1), () => engine.QueryRefunds(),
            () => engine.QueryStats(), () => engine.QueryUser("a"), () => engine.RecordMessage("{}"),
            () => engine.RecordPurchase(new Purchase()), () => engine.RecordPurchases("[]"), () => engine.StartDispatcher(),
            () => engine.StopDispatcher(), () => engine.Submit(new StoreRequest("app-store", new byte[0]), 1),
            () => engine.SubmitAsync(new StoreRequest("app-store", new byte[0])).GetAwaiter().GetResult(),
            () => engine.Tick(TimeSpan.Zero), () => engine.Unblock("a", "b", "c"), () => engine.Wait(TimeSpan.Zero),
            () => engine.IssueRefund("{}"), () => engine.RevokeSubscription("{}"), () => engine.QueryAction(1),
            () => engine.QueryActions(), () => engine.ReportConsumption("a", "{}"), () => engine.QueryReviews(),
            () => engine.QueryReviewFigures(0), () => engine.Reconcile(), () => engine.Reconcile("", reported => { }),
            () => engine.Work(), () => engine.Listen("127.0.0.1:0"), () => engine.Doctor(), () => engine.Doctor("", reported => { }),
            () => engine.ReconcileOrder("app-store", "1"),
        };
        foreach (var call in calls)
        {
            Check.Equal(nameof(RecoupEngine), Check.Throws<ObjectDisposedException>(call).ObjectName);
        }
    }

    [Test]
    private static void AClosedEngineStillAnswersIsBlocked()
    {
        using (var world = new World())
        {
            world.Block("ann");
            world.Engine.Close();
            world.Engine.Close();
            Check.Equal(true, world.Engine.IsBlocked("ann"));
            Check.Fails(RecoupStatus.Closed, "closed", () => world.Engine.Poll());
        }
    }

    [Test]
    private static void DisposeWakesWaitingThreads()
    {
        var world = new World();
        var waiting = new ManualResetEvent(false);
        var waiter = new Thread(() =>
        {
            waiting.Set();
            try
            {
                world.Engine.Wait(TimeSpan.FromHours(1));
            }
            catch (ObjectDisposedException)
            {
                // Dispose came first.
            }
            catch (RecoupException)
            {
                // Close came first.
            }
        });
        waiter.Start();
        waiting.WaitOne();
        world.Dispose();
        Check.True(waiter.Join(Long), "the waiter came back");
    }

    [Test]
    private static void CollectingInsideCallbacksDoesNoHarm()
    {
        using (var world = new World())
        {
            var reported = new List<string>();
            for (var turn = 0; turn < 10; turn++)
            {
                // Nothing but the engine refers to these two.
                world.Engine.OnBlock(MakeHandler(reported));
                Collect();
                world.Block("user" + turn);
                world.Engine.Tick(TimeSpan.Zero);
            }
            Check.Equal(10, reported.Count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Func<RefundEvent, Handled> MakeHandler(List<string> reported)
    {
        var garbage = new byte[1000];
        return refundEvent =>
        {
            Collect();
            reported.Add(refundEvent.User + garbage.Length);
            Collect();
            return Handled.Done;
        };
    }

    [Test]
    private static void AForgottenEngineIsFreedThoughItsCallbacksReferToIt()
    {
        using (var world = new World())
        {
            var released = new CountdownEvent(4);
            var forgetful = new Thread(() => Forget(world.ConfigFile, released));
            forgetful.Start();
            forgetful.Join();
            for (var turn = 0; turn < 100 && !released.IsSet; turn++)
            {
                Collect();
                released.Wait(TimeSpan.FromMilliseconds(100));
            }
            Check.Equal(0, released.CurrentCount, "destructors that did not run");
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(string configFile, CountdownEvent released)
    {
        var engine = RecoupEngine.Open(
            RecoupOptions.FromFile(configFile).WithClock(() => World.Noon, () => released.Signal()));
        engine.OnBlock(refundEvent => engine.IsBlocked(refundEvent.User) ? Handled.Done : Handled.Later, () => released.Signal());
        engine.OnCompletion(completion => engine.Unblock("ann", "a", "b"), () => released.Signal());
        engine.OnEvent(refundEvent => Handled.Done, () => released.Signal());
        engine.StartDispatcher();
        engine.Block("ann", null, "eve", "test");
    }

    [Test]
    private static void ManyEnginesLeaveNothingBehind()
    {
        using (var world = new World())
        {
            for (var turn = 0; turn < 20; turn++)
            {
                world.Engine.OnBlock(refundEvent => Handled.Done);
                world.Block("ann" + turn);
                Check.Equal(1L, world.Engine.Tick(TimeSpan.Zero));
                world.Reopen();
            }
        }
    }

    [Test]
    private static void AnIdleTickAndIsBlockedAllocateNothing()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            world.Block("blöcked");
            engine.OnEvent(refundEvent => Handled.Done);
            engine.Tick(TimeSpan.Zero);
            engine.IsBlocked("blöcked");
            GC.Collect();
            var before = GC.CollectionCount(0);
            for (var turn = 0; turn < 300000; turn++)
            {
                engine.Tick(TimeSpan.Zero);
                engine.IsBlocked("blöcked");
                engine.IsBlocked("a player with a rather long name, like those of the accounts of some shops");
            }
            // With but one object a turn it would be several: the nursery has 4 MiB.
            Check.True(GC.CollectionCount(0) - before <= 1, (GC.CollectionCount(0) - before) + " collections");
        }
    }

    [Test]
    private static void ManyThreadsAndADisposeInBetween()
    {
        for (var round = 0; round < 3; round++)
        {
            var world = new World();
            var begun = new CountdownEvent(4);
            var unexpected = new List<Exception>();
            var work = new Action<RecoupEngine>[]
            {
                engine => engine.IsBlocked("ann"),
                engine => engine.Tick(TimeSpan.FromMilliseconds(1)),
                engine => engine.SubmitAsync(World.Request("app-store", "not-json")),
                engine => engine.Wait(TimeSpan.FromMilliseconds(1)),
            };
            world.Engine.OnEvent(refundEvent => Handled.Done);
            var threads = new List<Thread>();
            foreach (var one in work)
            {
                var thread = new Thread(() => UntilDisposed(world.Engine, one, begun, unexpected));
                thread.Start();
                threads.Add(thread);
            }
            begun.Wait();
            world.Block("ann", "bob");
            world.Dispose();
            threads.ForEach(thread => Check.True(thread.Join(Long), "a thread came back"));
            Check.Equal(0, unexpected.Count, unexpected.Count == 0 ? string.Empty : unexpected[0].ToString());
        }
    }

    private static void UntilDisposed(RecoupEngine engine, Action<RecoupEngine> work, CountdownEvent begun, List<Exception> unexpected)
    {
        try
        {
            work(engine);
            begun.Signal();
            while (true)
            {
                try
                {
                    work(engine);
                }
                catch (RecoupException exception) when (exception.Status == RecoupStatus.Closed || exception.Status == RecoupStatus.QueueFull)
                {
                    // Between Close and Dispose.
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // As it should be.
        }
        catch (Exception exception)
        {
            lock (unexpected)
            {
                unexpected.Add(exception);
            }
            if (!begun.IsSet)
            {
                begun.Signal();
            }
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
