using System;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// A web server for the stores' requests, made by <see cref="RecoupEngine.Listen(string, string)"/>. It has its own
    /// threads, and listens until it or its engine is disposed, or the garbage collector finds both; whether you keep this
    /// object makes no difference.
    /// </summary>
    public sealed class RecoupGateway : IDisposable
    {
        private readonly GatewayHandle handle;

        private RecoupGateway(GatewayHandle handle, string address)
        {
            this.handle = handle;
            Address = address;
        }

        /// <summary>
        /// Where it listens, such as "127.0.0.1:8080", with the port that it was given. Still reported when it has ended.
        /// </summary>
        public string Address { get; }

        /// <summary>
        /// Accepts no more connections, answers the requests that are under way, and returns when that is done or the grace of
        /// its options is over. The engine stays open. Disposing again is fine.
        /// </summary>
        /// <exception cref="InvalidOperationException">
        /// It was called inside a log function or a transport, which the gateway may be waiting for. Nothing was done.
        /// </exception>
        public void Dispose()
        {
            if (handle.IsClosed)
            {
                return;
            }
            if (Trampolines.IsInnermost)
            {
                throw new InvalidOperationException(
                    "A RecoupGateway cannot be disposed inside a log function or a transport: dispose it after that has returned");
            }
            handle.Dispose();
        }

        internal static RecoupGateway Of(IntPtr owned, EngineHandle engine)
        {
            var handle = new GatewayHandle(owned, engine);
            var status = NativeMethods.recoup_gateway_address(handle, out var address, out var error);
            if (status != (int)RecoupStatus.Ok)
            {
                handle.Dispose();
            }
            RecoupException.ThrowIfFailed(status, error);
            return new RecoupGateway(handle, TextHandle.Take(address));
        }
    }
}
