using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using Recoup;
using Recoup.Native;

/// <summary>Plays a scenario through the binding; tests/scenario/README.md describes the commands.</summary>
internal sealed partial class Scenario
{
    private static readonly UTF8Encoding Utf8NoMark = new UTF8Encoding(false);

    /// <summary>What is another one each time the scenario is played, behind what stays.</summary>
    private static readonly Regex Passing = new Regex("(evt_|forgotten-|\"ledger\":\"|\"millis\":)[a-z0-9]*");

    private readonly string folder;
    private readonly List<string> tags = new List<string>();
    private readonly TextWriter print;
    private readonly Dictionary<string, Action<string[]>> commands;

    private RecoupEngine engine;
    private RecoupGateway gateway;
    private long clockMs;
    private int lastData;

    // Of callbacks, under the list's own lock: they may run on the dispatcher's thread.
    private readonly List<string> kept = new List<string>();
    private readonly List<string> heard = new List<string>();
    private readonly List<int> destroyed = new List<int>();
    private int calls;

    // Of the transport, which may be called on any thread, under the first list's lock.
    private readonly List<string> asked = new List<string>();
    private readonly Queue<TransportAnswer> answers = new Queue<TransportAnswer>();
    private int destructors;
    private int awaited;

    private Scenario(string folder, TextWriter print)
    {
        this.folder = folder;
        this.print = print;
        commands = new Dictionary<string, Action<string[]>>
        {
            { "version", words => print.WriteLine(RecoupEngine.LibraryVersion) },
            { "clock", words => Interlocked.Exchange(ref clockMs, Long(words[1])) },
            { "open", words => Open(words[1]) },
            { "close", words => Ok(() => engine.Close()) },
            { "free", words => Free() },
            { "purchase", words => print.WriteLine("outcome " + (int)engine.RecordPurchase(PurchaseOf(words))) },
            { "purchases", words => print.WriteLine("new " + engine.RecordPurchases(words[1])) },
            { "ingest", words => Print(engine.Ingest(RequestOf(words[1], words[2]))) },
            { "submit", words => Ok(() => engine.Submit(RequestOf(words[1], words[2]), ulong.Parse(words[3]))) },
            { "completions", words => Completions(int.Parse(words[1])) },
            { "message", words => Print(engine.RecordMessage(words[1], Utf8NoMark.GetBytes(words[2]))) },
            { "is_blocked", words => print.WriteLine(engine.IsBlocked(words[1]) ? 1 : 0) },
            { "block", words => print.WriteLine("block " + engine.BlockFor(words[1], words[2] == "-" ? (long?)null : Long(words[2]), words[3], words[4])) },
            { "unblock", words => print.WriteLine("ended " + engine.Unblock(words[1], words[2], words[3])) },
            { "signed_purchase", words => print.WriteLine("outcome " + (int)SignedPurchase(words)) },
            { "account_tag", words => print.WriteLine("tag " + TagNumber(engine.AccountTag(words[1], words[2]))) },
            { "transfer", words => print.WriteLine(engine.TransferPurchase(words[1], words[2], words[3], words[4], words[5]).Json) },
            { "backup", words => Ok(() => engine.Backup(Path.Combine(folder, words[1]))) },
            { "expire", words => Ok(() => engine.ExpireBlocks()) },
            { "poll", words => Poll(int.Parse(words[1])) },
            { "ack", words => Ok(() => engine.Ack(Long(words[1]))) },
            { "on", words => Ok(() => On(words[1], words.Length > 2 ? words[2] : null)) },
            { "off", words => Ok(() => Off(words[1])) },
            { "tick", words => Tick(Long(words[1])) },
            { "dispatcher", words => Ok(() => Dispatcher(words[1])) },
            { "await", words => Await(int.Parse(words[1])) },
            { "wait", words => print.WriteLine("ready " + (engine.Wait(TimeSpan.FromMilliseconds(Long(words[1]))) ? 1 : 0)) },
            { "log", words => Ok(() => Log(words[1])) },
            { "heard", words => PrintAll(heard) },
            { "destroyed", words => PrintDestroyed() },
            { "refund", words => print.WriteLine(engine.QueryRefund(Long(words[1])).Json) },
            { "event", words => print.WriteLine(engine.QueryEvent(Long(words[1])).Json) },
            { "user", words => print.WriteLine(engine.QueryUser(words[1]).Json) },
            { "order", words => print.WriteLine(engine.QueryOrder(words[1]).Json) },
            { "stats", words => print.WriteLine(engine.QueryStats().Json) },
            { "refunds", words => print.WriteLine(engine.QueryRefunds(words[1], Long(words[2]), int.Parse(words[3])).Json) },
            { "blocks", words => print.WriteLine(engine.QueryBlocks(words[1] != "0", Long(words[2]), int.Parse(words[3])).Json) },
            { "answer", words => KeepAnswer(words) },
            { "asked", words => PrintAll(asked, Lasting) },
            { "issue_refund", words => print.WriteLine(engine.IssueRefund(words[1]).Json) },
            { "revoke", words => print.WriteLine(engine.RevokeSubscription(words[1]).Json) },
            { "report", words => print.WriteLine(engine.ReportConsumption(words[1], words[2])?.Json ?? "null") },
            { "reconcile", words => print.WriteLine(engine.Reconcile(words[1], sweep => print.WriteLine("progress " + sweep.Json)).Json) },
            { "reconcile_order", words => print.WriteLine(engine.ReconcileOrder(words[1], words[3], words[2]).Json) },
            { "doctor", words => print.WriteLine(Placed(engine.Doctor(words[1], finding => print.WriteLine("progress " + Placed(finding.Json))).Json)) },
            { "work", words => print.WriteLine(engine.Work().Json) },
            { "action", words => print.WriteLine(engine.QueryAction(Long(words[1])).Json) },
            { "review_figures", words => print.WriteLine(engine.QueryReviewFigures(Long(words[1])).Json) },
            { "actions", words => print.WriteLine(engine.QueryActions(words[1], Long(words[2]), int.Parse(words[3])).Json) },
            { "reviews", words => print.WriteLine(engine.QueryReviews(words[1], Long(words[2]), int.Parse(words[3])).Json) },
            { "recovery", words => print.WriteLine(engine.QueryRecovery(Long(words[1])).Json) },
            { "recovery_entries", words => print.WriteLine(List(engine.QueryRecoveryEntries(Long(words[1])))) },
            { "to_do", words => print.WriteLine(engine.QueryToDo(Long(words[1])).Json) },
            { "report_recovery", words => print.WriteLine(engine.ReportRecoveryJson(Long(words[1]), words[2]).Json) },
            { "settle", words => print.WriteLine(engine.SettleJson(Long(words[1]), words[2]).Json) },
            { "repay", words => print.WriteLine(engine.RepayJson(words[1], words[2]).Json) },
            { "forgive", words => print.WriteLine(engine.ForgiveJson(Long(words[1]), words[2]).Json) },
            { "correct", words => print.WriteLine(engine.Correct(Long(words[1]), words[2], words[3]).Json) },
            { "set_granted", words => print.WriteLine(engine.SetGrantedJson(Long(words[1]), words[2]).Json) },
            { "debts", words => print.WriteLine(engine.QueryDebts(words[1]).Json) },
            { "close_refund", words => print.WriteLine(engine.CloseRefund(Long(words[1]), new OpenEnum<ClosedAs>(words[2]), words[3], words[4]).Json) },
            { "reopen_refund", words => print.WriteLine(engine.ReopenRefund(Long(words[1]), words[2], words[3]).Json) },
            { "assign_refund", words => print.WriteLine(engine.AssignRefund(Long(words[1]), words[2], words[3], words[4]).Json) },
            { "set_refund_status", words => print.WriteLine(engine.SetRefundStatus(Long(words[1]), new OpenEnum<RefundStatus>(words[2]), words[3], words[4]).Json) },
            { "set_order_status", words => print.WriteLine(engine.SetOrderStatus(words[1], new OpenEnum<RefundStatus>(words[2]), words[3], words[4]).Json) },
            { "case", words => print.WriteLine(engine.QueryCase(Long(words[1])).Json) },
            { "refund_of_order", words => print.WriteLine(engine.QueryRefundOfOrder(words[1]).Json) },
            { "find", words => print.WriteLine(engine.Find(words[1]).Json) },
            { "count_refunds", words => print.WriteLine(engine.CountRefunds(words[1]).Json) },
            { "add_note", words => print.WriteLine(engine.AddNoteJson(words[1]).Json) },
            { "notes", words => print.WriteLine(List(engine.QueryNotesJson(words[1]))) },
            { "exclude", words => PrintLasting(engine.ExcludeJson(words[1]).Json) },
            { "end_exclusion", words => PrintLasting(engine.EndExclusion(Long(words[1]), words[2], words[3]).Json) },
            { "exclusions", words => PrintLasting(engine.QueryExclusions(words[1] != "0", Long(words[2]), int.Parse(words[3])).Json) },
            { "overrule", words => PrintLasting(engine.OverruleJson(Long(words[1]), words[2]).Json) },
            { "try_policy", words => TryPolicy(words) },
            { "notices", words => PrintLasting(List(engine.QueryNotices(words[1], words[2], int.Parse(words[3])))) },
            { "mark_notice", words => PrintLasting(engine.MarkNotice(words[1], Long(words[2]), new OpenEnum<NoticeMark>(words[3])).Json) },
            { "has_access", words => print.WriteLine(engine.HasAccess(words[1], words[2]) ? 1 : 0) },
            { "access", words => PrintLasting(engine.QueryAccess(words[1], words[2]).Json) },
            { "set_access", words => PrintLasting(engine.SetAccessJson(words[1], words[2], words[3]).Json) },
            { "figures", words => PrintLasting(engine.QueryFiguresJson(words[1]).Json) },
            { "work_counts", words => PrintLasting(List(engine.QueryWorkCounts())) },
            { "debtors", words => PrintLasting(engine.QueryDebtors(words[1], int.Parse(words[2])).Json) },
            { "export", words => Export(to => engine.ExportJson(words[1], to)) },
            { "export_user", words => Export(to => engine.ExportUser(words[1], to)) },
            { "forget_user", words => PrintLasting(engine.ForgetUserJson(words[1], words[2]).Json) },
            { "prune", words => PrintLasting(engine.Prune().Json) },
            { "webhooks", words => PrintLasting(List(engine.QueryWebhooks())) },
            { "webhook_messages", words => PrintLasting(engine.QueryWebhookMessagesJson(words[1], Long(words[2]), int.Parse(words[3])).Json) },
            { "replay_webhooks", words => print.WriteLine("replayed " + engine.ReplayWebhooksJson(words[1])) },
            { "end_webhook", words => Ok(() => engine.EndWebhook(words[1], words[2], words[3])) },
            { "test_webhook", words => PrintLasting(engine.TestWebhook(words[1]).Json) },
            { "send_webhooks", words => print.WriteLine("sent " + engine.SendWebhooks()) },
            { "listen", words => Listen(words[1], words[2]) },
            { "unlisten", words => Ok(() => gateway.Dispose()) },
            { "dead_letters", words => print.WriteLine(engine.QueryDeadLetters(Long(words[1]), int.Parse(words[2])).Json) },
        };
    }

    private static int Main(string[] arguments)
    {
        using (var print = new StreamWriter(Console.OpenStandardOutput(), Utf8NoMark))
        {
            print.NewLine = "\n";
            if (arguments.Length != 1)
            {
                Console.Error.WriteLine("usage: Scenario.exe FOLDER | Scenario.exe --layout");
                return 2;
            }
            if (arguments[0] == "--layout")
            {
                PrintLayout(print);
                return 0;
            }
            var unhandled = 0;
            RecoupEngine.UnhandledCallbackException += (sender, reported) =>
            {
                Interlocked.Increment(ref unhandled);
                Console.Error.WriteLine(reported.Source + ": " + reported.Exception);
            };
            new Scenario(arguments[0], print).Play();
            return unhandled == 0 ? 0 : 1;
        }
    }

    private void Play()
    {
        foreach (var line in File.ReadAllLines(Path.Combine(folder, "scenario.txt"), Utf8NoMark))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            print.WriteLine("> " + line);
            var words = Split(line);
            try
            {
                commands[words[0]](words);
            }
            catch (RecoupException error)
            {
                print.WriteLine("error " + (int)error.Status + " " + error.Code + " " + (error.Retryable ? 1 : 0) + " " + error.HttpStatus);
            }
        }
        gateway?.Dispose();
        engine?.Dispose();
    }

    private string[] Split(string line)
    {
        var words = new List<string>();
        for (var at = 0; at < line.Length;)
        {
            if (line[at] == ' ')
            {
                at++;
                continue;
            }
            var isQuoted = line[at] == '"';
            var begin = isQuoted ? at + 1 : at;
            var end = line.IndexOf(isQuoted ? '"' : ' ', begin);
            end = end < 0 ? line.Length : end;
            words.Add(line.Substring(begin, end - begin));
            at = end + 1;
        }
        return words.Select(word => word.StartsWith("@") ? ReadText(word.Substring(1)) : word).ToArray();
    }

    private string ReadText(string name)
    {
        var text = File.ReadAllText(Path.Combine(folder, name), Utf8NoMark);
        return text.EndsWith("\n") ? text.Substring(0, text.Length - 1) : text;
    }

    private void Open(string how)
    {
        var json = File.ReadAllText(Path.Combine(folder, "config.json"), Utf8NoMark);
        var file = Path.Combine(folder, "config.json");
        switch (how)
        {
            case "bad":
                engine = RecoupEngine.Open("{\"no\": 1}", folder);
                break;
            case "json":
                engine = RecoupEngine.Open(json, folder);
                break;
            case "file":
                engine = RecoupEngine.OpenFile(file);
                break;
            case "with_transport":
                engine = RecoupEngine.Open(
                    RecoupOptions.FromJson(File.ReadAllText(Path.Combine(folder, "config-api.json"), Utf8NoMark), folder)
                        .WithClock(() => Interlocked.Read(ref clockMs), Note(++lastData))
                        .WithTransport(Send, Note(++lastData))
                        .WithBackground(false));
                break;
            default:
                var options = how == "with_json" ? RecoupOptions.FromJson(json, folder) : RecoupOptions.FromFile(file);
                engine = RecoupEngine.Open(options.WithClock(() => Interlocked.Read(ref clockMs), Note(++lastData)));
                break;
        }
        print.WriteLine("ok");
    }

    private void Free()
    {
        var before = destructors;
        engine.Dispose();
        engine = null;
        print.WriteLine("freed, " + (destructors - before) + " destructors");
    }

    private void KeepAnswer(string[] words)
    {
        var answer = words[1] == "failure"
            ? TransportAnswer.Failed((TransportFailure)int.Parse(words[2]), "as expected")
            : new TransportAnswer(int.Parse(words[1]), Utf8NoMark.GetBytes(words[2])).AddHeader("Content-Type", "application/json");
        lock (asked)
        {
            answers.Enqueue(answer);
        }
    }

    private TransportAnswer Send(TransportRequest request)
    {
        var names = string.Join(",", request.Headers.Select(field => field.Key).ToArray());
        var body = request.Body == null ? "-" : Utf8NoMark.GetString(request.Body);
        lock (asked)
        {
            asked.Add("request " + request.Method + " " + request.Url + " " + names + " " + body);
            return answers.Count == 0 ? null : answers.Dequeue();
        }
    }

    /// <summary>A text that names files, with FOLDER for this host's folder.</summary>
    private string Placed(string text) => text.Replace(folder, "FOLDER");

    private static string Lasting(string text) => Passing.Replace(text, "$1");

    private void PrintLasting(string text) => print.WriteLine(Lasting(text));

    private void TryPolicy(string[] words)
    {
        Func<TrialProgress, bool> progress = tried =>
        {
            print.WriteLine("progress " + tried.Json);
            return words[1] == "0";
        };
        PrintLasting(engine.TryPolicyJson(words[2], words[3], progress).Json);
    }

    private void Export(Func<Stream, ExportResult> export)
    {
        var written = new MemoryStream();
        var result = export(written);
        var text = Utf8NoMark.GetString(written.ToArray());
        print.Write(Lasting(text.EndsWith("\n") ? text : text + "\n"));
        PrintLasting(result.Json);
    }

    private void Listen(string address, string options)
    {
        gateway = engine.Listen(address, options);
        var isThere = gateway.Address.StartsWith("127.0.0.1:") && !gateway.Address.EndsWith(":0");
        print.WriteLine(isThere ? "listening" : "listening at " + gateway.Address);
    }

    /// <summary>The tag's number, since the tags differ each time the scenario is played.</summary>
    private int TagNumber(string tag)
    {
        if (!Guid.TryParseExact(tag, "D", out _))
        {
            throw new InvalidDataException("no UUID: " + tag);
        }
        if (!tags.Contains(tag))
        {
            tags.Add(tag);
        }
        return tags.IndexOf(tag) + 1;
    }

    private void Completions(int wanted)
    {
        for (var got = 0; got < wanted;)
        {
            engine.Wait(TimeSpan.FromSeconds(1));
            foreach (var completion in engine.PollCompletions(1))
            {
                print.WriteLine(Line(completion));
                // The binding returns each completion's own part of the array that the library returns.
                print.WriteLine("[" + completion.Json + "]");
                got++;
            }
        }
    }

    private void Poll(int capacity)
    {
        foreach (var refundEvent in engine.Poll(capacity, out var details))
        {
            print.WriteLine(Line(refundEvent));
        }
        print.WriteLine("[" + string.Join(",", details.Select(one => one.Json).ToArray()) + "]");
    }

    private void On(string kind, string answer)
    {
        var data = ++lastData;
        if (kind == "completion")
        {
            engine.OnCompletion(
                completion => Keep("callback " + data + " " + Line(completion) + " " + completion.Json), Note(data));
            return;
        }
        var handled = answer == "later" ? Handled.Later : Handled.Done;
        SetCallback(
            kind,
            refundEvent =>
            {
                Keep("callback " + data + " " + Line(refundEvent));
                return handled;
            },
            Note(data));
    }

    private void Off(string kind)
    {
        if (kind == "completion")
        {
            engine.OnCompletion(null);
        }
        else
        {
            SetCallback(kind, null, null);
        }
    }

    private void SetCallback(string kind, Func<RefundEvent, Handled> handler, Action released)
    {
        switch (kind)
        {
            case "block": engine.OnBlock(handler, released); break;
            case "unblock": engine.OnUnblock(handler, released); break;
            case "alert": engine.OnAlert(handler, released); break;
            case "refund": engine.OnRefund(handler, released); break;
            case "reversal": engine.OnReversal(handler, released); break;
            case "review": engine.OnReview(handler, released); break;
            case "unattributed": engine.OnUnattributed(handler, released); break;
            case "recovery": engine.OnRecovery(handler, released); break;
            case "notice": engine.OnNotice(handler, released); break;
            case "access": engine.OnAccess(handler, released); break;
            case "event": engine.OnEvent(handler, released); break;
            default: throw new InvalidDataException("no such kind: " + kind);
        }
    }

    private void Tick(long micros)
    {
        try
        {
            var handled = engine.Tick(TimeSpan.FromTicks(micros * (TimeSpan.TicksPerMillisecond / 1000)));
            awaited += (int)handled;
            PrintAll(kept);
            print.WriteLine("handled " + handled);
        }
        catch (RecoupException)
        {
            PrintAll(kept);
            throw;
        }
    }

    private void Dispatcher(string what)
    {
        if (what == "start")
        {
            engine.StartDispatcher();
        }
        else
        {
            engine.StopDispatcher();
        }
    }

    private void Await(int count)
    {
        awaited += count;
        lock (kept)
        {
            while (calls < awaited)
            {
                Monitor.Wait(kept);
            }
        }
        PrintAll(kept);
    }

    private void Log(string level)
    {
        var code = (RecoupLogLevel)Enum.Parse(typeof(RecoupLogLevel), level, true);
        if (code == RecoupLogLevel.Off)
        {
            RecoupLog.Off();
            return;
        }
        RecoupLog.Set(
            code,
            (messageLevel, target, message) =>
            {
                lock (heard)
                {
                    heard.Add("log " + (int)messageLevel + " " + target + " " + message);
                }
            },
            Note(++lastData));
    }

    private Action Note(int data)
    {
        return () =>
        {
            lock (destroyed)
            {
                destroyed.Add(data);
                destructors++;
            }
        };
    }

    private void Keep(string line)
    {
        lock (kept)
        {
            kept.Add(line);
            calls++;
            Monitor.PulseAll(kept);
        }
    }

    private void PrintAll(List<string> lines, Func<string, string> change = null)
    {
        lock (lines)
        {
            lines.ForEach(line => print.WriteLine(change == null ? line : change(line)));
            lines.Clear();
        }
    }

    private void PrintDestroyed()
    {
        lock (destroyed)
        {
            destroyed.Sort();
            print.WriteLine(string.Concat("destroyed", string.Concat(destroyed.Select(data => " " + data))));
            destroyed.Clear();
        }
    }

    private void Ok(Action call)
    {
        call();
        print.WriteLine("ok");
    }

    private void Print(Outcome outcome)
    {
        print.WriteLine(
            "outcome " + (int)outcome.Kind + " " + (int)outcome.Meaning + " " + outcome.HttpStatus + " " + outcome.RefundId + " "
            + (outcome.IsNew ? 1 : 0));
        print.WriteLine(outcome.Json);
    }

    private static string Line(Completion completion)
    {
        return "completion " + (int)completion.Status + " " + completion.Tag + " " + completion.RefundId + " "
            + (int)completion.Kind + " " + (int)completion.Meaning + " " + completion.HttpStatus + " "
            + (completion.IsNew ? 1 : 0);
    }

    private static string Line(RefundEvent reported)
    {
        return "event " + reported.Id + " " + (int)reported.Kind + " " + reported.RefundId + " " + reported.AtMs + " " + reported.Attempt + " "
            + reported.BlockId + " " + (reported.UntilMs?.ToString() ?? "-") + " " + (reported.DeadlineMs?.ToString() ?? "-") + " " + reported.AmountMicros + " "
            + (reported.Currency ?? "-") + " " + (reported.User ?? "-") + " " + (int)reported.AttributedBy;
    }

    private static string List(IEnumerable<RecoupDocument> documents)
    {
        return "[" + string.Join(",", documents.Select(document => document.Json).ToArray()) + "]";
    }

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static void PrintLayout(TextWriter print)
    {
        PrintLayout<NativeString>(print, "recoup_string");
        PrintLayout<NativeHeader>(print, "recoup_header");
        PrintLayout<NativeHttpRequest>(print, "recoup_http_request");
        PrintLayout<NativeRequest>(print, "recoup_request");
        PrintLayout<NativeOutcome>(print, "recoup_outcome");
        PrintLayout<NativeGrant>(print, "recoup_grant");
        PrintLayout<NativePurchase>(print, "recoup_purchase");
        PrintLayout<NativeEvent>(print, "recoup_event");
        PrintLayout<NativeCompletion>(print, "recoup_completion");
    }

    private static void PrintLayout<T>(TextWriter print, string name)
    {
        print.WriteLine(name + " " + Marshal.SizeOf(typeof(T)));
        var members = typeof(T)
            .GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
            .Select(field => new { field.Name, Offset = (long)Marshal.OffsetOf(typeof(T), field.Name) })
            .OrderBy(member => member.Offset);
        foreach (var member in members)
        {
            print.WriteLine(name + "." + member.Name + " " + member.Offset);
        }
    }
}
