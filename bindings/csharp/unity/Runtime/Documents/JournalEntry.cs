using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// A journal entry. Each kind is a class of its own: <c>if (entry is JournalEntry.Decided decided)</c>. A kind that a
    /// newer library adds is a plain entry, and its members are the additional ones.
    /// </summary>
    public partial class JournalEntry : RecoupDocument
    {
        private JournalEntry(JsonObject json)
        {
            Id = json.Number("id");
            AtMs = json.Number("at");
            Inbox = json.NumberOrNull("inbox");
            Refund = json.NumberOrNull("refund");
            User = json.TextOrNull("user");
            What = json.Enum<JournalEntryKind>("what");
        }

        /// <summary>Its id; grows over time.</summary>
        public long Id { get; }

        /// <summary>When, by this machine's clock.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>The inbox id of the store's message that caused it.</summary>
        public long? Inbox { get; }

        /// <summary>The refund's id.</summary>
        public long? Refund { get; }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>What happened.</summary>
        public OpenEnum<JournalEntryKind> What { get; }

        internal static JournalEntry Read(JsonValue value) => Of(value, Make);

        private static JournalEntry Make(JsonObject json)
        {
            switch (json.Enum<JournalEntryKind>("what").Known)
            {
                case JournalEntryKind.Received: return new Received(json);
                case JournalEntryKind.PurchaseRecorded: return new PurchaseRecorded(json);
                case JournalEntryKind.StateChanged: return new StateChanged(json);
                case JournalEntryKind.Updated: return new Updated(json);
                case JournalEntryKind.Attributed: return new Attributed(json);
                case JournalEntryKind.Unattributed: return new Unattributed(json);
                case JournalEntryKind.Claimed: return new Claimed(json);
                case JournalEntryKind.PurchaseTransferred: return new PurchaseTransferred(json);
                case JournalEntryKind.Merged: return new Merged(json);
                case JournalEntryKind.CapturePresumed: return new CapturePresumed(json);
                case JournalEntryKind.PaidBackTwice: return new PaidBackTwice(json);
                case JournalEntryKind.Decided: return new Decided(json);
                case JournalEntryKind.Blocked: return new Blocked(json);
                case JournalEntryKind.BlockEnded: return new BlockEnded(json);
                case JournalEntryKind.EventMade: return new EventMade(json);
                case JournalEntryKind.EventAcknowledged: return new EventAcknowledged(json);
                case JournalEntryKind.InquiryOpened: return new InquiryOpened(json);
                case JournalEntryKind.InquiryOverdue: return new InquiryOverdue(json);
                case JournalEntryKind.InquirySettled: return new InquirySettled(json);
                case JournalEntryKind.ConsentRescinded: return new ConsentRescinded(json);
                case JournalEntryKind.ActionWritten: return new ActionWritten(json);
                case JournalEntryKind.ActionSending: return new ActionSending(json);
                case JournalEntryKind.ActionAnswered: return new ActionAnswered(json);
                case JournalEntryKind.ConsumptionReported: return new ConsumptionReported(json);
                case JournalEntryKind.ReviewSettled: return new ReviewSettled(json);
                case JournalEntryKind.ReviewDecided: return new ReviewDecided(json);
                case JournalEntryKind.SweepGap: return new SweepGap(json);
                case JournalEntryKind.RecoveryReported: return new RecoveryReported(json);
                case JournalEntryKind.Forgiven: return new Forgiven(json);
                case JournalEntryKind.GrantedSet: return new GrantedSet(json);
                case JournalEntryKind.Repaid: return new Repaid(json);
                case JournalEntryKind.BoughtAgain: return new BoughtAgain(json);
                case JournalEntryKind.Corrected: return new Corrected(json);
                case JournalEntryKind.Closed: return new Closed(json);
                case JournalEntryKind.Reopened: return new Reopened(json);
                case JournalEntryKind.StatusSet: return new StatusSet(json);
                case JournalEntryKind.Assigned: return new Assigned(json);
                case JournalEntryKind.Noted: return new Noted(json);
                case JournalEntryKind.Overruled: return new Overruled(json);
                case JournalEntryKind.ExclusionMade: return new ExclusionMade(json);
                case JournalEntryKind.ExclusionEnded: return new ExclusionEnded(json);
                case JournalEntryKind.NoticeMade: return new NoticeMade(json);
                case JournalEntryKind.NoticeEnded: return new NoticeEnded(json);
                case JournalEntryKind.AccessGranted: return new AccessGranted(json);
                case JournalEntryKind.AccessRevoked: return new AccessRevoked(json);
                case JournalEntryKind.EndpointEnded: return new EndpointEnded(json);
                case JournalEntryKind.MessageDead: return new MessageDead(json);
                case JournalEntryKind.MessagesReplayed: return new MessagesReplayed(json);
                case JournalEntryKind.Pruned: return new Pruned(json);
                case JournalEntryKind.UserForgotten: return new UserForgotten(json);
                default: return new JournalEntry(json);
            }
        }

        /// <summary>A store's notification was ingested.</summary>
        public sealed class Received : JournalEntry
        {
            internal Received(JsonObject json) : base(json)
            {
                Store = json.Text("store");
                Name = json.Text("name");
                Meaning = json.Enum<Meaning>("meaning");
                NotificationId = json.Text("notification_id");
            }

            /// <summary>The store.</summary>
            public string Store { get; }

            /// <summary>The store's name for it.</summary>
            public string Name { get; }

            /// <summary>What it means.</summary>
            public OpenEnum<Meaning> Meaning { get; }

            /// <summary>Identifies the store's repetitions of it.</summary>
            public string NotificationId { get; }
        }

        /// <summary>The game recorded the purchase of refunds that waited for it.</summary>
        public sealed class PurchaseRecorded : JournalEntry
        {
            internal PurchaseRecorded(JsonObject json) : base(json)
            {
                Store = json.Text("store");
                Product = json.TextOrNull("product");
            }

            /// <summary>The store.</summary>
            public string Store { get; }

            /// <summary>The product, where given.</summary>
            public string Product { get; }
        }

        /// <summary>The refund's state changed.</summary>
        public sealed class StateChanged : JournalEntry
        {
            internal StateChanged(JsonObject json) : base(json)
            {
                From = json.EnumOrNull<StoreState>("from");
                To = json.Enum<StoreState>("to");
            }

            /// <summary>Before; null for a new refund.</summary>
            public OpenEnum<StoreState>? From { get; }

            /// <summary>After.</summary>
            public OpenEnum<StoreState> To { get; }
        }

        /// <summary>More or less of the order is refunded than before, or more became known about it.</summary>
        public sealed class Updated : JournalEntry
        {
            internal Updated(JsonObject json) : base(json)
            {
                State = json.Enum<StoreState>("state");
            }

            /// <summary>The refund's state.</summary>
            public OpenEnum<StoreState> State { get; }
        }

        /// <summary>The refund's player was found, or changed.</summary>
        public sealed class Attributed : JournalEntry
        {
            internal Attributed(JsonObject json) : base(json)
            {
                By = json.Enum<AttributedBy>("by");
                Before = json.TextOrNull("before");
            }

            /// <summary>The evidence.</summary>
            public OpenEnum<AttributedBy> By { get; }

            /// <summary>The player it was attributed to before.</summary>
            public string Before { get; }
        }

        /// <summary>The refund's player is unknown.</summary>
        public sealed class Unattributed : JournalEntry
        {
            internal Unattributed(JsonObject json) : base(json)
            {
            }
        }

        /// <summary>
        /// Another player recorded a purchase of the same family, or with the same account tag. The refund was decided,
        /// and its player keeps it.
        /// </summary>
        public sealed class Claimed : JournalEntry
        {
            internal Claimed(JsonObject json) : base(json)
            {
                Keeper = json.Text("keeper");
                Claimant = json.Text("claimant");
            }

            /// <summary>The player who keeps it.</summary>
            public string Keeper { get; }

            /// <summary>The player with the other claim.</summary>
            public string Claimant { get; }
        }

        /// <summary>An operator moved the purchase to another player.</summary>
        public sealed class PurchaseTransferred : JournalEntry
        {
            internal PurchaseTransferred(JsonObject json) : base(json)
            {
                Store = json.Text("store");
                From = json.TextOrNull("from");
                To = json.Text("to");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The store.</summary>
            public string Store { get; }

            /// <summary>The player who had it; null: it was not recorded.</summary>
            public string From { get; }

            /// <summary>The player who has it now.</summary>
            public string To { get; }

            /// <summary>The operator.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>The refund is now known by its order id.</summary>
        public sealed class Merged : JournalEntry
        {
            internal Merged(JsonObject json) : base(json)
            {
                Into = json.Number("into");
            }

            /// <summary>The id of the refund that counts.</summary>
            public long Into { get; }
        }

        /// <summary>
        /// No message reported in time whether the payment was captured, so it is presumed captured and the refund
        /// counts.
        /// </summary>
        public sealed class CapturePresumed : JournalEntry
        {
            internal CapturePresumed(JsonObject json) : base(json)
            {
            }
        }

        /// <summary>The payment was refunded and charged back at the same time, for more than was paid.</summary>
        public sealed class PaidBackTwice : JournalEntry
        {
            internal PaidBackTwice(JsonObject json) : base(json)
            {
            }
        }

        /// <summary>The policy decided.</summary>
        public sealed class Decided : JournalEntry
        {
            internal Decided(JsonObject json) : base(json)
            {
                Rule = json.Text("rule");
                Action = json.Document("action", RuleAction.Read);
                PolicyVersion = json.Number("policy_version");
            }

            /// <summary>The name of the rule that matched.</summary>
            public string Rule { get; }

            /// <summary>What the rule does.</summary>
            public RuleAction Action { get; }

            /// <summary>The version of the policy.</summary>
            public long PolicyVersion { get; }
        }

        /// <summary>The player was blocked.</summary>
        public sealed class Blocked : JournalEntry
        {
            internal Blocked(JsonObject json) : base(json)
            {
                Block = json.Number("block");
                UntilMs = json.NumberOrNull("until");
                UntilSettled = json.FlagOrFalse("until_settled");
                Who = json.TextOrNull("who");
                Why = json.TextOrNull("why");
            }

            /// <summary>The block's id.</summary>
            public long Block { get; }

            /// <summary>When it ends by itself; null: at no fixed time.</summary>
            public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

            /// <summary>The same in Unix milliseconds; null: at no fixed time.</summary>
            public long? UntilMs { get; }

            /// <summary>Whether it ends once the refund is settled.</summary>
            public bool UntilSettled { get; }

            /// <summary>The operator, if one did it.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>A block ended.</summary>
        public sealed class BlockEnded : JournalEntry
        {
            internal BlockEnded(JsonObject json) : base(json)
            {
                Block = json.Number("block");
                EndedBy = json.Enum<EndedBy>("ended_by");
                Who = json.TextOrNull("who");
                Why = json.TextOrNull("why");
            }

            /// <summary>The block's id.</summary>
            public long Block { get; }

            /// <summary>Why.</summary>
            public OpenEnum<EndedBy> EndedBy { get; }

            /// <summary>The operator, if one did it.</summary>
            public string Who { get; }

            /// <summary>The operator's reason.</summary>
            public string Why { get; }
        }

        /// <summary>An event was queued.</summary>
        public sealed class EventMade : JournalEntry
        {
            internal EventMade(JsonObject json) : base(json)
            {
                Event = json.Number("event");
                Kind = json.Enum<EventKind>("kind");
            }

            /// <summary>The event's id.</summary>
            public long Event { get; }

            /// <summary>Its kind.</summary>
            public OpenEnum<EventKind> Kind { get; }
        }

        /// <summary>The game acknowledged an event.</summary>
        public sealed class EventAcknowledged : JournalEntry
        {
            internal EventAcknowledged(JsonObject json) : base(json)
            {
                Event = json.Number("event");
                Kind = json.Enum<EventKind>("kind");
            }

            /// <summary>The event's id.</summary>
            public long Event { get; }

            /// <summary>Its kind.</summary>
            public OpenEnum<EventKind> Kind { get; }
        }

        /// <summary>
        /// The notification gave no reason: an inquiry was opened, and a decision to alert or to block waits.
        /// </summary>
        public sealed class InquiryOpened : JournalEntry
        {
            internal InquiryOpened(JsonObject json) : base(json)
            {
                DeadlineMs = json.Number("deadline");
            }

            /// <summary>Until when the decision waits.</summary>
            public DateTimeOffset Deadline => UnixTime.FromMs(DeadlineMs);

            /// <summary>The same in Unix milliseconds.</summary>
            public long DeadlineMs { get; }
        }

        /// <summary>The store has not answered in time: the refund is decided without an answer. Queries continue.</summary>
        public sealed class InquiryOverdue : JournalEntry
        {
            internal InquiryOverdue(JsonObject json) : base(json)
            {
            }
        }

        /// <summary>The store has answered, or is no longer queried.</summary>
        public sealed class InquirySettled : JournalEntry
        {
            internal InquirySettled(JsonObject json) : base(json)
            {
                State = json.Enum<InquiryState>("state");
                Error = json.TextOrNull("error");
            }

            /// <summary>Answered or failed.</summary>
            public OpenEnum<InquiryState> State { get; }

            /// <summary>The last error, if the store is no longer queried.</summary>
            public string Error { get; }
        }

        /// <summary>The player withdrew the consent to share consumption data.</summary>
        public sealed class ConsentRescinded : JournalEntry
        {
            internal ConsentRescinded(JsonObject json) : base(json)
            {
            }
        }

        /// <summary>A store action was written to the ledger.</summary>
        public sealed class ActionWritten : JournalEntry
        {
            internal ActionWritten(JsonObject json) : base(json)
            {
                Action = json.Number("action");
                Kind = json.Enum<StoreActionKind>("kind");
                Who = json.Text("who");
                Why = json.Text("why");
            }

            /// <summary>The action's id.</summary>
            public long Action { get; }

            /// <summary>Its kind.</summary>
            public OpenEnum<StoreActionKind> Kind { get; }

            /// <summary>Who requested it.</summary>
            public string Who { get; }

            /// <summary>Why.</summary>
            public string Why { get; }
        }

        /// <summary>A store action is being sent to its store.</summary>
        public sealed class ActionSending : JournalEntry
        {
            internal ActionSending(JsonObject json) : base(json)
            {
                Action = json.Number("action");
                Attempt = json.Number("attempt");
            }

            /// <summary>The action's id.</summary>
            public long Action { get; }

            /// <summary>The number of the attempt, from 1.</summary>
            public long Attempt { get; }
        }

        /// <summary>A store answered an action, or could not be reached.</summary>
        public sealed class ActionAnswered : JournalEntry
        {
            internal ActionAnswered(JsonObject json) : base(json)
            {
                Action = json.Number("action");
                State = json.Enum<StoreActionState>("state");
                Answer = json.Document("answer", StoreAnswer.Read);
            }

            /// <summary>The action's id.</summary>
            public long Action { get; }

            /// <summary>Its state.</summary>
            public OpenEnum<StoreActionState> State { get; }

            /// <summary>The store's answer.</summary>
            public StoreAnswer Answer { get; }
        }

        /// <summary>The game reported how far an order was used.</summary>
        public sealed class ConsumptionReported : JournalEntry
        {
            internal ConsumptionReported(JsonObject json) : base(json)
            {
                Consent = json.Flag("consent");
            }

            /// <summary>Whether the player has consented to share it with the store.</summary>
            public bool Consent { get; }
        }

        /// <summary>A refund review was decided, or its deadline passed.</summary>
        public sealed class ReviewSettled : JournalEntry
        {
            internal ReviewSettled(JsonObject json) : base(json)
            {
                Review = json.Number("review");
                State = json.Enum<ReviewState>("state");
                Rule = json.TextOrNull("rule");
                Reply = json.EnumOrNull<ReviewReply>("reply");
            }

            /// <summary>The review's id.</summary>
            public long Review { get; }

            /// <summary>Its state.</summary>
            public OpenEnum<ReviewState> State { get; }

            /// <summary>The rule that matched.</summary>
            public string Rule { get; }

            /// <summary>The rule's answer.</summary>
            public OpenEnum<ReviewReply>? Reply { get; }
        }

        /// <summary>A store decided on a refund request.</summary>
        public sealed class ReviewDecided : JournalEntry
        {
            internal ReviewDecided(JsonObject json) : base(json)
            {
                Review = json.Number("review");
                Outcome = json.Enum<ReviewOutcome>("outcome");
            }

            /// <summary>The review's id.</summary>
            public long Review { get; }

            /// <summary>The outcome.</summary>
            public OpenEnum<ReviewOutcome> Outcome { get; }
        }

        /// <summary>
        /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known,
        /// is lost.
        /// </summary>
        public sealed class SweepGap : JournalEntry
        {
            internal SweepGap(JsonObject json) : base(json)
            {
                Store = json.Text("store");
                App = json.Text("app");
                FromMs = json.Number("from");
                ToMs = json.Number("to");
            }

            /// <summary>The store.</summary>
            public string Store { get; }

            /// <summary>The app or account, as the configuration names it.</summary>
            public string App { get; }

            /// <summary>Start of the period.</summary>
            public DateTimeOffset From => UnixTime.FromMs(FromMs);

            /// <summary>The same in Unix milliseconds.</summary>
            public long FromMs { get; }

            /// <summary>End of the period.</summary>
            public DateTimeOffset To => UnixTime.FromMs(ToMs);

            /// <summary>The same in Unix milliseconds.</summary>
            public long ToMs { get; }
        }
    }
}
