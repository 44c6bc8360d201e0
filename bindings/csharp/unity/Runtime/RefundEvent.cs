using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>The kind of an event. Later versions of the library may add some; acknowledge what you do not know.</summary>
    public enum EventKind
    {
        /// <summary>A user was blocked: end the session, refuse logins.</summary>
        Block = 1,

        /// <summary>The user has no active block any more.</summary>
        Unblock = 2,

        /// <summary>A person should look at a refund.</summary>
        Alert = 3,

        /// <summary>A refund, or more of it than before: take the items back.</summary>
        Refund = 4,

        /// <summary>A refund was reversed: give the items again.</summary>
        Reversal = 5,

        /// <summary>The store requests what the game knows of a refund request, and waits until a deadline.</summary>
        Review = 6,

        /// <summary>A refund with an unknown user: record the purchase.</summary>
        Unattributed = 7,

        /// <summary>
        /// A period that was never swept is now past the store's retention: refunds of that time that are not known are lost. It
        /// has no user and no refund; its details have a "gap" with the store and the period.
        /// </summary>
        SweepGap = 8,

        /// <summary>
        /// What is owed for a refund, or what the player gets back, changed without a <see cref="Refund"/> or
        /// <see cref="Reversal"/>: more became known of the purchase, or an operator changed the books.
        /// <see cref="RecoupEngine.QueryToDo"/> has what to do now.
        /// </summary>
        Recovery = 9,

        /// <summary>
        /// A notice for the player was made, in the configuration with "notices": {"events": true}. The details have it:
        /// show it if the player is online, and report it by <see cref="RecoupEngine.MarkNotice"/>.
        /// </summary>
        Notice = 10,

        /// <summary>
        /// A refund, a reversal or an operator changed whether the player has access to a product. The details have it;
        /// <see cref="RecoupEngine.HasAccess"/> has the answer now.
        /// </summary>
        Access = 11,
    }

    /// <summary>The evidence that found a refund's user, strongest first.</summary>
    public enum AttributedBy
    {
        /// <summary>No refund, or its user is not known.</summary>
        None = 0,

        /// <summary>The game recorded exactly this order.</summary>
        Order = 1,

        /// <summary>
        /// The game recorded another purchase of the same family: another renewal, the original transaction, the token.
        /// </summary>
        Family = 2,

        /// <summary>The order carries a tag of <see cref="RecoupEngine.AccountTag"/>.</summary>
        IssuedTag = 3,

        /// <summary>The order carries a tag that the game recorded with another purchase.</summary>
        RecordedTag = 4,

        /// <summary>
        /// The order carries a tag that equals the user id, with no other evidence: by the default rules it never blocks.
        /// </summary>
        BareTag = 5,
    }

    /// <summary>What a callback did with an event.</summary>
    public enum Handled
    {
        /// <summary>
        /// Handled: the event is acknowledged, and comes again only after a crash before the tick returns.
        /// </summary>
        Done = 0,

        /// <summary>Not now: the event comes again after its lease, and the same user's later events wait for it.</summary>
        Later = 1,
    }

    /// <summary>
    /// One event for the host, delivered at least once and until it is acknowledged, and always in order per user. It is a
    /// copy that does not change: keep it as long as you like, read it from any thread.
    /// </summary>
    public sealed class RefundEvent
    {
        private RefundEvent()
        {
        }

        /// <summary>Its kind.</summary>
        public EventKind Kind { get; private set; }

        /// <summary>Acknowledge with this. The same id may come again after a crash: act on it once.</summary>
        public long Id { get; private set; }

        /// <summary>Which refund it is about, for <see cref="RecoupEngine.QueryRefund(long)"/>; 0: none.</summary>
        public long RefundId { get; private set; }

        /// <summary>The user, by your own id; null: not known.</summary>
        public string User { get; private set; }

        /// <summary>How often it has been delivered, this time included.</summary>
        public long Attempt { get; private set; }

        /// <summary>The block that was made or ended last; 0: none.</summary>
        public long BlockId { get; private set; }

        /// <summary>When it was made.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>When it was made, in Unix milliseconds.</summary>
        public long AtMs { get; private set; }

        /// <summary>When that block ends by itself; null: it has no end.</summary>
        public DateTimeOffset? Until => UnixTime.FromMsOrNone(UntilMs);

        /// <summary>The same in Unix milliseconds; null: it has no end.</summary>
        public long? UntilMs { get; private set; }

        /// <summary>The latest time at which an answer to a <see cref="EventKind.Review"/> counts; null: the store names none.</summary>
        public DateTimeOffset? Deadline => UnixTime.FromMsOrNone(DeadlineMs);

        /// <summary>The same in Unix milliseconds; null: the store names none.</summary>
        public long? DeadlineMs { get; private set; }

        /// <summary>
        /// The refunded amount of the order so far, in millionths of the currency's unit: 4990000 is 4.99. Counts only if
        /// <see cref="Currency"/> is not null.
        /// </summary>
        public long AmountMicros { get; private set; }

        /// <summary>The currency's ISO 4217 code; null: the amount is not known.</summary>
        public string Currency { get; private set; }

        /// <summary>The evidence that found the refund's user.</summary>
        public AttributedBy AttributedBy { get; private set; }

        /// <summary>
        /// Of how many kinds of items something is owed, by the refund's books when the event was made; 0 for kinds without books.
        /// <see cref="RecoupEngine.QueryToDo"/> has what to take now.
        /// </summary>
        public long ItemsOwed { get; private set; }

        /// <summary>Of how many kinds of items the player gets something back, by the same books.</summary>
        public long ItemsToReturn { get; private set; }

        /// <summary>The kind and the id, for logs.</summary>
        public override string ToString()
        {
            return Kind + " " + Id + (User == null ? string.Empty : " " + User);
        }

        internal static unsafe RefundEvent Read(NativeEvent* native)
        {
            var userLen = Math.Min(native->user_len, NativeEvent.UserCapacity);
            var currencyLen = 0;
            while (currencyLen < NativeEvent.CurrencyCapacity && native->currency[currencyLen] != 0)
            {
                currencyLen++;
            }
            return new RefundEvent
            {
                Kind = (EventKind)native->kind,
                Id = native->id,
                RefundId = native->refund_id,
                User = userLen == 0 ? null : Utf8.ToString(native->user, (int)userLen),
                Attempt = native->attempt,
                BlockId = native->block_id,
                AtMs = native->at_ms,
                UntilMs = UnixTime.MsOrNone(native->until_ms),
                DeadlineMs = UnixTime.MsOrNone(native->deadline_ms),
                AmountMicros = native->amount_micros,
                AttributedBy = (AttributedBy)native->attributed_by,
                ItemsOwed = native->items_owed,
                ItemsToReturn = native->items_to_return,
                Currency = currencyLen == 0 ? null : Utf8.ToString(native->currency, currencyLen),
            };
        }
    }
}
