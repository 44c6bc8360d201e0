using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using Recoup;

/// <summary>The host's own HTTP: the requests to it, the results of its answers and of its faults.</summary>
internal static class TransportTests
{
    private const string Refund =
        "{\"order\":{\"store\":\"stripe\",\"app\":\"web shop\",\"payment\":\"ch_1\"},\"who\":\"eve\",\"why\":\"bug 7\"}";

    private const string Done =
        "{\"id\":\"re_1\",\"object\":\"refund\",\"amount\":999,\"currency\":\"usd\",\"charge\":\"ch_1\",\"status\":\"succeeded\"}";

    private const string EmptyList = "{\"object\":\"list\",\"has_more\":false,\"data\":[]}";

    [Test]
    private static void ARefundGoesThroughTheHostsTransport()
    {
        using (var world = new World())
        {
            var requests = new List<TransportRequest>();
            Func<TransportRequest, TransportAnswer> send = request =>
            {
                requests.Add(request);
                return Json(200, Done);
            };
            using (var engine = RecoupEngine.Open(world.ApiOptions(send)))
            {
                var keyed = Refund.Substring(0, Refund.Length - 1) + ",\"key\":\"ticket-1\"}";
                var action = engine.IssueRefund(keyed);
                Check.True(action.State == StoreActionState.Done && action.Kind == StoreActionKind.Refund, action.Json);
                Check.True(action.Answer.Result == StoreAnswerKind.Done && action.Answer.Id == "re_1", action.Json);
                Check.True(action.Store == Stores.Stripe && action.Request.StartsWith("{") && action.SettledAt == action.At, action.Json);
                Check.Equal(action.Json, engine.IssueRefund(keyed).Json, "the same key is the same refund");
                Check.Equal(1, requests.Count, "requests");
                var request = requests[0];
                Check.Equal("POST", request.Method);
                Check.Equal("https://api.stripe.com/v1/refunds", request.Url);
                Check.Equal("charge=ch_1", Encoding.UTF8.GetString(request.Body).Split('&')[0]);
                var fields = request.Headers.ToDictionary(field => field.Key.ToLowerInvariant(), field => field.Value);
                Check.Equal("Bearer " + World.ApiKey, fields["authorization"]);
                Check.True(fields["idempotency-key"].Length > 0, "there is a key");
                Check.True(request.TimeLimit > TimeSpan.Zero && request.TimeLimit < TimeSpan.FromHours(1), "a limit of time");
                Check.True(request.BodyLimit > 1000, "a limit of size");
                Check.Equal(action.Json, engine.QueryAction(1).Json);
                Check.Equal(action.Json, engine.QueryActions("{\"state\":\"done\"}").Items.Single().Json, "in the list");
                Check.Equal(0, engine.QueryActions("{\"state\":\"failed\"}").Items.Count, "filtered");
                Check.Equal(0L, engine.Work().Actions, "nothing is left");
            }
        }
    }

    [Test]
    private static void AnInvalidRefundIsNotSent()
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(request => throw new InvalidOperationException("called"))))
        {
            Check.Fails(RecoupStatus.InvalidArgument, "bad_action", () => engine.IssueRefund(Refund.Replace("ch_1", "GPA.1")));
            Check.Fails(
                RecoupStatus.Api, "api_not_configured",
                () => engine.RevokeSubscription(
                    "{\"order\":{\"app\":\"com.example\",\"purchase_token\":\"t\",\"refund\":\"full\"},\"who\":\"e\",\"why\":\"w\"}"));
            Check.Fails(RecoupStatus.NotFound, "not_found", () => engine.QueryAction(1));
            Check.Equal("refundJson", Check.Throws<ArgumentNullException>(() => engine.IssueRefund(null)).ParamName);
            Check.Throws<ArgumentOutOfRangeException>(() => engine.QueryActions(limit: -1));
        }
    }

    [Test]
    private static void EachFailureArrivesAsItself()
    {
        // At once, since what may be sent again is sent again by the library after a while.
        var failures = Enum.GetValues(typeof(TransportFailure)).Cast<TransportFailure>().ToArray();
        var reported = new StoreAction[failures.Length];
        var threads = failures
            .Select((failure, i) => new Thread(() => reported[i] = Refused(request => TransportAnswer.Failed(failure, "as töld")))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Check.Equal(8, reported.Select(action => action.Json).Distinct().Count(), string.Join("\n", reported.Select(action => action.Json).ToArray()));
        // Connect, Proxy, TLS, Interrupted, Malformed and Unsendable carry the host's words.
        Check.Equal(
            6, reported.Count(action => action.Answer.Message.Contains("as töld")),
            string.Join("\n", reported.Select(action => action.Json).ToArray()));
        var interrupted = reported[(int)TransportFailure.Interrupted - 1];
        Check.True(Refused(request => TransportAnswer.Failed(TransportFailure.Tls)).State == StoreActionState.Failed, "TLS is final");
        Check.True(interrupted.State == StoreActionState.Written, "an interruption is not: " + interrupted);
    }

    [Test]
    private static void AnExceptionIsAnInterruption()
    {
        var sources = new List<string>();
        EventHandler<CallbackExceptionEventArgs> listener = (sender, reported) => sources.Add(reported.Source + " " + reported.Exception.Message);
        RecoupEngine.UnhandledCallbackException += listener;
        var action = Refused(Throw);
        RecoupEngine.UnhandledCallbackException -= listener;
        Check.Equal(
            Refused(request => TransportAnswer.Failed(
                TransportFailure.Interrupted, "the transport threw System.InvalidOperationException")).Json,
            action.Json);
        // It is sent again at once a few times, and each time throws.
        Check.Equal("transport of POST", string.Join("|", sources.Distinct().ToArray()));
        Check.ExpectedUnhandled = sources.Count;
    }

    private static TransportAnswer Throw(TransportRequest request)
    {
        throw new InvalidOperationException("of " + request.Method);
    }

    [Test]
    private static void NoAnswerIsAnInterruption()
    {
        Check.Equal(
            Refused(request => TransportAnswer.Failed(
                TransportFailure.Interrupted, "the program's transport returned without an answer")).Json,
            Refused(request => null).Json);
    }

    [Test]
    private static void AnAnswerThatCannotBeUsedIsReported()
    {
        var codes = new List<string>();
        EventHandler<CallbackExceptionEventArgs> listener =
            (sender, reported) => codes.Add(reported.Source + " " + ((RecoupException)reported.Exception).Code);
        RecoupEngine.UnhandledCallbackException += listener;
        var nothing = Refused(request => null).Json;
        Check.Equal(nothing, Refused(request => Json(99, Done)).Json);
        Check.Equal(nothing, Refused(request => TransportAnswer.Failed((TransportFailure)99)).Json);
        Check.Equal(
            Refused(request => TransportAnswer.Failed(TransportFailure.TooLarge)).Json,
            Refused(request => new TransportAnswer(200, new byte[request.BodyLimit + 1])).Json);
        RecoupEngine.UnhandledCallbackException -= listener;
        Check.Equal("transport bad_status|transport bad_failure|transport too_large", string.Join("|", codes.Distinct().ToArray()));
        Check.ExpectedUnhandled = codes.Count;
    }

    [Test]
    private static void AStoreThatRefusesIsNoFailureOfTheCall()
    {
        var refused = "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"resource_missing\",\"message\":\"göne\"}}";
        var action = Refused(request => Json(400, refused).AddHeader("Request-Id", "req_1").AddHeader("x-null", null));
        Check.True(action.State == StoreActionState.Failed && action.Answer.Result == StoreAnswerKind.Error, action.Json);
        Check.True(action.Answer.Code == "api_refused" && action.Answer.Message.Contains("göne"), action.Json);
        Check.True(Refused(request => new TransportAnswer(500, null)).State == StoreActionState.Written, "no body at all");
    }

    [Test]
    private static void CallsInsideATransportAreRefused()
    {
        using (var world = new World())
        {
            RecoupEngine engine = null;
            RecoupGateway gateway = null;
            var wasCalled = false;
            Func<TransportRequest, TransportAnswer> send = request =>
            {
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Block("ann", null, "eve", "test"));
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => world.Engine.QueryStats());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Close());
                Check.Throws<InvalidOperationException>(engine.Dispose);
                Check.Throws<InvalidOperationException>(world.Engine.Dispose);
                Check.Throws<InvalidOperationException>(gateway.Dispose);
                wasCalled = true;
                return Json(200, Done);
            };
            using (engine = RecoupEngine.Open(world.ApiOptions(send)))
            using (gateway = engine.Listen("127.0.0.1:0"))
            {
                Check.True(engine.IssueRefund(Refund).State == StoreActionState.Done, "it was done");
                Check.True(wasCalled, "the transport was called");
                Check.Equal(false, engine.IsBlocked("ann"));
            }
        }
    }

    [Test]
    private static void ATransportIsReleasedWithEachEngine()
    {
        using (var world = new World())
        {
            var released = 0;
            var options = world.ApiOptions(request => null, () => released++);
            RecoupEngine.Open(options).Dispose();
            Check.Equal(1, released);
            RecoupEngine.Open(options).Dispose();
            Check.Equal(2, released);
            var bad = RecoupOptions.FromJson("[]").WithTransport(new Silent(), () => released++);
            Check.Throws<RecoupException>(() => RecoupEngine.Open(bad));
            Check.Equal(3, released, "also where opening fails");
            Check.Throws<ArgumentNullException>(() => bad.WithTransport((IRefundTransport)null));
        }
    }

    [Test]
    private static void AnEngineWorksInTheBackgroundUnlessSwitchedOff()
    {
        using (var world = new World())
        {
            var called = new ManualResetEvent(false);
            var thread = 0;
            Func<TransportRequest, TransportAnswer> send = request =>
            {
                thread = Thread.CurrentThread.ManagedThreadId;
                called.Set();
                return Json(200, EmptyList);
            };
            using (var engine = RecoupEngine.Open(world.ApiOptions(send)))
            {
                var worked = engine.Work();
                Check.True(worked.Reconciled.Sweeps.Single().Ended.What == SweepEndKind.Complete, worked.Json);
                Check.Equal(Thread.CurrentThread.ManagedThreadId, thread, "Work sends on its own thread");
            }
            called.Reset();
            var other = new World();
            using (RecoupEngine.Open(other.ApiOptions(send).WithBackground(true)))
            {
                Check.True(called.WaitOne(TimeSpan.FromSeconds(60)), "the engine sent a request");
                Check.True(Thread.CurrentThread.ManagedThreadId != thread, "on the library's thread");
            }
            other.Dispose();
        }
    }

    [Test]
    private static void ASweepIngestsTheStoresList()
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(Listed)))
        {
            engine.RecordPurchase(new Purchase { Store = "stripe", User = "bob", OrderId = "ch_7" });
            var reported = new List<Sweep>();
            var thread = Thread.CurrentThread;
            var result = engine.Reconcile("{\"stores\":[\"stripe\"]}", progress =>
            {
                Check.True(thread == Thread.CurrentThread, "on the caller's thread");
                reported.Add(progress);
            });
            var sweep = result.Sweeps.Single();
            Check.True(sweep.Found == 1 && sweep.New == 1 && sweep.Gap == null, result.Json);
            Check.True(sweep.Ended.What == SweepEndKind.Complete && sweep.From < sweep.To, result.Json);
            Check.True(reported.Count >= 2, "at the beginning and after each page: " + reported.Count);
            Check.True(reported.All(progress => progress.Store == Stores.Stripe && progress.App == sweep.App), reported[0].Json);
            Check.True(reported[0].Ended.What == SweepEndKind.UnderWay && reported[0].Pages == 0, reported[0].Json);
            Check.Equal("bob", engine.QueryOrder("ch_7").Refunds.Single().User);
            Check.Equal(0L, engine.Reconcile().Sweeps.Single().New, "known already");
            Check.Fails(RecoupStatus.Api, "api_not_configured", () => engine.Reconcile("{\"stores\":[\"one-store\"]}"));
        }
    }

    [Test]
    private static void InsideAProgressCallbackSomeCallsAreRefused()
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(Listed)))
        {
            var pending = engine.SubmitAsync(World.Request("app-store", "not-json"));
            var reported = 0;
            var result = engine.Reconcile(string.Empty, progress =>
            {
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Reconcile());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => world.Engine.Work());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Doctor());
                Check.Fails(RecoupStatus.Reentrant, "reentrant", () => engine.Close());
                Check.Throws<InvalidOperationException>(engine.Dispose);
                Check.Throws<InvalidOperationException>(world.Engine.Dispose);
                engine.Block("ann", null, "eve", "test");
                engine.Listen("127.0.0.1:0").Dispose();
                reported++;
            });
            Check.True(reported > 0 && result.Sweeps.Single().Ended.What == SweepEndKind.Complete, result.Json);
            Check.Equal(true, engine.IsBlocked("ann"));
            while (!pending.IsCompleted)
            {
                engine.Wait(TimeSpan.FromSeconds(60));
                engine.Tick(TimeSpan.Zero);
            }
            Check.Equal(OutcomeKind.Rejected, pending.Result.Kind, "a refused Close ends no task");
        }
    }

    [Test]
    private static void AnExceptionOfAProgressCallbackEndsThere()
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(Listed)))
        {
            var reported = 0;
            var result = engine.Reconcile(string.Empty, progress =>
            {
                reported++;
                throw new InvalidOperationException("on purpose");
            });
            Check.True(result.Sweeps.Single().Ended.What == SweepEndKind.Complete, result.Json);
            engine.Doctor(string.Empty, finding =>
            {
                reported++;
                throw new InvalidOperationException("on purpose");
            });
            Check.ExpectedUnhandled = reported;
            Check.True(reported > 1, "it goes on");
        }
    }

    [Test]
    private static void DoctorReportsItsFindings()
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(Listed)))
        {
            var reported = new List<DoctorFinding>();
            var thread = Thread.CurrentThread;
            var report = engine.Doctor(string.Empty, finding =>
            {
                Check.True(thread == Thread.CurrentThread, "on the caller's thread");
                reported.Add(finding);
            });
            Check.Equal(
                string.Join("\n", reported.Select(finding => finding.Json).ToArray()),
                string.Join("\n", report.Findings.Select(finding => finding.Json).ToArray()));
            Check.Equal(World.Noon, report.At.ToUnixTimeMilliseconds());
            Check.True(report.Findings.Any(finding => finding.Health == report.Health), report.Json);
            var credentials = reported.Single(finding => finding.Code == "credentials");
            Check.True(credentials.Area == DoctorArea.Credentials && credentials.Store == Stores.Stripe, credentials.Json);
            Check.True(credentials.Health == Health.Ok && credentials.Advice == null && credentials.Facts.Length > 0, credentials.Json);
            Check.True(!report.Findings.Any(finding => finding.Area == DoctorArea.TestNotification), report.Json);
            Check.True(!report.Json.Contains(World.ApiKey), "no secrets");
            var notified = engine.Doctor("{\"app_store_test_notification\":true}");
            Check.True(notified.Findings.Any(finding => finding.Area == DoctorArea.TestNotification), notified.Json);
            Check.Fails(RecoupStatus.InvalidArgument, "bad_json", () => engine.Doctor("{\"no\":1}"));
        }
    }

    [Test]
    private static void OnlyTheAppStoreIsQueriedForOneOrder()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            Check.Fails(RecoupStatus.Api, "api_not_configured", () => engine.ReconcileOrder("app-store", "1"));
            Check.Fails(RecoupStatus.Api, "api_not_configured", () => engine.ReconcileOrder("app-store", "1", "com.example.game"));
            Check.Fails(RecoupStatus.InvalidArgument, "bad_action", () => engine.ReconcileOrder("stripe", "ch_1", "web shop"));
            Check.Fails(RecoupStatus.InvalidArgument, "unknown_store", () => engine.ReconcileOrder("no-store", "1"));
        }
    }

    [Test]
    private static void AReportBelongsToTheRefundReview()
    {
        using (var world = new World())
        {
            var engine = world.Engine;
            engine.RecordPurchase(new Purchase { Store = "app-store", User = "ann", OrderId = "2000000000000001" });
            Check.True(engine.ReportConsumption("2000000000000001", "{\"consent\":true,\"consumed\":50000}") == null, "no review yet");
            engine.Ingest(World.Request("app-store", "review-ann"));
            var review = engine.ReportConsumption("2000000000000001", "{\"consent\":true,\"consumed\":75000}");
            Check.True(review.OrderId == "2000000000000001" && review.State == ReviewState.Reported, review.Json);
            Check.True(review.Consumption.Consumed == 75000 && review.Consumption.Delivery == Delivery.Delivered, review.Json);
            Check.Equal(review.Json, engine.QueryReviews("{\"store\":\"app-store\"}").Items.Single().Json, "in the list");
            Check.Equal(0, engine.QueryReviews("{\"store\":\"google-play\"}").Items.Count, "filtered");
            Check.Equal(1L, engine.QueryReviewFigures(0).Cases);
            var later = DateTimeOffset.FromUnixTimeMilliseconds(World.Noon).AddDays(1);
            Check.Equal(0L, engine.QueryReviewFigures(later).Cases);
            Check.Fails(
                RecoupStatus.InvalidArgument, "bad_action",
                () => engine.ReportConsumption("2000000000000001", "{\"consent\":true,\"consumed\":100001}"));
        }
    }

    /// <summary>The action of a refund, after its one request gets this answer.</summary>
    private static StoreAction Refused(Func<TransportRequest, TransportAnswer> send)
    {
        using (var world = new World())
        using (var engine = RecoupEngine.Open(world.ApiOptions(send)))
        {
            return engine.IssueRefund(Refund);
        }
    }

    /// <summary>One refund, and no disputes.</summary>
    private static TransportAnswer Listed(TransportRequest request)
    {
        Check.Equal("GET", request.Method);
        Check.True(request.Body == null, "no body");
        var at = (World.Noon / 1000 - 60).ToString();
        var charge =
            "{\"id\":\"ch_7\",\"object\":\"charge\",\"amount\":999,\"amount_captured\":999,\"amount_refunded\":400,\"captured\":true,"
            + "\"created\":" + at + ",\"currency\":\"usd\",\"disputed\":false,\"livemode\":true,\"metadata\":{},\"paid\":true,"
            + "\"payment_intent\":\"pi_7\",\"refunded\":false,\"status\":\"succeeded\"}";
        var refund =
            "{\"id\":\"re_7\",\"object\":\"refund\",\"amount\":400,\"charge\":" + charge + ",\"created\":" + at
            + ",\"currency\":\"usd\",\"metadata\":{},\"payment_intent\":\"pi_7\",\"reason\":null,\"status\":\"succeeded\"}";
        return Json(200, request.Url.Contains("/refunds") ? EmptyList.Replace("[]", "[" + refund + "]") : EmptyList);
    }

    private static TransportAnswer Json(int status, string body)
    {
        return new TransportAnswer(status, Encoding.UTF8.GetBytes(body)).AddHeader("Content-Type", "application/json");
    }

    private sealed class Silent : IRefundTransport
    {
        public TransportAnswer Send(TransportRequest request) => null;
    }
}
