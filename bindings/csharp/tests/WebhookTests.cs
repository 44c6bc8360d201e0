using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Recoup;
using Recoup.Native;

/// <summary>Webhooks, whose requests go over the host's own transport.</summary>
internal static class WebhookTests
{
    private const string Section =
        ",\"webhooks\":[{\"name\":\"crm\",\"url\":\"http://127.0.0.1:9/refunds\",\"secrets\":[\"whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\"],"
        + "\"events\":[\"refund\"],\"in_flight\":1}]";

    [Test]
    private static void MessagesAreSentTestedReplayedAndEnd()
    {
        var bodies = new List<string>();
        Func<TransportRequest, TransportAnswer> send = request =>
        {
            bodies.Add(Encoding.UTF8.GetString(request.Body));
            return new TransportAnswer(204, new byte[0]);
        };
        using (var kiosk = new Kiosk(Section, send))
        {
            var engine = kiosk.Engine;
            engine.SendWebhooks();
            kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
            var refund = kiosk.Refund("K-1");
            var endpoint = engine.QueryWebhooks().Single();
            Check.True(endpoint.Name == "crm" && endpoint.Configured && endpoint.Waiting == 1 && endpoint.Stores == null, endpoint.Json);
            Check.True(endpoint.Format == WebhookFormat.Recoup && endpoint.Events.Single() == EventKind.Refund && endpoint.Ended == null, endpoint.Json);

            Check.Equal(1L, engine.SendWebhooks());
            var message = engine.QueryWebhookMessages().Items.Single();
            Check.True(message.State == WebhookState.Delivered && message.Status == 204 && message.Attempts == 1 && message.User == "ann", message.Json);
            Check.True(message.RefundId == refund && message.Kind == EventKind.Refund && message.SettledAtMs == World.Noon, message.Json);
            Check.True(JsonValue.Parse(bodies.Single()).Members.ContainsKey("type"), bodies[0]);
            var dead = new WebhookMessageFilter { State = WebhookState.Dead, Endpoint = "crm", User = "ann", RefundId = refund };
            Check.Equal(0, engine.QueryWebhookMessages(dead).Items.Count);

            engine.ReplayWebhook(message.Id, "eve", "their outage");
            Check.Fails(RecoupStatus.Refused, "not_a_message", () => engine.ReplayWebhook(message.Id, "eve", "twice"));
            Check.Fails(RecoupStatus.NotFound, "unknown_message", () => engine.ReplayWebhook(99, "eve", "x"));
            Check.Equal(1L, engine.SendWebhooks());
            Check.Equal(bodies[0], bodies[1]);
            Check.Equal(0L, engine.ReplayDeadWebhooks("crm", "eve", "their outage"));
            // The clock stands still, and what was queued now was not queued before now.
            Check.Equal(0L, engine.ReplayWebhooks("crm", At(0), null, "eve", "their outage"));
            Check.Equal(1L, engine.ReplayWebhooks("crm", At(0), At(World.Noon + 1), "eve", "their outage"));
            Check.Fails(RecoupStatus.NotFound, "unknown_endpoint", () => engine.ReplayDeadWebhooks("nowhere", "eve", "x"));

            var test = engine.TestWebhook("crm");
            Check.True(test.Delivered && test.Status == 204 && test.Problem == null, test.Json);
            Check.Fails(RecoupStatus.NotFound, "unknown_endpoint", () => engine.TestWebhook("nowhere"));
            engine.EndWebhook("crm", "eve", "moved away");
            Check.Fails(RecoupStatus.NotFound, "unknown_endpoint", () => engine.EndWebhook("crm", "eve", "moved away"));
            Check.True(engine.QueryWebhooks().Single().Ended.AtMs == World.Noon, "ended");
            Check.True(engine.QueryWebhookMessages().Items.Single().State == WebhookState.Dropped, "what waited is dropped");
        }
    }

    [Test]
    private static void AnEndpointWithoutAnAnswerIsNoFailure()
    {
        using (var kiosk = new Kiosk(Section, request => TransportAnswer.Failed(TransportFailure.Connect, "refused")))
        {
            var engine = kiosk.Engine;
            var test = engine.TestWebhook("crm");
            Check.True(!test.Delivered && test.Status == null && test.Problem.Length > 0, test.Json);
            engine.SendWebhooks();
            kiosk.Deliver("ann", "K-1", new Grant("gem", 5));
            kiosk.Refund("K-1");
            Check.Equal(1L, engine.SendWebhooks());
            var message = engine.QueryWebhookMessages(new WebhookMessageFilter { State = WebhookState.Waiting }).Items.Single();
            Check.True(message.NextAtMs > World.Noon && message.Problem.Length > 0 && message.Status == null, message.Json);
        }
    }

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
