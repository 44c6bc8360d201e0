package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"recoup.dev/go/recoup"
)

// purchaseOf reads NAME=VALUE words; the names are those of the C struct's members.
func purchaseOf(words []string) (recoup.Purchase, error) {
	var p recoup.Purchase
	texts := map[string]*string{
		"store": (*string)(&p.Store), "user": &p.User, "app": &p.App, "order_id": &p.OrderID,
		"purchase_token": &p.PurchaseToken, "original_id": &p.OriginalID, "account_tag": &p.AccountTag,
		"linked_token": &p.LinkedToken, "product": &p.Product, "price_currency": &p.PriceCurrency,
		"web_order_line_item_id": &p.WebOrderLineItemID, "country": &p.Country,
	}
	numbers := map[string]func(int64){
		"environment":     func(n int64) { p.Environment = environments[n] },
		"product_type":    func(n int64) { p.ProductType = productTypes[n] },
		"quantity":        func(n int64) { p.Quantity = uint32(n) },
		"price_micros":    func(n int64) { p.PriceMicros = n },
		"purchased_at_ms": func(n int64) { p.PurchasedAt = time.UnixMilli(n) },
		"expires_at_ms":   func(n int64) { p.ExpiresAt = time.UnixMilli(n) },
		"repays":          func(n int64) { p.Repays = n },
	}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		if text, ok := texts[name]; ok {
			*text = value
			continue
		}
		var item string
		if name == "grant" {
			item, value, _ = strings.Cut(value, ":")
		}
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return p, err
		}
		if name == "grant" {
			p.Grants = append(p.Grants, recoup.Grant{Item: item, Quantity: number})
		} else if set, ok := numbers[name]; ok {
			set(number)
		} else {
			return p, fmt.Errorf("no such member: %s", name)
		}
	}
	return p, nil
}
