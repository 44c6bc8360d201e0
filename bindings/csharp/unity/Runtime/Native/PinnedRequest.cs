using System;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    /// <summary>A request as the library reads it; its memory stays where it is until it is disposed.</summary>
    internal sealed unsafe class PinnedRequest : IDisposable
    {
        private GCHandle texts;
        private GCHandle headers;
        private GCHandle body;

        internal PinnedRequest(StoreRequest request)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            var arena = new Utf8Arena();
            var store = arena.Add(request.Store, nameof(request));
            var slots = new Utf8Arena.Slot[request.Headers.Count * 2];
            for (var i = 0; i < request.Headers.Count; i++)
            {
                slots[2 * i] = arena.Add(request.Headers[i].Key, Utf8.Lenient);
                slots[2 * i + 1] = arena.Add(request.Headers[i].Value, Utf8.Lenient);
            }
            texts = GCHandle.Alloc(arena.Bytes, GCHandleType.Pinned);
            var begin = (byte*)texts.AddrOfPinnedObject();
            var fields = new NativeHeader[Math.Max(1, slots.Length / 2)];
            for (var i = 0; i < slots.Length; i += 2)
            {
                fields[i / 2].name = Utf8Arena.View(begin, slots[i]);
                fields[i / 2].value = Utf8Arena.View(begin, slots[i + 1]);
            }
            headers = GCHandle.Alloc(fields, GCHandleType.Pinned);
            body = GCHandle.Alloc(request.Body, GCHandleType.Pinned);
            Native = new NativeRequest
            {
                struct_size = (uint)sizeof(NativeRequest),
                store = Utf8Arena.View(begin, store),
                headers = (NativeHeader*)headers.AddrOfPinnedObject(),
                header_count = (UIntPtr)(slots.Length / 2),
                body = (byte*)body.AddrOfPinnedObject(),
                body_len = (UIntPtr)request.Body.Length,
            };
        }

        internal NativeRequest Native { get; }

        public void Dispose()
        {
            texts.Free();
            headers.Free();
            body.Free();
        }
    }
}
