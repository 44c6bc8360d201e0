package recoup

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
