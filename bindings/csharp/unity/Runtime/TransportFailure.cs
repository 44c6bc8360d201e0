namespace Recoup
{
    /// <summary>
    /// Why a request got no answer. After a failure by which the store certainly never saw the request nothing is open. After
    /// any other the store may have acted: a refund is then queried, or sent again under the same idempotency key, and if
    /// neither is possible it becomes "unknown", for a person to check. So if you are not sure, use <see cref="Interrupted"/>:
    /// reporting "never sent" for a request that was sent may refund twice.
    /// </summary>
    public enum TransportFailure
    {
        /// <summary>The time limit is over. It may have been sent. Sent again later.</summary>
        Timeout = 1,

        /// <summary>
        /// No connection: the name is unknown, or nothing listens. Never sent. Sent again later.
        /// </summary>
        Connect = 2,

        /// <summary>The proxy gave no connection. Never sent. Sent again later.</summary>
        Proxy = 3,

        /// <summary>
        /// The TLS handshake failed, so no connection can be trusted. Never sent. Not sent again. For a fault of TLS after the
        /// handshake use <see cref="Interrupted"/>.
        /// </summary>
        Tls = 4,

        /// <summary>
        /// The connection broke before the answer was complete, or the cause is not known. It may have been sent. Sent again
        /// later.
        /// </summary>
        Interrupted = 5,

        /// <summary>
        /// The answer's body is larger than <see cref="TransportRequest.BodyLimit"/>. It was sent. Not sent again.
        /// </summary>
        TooLarge = 6,

        /// <summary>The answer is not HTTP. It was sent. Not sent again.</summary>
        Malformed = 7,

        /// <summary>
        /// The request cannot be sent as it is, such as for a URL that your client refuses. Never sent. Not sent again.
        /// </summary>
        Unsendable = 8,
    }
}
