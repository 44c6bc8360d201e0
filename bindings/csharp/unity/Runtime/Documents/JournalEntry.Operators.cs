using System;
using Recoup.Native;

namespace Recoup
{
    // What operators decide, notices, access, webhooks, and what is removed.
    public partial class JournalEntry
    {
        /// <summary>An operator decided on the refund.</summary>
        public sealed class Overruled : JournalEntry
        {
            internal Overruled(JsonObject json) : base(json)
            {
                Action = json.DocumentOrNull("action", RuleAction.Read);
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>What is done with it; null: the policy decides again.</summary>
            public RuleAction Action { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator made an exclusion.</summary>
        public sealed class ExclusionMade : JournalEntry
        {
            internal ExclusionMade(JsonObject json) : base(json)
            {
                Exclusion = json.Number("exclusion");
                Kind = json.Enum<ExclusionKind>("kind");
                Value = json.Text("value");
                Action = json.Enum<ExclusionAction>("action");
                UntilMs = json.NumberOrNull("until");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The exclusion's id.</summary>
            public long Exclusion { get; }

            /// <summary>What it goes by.</summary>
            public OpenEnum<ExclusionKind> Kind { get; }

            /// <summary>The order, player or pattern of products.</summary>
            public string Value { get; }

            /// <summary>What it does.</summary>
            public OpenEnum<ExclusionAction> Action { get; }

            /// <summary>When it ends; null: never.</summary>
            public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

            /// <summary>The same in Unix milliseconds; null: never.</summary>
            public long? UntilMs { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator ended an exclusion.</summary>
        public sealed class ExclusionEnded : JournalEntry
        {
            internal ExclusionEnded(JsonObject json) : base(json)
            {
                Exclusion = json.Number("exclusion");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The exclusion's id.</summary>
            public long Exclusion { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>A notice for the player was made.</summary>
        public sealed class NoticeMade : JournalEntry
        {
            internal NoticeMade(JsonObject json) : base(json)
            {
                Notice = json.Number("notice");
                Name = json.Enum<NoticeName>("name");
            }

            /// <summary>The notice's id.</summary>
            public long Notice { get; }

            /// <summary>What it is about.</summary>
            public OpenEnum<NoticeName> Name { get; }
        }

        /// <summary>A notice was acknowledged, expired or withdrawn.</summary>
        public sealed class NoticeEnded : JournalEntry
        {
            internal NoticeEnded(JsonObject json) : base(json)
            {
                Notice = json.Number("notice");
                Name = json.Enum<NoticeName>("name");
                State = json.Enum<NoticeState>("state");
            }

            /// <summary>The notice's id.</summary>
            public long Notice { get; }

            /// <summary>What it is about.</summary>
            public OpenEnum<NoticeName> Name { get; }

            /// <summary>How it ended.</summary>
            public OpenEnum<NoticeState> State { get; }
        }

        /// <summary>An operator granted the player access to a product.</summary>
        public sealed class AccessGranted : JournalEntry
        {
            internal AccessGranted(JsonObject json) : base(json)
            {
                Product = json.Text("product");
                UntilMs = json.NumberOrNull("until");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The product.</summary>
            public string Product { get; }

            /// <summary>Until when; null: no end.</summary>
            public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

            /// <summary>The same in Unix milliseconds; null: no end.</summary>
            public long? UntilMs { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An operator revoked the player's access to a product.</summary>
        public sealed class AccessRevoked : JournalEntry
        {
            internal AccessRevoked(JsonObject json) : base(json)
            {
                Product = json.Text("product");
                UntilMs = json.NumberOrNull("until");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The product.</summary>
            public string Product { get; }

            /// <summary>Until when; null: no end.</summary>
            public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

            /// <summary>The same in Unix milliseconds; null: no end.</summary>
            public long? UntilMs { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>A webhook endpoint ended: nothing more is queued for it.</summary>
        public sealed class EndpointEnded : JournalEntry
        {
            internal EndpointEnded(JsonObject json) : base(json)
            {
                Endpoint = json.Text("endpoint");
                Who = json.TextOrNull("who");
                Why = json.Text("why");
            }

            /// <summary>Its name.</summary>
            public string Endpoint { get; }

            /// <summary>Who ended it; null: it answered 410.</summary>
            public string Who { get; }

            /// <summary>Why.</summary>
            public string Why { get; }
        }

        /// <summary>The last try to send a message to a webhook endpoint failed.</summary>
        public sealed class MessageDead : JournalEntry
        {
            internal MessageDead(JsonObject json) : base(json)
            {
                Endpoint = json.Text("endpoint");
                Message = json.Number("message");
                Event = json.Number("event");
                Problem = json.Text("problem");
            }

            /// <summary>The endpoint's name.</summary>
            public string Endpoint { get; }

            /// <summary>The message's id.</summary>
            public long Message { get; }

            /// <summary>The event's id.</summary>
            public long Event { get; }

            /// <summary>Why the last try failed.</summary>
            public string Problem { get; }
        }

        /// <summary>An operator had messages sent again to a webhook endpoint.</summary>
        public sealed class MessagesReplayed : JournalEntry
        {
            internal MessagesReplayed(JsonObject json) : base(json)
            {
                Endpoint = json.Text("endpoint");
                Count = json.Number("count");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The endpoint's name.</summary>
            public string Endpoint { get; }

            /// <summary>How many.</summary>
            public long Count { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>What was older than its retention was removed. All are numbers.</summary>
        public sealed class Pruned : JournalEntry
        {
            internal Pruned(JsonObject json) : base(json)
            {
                Bodies = json.NumberOrNull("bodies") ?? 0;
                DeadLetters = json.NumberOrNull("dead_letters") ?? 0;
                Requests = json.NumberOrNull("requests") ?? 0;
                Forgotten = json.NumberOrNull("forgotten") ?? 0;
                Notices = json.NumberOrNull("notices") ?? 0;
                Webhooks = json.NumberOrNull("webhooks") ?? 0;
                Audit = json.NumberOrNull("audit") ?? 0;
                Sessions = json.NumberOrNull("sessions") ?? 0;
            }

            /// <summary>Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.</summary>
            public long Bodies { get; }

            /// <summary>Dead letters.</summary>
            public long DeadLetters { get; }

            /// <summary>Answers under keys: a repetition of such a call is no longer recognised.</summary>
            public long Requests { get; }

            /// <summary>Codes by which forgotten players are recognised in late messages.</summary>
            public long Forgotten { get; }

            /// <summary>Notices that had ended.</summary>
            public long Notices { get; }

            /// <summary>Settled messages to webhook endpoints: they can no longer be replayed.</summary>
            public long Webhooks { get; }

            /// <summary>Entries of the operators' audit.</summary>
            public long Audit { get; }

            /// <summary>Operators' sessions and tokens that had ended.</summary>
            public long Sessions { get; }
        }

        /// <summary>A player was forgotten; the entry's user is the pseudonym. All but the last two are numbers.</summary>
        public sealed class UserForgotten : JournalEntry
        {
            internal UserForgotten(JsonObject json) : base(json)
            {
                Purchases = json.Number("purchases");
                Refunds = json.Number("refunds");
                Blocks = json.Number("blocks");
                Journal = json.Number("journal");
                Messages = json.Number("messages");
                Notices = json.Number("notices");
                Notes = json.Number("notes");
                AccessOverrides = json.Number("access_overrides");
                Exclusions = json.Number("exclusions");
                WebhookMessages = json.Number("webhook_messages");
                Events = json.Number("events");
                Consumption = json.Number("consumption");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>Notices that were removed.</summary>
            public long Notices { get; }

            /// <summary>Notes on the player and on the player's refunds that were removed.</summary>
            public long Notes { get; }

            /// <summary>Decisions on access to products that are the pseudonym's now.</summary>
            public long AccessOverrides { get; }

            /// <summary>Exclusions of the player, all ended, that are the pseudonym's now.</summary>
            public long Exclusions { get; }

            /// <summary>Messages to webhook endpoints that are the pseudonym's now; those that waited were dropped.</summary>
            public long WebhookMessages { get; }

            /// <summary>Purchases that are the pseudonym's now.</summary>
            public long Purchases { get; }

            /// <summary>Refunds that are the pseudonym's now.</summary>
            public long Refunds { get; }

            /// <summary>Blocks, all ended.</summary>
            public long Blocks { get; }

            /// <summary>Journal entries that named the player.</summary>
            public long Journal { get; }

            /// <summary>Raw bodies and dead letters that were removed.</summary>
            public long Messages { get; }

            /// <summary>Events that waited, and will not be delivered.</summary>
            public long Events { get; }

            /// <summary>Reports on how orders were used that were removed.</summary>
            public long Consumption { get; }

            /// <summary>Who requested it.</summary>
            public string Who { get; }

            /// <summary>Why.</summary>
            public string Why { get; }
        }
    }
}
