using System;
using System.IO;
using System.Linq;
using Recoup;

/// <summary>Purchases and requests of the scenario, as its lines and files have them.</summary>
internal sealed partial class Scenario
{
    private PurchaseOutcome SignedPurchase(string[] words)
    {
        var more = words.Length > 5 ? PurchaseOf(words.Skip(4).ToArray()) : null;
        return engine.RecordSignedPurchase(words[1], words[2], words[3], words[4], more);
    }

    private static Purchase PurchaseOf(string[] words)
    {
        var purchase = new Purchase();
        foreach (var word in words.Skip(1))
        {
            var equals = word.IndexOf('=');
            var value = word.Substring(equals + 1);
            switch (word.Substring(0, equals))
            {
                case "environment": purchase.Environment = (StoreEnvironment)int.Parse(value); break;
                case "product_type": purchase.ProductType = (ProductType)int.Parse(value); break;
                case "quantity": purchase.Quantity = Long(value); break;
                case "price_micros": purchase.PriceMicros = Long(value); break;
                case "purchased_at_ms": purchase.PurchasedAtMs = Long(value); break;
                case "expires_at_ms": purchase.ExpiresAtMs = Long(value); break;
                case "repays": purchase.Repays = Long(value); break;
                case "country": purchase.Country = value; break;
                case "store": purchase.Store = value; break;
                case "user": purchase.User = value; break;
                case "app": purchase.App = value; break;
                case "order_id": purchase.OrderId = value; break;
                case "purchase_token": purchase.PurchaseToken = value; break;
                case "original_id": purchase.OriginalId = value; break;
                case "account_tag": purchase.AccountTag = value; break;
                case "linked_token": purchase.LinkedToken = value; break;
                case "web_order_line_item_id": purchase.WebOrderLineItemId = value; break;
                case "product": purchase.Product = value; break;
                case "price_currency": purchase.PriceCurrency = value; break;
                case "grant":
                    var colon = value.LastIndexOf(':');
                    purchase.Grants.Add(new Grant(value.Substring(0, colon), Long(value.Substring(colon + 1))));
                    break;
                default: throw new InvalidDataException("no such member: " + word);
            }
        }
        return purchase;
    }

    private StoreRequest RequestOf(string store, string name)
    {
        var request = new StoreRequest(store, File.ReadAllBytes(Path.Combine(folder, name + ".body")));
        foreach (var line in File.ReadAllLines(Path.Combine(folder, name + ".headers"), Utf8NoMark))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (line.Length > 0)
            {
                request.AddHeader(line.Substring(0, colon), line.Substring(colon + 2));
            }
        }
        return request;
    }
}
