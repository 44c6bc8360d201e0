package recoup

// #include "recoup.h"
import "C"

import (
	"context"
	"encoding/json"
)

// AttributedBy is the evidence that found a refund's user, strongest first. Zero: no refund, or its user is not known.
type AttributedBy int32

const (
	// ByOrder: the game recorded exactly this order.
	ByOrder AttributedBy = C.RECOUP_ATTRIBUTED_BY_ORDER
	// ByFamily: the game recorded another purchase of the same family: another renewal, the original transaction, the
	// purchase token.
	ByFamily AttributedBy = C.RECOUP_ATTRIBUTED_BY_FAMILY
	// ByIssuedTag: the order carries a tag of AccountTag.
	ByIssuedTag AttributedBy = C.RECOUP_ATTRIBUTED_BY_ISSUED_TAG
	// ByRecordedTag: the order carries a tag that the game recorded with another purchase.
	ByRecordedTag AttributedBy = C.RECOUP_ATTRIBUTED_BY_RECORDED_TAG
	// ByBareTag: the order carries a tag that is the user id, and nothing else is known. By the default rules it never
	// blocks.
	ByBareTag AttributedBy = C.RECOUP_ATTRIBUTED_BY_BARE_TAG
)

// AccountTag is the account tag of a user for a store, to be put on the user's purchases by your game's client: a random
// UUID that nobody can guess, the same each time for the same user. A refund that carries it back is this user's.
//
// Blocks until a commit is on disk the first time for a user. ctx is looked at before that begins. Fails with
// ErrInvalidArgument for Amazon, which carries no tag.
func (e *Engine) AccountTag(ctx context.Context, store, user string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var tag *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_account_tag(handle, chars(store), length(store), chars(user), length(user), &tag, object)
	})
	if err != nil {
		return "", err
	}
	defer C.recoup_text_free(tag)
	return goText(C.recoup_text_view(tag)), nil
}

// TransferPurchase moves a purchase, by its order id or token, to another user, for support: refunds of it are then
// toUser's. store may be empty unless two stores have the order; who and why as in Block. It returns {"store", "order",
// "from", "to", "purchases", "refunds"}; recoup.h says more.
//
// Blocks until the commit is on disk. ctx is looked at before that begins. Fails with ErrNotFound.
func (e *Engine) TransferPurchase(ctx context.Context, store, order, toUser, who, why string) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var transferred *C.recoup_text
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_transfer_purchase(handle, chars(store), length(store), chars(order), length(order),
			chars(toUser), length(toUser), chars(who), length(who), chars(why), length(why), &transferred, object)
	})
	if err != nil {
		return nil, err
	}
	return goJSON(transferred), nil
}
