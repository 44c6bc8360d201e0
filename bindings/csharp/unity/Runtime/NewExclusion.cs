using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>An exclusion to make. One thread at a time may use it.</summary>
    public sealed class NewExclusion
    {
        /// <summary>What it goes by. Required.</summary>
        public ExclusionKind Kind { get; set; }

        /// <summary>
        /// The order id or purchase token, the player, or the pattern of products, in which * is any run of characters and ? is one.
        /// Null for <see cref="ExclusionKind.OwnRefunds"/>.
        /// </summary>
        public string Value { get; set; }

        /// <summary>Of this store only; null: of all.</summary>
        public string Store { get; set; }

        /// <summary>What it does with the refunds that it fits.</summary>
        public ExclusionAction Action { get; set; } = ExclusionAction.Spare;

        /// <summary>When it ends; null: when an operator ends it.</summary>
        public DateTimeOffset? Until { get; set; }

        /// <summary>A person or a tool, for the journal; 1 to 1024 bytes. Required.</summary>
        public string Who { get; set; }

        /// <summary>The reason, for the journal; 1 to 1024 bytes. Required.</summary>
        public string Why { get; set; }

        internal string Json()
        {
            return new JsonWriter().Enum<ExclusionKind>("kind", Kind).Text("value", Value).Text("store", Store)
                .Enum<ExclusionAction>("action", Action).Time("until", Until).Text("who", Who).Text("why", Why).Object();
        }
    }
}
