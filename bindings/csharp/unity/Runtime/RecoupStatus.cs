namespace Recoup
{
    /// <summary>
    /// Why a call failed. Values keep their meaning; a newer library may return values that are not named
    /// here.
    /// </summary>
    public enum RecoupStatus
    {
        /// <summary>The call succeeded.</summary>
        Ok = 0,

        /// <summary>An argument is invalid, and nothing was done. The exception's code has the reason.</summary>
        InvalidArgument = 1,

        /// <summary>The configuration is invalid; the message names the key and what was expected.</summary>
        Config = 2,

        /// <summary>The ledger cannot be opened or read, or was written by a newer Recoup.</summary>
        Ledger = 3,

        /// <summary>Another process held the ledger for too long. Try again.</summary>
        Busy = 4,

        /// <summary>The disk that holds the ledger is full. Free some space and try again.</summary>
        DiskFull = 5,

        /// <summary>The engine was closed.</summary>
        Closed = 6,

        /// <summary>There is no such event, refund, order, entry, action or review.</summary>
        NotFound = 7,

        /// <summary>The order is already recorded as another user's purchase: deliver nothing.</summary>
        PurchaseOfAnotherUser = 8,

        /// <summary>A fault in Recoup that it noticed and undid. Please report it.</summary>
        Internal = 9,

        /// <summary>A fault in Recoup that interrupted the call. The engine refuses further calls. Please report it.</summary>
        Panic = 10,

        /// <summary>An earlier call ended with <see cref="Panic"/>. Dispose the engine and open it again.</summary>
        Poisoned = 11,

        /// <summary>The engine was opened before this process was forked off. Open another one in this process.</summary>
        Forked = 12,

        /// <summary>The call may not be made from inside this callback; its registration documents which may.</summary>
        Reentrant = 13,

        /// <summary>Another thread is delivering this engine's events: a tick, or the dispatcher.</summary>
        Pumping = 14,

        /// <summary>Too many submitted requests are held. Pump, and answer the store 503.</summary>
        QueueFull = 15,

        /// <summary>
        /// A store's API refused a request or cannot be reached; the exception's code has the reason, and
        /// <see cref="RecoupException.Retryable"/> whether the same may succeed later.
        /// </summary>
        Api = 16,

        /// <summary>
        /// The native library was built without what the call needs; the exception's code names it (no_gateway, no_http). The
        /// released libraries have all of it.
        /// </summary>
        Unsupported = 17,

        /// <summary>
        /// The address cannot be listened on: it is in use, it is not this machine's, or the system forbids it.
        /// </summary>
        Listen = 18,

        /// <summary>The ledger's file or its folder cannot be written to.</summary>
        ReadOnly = 19,

        /// <summary>Reading or writing a file failed.</summary>
        IO = 20,

        /// <summary>
        /// The ledger's file was removed, replaced or moved, or its locks were released, while the engine had it open: the
        /// engine writes nothing more, and whether this call's change was stored is not known. Close it, repair the ledger,
        /// and open it again.
        /// </summary>
        LedgerLost = 21,

        /// <summary>
        /// The system gives no more threads, file descriptors or memory; the exception's code has which (no_threads,
        /// no_descriptors, no_memory). The engine stays usable.
        /// </summary>
        OutOfResources = 22,

        /// <summary>
        /// A signed purchase did not pass verification, and nothing was recorded: deliver nothing. The exception's code has the
        /// reason.
        /// </summary>
        Rejected = 23,

        /// <summary>
        /// The call does not fit what is in the ledger, and changed nothing. The exception's code has the reason, and its message
        /// what to do.
        /// </summary>
        Refused = 24,
    }
}
