package recoup

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Timestamp is a time as documents have it: Unix milliseconds.
type Timestamp struct{ time.Time }

// UnmarshalJSON reads Unix milliseconds.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	var millis int64
	if err := json.Unmarshal(text, &millis); err != nil {
		return err
	}
	t.Time = time.UnixMilli(millis)
	return nil
}

// MarshalJSON writes Unix milliseconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, t.UnixMilli(), 10), nil
}

// Money is an amount in millionths of a currency's unit: 4.99 USD is 4 990 000 micros. Never a float, never rounded.
type Money struct {
	// How many millionths of the currency's unit.
	Micros int64 `json:"micros"`
	// The currency's ISO 4217 code, such as "USD".
	Currency string `json:"currency"`
}

// MilliPercent is a share in thousandths of a percent: 100000 is all of it.
type MilliPercent uint32

// Page is a page of a list, newest first.
type Page[T any] struct {
	Items []T
	// Next is the after of the next page; 0: this is the last one.
	Next int64
	// JSON is all of it, as the library gave it.
	JSON json.RawMessage
}

// UnmarshalJSON keeps the JSON as well.
func (p *Page[T]) UnmarshalJSON(text []byte) error {
	var page struct {
		Items []T   `json:"items"`
		Next  int64 `json:"next"`
	}
	err := decode(text, &page, &p.JSON)
	p.Items, p.Next = page.Items, page.Next
	return err
}

// decode reads an object and keeps its text. Members that a type does not have are in the text alone.
func decode(text []byte, object interface{}, kept *json.RawMessage) error {
	*kept = append(json.RawMessage(nil), text...)
	return json.Unmarshal(text, object)
}

// variant is text, or an object identified by its first member by name: that name, and the member's value.
func variant(text []byte) (string, json.RawMessage, error) {
	var name string
	if json.Unmarshal(text, &name) == nil {
		return name, nil, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return "", nil, err
	}
	for member := range members {
		if name == "" || member < name {
			name = member
		}
	}
	return name, members[name], nil
}

// read reads a document that a call returned.
func read[T any](text json.RawMessage, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	document := new(T)
	if err := json.Unmarshal(text, document); err != nil {
		return nil, fmt.Errorf("recoup: a document of the library's cannot be read: %w", err)
	}
	return document, nil
}

// readList reads a list of documents that a call returned.
func readList[T any](text json.RawMessage, err error) ([]T, error) {
	list, err := read[[]T](text, err)
	if err != nil {
		return nil, err
	}
	return *list, nil
}

// given is the JSON for the library: own, or if that is nil, the value's JSON.
func given(own json.RawMessage, value interface{}) (json.RawMessage, error) {
	if own != nil {
		return own, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, badArgument("bad_json", err.Error())
	}
	return text, nil
}

// givenIn is given, unless the context has ended.
func givenIn(ctx context.Context, own json.RawMessage, value interface{}) (json.RawMessage, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return given(own, value)
}
