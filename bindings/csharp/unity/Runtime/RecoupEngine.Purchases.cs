using System;
using Recoup.Native;

namespace Recoup
{
    public sealed partial class RecoupEngine
    {
        /// <summary>
        /// Records a purchase that you have delivered. Call it again with more members and they are added; a recorded member
        /// is never overwritten. Refunds that came before the purchase are attributed now, with all consequences. Blocks until
        /// the commit is on disk.
        /// </summary>
        /// <param name="purchase">The purchase.</param>
        /// <exception cref="RecoupException">
        /// PurchaseOfAnotherUser: the order is recorded as another user's. InvalidArgument: it breaks a rule.
        /// </exception>
        public unsafe PurchaseOutcome RecordPurchase(Purchase purchase)
        {
            return Record(purchase, (NativePurchase* native, out int outcome, out IntPtr error) =>
                NativeMethods.recoup_engine_record_purchase(Handle, native, out outcome, out error));
        }

        /// <summary>
        /// Verifies a purchase by its signed data from the client, offline, and records the ids, tag, product, quantity, price
        /// and time that the store signed. Blocks until the commit is on disk.
        /// </summary>
        /// <param name="store">"app-store", "google-play" or "one-store".</param>
        /// <param name="user">Your own id of the player; 1 to 256 bytes.</param>
        /// <param name="data">
        /// As it is, StoreKit 2's transaction as a JWS (jwsRepresentation), or the purchase's original JSON.
        /// </param>
        /// <param name="signature">The original JSON's, in base64; null for the App Store.</param>
        /// <param name="more">
        /// What the store does not report: Environment, ProductType, price, Country and Grants. All other members must be unset. May be
        /// null.
        /// </param>
        /// <returns>Deliver nothing for Revoked.</returns>
        /// <exception cref="RecoupException">
        /// Rejected: it does not verify, is of another app, pending or canceled. PurchaseOfAnotherUser: the order is recorded as
        /// another user's, or carries a tag that was issued to another user. Deliver nothing in either case.
        /// </exception>
        public unsafe PurchaseOutcome RecordSignedPurchase(
            string store, string user, string data, string signature = null, Purchase more = null)
        {
            Recording record = (NativePurchase* native, out int outcome, out IntPtr error) =>
            {
                fixed (byte* storeBytes = Utf8.Bytes(store, nameof(store), out var storeLen))
                fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
                fixed (byte* dataBytes = Utf8.Bytes(data, nameof(data), out var dataLen))
                fixed (byte* signatureBytes = Utf8.Bytes(signature ?? string.Empty, nameof(signature), out var signatureLen))
                {
                    return NativeMethods.recoup_engine_record_signed_purchase(
                        Handle, storeBytes, storeLen, userBytes, userLen, dataBytes, dataLen, signatureBytes, signatureLen,
                        native, out outcome, out error);
                }
            };
            if (more != null)
            {
                return Record(more, record);
            }
            var status = record(null, out var what, out var failure);
            RecoupException.ThrowIfFailed(status, failure);
            return (PurchaseOutcome)what;
        }

        /// <summary>
        /// The account tag of a user for a store, which your game's client puts on the user's purchases: a random, unguessable
        /// UUID, always the same for the same user. A refund that carries it is attributed to this user. Blocks until a commit is
        /// on disk the first time for a user.
        /// </summary>
        /// <param name="store">The store: "app-store", "google-play", "one-store", "stripe".</param>
        /// <param name="user">Your own id of the player; 1 to 256 bytes.</param>
        /// <exception cref="RecoupException">InvalidArgument: for Amazon, which carries no tag.</exception>
        public unsafe string AccountTag(string store, string user)
        {
            fixed (byte* storeBytes = Utf8.Bytes(store, nameof(store), out var storeLen))
            fixed (byte* userBytes = Utf8.Bytes(user, nameof(user), out var userLen))
            {
                var status = NativeMethods.recoup_engine_account_tag(
                    Handle, storeBytes, storeLen, userBytes, userLen, out var tag, out var error);
                return Answer(status, tag, error);
            }
        }

        /// <summary>
        /// Moves a purchase to another user, for support: refunds of it are then that user's. Blocks until the commit is on
        /// disk.
        /// </summary>
        /// <param name="store">The store; empty unless two stores have the order.</param>
        /// <param name="order">The order id or the token.</param>
        /// <param name="toUser">Who has it from now on; 1 to 256 bytes.</param>
        /// <param name="who">A person or a tool, for the journal; 1 to 1024 bytes.</param>
        /// <param name="why">The reason, for the journal; 1 to 1024 bytes.</param>
        /// <returns>Who had the purchase, and how much moved.</returns>
        /// <exception cref="RecoupException">NotFound: neither a purchase nor a refund has this id.</exception>
        public unsafe TransferResult TransferPurchase(string store, string order, string toUser, string who, string why)
        {
            fixed (byte* storeBytes = Utf8.Bytes(store, nameof(store), out var storeLen))
            fixed (byte* orderBytes = Utf8.Bytes(order, nameof(order), out var orderLen))
            fixed (byte* toBytes = Utf8.Bytes(toUser, nameof(toUser), out var toLen))
            fixed (byte* whoBytes = Utf8.Bytes(who, nameof(who), out var whoLen))
            fixed (byte* whyBytes = Utf8.Bytes(why, nameof(why), out var whyLen))
            {
                var status = NativeMethods.recoup_engine_transfer_purchase(
                    Handle, storeBytes, storeLen, orderBytes, orderLen, toBytes, toLen, whoBytes, whoLen, whyBytes, whyLen,
                    out var transferred, out var error);
                return TransferResult.Read(Document(status, transferred, error));
            }
        }

        private unsafe delegate int Recording(NativePurchase* purchase, out int outcome, out IntPtr error);

        private static unsafe PurchaseOutcome Record(Purchase purchase, Recording record)
        {
            if (purchase == null)
            {
                throw new ArgumentNullException(nameof(purchase));
            }
            if (purchase.Quantity < 0 || purchase.Quantity > uint.MaxValue)
            {
                throw new ArgumentOutOfRangeException(nameof(purchase), "Quantity must be in 0 to " + uint.MaxValue);
            }
            var texts = new PurchaseTexts(purchase);
            var grants = new NativeGrant[Math.Max(1, purchase.Grants.Count)];
            fixed (byte* begin = texts.Arena.Bytes)
            fixed (NativeGrant* firstGrant = grants)
            {
                for (var i = 0; i < purchase.Grants.Count; i++)
                {
                    grants[i].item = Utf8Arena.View(begin, texts.Items[i]);
                    grants[i].quantity = purchase.Grants[i].Quantity;
                }
                var native = new NativePurchase
                {
                    struct_size = (uint)sizeof(NativePurchase),
                    environment = (int)purchase.Environment,
                    product_type = (int)purchase.ProductType,
                    quantity = (uint)purchase.Quantity,
                    price_micros = purchase.PriceMicros,
                    purchased_at_ms = purchase.PurchasedAtMs ?? 0,
                    expires_at_ms = purchase.ExpiresAtMs ?? 0,
                    repays = purchase.Repays ?? 0,
                    store = Utf8Arena.View(begin, texts.Store),
                    user = Utf8Arena.View(begin, texts.User),
                    app = Utf8Arena.View(begin, texts.App),
                    order_id = Utf8Arena.View(begin, texts.OrderId),
                    purchase_token = Utf8Arena.View(begin, texts.PurchaseToken),
                    original_id = Utf8Arena.View(begin, texts.OriginalId),
                    account_tag = Utf8Arena.View(begin, texts.AccountTag),
                    linked_token = Utf8Arena.View(begin, texts.LinkedToken),
                    product = Utf8Arena.View(begin, texts.Product),
                    price_currency = Utf8Arena.View(begin, texts.PriceCurrency),
                    web_order_line_item_id = Utf8Arena.View(begin, texts.WebOrderLineItemId),
                    country = Utf8Arena.View(begin, texts.Country),
                    grants = firstGrant,
                    grant_count = (UIntPtr)purchase.Grants.Count,
                };
                var status = record(&native, out var outcome, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return (PurchaseOutcome)outcome;
            }
        }

        /// <summary>
        /// Records up to 10000 purchases in one commit, all or none: for imports and backfills. Blocks until the commit is on
        /// disk; other writers wait meanwhile.
        /// </summary>
        /// <param name="purchasesJson">
        /// One object or an array of them, with the members of recoup_purchase under the names of recoup.h; environment and
        /// product_type as words, purchased_at and expires_at in Unix milliseconds, price as {"micros", "currency"}, grants as
        /// [{"item", "quantity"}].
        /// </param>
        /// <returns>How many of them were not recorded before.</returns>
        /// <exception cref="RecoupException">
        /// As <see cref="RecordPurchase(Purchase)"/>; the message has the index of the wrong purchase, counted from 0.
        /// </exception>
        public unsafe long RecordPurchases(string purchasesJson)
        {
            fixed (byte* json = Utf8.Bytes(purchasesJson, nameof(purchasesJson), out var len))
            {
                var status = NativeMethods.recoup_engine_record_purchases_json(
                    Handle, json, len, out var newPurchases, out var error);
                RecoupException.ThrowIfFailed(status, error);
                return (long)newPurchases;
            }
        }

        /// <summary>A purchase's texts, put into one array so that they are pinned at once.</summary>
        private sealed class PurchaseTexts
        {
            internal readonly Utf8Arena Arena = new Utf8Arena();
            internal readonly Utf8Arena.Slot Store;
            internal readonly Utf8Arena.Slot User;
            internal readonly Utf8Arena.Slot App;
            internal readonly Utf8Arena.Slot OrderId;
            internal readonly Utf8Arena.Slot PurchaseToken;
            internal readonly Utf8Arena.Slot OriginalId;
            internal readonly Utf8Arena.Slot AccountTag;
            internal readonly Utf8Arena.Slot LinkedToken;
            internal readonly Utf8Arena.Slot Product;
            internal readonly Utf8Arena.Slot PriceCurrency;
            internal readonly Utf8Arena.Slot WebOrderLineItemId;
            internal readonly Utf8Arena.Slot Country;
            internal readonly Utf8Arena.Slot[] Items;

            internal PurchaseTexts(Purchase purchase)
            {
                Store = Arena.Add(purchase.Store, nameof(Purchase.Store));
                User = Arena.Add(purchase.User, nameof(Purchase.User));
                App = Arena.Add(purchase.App, nameof(Purchase.App));
                OrderId = Arena.Add(purchase.OrderId, nameof(Purchase.OrderId));
                PurchaseToken = Arena.Add(purchase.PurchaseToken, nameof(Purchase.PurchaseToken));
                OriginalId = Arena.Add(purchase.OriginalId, nameof(Purchase.OriginalId));
                AccountTag = Arena.Add(purchase.AccountTag, nameof(Purchase.AccountTag));
                LinkedToken = Arena.Add(purchase.LinkedToken, nameof(Purchase.LinkedToken));
                Product = Arena.Add(purchase.Product, nameof(Purchase.Product));
                PriceCurrency = Arena.Add(purchase.PriceCurrency, nameof(Purchase.PriceCurrency));
                WebOrderLineItemId = Arena.Add(purchase.WebOrderLineItemId, nameof(Purchase.WebOrderLineItemId));
                Country = Arena.Add(purchase.Country, nameof(Purchase.Country));
                Items = new Utf8Arena.Slot[purchase.Grants.Count];
                for (var i = 0; i < Items.Length; i++)
                {
                    Items[i] = Arena.Add(purchase.Grants[i].Item, nameof(Purchase.Grants));
                }
            }
        }
    }
}
