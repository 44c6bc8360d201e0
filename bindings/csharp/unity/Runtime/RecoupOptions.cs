using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// How to open an engine: a configuration, and settings that only code can make. Give it to
    /// <see cref="RecoupEngine.Open(RecoupOptions)"/> as often as you like. One thread at a time may change it.
    /// </summary>
    public sealed class RecoupOptions
    {
        private readonly string configJson;
        private readonly string baseFolder;
        private readonly string configFile;
        private Func<long> clock;
        private Action clockReleased;
        private IRefundTransport transport;
        private Action transportReleased;
        private bool background = true;

        private RecoupOptions(string configJson, string baseFolder, string configFile)
        {
            this.configJson = configJson;
            this.baseFolder = baseFolder;
            this.configFile = configFile;
        }

        /// <summary>Takes the configuration from JSON, which is read when an engine is opened.</summary>
        /// <param name="configJson">The configuration.</param>
        /// <param name="baseFolder">
        /// Where relative paths in the configuration start; empty: the working directory.
        /// </param>
        public static RecoupOptions FromJson(string configJson, string baseFolder = "")
        {
            return new RecoupOptions(
                configJson ?? throw new ArgumentNullException(nameof(configJson)),
                baseFolder ?? throw new ArgumentNullException(nameof(baseFolder)),
                null);
        }

        /// <summary>
        /// Takes the configuration from a file, which is read when an engine is opened. Relative paths in it start from the
        /// file's own folder.
        /// </summary>
        /// <param name="path">The file.</param>
        public static RecoupOptions FromFile(string path)
        {
            return new RecoupOptions(null, null, path ?? throw new ArgumentNullException(nameof(path)));
        }

        /// <summary>Takes the time from a function of yours instead of the machine's clock: for tests.</summary>
        /// <param name="clock">
        /// Returns the time. Called from any thread, the library's own included, from several at once, and often. It must not
        /// call Recoup. If it throws, the machine's time is used and
        /// <see cref="RecoupEngine.UnhandledCallbackException"/> is raised.
        /// </param>
        /// <param name="released">
        /// Called once for each engine that was opened with these options, or failed to open, when that engine and its gateways
        /// call the clock no more. It must not call Recoup.
        /// </param>
        /// <returns>These options.</returns>
        public RecoupOptions WithClock(Func<DateTimeOffset> clock, Action released = null)
        {
            if (clock == null)
            {
                throw new ArgumentNullException(nameof(clock));
            }
            return WithClock(() => clock().ToUnixTimeMilliseconds(), released);
        }

        /// <summary>The same with a function that returns Unix milliseconds.</summary>
        /// <param name="clock">Returns the time.</param>
        /// <param name="released">As above.</param>
        /// <returns>These options.</returns>
        public RecoupOptions WithClock(Func<long> clock, Action released = null)
        {
            this.clock = clock ?? throw new ArgumentNullException(nameof(clock));
            clockReleased = released;
            return this;
        }

        /// <summary>Sends requests to the stores through a class of yours, instead of the library's own HTTP client.</summary>
        /// <param name="transport">Sends requests.</param>
        /// <param name="released">
        /// Called once for each engine that was opened with these options, or failed to open, when that engine and its gateways
        /// send no more. It must not call Recoup.
        /// </param>
        /// <returns>These options.</returns>
        public RecoupOptions WithTransport(IRefundTransport transport, Action released = null)
        {
            this.transport = transport ?? throw new ArgumentNullException(nameof(transport));
            transportReleased = released;
            return this;
        }

        /// <summary>The same with a function.</summary>
        /// <param name="send">As <see cref="IRefundTransport.Send(TransportRequest)"/>.</param>
        /// <param name="released">As above.</param>
        /// <returns>These options.</returns>
        public RecoupOptions WithTransport(Func<TransportRequest, TransportAnswer> send, Action released = null)
        {
            return WithTransport(new FunctionTransport(send ?? throw new ArgumentNullException(nameof(send))), released);
        }

        /// <summary>
        /// Whether engines work with the stores by themselves; the default is true. If a configuration has credentials of a
        /// store's API, such an engine has a thread that queries the stores for refunds without a message (unless the configuration
        /// has reconcile.off), answers their refund reviews, and continues actions that were not done at once. Without it call
        /// <see cref="RecoupEngine.Work"/> now and then.
        /// </summary>
        /// <param name="background">Whether they do.</param>
        /// <returns>These options.</returns>
        public RecoupOptions WithBackground(bool background)
        {
            this.background = background;
            return this;
        }

        /// <summary>Opens an engine.</summary>
        internal EngineHandle Open()
        {
            NativeLayout.Ensure();
            var registrations = new List<Registration>();
            try
            {
                return Open(registrations);
            }
            finally
            {
                // Native code holds them weakly, and may release them while it frees the options.
                GC.KeepAlive(registrations);
            }
        }

        private EngineHandle Open(List<Registration> registrations)
        {
            using (var options = new OptionsHandle(NativeMethods.recoup_options_new()))
            {
                if (clock != null)
                {
                    Set(NativeMethods.recoup_options_set_clock, options, Trampolines.Clock,
                        new ClockRegistration(clock, clockReleased), registrations);
                }
                if (transport != null)
                {
                    Set(NativeMethods.recoup_options_set_transport, options, Trampolines.Transport,
                        new TransportRegistration(transport, transportReleased), registrations);
                }
                RecoupException.ThrowIfFailed(
                    NativeMethods.recoup_options_set_background(options, (byte)(background ? 1 : 0), out var refused), refused);
                Configure(options);
                var status = NativeMethods.recoup_engine_open_with(options, out var opened, out var error);
                RecoupException.ThrowIfFailed(status, error);
                var engine = new EngineHandle(opened);
                registrations.ForEach(registration => registration.KeepBy(engine));
                return engine;
            }
        }

        private static void Set(
            SetFunction set, OptionsHandle options, IntPtr callback, Registration registration, List<Registration> registrations)
        {
            registrations.Add(registration);
            var status = set(options, callback, registration.UserData, Trampolines.Destroy, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }

        private unsafe void Configure(OptionsHandle options)
        {
            int status;
            IntPtr error;
            if (configFile != null)
            {
                fixed (byte* path = Utf8.Bytes(configFile, nameof(configFile), out var len))
                {
                    status = NativeMethods.recoup_options_set_config_file(options, path, len, out error);
                }
            }
            else
            {
                fixed (byte* json = Utf8.Bytes(configJson, nameof(configJson), out var jsonLen))
                fixed (byte* folder = Utf8.Bytes(baseFolder, nameof(baseFolder), out var folderLen))
                {
                    status = NativeMethods.recoup_options_set_config_json(
                        options, json, jsonLen, folder, folderLen, out error);
                }
            }
            RecoupException.ThrowIfFailed(status, error);
        }

        private delegate int SetFunction(
            OptionsHandle options, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        private sealed class FunctionTransport : IRefundTransport
        {
            private readonly Func<TransportRequest, TransportAnswer> send;

            internal FunctionTransport(Func<TransportRequest, TransportAnswer> send)
            {
                this.send = send;
            }

            public TransportAnswer Send(TransportRequest request) => send(request);
        }
    }
}
