package main

import (
	"encoding/json"
	"fmt"
	"strconv"

	"recoup.dev/go/recoup"
)

// arguments reads a line's words one after another; the first missing word or invalid number is the error.
type arguments struct {
	words []string
	err   error
}

func (a *arguments) text() string {
	if len(a.words) == 0 {
		a.fail(fmt.Errorf("a word is missing"))
		return ""
	}
	word := a.words[0]
	a.words = a.words[1:]
	return word
}

func (a *arguments) store() recoup.Store {
	return recoup.Store(a.text())
}

// json is a document as it is written, which need not be one; an empty word is none.
func (a *arguments) json() json.RawMessage {
	if text := a.text(); text != "" {
		return json.RawMessage(text)
	}
	return nil
}

func (a *arguments) number() int64 {
	number, err := strconv.ParseInt(a.text(), 10, 64)
	a.fail(err)
	return number
}

func (a *arguments) unsigned() uint64 {
	number, err := strconv.ParseUint(a.text(), 10, 64)
	a.fail(err)
	return number
}

func (a *arguments) count() int {
	return int(a.number())
}

func (a *arguments) fail(err error) {
	if a.err == nil {
		a.err = err
	}
}
