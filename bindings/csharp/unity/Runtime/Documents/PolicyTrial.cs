using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// What other rules would have decided about the refunds of a time, beside what was decided. Refunds without a decision
    /// are not counted: those of unknown players, and those of which nothing is refunded.
    /// </summary>
    public sealed class PolicyTrial : RecoupDocument
    {
        private PolicyTrial(JsonObject json)
        {
            PolicyVersion = json.Number("policy_version");
            Refunds = json.Number("refunds");
            Users = json.Number("users");
            SinceMs = json.NumberOrNull("since");
            UntilMs = json.NumberOrNull("until");
            Rules = json.List("rules", RuleTrial.Read);
            Changes = json.List("changes", TrialChange.Read);
            Blocked = json.Document("blocked", BlockedUsers.Read);
            BlockedExamples = json.Document("blocked_examples", Recoup.BlockedExamples.Read);
            NeverFits = json.Texts("never_fits");
            Shadowed = json.List("shadowed", ShadowedRule.Read);
            Stopped = json.FlagOrFalse("stopped");
        }

        /// <summary>
        /// The version of the rules that are in force. Earlier versions may have decided some of the refunds.
        /// </summary>
        public long PolicyVersion { get; }

        /// <summary>How many refunds were decided.</summary>
        public long Refunds { get; }

        /// <summary>How many players they are of.</summary>
        public long Users { get; }

        /// <summary>From when, by the store's clock; null: from the first.</summary>
        public DateTimeOffset? Since => UnixTime.FromMsOrNone(SinceMs);

        /// <summary>The same in Unix milliseconds; null: from the first.</summary>
        public long? SinceMs { get; }

        /// <summary>Until when, without this time, by the store's clock; null: to the last.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: to the last.</summary>
        public long? UntilMs { get; }

        /// <summary>The rules that are tried, in their order, then others that decided any of the refunds.</summary>
        public IReadOnlyList<RuleTrial> Rules { get; }

        /// <summary>The refunds with another action, by both actions, the most refunds first.</summary>
        public IReadOnlyList<TrialChange> Changes { get; }

        /// <summary>How many players are blocked, and would be.</summary>
        public BlockedUsers Blocked { get; }

        /// <summary>Some of the players whom that would change.</summary>
        public BlockedExamples BlockedExamples { get; }

        /// <summary>The names of your rules that match none of the refunds.</summary>
        public IReadOnlyList<string> NeverFits { get; }

        /// <summary>Your rules that match some of the refunds, all of which an earlier rule decides.</summary>
        public IReadOnlyList<ShadowedRule> Shadowed { get; }

        /// <summary>Whether it was stopped, so that the figures are of the players so far.</summary>
        public bool Stopped { get; }

        internal static PolicyTrial Read(JsonValue value) => Of(value, json => new PolicyTrial(json));
    }

    /// <summary>What one rule decided, and would decide.</summary>
    public sealed class RuleTrial : RecoupDocument
    {
        private RuleTrial(JsonObject json)
        {
            Name = json.Text("name");
            Now = json.Number("now");
            Then = json.Number("then");
            Users = json.Number("users");
        }

        /// <summary>The rule.</summary>
        public string Name { get; }

        /// <summary>How many refunds it decided.</summary>
        public long Now { get; }

        /// <summary>How many it would decide.</summary>
        public long Then { get; }

        /// <summary>Of how many players.</summary>
        public long Users { get; }

        internal static RuleTrial Read(JsonValue value) => Of(value, json => new RuleTrial(json));
    }

    /// <summary>Refunds that were decided one way and would be decided another way.</summary>
    public sealed class TrialChange : RecoupDocument
    {
        private TrialChange(JsonObject json)
        {
            From = json.Text("from");
            To = json.Text("to");
            Refunds = json.Number("refunds");
            Users = json.Number("users");
            Examples = json.List("examples", TrialExample.Read);
        }

        /// <summary>What was decided.</summary>
        public string From { get; }

        /// <summary>What would be decided.</summary>
        public string To { get; }

        /// <summary>How many refunds.</summary>
        public long Refunds { get; }

        /// <summary>Of how many players.</summary>
        public long Users { get; }

        /// <summary>Some of them, or all.</summary>
        public IReadOnlyList<TrialExample> Examples { get; }

        internal static TrialChange Read(JsonValue value) => Of(value, json => new TrialChange(json));
    }

    /// <summary>A refund that would be decided another way.</summary>
    public sealed class TrialExample : RecoupDocument
    {
        private TrialExample(JsonObject json)
        {
            Refund = json.Number("refund");
            User = json.Text("user");
            AtMs = json.Number("at");
        }

        /// <summary>The refund's id.</summary>
        public long Refund { get; }

        /// <summary>The player.</summary>
        public string User { get; }

        /// <summary>When it was refunded, by the store's clock.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        internal static TrialExample Read(JsonValue value) => Of(value, json => new TrialExample(json));
    }

    /// <summary>Players whom the tried rules would block or free: at most as many of each as a change has examples.</summary>
    public sealed class BlockedExamples : RecoupDocument
    {
        private BlockedExamples(JsonObject json)
        {
            Newly = json.Texts("newly");
            Freed = json.Texts("freed");
        }

        /// <summary>Would be blocked, and are not.</summary>
        public IReadOnlyList<string> Newly { get; }

        /// <summary>Are blocked, and would not be.</summary>
        public IReadOnlyList<string> Freed { get; }

        internal static BlockedExamples Read(JsonValue value) => Of(value, json => new BlockedExamples(json));
    }

    /// <summary>How many players the decisions block.</summary>
    public sealed class BlockedUsers : RecoupDocument
    {
        private BlockedUsers(JsonObject json)
        {
            Now = json.Number("now");
            Then = json.Number("then");
            Newly = json.Number("newly");
            Freed = json.Number("freed");
        }

        /// <summary>By the decisions that were made.</summary>
        public long Now { get; }

        /// <summary>By the rules that are tried.</summary>
        public long Then { get; }

        /// <summary>By the rules that are tried, and not by the decisions.</summary>
        public long Newly { get; }

        /// <summary>By the decisions, and not by the rules that are tried.</summary>
        public long Freed { get; }

        internal static BlockedUsers Read(JsonValue value) => Of(value, json => new BlockedUsers(json));
    }

    /// <summary>A rule that never decides.</summary>
    public sealed class ShadowedRule : RecoupDocument
    {
        private ShadowedRule(JsonObject json)
        {
            Rule = json.Text("rule");
            By = json.Text("by");
        }

        /// <summary>The rule.</summary>
        public string Rule { get; }

        /// <summary>The earlier rule that decides instead.</summary>
        public string By { get; }

        internal static ShadowedRule Read(JsonValue value) => Of(value, json => new ShadowedRule(json));
    }

    /// <summary>A trial of rules, as far as it has come.</summary>
    public sealed class TrialProgress : RecoupDocument
    {
        private TrialProgress(JsonObject json)
        {
            Refunds = json.Number("refunds");
            Users = json.Number("users");
        }

        /// <summary>How many refunds were compared.</summary>
        public long Refunds { get; }

        /// <summary>Of how many players.</summary>
        public long Users { get; }

        internal static TrialProgress Read(JsonValue value) => Of(value, json => new TrialProgress(json));
    }
}
