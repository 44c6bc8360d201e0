using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Listens for the stores' requests, ingests them as <see cref="Ingest"/> does, and answers them. It speaks plain HTTP/1.1
        /// and belongs behind what ends your TLS; pass on /v1/ only. The routes are POST /v1/app-store, /v1/google-play,
        /// /v1/one-store, /v1/stripe and /v1/amazon, or /v1/SECRET/app-store and so on where there is a path_secret, and for you GET
        /// /healthz and GET /metrics (Prometheus). Results come by events, as always. Does not block.
        /// </summary>
        /// <param name="address">
        /// An IP address and a port, such as "127.0.0.1:8080" or "[::1]:8080"; port 0 is any free one, which
        /// <see cref="RecoupGateway.Address"/> reports.
        /// </param>
        /// <param name="optionsJson">
        /// An object, or empty, with any of "path_secret" (16 to 128 letters, digits, - . _ or ~, without which a store's route is
        /// answered 404), "public" (true, without which an address that other machines can reach is refused), "connections" (256)
        /// and "ingests" (64) for how many there are at once, "head_timeout" ("20s"), "request_timeout" ("20s") and "grace" ("10s")
        /// for a request's head, from there to its answer, and for requests under way when it ends, "idle_timeout" ("75s") for a
        /// connection between two requests, longer than what is in front keeps them; a number and ms, s, m, h or d.
        /// </param>
        /// <returns>The gateway. Any number may listen for one engine.</returns>
        /// <exception cref="RecoupException">
        /// InvalidArgument (bad_address, public_address, bad_path_secret, bad_json), Listen, Closed, or Unsupported.
        /// </exception>
        public unsafe RecoupGateway Listen(string address, string optionsJson = "")
        {
            fixed (byte* where = Utf8.Bytes(address, nameof(address), out var whereLen))
            fixed (byte* options = Utf8.Bytes(optionsJson, nameof(optionsJson), out var optionsLen))
            {
                var engine = Handle;
                var status = NativeMethods.recoup_listen(
                    engine, where, whereLen, options, optionsLen, out var gateway, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return RecoupGateway.Of(gateway, engine);
            }
        }
    }
}
