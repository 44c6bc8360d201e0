package recoup_test

import (
	"fmt"
	"log"
	"os"
	"time"

	"recoup.dev/go/recoup"
)

// A game loop with a handler for each kind of event that it acts on.
func ExampleEngine_On() {
	folder, err := os.MkdirTemp("", "recoup")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	engine, err := recoup.Open(`{"database": "ledger.db"}`, folder)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	on := func(kind recoup.EventKind, act func(recoup.Event)) {
		err := engine.On(kind, recoup.EventHandlerFunc(func(event recoup.Event) recoup.Handled {
			act(event)
			return recoup.Done // or Later: the event comes again
		}))
		if err != nil {
			log.Fatal(err)
		}
	}
	on(recoup.EventBlock, func(event recoup.Event) {
		if event.Until == nil {
			fmt.Println("log out", event.User)
		} else {
			fmt.Println("log out", event.User, "for", event.Until.Sub(event.At).Round(time.Second))
		}
	})
	on(recoup.EventRefund, func(event recoup.Event) { fmt.Println("take items back from", event.User) })
	on(recoup.EventReversal, func(event recoup.Event) { fmt.Println("give items back to", event.User) })
	on(recoup.EveryEvent, func(event recoup.Event) { fmt.Println(event.Kind, event.User) })

	if _, err := engine.Block("ann", "support", "ticket 7"); err != nil {
		log.Fatal(err)
	}
	if _, err := engine.BlockFor("bob", time.Hour, "support", "ticket 8"); err != nil {
		log.Fatal(err)
	}
	// Each frame: Tick calls the handlers on this goroutine. Without a loop, StartDispatcher calls them on a thread.
	if _, err := engine.Tick(0); err != nil {
		log.Fatal(err)
	}
	// Output:
	// log out ann
	// log out bob for 1h0m0s
}
