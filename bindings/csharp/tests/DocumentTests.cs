using System;
using System.Linq;
using Recoup;
using Recoup.Native;

/// <summary>Documents as a game reads them, and the JSON that they are read from.</summary>
internal static class DocumentTests
{
    [Test]
    private static void ARefundIsReadWithAllThatLedToIt()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            engine.RecordPurchase(World.BobsPurchase());
            var id = engine.Ingest(World.Request("google-play", "refund-bob")).RefundId;
            var refund = engine.QueryRefund(id);
            Check.True(refund.Store == Stores.GooglePlay && refund.User == "bob" && refund.About.OrderId == "GPA.1", refund.Json);
            Check.True(refund.State == StoreState.Refunded && refund.AttributedBy == AttributedBy.Order, refund.Json);
            Check.True(refund.Trust == Trust.Signed && refund.Reason == null && refund.Environment == null, refund.Json);
            Check.Equal(World.Noon, refund.FirstSeenAt.ToUnixTimeMilliseconds());
            Check.True(refund.Decision.Action.Kind == RuleActionKind.Block && refund.Decision.Action.Block == "permanently", refund.Json);
            Check.Equal(refund.Json, engine.QueryRefunds("{\"user\":\"bob\"}").Items.Single().Json);
            var block = engine.QueryBlocks().Items.Single();
            Check.True(block.User == "bob" && block.Cause.By == BlockCauseKind.Refund && block.Cause.Refund == id, block.Json);
            Check.True(block.Until == null && block.Ended == null, block.Json);
            Check.Equal(1L, engine.QueryStats().BlockedUsers);
        }
    }

    [Test]
    private static void AJournalHasAClassForEachKind()
    {
        using (var world = new World())
        {
            world.Engine.RecordPurchase(World.BobsPurchase());
            world.Engine.Ingest(World.Request("google-play", "refund-bob"));
            world.Engine.Unblock("bob", "eve", "appeal");
            var history = world.Engine.QueryUser("bob");
            Check.True(!history.Blocked && history.Blocks.Single().Ended.EndedBy == EndedBy.Operator, history.Json);
            var received = history.Journal.OfType<JournalEntry.Received>().Single();
            Check.True(received.Store == Stores.GooglePlay && received.Meaning == Meaning.Refund, received.Json);
            Check.True(received.What == JournalEntryKind.Received && received.At == history.Refunds[0].At, received.Json);
            var decided = history.Journal.OfType<JournalEntry.Decided>().Single();
            Check.Equal(history.Refunds[0].Decision.Rule, decided.Rule);
            var ended = history.Journal.OfType<JournalEntry.BlockEnded>().Single();
            Check.True(ended.EndedBy == EndedBy.Operator && ended.Who == "eve" && ended.Why == "appeal", ended.Json);
        }
    }

    [Test]
    private static void PagesLeadToTheNext()
    {
        using (var world = new World())
        {
            world.Block("ann", "bob", "carol");
            var first = world.Engine.QueryBlocks(limit: 2);
            Check.Equal("carol bob", string.Join(" ", first.Items.Select(block => block.User).ToArray()));
            var second = world.Engine.QueryBlocks(after: first.Next.Value, limit: 2);
            Check.Equal("ann", second.Items.Single().User);
            Check.True(second.Next == null, second.Json);
        }
    }

    [Test]
    private static void ADeadLetterHasItsReason()
    {
        using (var world = new World())
        {
            var outcome = world.Engine.Ingest(World.Request("google-play", "dead-letter"));
            var letter = world.Engine.QueryDeadLetters().Items.Single();
            Check.True(outcome.Kind == OutcomeKind.DeadLetter && outcome.Details.Outcome == OutcomeKind.DeadLetter, outcome.Json);
            Check.Equal(outcome.Details.Code, letter.Code);
            Check.Equal(World.Noon, letter.ReceivedAt.ToUnixTimeMilliseconds());
        }
    }

    [Test]
    private static void ATransferReportsWhatMoved()
    {
        using (var world = new World())
        {
            world.Engine.RecordPurchase(World.BobsPurchase());
            var moved = world.Engine.TransferPurchase(string.Empty, "GPA.1", "carol", "support", "ticket 8");
            Check.True(moved.From == "bob" && moved.To == "carol" && moved.Purchases == 1 && moved.Refunds == 0, moved.Json);
        }
    }

    [Test]
    private static void ValuesOfANewerLibraryAreKept()
    {
        var known = new OpenEnum<StoreState>("partly_refunded");
        Check.True(known == StoreState.PartlyRefunded && known.Known == StoreState.PartlyRefunded, known.Text);
        var newer = new OpenEnum<StoreState>("frozen");
        Check.True(newer != StoreState.Refunded && newer.Known == null, newer.Text);
        Check.Equal("frozen", newer.ToString());
        Check.Equal(newer, new OpenEnum<StoreState>("frozen"));
        // An enumeration's zero is "unset", and no name in JSON.
        Check.True(new OpenEnum<AttributedBy>("none").Known == null, "none is no evidence");
        Check.True(new OpenEnum<StoreActionState>("unknown").Known == StoreActionState.Unknown, "a state of that name");
        Check.True(default(OpenEnum<Reason>).Known == null && default(OpenEnum<Reason>).Text.Length == 0, "nothing");
        OpenEnum<Reason>? absent = null;
        Check.True(absent != Reason.Fraud && !(absent == Reason.Fraud), "absent is no reason");
    }

    [Test]
    private static void KindsOfANewerLibraryAreKept()
    {
        var entry = JournalEntry.Read(JsonValue.Parse("{\"id\":1,\"at\":2,\"what\":\"frozen\",\"block\":3}"));
        Check.True(entry.GetType() == typeof(JournalEntry) && entry.What.Known == null && entry.What.Text == "frozen", entry.Json);
        Check.Equal("3", entry.AdditionalMembers["block"]);
        var named = RuleAction.Read(JsonValue.Parse("\"freeze\""));
        Check.True(named.Kind.Text == "freeze" && named.Kind.Known == null && named.Json == "\"freeze\"", named.Json);
        var more = RuleAction.Read(JsonValue.Parse("{\"freeze\":{\"for\":\"7d\"}}"));
        Check.True(more.Kind.Text == "freeze" && more.Block == null, more.Json);
        Check.Equal("{\"for\":\"7d\"}", more.AdditionalMembers["freeze"]);
        var block = RuleAction.Read(JsonValue.Parse("{\"added\":1,\"grace\":\"1d\",\"block\":\"repaid\"}"));
        Check.True(block.Kind == RuleActionKind.Block && block.Block == "repaid" && block.Grace == "1d", block.Json);
        Check.Equal("1", block.AdditionalMembers["added"]);
    }

    [Test]
    private static void TimesBeyondTheCalendarAreClamped()
    {
        var finding = DoctorReport.Read(JsonValue.Parse("{\"at\":9223372036854775807,\"health\":\"ok\",\"findings\":[]}"));
        Check.Equal(long.MaxValue, finding.AtMs);
        Check.Equal(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), finding.At.ToUnixTimeMilliseconds());
    }

    [Test]
    private static void JsonIsReadAsItIsWritten()
    {
        var value = JsonValue.Parse(" {\"a\" : \"],{\\\"\", \"b\":[1, -0.5e+3,true ,null], \"c\":{}, \"d\":[]}\n");
        Check.Equal("],{\"", value.Members["a"].Text);
        Check.Equal("1|-0.5e+3|true|null", string.Join("|", value.Members["b"].Items.Select(item => item.Raw).ToArray()));
        Check.Equal("[1, -0.5e+3,true ,null]", value.Members["b"].Raw);
        Check.Equal(0, value.Members["c"].Members.Count + value.Members["d"].Items.Count);
        Check.Equal("aé\n\"b\"\u0000/\ud83d\ude00é", JsonValue.Parse("\"a\\u00e9\\n\\\"b\\\"\\u0000\\/\\uD83D\\ude00é\"").Text);
        Check.Equal(JsonKind.Array, JsonValue.Parse(new string('[', 64) + new string(']', 64)).Kind);
    }

    [Test]
    private static void InvalidJsonIsRefused()
    {
        foreach (var text in new[]
        {
            "", " ", "{", "[", "\"", "\"\\", "tru", "nul", "True", "01", "-", "1.", ".5", "1e", "+1", "1 2", "[1,]", "[,]", "{,}", "{\"a\"}", "{\"a\":}",
            "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\":1,\"a\":1}", "[1 2]", "]", "'a'", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u+123\"", "\"\\u12", "\"\\ud800\"",
            "\"\\udc00\\ud800\"", "\"\ud800\"", "//", "NaN", "\u00a01", new string('[', 65) + new string(']', 65),
        })
        {
            Check.True(Check.Throws<FormatException>(() => JsonValue.Parse(text)).Message.StartsWith("no JSON at character"), text);
        }
    }

    [Test]
    private static void AMemberOfAnotherKindIsRefusedByName()
    {
        foreach (var text in new[]
        {
            "{\"blocked_users\":\"1\",\"events_waiting\":0}", "{\"blocked_users\":1.5,\"events_waiting\":0}",
            "{\"blocked_users\":9223372036854775808,\"events_waiting\":0}", "{\"blocked_users\":null,\"events_waiting\":0}", "{\"events_waiting\":0}",
        })
        {
            var failure = Check.Throws<FormatException>(() => Stats.Read(JsonValue.Parse(text)));
            Check.True(failure.Message.Contains("\"blocked_users\"") && failure.Message.EndsWith(text), failure.Message);
        }
        Check.Throws<FormatException>(() => Stats.Read(JsonValue.Parse("[]")));
    }

    [Test]
    private static void MoneyIsExact()
    {
        Check.Equal(4.99m, new Money(4990000, "USD").Amount);
        Check.Equal("-0.000001 KRW", new Money(-1, "KRW").ToString());
        Check.Equal("5.00 USD", new Money(5000000, "USD").ToString());
        Check.Equal("-9223372036854.775808 USD", new Money(long.MinValue, "USD").ToString());
        Check.True(new Money(1, "USD") != new Money(1, "EUR") && new Money(1, "USD") == new Money(1, "USD"), "amounts of one currency");
    }
}
