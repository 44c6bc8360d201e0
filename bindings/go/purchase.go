package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
	"time"
	"unsafe"
)

// Environment is whether real money moved. Empty: unset.
type Environment string

const (
	// Production: real purchases.
	Production Environment = "production"
	// Sandbox: test purchases: App Store sandbox, Google Play licence testers, ONE Store sandbox and test phones,
	// Stripe test mode, Amazon Live App Testing.
	Sandbox Environment = "sandbox"
)

// ProductType is a kind of product. Empty: unset.
type ProductType string

const (
	// Consumable: used up and bought again: gems.
	Consumable ProductType = "consumable"
	// NonConsumable: bought once and kept.
	NonConsumable ProductType = "non_consumable"
	// OneTime: bought once, where the store does not distinguish consumables from others. Google Play.
	OneTime ProductType = "one_time"
	// Subscription: renews by itself.
	Subscription ProductType = "subscription"
	// NonRenewingSubscription: ends by itself.
	NonRenewingSubscription ProductType = "non_renewing_subscription"
)

// unknownCode is none of the library's: it refuses what this package has no number for.
const unknownCode = -1

func environmentCode(environment Environment) C.recoup_environment {
	switch environment {
	case "":
		return 0
	case Production:
		return C.RECOUP_ENVIRONMENT_PRODUCTION
	case Sandbox:
		return C.RECOUP_ENVIRONMENT_SANDBOX
	}
	return unknownCode
}

func productTypeCode(kind ProductType) C.recoup_product_type {
	switch kind {
	case "":
		return 0
	case Consumable:
		return C.RECOUP_PRODUCT_CONSUMABLE
	case NonConsumable:
		return C.RECOUP_PRODUCT_NON_CONSUMABLE
	case OneTime:
		return C.RECOUP_PRODUCT_ONE_TIME
	case Subscription:
		return C.RECOUP_PRODUCT_SUBSCRIPTION
	case NonRenewingSubscription:
		return C.RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION
	}
	return unknownCode
}

// Grant is an item given for a purchase.
type Grant struct {
	// Item is the game's name of it.
	Item string `json:"item"`
	// Quantity is at least 1.
	Quantity int64 `json:"quantity"`
}

// Purchase is a purchase as you delivered it: the user, the product, and the store's names for it. Zero and empty mean
// "unset". Required are Store, User, and at least one of OrderID, PurchaseToken and OriginalID.
type Purchase struct {
	// Store sold it.
	Store Store
	// User is your own id of the player; 1 to 256 bytes.
	User string
	// An unset Environment fits either.
	Environment Environment
	// App is the bundle id or package name. Unset: fits any.
	App string
	// OrderID is the App Store's transactionId, Google Play's orderId.
	OrderID string
	// PurchaseToken is Google Play's purchaseToken.
	PurchaseToken string
	// OriginalID is the App Store's originalTransactionId.
	OriginalID string
	// AccountTag is what your game put on the purchase: appAccountToken, obfuscatedExternalAccountId. Refunds of other
	// purchases with the same tag are then this user's too.
	AccountTag string
	// LinkedToken is the token of the subscription that this one replaced.
	LinkedToken string
	// WebOrderLineItemID is the App Store's webOrderLineItemId: the same for all transaction ids of one purchase.
	WebOrderLineItemID string
	// Product is the product's id.
	Product string
	// ProductType is the kind of product.
	ProductType ProductType
	// Quantity is how many were bought.
	Quantity uint32
	// PriceMicros is what was paid for all of them together, in millionths of the currency's unit. Counts only if
	// PriceCurrency is set.
	PriceMicros int64
	// PriceCurrency is its ISO 4217 code, such as "USD".
	PriceCurrency string
	// PurchasedAt is when it was bought, to the millisecond.
	PurchasedAt time.Time
	// ExpiresAt is when what was bought ends, such as a subscription's paid period, to the millisecond. Unset: never, or
	// unknown.
	ExpiresAt time.Time
	// Repays is the id of the refund that the player repays by buying again. Such a purchase grants nothing, and has this from
	// the first time that it is recorded.
	Repays int64
	// Country is the buyer's country, two letters A to Z as in ISO 3166-1, such as "KR".
	Country string
	// Grants are what the player was given for it; at most 1000.
	Grants []Grant
}

// PurchaseOutcome is the result of recording a purchase.
type PurchaseOutcome int32

const (
	// PurchaseRecorded: it is new.
	PurchaseRecorded PurchaseOutcome = C.RECOUP_PURCHASE_RECORDED
	// PurchaseAlreadyRecorded: it was recorded before; this call added nothing.
	PurchaseAlreadyRecorded PurchaseOutcome = C.RECOUP_PURCHASE_ALREADY_RECORDED
	// PurchaseCompleted: it was recorded before, and the additional fields of this call were added.
	PurchaseCompleted PurchaseOutcome = C.RECOUP_PURCHASE_COMPLETED
	// PurchaseRevoked: the store has revoked it. Deliver nothing. Only from RecordSignedPurchase.
	PurchaseRevoked PurchaseOutcome = C.RECOUP_PURCHASE_REVOKED
)

// RecordPurchase records a purchase that you have delivered. Call it again with more fields and they are added; a
// recorded one is never overwritten. Refunds that came before the purchase are attributed now, with all consequences.
//
// Blocks until the commit is on disk. ctx is checked before that begins: a commit that has begun runs to its end. Fails
// with ErrPurchaseOfAnotherUser if the order is recorded as another user's. With Repays it takes the place of all that is
// owed for that refund, and fails with ErrNotFound (unknown_refund) and with ErrRefused: not_this_users, another_product,
// repaying_purchase_grants, repaid_already, nothing_owed, recorded_already.
func (e *Engine) RecordPurchase(ctx context.Context, purchase Purchase) (PurchaseOutcome, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	memory := newArena(purchase.size())
	defer memory.free()
	native := purchase.in(memory)
	var outcome C.recoup_purchase_outcome
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_record_purchase(handle, native, &outcome, object)
	})
	return PurchaseOutcome(outcome), err
}

// RecordPurchases records up to 10000 purchases in one commit, all or none: for imports and backfills. See
// recoup_engine_record_purchases_json in recoup.h for the JSON, an object or an array of them. It returns how many were
// not recorded before. Blocks and fails as RecordPurchase does; the message has the wrong purchase's index, from 0.
func (e *Engine) RecordPurchases(ctx context.Context, purchases json.RawMessage) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var recorded C.size_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_record_purchases_json(
			handle, jsonAt(purchases), C.size_t(len(purchases)), &recorded, object)
	})
	return int(recorded), err
}

func (p *Purchase) texts() []string {
	return []string{string(p.Store), p.User, p.App, p.OrderID, p.PurchaseToken, p.OriginalID, p.AccountTag, p.LinkedToken,
		p.Product, p.PriceCurrency, p.WebOrderLineItemID, p.Country}
}

func (p *Purchase) size() uintptr {
	size := unsafe.Sizeof(C.recoup_purchase{}) + uintptr(len(p.Grants))*unsafe.Sizeof(C.recoup_grant{})
	for _, text := range p.texts() {
		size += uintptr(len(text))
	}
	for _, grant := range p.Grants {
		size += uintptr(len(grant.Item))
	}
	return size
}

func (p *Purchase) in(memory *arena) *C.recoup_purchase {
	native := (*C.recoup_purchase)(memory.take(unsafe.Sizeof(C.recoup_purchase{})))
	native.grants, native.grant_count = p.grantsIn(memory), C.size_t(len(p.Grants))
	native.struct_size = C.uint32_t(unsafe.Sizeof(*native))
	native.environment = environmentCode(p.Environment)
	native.product_type = productTypeCode(p.ProductType)
	native.quantity = C.uint32_t(p.Quantity)
	native.price_micros = C.int64_t(p.PriceMicros)
	native.purchased_at_ms = C.int64_t(millis(p.PurchasedAt))
	native.expires_at_ms = C.int64_t(millis(p.ExpiresAt))
	native.repays = C.int64_t(p.Repays)
	places := []*C.recoup_string{&native.store, &native.user, &native.app, &native.order_id, &native.purchase_token,
		&native.original_id, &native.account_tag, &native.linked_token, &native.product, &native.price_currency,
		&native.web_order_line_item_id, &native.country}
	for i, text := range p.texts() {
		*places[i] = memory.text(text)
	}
	return native
}

func (p *Purchase) grantsIn(memory *arena) *C.recoup_grant {
	if len(p.Grants) == 0 {
		return nil
	}
	first := memory.take(uintptr(len(p.Grants)) * unsafe.Sizeof(C.recoup_grant{}))
	grants := unsafe.Slice((*C.recoup_grant)(first), len(p.Grants))
	for i, grant := range p.Grants {
		grants[i].item, grants[i].quantity = memory.text(grant.Item), C.int64_t(grant.Quantity)
	}
	return &grants[0]
}

// millis is a time as the library has it: Unix milliseconds, 0 for unset.
func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// moment is the reverse; nil for 0.
func moment(millis C.int64_t) *time.Time {
	if millis == 0 {
		return nil
	}
	at := time.UnixMilli(int64(millis))
	return &at
}
