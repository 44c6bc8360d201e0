using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Gives a player's money back, as Google Play and Stripe let a seller do; the other stores let none. It is on disk
        /// before the store is asked and after it has answered. Blocks until commits are on disk, and on the store: for up to a
        /// few minutes where it does not answer.
        /// </summary>
        /// <param name="refundJson">
        /// {"order", "who", "why", "key"}, with an order as recoup_engine_issue_refund in recoup.h says, such as {"store":
        /// "google-play", "app": package name, "order_id"}. who (a person or a tool) and why go to the journal; each has 1 to 1024
        /// bytes. key may be left out: the same call made twice with one key is one refund, and the second gives the first's action
        /// and sends nothing. Give one wherever a person or a program might try again.
        /// </param>
        /// <returns>
        /// The action as it then is. That a store refuses is no failure of this call: the state is
        /// <see cref="StoreActionState.Failed"/>, and the answer has the store's words. What is not settled is continued by the
        /// engine itself, or by <see cref="Work"/>.
        /// </returns>
        /// <exception cref="RecoupException">
        /// Api (api_not_configured): the configuration has no credentials for it. InvalidArgument (bad_action): no store would
        /// understand it, or the key names something else. Where it fails nothing was sent, but for a ledger that fails after the
        /// store has answered: ask with the same key.
        /// </exception>
        public unsafe StoreAction IssueRefund(string refundJson)
        {
            fixed (byte* json = Utf8.Bytes(refundJson, nameof(refundJson), out var len))
            {
                var status = NativeMethods.recoup_engine_issue_refund(Handle, json, len, out var action, out var error);
                return StoreAction.Read(Document(status, action, error));
            }
        }

        /// <summary>
        /// Ends a Google Play subscription at once and gives money back. Google does not say what becomes of a revocation that is
        /// sent twice, so one that got no answer is not sent again: its state is "unknown". Blocks as <see cref="IssueRefund"/>
        /// does.
        /// </summary>
        /// <param name="revokeJson">
        /// {"order", "who", "why", "key"} as for <see cref="IssueRefund"/>, with an order of {"app": package name,
        /// "purchase_token", "refund": "full" for the latest charge, "prorated" for the share of it that is left, or {"item":
        /// product id} of a subscription with add-ons}.
        /// </param>
        /// <returns>The action, as <see cref="IssueRefund"/> gives it.</returns>
        /// <exception cref="RecoupException">As for <see cref="IssueRefund"/>.</exception>
        public unsafe StoreAction RevokeSubscription(string revokeJson)
        {
            fixed (byte* json = Utf8.Bytes(revokeJson, nameof(revokeJson), out var len))
            {
                var status = NativeMethods.recoup_engine_revoke_subscription(Handle, json, len, out var action, out var error);
                return StoreAction.Read(Document(status, action, error));
            }
        }

        /// <summary>
        /// One action, as far as it has come by now. Reads the disk, and never waits for a writer or for a store.
        /// </summary>
        /// <param name="actionId">Its id.</param>
        /// <exception cref="RecoupException">NotFound.</exception>
        public StoreAction QueryAction(long actionId)
        {
            var status = NativeMethods.recoup_engine_query_action(Handle, actionId, out var json, out var error);
            return StoreAction.Read(Document(status, json, error));
        }

        /// <summary>
        /// A page of actions, newest first: refunds, revocations, and answers to stores' questions. Reads the disk, and
        /// never waits for a writer or for a store.
        /// </summary>
        /// <param name="filterJson">
        /// An object with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and
        /// "refund_id", or empty for all actions.
        /// </param>
        /// <param name="after">As for <see cref="QueryRefunds"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds"/>.</param>
        public unsafe Page<StoreAction> QueryActions(string filterJson = "", long after = 0, int limit = 100)
        {
            fixed (byte* filter = Utf8.Bytes(filterJson, nameof(filterJson), out var len))
            {
                var status = NativeMethods.recoup_engine_query_actions(
                    Handle, filter, len, after, Size(limit, nameof(limit)), out var json, out var error);
                return Page<StoreAction>.Read(Document(status, json, error), StoreAction.Read);
            }
        }
    }
}
