using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    // What players see of refunds: notices, and access to products.
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// The notices that a player is to be shown, oldest first: those that wait, and those that were shown and not acknowledged.
        /// Call it at every login, and report what the player saw by <see cref="MarkNotice"/>. An unknown player has none. Reads the
        /// disk, and never waits for a writer.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="locale">
        /// The player's language, such as "ko-KR". Without texts in it, or in it without its last parts, they are in the configured
        /// default language, else in English. Empty: the default language.
        /// </param>
        /// <param name="limit">At most how many; more than 1000 are 1000.</param>
        public unsafe IReadOnlyList<Notice> QueryNotices(string user, string locale = "", int limit = 100)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* localeBytes = Utf8.Bytes(locale, nameof(locale), out var localeLen))
            {
                var status = NativeMethods.recoup_engine_query_notices(
                    Handle, userBytes, userLen, localeBytes, localeLen, Size(limit, nameof(limit)), out var json, out var error);
                return ReadList(Document(status, json, error), Notice.Read);
            }
        }

        /// <summary>
        /// Reports that a player has seen a notice, or has confirmed it. A notice only moves forward, and repeating a report changes
        /// nothing. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="noticeId">The notice's id.</param>
        /// <param name="mark">What the player did.</param>
        /// <returns>The notice after it, in the configured default language.</returns>
        /// <exception cref="RecoupException">
        /// NotFound: this player has no such notice (unknown_notice). InvalidArgument (unknown_mark).
        /// </exception>
        public unsafe Notice MarkNotice(string user, long noticeId, OpenEnum<NoticeMark> mark)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* name = Utf8.Bytes(mark.Text, nameof(mark), out var nameLen))
            {
                var status = NativeMethods.recoup_engine_mark_notice(
                    Handle, userBytes, userLen, noticeId, name, nameLen, out var json, out var error);
                return Notice.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// Whether a player has access to a product now; <see cref="QueryAccess"/> has the reason as well. An unknown player or
        /// product has none. Reads the disk, and never waits for a writer.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="product">The product id.</param>
        /// <remarks>
        /// By an operator's decision, or else by a recorded purchase of a non-consumable, a subscription, or a product with "access"
        /// in the configuration's catalogue, that has begun, has not ended, and was not taken away by a refund.
        /// </remarks>
        public unsafe bool HasAccess(string user, string product)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* productBytes = Utf8.Bytes(product, nameof(product), out var productLen))
            {
                var status = NativeMethods.recoup_engine_has_access(
                    Handle, userBytes, userLen, productBytes, productLen, out var has, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return has != 0;
            }
        }

        /// <summary>
        /// Whether a player has access to a product, and why, by the rules of <see cref="HasAccess"/>. Reads the disk, and never waits
        /// for a writer.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="product">The product id.</param>
        public unsafe Access QueryAccess(string user, string product)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* productBytes = Utf8.Bytes(product, nameof(product), out var productLen))
            {
                var status = NativeMethods.recoup_engine_query_access(
                    Handle, userBytes, userLen, productBytes, productLen, out var json, out var error);
                return Access.Read(Document(status, json, error));
            }
        }

        /// <summary>
        /// Grants a player access to a product, or revokes it, whatever was bought and refunded. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="user">Your own id of the player.</param>
        /// <param name="product">The product id.</param>
        /// <param name="access">Whether the player has access.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <param name="until">Until when; null: until an operator decides otherwise.</param>
        /// <returns>The access after it.</returns>
        /// <exception cref="RecoupException">InvalidArgument: bad_text, bad_until.</exception>
        public Access SetAccess(
            string user, string product, bool access, string who, string why, DateTimeOffset? until = null)
        {
            return SetAccessJson(user, product, AccessArgument(access, who, why, until));
        }

        internal static string AccessArgument(bool access, string who, string why, DateTimeOffset? until)
        {
            return new JsonWriter().Flag("access", access).Time("until", until).Text("who", Given(who, nameof(who)))
                .Text("why", Given(why, nameof(why))).Object();
        }

        internal unsafe Access SetAccessJson(string user, string product, string decision)
        {
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            fixed (byte* productBytes = Utf8.Bytes(product, nameof(product), out var productLen))
            fixed (byte* json = Utf8.Bytes(decision, nameof(decision), out var len))
            {
                var status = NativeMethods.recoup_engine_set_access(
                    Handle, userBytes, userLen, productBytes, productLen, json, len, out var access, out var error);
                return Access.Read(Document(status, access, error));
            }
        }
    }
}
