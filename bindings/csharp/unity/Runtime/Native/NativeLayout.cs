using System;
using System.Collections.Generic;

namespace Recoup.Native
{
    /// <summary>
    /// Compares, once a process and before the first call, where this runtime puts the members of every struct with
    /// where the library expects them, and the library's version with the one this binding was written for.
    /// </summary>
    internal static unsafe class NativeLayout
    {
        private static volatile bool isChecked;

        /// <summary>Throws if calls would go wrong.</summary>
        /// <exception cref="RecoupVersionException">The library is of another version.</exception>
        /// <exception cref="PlatformNotSupportedException">This runtime lays structs out in another way.</exception>
        internal static void Ensure()
        {
            if (isChecked)
            {
                return;
            }
            LibraryVersion.Check(RecoupEngine.LibraryVersion);
            var wrong = Differences();
            if (wrong.Count > 0)
            {
                throw new PlatformNotSupportedException(
                    "Recoup needs a 64-bit runtime that lays structs out as C does; here " + string.Join(", ", wrong.ToArray()));
            }
            isChecked = true;
        }

        /// <summary>The members at a wrong offset, such as "recoup_event.user is at 44, not 40".</summary>
        internal static List<string> Differences()
        {
            var check = new Check();
            String(check);
            Header(check);
            HttpRequest(check);
            Request(check);
            Outcome(check);
            Grant(check);
            Purchase(check);
            Event(check);
            Completion(check);
            return check.Wrong;
        }

        private static void String(Check check)
        {
            NativeString it;
            check.Struct("recoup_string", &it, sizeof(NativeString), 16);
            check.Member("data", &it.data, 0);
            check.Member("len", &it.len, 8);
        }

        private static void Header(Check check)
        {
            NativeHeader it;
            check.Struct("recoup_header", &it, sizeof(NativeHeader), 32);
            check.Member("name", &it.name, 0);
            check.Member("value", &it.value, 16);
        }

        private static void HttpRequest(Check check)
        {
            NativeHttpRequest it;
            check.Struct("recoup_http_request", &it, sizeof(NativeHttpRequest), 88);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("reserved", &it.reserved, 4);
            check.Member("time_limit_ms", &it.time_limit_ms, 8);
            check.Member("body_limit", &it.body_limit, 16);
            check.Member("method", &it.method, 24);
            check.Member("url", &it.url, 40);
            check.Member("headers", &it.headers, 56);
            check.Member("header_count", &it.header_count, 64);
            check.Member("body", &it.body, 72);
            check.Member("body_len", &it.body_len, 80);
        }

        private static void Request(Check check)
        {
            NativeRequest it;
            check.Struct("recoup_request", &it, sizeof(NativeRequest), 56);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("reserved", &it.reserved, 4);
            check.Member("store", &it.store, 8);
            check.Member("headers", &it.headers, 24);
            check.Member("header_count", &it.header_count, 32);
            check.Member("body", &it.body, 40);
            check.Member("body_len", &it.body_len, 48);
        }

        private static void Outcome(Check check)
        {
            NativeOutcome it;
            check.Struct("recoup_outcome", &it, sizeof(NativeOutcome), 32);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("kind", &it.kind, 4);
            check.Member("meaning", &it.meaning, 8);
            check.Member("http_status", &it.http_status, 12);
            check.Member("refund_id", &it.refund_id, 16);
            check.Member("is_new", &it.is_new, 24);
            check.Member("reserved", it.reserved, 25);
        }

        private static void Grant(Check check)
        {
            NativeGrant it;
            check.Struct("recoup_grant", &it, sizeof(NativeGrant), 24);
            check.Member("item", &it.item, 0);
            check.Member("quantity", &it.quantity, 16);
        }

        private static void Purchase(Check check)
        {
            NativePurchase it;
            check.Struct("recoup_purchase", &it, sizeof(NativePurchase), 256);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("environment", &it.environment, 4);
            check.Member("product_type", &it.product_type, 8);
            check.Member("quantity", &it.quantity, 12);
            check.Member("price_micros", &it.price_micros, 16);
            check.Member("purchased_at_ms", &it.purchased_at_ms, 24);
            check.Member("expires_at_ms", &it.expires_at_ms, 32);
            check.Member("repays", &it.repays, 40);
            check.Member("store", &it.store, 48);
            check.Member("user", &it.user, 64);
            check.Member("app", &it.app, 80);
            check.Member("order_id", &it.order_id, 96);
            check.Member("purchase_token", &it.purchase_token, 112);
            check.Member("original_id", &it.original_id, 128);
            check.Member("account_tag", &it.account_tag, 144);
            check.Member("linked_token", &it.linked_token, 160);
            check.Member("product", &it.product, 176);
            check.Member("price_currency", &it.price_currency, 192);
            check.Member("grants", &it.grants, 208);
            check.Member("grant_count", &it.grant_count, 216);
            check.Member("web_order_line_item_id", &it.web_order_line_item_id, 224);
            check.Member("country", &it.country, 240);
        }

        private static void Event(Check check)
        {
            NativeEvent it;
            check.Struct("recoup_event", &it, sizeof(NativeEvent), 360);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("kind", &it.kind, 4);
            check.Member("id", &it.id, 8);
            check.Member("refund_id", &it.refund_id, 16);
            check.Member("at_ms", &it.at_ms, 24);
            check.Member("attempt", &it.attempt, 32);
            check.Member("user_len", &it.user_len, 36);
            check.Member("user", it.user, 40);
            check.Member("block_id", &it.block_id, 304);
            check.Member("until_ms", &it.until_ms, 312);
            check.Member("deadline_ms", &it.deadline_ms, 320);
            check.Member("amount_micros", &it.amount_micros, 328);
            check.Member("currency", it.currency, 336);
            check.Member("attributed_by", &it.attributed_by, 344);
            check.Member("reserved", &it.reserved, 348);
            check.Member("items_owed", &it.items_owed, 352);
            check.Member("items_to_return", &it.items_to_return, 356);
        }

        private static void Completion(Check check)
        {
            NativeCompletion it;
            check.Struct("recoup_completion", &it, sizeof(NativeCompletion), 40);
            check.Member("struct_size", &it.struct_size, 0);
            check.Member("status", &it.status, 4);
            check.Member("tag", &it.tag, 8);
            check.Member("refund_id", &it.refund_id, 16);
            check.Member("kind", &it.kind, 24);
            check.Member("meaning", &it.meaning, 28);
            check.Member("http_status", &it.http_status, 32);
            check.Member("is_new", &it.is_new, 36);
            check.Member("reserved", it.reserved, 37);
        }

        private sealed class Check
        {
            internal readonly List<string> Wrong = new List<string>();
            private string name;
            private byte* begin;

            internal void Struct(string name, void* begin, long size, long expected)
            {
                this.name = name;
                this.begin = (byte*)begin;
                if (size != expected)
                {
                    Wrong.Add(name + " has " + size + " bytes, not " + expected);
                }
            }

            internal void Member(string member, void* address, long expected)
            {
                var offset = (byte*)address - begin;
                if (offset != expected)
                {
                    Wrong.Add(name + "." + member + " is at " + offset + ", not " + expected);
                }
            }
        }
    }
}
