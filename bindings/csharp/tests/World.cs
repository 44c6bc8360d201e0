using System;
using System.IO;
using System.Linq;
using System.Text;
using Recoup;

/// <summary>An engine over a ledger of its own, at the scenario's time, and the scenario's requests.</summary>
internal sealed class World : IDisposable
{
    /// <summary>When the scenario's requests were signed.</summary>
    internal const long Noon = 1790000000000;

    /// <summary>Of no account.</summary>
    internal const string ApiKey = "rk_live_51abcdefghwxyz";

    private readonly string folder = Path.Combine(Path.GetTempPath(), "recoup-" + Guid.NewGuid().ToString("N"));

    internal World()
    {
        Directory.CreateDirectory(folder);
        foreach (var name in new[] { "config.json", "keys.json", "root.der", "sns.pem" })
        {
            File.Copy(Path.Combine(ScenarioFolder, name), Path.Combine(folder, name));
        }
        Engine = RecoupEngine.Open(Options());
    }

    internal static string ScenarioFolder { get; set; }

    internal RecoupEngine Engine { get; private set; }

    internal string ConfigFile => Path.Combine(folder, "config.json");

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(folder, true);
    }

    internal RecoupOptions Options() => RecoupOptions.FromFile(ConfigFile).WithClock(() => Noon);

    /// <summary>
    /// With credentials of Stripe's API and a transport, and no work by itself. The world's own engine is on the same ledger.
    /// </summary>
    internal RecoupOptions ApiOptions(Func<TransportRequest, TransportAnswer> send, Action released = null)
    {
        const string Name = "\"name\":\"web shop\"";
        var config = File.ReadAllText(ConfigFile);
        Check.True(config.Contains(Name), "the scenario has a web shop");
        var withKey = config.Replace(Name, Name + ",\"api_key\":\"" + ApiKey + "\"");
        return RecoupOptions.FromJson(withKey, folder).WithClock(() => Noon).WithTransport(send, released).WithBackground(false);
    }

    /// <summary>What a restart does.</summary>
    internal void Reopen()
    {
        Engine.Dispose();
        Engine = RecoupEngine.Open(Options());
    }

    internal static StoreRequest Request(string store, string name)
    {
        var request = new StoreRequest(store, File.ReadAllBytes(Path.Combine(ScenarioFolder, name + ".body")));
        foreach (var line in File.ReadAllLines(Path.Combine(ScenarioFolder, name + ".headers"), Encoding.UTF8))
        {
            var parts = line.Split(new[] { ": " }, 2, StringSplitOptions.None);
            request.AddHeader(parts[0], parts[1]);
        }
        return request;
    }

    internal static Purchase BobsPurchase()
    {
        // Bought long ago: what may still be unacknowledged is not blocked for.
        return new Purchase
        {
            Store = "google-play", User = "bob", OrderId = "GPA.1", PurchaseToken = "token-1",
            PurchasedAt = DateTimeOffset.FromUnixTimeMilliseconds(Noon).AddDays(-10),
        };
    }

    /// <summary>Makes an event for each user.</summary>
    internal void Block(params string[] users)
    {
        foreach (var user in users)
        {
            Engine.Block(user, null, "eve", "test");
        }
    }

    internal static string Users(System.Collections.Generic.IEnumerable<RefundEvent> events)
    {
        return string.Join(" ", events.Select(reported => reported.User).ToArray());
    }
}
