using System;
using System.Collections.Generic;
using System.Globalization;

namespace Recoup.Native
{
    /// <summary>
    /// Reads an object's members, each as the type that a document needs. A required member that is missing, or of another
    /// kind, is a <see cref="FormatException"/>: better than a zero where there was money.
    /// </summary>
    internal sealed class JsonObject
    {
        private readonly JsonValue value;

        internal JsonObject(JsonValue value)
        {
            if (value.Kind != JsonKind.Object)
            {
                throw Unfit(value, "is no object");
            }
            this.value = value;
        }

        internal string Text(string name) => TextOf(Needed(name), name);

        internal string TextOrNull(string name)
        {
            var member = Find(name);
            return member == null ? null : TextOf(member, name);
        }

        internal long Number(string name) => NumberOf(Needed(name), name);

        internal long? NumberOrNull(string name)
        {
            var member = Find(name);
            return member == null ? (long?)null : NumberOf(member, name);
        }

        internal bool Flag(string name) => FlagOf(Needed(name), name);

        internal bool? FlagOrNull(string name)
        {
            var member = Find(name);
            return member == null ? (bool?)null : FlagOf(member, name);
        }

        /// <summary>False if it is absent.</summary>
        internal bool FlagOrFalse(string name) => FlagOrNull(name) ?? false;

        internal OpenEnum<T> Enum<T>(string name) where T : struct => new OpenEnum<T>(Text(name));

        internal OpenEnum<T>? EnumOrNull<T>(string name) where T : struct
        {
            var text = TextOrNull(name);
            return text == null ? (OpenEnum<T>?)null : new OpenEnum<T>(text);
        }

        internal Money? MoneyOrNull(string name)
        {
            var member = Find(name);
            return member == null ? (Money?)null : Money.Read(member);
        }

        internal T Document<T>(string name, Func<JsonValue, T> read) where T : class => read(Needed(name));

        internal T DocumentOrNull<T>(string name, Func<JsonValue, T> read) where T : class
        {
            var member = Find(name);
            return member == null ? null : read(member);
        }

        internal IReadOnlyList<T> List<T>(string name, Func<JsonValue, T> read) => ListOf(Needed(name), name, read);

        /// <summary>Empty if it is absent.</summary>
        internal IReadOnlyList<T> ListOrEmpty<T>(string name, Func<JsonValue, T> read)
        {
            var member = Find(name);
            return member == null ? new T[0] : ListOf(member, name, read);
        }

        internal IReadOnlyList<string> Texts(string name) => List(name, item => TextOf(item, name));

        internal IReadOnlyList<string> TextsOrEmpty(string name) => ListOrEmpty(name, item => TextOf(item, name));

        internal IReadOnlyList<string> TextsOrNull(string name) => Find(name) == null ? null : Texts(name);

        internal IReadOnlyList<long> NumberList(string name) => List(name, item => NumberOf(item, name));

        internal IReadOnlyList<OpenEnum<T>> Enums<T>(string name) where T : struct
        {
            return List(name, item => new OpenEnum<T>(TextOf(item, name)));
        }

        internal IReadOnlyList<OpenEnum<T>> EnumsOrNull<T>(string name) where T : struct
        {
            return Find(name) == null ? null : Enums<T>(name);
        }

        /// <summary>A value that is null stays null.</summary>
        internal IReadOnlyDictionary<string, string> TextsByName(string name)
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in Fit(Needed(name), JsonKind.Object, name).Members)
            {
                texts.Add(member.Key, member.Value.Kind == JsonKind.Null ? null : TextOf(member.Value, name));
            }
            return texts;
        }

        internal IReadOnlyDictionary<string, long> Numbers(string name)
        {
            var numbers = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var member in Fit(Needed(name), JsonKind.Object, name).Members)
            {
                numbers.Add(member.Key, NumberOf(member.Value, name));
            }
            return numbers;
        }

        /// <summary>Any value, as JSON.</summary>
        internal string Raw(string name) => Needed(name).Raw;

        /// <summary>The name of the member that gives the value's kind: the known one, or else the first.</summary>
        internal string KindName(string known)
        {
            if (value.Members.ContainsKey(known))
            {
                return known;
            }
            foreach (var name in value.Members.Keys)
            {
                return name;
            }
            throw Unfit(value, "has no member");
        }

        /// <summary>The members that were not read, as JSON.</summary>
        internal Dictionary<string, string> Unread()
        {
            Dictionary<string, string> unread = null;
            foreach (var member in value.Members)
            {
                if (!member.Value.IsRead)
                {
                    unread = unread ?? new Dictionary<string, string>(StringComparer.Ordinal);
                    unread.Add(member.Key, member.Value.Raw);
                }
            }
            return unread;
        }

        private JsonValue Needed(string name)
        {
            return Find(name) ?? throw Unfit(value, "has no \"" + name + "\"");
        }

        /// <summary>Null counts as absent.</summary>
        private JsonValue Find(string name)
        {
            if (!value.Members.TryGetValue(name, out var member))
            {
                return null;
            }
            member.IsRead = true;
            return member.Kind == JsonKind.Null ? null : member;
        }

        private string TextOf(JsonValue member, string name) => Fit(member, JsonKind.String, name).Text;

        private bool FlagOf(JsonValue member, string name) => Fit(member, JsonKind.Boolean, name).Raw == "true";

        private long NumberOf(JsonValue member, string name)
        {
            var raw = Fit(member, JsonKind.Number, name).Raw;
            if (!long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                throw Unfit(value, "has a \"" + name + "\" that is no whole number of 64 bits");
            }
            return number;
        }

        private IReadOnlyList<T> ListOf<T>(JsonValue member, string name, Func<JsonValue, T> read)
        {
            var items = Fit(member, JsonKind.Array, name).Items;
            var list = new T[items.Count];
            for (var i = 0; i < list.Length; i++)
            {
                list[i] = read(items[i]);
            }
            return list;
        }

        private JsonValue Fit(JsonValue member, JsonKind kind, string name)
        {
            if (member.Kind != kind)
            {
                throw Unfit(value, "has a \"" + name + "\" of the kind " + member.Kind + " instead of " + kind);
            }
            return member;
        }

        private static FormatException Unfit(JsonValue value, string how)
        {
            const int Most = 200;
            var raw = value.Raw;
            return new FormatException(
                "The native library's document " + how + ", which this assembly needs: "
                + (raw.Length > Most ? raw.Substring(0, Most) + "…" : raw));
        }
    }
}
