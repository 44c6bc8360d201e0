using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A store's answer, or why there is none.</summary>
    public sealed class TransportAnswer
    {
        private static readonly byte[] NoBytes = new byte[1];

        private readonly TransportFailure? failure;
        private readonly string message;

        /// <summary>A store's answer, without header fields yet.</summary>
        /// <param name="status">The HTTP status, 200 to 599: interim answers are yours to skip.</param>
        /// <param name="body">
        /// The whole body, decoded if the transfer was encoded or compressed, and not larger than
        /// <see cref="TransportRequest.BodyLimit"/>; may be null. Not copied: do not change it any more.
        /// </param>
        public TransportAnswer(int status, byte[] body)
        {
            Status = status;
            Body = body;
        }

        private TransportAnswer(TransportFailure failure, string message)
        {
            this.failure = failure;
            this.message = message;
        }

        /// <summary>The HTTP status; 0 if there was no answer.</summary>
        public int Status { get; }

        /// <summary>The body, or null.</summary>
        public byte[] Body { get; }

        /// <summary>The header fields, at most 1024.</summary>
        public IList<KeyValuePair<string, string>> Headers { get; } = new List<KeyValuePair<string, string>>();

        /// <summary>No answer, and why.</summary>
        /// <param name="failure">Why.</param>
        /// <param name="message">
        /// For people; its first 1024 bytes go to logs and to the ledger, so put nothing secret in it. May be empty.
        /// </param>
        public static TransportAnswer Failed(TransportFailure failure, string message = "")
        {
            return new TransportAnswer(failure, message ?? throw new ArgumentNullException(nameof(message)));
        }

        /// <summary>Adds a header field.</summary>
        /// <param name="name">Its name, in any case.</param>
        /// <param name="value">Its value.</param>
        /// <returns>This answer.</returns>
        public TransportAnswer AddHeader(string name, string value)
        {
            Headers.Add(new KeyValuePair<string, string>(name, value));
            return this;
        }

        /// <summary>Passes this to native code. Throws if that refuses it.</summary>
        internal void Say(IntPtr answer)
        {
            if (failure.HasValue)
            {
                SayFailure(answer, failure.Value);
            }
            else
            {
                SayAnswer(answer);
            }
        }

        private unsafe void SayFailure(IntPtr answer, TransportFailure why)
        {
            var bytes = Utf8.Lenient.GetBytes(message);
            fixed (byte* begin = bytes.Length == 0 ? NoBytes : bytes)
            {
                var status = NativeMethods.recoup_http_answer_fail(
                    answer, (int)why, begin, (UIntPtr)bytes.Length, out var error);
                RecoupException.ThrowIfFailed(status, error);
            }
        }

        private unsafe void SayAnswer(IntPtr answer)
        {
            var arena = new Utf8Arena();
            var slots = new Utf8Arena.Slot[Headers.Count * 2];
            for (var i = 0; i < Headers.Count; i++)
            {
                slots[2 * i] = arena.Add(Headers[i].Key, Utf8.Lenient);
                slots[2 * i + 1] = arena.Add(Headers[i].Value, Utf8.Lenient);
            }
            fixed (byte* texts = arena.Bytes)
            fixed (NativeHeader* fields = new NativeHeader[Math.Max(1, slots.Length / 2)])
            fixed (byte* bytes = Body == null || Body.Length == 0 ? NoBytes : Body)
            {
                for (var i = 0; i < slots.Length; i += 2)
                {
                    fields[i / 2].name = Utf8Arena.View(texts, slots[i]);
                    fields[i / 2].value = Utf8Arena.View(texts, slots[i + 1]);
                }
                var status = NativeMethods.recoup_http_answer_set(
                    answer, Status, fields, (UIntPtr)(slots.Length / 2), bytes, (UIntPtr)(Body?.Length ?? 0), out var error);
                RecoupException.ThrowIfFailed(status, error);
            }
        }
    }
}
