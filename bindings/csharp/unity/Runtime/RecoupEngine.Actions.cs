using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Refunds a player, as Google Play and Stripe let a seller do; the other stores let none. The action is on disk before
        /// the request is sent, and again after the store has answered. Blocks until commits are on disk, and on the store: up to
        /// a few minutes if it does not answer.
        /// </summary>
        /// <param name="refundJson">
        /// {"order", "who", "why", "key"}, with an order as recoup_engine_issue_refund in recoup.h describes, such as {"store":
        /// "google-play", "app": package name, "order_id"}. who (a person or a tool) and why go to the journal; each has 1 to 1024
        /// bytes. key is optional: two calls with the same key are one refund, and the second returns the first one's action and
        /// sends nothing. Set it if a person or a program might try again.
        /// </param>
        /// <returns>
        /// The action at that time. A store's refusal is no failure of this call: the state is
        /// <see cref="StoreActionState.Failed"/>, and the answer has the store's words. Unsettled actions continue by themselves,
        /// or in <see cref="Work"/>.
        /// </returns>
        /// <exception cref="RecoupException">
        /// Api (api_not_configured): the configuration has no credentials for it. InvalidArgument (bad_action): no store would
        /// accept the request, or the key was used for another request. After a failure nothing was sent, unless the ledger failed
        /// after the store's answer: call again with the same key.
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
        /// Ends a Google Play subscription at once and refunds it. Google does not document repeated revocations, so one without
        /// an answer is not sent again: its state is "unknown". Blocks as <see cref="IssueRefund"/> does.
        /// </summary>
        /// <param name="revokeJson">
        /// {"order", "who", "why", "key"} as for <see cref="IssueRefund"/>, with an order of {"app": package name,
        /// "purchase_token", "refund": "full" for the latest charge, "prorated" for its remaining share, or {"item":
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
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
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
