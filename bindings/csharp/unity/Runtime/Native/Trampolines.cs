using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    /// <summary>
    /// The methods that native code calls. Static ones only, as ahead-of-time compilers need; the delegates stay in static
    /// fields, so that they are never collected. No exception passes through: the native frames below could not unwind.
    /// </summary>
    internal static unsafe class Trampolines
    {
        /// <summary>Of callbacks that can stop the call.</summary>
        private const byte Continue = 0;
        private const byte Stop = 1;

        private static readonly EventCallback EventDelegate = OnEvent;
        private static readonly CompletionCallback CompletionDelegate = OnCompletion;
        private static readonly LogCallback LogDelegate = OnLog;
        private static readonly ClockCallback ClockDelegate = OnClock;
        private static readonly TransportCallback TransportDelegate = OnTransport;
        private static readonly ProgressCallback ProgressDelegate = OnProgress;
        private static readonly TrialCallback TrialDelegate = OnTrial;
        private static readonly WriteCallback WriteDelegate = OnWrite;
        private static readonly Destructor DestroyDelegate = OnDestroy;

        internal static readonly IntPtr Event = Marshal.GetFunctionPointerForDelegate(EventDelegate);
        internal static readonly IntPtr Completion = Marshal.GetFunctionPointerForDelegate(CompletionDelegate);
        internal static readonly IntPtr Log = Marshal.GetFunctionPointerForDelegate(LogDelegate);
        internal static readonly IntPtr Clock = Marshal.GetFunctionPointerForDelegate(ClockDelegate);
        internal static readonly IntPtr Transport = Marshal.GetFunctionPointerForDelegate(TransportDelegate);
        internal static readonly IntPtr Progress = Marshal.GetFunctionPointerForDelegate(ProgressDelegate);
        internal static readonly IntPtr Trial = Marshal.GetFunctionPointerForDelegate(TrialDelegate);
        internal static readonly IntPtr Write = Marshal.GetFunctionPointerForDelegate(WriteDelegate);
        internal static readonly IntPtr Destroy = Marshal.GetFunctionPointerForDelegate(DestroyDelegate);

        /// <summary>The engines with a callback running on this thread, the innermost last.</summary>
        [ThreadStatic]
        private static List<EngineHandle> running;

        /// <summary>How many log functions and transports run on this thread.</summary>
        [ThreadStatic]
        private static int innermost;

        /// <summary>How many progress callbacks, and writers of exports, run on this thread.</summary>
        [ThreadStatic]
        private static int sweeping;

        /// <summary>Whether a callback runs on this thread in which native code would not free this engine.</summary>
        internal static bool IsInside(EngineHandle engine)
        {
            return innermost > 0 || sweeping > 0 || (running != null && running.Contains(engine));
        }

        /// <summary>Whether a callback runs on this thread in which native code would not free a gateway.</summary>
        internal static bool IsInnermost => innermost > 0;

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
            innermost++;
            try
            {
                registration = Registration.Of<LogRegistration>(userData);
                registration?.Call((RecoupLogLevel)level, Utf8.ToString(target), Utf8.ToString(message));
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
            finally
            {
                innermost--;
            }
        }

        /// <summary>Without an answer, native code counts the request as interrupted.</summary>
        [MonoPInvokeCallback(typeof(TransportCallback))]
        private static void OnTransport(IntPtr userData, NativeHttpRequest* request, IntPtr answer)
        {
            TransportRegistration registration = null;
            innermost++;
            try
            {
                registration = Registration.Of<TransportRegistration>(userData);
                if (registration != null)
                {
                    Answer(registration, request)?.Say(answer);
                }
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
            finally
            {
                innermost--;
            }
        }

        private static TransportAnswer Answer(TransportRegistration registration, NativeHttpRequest* request)
        {
            try
            {
                return registration.Send(TransportRequest.Read(request));
            }
            catch (Exception exception)
            {
                registration.Report(exception);
                // Its type and not its message, which may hold the URL.
                return TransportAnswer.Failed(
                    TransportFailure.Interrupted, "the transport threw " + exception.GetType().FullName);
            }
        }

        [MonoPInvokeCallback(typeof(ProgressCallback))]
        private static void OnProgress(IntPtr userData, NativeString progressJson)
        {
            ProgressRegistration registration = null;
            sweeping++;
            try
            {
                registration = Registration.Of<ProgressRegistration>(userData);
                registration?.Call(Utf8.ToString(progressJson));
            }
            catch (Exception exception)
            {
                registration?.Report(exception);
            }
            finally
            {
                sweeping--;
            }
        }

        [MonoPInvokeCallback(typeof(TrialCallback))]
        private static byte OnTrial(IntPtr userData, NativeString progressJson)
        {
            TrialRegistration registration = null;
            sweeping++;
            try
            {
                registration = Registration.Of<TrialRegistration>(userData);
                return registration != null && registration.Call(Utf8.ToString(progressJson)) ? Continue : Stop;
            }
            catch (Exception exception)
            {
                registration?.Fail(exception);
                return Stop;
            }
            finally
            {
                sweeping--;
            }
        }

        [MonoPInvokeCallback(typeof(WriteCallback))]
        private static byte OnWrite(IntPtr userData, byte* data, UIntPtr len)
        {
            WriteRegistration registration = null;
            sweeping++;
            try
            {
                registration = Registration.Of<WriteRegistration>(userData);
                if (registration == null)
                {
                    return Stop;
                }
                registration.Call(data, len);
                return Continue;
            }
            catch (Exception exception)
            {
                registration?.Fail(exception);
                return Stop;
            }
            finally
            {
                sweeping--;
            }
        }

        /// <summary>A clock must return a time: if the host's throws, it is the machine's.</summary>
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
