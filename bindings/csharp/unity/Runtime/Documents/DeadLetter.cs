using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An authentic message that was not understood.</summary>
    public sealed class DeadLetter : RecoupDocument
    {
        private DeadLetter(JsonObject json)
        {
            Id = json.Number("id");
            Store = json.Text("store");
            ReceivedAtMs = json.Number("received_at");
            Code = json.Text("code");
            Message = json.Text("message");
        }

        /// <summary>Its id in this ledger.</summary>
        public long Id { get; }

        /// <summary>The store that sent it.</summary>
        public string Store { get; }

        /// <summary>When it came.</summary>
        public DateTimeOffset ReceivedAt => UnixTime.FromMs(ReceivedAtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long ReceivedAtMs { get; }

        /// <summary>Why it was not understood: a stable name for programs, in snake case.</summary>
        public string Code { get; }

        /// <summary>Why it was not understood, for people.</summary>
        public string Message { get; }

        internal static DeadLetter Read(JsonValue value) => Of(value, json => new DeadLetter(json));
    }
}
