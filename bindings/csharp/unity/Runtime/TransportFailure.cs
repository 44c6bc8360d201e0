namespace Recoup
{
    /// <summary>
    /// Why a request got no answer. A failure by which the store certainly never saw the request leaves nothing open. Any
    /// other may have been acted on: a refund is then asked about, or sent again under the same idempotency key, and what can
    /// be neither becomes "unknown" for a person to look into. So where you are not sure, say <see cref="Interrupted"/>: to
    /// say "never sent" of what was sent may refund twice.
    /// </summary>
    public enum TransportFailure
    {
        /// <summary>The time limit was over. It may have been sent. Sent again later.</summary>
        Timeout = 1,

        /// <summary>
        /// No connection came about: the name is unknown, or nobody listens. Never sent. Sent again later.
        /// </summary>
        Connect = 2,

        /// <summary>The proxy gave no connection. Never sent. Sent again later.</summary>
        Proxy = 3,

        /// <summary>
        /// The TLS handshake failed, so no connection can be trusted. Never sent. Not sent again. For a fault of TLS after the
        /// handshake say <see cref="Interrupted"/>.
        /// </summary>
        Tls = 4,

        /// <summary>
        /// The connection broke off before the answer was whole, or nobody knows what happened. It may have been sent. Sent
        /// again later.
        /// </summary>
        Interrupted = 5,

        /// <summary>
        /// The answer's body is larger than <see cref="TransportRequest.BodyLimit"/>. It was sent. Not sent again.
        /// </summary>
        TooLarge = 6,

        /// <summary>What came back is not HTTP. It was sent. Not sent again.</summary>
        Malformed = 7,

        /// <summary>
        /// The request cannot be sent as it is, such as for a URL that your client refuses. Never sent. Not sent again.
        /// </summary>
        Unsendable = 8,
    }
}
