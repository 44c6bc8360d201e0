package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
	"strconv"
)

// AttributedBy is the evidence that found a refund's player, strongest first. Empty: no refund, or its player is unknown.
type AttributedBy string

const (
	// ByOrder: the game recorded exactly this order.
	ByOrder AttributedBy = "order"
	// ByFamily: the game recorded another purchase of the same family: another renewal, the original transaction, the
	// purchase token.
	ByFamily AttributedBy = "family"
	// ByIssuedTag: the order carries a tag of AccountTag.
	ByIssuedTag AttributedBy = "issued_tag"
	// ByRecordedTag: the order carries a tag that the game recorded with another purchase.
	ByRecordedTag AttributedBy = "recorded_tag"
	// ByBareTag: the order carries a tag that equals the user id, and there is no other evidence. By the default rules it
	// never blocks.
	ByBareTag AttributedBy = "bare_tag"
)

// attributedBy is the evidence by the library's number; of a later version, the number as text.
func attributedBy(code C.recoup_attributed_by) AttributedBy {
	switch code {
	case 0:
		return ""
	case C.RECOUP_ATTRIBUTED_BY_ORDER:
		return ByOrder
	case C.RECOUP_ATTRIBUTED_BY_FAMILY:
		return ByFamily
	case C.RECOUP_ATTRIBUTED_BY_ISSUED_TAG:
		return ByIssuedTag
	case C.RECOUP_ATTRIBUTED_BY_RECORDED_TAG:
		return ByRecordedTag
	case C.RECOUP_ATTRIBUTED_BY_BARE_TAG:
		return ByBareTag
	}
	return AttributedBy(strconv.Itoa(int(code)))
}

// AccountTag is the account tag of a user for a store, which your game's client puts on the user's purchases: a random,
// unguessable UUID, always the same for the same user. A refund that carries it is attributed to this user.
//
// Blocks until a commit is on disk the first time for a user. ctx is checked before that begins. Fails with
// ErrInvalidArgument for Amazon, which carries no tag.
func (e *Engine) AccountTag(ctx context.Context, store Store, user string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var tag *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_account_tag(handle, chars(string(store)), length(string(store)), chars(user), length(user), &tag, object)
	})
	if err != nil {
		return "", err
	}
	defer C.recoup_text_free(tag)
	return goText(C.recoup_text_view(tag)), nil
}

// TransferPurchase moves a purchase, by its order id or token, to another user, for support: refunds of it are then
// toUser's. store may be empty unless two stores have the order; who and why as in Block. recoup.h has the details.
//
// Blocks until the commit is on disk. ctx is checked before that begins. Fails with ErrNotFound.
func (e *Engine) TransferPurchase(ctx context.Context, store Store, order, toUser, who, why string) (*TransferResult, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return read[TransferResult](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_transfer_purchase(handle, chars(string(store)), length(string(store)), chars(order),
			length(order), chars(toUser), length(toUser), chars(who), length(who), chars(why), length(why), text, object)
	}))
}

// TransferResult is what transfer_purchase did.
type TransferResult struct {
	// The store.
	Store Store `json:"store"`
	// The order id or token that was given.
	Order string `json:"order"`
	// The user who had the purchase; empty if it was not recorded.
	From string `json:"from"`
	// The user who has it now.
	To string `json:"to"`
	// How many records were moved to this user, or made for the transfer.
	Purchases uint64 `json:"purchases"`
	// How many refunds were moved to this user.
	Refunds uint64 `json:"refunds"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *TransferResult) UnmarshalJSON(text []byte) error {
	type plain TransferResult
	return decode(text, (*plain)(d), &d.JSON)
}
