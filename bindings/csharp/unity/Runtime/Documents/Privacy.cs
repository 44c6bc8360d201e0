using Recoup.Native;

namespace Recoup
{
    /// <summary>What forgetting a player changed. All but the first and the last are numbers.</summary>
    public sealed class ForgetResult : RecoupDocument
    {
        private ForgetResult(JsonObject json)
        {
            Pseudonym = json.Text("pseudonym");
            Purchases = json.Number("purchases");
            Refunds = json.Number("refunds");
            Blocks = json.Number("blocks");
            Journal = json.Number("journal");
            Messages = json.Number("messages");
            Notices = json.Number("notices");
            Notes = json.Number("notes");
            AccessOverrides = json.Number("access_overrides");
            Exclusions = json.Number("exclusions");
            WebhookMessages = json.Number("webhook_messages");
            Events = json.Number("events");
            Consumption = json.Number("consumption");
            LogEmptied = json.Flag("log_emptied");
        }

        /// <summary>
        /// The random name that replaces the player's id everywhere. There is no way back from it to the player.
        /// </summary>
        public string Pseudonym { get; }

        /// <summary>Purchases that are the pseudonym's now.</summary>
        public long Purchases { get; }

        /// <summary>Refunds that are the pseudonym's now.</summary>
        public long Refunds { get; }

        /// <summary>Blocks, all ended.</summary>
        public long Blocks { get; }

        /// <summary>Journal entries that named the player.</summary>
        public long Journal { get; }

        /// <summary>Raw bodies and dead letters that were removed.</summary>
        public long Messages { get; }

        /// <summary>Notices that were removed.</summary>
        public long Notices { get; }

        /// <summary>Notes on the player and on the player's refunds that were removed.</summary>
        public long Notes { get; }

        /// <summary>Decisions on access to products that are the pseudonym's now.</summary>
        public long AccessOverrides { get; }

        /// <summary>Exclusions of the player, all ended, that are the pseudonym's now.</summary>
        public long Exclusions { get; }

        /// <summary>Messages to webhook endpoints that are the pseudonym's now; those that waited were dropped.</summary>
        public long WebhookMessages { get; }

        /// <summary>Events that waited, and will not be delivered.</summary>
        public long Events { get; }

        /// <summary>Reports on how orders were used that were removed.</summary>
        public long Consumption { get; }

        /// <summary>
        /// Whether the write-ahead log, which has the old contents, was emptied. False: a program was reading the ledger;
        /// it is emptied once that ends.
        /// </summary>
        public bool LogEmptied { get; }

        internal static ForgetResult Read(JsonValue value) => Of(value, json => new ForgetResult(json));
    }

    /// <summary>How many rows were removed by their age. All are numbers.</summary>
    public sealed class PruneResult : RecoupDocument
    {
        private PruneResult(JsonObject json)
        {
            Bodies = json.NumberOrNull("bodies") ?? 0;
            DeadLetters = json.NumberOrNull("dead_letters") ?? 0;
            Requests = json.NumberOrNull("requests") ?? 0;
            Webhooks = json.NumberOrNull("webhooks") ?? 0;
            Notices = json.NumberOrNull("notices") ?? 0;
            Audit = json.NumberOrNull("audit") ?? 0;
            Sessions = json.NumberOrNull("sessions") ?? 0;
            Forgotten = json.NumberOrNull("forgotten") ?? 0;
        }

        /// <summary>Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.</summary>
        public long Bodies { get; }

        /// <summary>Dead letters.</summary>
        public long DeadLetters { get; }

        /// <summary>Answers under keys: a repetition of such a call is no longer recognised.</summary>
        public long Requests { get; }

        /// <summary>Settled messages to webhook endpoints: they can no longer be replayed.</summary>
        public long Webhooks { get; }

        /// <summary>Notices that had ended.</summary>
        public long Notices { get; }

        /// <summary>Entries of the operators' audit.</summary>
        public long Audit { get; }

        /// <summary>Operators' sessions and tokens that had ended.</summary>
        public long Sessions { get; }

        /// <summary>Codes by which forgotten players are recognised in late messages.</summary>
        public long Forgotten { get; }

        internal static PruneResult Read(JsonValue value) => Of(value, json => new PruneResult(json));
    }

    /// <summary>What a complete export wrote.</summary>
    public sealed class ExportResult : RecoupDocument
    {
        private ExportResult(JsonObject json)
        {
            Rows = json.Number("rows");
        }

        /// <summary>How many rows.</summary>
        public long Rows { get; }

        internal static ExportResult Read(JsonValue value) => Of(value, json => new ExportResult(json));
    }
}
