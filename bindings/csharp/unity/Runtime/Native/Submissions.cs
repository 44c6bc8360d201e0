using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Recoup.Native
{
    /// <summary>The requests that tasks wait for, by the tag they were submitted with.</summary>
    internal sealed class Submissions
    {
        /// <summary>
        /// Tags of tasks are in the first half of the upper half. The host has all numbers below, and the highest ones, which
        /// programs use as marks.
        /// </summary>
        internal const ulong FirstTag = 1UL << 63;

        private const ulong TagMask = FirstTag - 1 >> 1;

        private readonly object gate = new object();
        private readonly Dictionary<ulong, TaskCompletionSource<Outcome>> waiting =
            new Dictionary<ulong, TaskCompletionSource<Outcome>>();
        private readonly List<Completion> held = new List<Completion>();
        private ulong count;
        private bool closed;

        internal static bool Owns(ulong tag) => (tag & ~TagMask) == FirstTag;

        internal Task<Outcome> Begin(out ulong tag)
        {
            // A continuation that ran inside the callback could neither tick nor dispose.
            var source = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                tag = FirstTag | (count++ & TagMask);
                if (closed)
                {
                    source.SetException(RecoupException.Closed());
                }
                else
                {
                    waiting.Add(tag, source);
                }
            }
            return source.Task;
        }

        /// <summary>Forgets a request that was not accepted.</summary>
        internal void Abandon(ulong tag)
        {
            lock (gate)
            {
                waiting.Remove(tag);
            }
        }

        /// <summary>Ends the task that waits for a completion; false if no task does.</summary>
        internal bool Settle(Completion completion)
        {
            if (!Owns(completion.Tag))
            {
                return false;
            }
            TaskCompletionSource<Outcome> source;
            lock (gate)
            {
                waiting.TryGetValue(completion.Tag, out source);
                waiting.Remove(completion.Tag);
            }
            if (completion.Status == RecoupStatus.Ok)
            {
                source?.TrySetResult(completion.Outcome());
            }
            else
            {
                source?.TrySetException(RecoupException.Of(completion));
            }
            return true;
        }

        internal void Hold(Completion completion)
        {
            lock (gate)
            {
                held.Add(completion);
            }
        }

        /// <summary>Moves stored completions into a list, up to a capacity.</summary>
        internal void TakeHeld(List<Completion> into, int capacity)
        {
            lock (gate)
            {
                var count = Math.Min(held.Count, capacity);
                into.AddRange(held.GetRange(0, count));
                held.RemoveRange(0, count);
            }
        }

        /// <summary>Ends all tasks: the engine reports nothing more. Later ones end at once.</summary>
        internal void FailAll()
        {
            List<TaskCompletionSource<Outcome>> left;
            lock (gate)
            {
                closed = true;
                left = new List<TaskCompletionSource<Outcome>>(waiting.Values);
                waiting.Clear();
            }
            foreach (var source in left)
            {
                source.TrySetException(RecoupException.Closed());
            }
        }
    }
}
