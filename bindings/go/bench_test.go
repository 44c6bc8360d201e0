package recoup_test

import (
	"fmt"
	"testing"

	"recoup.dev/go/recoup"
	"recoup.dev/go/recoup/internal/plain"
)

// The cost of any call from Go to C: the minimum for the others.
func BenchmarkPlainCall(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		plain.Call()
	}
}

// The cost of any call from Go to C and back to Go.
func BenchmarkPlainRoundTrip(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		plain.ThereAndBack()
	}
}

func BenchmarkIsBlocked(b *testing.B) {
	e := open(b)
	for i := 0; i < 1000; i++ {
		blockUser(b, e, fmt.Sprint("user ", i))
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := e.IsBlocked("user 7"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIdleTick(b *testing.B) {
	e := open(b)
	must(b, e.On(recoup.EveryEvent, recoup.EventHandlerFunc(discard)))
	tick(b, e)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := e.Tick(0); err != nil {
			b.Fatal(err)
		}
	}
}

// An idle wait reads the clock once: Go, the library, a Go callback, and back.
func BenchmarkCallbackRoundTrip(b *testing.B) {
	e := open(b)
	_, err := e.Poll(1)
	must(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if _, err := e.Wait(0); err != nil {
			b.Fatal(err)
		}
	}
}

// A request from Submit through the library's threads to its handler, many at once. It is a rejected one: no disk.
func BenchmarkSubmitToHandler(b *testing.B) {
	e := open(b)
	handled := 0
	must(b, e.OnCompletion(recoup.CompletionHandlerFunc(func(recoup.Completion) { handled++ })))
	request := recoup.Request{Store: "app-store", Body: []byte("{")}
	b.ReportAllocs()
	b.ResetTimer()
	for submitted := 0; handled < b.N; {
		for ; submitted < b.N && submitted-handled < 1000; submitted++ {
			must(b, e.Submit(request, 0))
		}
		_, err := e.Wait(patience)
		must(b, err)
		tick(b, e)
	}
}
