namespace Recoup
{
    /// <summary>
    /// Sends requests to the stores, instead of the library's own HTTP client: for a client that the game has already, for a
    /// proxy with its own rules, for tests. Give it to
    /// <see cref="RecoupOptions.WithTransport(IRefundTransport, System.Action)"/>.
    /// </summary>
    public interface IRefundTransport
    {
        /// <summary>
        /// Sends one request once and unchanged, and waits for the answer. Follow no redirect (pass on the 3xx answer: no store's
        /// API redirects, and another host must not get the credentials), verify TLS, and keep to the limits of time and size.
        /// Recoup waits between requests, keeps to the stores' rates, and sends again, by itself.
        /// </summary>
        /// <param name="request">The request. It is a copy: you may keep it, but it holds credentials.</param>
        /// <returns>
        /// The store's answer, or <see cref="TransportAnswer.Failed(TransportFailure, string)"/>. Null, and an exception, count
        /// as <see cref="TransportFailure.Interrupted"/>. An exception also raises
        /// <see cref="RecoupEngine.UnhandledCallbackException"/>, and so does an unusable answer, such as one with a status that
        /// is not from 200 to 599.
        /// </returns>
        /// <remarks>
        /// Called from any thread, the library's own included, and from several at once: inside
        /// <see cref="RecoupEngine.IssueRefund"/>, <see cref="RecoupEngine.RevokeSubscription"/>,
        /// <see cref="RecoupEngine.Reconcile"/>, <see cref="RecoupEngine.ReconcileOrder"/>, <see cref="RecoupEngine.Work"/> and
        /// <see cref="RecoupEngine.Doctor"/>, inside <see cref="RecoupEngine.Ingest"/> for keys and certificates without a file
        /// in the configuration, on the threads of
        /// <see cref="RecoupEngine.SubmitAsync"/> and of a <see cref="RecoupGateway"/>, and on the engine's own thread unless
        /// <see cref="RecoupOptions.WithBackground"/> is false. It must not call an engine, which fails with
        /// <see cref="RecoupStatus.Reentrant"/>, nor dispose an engine or a gateway, which is refused.
        /// </remarks>
        TransportAnswer Send(TransportRequest request);
    }
}
