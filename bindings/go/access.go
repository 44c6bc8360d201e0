package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// HasAccess returns whether a user has access to a product now. Access returns the reason as well.
//
// By an operator's decision, or else by a recorded purchase of a non-consumable, a subscription, or a product with "access" in
// the configuration's catalogue, that has begun, has not ended, and was not taken away by a refund. An unknown user or
// product has none.
//
// Reads the disk, and never waits for a writer.
func (e *Engine) HasAccess(user, product string) (bool, error) {
	var has C.uint8_t
	err := e.call(func(handle *C.recoup_engine, object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_has_access(handle, chars(user), length(user), chars(product), length(product), &has, object)
	})
	return has != 0, err
}

// Access is whether a user has access to a product, and why. The rules are those of HasAccess. Reads the disk, and never
// waits for a writer.
func (e *Engine) Access(user, product string) (*Access, error) {
	return read[Access](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_access(
			handle, chars(user), length(user), chars(product), length(product), text, object)
	}))
}

// AccessDecision is an operator's decision on a user's access to a product.
type AccessDecision struct {
	// Access is whether the user has access.
	Access bool `json:"access"`
	// Until when; nil: until an operator decides otherwise.
	Until *Timestamp `json:"until,omitempty"`
	// Who decides: a person or a tool, 1 to 1024 bytes, for the journal.
	Who string `json:"who"`
	// Why: 1 to 1024 bytes, for the journal.
	Why string `json:"why"`
	// JSON, unless nil, is the decision and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// SetAccess grants a user access to a product, or revokes it, whatever was bought and refunded. It returns the access after
// it.
//
// Blocks until the commit is on disk. Fails with ErrInvalidArgument (bad_until for an end that has passed).
func (e *Engine) SetAccess(user, product string, decision AccessDecision) (*Access, error) {
	request, err := given(decision.JSON, decision)
	if err != nil {
		return nil, err
	}
	return read[Access](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_set_access(handle, chars(user), length(user), chars(product), length(product),
			jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// Access is whether a user has access to a product, and why.
type Access struct {
	// The product id.
	Product string `json:"product"`
	// Whether the user has access now.
	Has bool `json:"has"`
	// Until when this is so, as far as is known now; nil: no end is known.
	Until *Timestamp `json:"until"`
	// Why.
	Because AccessReason `json:"because"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Access) UnmarshalJSON(text []byte) error {
	type plain Access
	return decode(text, (*plain)(d), &d.JSON)
}

// AccessReason is why a user has access, or has none.
type AccessReason struct {
	// By is what it is; the other fields depend on it.
	By AccessBy `json:"by"`
	// Who, of AccessByOperator.
	Who string `json:"who"`
	// Why, of AccessByOperator.
	Why string `json:"why"`
	// The store, of AccessByPurchase.
	Store Store `json:"store"`
	// The order id, or else the token or the original id, of AccessByPurchase.
	Order string `json:"order"`
	// The refund, of AccessByRefund.
	Refund int64 `json:"refund"`
	// When it ended, of AccessExpired; when it begins, of AccessNotBegun.
	At *Timestamp `json:"at"`
}

// AccessBy is what gives access, or takes it.
type AccessBy string

const (
	// AccessByOperator: an operator granted or revoked it.
	AccessByOperator AccessBy = "operator"
	// AccessByPurchase: a recorded purchase gives it.
	AccessByPurchase AccessBy = "purchase"
	// AccessByRefund: a refund took it.
	AccessByRefund AccessBy = "refund"
	// AccessExpired: what was bought has ended.
	AccessExpired AccessBy = "expired"
	// AccessNotBegun: what was bought has not begun.
	AccessNotBegun AccessBy = "not_begun"
	// AccessNoPurchase: no recorded purchase of this user gives access to this product.
	AccessNoPurchase AccessBy = "no_purchase"
)
