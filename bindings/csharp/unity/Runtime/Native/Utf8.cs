using System;
using System.Text;

namespace Recoup.Native
{
    /// <summary>Text between .NET's UTF-16 and the library's UTF-8.</summary>
    internal static unsafe class Utf8
    {
        /// <summary>
        /// Refuses lone surrogates. Replacing them would make two different names equal, which for users and orders
        /// means blocking the wrong one.
        /// </summary>
        internal static readonly UTF8Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>Replaces invalid text. For header fields, since the sender of the request chooses their bytes.</summary>
        internal static readonly UTF8Encoding Lenient = new UTF8Encoding(false, false);

        private static readonly byte[] Empty = new byte[1];

        /// <summary>The bytes of a text, for <c>fixed</c>: at least one, since an empty array would pin to null.</summary>
        internal static byte[] Bytes(string text, string parameter, out UIntPtr len)
        {
            if (text == null)
            {
                throw new ArgumentNullException(parameter);
            }
            if (text.Length == 0)
            {
                len = UIntPtr.Zero;
                return Empty;
            }
            var bytes = Encode(text, parameter);
            len = (UIntPtr)bytes.Length;
            return bytes;
        }

        internal static byte[] Encode(string text, string parameter)
        {
            try
            {
                return Strict.GetBytes(text);
            }
            catch (EncoderFallbackException)
            {
                throw NotText(parameter);
            }
        }

        internal static ArgumentException NotText(string parameter)
        {
            return new ArgumentException("has half of a surrogate pair, which is no text", parameter);
        }

        internal static string ToString(NativeString view)
        {
            return ToString(view.data, checked((int)view.len.ToUInt64()));
        }

        internal static string ToString(byte* data, int len)
        {
            return len == 0 ? string.Empty : Lenient.GetString(data, len);
        }

        /// <summary>Text that ends with a NUL.</summary>
        internal static string ToString(IntPtr text)
        {
            var data = (byte*)text;
            var len = 0;
            while (data[len] != 0)
            {
                len++;
            }
            return ToString(data, len);
        }
    }

    /// <summary>The texts of one call in one array, to be pinned at once.</summary>
    internal sealed unsafe class Utf8Arena
    {
        private byte[] bytes = new byte[512];
        private int used;

        /// <summary>The place of a text; null is empty text.</summary>
        internal struct Slot
        {
            internal int Begin;
            internal int Len;
        }

        internal byte[] Bytes => bytes;

        internal Slot Add(string text, string parameter)
        {
            try
            {
                return Add(text, Utf8.Strict);
            }
            catch (EncoderFallbackException)
            {
                throw Utf8.NotText(parameter);
            }
        }

        internal Slot Add(string text, Encoding encoding)
        {
            if (string.IsNullOrEmpty(text))
            {
                return default(Slot);
            }
            var len = encoding.GetByteCount(text);
            Reserve(len);
            encoding.GetBytes(text, 0, text.Length, bytes, used);
            var slot = new Slot { Begin = used, Len = len };
            used += len;
            return slot;
        }

        internal static NativeString View(byte* pinned, Slot slot)
        {
            return new NativeString { data = pinned + slot.Begin, len = (UIntPtr)slot.Len };
        }

        private void Reserve(int len)
        {
            var needed = checked(used + len);
            if (needed > bytes.Length)
            {
                Array.Resize(ref bytes, Math.Max(needed, checked(bytes.Length * 2)));
            }
        }
    }
}
