using System;
using System.IO;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    /// <summary>
    /// A function of the host's that native code calls. Native code holds it by a GCHandle as user data; the destructor
    /// callback, which the library calls exactly once, frees that handle. The handle is weak: the
    /// <see cref="EngineHandle"/> keeps the function, so that the function may refer to the engine without keeping it
    /// permanently. It tracks resurrection, since the engine's finalizer makes the library call the destructor.
    /// </summary>
    internal abstract class Registration
    {
        private readonly string source;
        private readonly Action released;
        private EngineHandle keeper;

        protected Registration(string source, Action released, EngineHandle keeper, GCHandleType strength)
        {
            this.source = source;
            this.released = released;
            this.keeper = keeper;
            keeper?.Keep(this);
            UserData = GCHandle.ToIntPtr(GCHandle.Alloc(this, strength));
        }

        internal IntPtr UserData { get; }

        internal EngineHandle Keeper => keeper;

        internal static T Of<T>(IntPtr userData) where T : Registration
        {
            return GCHandle.FromIntPtr(userData).Target as T;
        }

        /// <summary>Lets an engine keep a registration that was made before the engine.</summary>
        internal void KeepBy(EngineHandle engine)
        {
            keeper = engine;
            engine.Keep(this);
        }

        internal void Report(Exception exception)
        {
            CallbackExceptionEventArgs.Report(source, exception);
        }

        /// <summary>The destructor callback's work.</summary>
        internal static void Release(IntPtr userData)
        {
            var handle = GCHandle.FromIntPtr(userData);
            var registration = handle.Target as Registration;
            handle.Free();
            if (registration == null)
            {
                return;
            }
            registration.keeper?.Drop(registration);
            try
            {
                registration.released?.Invoke();
            }
            catch (Exception exception)
            {
                registration.Report(exception);
            }
        }
    }

    internal sealed class EventRegistration : Registration
    {
        private readonly Func<RefundEvent, Handled> handler;

        internal EventRegistration(string source, Func<RefundEvent, Handled> handler, Action released, EngineHandle keeper)
            : base(source, released, keeper, GCHandleType.WeakTrackResurrection)
        {
            this.handler = handler;
        }

        internal Handled Call(RefundEvent refundEvent) => handler(refundEvent);
    }

    internal sealed class CompletionRegistration : Registration
    {
        private readonly Action<Completion> handler;

        /// <summary>Without a handler, completions of no task are stored for PollCompletions.</summary>
        internal CompletionRegistration(Action<Completion> handler, Action released, EngineHandle keeper)
            : base("OnCompletion", released, keeper, GCHandleType.WeakTrackResurrection)
        {
            this.handler = handler;
        }

        internal void Call(Completion completion)
        {
            if (Keeper.Submissions.Settle(completion))
            {
                return;
            }
            if (handler == null)
            {
                Keeper.Submissions.Hold(completion);
            }
            else
            {
                handler(completion);
            }
        }
    }

    internal sealed class ClockRegistration : Registration
    {
        private readonly Func<long> clock;

        internal ClockRegistration(Func<long> clock, Action released)
            : base("clock", released, null, GCHandleType.WeakTrackResurrection)
        {
            this.clock = clock;
        }

        internal long Now() => clock();
    }

    internal sealed class TransportRegistration : Registration
    {
        private readonly IRefundTransport transport;

        internal TransportRegistration(IRefundTransport transport, Action released)
            : base("transport", released, null, GCHandleType.WeakTrackResurrection)
        {
            this.transport = transport;
        }

        internal TransportAnswer Send(TransportRequest request) => transport.Send(request);
    }

    /// <summary>For one call; the caller releases it, since native code has no destructor for it.</summary>
    internal sealed class ProgressRegistration : Registration
    {
        private readonly Action<string> progress;

        internal ProgressRegistration(Action<string> progress) : base("progress", null, null, GCHandleType.Normal)
        {
            this.progress = progress;
        }

        internal void Call(string progressJson) => progress(progressJson);
    }

    /// <summary>
    /// For one call that its callback can stop, as <see cref="ProgressRegistration"/>. An exception of the callback stops the call,
    /// which then throws it again.
    /// </summary>
    internal abstract class StoppableRegistration : Registration
    {
        protected StoppableRegistration(string source) : base(source, null, null, GCHandleType.Normal)
        {
        }

        /// <summary>What the callback threw; null: nothing.</summary>
        internal ExceptionDispatchInfo Failure { get; private set; }

        internal void Fail(Exception exception)
        {
            Failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    internal sealed class TrialRegistration : StoppableRegistration
    {
        private readonly Func<string, bool> progress;

        internal TrialRegistration(Func<string, bool> progress) : base("trial")
        {
            this.progress = progress;
        }

        /// <returns>Whether to continue.</returns>
        internal bool Call(string progressJson) => progress(progressJson);
    }

    internal sealed class WriteRegistration : StoppableRegistration
    {
        private readonly Stream to;
        private byte[] piece = new byte[0];

        internal WriteRegistration(Stream to) : base("export")
        {
            this.to = to;
        }

        internal unsafe void Call(byte* data, UIntPtr len)
        {
            var count = checked((int)len.ToUInt64());
            if (piece.Length < count)
            {
                piece = new byte[count];
            }
            Marshal.Copy((IntPtr)data, piece, 0, count);
            to.Write(piece, 0, count);
        }
    }

    /// <summary>For the whole process, so it is held strongly.</summary>
    internal sealed class LogRegistration : Registration
    {
        private readonly Action<RecoupLogLevel, string, string> handler;

        internal LogRegistration(Action<RecoupLogLevel, string, string> handler, Action released)
            : base("log", released, null, GCHandleType.Normal)
        {
            this.handler = handler;
        }

        internal void Call(RecoupLogLevel level, string target, string message) => handler(level, target, message);
    }
}
