using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>A page of a list, and where the next one begins.</summary>
    /// <typeparam name="T">The type of its items.</typeparam>
    public sealed class Page<T> : RecoupDocument where T : RecoupDocument
    {
        private Page(JsonObject json, Func<JsonValue, T> read)
        {
            Items = json.List("items", read);
            Next = json.NumberOrNull("next");
        }

        /// <summary>The items, newest first.</summary>
        public IReadOnlyList<T> Items { get; }

        /// <summary>Give this as <c>after</c> for the next page; null at the end.</summary>
        public long? Next { get; }

        internal static Page<T> Read(JsonValue value, Func<JsonValue, T> read) => Of(value, json => new Page<T>(json, read));
    }
}
