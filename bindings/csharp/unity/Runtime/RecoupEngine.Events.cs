using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>The most events that the library delivers at once.</summary>
        private const int MaxBatch = 1000;

        /// <summary>How many events a poll has room for on the stack: 11 KiB.</summary>
        private const int StackEvents = 32;

        /// <summary>How soon a pump notices that it is cancelled.</summary>
        private static readonly TimeSpan PumpTurn = TimeSpan.FromMilliseconds(100);

        /// <summary>How long a pump rests after a wait that brought nothing.</summary>
        private static readonly TimeSpan PumpRest = TimeSpan.FromMilliseconds(10);

        /// <summary>How long a pump waits before it retries a ledger that is busy or full.</summary>
        private static readonly TimeSpan PumpPause = TimeSpan.FromSeconds(1);

        private delegate int RegisterFunction(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        /// <summary>
        /// Up to a number of events to act on, the oldest first. Act on each, then settle it with <see cref="Ack"/>. An event
        /// that is not acknowledged within the lease (the configuration's delivery.lease, 30 seconds unless set) is delivered
        /// again, here or to another process on the same ledger; so are all of them after a crash.
        /// </summary>
        /// <param name="capacity">At most how many; more than 1000 are 1000.</param>
        /// <remarks>
        /// With nothing new it returns at once, without touching the disk and, for up to 32, without allocating. Otherwise it
        /// blocks until a commit is on disk.
        /// </remarks>
        /// <exception cref="RecoupException">
        /// Pumping while a tick or the dispatcher delivers events, Reentrant inside a callback.
        /// </exception>
        public unsafe IReadOnlyList<RefundEvent> Poll(int capacity = 32)
        {
            return Poll(capacity, null);
        }

        /// <summary>The same with all that is known.</summary>
        /// <param name="capacity">At most how many; more than 1000 are 1000.</param>
        /// <param name="details">
        /// One for each event in the same order, with the refund and the block as they were when it was made.
        /// </param>
        public unsafe IReadOnlyList<RefundEvent> Poll(int capacity, out IReadOnlyList<EventDetails> details)
        {
            var text = IntPtr.Zero;
            var events = Poll(capacity, &text);
            details = ReadList(JsonValue.Parse(TextHandle.Take(text)), EventDetails.Read);
            return events;
        }

        private unsafe IReadOnlyList<RefundEvent> Poll(int capacity, IntPtr* details)
        {
            var room = Room(capacity, MaxBatch);
            if (room <= StackEvents)
            {
                var events = stackalloc NativeEvent[StackEvents];
                return Poll(events, room, details);
            }
            fixed (NativeEvent* events = new NativeEvent[room])
            {
                return Poll(events, room, details);
            }
        }

        private unsafe IReadOnlyList<RefundEvent> Poll(NativeEvent* natives, int room, IntPtr* details)
        {
            natives->struct_size = (uint)sizeof(NativeEvent);
            var status = NativeMethods.recoup_engine_poll(
                Handle, natives, (UIntPtr)room, out var count, details, out var error);
            RecoupException.ThrowIfFailed(status, error);
            if (count == UIntPtr.Zero)
            {
                return Array.Empty<RefundEvent>();
            }
            var events = new RefundEvent[(int)count];
            for (var i = 0; i < events.Length; i++)
            {
                events[i] = RefundEvent.Read(natives + i);
            }
            return events;
        }

        /// <summary>
        /// Settles an event: call it after you acted on it. Acknowledging again is fine. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="eventId">Its id.</param>
        /// <exception cref="RecoupException">NotFound: no event was ever made under this id.</exception>
        public void Ack(long eventId)
        {
            var status = NativeMethods.recoup_engine_ack(Handle, eventId, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }

        /// <summary>
        /// Registers a callback for blocked users: end the session, refuse logins. It replaces the one that was registered
        /// before. Does not block.
        /// </summary>
        /// <param name="handler">
        /// Acts on an event, and returns whether that is done. Called by <see cref="Tick"/> on its thread, or on the dispatcher's,
        /// one call at a time. Inside of it you may call all methods except <see cref="Tick"/>, Poll,
        /// <see cref="StartDispatcher"/>, <see cref="StopDispatcher"/> and <see cref="Dispose"/>. An exception raises
        /// <see cref="UnhandledCallbackException"/> and counts as <see cref="Handled.Later"/>. Null removes the registered one.
        /// </param>
        /// <param name="released">
        /// Called once, when the handler will not be called any more: it was replaced, the registration failed, or the engine
        /// was freed. It may run on any thread, the finalizer's included, and must not call Recoup.
        /// </param>
        /// <remarks>
        /// Events of kinds without a callback, neither their own nor one of <see cref="OnEvent"/>, are acknowledged unseen, so
        /// that they do not delay the others; while no callback for events is registered at all, every event stays.
        /// </remarks>
        public void OnBlock(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnBlock), NativeMethods.recoup_engine_on_block, handler, released);
        }

        /// <summary>Registers a callback for users without an active block any more.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnUnblock(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnUnblock), NativeMethods.recoup_engine_on_unblock, handler, released);
        }

        /// <summary>Registers a callback for refunds that a person should look at.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnAlert(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnAlert), NativeMethods.recoup_engine_on_alert, handler, released);
        }

        /// <summary>Registers a callback for refunds: take the items back.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnRefund(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnRefund), NativeMethods.recoup_engine_on_refund, handler, released);
        }

        /// <summary>Registers a callback for reversed refunds: give the items again.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnReversal(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnReversal), NativeMethods.recoup_engine_on_reversal, handler, released);
        }

        /// <summary>Registers a callback for refund requests that a store lets the game review.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnReview(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnReview), NativeMethods.recoup_engine_on_review, handler, released);
        }

        /// <summary>Registers a callback for refunds whose user is not known: record the purchase.</summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnUnattributed(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnUnattributed), NativeMethods.recoup_engine_on_unattributed, handler, released);
        }

        /// <summary>
        /// Registers a callback for changes of what is owed for a refund, or of what the player gets back, without a refund or
        /// reversal event: take or give what <see cref="QueryToDo"/> has, and report it with
        /// <see cref="Settle(long, RecoveryReport)"/>.
        /// </summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnRecovery(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnRecovery), NativeMethods.recoup_engine_on_recovery, handler, released);
        }

        /// <summary>
        /// Registers a callback for notices for players, in the configuration with "notices": {"events": true}: show it if the
        /// player is online, and report it by <see cref="MarkNotice"/>. The notice is in the details of <see cref="QueryEvent"/>.
        /// </summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnNotice(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnNotice), NativeMethods.recoup_engine_on_notice, handler, released);
        }

        /// <summary>
        /// Registers a callback for players who got or lost access to a product by a refund, a reversal or an operator:
        /// <see cref="HasAccess"/> has the answer now.
        /// </summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnAccess(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnAccess), NativeMethods.recoup_engine_on_access, handler, released);
        }

        /// <summary>
        /// Registers a callback for every event of a kind without its own callback, including kinds of later versions.
        /// </summary>
        /// <param name="handler">As for <see cref="OnBlock"/>.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnEvent(Func<RefundEvent, Handled> handler, Action released = null)
        {
            On(nameof(OnEvent), NativeMethods.recoup_engine_on_event, handler, released);
        }

        private void On(string source, RegisterFunction function, Func<RefundEvent, Handled> handler, Action released)
        {
            RefuseReleasedAlone(handler, released);
            var registration = handler == null ? null : new EventRegistration(source, handler, released, Handle);
            Register(function, Trampolines.Event, registration);
        }

        private void Register(RegisterFunction function, IntPtr trampoline, Registration registration)
        {
            int status;
            IntPtr error;
            try
            {
                status = registration == null
                    ? function(Handle, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out error)
                    : function(handle, trampoline, registration.UserData, Trampolines.Destroy, out error);
            }
            catch (ObjectDisposedException)
            {
                // The library never saw it, so it must be released here.
                if (registration != null)
                {
                    Registration.Release(registration.UserData);
                }
                throw;
            }
            RecoupException.ThrowIfFailed(status, error);
        }

        private static void RefuseReleasedAlone(Delegate handler, Action released)
        {
            if (handler == null && released != null)
            {
                throw new ArgumentException("needs a handler that is released", nameof(released));
            }
        }

        /// <summary>
        /// Calls the registered callbacks on this thread for everything due, completions first and then events in their order,
        /// until nothing is left or the budget is spent. The budget is checked between calls: there is always at least one if
        /// anything is due. Call it from your main loop.
        /// </summary>
        /// <param name="budget">How long; zero: all of it.</param>
        /// <returns>The number of calls.</returns>
        /// <remarks>
        /// With nothing to do it allocates nothing and touches no disk; otherwise it blocks until a commit is on disk, twice for
        /// up to 64 events. Poll, tick and the dispatcher are three ways to the same events, one at a time.
        /// </remarks>
        /// <exception cref="RecoupException">
        /// Reentrant inside a callback; Pumping while another thread ticks or the dispatcher runs.
        /// </exception>
        public long Tick(TimeSpan budget)
        {
            if (budget < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(budget), "cannot be less than nothing");
            }
            var micros = (ulong)Ceiling(budget.Ticks, TimeSpan.TicksPerMillisecond / 1000);
            var status = NativeMethods.recoup_engine_tick(Handle, micros, out var handled, out var error);
            RecoupException.ThrowIfFailed(status, error);
            return (long)handled;
        }

        /// <summary>
        /// Waits until there may be something to poll or to tick for. For a thread that has nothing else to do; many may wait at
        /// once.
        /// </summary>
        /// <param name="timeout">How long at most.</param>
        /// <returns>False if the time is up or the engine was closed.</returns>
        public bool Wait(TimeSpan timeout)
        {
            if (timeout < TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(timeout), "cannot be less than nothing");
            }
            var ms = (ulong)Ceiling(timeout.Ticks, TimeSpan.TicksPerMillisecond);
            var status = NativeMethods.recoup_engine_wait(Handle, ms, out var ready, out var error);
            RecoupException.ThrowIfFailed(status, error);
            return ready != 0;
        }

        /// <summary>
        /// Ticks on a thread of its own as soon as something is due: callbacks are called and tasks end there. For programs
        /// without a main loop. A ledger that is busy or full is retried after a second.
        /// </summary>
        /// <param name="cancellation">Ends it, within 100 milliseconds plus the time of the running callback.</param>
        /// <returns>
        /// A task that ends when it is cancelled or the engine is closed, and fails with the exception of a tick that cannot be
        /// retried. Its thread keeps the engine.
        /// </returns>
        public Task PumpAsync(CancellationToken cancellation = default(CancellationToken))
        {
            return Task.Factory.StartNew(
                () => Pump(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        private void Pump(CancellationToken cancellation)
        {
            while (!cancellation.IsCancellationRequested)
            {
                try
                {
                    if (Wait(PumpTurn))
                    {
                        if (Tick(TimeSpan.Zero) == 0)
                        {
                            // Events without a callback stay, and every wait is over at once.
                            cancellation.WaitHandle.WaitOne(PumpRest);
                        }
                    }
                    else
                    {
                        // The wait may have ended because the engine was closed: then this call throws.
                        Tick(TimeSpan.FromMilliseconds(1));
                    }
                }
                catch (ObjectDisposedException)
                {
                    return;
                }
                catch (RecoupException exception) when (exception.Status == RecoupStatus.Closed)
                {
                    return;
                }
                catch (RecoupException exception) when (exception.Retryable || exception.Status == RecoupStatus.DiskFull)
                {
                    cancellation.WaitHandle.WaitOne(PumpPause);
                }
            }
        }

        /// <summary>
        /// Starts a thread of the library that calls the registered callbacks as soon as something is due, for programs without
        /// a main loop. Closing the engine ends it too. Does not block.
        /// </summary>
        /// <exception cref="RecoupException">Pumping: it runs already or a tick is running.</exception>
        public void StartDispatcher()
        {
            var status = NativeMethods.recoup_engine_start_dispatcher(Handle, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }

        /// <summary>
        /// Ends the dispatcher's thread, and waits for the callback that is running. If no dispatcher runs, nothing happens.
        /// </summary>
        /// <exception cref="RecoupException">Reentrant inside a callback.</exception>
        public void StopDispatcher()
        {
            var status = NativeMethods.recoup_engine_stop_dispatcher(Handle, out var error);
            RecoupException.ThrowIfFailed(status, error);
        }

        private static int Room(int capacity, int most)
        {
            if (capacity < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(capacity), "cannot be less than 0");
            }
            return Math.Min(capacity, most);
        }
    }
}
