using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// One refund: the store's report, its user, the policy's decision. A value that no store reported is null, never zero.
    /// </summary>
    public sealed class Refund : RecoupDocument
    {
        private Refund(JsonObject json)
        {
            Id = json.Number("id");
            Store = json.Text("store");
            App = json.Text("app");
            Environment = json.EnumOrNull<StoreEnvironment>("environment");
            User = json.TextOrNull("user");
            AttributedBy = json.EnumOrNull<AttributedBy>("attributed_by");
            Claimants = json.TextsOrEmpty("claimants");
            State = json.Enum<StoreState>("state");
            AtMs = json.Number("at");
            Quantity = json.NumberOrNull("quantity");
            Amount = json.MoneyOrNull("amount");
            Share = json.NumberOrNull("share");
            ReportedTotal = json.Document("reported_total", ReportedTotal.Read);
            Reason = json.EnumOrNull<Reason>("reason");
            Initiator = json.EnumOrNull<Initiator>("initiator");
            Trust = json.Enum<Trust>("trust");
            SubscriptionLive = json.FlagOrNull("subscription_live");
            Review = json.DocumentOrNull("review", ReviewRequest.Read);
            Failure = json.TextOrNull("failure");
            PaidBackTwice = json.FlagOrFalse("paid_back_twice");
            About = json.Document("about", OrderDetails.Read);
            MergedInto = json.NumberOrNull("merged_into");
            WorkStatus = json.Enum<WorkStatus>("work_status");
            Assignee = json.TextOrNull("assignee");
            Decision = json.DocumentOrNull("decision", Decision.Read);
            PolicyVersion = json.NumberOrNull("policy_version");
            FirstSeenAtMs = json.Number("first_seen_at");
            UpdatedAtMs = json.Number("updated_at");
            Revision = json.Number("revision");
        }

        /// <summary>Its id in this ledger.</summary>
        public long Id { get; }

        /// <summary>The store, one of <see cref="Stores"/> or one of your own.</summary>
        public string Store { get; }

        /// <summary>Bundle id or package name.</summary>
        public string App { get; }

        /// <summary>Production or sandbox; null: neither the store nor the game reported it.</summary>
        public OpenEnum<StoreEnvironment>? Environment { get; }

        /// <summary>The player, by your own id; null: not known.</summary>
        public string User { get; }

        /// <summary>The evidence that found the player.</summary>
        public OpenEnum<AttributedBy>? AttributedBy { get; }

        /// <summary>
        /// Other users who recorded a purchase of the same family, or with the same account tag, after this was decided.
        /// </summary>
        public IReadOnlyList<string> Claimants { get; }

        /// <summary>The store's state.</summary>
        public OpenEnum<StoreState> State { get; }

        /// <summary>
        /// When money was first refunded, by the store's clock; for a case without a refund, the time of its latest fact.
        /// </summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>How many of the order's items are refunded.</summary>
        public long? Quantity { get; }

        /// <summary>The refunded amount.</summary>
        public Money? Amount { get; }

        /// <summary>Which share of the order is refunded, in thousandths of a percent from 0 to 100000.</summary>
        public long? Share { get; }

        /// <summary>The sum of the store's reports alone.</summary>
        public ReportedTotal ReportedTotal { get; }

        /// <summary>Why.</summary>
        public OpenEnum<Reason>? Reason { get; }

        /// <summary>Who initiated it.</summary>
        public OpenEnum<Initiator>? Initiator { get; }

        /// <summary>How reliable the refund is: the best of its facts.</summary>
        public OpenEnum<Trust> Trust { get; }

        /// <summary>Whether the subscription stayed active.</summary>
        public bool? SubscriptionLive { get; }

        /// <summary>The open review, while the state is pending review.</summary>
        public ReviewRequest Review { get; }

        /// <summary>Why the latest failed refund failed, in the store's own term: Stripe failure_reason.</summary>
        public string Failure { get; }

        /// <summary>Whether the payment was refunded and charged back at the same time, for more than was paid.</summary>
        public bool PaidBackTwice { get; }

        /// <summary>The order's details from all sources, the game's record first.</summary>
        public OrderDetails About { get; }

        /// <summary>
        /// The same refund reported again under its order id: that one counts, this one does not. Null: this one counts.
        /// </summary>
        public long? MergedInto { get; }

        /// <summary>The status of the operator's work.</summary>
        public OpenEnum<WorkStatus> WorkStatus { get; }

        /// <summary>The operator who works on it; null: none.</summary>
        public string Assignee { get; }

        /// <summary>The policy's decision; null while nothing is refunded or the player is not known.</summary>
        public Decision Decision { get; }

        /// <summary>The version of that policy.</summary>
        public long? PolicyVersion { get; }

        /// <summary>When this ledger first received it.</summary>
        public DateTimeOffset FirstSeenAt => UnixTime.FromMs(FirstSeenAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long FirstSeenAtMs { get; }

        /// <summary>When it last changed.</summary>
        public DateTimeOffset UpdatedAt => UnixTime.FromMs(UpdatedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long UpdatedAtMs { get; }

        /// <summary>Grows by one with every transaction that changes it.</summary>
        public long Revision { get; }

        internal static Refund Read(JsonValue value) => Of(value, json => new Refund(json));
    }

    /// <summary>
    /// The sum of an order's active refunds by the store's reports alone, whatever else is known about the order. It changes
    /// only when money moves, or when the store later reports the size of a partial refund.
    /// </summary>
    public sealed class ReportedTotal : RecoupDocument
    {
        private ReportedTotal(JsonObject json)
        {
            Full = json.Flag("full");
            Parts = json.Number("parts");
            Quantity = json.NumberOrNull("quantity");
            Amount = json.MoneyOrNull("amount");
            Share = json.NumberOrNull("share");
        }

        /// <summary>Everything; then the other properties are not counted.</summary>
        public bool Full { get; }

        /// <summary>How many partial refunds of unknown size.</summary>
        public long Parts { get; }

        /// <summary>How many items.</summary>
        public long? Quantity { get; }

        /// <summary>How much money.</summary>
        public Money? Amount { get; }

        /// <summary>Which share, in thousandths of a percent from 0 to 100000.</summary>
        public long? Share { get; }

        internal static ReportedTotal Read(JsonValue value) => Of(value, json => new ReportedTotal(json));
    }

    /// <summary>A refund request that the store reviews.</summary>
    public sealed class ReviewRequest : RecoupDocument
    {
        private ReviewRequest(JsonObject json)
        {
            AtMs = json.Number("at");
            DeadlineMs = json.NumberOrNull("deadline");
            Reason = json.EnumOrNull<Reason>("reason");
            Token = json.TextOrNull("token");
        }

        /// <summary>When the store requested the review.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>The latest time that an answer counts; null: the store names none.</summary>
        public DateTimeOffset? Deadline => UnixTime.FromMsOrNone(DeadlineMs);

        /// <summary>The same in Unix milliseconds; null: the store names none.</summary>
        public long? DeadlineMs { get; }

        /// <summary>Why the player wants the money back.</summary>
        public OpenEnum<Reason>? Reason { get; }

        /// <summary>The token that the answer must return: Google Play pendingRefundToken.</summary>
        public string Token { get; }

        internal static ReviewRequest Read(JsonValue value) => Of(value, json => new ReviewRequest(json));
    }

    /// <summary>The policy's decision.</summary>
    public sealed class Decision : RecoupDocument
    {
        private Decision(JsonObject json)
        {
            Rule = json.Text("rule");
            Action = json.Document("action", RuleAction.Read);
        }

        /// <summary>The name of the rule that matched.</summary>
        public string Rule { get; }

        /// <summary>What the rule does.</summary>
        public RuleAction Action { get; }

        internal static Decision Read(JsonValue value) => Of(value, json => new Decision(json));
    }

    /// <summary>What a rule does with a matching refund.</summary>
    public sealed class RuleAction : RecoupDocument
    {
        private RuleAction(OpenEnum<RuleActionKind> kind, string block, string grace)
        {
            Kind = kind;
            Block = block;
            Grace = grace;
        }

        /// <summary>What it does.</summary>
        public OpenEnum<RuleActionKind> Kind { get; }

        /// <summary>
        /// For how long the player is blocked: "permanently"; "repaid", until the refund is settled; or a whole number and ms, s, m,
        /// h or d, such as "7d". Null if the rule does not block.
        /// </summary>
        public string Block { get; }

        /// <summary>
        /// With "repaid": the block begins if the refund is not settled this long after the decision, such as "3d". Null: at once.
        /// </summary>
        public string Grace { get; }

        /// <summary>
        /// An action without a block, for <see cref="RecoupEngine.Overrule"/>.
        /// </summary>
        /// <param name="kind">What is done; any but <see cref="RuleActionKind.Block"/>.</param>
        public static RuleAction Of(RuleActionKind kind)
        {
            if (kind == RuleActionKind.Block || OpenEnumNames<RuleActionKind>.NameOf(kind).Length == 0)
            {
                throw new ArgumentOutOfRangeException(nameof(kind), "a block needs its length: use BlockFor");
            }
            return Read(JsonValue.Parse("\"" + OpenEnumNames<RuleActionKind>.NameOf(kind) + "\""));
        }

        /// <summary>
        /// An action that blocks, for <see cref="RecoupEngine.Overrule"/>.
        /// </summary>
        /// <param name="block">For how long, as <see cref="Block"/> has it.</param>
        /// <param name="grace">As <see cref="Grace"/> has it; null: the block begins at once.</param>
        public static RuleAction BlockFor(string block, string grace = null)
        {
            if (block == null)
            {
                throw new ArgumentNullException(nameof(block));
            }
            return Read(JsonValue.Parse(new JsonWriter().Text("block", block).Text("grace", grace).Object()));
        }

        /// <summary>A name, or an object with a member that names it.</summary>
        internal static RuleAction Read(JsonValue value)
        {
            if (value.Kind == JsonKind.String)
            {
                var named = new RuleAction(new OpenEnum<RuleActionKind>(value.Text), null, null);
                named.Keep(value);
                return named;
            }
            return Of(value, json => new RuleAction(
                new OpenEnum<RuleActionKind>(json.KindName("block")), json.TextOrNull("block"), json.TextOrNull("grace")));
        }
    }
}
