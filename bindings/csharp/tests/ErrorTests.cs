using System;
using Recoup;
using Recoup.Native;

/// <summary>Failures, and their messages.</summary>
internal static class ErrorTests
{
    [Test]
    private static void AFailureReportsItsDetails()
    {
        var failure = Check.Fails(RecoupStatus.Config, "config", () => RecoupEngine.Open("{\"no\": 1}"));
        Check.True(failure.Message.Contains("no"), "names the key: " + failure.Message);
        Check.Equal(false, failure.Retryable);
        Check.Equal(500, failure.HttpStatus);
    }

    [Test]
    private static void EachWayToOpenFailsAsItself()
    {
        Check.Fails(RecoupStatus.Config, "config", () => RecoupEngine.OpenFile("/nowhere/config.json"));
        Check.Fails(RecoupStatus.Config, "config", () => RecoupEngine.Open(RecoupOptions.FromFile("/nowhere/config.json")));
        Check.Fails(RecoupStatus.Config, "config", () => RecoupEngine.Open(RecoupOptions.FromJson("[]")));
    }

    [Test]
    private static void NullsAreRefusedByName()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            Check.Equal("configJson", Check.Throws<ArgumentNullException>(() => RecoupEngine.Open((string)null)).ParamName);
            Check.Equal("options", Check.Throws<ArgumentNullException>(() => RecoupEngine.Open((RecoupOptions)null)).ParamName);
            Check.Equal("path", Check.Throws<ArgumentNullException>(() => RecoupEngine.OpenFile(null)).ParamName);
            Check.Equal("user", Check.Throws<ArgumentNullException>(() => engine.IsBlocked(null)).ParamName);
            Check.Equal("user", Check.Throws<ArgumentNullException>(() => engine.QueryUser(null)).ParamName);
            Check.Equal("request", Check.Throws<ArgumentNullException>(() => engine.Ingest(null)).ParamName);
            Check.Equal("purchase", Check.Throws<ArgumentNullException>(() => engine.RecordPurchase(null)).ParamName);
            Check.Equal("why", Check.Throws<ArgumentNullException>(() => engine.Block("ann", null, "eve", null)).ParamName);
            Check.Equal("handler", Check.Throws<ArgumentNullException>(() => RecoupLog.Set(RecoupLogLevel.Info, null)).ParamName);
            Check.Throws<ArgumentNullException>(() => new StoreRequest(null, new byte[0]));
            Check.Throws<ArgumentNullException>(() => new StoreRequest("app-store", null));
        }
    }

    [Test]
    private static void NumbersOutOfRangeAreRefused()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            Check.Throws<ArgumentOutOfRangeException>(() => engine.Tick(TimeSpan.FromTicks(-1)));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.Wait(TimeSpan.FromTicks(-1)));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.Poll(-1));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.PollCompletions(-1));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.QueryBlocks(limit: -1));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.Block("ann", TimeSpan.Zero, "eve", "test"));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.BlockFor("ann", 0, "eve", "test"));
            Check.True(new Purchase().PurchasedAt == null && new Purchase().PurchasedAtMs == null, "no time is set");
            Check.Throws<ArgumentOutOfRangeException>(() => engine.RecordPurchase(new Purchase { Quantity = -1 }));
            Check.Throws<ArgumentOutOfRangeException>(() => engine.Submit(new StoreRequest("app-store", new byte[0]), Submissions.FirstTag));
            Check.Throws<ArgumentException>(() => engine.OnBlock(null, () => { }));
        }
    }

    [Test]
    private static void HalfASurrogatePairIsRefused()
    {
        using (var world = new World())
        {
            const string Half = "ann\ud83d";
            Check.Throws<ArgumentException>(() => world.Engine.IsBlocked(Half));
            Check.Throws<ArgumentException>(() => world.Engine.IsBlocked(Half + new string('x', 1000)));
            Check.Throws<ArgumentException>(() => world.Engine.Block(Half, null, "eve", "test"));
            Check.Throws<ArgumentException>(() => world.Engine.RecordPurchase(new Purchase { Store = "app-store", User = Half }));
        }
    }

    [Test]
    private static void StrangeHeaderFieldsDoNoHarm()
    {
        using (var world = new World())
        {
            var request = World.Request("google-play", "refund-bob");
            request.AddHeader("x-odd", "\ud83d\0\u00ff").AddHeader(string.Empty, string.Empty).AddHeader("x-null", null);
            Check.Equal(200, world.Engine.Ingest(request).HttpStatus);
        }
    }

    [Test]
    private static void AFailedCallHasTheHttpStatusForTheStore()
    {
        using (var world = new World())
        {
            Check.Fails(RecoupStatus.InvalidArgument, "unknown_store", () => world.Engine.Ingest(World.Request("no-store", "refund-bob")));
            world.Engine.RecordPurchase(World.BobsPurchase());
            var stolen = World.BobsPurchase();
            stolen.User = "mallory";
            Check.Fails(RecoupStatus.PurchaseOfAnotherUser, "purchase_of_another_user", () => world.Engine.RecordPurchase(stolen));
            Check.Fails(RecoupStatus.NotFound, "not_found", () => world.Engine.QueryRefund(99));
            Check.Fails(RecoupStatus.NotFound, "unknown_event", () => world.Engine.Ack(99));
            var tooMany = World.Request("google-play", "refund-bob");
            for (var i = 0; i < 1025; i++)
            {
                tooMany.AddHeader("x", "y");
            }
            Check.Equal(431, Check.Throws<RecoupException>(() => world.Engine.Ingest(tooMany)).HttpStatus);
        }
    }
}
