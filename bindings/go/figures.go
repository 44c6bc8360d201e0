package recoup

// #include "recoup.h"
import "C"

import "encoding/json"

// FiguresQuestion is which figures are wanted. The zero value is those of the last 30 days of production. Days begin at the
// ledger's offset from UTC: a time within a day means the whole day.
type FiguresQuestion struct {
	// Since: from the day of this time; nil: the 30 days up to Until.
	Since *Timestamp `json:"since,omitempty"`
	// Until: up to this time, and to the day's end if it is within a day; nil: to the end of today.
	Until *Timestamp `json:"until,omitempty"`
	// Environment; empty: Production.
	Environment Environment `json:"environment,omitempty"`
	// By are the properties to group by, at most two.
	By []GroupBy `json:"by,omitempty"`
	// Lists are what is wanted besides.
	Lists []FigureList `json:"lists,omitempty"`
	// Repeat is how many refunds that count make a repeat refunder, at least 2; 0: the library's own number.
	Repeat uint32 `json:"repeat,omitempty"`
	// JSON, unless nil, is the question and replaces all above: for members of a later version.
	JSON json.RawMessage `json:"-"`
}

// Figures are the figures of a time: how many purchases and refunds, their sums by currency, rates, and their course by day
// or month. Sums are by currency and never added across. Reads the disk, and never waits for a writer. Fails with
// ErrInvalidArgument (bad_question).
func (e *Engine) Figures(question FiguresQuestion) (*Figures, error) {
	request, err := given(question.JSON, question)
	if err != nil {
		return nil, err
	}
	return read[Figures](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_figures(handle, jsonAt(request), C.size_t(len(request)), text, object)
	}))
}

// WorkCounts are how many refunds have each work status. Reads the disk, and never waits for a writer: the counts are kept,
// whatever the number of refunds.
func (e *Engine) WorkCounts() ([]WorkCount, error) {
	return readList[WorkCount](e.document(func(handle *C.recoup_engine, text **C.recoup_text,
		object **C.recoup_error) C.recoup_status {
		return C.recoup_engine_query_work_counts(handle, text, object)
	}))
}

// WorkCount is how many refunds of a store and an environment have a work status.
type WorkCount struct {
	// The store.
	Store Store `json:"store"`
	// The environment; Production where it is unknown.
	Environment Environment `json:"environment"`
	// The status.
	WorkStatus WorkStatus `json:"work_status"`
	// How many refunds.
	Refunds int64 `json:"refunds"`
	// How many of them, with money refunded, are of unknown players.
	Unattributed int64 `json:"unattributed"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *WorkCount) UnmarshalJSON(text []byte) error {
	type plain WorkCount
	return decode(text, (*plain)(d), &d.JSON)
}

// GroupBy is a property to group figures by.
type GroupBy string

const (
	// GroupByStore: the store.
	GroupByStore GroupBy = "store"
	// GroupByProduct: the product.
	GroupByProduct GroupBy = "product"
	// GroupByCountry: the buyer's country, as the host recorded it.
	GroupByCountry GroupBy = "country"
	// GroupByCurrency: the currency of the price or of the refunded amount.
	GroupByCurrency GroupBy = "currency"
	// GroupByReason: the reason of the refund; purchases have none.
	GroupByReason GroupBy = "reason"
	// GroupByRule: the rule that decided the refund; purchases have none.
	GroupByRule GroupBy = "rule"
	// GroupByWorkStatus: the refund's work status now; purchases have none.
	GroupByWorkStatus GroupBy = "work_status"
)

// FigureList is a list of Figures that is made only where it is wanted: it reads rows, not sums.
type FigureList string

const (
	// ListItems: items that were due, and what became of them.
	ListItems FigureList = "items"
	// ListRules: what each rule did.
	ListRules FigureList = "rules"
	// ListBlocks: blocks made, ended and active.
	ListBlocks FigureList = "blocks"
	// ListLags: how long after a refund something happened.
	ListLags FigureList = "lags"
	// ListReviews: refund reviews.
	ListReviews FigureList = "reviews"
	// ListRepeatRefunders: players with several refunds.
	ListRepeatRefunders FigureList = "repeat_refunders"
	// ListWaiting: what waits now.
	ListWaiting FigureList = "waiting"
)

// Figures are the figures of a time. Money is in micros (millionths of the currency) and never added across currencies.
type Figures struct {
	// From when, with this time.
	Since Timestamp `json:"since"`
	// Until when, without this time.
	Until Timestamp `json:"until"`
	// Where a day begins: the distance from UTC, such as "+09:00".
	UTCOffset string `json:"utc_offset"`
	// Of this environment.
	Environment Environment `json:"environment"`
	// The whole time.
	Total FigureRow `json:"total"`
	// The time of the same length before.
	Before PeriodFigures `json:"before"`
	// How long the periods of Series are: days up to 100 days, else months.
	Grain Grain `json:"grain"`
	// Each day or month of the time, as far as it lies within.
	Series []SeriesPoint `json:"series"`
	// Grouped as wanted, the most refunds first; at most 1000.
	Groups []GroupFigures `json:"groups"`
	// The groups beyond those; nil: there are none.
	Others *FigureRow `json:"others"`
	// The refunded amounts by the refunds' work status now.
	ByStatus []StatusFigures `json:"by_status"`
	// Items, if wanted; at most 1000.
	Items []ItemFigures `json:"items"`
	// Rules, if wanted.
	Rules []RuleFigures `json:"rules"`
	// Blocks; nil: not wanted.
	Blocks *BlockFigures `json:"blocks"`
	// Lags, if wanted: of all stores, then of each.
	Lags []LagFigures `json:"lags"`
	// Refund reviews; nil: not wanted.
	Reviews *ReviewFigures `json:"reviews"`
	// Repeat refunders, if wanted: the most refunds first, at most 100.
	RepeatRefunders []RepeatRefunder `json:"repeat_refunders"`
	// What waits now; nil: not wanted.
	Waiting *WaitingFigures `json:"waiting"`
	// What each figure of this answer means.
	Definitions map[string]string `json:"definitions"`
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the JSON as well.
func (d *Figures) UnmarshalJSON(text []byte) error {
	type plain Figures
	return decode(text, (*plain)(d), &d.JSON)
}

// Grain is how long the periods of a series are.
type Grain string

const (
	// GrainDay: days.
	GrainDay Grain = "day"
	// GrainMonth: months.
	GrainMonth Grain = "month"
)

// FigureRow is purchases and refunds of a time, or of one group of them.
type FigureRow struct {
	// Purchases made in the time; nil in a group by something that purchases do not have.
	Purchases *PurchaseFigures `json:"purchases"`
	// Refunds in the time.
	Refunds RefundFigures `json:"refunds"`
	// Refunds of recorded purchases, and all refunds.
	Coverage Rate `json:"coverage"`
	// Of the purchases made in the time, those refunded until now; nil as Purchases.
	RateOfPurchases *Rate `json:"rate_of_purchases"`
	// Refunds of recorded purchases in the time, and purchases made in the time; nil as Purchases.
	RateOfTime *Rate `json:"rate_of_time"`
}

// GroupFigures are the figures of a group.
type GroupFigures struct {
	// Its properties; empty where unknown.
	Group map[string]string `json:"group"`
	FigureRow
}

// PurchaseFigures are figures of purchases.
type PurchaseFigures struct {
	// How many were recorded.
	Purchases int64 `json:"purchases"`
	// How many of them without a price.
	Unpriced int64 `json:"unpriced"`
	// The sum of the others' prices, in micros by currency.
	Sold map[string]int64 `json:"sold"`
}

// RefundFigures are figures of refunds.
type RefundFigures struct {
	// How many there are.
	Refunds int64 `json:"refunds"`
	// How many of them in full.
	Whole int64 `json:"whole"`
	// How many of them are of recorded purchases.
	Recorded int64 `json:"recorded"`
	// How many of them without a known amount.
	AmountUnknown int64 `json:"amount_unknown"`
	// The sum of the others' amounts, in micros by currency.
	AmountBack map[string]int64 `json:"amount_back"`
}

// Rate is a number as a part of another one.
type Rate struct {
	// The part.
	Count int64 `json:"count"`
	// The whole.
	Among int64 `json:"among"`
	// PerMillion is the part in a million of the whole, rounded to the nearest. Counts only if Among is not 0. It is more than a
	// million where the part is not of the whole.
	PerMillion int64 `json:"per_million"`
}

// PeriodFigures are the figures of another time.
type PeriodFigures struct {
	// From when.
	Since Timestamp `json:"since"`
	// Until when.
	Until Timestamp `json:"until"`
	// All of it.
	Total FigureRow `json:"total"`
}

// SeriesPoint is one day or month.
type SeriesPoint struct {
	// When it begins.
	At Timestamp `json:"at"`
	// Purchases made in it.
	Purchases int64 `json:"purchases"`
	// Of the purchases made in it, those refunded until now.
	PurchasesRefunded int64 `json:"purchases_refunded"`
	// Refunds in it.
	Refunds int64 `json:"refunds"`
}

// StatusFigures are the refunds of one work status.
type StatusFigures struct {
	// The status now.
	WorkStatus WorkStatus `json:"work_status"`
	// How many refunds.
	Refunds int64 `json:"refunds"`
	// How many of them without a known amount.
	AmountUnknown int64 `json:"amount_unknown"`
	// The sum of the others' amounts, in micros by currency. It went back to players, whatever came back of the items.
	AmountBack map[string]int64 `json:"amount_back"`
}

// ItemFigures are the figures of one item.
type ItemFigures struct {
	// The game's name of the item.
	Item string `json:"item"`
	// How many became due in the time, less what is no longer.
	Due int64 `json:"due"`
	// How many the game took back in the time.
	Taken int64 `json:"taken"`
	// How many players repaid in the time.
	Repaid int64 `json:"repaid"`
	// How many players got again after reversals in the time.
	Returned int64 `json:"returned"`
	// How many were forgiven or written off in the time.
	Forgiven int64 `json:"forgiven"`
	// How many are owed now, whenever they became due.
	Owed int64 `json:"owed"`
}

// RuleFigures are what one rule did.
type RuleFigures struct {
	// The rule.
	Rule string `json:"rule"`
	// How many refunds in the time it decides now, excluded ones too.
	Refunds int64 `json:"refunds"`
	// How many blocks it made in the time.
	Blocks int64 `json:"blocks"`
}

// BlockFigures are figures of blocks.
type BlockFigures struct {
	// How many are active now.
	Active int64 `json:"active"`
	// How many were made in the time.
	Made int64 `json:"made"`
	// How many of them by refunds.
	MadeByRefunds int64 `json:"made_by_refunds"`
	// How many ended in the time, by what ended them: an EndedBy.
	Ended map[string]int64 `json:"ended"`
	// Of the refunds in the time, those that ever blocked their player. Production only.
	BlockingRefunds Rate `json:"blocking_refunds"`
}

// LagFigures are how long after a refund, by the store's clock, something happened. Each time is the end of a bucket: at most
// 41 % more than the true one.
type LagFigures struct {
	// What happened.
	Stage LagStage `json:"stage"`
	// Of this store; empty: of all.
	Store Store `json:"store"`
	// To how many refunds of the time.
	Refunds int64 `json:"refunds"`
	// Half of them took no longer, in milliseconds.
	MedianMillis int64 `json:"median_millis"`
	// Nine of ten.
	P90Millis int64 `json:"p90_millis"`
	// Ninety-nine of a hundred.
	P99Millis int64 `json:"p99_millis"`
}

// LagStage is what happened after a refund.
type LagStage string

const (
	// LagWebhook: the store's own message reported it.
	LagWebhook LagStage = "webhook"
	// LagSweep: a sweep found it.
	LagSweep LagStage = "sweep"
	// LagBlocked: the player was blocked.
	LagBlocked LagStage = "blocked"
	// LagClosed: nothing was left to do: recovered, partly recovered, or written off.
	LagClosed LagStage = "closed"
)

// RepeatRefunder is a player with several refunds that count.
type RepeatRefunder struct {
	// Who.
	User string `json:"user"`
	// How many refunds of the time count.
	Refunds int64 `json:"refunds"`
	// How many of them without a known amount.
	AmountUnknown int64 `json:"amount_unknown"`
	// The sum of the others' amounts, in micros by currency.
	AmountBack map[string]int64 `json:"amount_back"`
	// What the player owes now.
	Owed []Grant `json:"owed"`
	// Whether the player is blocked now.
	Blocked bool `json:"blocked"`
}

// WaitingFigures are what waits now.
type WaitingFigures struct {
	// Refunds with something to do, by work status. Production only.
	ToDo map[string]int64 `json:"to_do"`
	// Refunds of unknown players. Production only.
	Unattributed int64 `json:"unattributed"`
	// Players who owe something.
	PlayersOwing int64 `json:"players_owing"`
	// Refund reviews without an answer.
	ReviewsOpen int64 `json:"reviews_open"`
	// The first deadline among them; nil: there is none.
	NextReviewDeadline *Timestamp `json:"next_review_deadline"`
	// Messages that were not understood.
	DeadLetters int64 `json:"dead_letters"`
}
