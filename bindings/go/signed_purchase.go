package recoup

// #include "recoup.h"
import "C"

import "context"

// SignedPurchase is a purchase by its signed data from the client.
type SignedPurchase struct {
	// Store is AppStore, GooglePlay or OneStore.
	Store Store
	// User is your own id of the player; 1 to 256 bytes.
	User string
	// Data is, byte for byte, StoreKit 2's transaction as a JWS, or the purchase's original JSON.
	Data string
	// Signature is the original JSON's, in base64; empty for the App Store.
	Signature string
	// More has what the store does not report: Environment, ProductType, PriceMicros with PriceCurrency, Country,
	// Grants. All other fields must be zero. It may be nil.
	More *Purchase
}

// RecordSignedPurchase verifies a purchase by its signed data from the client, offline, and records the ids, tag, product,
// quantity, price and time that the store signed. recoup.h has the details.
//
// Blocks until the commit is on disk. ctx is checked before that begins. Fails with ErrRejected, and with
// ErrPurchaseOfAnotherUser: deliver nothing then, and nothing for PurchaseRevoked.
func (e *Engine) RecordSignedPurchase(ctx context.Context, purchase SignedPurchase) (PurchaseOutcome, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	var more *C.recoup_purchase
	if purchase.More != nil {
		memory := newArena(purchase.More.size())
		defer memory.free()
		more = purchase.More.in(memory)
	}
	store, user, data, signature := string(purchase.Store), purchase.User, purchase.Data, purchase.Signature
	var outcome C.recoup_purchase_outcome
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_record_signed_purchase(handle, chars(store), length(store), chars(user), length(user),
			chars(data), length(data), chars(signature), length(signature), more, &outcome, object)
	})
	return PurchaseOutcome(outcome), err
}
