using System;
using System.Collections.Generic;

namespace Recoup
{
    /// <summary>
    /// One HTTP request from a store, as your web server received it. The engine copies what it needs during the call. One
    /// thread at a time may use it.
    /// </summary>
    public sealed class StoreRequest
    {
        /// <summary>A request without header fields yet.</summary>
        /// <param name="store">The store that the request's path belongs to: "app-store", "google-play".</param>
        /// <param name="body">The raw body, byte for byte: signatures are over bytes, so do not parse and re-serialize it.</param>
        public StoreRequest(string store, byte[] body)
        {
            Store = store ?? throw new ArgumentNullException(nameof(store));
            Body = body ?? throw new ArgumentNullException(nameof(body));
        }

        /// <summary>The store that the request's path belongs to.</summary>
        public string Store { get; }

        /// <summary>The raw body. Not copied: do not change it during a call.</summary>
        public byte[] Body { get; }

        /// <summary>
        /// The header fields in the order they came, at most 1024. Google Play needs Authorization, and without a wrapped
        /// payload the x-goog-pubsub- fields; give all of them, or at least these.
        /// </summary>
        public IList<KeyValuePair<string, string>> Headers { get; } = new List<KeyValuePair<string, string>>();

        /// <summary>Adds a header field.</summary>
        /// <param name="name">Its name, in any case.</param>
        /// <param name="value">Its value.</param>
        /// <returns>This request.</returns>
        public StoreRequest AddHeader(string name, string value)
        {
            Headers.Add(new KeyValuePair<string, string>(name, value));
            return this;
        }
    }
}
