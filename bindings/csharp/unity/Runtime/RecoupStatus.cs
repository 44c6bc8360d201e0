namespace Recoup
{
    /// <summary>
    /// Why a call failed. Values keep their meaning; a newer library may return values that are not named
    /// here.
    /// </summary>
    public enum RecoupStatus
    {
        /// <summary>The call did what it says.</summary>
        Ok = 0,

        /// <summary>An argument cannot be used, and nothing was done. The exception's code says more.</summary>
        InvalidArgument = 1,

        /// <summary>The configuration cannot be used; the message names the key and what was expected.</summary>
        Config = 2,

        /// <summary>The ledger cannot be opened or read, or was written by a newer Recoup.</summary>
        Ledger = 3,

        /// <summary>Another process held the ledger for too long. Try again.</summary>
        Busy = 4,

        /// <summary>The disk that holds the ledger is full. Free some space and try again.</summary>
        DiskFull = 5,

        /// <summary>The engine was closed.</summary>
        Closed = 6,

        /// <summary>There is no such event, refund, action or review.</summary>
        NotFound = 7,

        /// <summary>The order is recorded as another user's purchase: whoever presents it second has not paid for it.</summary>
        PurchaseOfAnotherUser = 8,

        /// <summary>A fault in Recoup that it noticed and undid. Please report it.</summary>
        Internal = 9,

        /// <summary>A fault in Recoup that stopped the call half-way. The engine takes no further calls. Please report it.</summary>
        Panic = 10,

        /// <summary>An earlier call ended with <see cref="Panic"/>. Dispose the engine and open it again.</summary>
        Poisoned = 11,

        /// <summary>The engine was opened before this process was forked off. Open another one in this process.</summary>
        Forked = 12,

        /// <summary>The call may not be made from inside this callback; where the callback is given stands which may.</summary>
        Reentrant = 13,

        /// <summary>Somebody else is handing out this engine's events: a tick on another thread, or the dispatcher.</summary>
        Pumping = 14,

        /// <summary>More submitted requests are held than are taken. Pump, and answer the store 503.</summary>
        QueueFull = 15,

        /// <summary>
        /// A store's API did not do what it was asked, or cannot be asked; the exception's code tells why, and
        /// <see cref="RecoupException.Retryable"/> whether the same may succeed later.
        /// </summary>
        Api = 16,

        /// <summary>
        /// The native library was built without what the call needs; the exception's code names it (no_gateway, no_http). The
        /// libraries that are shipped have all of it.
        /// </summary>
        Unsupported = 17,

        /// <summary>
        /// The address cannot be listened on: somebody else does, it is not this machine's, or the system forbids it.
        /// </summary>
        Listen = 18,

        /// <summary>The ledger's file or its folder cannot be written to.</summary>
        ReadOnly = 19,

        /// <summary>Reading or writing a file failed.</summary>
        IO = 20,

        /// <summary>
        /// The ledger's file was removed, replaced or moved, or its locks were taken away, while the engine had it open: the
        /// engine writes nothing more, and whether this call's change was kept is not known. Close it, put the ledger right,
        /// and open it again.
        /// </summary>
        LedgerLost = 21,

        /// <summary>
        /// The system gives no more threads, file descriptors or memory; the exception's code tells which (no_threads,
        /// no_descriptors, no_memory). The engine stays usable.
        /// </summary>
        OutOfResources = 22,

        /// <summary>
        /// A signed purchase did not pass verification, and nothing was recorded: deliver nothing. The exception's code reports
        /// why.
        /// </summary>
        Rejected = 23,
    }
}
