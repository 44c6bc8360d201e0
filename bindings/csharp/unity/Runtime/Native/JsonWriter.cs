using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Recoup.Native
{
    /// <summary>Writes an object of JSON for a call. A member whose value is null is left out.</summary>
    internal sealed class JsonWriter
    {
        private readonly StringBuilder json = new StringBuilder("{");

        internal JsonWriter Text(string name, string value)
        {
            return value == null ? this : Member(name, Quoted(value));
        }

        internal JsonWriter Number(string name, long? value)
        {
            return value == null ? this : Member(name, value.Value.ToString(CultureInfo.InvariantCulture));
        }

        internal JsonWriter Flag(string name, bool? value)
        {
            return value == null ? this : Member(name, value.Value ? "true" : "false");
        }

        internal JsonWriter Time(string name, DateTimeOffset? value)
        {
            return Number(name, value?.ToUnixTimeMilliseconds());
        }

        /// <summary>A value that is JSON already.</summary>
        internal JsonWriter Json(string name, string value)
        {
            return value == null ? this : Member(name, value);
        }

        internal JsonWriter Enum<T>(string name, T? value) where T : struct
        {
            return value == null ? this : Text(name, OpenEnumNames<T>.NameOf(value.Value));
        }

        internal JsonWriter Grants(string name, IEnumerable<Grant> grants)
        {
            var items = new List<string>();
            foreach (var grant in grants)
            {
                items.Add(new JsonWriter().Text("item", grant.Item ?? string.Empty).Number("quantity", grant.Quantity).Object());
            }
            return List(name, items);
        }

        internal JsonWriter Enums<T>(string name, IEnumerable<T> values) where T : struct
        {
            var items = new List<string>();
            foreach (var value in values)
            {
                items.Add(Quoted(OpenEnumNames<T>.NameOf(value)));
            }
            return List(name, items);
        }

        /// <summary>The object.</summary>
        internal string Object() => json + "}";

        private JsonWriter List(string name, List<string> items)
        {
            return Member(name, "[" + string.Join(",", items.ToArray()) + "]");
        }

        private JsonWriter Member(string name, string value)
        {
            json.Append(json.Length > 1 ? "," : string.Empty).Append('"').Append(name).Append("\":").Append(value);
            return this;
        }

        private static string Quoted(string text)
        {
            var quoted = new StringBuilder(text.Length + 2).Append('"');
            foreach (var letter in text)
            {
                if (letter == '"' || letter == '\\')
                {
                    quoted.Append('\\').Append(letter);
                }
                else if (letter < ' ')
                {
                    quoted.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    quoted.Append(letter);
                }
            }
            return quoted.Append('"').ToString();
        }
    }
}
