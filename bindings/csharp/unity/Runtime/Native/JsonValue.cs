using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Recoup.Native
{
    internal enum JsonKind
    {
        Null,
        Boolean,
        Number,
        String,
        Array,
        Object,
    }

    /// <summary>
    /// A value of JSON, and the place of its text. The reader is our own because the runtimes share none: .NET Standard 2.1
    /// has only DataContractJsonSerializer, which works by reflection, drops unknown members, and is in different assemblies
    /// on Mono and on .NET; System.Text.Json and Newtonsoft.Json are packages that Unity projects may lack. It is strict: it
    /// refuses what RFC 8259 does not allow, a member that occurs twice, and half of a surrogate pair.
    /// </summary>
    internal sealed class JsonValue
    {
        private static readonly JsonValue[] NoItems = new JsonValue[0];
        private static readonly Dictionary<string, JsonValue> NoMembers = new Dictionary<string, JsonValue>();

        private JsonValue(JsonKind kind, string source, int begin, int end)
        {
            Kind = kind;
            Source = source;
            Begin = begin;
            End = end;
            Items = NoItems;
            Members = NoMembers;
        }

        internal JsonKind Kind { get; }

        /// <summary>The whole text that the value was read from.</summary>
        internal string Source { get; }

        internal int Begin { get; }

        internal int End { get; }

        /// <summary>A string's text, its escapes resolved.</summary>
        internal string Text { get; private set; }

        internal IReadOnlyList<JsonValue> Items { get; private set; }

        internal Dictionary<string, JsonValue> Members { get; private set; }

        /// <summary>Whether a document has taken it as one of its members.</summary>
        internal bool IsRead { get; set; }

        /// <summary>The value's own text.</summary>
        internal string Raw => Source.Substring(Begin, End - Begin);

        /// <exception cref="FormatException">It is no JSON.</exception>
        internal static JsonValue Parse(string text)
        {
            return new Parser(text).Document();
        }

        private sealed class Parser
        {
            /// <summary>Deeper than any document, and far from the end of any thread's stack.</summary>
            private const int Deepest = 64;

            private readonly string text;
            private int at;

            internal Parser(string text)
            {
                this.text = text;
            }

            internal JsonValue Document()
            {
                var value = Value(0);
                SkipSpace();
                if (at < text.Length)
                {
                    throw Wrong("the text goes on after its value");
                }
                return value;
            }

            private JsonValue Value(int depth)
            {
                SkipSpace();
                var begin = at;
                switch (Peek())
                {
                    case '{': return Object(begin, depth);
                    case '[': return Array(begin, depth);
                    case '"':
                        var content = String();
                        return new JsonValue(JsonKind.String, text, begin, at) { Text = content };
                    case 't': return Word("true", JsonKind.Boolean);
                    case 'f': return Word("false", JsonKind.Boolean);
                    case 'n': return Word("null", JsonKind.Null);
                    default: return Number(begin);
                }
            }

            private JsonValue Object(int begin, int depth)
            {
                Descend(depth);
                var members = new Dictionary<string, JsonValue>(StringComparer.Ordinal);
                at++;
                SkipSpace();
                if (Peek() == '}')
                {
                    at++;
                    return new JsonValue(JsonKind.Object, text, begin, at);
                }
                do
                {
                    SkipSpace();
                    var name = String();
                    SkipSpace();
                    Take(':');
                    if (members.ContainsKey(name))
                    {
                        throw Wrong("the member \"" + name + "\" occurs twice");
                    }
                    members.Add(name, Value(depth + 1));
                }
                while (Next('}'));
                return new JsonValue(JsonKind.Object, text, begin, at) { Members = members };
            }

            private JsonValue Array(int begin, int depth)
            {
                Descend(depth);
                var items = new List<JsonValue>();
                at++;
                SkipSpace();
                if (Peek() == ']')
                {
                    at++;
                    return new JsonValue(JsonKind.Array, text, begin, at);
                }
                do
                {
                    items.Add(Value(depth + 1));
                }
                while (Next(']'));
                return new JsonValue(JsonKind.Array, text, begin, at) { Items = items };
            }

            private void Descend(int depth)
            {
                if (depth == Deepest)
                {
                    throw Wrong("more than " + Deepest + " levels");
                }
            }

            /// <summary>Whether another element follows, or else the end.</summary>
            private bool Next(char end)
            {
                SkipSpace();
                if (Peek() == ',')
                {
                    at++;
                    return true;
                }
                Take(end);
                return false;
            }

            private string String()
            {
                Take('"');
                var begin = at;
                StringBuilder decoded = null;
                for (; Peek() != '"'; at++)
                {
                    var character = text[at];
                    if (character < ' ')
                    {
                        throw Wrong("a control character in a string");
                    }
                    if (character == '\\')
                    {
                        decoded = decoded ?? new StringBuilder(text, begin, at - begin, 2 * (at - begin) + 16);
                        character = Escape();
                    }
                    decoded?.Append(character);
                }
                var content = decoded == null ? text.Substring(begin, at - begin) : decoded.ToString();
                at++;
                RefuseHalves(content);
                return content;
            }

            /// <summary>Leaves the place at the escape's last character.</summary>
            private char Escape()
            {
                at++;
                switch (Peek())
                {
                    case '"': return '"';
                    case '\\': return '\\';
                    case '/': return '/';
                    case 'b': return '\b';
                    case 'f': return '\f';
                    case 'n': return '\n';
                    case 'r': return '\r';
                    case 't': return '\t';
                    case 'u':
                        if (at + 4 < text.Length && ushort.TryParse(
                            text.Substring(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                        {
                            at += 4;
                            return (char)code;
                        }
                        break;
                }
                throw Wrong("no escape of JSON's");
            }

            private void RefuseHalves(string content)
            {
                for (var i = 0; i < content.Length; i++)
                {
                    if (char.IsSurrogate(content[i]) && !(i + 1 < content.Length && char.IsSurrogatePair(content[i], content[++i])))
                    {
                        throw Wrong("half of a surrogate pair in a string");
                    }
                }
            }

            private JsonValue Number(int begin)
            {
                if (Peek() == '-')
                {
                    at++;
                }
                if (Peek() == '0')
                {
                    at++;
                }
                else
                {
                    Digits();
                }
                if (at < text.Length && text[at] == '.')
                {
                    at++;
                    Digits();
                }
                if (at < text.Length && (text[at] == 'e' || text[at] == 'E'))
                {
                    at++;
                    if (Peek() == '+' || Peek() == '-')
                    {
                        at++;
                    }
                    Digits();
                }
                return new JsonValue(JsonKind.Number, text, begin, at);
            }

            private void Digits()
            {
                if (!IsDigit(Peek()))
                {
                    throw Wrong("no value of JSON's");
                }
                while (at < text.Length && IsDigit(text[at]))
                {
                    at++;
                }
            }

            private static bool IsDigit(char character) => character >= '0' && character <= '9';

            private JsonValue Word(string word, JsonKind kind)
            {
                if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
                {
                    throw Wrong("no value of JSON's");
                }
                at += word.Length;
                return new JsonValue(kind, text, at - word.Length, at);
            }

            private void SkipSpace()
            {
                while (at < text.Length && (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r'))
                {
                    at++;
                }
            }

            private void Take(char expected)
            {
                if (Peek() != expected)
                {
                    throw Wrong("expected " + expected);
                }
                at++;
            }

            private char Peek()
            {
                if (at >= text.Length)
                {
                    throw Wrong("the text ends in the middle of a value");
                }
                return text[at];
            }

            private FormatException Wrong(string what)
            {
                return new FormatException("no JSON at character " + at + ": " + what);
            }
        }
    }
}
