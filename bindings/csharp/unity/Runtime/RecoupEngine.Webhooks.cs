using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// All webhook endpoints that the ledger knows, by name, with the ended ones. Reads the disk, and never waits for a writer.
        /// </summary>
        public IReadOnlyList<WebhookEndpoint> QueryWebhooks()
        {
            var status = NativeMethods.recoup_engine_query_webhooks(Handle, out var json, out var error);
            return ReadList(Document(status, json, error), WebhookEndpoint.Read);
        }

        /// <summary>
        /// A page of messages to webhook endpoints, newest first. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="filter">Which messages; null: all.</param>
        /// <param name="after">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        /// <param name="limit">As for <see cref="QueryRefunds(string, long, int)"/>.</param>
        public Page<WebhookMessage> QueryWebhookMessages(WebhookMessageFilter filter = null, long after = 0, int limit = 100)
        {
            return QueryWebhookMessagesJson(filter == null ? string.Empty : filter.Json(), after, limit);
        }

        internal unsafe Page<WebhookMessage> QueryWebhookMessagesJson(string filter, long after, int limit)
        {
            fixed (byte* bytes = Utf8.Bytes(filter, nameof(filter), out var len))
            {
                var status = NativeMethods.recoup_engine_query_webhook_messages(
                    Handle, bytes, len, after, Size(limit, nameof(limit)), out var json, out var error);
                return Page<WebhookMessage>.Read(Document(status, json, error), WebhookMessage.Read);
            }
        }

        /// <summary>
        /// Has a settled message sent again, under the same webhook-id. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="messageId">The message's id.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <exception cref="RecoupException">
        /// NotFound (unknown_message). Refused: it is not settled (not_a_message). InvalidArgument (bad_text).
        /// </exception>
        public void ReplayWebhook(long messageId, string who, string why)
        {
            ReplayWebhooksJson(ReplayArgument(messageId, who, why));
        }

        internal static string ReplayArgument(long messageId, string who, string why)
        {
            return ReplayArgument(new JsonWriter().Number("message", messageId), who, why);
        }

        /// <summary>
        /// Has all dead messages of an endpoint sent again, under their webhook-ids. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="endpoint">The endpoint's name.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>How many.</returns>
        /// <exception cref="RecoupException">NotFound (unknown_endpoint). InvalidArgument (bad_text).</exception>
        public long ReplayDeadWebhooks(string endpoint, string who, string why)
        {
            return ReplayWebhooksJson(ReplayArgument(endpoint, who, why));
        }

        internal static string ReplayArgument(string endpoint, string who, string why)
        {
            var dead = new JsonWriter().Text("endpoint", Given(endpoint, nameof(endpoint))).Object();
            return ReplayArgument(new JsonWriter().Json("dead", dead), who, why);
        }

        /// <summary>
        /// Has all settled messages of an endpoint that were queued in a period sent again, under their webhook-ids. Blocks until the
        /// commit is on disk.
        /// </summary>
        /// <param name="endpoint">The endpoint's name.</param>
        /// <param name="since">Queued at this time or later.</param>
        /// <param name="until">Queued before this time; null: up to now.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>How many.</returns>
        /// <exception cref="RecoupException">NotFound (unknown_endpoint). InvalidArgument (bad_text).</exception>
        public long ReplayWebhooks(string endpoint, DateTimeOffset since, DateTimeOffset? until, string who, string why)
        {
            return ReplayWebhooksJson(ReplayArgument(endpoint, since, until, who, why));
        }

        internal static string ReplayArgument(string endpoint, DateTimeOffset since, DateTimeOffset? until, string who, string why)
        {
            var period = new JsonWriter().Text("endpoint", Given(endpoint, nameof(endpoint))).Time("since", since).Time("until", until);
            return ReplayArgument(new JsonWriter().Json("period", period.Object()), who, why);
        }

        private static string ReplayArgument(JsonWriter replay, string who, string why)
        {
            return new JsonWriter().Json("replay", replay.Object()).Text("who", Given(who, nameof(who)))
                .Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe long ReplayWebhooksJson(string replay)
        {
            fixed (byte* json = Utf8.Bytes(replay, nameof(replay), out var len))
            {
                var status = NativeMethods.recoup_engine_replay_webhooks(Handle, json, len, out var replayed, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return (long)replayed;
            }
        }

        /// <summary>
        /// Ends a webhook endpoint: nothing more is queued for it, and what waits is dropped. Remove it from the configuration as
        /// well. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="endpoint">The endpoint's name.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <exception cref="RecoupException">
        /// NotFound (unknown_endpoint), also for one that has ended. InvalidArgument (bad_text).
        /// </exception>
        public unsafe void EndWebhook(string endpoint, string who, string why)
        {
            fixed (byte* name = Utf8.Bytes(endpoint, nameof(endpoint), out var nameLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_end_webhook(
                    Handle, name, nameLen, whoBytes, whoLen, whyBytes, whyLen, out var error);
                RecoupException.ThrowIfFailed(status, error);
            }
        }

        /// <summary>
        /// Sends a test message ("type": "recoup.test") to an endpoint of the configuration, once, and waits for the answer. Blocks on
        /// the network, at most for the endpoint's timeout.
        /// </summary>
        /// <param name="endpoint">The endpoint's name.</param>
        /// <returns>The endpoint's answer, which is no failure of this call.</returns>
        /// <exception cref="RecoupException">
        /// NotFound (unknown_endpoint). Refused: this engine cannot sign for it (no_secret).
        /// </exception>
        public unsafe WebhookTest TestWebhook(string endpoint)
        {
            fixed (byte* name = Utf8.Bytes(endpoint, nameof(endpoint), out var len))
            {
                var status = NativeMethods.recoup_engine_test_webhook(Handle, name, len, out var json, out var error);
                return WebhookTest.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// Sends the webhook messages that are due and waits for the answers. An engine does this by itself; call it every second or
        /// so if <see cref="RecoupOptions.WithBackground"/> is false, on a thread that may wait. What endpoints answer is no failure
        /// of this call: <see cref="QueryWebhookMessages"/> has it. Blocks on the disk and on the network.
        /// </summary>
        /// <returns>How many it sent.</returns>
        public long SendWebhooks()
        {
            var status = NativeMethods.recoup_engine_send_webhooks(Handle, out var sent, out var error);
            RecoupException.ThrowIfFailed(status, error);
            return (long)sent;
        }
    }
}
