namespace Recoup
{
    /// <summary>
    /// Sends what Recoup asks of the stores, instead of the library's own HTTP client: for a client that the game has already,
    /// for a proxy with rules of its own, for tests. Give it to
    /// <see cref="RecoupOptions.WithTransport(IRefundTransport, System.Action)"/>.
    /// </summary>
    public interface IRefundTransport
    {
        /// <summary>
        /// Sends one request once and as it is, and waits for the answer. Follow no redirect (give the 3xx answer as it is: no
        /// store's API redirects, and whoever does must not get the credentials), verify TLS, and keep to the limits of time and
        /// size. Recoup waits between requests, keeps to the stores' rates, and sends again, by itself.
        /// </summary>
        /// <param name="request">The request. It is a copy: you may keep it, but it holds credentials.</param>
        /// <returns>
        /// What the store answered, or <see cref="TransportAnswer.Failed(TransportFailure, string)"/>. Null, and an exception,
        /// count as <see cref="TransportFailure.Interrupted"/>; the exception is
        /// <see cref="RecoupEngine.UnhandledCallbackException"/> too, and so is what makes an answer unusable, such as a status
        /// that is not from 200 to 599.
        /// </returns>
        /// <remarks>
        /// Called from any thread, the library's own included, and from several at once: inside
        /// <see cref="RecoupEngine.IssueRefund"/>, <see cref="RecoupEngine.RevokeSubscription"/>,
        /// <see cref="RecoupEngine.Reconcile"/>, <see cref="RecoupEngine.ReconcileOrder"/>, <see cref="RecoupEngine.Work"/> and
        /// <see cref="RecoupEngine.Doctor"/>, inside <see cref="RecoupEngine.Ingest"/> for keys and certificates that the configuration names no file for, on the threads of
        /// <see cref="RecoupEngine.SubmitAsync"/> and of a <see cref="RecoupGateway"/>, and on the engine's own thread unless
        /// <see cref="RecoupOptions.WithBackground"/> says otherwise. It must not call an engine, which fails with
        /// <see cref="RecoupStatus.Reentrant"/>, nor dispose an engine or a gateway, which is refused.
        /// </remarks>
        TransportAnswer Send(TransportRequest request);
    }
}
