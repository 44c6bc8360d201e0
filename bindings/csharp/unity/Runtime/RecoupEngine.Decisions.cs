using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Makes an exclusion: the rules do not decide refunds that it fits. It counts for refunds that are not decided yet. Blocks
        /// until the commit is on disk.
        /// </summary>
        /// <param name="exclusion">What to exclude, by whom and why.</param>
        /// <returns>The exclusion, and refunds of its order that are decided already.</returns>
        /// <exception cref="RecoupException">
        /// InvalidArgument: bad_json, bad_exclusion, bad_text, too_many. Refused: an exclusion of the same kind, value and store is
        /// active (standing_exclusion).
        /// </exception>
        public MadeExclusion Exclude(NewExclusion exclusion)
        {
            return ExcludeJson(Given(exclusion, nameof(exclusion)).Json());
        }

        internal unsafe MadeExclusion ExcludeJson(string exclusion)
        {
            fixed (byte* json = Utf8.Bytes(exclusion, nameof(exclusion), out var len))
            {
                var status = NativeMethods.recoup_engine_exclude(Handle, json, len, out var made, out var error);
                return MadeExclusion.Read(Document(status, made, error));
            }
        }

        /// <summary>
        /// Ends an exclusion; one that has ended stays as it is. Refunds that it decided stay so. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="exclusionId">The exclusion's id.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The exclusion after it.</returns>
        /// <exception cref="RecoupException">NotFound (unknown_exclusion). InvalidArgument (bad_text).</exception>
        public unsafe Exclusion EndExclusion(long exclusionId, string who, string why)
        {
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_end_exclusion(
                    Handle, exclusionId, whoBytes, whoLen, whyBytes, whyLen, out var json, out var error);
                return Exclusion.Read(Document(status, json, error));
            }
        }

        /// <summary>A page of exclusions, newest first. Reads the disk, and never waits for a writer.</summary>
        /// <param name="withEnded">Whether to include ended exclusions; otherwise only active ones.</param>
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public Page<Exclusion> QueryExclusions(bool withEnded = false, long after = 0, int limit = 100)
        {
            var status = NativeMethods.recoup_engine_query_exclusions(
                Handle, (byte)(withEnded ? 1 : 0), after, Size(limit, nameof(limit)), out var json, out var error);
            return Page<Exclusion>.Read(Document(status, json, error), Exclusion.Read);
        }

        /// <summary>
        /// Decides one refund, whatever exclusions and rules decide, or lets the rules decide it again. What follows from the decision
        /// is done as for every other: blocks are made or end, events are queued, the books change. A refund without a decision,
        /// because its player is unknown or nothing is refunded, is decided so as soon as it needs one. Blocks until the commit is on
        /// disk.
        /// </summary>
        /// <param name="refundId">The refund's id.</param>
        /// <param name="action">
        /// <see cref="RuleAction.Of(RuleActionKind)"/> or <see cref="RuleAction.BlockFor"/>; null: the rules decide again.
        /// </param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>The refund after it.</returns>
        /// <exception cref="RecoupException">NotFound. InvalidArgument: bad_json (no such length), bad_text.</exception>
        public Refund Overrule(long refundId, RuleAction action, string who, string why)
        {
            return OverruleJson(refundId, OverruleArgument(action, who, why));
        }

        internal static string OverruleArgument(RuleAction action, string who, string why)
        {
            return new JsonWriter().Json("action", action?.Json).Text("who", Given(who, nameof(who)))
                .Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe Refund OverruleJson(long refundId, string overrule)
        {
            fixed (byte* json = Utf8.Bytes(overrule, nameof(overrule), out var len))
            {
                var status = NativeMethods.recoup_engine_overrule(Handle, refundId, json, len, out var refund, out var error);
                return Refund.Read(Document(status, refund, error));
            }
        }

        /// <summary>
        /// Compares what other rules would have decided about the refunds of a time with what was decided. Nothing is written, and no
        /// decision changes. Reads the disk for as long as it takes, and never waits for a writer.
        /// </summary>
        /// <param name="policyJson">
        /// The whole list of rules, as the configuration's "policy"; the default rules come after them.
        /// </param>
        /// <param name="options">Which refunds; null: all.</param>
        /// <param name="progress">
        /// Called after each player, on this thread. It returns true to continue and false to stop: the result is then of the players
        /// so far. The rules for calls inside of it are those of <see cref="Reconcile"/>. An exception stops the trial, and this
        /// method throws it. May be null.
        /// </param>
        /// <exception cref="RecoupException">
        /// InvalidArgument: bad_json; bad_policy, whose message names the place. Reentrant inside a progress callback.
        /// </exception>
        public PolicyTrial TryPolicy(string policyJson, TrialOptions options = null, Func<TrialProgress, bool> progress = null)
        {
            return TryPolicyJson(policyJson, options == null ? string.Empty : options.Json(), progress);
        }

        internal PolicyTrial TryPolicyJson(string policyJson, string optionsJson, Func<TrialProgress, bool> progress)
        {
            if (progress == null)
            {
                return PolicyTrial.Read(RunTrial(policyJson, optionsJson, IntPtr.Zero, IntPtr.Zero));
            }
            var registration = new TrialRegistration(json => progress(TrialProgress.Read(JsonValue.Parse(json))));
            return PolicyTrial.Read(
                Stoppable(registration, userData => RunTrial(policyJson, optionsJson, Trampolines.Trial, userData)));
        }

        private unsafe JsonValue RunTrial(string policyJson, string optionsJson, IntPtr progress, IntPtr userData)
        {
            fixed (byte* policy = Utf8.Bytes(policyJson, nameof(policyJson), out var policyLen))
            fixed (byte* options = Utf8.Bytes(optionsJson, nameof(optionsJson), out var optionsLen))
            {
                var status = NativeMethods.recoup_engine_try_policy(
                    Handle, policy, policyLen, options, optionsLen, progress, userData, out var trial, out var error);
                return Document(status, trial, error);
            }
        }

        /// <summary>Makes a call whose callback can stop it, and throws what the callback threw.</summary>
        private static JsonValue Stoppable(StoppableRegistration registration, Func<IntPtr, JsonValue> call)
        {
            try
            {
                JsonValue result = null;
                try
                {
                    result = call(registration.UserData);
                }
                catch (RecoupException) when (registration.Failure != null)
                {
                    // It failed because the callback did.
                }
                registration.Failure?.Throw();
                return result;
            }
            finally
            {
                Registration.Release(registration.UserData);
            }
        }
    }
}
