using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    /// <summary>A handle that the library makes and frees.</summary>
    internal abstract class NativeHandle : SafeHandle
    {
        protected NativeHandle(IntPtr owned) : base(IntPtr.Zero, true)
        {
            SetHandle(owned);
        }

        public override bool IsInvalid => handle == IntPtr.Zero;
    }

    /// <summary>
    /// recoup_engine. It keeps alive what native code may still call: native code itself holds registrations weakly, so
    /// that an unreferenced engine, its callbacks' captures included, can be collected.
    /// </summary>
    internal sealed class EngineHandle : NativeHandle
    {
        private readonly HashSet<Registration> registrations = new HashSet<Registration>();
        private readonly HashSet<GatewayHandle> gateways = new HashSet<GatewayHandle>();
        private readonly WeakReference watched;

        internal EngineHandle(IntPtr owned) : base(owned)
        {
            watched = ProcessEnd.Watch(this);
        }

        /// <summary>The tasks that wait for this engine.</summary>
        internal Submissions Submissions { get; } = new Submissions();

        internal void Keep(Registration registration)
        {
            lock (registrations)
            {
                registrations.Add(registration);
            }
        }

        internal void Drop(Registration registration)
        {
            lock (registrations)
            {
                registrations.Remove(registration);
            }
        }

        internal void Keep(GatewayHandle gateway)
        {
            lock (gateways)
            {
                gateways.Add(gateway);
            }
        }

        internal void Drop(GatewayHandle gateway)
        {
            lock (gateways)
            {
                gateways.Remove(gateway);
            }
        }

        /// <summary>
        /// Ends the gateways, closes the engine, which wakes the threads that wait in it, and frees it when the last call returns.
        /// A failure means that events come back only after their lease.
        /// </summary>
        internal void End()
        {
            try
            {
                foreach (var gateway in Gateways())
                {
                    gateway.Dispose();
                }
                // A running callback ends before the engine is closed under it. Each call has its own error object:
                // nothing is written there on success.
                NativeMethods.recoup_engine_stop_dispatcher(this, out var notStopped);
                NativeMethods.recoup_error_free(notStopped);
                NativeMethods.recoup_engine_close(this, out var notClosed);
                NativeMethods.recoup_error_free(notClosed);
                Submissions.FailAll();
                Dispose();
            }
            catch (ObjectDisposedException)
            {
                // Another thread was faster.
            }
        }

        private GatewayHandle[] Gateways()
        {
            lock (gateways)
            {
                var all = new GatewayHandle[gateways.Count];
                gateways.CopyTo(all);
                return all;
            }
        }

        protected override bool ReleaseHandle()
        {
            ProcessEnd.Forget(watched);
            NativeMethods.recoup_engine_free(handle);
            Submissions.FailAll();
            return true;
        }
    }

    /// <summary>
    /// recoup_gateway. It and its engine keep each other: the engine, so that a gateway continues to listen when its object
    /// is unreferenced; the gateway, since its threads may call the engine's clock and transport until it is freed.
    /// </summary>
    internal sealed class GatewayHandle : NativeHandle
    {
        private readonly EngineHandle engine;

        internal GatewayHandle(IntPtr owned, EngineHandle engine) : base(owned)
        {
            this.engine = engine;
            engine.Keep(this);
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.recoup_gateway_free(handle);
            engine.Drop(this);
            return true;
        }
    }

    /// <summary>recoup_options.</summary>
    internal sealed class OptionsHandle : NativeHandle
    {
        internal OptionsHandle(IntPtr owned) : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.recoup_options_free(handle);
            return true;
        }
    }

    /// <summary>recoup_text.</summary>
    internal sealed class TextHandle : NativeHandle
    {
        private TextHandle(IntPtr owned) : base(owned)
        {
        }

        /// <summary>Reads a text that is ours, and frees it.</summary>
        internal static string Take(IntPtr owned)
        {
            using (var text = new TextHandle(owned))
            {
                return Utf8.ToString(NativeMethods.recoup_text_view(text));
            }
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.recoup_text_free(handle);
            return true;
        }
    }

    /// <summary>recoup_error.</summary>
    internal sealed class ErrorHandle : NativeHandle
    {
        internal ErrorHandle(IntPtr owned) : base(owned)
        {
        }

        protected override bool ReleaseHandle()
        {
            NativeMethods.recoup_error_free(handle);
            return true;
        }
    }
}
