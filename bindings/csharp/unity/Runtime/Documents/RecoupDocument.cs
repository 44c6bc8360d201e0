using System;
using System.Collections.Generic;
using Recoup.Native;

namespace Recoup
{
    /// <summary>
    /// A JSON document of the library. It does not change; any number of threads may read it at once. Additions of a newer
    /// library are kept: its members in <see cref="AdditionalMembers"/>, its values in <see cref="OpenEnum{T}.Text"/>, and
    /// all of it in <see cref="Json"/>.
    /// </summary>
    public abstract class RecoupDocument
    {
        private static readonly IReadOnlyDictionary<string, string> NoMembers = new Dictionary<string, string>();

        private string source;
        private int begin;
        private int length;

        internal RecoupDocument()
        {
        }

        /// <summary>The document as the library wrote it.</summary>
        public string Json => source.Substring(begin, length);

        /// <summary>The members that this assembly has no property for, as JSON by their names. Empty: none.</summary>
        public IReadOnlyDictionary<string, string> AdditionalMembers { get; private set; }

        /// <summary>The document as the library wrote it, for logs.</summary>
        public override string ToString() => Json;

        /// <exception cref="FormatException">It lacks what this assembly needs.</exception>
        internal static T Of<T>(JsonValue value, Func<JsonObject, T> make) where T : RecoupDocument
        {
            var json = new JsonObject(value);
            var document = make(json);
            document.Keep(value, json.Unread());
            return document;
        }

        /// <summary>For a value that is no object, and so has no members.</summary>
        internal void Keep(JsonValue value, IReadOnlyDictionary<string, string> additional = null)
        {
            source = value.Source;
            begin = value.Begin;
            length = value.End - value.Begin;
            AdditionalMembers = additional ?? NoMembers;
        }
    }
}
