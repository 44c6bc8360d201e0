package recoup

// JournalRecoveryReported: the game reported what it took back for the refund, or gave again.
type JournalRecoveryReported struct {
	// What it took.
	Taken []Grant `json:"taken"`
	// What it gave again.
	Returned []Grant `json:"returned"`
	// What happens to what is still owed.
	Rest Rest `json:"rest"`
	// Who reported it; empty: not reported.
	Who string `json:"who"`
	// Why; empty: not reported.
	Why string `json:"why"`
}

// JournalForgiven: an operator forgave what was owed.
type JournalForgiven struct {
	// What.
	Items []Grant `json:"items"`
	// Whether the studio cannot get it, rather than does not want it.
	WrittenOff bool `json:"written_off"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalGrantedSet: an operator set what the purchase granted.
type JournalGrantedSet struct {
	// What.
	Grants []Grant `json:"grants"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalRepaid: the player gave items back of their own accord.
type JournalRepaid struct {
	// What.
	Items []Grant `json:"items"`
	// Who reported it; empty: not reported.
	Who string `json:"who"`
	// Why; empty: not reported.
	Why string `json:"why"`
}

// JournalBoughtAgain: the player paid again for what was refunded, by a recorded purchase, or that purchase was
// refunded in turn.
type JournalBoughtAgain struct {
	// The purchase.
	Purchase int64 `json:"purchase"`
	// What it pays for now.
	Items []Grant `json:"items"`
}

// JournalCorrected: an operator cancelled an entry of the books.
type JournalCorrected struct {
	// The entry.
	Entry int64 `json:"entry"`
	// The item.
	Item string `json:"item"`
	// What it counted.
	Kind EntryKind `json:"kind"`
	// How many.
	Quantity int64 `json:"quantity"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalClosed: an operator closed the refund, where the books do not know what is due.
type JournalClosed struct {
	// How.
	ClosedAs ClosedAs `json:"closed_as"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalReopened: an operator opened the refund again.
type JournalReopened struct {
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalStatusSet: an operator set the refund's status.
type JournalStatusSet struct {
	// The status.
	Status RefundStatus `json:"status"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalAssigned: the refund was assigned to an operator, or to none.
type JournalAssigned struct {
	// To whom; empty: to none.
	To string `json:"to"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalNoted: an operator wrote a note.
type JournalNoted struct {
	// The note.
	Note int64 `json:"note"`
	// Who.
	Who string `json:"who"`
}

// JournalOverruled: an operator decided on the refund.
type JournalOverruled struct {
	// What is done with it; nil: the policy decides again.
	Action *Action `json:"action"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalExclusionMade: an operator made an exclusion.
type JournalExclusionMade struct {
	// The exclusion.
	Exclusion int64 `json:"exclusion"`
	// What it goes by.
	Kind ExclusionKind `json:"kind"`
	// The order, user or pattern of products.
	Value string `json:"value"`
	// What it does.
	Action ExclusionAction `json:"action"`
	// When it ends; nil: never.
	Until *Timestamp `json:"until"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalExclusionEnded: an operator ended an exclusion.
type JournalExclusionEnded struct {
	// The exclusion.
	Exclusion int64 `json:"exclusion"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalNoticeMade: a notice for the player was made.
type JournalNoticeMade struct {
	// The notice.
	Notice int64 `json:"notice"`
	// What it is about.
	Name NoticeName `json:"name"`
}

// JournalNoticeEnded: a notice was acknowledged, expired or withdrawn.
type JournalNoticeEnded struct {
	// The notice.
	Notice int64 `json:"notice"`
	// What it is about.
	Name NoticeName `json:"name"`
	// How it ended.
	State NoticeState `json:"state"`
}

// JournalAccessGranted: an operator granted the user access to a product.
type JournalAccessGranted struct {
	// The product.
	Product string `json:"product"`
	// Until when; nil: no end.
	Until *Timestamp `json:"until"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalAccessRevoked: an operator revoked the user's access to a product.
type JournalAccessRevoked struct {
	// The product.
	Product string `json:"product"`
	// Until when; nil: no end.
	Until *Timestamp `json:"until"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalEndpointEnded: a webhook endpoint ended: nothing more is queued for it.
type JournalEndpointEnded struct {
	// Its name.
	Endpoint string `json:"endpoint"`
	// Who ended it; empty: it answered 410.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalMessageDead: the last try to send a message to a webhook endpoint failed.
type JournalMessageDead struct {
	// The message.
	Message int64 `json:"message"`
	// Its event.
	Event int64 `json:"event"`
	// The endpoint's name.
	Endpoint string `json:"endpoint"`
	// Why the last try failed.
	Problem string `json:"problem"`
}

// JournalMessagesReplayed: an operator had messages sent again to a webhook endpoint.
type JournalMessagesReplayed struct {
	// The endpoint's name.
	Endpoint string `json:"endpoint"`
	// How many.
	Count uint64 `json:"count"`
	// Who.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

// JournalPruned: what was older than its retention was removed.
type JournalPruned struct {
	PrunedCounts
}

// JournalUserForgotten: a user was forgotten; the entry's user is the pseudonym.
type JournalUserForgotten struct {
	ForgottenCounts
	// Who requested it.
	Who string `json:"who"`
	// Why.
	Why string `json:"why"`
}

func (*JournalRecoveryReported) happening() {}
func (*JournalForgiven) happening()         {}
func (*JournalGrantedSet) happening()       {}
func (*JournalRepaid) happening()           {}
func (*JournalBoughtAgain) happening()      {}
func (*JournalCorrected) happening()        {}
func (*JournalClosed) happening()           {}
func (*JournalReopened) happening()         {}
func (*JournalStatusSet) happening()        {}
func (*JournalAssigned) happening()         {}
func (*JournalNoted) happening()            {}
func (*JournalOverruled) happening()        {}
func (*JournalExclusionMade) happening()    {}
func (*JournalExclusionEnded) happening()   {}
func (*JournalNoticeMade) happening()       {}
func (*JournalNoticeEnded) happening()      {}
func (*JournalAccessGranted) happening()    {}
func (*JournalAccessRevoked) happening()    {}
func (*JournalEndpointEnded) happening()    {}
func (*JournalMessageDead) happening()      {}
func (*JournalMessagesReplayed) happening() {}
func (*JournalPruned) happening()           {}
func (*JournalUserForgotten) happening()    {}
