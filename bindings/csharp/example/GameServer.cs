using System;
using System.Collections.Generic;
using System.IO;
using Recoup;

/// <summary>
/// A game server's side of refunds, in C#. The arguments are what happens to the server, in order:
/// <code>GameServer CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]... [-]</code>
/// BODY is a file with a store's raw request body, HEADERS one with its header fields, "Name: value" a line, or "-".
/// A last "-" reads more of the same from the standard input, a happening a line. A real server does the same from its
/// shop, its webhook, its login and its game loop; started again, it resumes where it was.
/// </summary>
internal sealed class GameServer : IDisposable
{
    private static readonly TimeSpan PumpBudget = TimeSpan.FromMilliseconds(2);

    private readonly RecoupEngine engine;

    // A real server keeps these with the players: an event may come twice after a crash.
    private readonly HashSet<long> actedOn = new HashSet<long>();

    private GameServer(string config)
    {
        engine = RecoupEngine.OpenFile(config);
        engine.OnEvent(ActOn);
    }

    private static int Main(string[] arguments)
    {
        if (arguments.Length == 0)
        {
            Console.Error.WriteLine("usage: GameServer CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]... [-]");
            return 2;
        }
        RecoupEngine.UnhandledCallbackException += (sender, reported) => Console.Error.WriteLine(reported.Source + ": " + reported.Exception);
        try
        {
            using (var server = new GameServer(arguments[0]))
            {
                server.Pump();
                return server.Play(arguments, 1);
            }
        }
        catch (RecoupException error)
        {
            // A server would try again later if error.Retryable is true.
            Console.Error.WriteLine(error.Message + " (" + error.Code + ")");
            return 1;
        }
    }

    public void Dispose() => engine.Dispose();

    private int Play(string[] words, int next)
    {
        while (next < words.Length)
        {
            var at = next;
            var left = words.Length - at - 1;
            if (words[at] == "buy" && left >= 3)
            {
                next += 4;
                Buy(words[at + 1], words[at + 2], words[at + 3]);
            }
            else if (words[at] == "request" && left >= 3)
            {
                next += 4;
                Request(words[at + 1], words[at + 2], words[at + 3]);
            }
            else if (words[at] == "login" && left >= 1)
            {
                next += 2;
                Login(words[at + 1]);
            }
            else if (words[at] == "-" && left == 0)
            {
                return PlayInput();
            }
            else
            {
                Console.Error.WriteLine("not understood: " + words[at]);
                return 2;
            }
            Pump();
        }
        return 0;
    }

    private int PlayInput()
    {
        var status = 0;
        for (var line = Console.ReadLine(); line != null && status == 0; line = Console.ReadLine())
        {
            status = Play(line.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries), 0);
        }
        return status;
    }

    /// <summary>The shop has delivered something.</summary>
    private void Buy(string store, string user, string order)
    {
        var outcome = engine.RecordPurchase(new Purchase { Store = store, User = user, OrderId = order });
        Console.WriteLine("buy " + order + ": " + (outcome == PurchaseOutcome.Recorded ? "recorded" : "known"));
    }

    /// <summary>A store has called the webhook. Whatever happens, it gets an HTTP status.</summary>
    private void Request(string store, string bodyFile, string headerFile)
    {
        var request = new StoreRequest(store, File.ReadAllBytes(bodyFile));
        foreach (var line in headerFile == "-" ? new string[0] : File.ReadAllLines(headerFile))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                request.AddHeader(line.Substring(0, colon), line.Substring(colon + 1).Trim());
            }
        }
        try
        {
            // A handler of ASP.NET awaits SubmitAsync instead, and the main loop's tick ends the task.
            var outcome = engine.Ingest(request);
            Console.WriteLine("request from " + store + ": answer " + outcome.HttpStatus + ", " + (outcome.IsNew ? "new" : "nothing new") + ": " + outcome.Json);
        }
        catch (RecoupException error)
        {
            Console.WriteLine("request from " + store + ": answer " + error.HttpStatus);
            throw;
        }
    }

    /// <summary>A player knocks. Who is blocked stays out.</summary>
    private void Login(string user)
    {
        Console.WriteLine("login " + user + ": " + (engine.IsBlocked(user) ? "refused" : "welcome"));
    }

    /// <summary>One turn of the main loop.</summary>
    private void Pump()
    {
        while (engine.Tick(PumpBudget) > 0)
        {
        }
    }

    /// <summary>Here a game ends sessions, takes items back, gives them again, and notifies its staff.</summary>
    private Handled ActOn(RefundEvent reported)
    {
        if (actedOn.Add(reported.Id))
        {
            Console.WriteLine(
                "event " + reported.Id + ": " + reported.Kind.ToString().ToLowerInvariant() + " " + (reported.User ?? "(player unknown)")
                + (reported.Kind == EventKind.Refund ? ": " + ToTakeBack(engine.QueryRefund(reported.RefundId)) : string.Empty));
        }
        return Handled.Done;
    }

    private static string ToTakeBack(Refund refund)
    {
        var why = refund.Reason == null ? "the store gave no reason" : refund.Reason.Value.Text;
        return refund.About.Product + " of " + refund.About.OrderId + ", " + refund.Amount + " refunded, " + why;
    }
}
