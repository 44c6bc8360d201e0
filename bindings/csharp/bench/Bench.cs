using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.CompilerServices;
using Recoup;

/// <summary>
/// What calls across the boundary cost, as multiples of one call of a managed delegate. Built and run by bench/run; not part
/// of the tests.
/// </summary>
internal static class Bench
{
    private const int Turns = 200000;
    private const int Events = 500;

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private static long clockCalls;

    private static int Main()
    {
        var folder = Path.Combine(Path.GetTempPath(), "recoup-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            var options = RecoupOptions.FromJson("{\"database\":\"ledger.db\"}", folder).WithClock(Clock);
            using (var engine = RecoupEngine.Open(options))
            {
                Measure(engine);
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
        return 0;
    }

    private static void Measure(RecoupEngine engine)
    {
        Func<int, int> managed = AddOne;
        var one = Time(Turns * 10, () => managed(1));
        Print("managed delegate call", one, one);
        engine.OnEvent(refundEvent => Handled.Done);
        engine.Block("a blocked player", null, "bench", "bench");
        engine.Tick(TimeSpan.Zero);
        Print("IsBlocked, not blocked", Time(Turns, () => engine.IsBlocked("player-000000042")), one);
        Print("IsBlocked, blocked", Time(Turns, () => engine.IsBlocked("a blocked player")), one);
        Print("Tick, idle", Time(Turns, () => engine.Tick(TimeSpan.Zero)), one);
        Print("Poll, idle", Time(Turns, () => engine.Poll()), one);
        Print("clock callback round trip, rejected request included", ClockRoundTrip(engine), one);
        Print("Tick with one event, its callback and two commits", EventRoundTrip(engine), one);
    }

    /// <summary>The smallest call that calls back.</summary>
    private static double ClockRoundTrip(RecoupEngine engine)
    {
        var before = clockCalls;
        var request = new StoreRequest("app-store", new byte[] { 0 });
        var nanoseconds = Time(Turns / 20, () => engine.Ingest(request));
        if (clockCalls - before < Turns / 20)
        {
            throw new InvalidOperationException("the clock was not called");
        }
        return nanoseconds;
    }

    private static long Clock()
    {
        clockCalls++;
        return Now;
    }

    private static double EventRoundTrip(RecoupEngine engine)
    {
        for (var i = 0; i < Events; i++)
        {
            engine.Block("player-" + i, null, "bench", "bench");
        }
        var watch = Stopwatch.StartNew();
        var handled = engine.Tick(TimeSpan.Zero);
        watch.Stop();
        if (handled != Events)
        {
            throw new InvalidOperationException(handled + " events instead of " + Events);
        }
        return watch.Elapsed.TotalMilliseconds * 1e6 / Events;
    }

    /// <summary>Nanoseconds a call, the best of five rounds.</summary>
    private static double Time(int turns, Action call)
    {
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var turn = 0; turn < turns; turn++)
            {
                call();
            }
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds * 1e6 / turns);
        }
        return best;
    }

    private static void Print(string what, double nanoseconds, double one)
    {
        Console.WriteLine("{0,-52} {1,12:F0} ns {2,10:F1} x", what, nanoseconds, nanoseconds / one);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int AddOne(int number) => number + 1;
}
