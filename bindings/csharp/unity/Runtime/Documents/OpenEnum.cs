using System;
using System.Collections.Generic;
using System.Text;

namespace Recoup
{
    /// <summary>
    /// One of the values of an enumeration, or one that a newer library adds. Compare it with a value,
    /// <c>refund.State == StoreState.Refunded</c>, or branch on <see cref="Known"/>.
    /// </summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    public readonly struct OpenEnum<T> : IEquatable<OpenEnum<T>> where T : struct
    {
        private readonly string text;

        /// <summary>The value with a name in JSON.</summary>
        /// <param name="text">The name in JSON, such as "partly_refunded".</param>
        public OpenEnum(string text)
        {
            this.text = text;
        }

        /// <summary>The name in JSON, such as "partly_refunded".</summary>
        public string Text => text ?? string.Empty;

        /// <summary>The value; null: this assembly does not know it.</summary>
        public T? Known => OpenEnumNames<T>.Find(text);

        /// <summary>A value as one that may be unknown.</summary>
        /// <param name="value">The value.</param>
        public static implicit operator OpenEnum<T>(T value) => new OpenEnum<T>(OpenEnumNames<T>.NameOf(value));

        /// <summary>Whether both are the same.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator ==(OpenEnum<T> left, OpenEnum<T> right) => left.Equals(right);

        /// <summary>Whether they differ.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator !=(OpenEnum<T> left, OpenEnum<T> right) => !left.Equals(right);

        /// <summary>Whether both are the same.</summary>
        /// <param name="other">The other.</param>
        public bool Equals(OpenEnum<T> other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

        /// <summary>Whether both are the same.</summary>
        /// <param name="other">The other.</param>
        public override bool Equals(object other) => other is OpenEnum<T> value && Equals(value);

        /// <summary>The same for equal values.</summary>
        public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

        /// <summary>The name in JSON.</summary>
        public override string ToString() => Text;
    }

    /// <summary>The values of an enumeration by their names in JSON. Its zero is "unset", and has none.</summary>
    internal static class OpenEnumNames<T> where T : struct
    {
        private static readonly Dictionary<string, T> Values = Read();

        internal static IEnumerable<string> All => Values.Keys;

        internal static T? Find(string text)
        {
            return text != null && Values.TryGetValue(text, out var value) ? value : (T?)null;
        }

        internal static string NameOf(T value)
        {
            foreach (var pair in Values)
            {
                if (EqualityComparer<T>.Default.Equals(pair.Value, value))
                {
                    return pair.Key;
                }
            }
            return string.Empty;
        }

        private static Dictionary<string, T> Read()
        {
            var values = new Dictionary<string, T>(StringComparer.Ordinal);
            foreach (var name in Enum.GetNames(typeof(T)))
            {
                var value = (T)Enum.Parse(typeof(T), name);
                if (!EqualityComparer<T>.Default.Equals(value, default(T)))
                {
                    values.Add(InJson(name), value);
                }
            }
            return values;
        }

        private static string InJson(string name)
        {
            var json = new StringBuilder(name.Length + 4);
            foreach (var letter in name)
            {
                if (char.IsUpper(letter) && json.Length > 0)
                {
                    json.Append('_');
                }
                json.Append(char.ToLowerInvariant(letter));
            }
            return json.ToString();
        }
    }
}
