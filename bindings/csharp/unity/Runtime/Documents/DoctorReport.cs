using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>How healthy a checked thing is.</summary>
    public enum Health
    {
        /// <summary>As it should be.</summary>
        Ok = 1,

        /// <summary>It works, but something is lost or will be: look at it during working hours.</summary>
        Warning = 2,

        /// <summary>It does not work.</summary>
        Broken = 3,
    }

    /// <summary>What doctor checks.</summary>
    public enum DoctorArea
    {
        /// <summary>Whether the configuration and the files it names can be used.</summary>
        Configuration = 1,

        /// <summary>Whether the store's server answers.</summary>
        Reachability = 2,

        /// <summary>Whether this machine's clock and the store's agree.</summary>
        Clock = 3,

        /// <summary>Whether the store accepts the credentials, and what they allow.</summary>
        Credentials = 4,

        /// <summary>Whether the store's messages arrive.</summary>
        Webhooks = 5,

        /// <summary>Whether sweeps find what the store's messages missed.</summary>
        Sweeps = 6,

        /// <summary>The store's own test message.</summary>
        TestNotification = 7,

        /// <summary>Whether the ledger's file is intact.</summary>
        Ledger = 8,

        /// <summary>What waits for an operator.</summary>
        OpenWork = 9,
    }

    /// <summary>What a doctor run reports.</summary>
    public sealed class DoctorReport : RecoupDocument
    {
        private DoctorReport(JsonObject json)
        {
            AtMs = json.Number("at");
            Health = json.Enum<Health>("health");
            Findings = json.List("findings", DoctorFinding.Read);
        }

        /// <summary>When the run started.</summary>
        public DateTimeOffset At => UnixTime.FromMs(AtMs);

        /// <summary>The same in Unix milliseconds.</summary>
        public long AtMs { get; }

        /// <summary>The worst result.</summary>
        public OpenEnum<Health> Health { get; }

        /// <summary>The findings: store by store and app by app in the order of the configuration, then the ledger.</summary>
        public IReadOnlyList<DoctorFinding> Findings { get; }

        internal static DoctorReport Read(JsonValue value) => Of(value, json => new DoctorReport(json));
    }

    /// <summary>One check and its result.</summary>
    public sealed class DoctorFinding : RecoupDocument
    {
        private DoctorFinding(JsonObject json)
        {
            Health = json.Enum<Health>("health");
            Area = json.Enum<DoctorArea>("area");
            Code = json.Text("code");
            Store = json.TextOrNull("store");
            App = json.TextOrNull("app");
            Facts = json.Text("facts");
            Advice = json.TextOrNull("advice");
        }

        /// <summary>The result.</summary>
        public OpenEnum<Health> Health { get; }

        /// <summary>What was checked.</summary>
        public OpenEnum<DoctorArea> Area { get; }

        /// <summary>A stable name for programs, in snake case, such as "credentials_refused".</summary>
        public string Code { get; }

        /// <summary>The store; null if it concerns no single store.</summary>
        public string Store { get; }

        /// <summary>The app or account, as the configuration names it.</summary>
        public string App { get; }

        /// <summary>What was found, for an operator. Contains no secrets.</summary>
        public string Facts { get; }

        /// <summary>What to do about it; null: nothing.</summary>
        public string Advice { get; }

        internal static DoctorFinding Read(JsonValue value) => Of(value, json => new DoctorFinding(json));
    }
}
