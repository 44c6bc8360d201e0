using System;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    // The structs of recoup.h, members under their C names. Blittable: no bool, no string, no array, nor any other type that
    // the runtime would convert by itself, so that a pointer to one of these is a pointer to the C struct.

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeString
    {
        internal byte* data;
        internal UIntPtr len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeHeader
    {
        internal NativeString name;
        internal NativeString value;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeHttpRequest
    {
        internal uint struct_size;
        internal uint reserved;
        internal ulong time_limit_ms;
        internal ulong body_limit;
        internal NativeString method;
        internal NativeString url;
        internal NativeHeader* headers;
        internal UIntPtr header_count;
        internal byte* body;
        internal UIntPtr body_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeRequest
    {
        internal uint struct_size;
        internal uint reserved;
        internal NativeString store;
        internal NativeHeader* headers;
        internal UIntPtr header_count;
        internal byte* body;
        internal UIntPtr body_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeOutcome
    {
        internal uint struct_size;
        internal int kind;
        internal int meaning;
        internal int http_status;
        internal long refund_id;
        internal byte is_new;
        internal fixed byte reserved[7];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeGrant
    {
        internal NativeString item;
        internal long quantity;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativePurchase
    {
        internal uint struct_size;
        internal int environment;
        internal int product_type;
        internal uint quantity;
        internal long price_micros;
        internal long purchased_at_ms;
        internal long expires_at_ms;
        internal long repays;
        internal NativeString store;
        internal NativeString user;
        internal NativeString app;
        internal NativeString order_id;
        internal NativeString purchase_token;
        internal NativeString original_id;
        internal NativeString account_tag;
        internal NativeString linked_token;
        internal NativeString product;
        internal NativeString price_currency;
        internal NativeGrant* grants;
        internal UIntPtr grant_count;
        internal NativeString web_order_line_item_id;
        internal NativeString country;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeEvent
    {
        internal const int UserCapacity = 264;
        internal const int CurrencyCapacity = 8;

        internal uint struct_size;
        internal int kind;
        internal long id;
        internal long refund_id;
        internal long at_ms;
        internal uint attempt;
        internal uint user_len;
        internal fixed byte user[UserCapacity];
        internal long block_id;
        internal long until_ms;
        internal long deadline_ms;
        internal long amount_micros;
        internal fixed byte currency[CurrencyCapacity];
        internal int attributed_by;
        internal uint reserved;
        internal uint items_owed;
        internal uint items_to_return;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct NativeCompletion
    {
        internal uint struct_size;
        internal int status;
        internal ulong tag;
        internal long refund_id;
        internal int kind;
        internal int meaning;
        internal int http_status;
        internal byte is_new;
        internal fixed byte reserved[3];
    }
}
