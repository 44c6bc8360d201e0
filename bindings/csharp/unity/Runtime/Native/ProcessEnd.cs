using System;
using System.Collections.Generic;

namespace Recoup.Native
{
    /// <summary>
    /// Mono ends threads one by one while a process or an application domain ends, native ones that are inside a callback
    /// too, and then runs finalizers; Unity's editor does so at every reload of scripts. An engine must not live that long.
    /// Other runtimes leave native threads alone, and need none of this.
    /// </summary>
    internal static class ProcessEnd
    {
        private static readonly bool IsMono = Type.GetType("Mono.Runtime") != null;
        private static readonly HashSet<WeakReference> Engines = new HashSet<WeakReference>();
        private static bool isListening;

        /// <summary>Frees an engine when the process ends, unless it is freed earlier; call Forget then.</summary>
        internal static WeakReference Watch(EngineHandle engine)
        {
            // It must find engines that wait for their finalizer.
            var reference = new WeakReference(engine, true);
            if (IsMono)
            {
                lock (Engines)
                {
                    Engines.Add(reference);
                    Listen();
                }
            }
            return reference;
        }

        internal static void Forget(WeakReference reference)
        {
            if (IsMono)
            {
                lock (Engines)
                {
                    Engines.Remove(reference);
                }
            }
        }

        /// <summary>The log's function goes too.</summary>
        internal static void WatchLog()
        {
            if (IsMono)
            {
                lock (Engines)
                {
                    Listen();
                }
            }
        }

        private static void Listen()
        {
            if (!isListening)
            {
                isListening = true;
                AppDomain.CurrentDomain.ProcessExit += (sender, reported) => End();
                AppDomain.CurrentDomain.DomainUnload += (sender, reported) => End();
            }
        }

        private static void End()
        {
            var left = new List<WeakReference>();
            lock (Engines)
            {
                left.AddRange(Engines);
            }
            foreach (var reference in left)
            {
                (reference.Target as EngineHandle)?.End();
            }
            NativeMethods.recoup_log_set((int)RecoupLogLevel.Off, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out var error);
            NativeMethods.recoup_error_free(error);
        }
    }
}
