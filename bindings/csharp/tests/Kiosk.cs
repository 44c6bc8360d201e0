using System;
using System.IO;
using System.Linq;
using Recoup;

/// <summary>An engine for a store of the game's own, which needs no keys, and a rule that blocks until a refund is repaid.</summary>
internal sealed class Kiosk : IDisposable
{
    private const long Noon = World.Noon;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "recoup-" + Guid.NewGuid().ToString("N"));

    /// <param name="sections">More of the configuration, with a comma before each.</param>
    /// <param name="send">Its transport; with it the engine does nothing by itself.</param>
    internal Kiosk(string sections = "", Func<TransportRequest, TransportAnswer> send = null)
    {
        Directory.CreateDirectory(folder);
        const string Rules = "[{\"name\":\"all are owed\",\"match\":{},\"action\":{\"block\":\"repaid\"}}]";
        var json = "{\"database\":\"ledger.db\",\"policy\":" + Rules + sections + "}";
        var options = RecoupOptions.FromJson(json, folder).WithClock(() => Noon);
        Engine = RecoupEngine.Open(send == null ? options : options.WithTransport(send).WithBackground(false));
    }

    internal RecoupEngine Engine { get; }

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(folder, true);
    }

    internal void Deliver(string user, string order, params Grant[] grants)
    {
        Engine.RecordPurchase(Purchase(user, order, grants));
    }

    internal static Purchase Purchase(string user, string order, params Grant[] grants)
    {
        var purchase = new Purchase
        {
            Store = "custom:kiosk", App = "com.example.game", User = user, OrderId = order, Product = "gems", Quantity = 1,
            PurchasedAtMs = Noon - 864000000, PriceMicros = 4990000, PriceCurrency = "USD",
        };
        foreach (var grant in grants)
        {
            purchase.Grants.Add(grant);
        }
        return purchase;
    }

    /// <summary>The refund's id.</summary>
    internal long Refund(string order, string what = "refunded")
    {
        var extent = what == "refunded" ? ",\"extent\":\"full\"" : string.Empty;
        return Engine.RecordMessage(
            "{\"store\":\"custom:kiosk\",\"app\":\"com.example.game\",\"environment\":\"production\",\"notification_id\":\"" + what + order + "\",\"name\":\"N\","
            + "\"at\":" + (Noon - 1000) + ",\"fact\":{\"at\":" + (Noon - 1000) + ",\"what\":\"" + what + "\"" + extent + ",\"trust\":\"signed\","
            + "\"about\":{\"order_id\":\"" + order + "\"}}}",
            new byte[0]).RefundId;
    }

    internal RefundEvent Next(EventKind kind) => Next(kind, out _);

    /// <summary>The first event of a kind that waits; the others are acknowledged.</summary>
    internal RefundEvent Next(EventKind kind, out EventDetails details)
    {
        while (true)
        {
            var events = Engine.Poll(32, out var all).ToList();
            Check.True(events.Count > 0, "an event of the kind " + kind);
            var at = events.FindIndex(reported => reported.Kind == kind);
            events.Where((reported, i) => i != at).ToList().ForEach(reported => Engine.Ack(reported.Id));
            if (at >= 0)
            {
                details = all[at];
                return events[at];
            }
        }
    }
}
