using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    /// <summary>
    /// What native code calls. Static methods only, as ahead-of-time compilers need; the delegates stay in static
    /// fields, so that they are never collected. No exception passes through: the native frames below could not unwind.
    /// </summary>
    internal static unsafe class Trampolines
    {
        private static readonly EventCallback EventDelegate = OnEvent;
        private static readonly CompletionCallback CompletionDelegate = OnCompletion;
        private static readonly LogCallback LogDelegate = OnLog;
        private static readonly ClockCallback ClockDelegate = OnClock;
        private static readonly Destructor DestroyDelegate = OnDestroy;

        internal static readonly IntPtr Event = Marshal.GetFunctionPointerForDelegate(EventDelegate);
        internal static readonly IntPtr Completion = Marshal.GetFunctionPointerForDelegate(CompletionDelegate);
        internal static readonly IntPtr Log = Marshal.GetFunctionPointerForDelegate(LogDelegate);
        internal static readonly IntPtr Clock = Marshal.GetFunctionPointerForDelegate(ClockDelegate);
        internal static readonly IntPtr Destroy = Marshal.GetFunctionPointerForDelegate(DestroyDelegate);

        /// <summary>The engines whose callbacks run on this thread, the innermost last.</summary>
        [ThreadStatic]
        private static List<EngineHandle> running;

        /// <summary>Whether a callback of an engine runs on this thread.</summary>
        internal static bool IsInside(EngineHandle engine)
        {
            return running != null && running.Contains(engine);
        }

        [MonoPInvokeCallback(typeof(EventCallback))]
        private static int OnEvent(IntPtr userData, NativeEvent* refundEvent)
        {
            EventRegistration registration = null;
            try
            {
                registration = Registration.Of<EventRegistration>(userData);
                if (registration == null)
                {
                    return (int)Handled.Later;
                }
                Enter(registration.Keeper);
                try
                {
                    return (int)registration.Call(RefundEvent.Read(refundEvent));
                }
                finally
                {
                    running.RemoveAt(running.Count - 1);
                }
            }
            catch (ObjectDisposedException) when (registration != null && registration.Keeper.IsClosed)
            {
                // The finalizer is freeing a forgotten engine; the event stays for the next one.
                return (int)Handled.Later;
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
                return (int)Handled.Later;
            }
        }

        [MonoPInvokeCallback(typeof(CompletionCallback))]
        private static void OnCompletion(IntPtr userData, NativeCompletion* completion, NativeString details)
        {
            CompletionRegistration registration = null;
            try
            {
                registration = Registration.Of<CompletionRegistration>(userData);
                if (registration == null)
                {
                    return;
                }
                Enter(registration.Keeper);
                try
                {
                    registration.Call(Recoup.Completion.Read(completion, Utf8.ToString(details)));
                }
                finally
                {
                    running.RemoveAt(running.Count - 1);
                }
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
        }

        [MonoPInvokeCallback(typeof(LogCallback))]
        private static void OnLog(IntPtr userData, int level, NativeString target, NativeString message)
        {
            LogRegistration registration = null;
            try
            {
                registration = Registration.Of<LogRegistration>(userData);
                registration?.Call((RecoupLogLevel)level, Utf8.ToString(target), Utf8.ToString(message));
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
        }

        /// <summary>A clock must say something: where the host's throws it is the machine's time.</summary>
        [MonoPInvokeCallback(typeof(ClockCallback))]
        private static long OnClock(IntPtr userData)
        {
            ClockRegistration registration = null;
            try
            {
                registration = Registration.Of<ClockRegistration>(userData);
                if (registration != null)
                {
                    return registration.Now();
                }
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
            return DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        }

        [MonoPInvokeCallback(typeof(Destructor))]
        private static void OnDestroy(IntPtr userData)
        {
            try
            {
                Registration.Release(userData);
            }
            catch (Exception exception)
            {
                CallbackExceptionEventArgs.Report("destructor", exception);
            }
        }

        private static void Enter(EngineHandle engine)
        {
            if (running == null)
            {
                running = new List<EngineHandle>();
            }
            running.Add(engine);
        }
    }
}
