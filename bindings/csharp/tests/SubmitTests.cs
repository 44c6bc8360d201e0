using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Recoup;

/// <summary>Requests that are ingested on other threads.</summary>
internal static class SubmitTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Test]
    private static void ATaskEndsInATick()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            engine.RecordPurchase(World.BobsPurchase());
            var task = engine.SubmitAsync(World.Request("google-play", "refund-bob"));
            while (!engine.IsBlocked("bob"))
            {
                engine.Wait(TimeSpan.FromSeconds(1));
            }
            Check.Equal(false, task.IsCompleted, "nothing ends before the tick");
            Pump(engine, task);
            var outcome = task.GetAwaiter().GetResult();
            Check.Equal(OutcomeKind.Accepted, outcome.Kind);
            Check.Equal(Meaning.Refund, outcome.Meaning);
            Check.Equal(200, outcome.HttpStatus);
            Check.Equal(true, outcome.IsNew);
            Check.Equal(1L, outcome.RefundId);
            Check.Equal("bob", outcome.Details.User);
            Check.Equal("voidedPurchaseNotification", outcome.Details.Name);
            // No callback for events is registered, so the events stay for a poll.
            Check.Equal("bob bob bob", World.Users(engine.Poll()));
        }
    }

    [Test]
    private static void ARejectedRequestIsAnOutcome()
    {
        using (var world = new World())
        {
            var task = world.Engine.SubmitAsync(World.Request("app-store", "forged"));
            Pump(world.Engine, task);
            Check.Equal(OutcomeKind.Rejected, task.Result.Kind);
            Check.Equal(401, task.Result.HttpStatus);
        }
    }

    [Test]
    private static void AwaitingCodeMayTickAndDispose()
    {
        var world = new World();
        var flow = AwaitThenDispose(world);
        Pump(world.Engine, flow);
        flow.GetAwaiter().GetResult();
    }

    private static async Task AwaitThenDispose(World world)
    {
        await world.Engine.SubmitAsync(World.Request("app-store", "forged"));
        world.Dispose();
    }

    [Test]
    private static void EachOfManyTasksEndsWithItsOwnResult()
    {
        using (var world = new World())
        {
            var names = new[] { "forged", "truncated", "not-json", "refund-ann" };
            var tasks = Enumerable.Range(0, 40)
                .Select(i => world.Engine.SubmitAsync(World.Request("app-store", names[i % names.Length])))
                .ToList();
            Pump(world.Engine, Task.WhenAll(tasks));
            for (var i = 0; i < tasks.Count; i++)
            {
                var expected = i % names.Length == 0 ? 401 : i % names.Length == 3 ? 200 : 400;
                Check.Equal(expected, tasks[i].Result.HttpStatus, names[i % names.Length]);
            }
        }
    }

    [Test]
    private static void APumpEndsTasksAndCallsBack()
    {
        using (var world = new World())
        using (var stop = new CancellationTokenSource())
        {
            var reported = new ManualResetEvent(false);
            world.Engine.OnBlock(refundEvent =>
            {
                reported.Set();
                return Handled.Done;
            });
            var pump = world.Engine.PumpAsync(stop.Token);
            Check.True(world.Engine.SubmitAsync(World.Request("app-store", "not-json")).Wait(Long), "the task ended");
            world.Block("ann");
            Check.True(reported.WaitOne(Long), "the callback was called");
            stop.Cancel();
            Check.True(pump.Wait(Long), "the pump ended");
        }
    }

    [Test]
    private static void APumpEndsWithItsEngine()
    {
        var world = new World();
        var pump = world.Engine.PumpAsync();
        world.Dispose();
        Check.True(pump.Wait(Long), "the pump ended");
    }

    [Test]
    private static void TheDispatcherEndsTasksToo()
    {
        using (var world = new World())
        {
            world.Engine.StartDispatcher();
            Check.True(world.Engine.SubmitAsync(World.Request("app-store", "not-json")).Wait(Long), "the task ended");
        }
    }

    [Test]
    private static void AClosedEngineEndsItsTasks()
    {
        using (var world = new World())
        {
            var task = world.Engine.SubmitAsync(World.Request("google-play", "refund-bob"));
            world.Engine.Close();
            var failure = Check.Fails(RecoupStatus.Closed, "closed", () => task.GetAwaiter().GetResult());
            Check.Equal(503, failure.HttpStatus);
            Check.Fails(RecoupStatus.Closed, "closed", () => world.Engine.SubmitAsync(World.Request("app-store", "forged")).GetAwaiter().GetResult());
        }
    }

    [Test]
    private static void ADisposedEngineEndsItsTasks()
    {
        var world = new World();
        var task = world.Engine.SubmitAsync(World.Request("google-play", "refund-bob"));
        world.Dispose();
        Check.True(Task.WaitAny(new Task[] { task }, Long) == 0, "the task ended");
        Check.Fails(RecoupStatus.Closed, "closed", () => task.GetAwaiter().GetResult());
    }

    [Test]
    private static void RemovingTheCallbackKeepsCompletionsOfTasks()
    {
        using (var world = new World())
        {
            world.Engine.OnCompletion(completion => { });
            var task = world.Engine.SubmitAsync(World.Request("app-store", "forged"));
            world.Engine.OnCompletion(null);
            Pump(world.Engine, task);
            Check.Equal(401, task.Result.HttpStatus);
        }
    }

    [Test]
    private static void ARequestThatIsNotAcceptedFailsItsTask()
    {
        using (var world = new World())
        {
            var task = world.Engine.SubmitAsync(World.Request("no-store", "forged"));
            Check.Equal(true, task.IsFaulted);
            Check.Fails(RecoupStatus.InvalidArgument, "unknown_store", () => task.GetAwaiter().GetResult());
        }
    }

    [Test]
    private static void CompletionsAndTasksGoToTheirOwn()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            var reported = new List<ulong>();
            engine.OnCompletion(completion => reported.Add(completion.Tag));
            var task = engine.SubmitAsync(World.Request("app-store", "forged"));
            engine.Submit(World.Request("app-store", "not-json"), ulong.MaxValue);
            engine.Submit(World.Request("app-store", "not-json"), 0);
            Pump(engine, task, () => reported.Count == 2);
            Check.Equal("0 18446744073709551615", string.Join(" ", reported.OrderBy(tag => tag).Select(tag => tag.ToString()).ToArray()));
            // With the callback gone tasks still end, and the rest is kept for a poll.
            engine.OnCompletion(null);
            engine.Submit(World.Request("app-store", "truncated"), 5);
            Pump(engine, engine.SubmitAsync(World.Request("app-store", "forged")));
            var polled = new List<Completion>();
            while (polled.Count == 0)
            {
                engine.Wait(TimeSpan.FromSeconds(1));
                polled.AddRange(engine.PollCompletions(10));
            }
            Check.Equal(5UL, polled.Single().Tag);
            Check.Equal(400, polled[0].Outcome().HttpStatus);
            Check.Equal("truncated", polled[0].Details.Code);
            Check.Equal(2, reported.Count);
        }
    }

    [Test]
    private static void CompletionsArePolledInTheirOrderWithTheirDetails()
    {
        using (var world = new World())
        {
            foreach (var i in Enumerable.Range(1, 5))
            {
                world.Engine.Submit(World.Request("app-store", i % 2 == 0 ? "forged" : "not-json"), (ulong)i);
            }
            var polled = new List<Completion>();
            while (polled.Count < 5)
            {
                world.Engine.Wait(TimeSpan.FromSeconds(1));
                polled.AddRange(world.Engine.PollCompletions(3));
            }
            foreach (var completion in polled)
            {
                var code = completion.Tag % 2 == 0 ? "bad_signature" : "jws_segments";
                Check.Equal(code, completion.Details.Code, completion.Tag.ToString());
                Check.True(completion.Failure == null, "it did not fail");
            }
            Check.Equal(0, world.Engine.PollCompletions(3).Count);
        }
    }

    /// <summary>What a main loop does.</summary>
    private static void Pump(RecoupEngine engine, Task task, Func<bool> also = null)
    {
        var until = DateTime.UtcNow + Long;
        while (!(task.IsCompleted && (also == null || also())))
        {
            Check.True(DateTime.UtcNow < until, "it ended in time");
            try
            {
                engine.Wait(TimeSpan.FromMilliseconds(20));
                engine.Tick(TimeSpan.FromMilliseconds(1));
            }
            catch (ObjectDisposedException)
            {
                task.Wait(Long);
            }
            catch (RecoupException exception) when (exception.Status == RecoupStatus.Closed)
            {
                task.Wait(Long);
            }
        }
    }
}
