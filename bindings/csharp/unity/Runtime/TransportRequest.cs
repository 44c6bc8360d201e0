using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// One HTTP request to a store. URL, header fields and body hold credentials: send them, and write them nowhere.
    /// </summary>
    public sealed class TransportRequest
    {
        private TransportRequest(
            string method, string url, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body, TimeSpan timeLimit,
            long bodyLimit)
        {
            Method = method;
            Url = url;
            Headers = headers;
            Body = body;
            TimeLimit = timeLimit;
            BodyLimit = bodyLimit;
        }

        /// <summary>"GET", "POST", "PUT", "PATCH" or "DELETE".</summary>
        public string Method { get; }

        /// <summary>The whole URL, "https://..." except for an emulator on this machine.</summary>
        public string Url { get; }

        /// <summary>The header fields to send, their names in lower case; Host and Content-Length are yours to add.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body; null if there is none.</summary>
        public byte[] Body { get; }

        /// <summary>
        /// How long all of it may take, from name resolution to the body's last byte. An answer that comes later is accepted
        /// nevertheless.
        /// </summary>
        public TimeSpan TimeLimit { get; }

        /// <summary>The most bytes of the answer's body; read no more.</summary>
        public long BodyLimit { get; }

        internal static unsafe TransportRequest Read(NativeHttpRequest* native)
        {
            var headers = new KeyValuePair<string, string>[checked((int)native->header_count.ToUInt64())];
            for (var i = 0; i < headers.Length; i++)
            {
                headers[i] = new KeyValuePair<string, string>(
                    Utf8.ToString(native->headers[i].name), Utf8.ToString(native->headers[i].value));
            }
            return new TransportRequest(
                Utf8.ToString(native->method), Utf8.ToString(native->url), Array.AsReadOnly(headers), BodyOf(native),
                Limit(native->time_limit_ms), (long)Math.Min(native->body_limit, long.MaxValue));
        }

        private static unsafe byte[] BodyOf(NativeHttpRequest* native)
        {
            if (native->body == null)
            {
                return null;
            }
            var body = new byte[checked((int)native->body_len.ToUInt64())];
            Marshal.Copy((IntPtr)native->body, body, 0, body.Length);
            return body;
        }

        private static TimeSpan Limit(ulong ms)
        {
            const ulong Longest = long.MaxValue / TimeSpan.TicksPerMillisecond;
            return TimeSpan.FromTicks((long)Math.Min(ms, Longest) * TimeSpan.TicksPerMillisecond);
        }
    }
}
