using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A webhook endpoint that the ledger knows.</summary>
    public sealed class WebhookEndpoint : RecoupDocument
    {
        private WebhookEndpoint(JsonObject json)
        {
            Name = json.Text("name");
            Format = json.Enum<WebhookFormat>("format");
            Events = json.EnumsOrNull<EventKind>("events");
            Stores = json.TextsOrNull("stores");
            Environments = json.Enums<StoreEnvironment>("environments");
            Configured = json.Flag("configured");
            SinceMs = json.Number("since");
            ServedAtMs = json.NumberOrNull("served_at");
            HeldBackUntilMs = json.NumberOrNull("held_back_until");
            Ended = json.DocumentOrNull("ended", WebhookEnd.Read);
            Waiting = json.Number("waiting");
            Held = json.Number("held");
            Dead = json.Number("dead");
            DeliveredAtMs = json.NumberOrNull("delivered_at");
            Problem = json.TextOrNull("problem");
            ProblemAtMs = json.NumberOrNull("problem_at");
        }

        /// <summary>Its name in the configuration.</summary>
        public string Name { get; }

        /// <summary>What it receives.</summary>
        public OpenEnum<WebhookFormat> Format { get; }

        /// <summary>The kinds of events that are queued for it; null: all.</summary>
        public IReadOnlyList<OpenEnum<EventKind>> Events { get; }

        /// <summary>Only events of refunds of these stores; null: of all.</summary>
        public IReadOnlyList<string> Stores { get; }

        /// <summary>Only events of refunds in these environments.</summary>
        public IReadOnlyList<OpenEnum<StoreEnvironment>> Environments { get; }

        /// <summary>Whether this engine has it in its configuration, and can sign for it.</summary>
        public bool Configured { get; }

        /// <summary>Events since then are queued for it.</summary>
        public DateTimeOffset Since => UnixTime.FromMs(SinceMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long SinceMs { get; }

        /// <summary>When a process that can sign for it last looked for messages to send; null: never.</summary>
        public DateTimeOffset? ServedAt => UnixTime.FromMsOrNone(ServedAtMs);

        /// <summary>The same in Unix milliseconds; null: never.</summary>
        public long? ServedAtMs { get; }

        /// <summary>
        /// Nothing is sent to it until then, since it answered 429, 502 or 504; null: it is not held back.
        /// </summary>
        public DateTimeOffset? HeldBackUntil => UnixTime.FromMsOrNone(HeldBackUntilMs);

        /// <summary>The same in Unix milliseconds; null: it is not held back.</summary>
        public long? HeldBackUntilMs { get; }

        /// <summary>Its end; null: it has not ended.</summary>
        public WebhookEnd Ended { get; }

        /// <summary>How many messages wait or are being sent.</summary>
        public long Waiting { get; }

        /// <summary>How many messages are held: its format needs something that is not known yet.</summary>
        public long Held { get; }

        /// <summary>How many messages are dead: their last try failed.</summary>
        public long Dead { get; }

        /// <summary>When it last accepted a message; null: never.</summary>
        public DateTimeOffset? DeliveredAt => UnixTime.FromMsOrNone(DeliveredAtMs);

        /// <summary>The same in Unix milliseconds; null: never.</summary>
        public long? DeliveredAtMs { get; }

        /// <summary>Why a try last failed; null: none failed.</summary>
        public string Problem { get; }

        /// <summary>When a try last failed; null: none failed.</summary>
        public DateTimeOffset? ProblemAt => UnixTime.FromMsOrNone(ProblemAtMs);

        /// <summary>The same in Unix milliseconds; null: none failed.</summary>
        public long? ProblemAtMs { get; }

        internal static WebhookEndpoint Read(JsonValue value) => Of(value, json => new WebhookEndpoint(json));
    }

    /// <summary>The end of a webhook endpoint.</summary>
    public sealed class WebhookEnd : RecoupDocument
    {
        private WebhookEnd(JsonObject json)
        {
            AtMs = json.Number("at");
            Why = json.Text("why");
        }

        /// <summary>When.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>Why.</summary>
        public string Why { get; }

        internal static WebhookEnd Read(JsonValue value) => Of(value, json => new WebhookEnd(json));
    }

    /// <summary>A message to a webhook endpoint.</summary>
    public sealed class WebhookMessage : RecoupDocument
    {
        private WebhookMessage(JsonObject json)
        {
            Id = json.Number("id");
            Endpoint = json.Text("endpoint");
            WebhookId = json.Text("webhook_id");
            Event = json.Number("event");
            Kind = json.Enum<EventKind>("kind");
            User = json.TextOrNull("user");
            RefundId = json.NumberOrNull("refund_id");
            MadeAtMs = json.Number("made_at");
            State = json.Enum<WebhookState>("state");
            Attempts = json.Number("attempts");
            NextAtMs = json.NumberOrNull("next_at");
            Status = json.NumberOrNull("status");
            Problem = json.TextOrNull("problem");
            SettledAtMs = json.NumberOrNull("settled_at");
        }

        /// <summary>Its id in this ledger.</summary>
        public long Id { get; }

        /// <summary>The endpoint's name.</summary>
        public string Endpoint { get; }

        /// <summary>The webhook-id header field: the same on every try.</summary>
        public string WebhookId { get; }

        /// <summary>The event's id.</summary>
        public long Event { get; }

        /// <summary>The kind of the event.</summary>
        public OpenEnum<EventKind> Kind { get; }

        /// <summary>The player; null: of none.</summary>
        public string User { get; }

        /// <summary>The refund's id; null: of none.</summary>
        public long? RefundId { get; }

        /// <summary>When it was queued.</summary>
        public DateTimeOffset MadeAt => UnixTime.FromMs(MadeAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long MadeAtMs { get; }

        /// <summary>Its state.</summary>
        public OpenEnum<WebhookState> State { get; }

        /// <summary>How often it was sent.</summary>
        public long Attempts { get; }

        /// <summary>
        /// When it is sent next; while it is being sent, when its sender is presumed dead; null: it is settled.
        /// </summary>
        public DateTimeOffset? NextAt => UnixTime.FromMsOrNone(NextAtMs);

        /// <summary>The same in Unix milliseconds; null: it is settled.</summary>
        public long? NextAtMs { get; }

        /// <summary>The HTTP status of the last answer; null: none came.</summary>
        public long? Status { get; }

        /// <summary>Why the last try failed, or what is missing; null: neither.</summary>
        public string Problem { get; }

        /// <summary>When it was delivered, or given no further try; null: it is not settled.</summary>
        public DateTimeOffset? SettledAt => UnixTime.FromMsOrNone(SettledAtMs);

        /// <summary>The same in Unix milliseconds; null: it is not settled.</summary>
        public long? SettledAtMs { get; }

        internal static WebhookMessage Read(JsonValue value) => Of(value, json => new WebhookMessage(json));
    }

    /// <summary>The answer to a test message.</summary>
    public sealed class WebhookTest : RecoupDocument
    {
        private WebhookTest(JsonObject json)
        {
            Endpoint = json.Text("endpoint");
            Delivered = json.Flag("delivered");
            Status = json.NumberOrNull("status");
            Millis = json.Number("millis");
            Problem = json.TextOrNull("problem");
        }

        /// <summary>The endpoint's name.</summary>
        public string Endpoint { get; }

        /// <summary>Whether the endpoint accepted it.</summary>
        public bool Delivered { get; }

        /// <summary>The HTTP status; null: no answer came.</summary>
        public long? Status { get; }

        /// <summary>How long it took, in milliseconds.</summary>
        public long Millis { get; }

        /// <summary>Why it was not delivered; null: it was.</summary>
        public string Problem { get; }

        internal static WebhookTest Read(JsonValue value) => Of(value, json => new WebhookTest(json));
    }

    /// <summary>What a webhook endpoint receives.</summary>
    public enum WebhookFormat
    {
        /// <summary>A type, a time, and the event's data, as the schema webhook-event describes them.</summary>
        Recoup = 1,

        /// <summary>The same data in CloudEvents 1.0, structured mode.</summary>
        Cloudevents = 2,

        /// <summary>Nachocode's IapRefundEvent: refunds only.</summary>
        IapRefundEvent = 3,
    }

    /// <summary>The state of a message to a webhook endpoint.</summary>
    public enum WebhookState
    {
        /// <summary>It waits for its first or its next try.</summary>
        Waiting = 1,

        /// <summary>A process is sending it.</summary>
        Sending = 2,

        /// <summary>The endpoint's format needs something that is not known yet.</summary>
        Held = 3,

        /// <summary>The endpoint accepted it.</summary>
        Delivered = 4,

        /// <summary>Its last try failed.</summary>
        Dead = 5,

        /// <summary>
        /// It is not sent: the endpoint ended, its format has no form for the event, or the player was forgotten.
        /// </summary>
        Dropped = 6,
    }
}
