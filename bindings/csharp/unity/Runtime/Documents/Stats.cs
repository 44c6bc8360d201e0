using Recoup.Native;

namespace Recoup
{
    /// <summary>Figures for a dashboard.</summary>
    public sealed class Stats : RecoupDocument
    {
        private Stats(JsonObject json)
        {
            BlockedUsers = json.Number("blocked_users");
            EventsWaiting = json.Number("events_waiting");
        }

        /// <summary>How many players are blocked.</summary>
        public long BlockedUsers { get; }

        /// <summary>How many events wait to be acknowledged.</summary>
        public long EventsWaiting { get; }

        internal static Stats Read(JsonValue value) => Of(value, json => new Stats(json));
    }
}
