using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        private static readonly byte[] NoBytes = new byte[1];
        private readonly object completionGate = new object();
        private bool isRoutingCompletions;
        private bool hasCompletionCallback;

        /// <summary>
        /// Ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable.
        /// Call it from the handler of your webhook, and answer the store with <see cref="Outcome.HttpStatus"/>. A forged or
        /// unreadable request is no failure: the outcome is <see cref="OutcomeKind.Rejected"/>.
        /// </summary>
        /// <param name="request">The request.</param>
        /// <remarks>Blocks until the commit is on disk, which concurrent callers share.</remarks>
        /// <exception cref="RecoupException">
        /// The request may be genuine and was not stored: answer with <see cref="RecoupException.HttpStatus"/>, and the store
        /// sends it again.
        /// </exception>
        public unsafe Outcome Ingest(StoreRequest request)
        {
            using (var pinned = new PinnedRequest(request))
            {
                var native = pinned.Native;
                var outcome = new NativeOutcome { struct_size = (uint)sizeof(NativeOutcome) };
                var status = NativeMethods.recoup_engine_ingest(
                    Handle, &native, &outcome, out var details, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return Outcome.Of(outcome, TextHandle.Take(details));
            }
        }

        /// <summary>
        /// Ingests a store's request on the library's own threads. The task ends with the result or exception of
        /// <see cref="Ingest"/>, once the engine is pumped: by <see cref="Tick"/> on your main loop, by <see cref="PumpAsync"/>, or
        /// by the dispatcher; without any of these it never ends. Answer the store only then. Nothing is promised before that:
        /// after a crash the store sends it again.
        /// </summary>
        /// <param name="request">The request. It is copied: you may use it again when this returns.</param>
        /// <remarks>
        /// Does not block. Awaiting code continues outside the callback, on your synchronization context or the thread pool.
        /// If the engine is closed first, the task fails with Closed: answer 503.
        /// </remarks>
        /// <exception cref="RecoupException">
        /// By the task. QueueFull: 4096 requests or 64 MiB of them are held already; answer 503.
        /// </exception>
        public Task<Outcome> SubmitAsync(StoreRequest request)
        {
            using (var pinned = new PinnedRequest(request))
            {
                RouteCompletions();
                var task = Handle.Submissions.Begin(out var tag);
                if (task.IsCompleted)
                {
                    return task;
                }
                var failure = TrySubmit(pinned, tag);
                if (failure == null)
                {
                    return task;
                }
                handle.Submissions.Abandon(tag);
                return Task.FromException<Outcome>(failure);
            }
        }

        /// <summary>
        /// The same without a task: the result comes with its tag by <see cref="PollCompletions(int)"/>, or by a tick if
        /// <see cref="OnCompletion"/> was called. Does not block.
        /// </summary>
        /// <param name="request">The request. It is copied: you may use it again when this returns.</param>
        /// <param name="tag">
        /// A number of your own, outside of 0x8000000000000000 to 0xBFFFFFFFFFFFFFFF, which
        /// <see cref="SubmitAsync(StoreRequest)"/> uses.
        /// </param>
        /// <exception cref="RecoupException">QueueFull, and the failures of every call.</exception>
        public void Submit(StoreRequest request, ulong tag)
        {
            if (Submissions.Owns(tag))
            {
                throw new ArgumentOutOfRangeException(nameof(tag), "is one of SubmitAsync's");
            }
            using (var pinned = new PinnedRequest(request))
            {
                var failure = TrySubmit(pinned, tag);
                if (failure != null)
                {
                    throw failure;
                }
            }
        }

        /// <summary>
        /// The results of up to a number of submitted requests, in the order they were done. Each is reported once. Does not
        /// block.
        /// </summary>
        /// <param name="capacity">At most how many; more than 1000 are 1000.</param>
        public unsafe IReadOnlyList<Completion> PollCompletions(int capacity)
        {
            var room = Room(capacity, MaxBatch);
            var completions = new List<Completion>();
            Handle.Submissions.TakeHeld(completions, room);
            if (completions.Count == room && room > 0)
            {
                return completions;
            }
            var natives = new NativeCompletion[Math.Max(1, room - completions.Count)];
            natives[0].struct_size = (uint)sizeof(NativeCompletion);
            fixed (NativeCompletion* begin = natives)
            {
                var status = NativeMethods.recoup_engine_poll_completions(
                    Handle, begin, (UIntPtr)(room - completions.Count), out var count, out var details, out var error);
                RecoupException.ThrowIfFailed(status, error);
                var texts = JsonValue.Parse(TextHandle.Take(details)).Items;
                for (var i = 0; i < (int)count; i++)
                {
                    var completion = Completion.Read(begin + i, texts[i].Raw);
                    if (!handle.Submissions.Settle(completion))
                    {
                        completions.Add(completion);
                    }
                }
            }
            return completions;
        }

        /// <summary>
        /// Registers a callback for the results of requests that were given to <see cref="Submit(StoreRequest, ulong)"/>. It
        /// replaces the one that was registered before. Without one they are stored for <see cref="PollCompletions(int)"/>. Does
        /// not block.
        /// </summary>
        /// <param name="handler">Called as those of <see cref="OnBlock"/> are; null only removes the registered one.</param>
        /// <param name="released">As for <see cref="OnBlock"/>.</param>
        public void OnCompletion(Action<Completion> handler, Action released = null)
        {
            RefuseReleasedAlone(handler, released);
            lock (completionGate)
            {
                // Tasks need the callback, also where the host wants none.
                var isNeeded = handler != null || isRoutingCompletions;
                RegisterCompletions(isNeeded ? new CompletionRegistration(handler, released, Handle) : null);
                hasCompletionCallback = isNeeded;
            }
        }

        private void RouteCompletions()
        {
            lock (completionGate)
            {
                if (!hasCompletionCallback)
                {
                    RegisterCompletions(new CompletionRegistration(null, null, Handle));
                    hasCompletionCallback = true;
                }
                isRoutingCompletions = true;
            }
        }

        private void RegisterCompletions(CompletionRegistration registration)
        {
            Register(NativeMethods.recoup_engine_on_completion, Trampolines.Completion, registration);
        }

        private unsafe RecoupException TrySubmit(PinnedRequest pinned, ulong tag)
        {
            var native = pinned.Native;
            var status = NativeMethods.recoup_engine_submit(Handle, &native, tag, out var error);
            return status == (int)RecoupStatus.Ok ? null : RecoupException.Take(status, error);
        }

        /// <summary>
        /// Ingests a message of a store that Recoup does not know, which you have authenticated: repetitions, users, policy,
        /// blocks, events and journal are then as for any other store. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="messageJson">
        /// The message: {"store": "custom:" and a name of your own, "app", "environment", "notification_id", "name", "at"} and
        /// one of "purchase" and "fact", as recoup_engine_record_message_json in recoup.h describes.
        /// </param>
        /// <param name="body">The message as it came, at most 256 KiB, for the journal; may be null.</param>
        public unsafe Outcome RecordMessage(string messageJson, byte[] body = null)
        {
            var bytes = body == null || body.Length == 0 ? NoBytes : body;
            fixed (byte* json = Utf8.Bytes(messageJson, nameof(messageJson), out var jsonLen))
            fixed (byte* begin = bytes)
            {
                var outcome = new NativeOutcome { struct_size = (uint)sizeof(NativeOutcome) };
                var status = NativeMethods.recoup_engine_record_message_json(
                    Handle, json, jsonLen, begin, (UIntPtr)(body?.Length ?? 0), &outcome, out var details, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return Outcome.Of(outcome, TextHandle.Take(details));
            }
        }
    }
}
