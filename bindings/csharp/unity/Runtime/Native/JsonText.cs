using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Recoup.Native
{
    /// <summary>
    /// The little JSON that the binding itself must read, as the library writes it: arrays taken apart, and the members
    /// of one flat object. The runtimes this is for share no JSON library.
    /// </summary>
    internal static class JsonText
    {
        /// <summary>The elements of an array, each as its text.</summary>
        internal static List<string> Elements(string array)
        {
            var elements = new List<string>();
            Walk(array, (begin, end) => elements.Add(array.Substring(begin, end - begin)));
            return elements;
        }

        /// <summary>An object's members: strings decoded, all else as its text.</summary>
        internal static Dictionary<string, string> Members(string json)
        {
            var members = new Dictionary<string, string>();
            Walk(json, (begin, end) =>
            {
                var name = json.IndexOf('"', begin);
                var endOfName = EndOfString(json, name);
                var value = json.Substring(endOfName, end - endOfName).TrimStart(' ', ':').TrimEnd();
                members[Decode(json.Substring(name, endOfName - name))] = value.StartsWith("\"") ? Decode(value) : value;
            });
            return members;
        }

        /// <summary>Calls with where each piece between the outermost commas begins and ends.</summary>
        private static void Walk(string json, Action<int, int> piece)
        {
            var depth = 0;
            var begin = 0;
            for (var at = 0; at < json.Length; at++)
            {
                switch (json[at])
                {
                    case '"':
                        at = EndOfString(json, at) - 1;
                        break;
                    case '[':
                    case '{':
                        if (depth++ == 0)
                        {
                            begin = at + 1;
                        }
                        break;
                    case ']':
                    case '}':
                        if (--depth == 0 && at > begin)
                        {
                            piece(begin, at);
                        }
                        break;
                    case ',':
                        if (depth == 1)
                        {
                            piece(begin, at);
                            begin = at + 1;
                        }
                        break;
                }
            }
        }

        /// <summary>Behind the closing quote of the string that begins at a place.</summary>
        private static int EndOfString(string json, int begin)
        {
            for (var at = begin + 1; at < json.Length; at++)
            {
                if (json[at] == '\\')
                {
                    at++;
                }
                else if (json[at] == '"')
                {
                    return at + 1;
                }
            }
            return json.Length;
        }

        private static string Decode(string quoted)
        {
            var text = new StringBuilder(quoted.Length);
            for (var at = 1; at < quoted.Length - 1; at++)
            {
                if (quoted[at] != '\\')
                {
                    text.Append(quoted[at]);
                    continue;
                }
                switch (quoted[++at])
                {
                    case 'b': text.Append('\b'); break;
                    case 'f': text.Append('\f'); break;
                    case 'n': text.Append('\n'); break;
                    case 'r': text.Append('\r'); break;
                    case 't': text.Append('\t'); break;
                    case 'u':
                        text.Append((char)int.Parse(quoted.Substring(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                        at += 4;
                        break;
                    default: text.Append(quoted[at]); break;
                }
            }
            return text.ToString();
        }
    }
}
