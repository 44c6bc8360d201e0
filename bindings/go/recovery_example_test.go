package recoup_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"recoup.dev/go/recoup"
)

// inventory is the game's own store of items. A game keeps both maps in its database, and changes them in one transaction.
type inventory struct {
	items map[string]int64
	done  map[string][]recoup.Grant
}

// takeOnce takes what the player has of each item, unless that was done under this key before.
func (i *inventory) takeOnce(key string, wanted []recoup.Grant) []recoup.Grant {
	if taken, before := i.done[key]; before {
		return taken
	}
	var taken []recoup.Grant
	for _, grant := range wanted {
		if has := i.items[grant.Item]; has < grant.Quantity {
			grant.Quantity = has
		}
		if grant.Quantity > 0 {
			i.items[grant.Item] -= grant.Quantity
			taken = append(taken, grant)
		}
	}
	i.done[key] = taken
	return taken
}

// A game takes the items of a refund back, and reports what it took.
func ExampleEngine_Settle() {
	folder, err := os.MkdirTemp("", "recoup")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	engine, err := recoup.Open(`{"database": "recoup.db"}`, folder)
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = engine.Close(); <-engine.Done() }()

	player := inventory{map[string]int64{"gems": 60}, map[string][]recoup.Grant{}}
	err = engine.On(recoup.EventRefund, recoup.EventHandlerFunc(func(event recoup.Event) recoup.Handled {
		toDo, err := engine.ToDo(event.ID)
		if err != nil {
			return recoup.Later
		}
		outcome, err := engine.Settle(event.ID, recoup.RecoveryReport{Taken: player.takeOnce(toDo.Key, toDo.Take)})
		if err != nil {
			return recoup.Later
		}
		books := outcome.Recovery.Items[0]
		fmt.Printf("%s: %d due, %d taken, %d owed\n", books.Item, books.Due, books.Taken, books.Owed)
		return recoup.Done
	}))
	if err != nil {
		log.Fatal(err)
	}

	_, err = engine.RecordPurchase(context.Background(), recoup.Purchase{Store: "custom:kiosk", User: "ann", OrderID: "1",
		Grants: []recoup.Grant{{Item: "gems", Quantity: 100}}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = engine.RecordMessage(context.Background(), json.RawMessage(`{"store": "custom:kiosk", "app": "game", "notification_id": "7",
		"name": "REFUNDED", "at": 1790000000000, "fact": {"what": "refunded", "at": 1790000000000, "extent": "full",
		"trust": "signed", "about": {"order_id": "1"}}}`), nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err = engine.Tick(0); err != nil {
		log.Fatal(err)
	}
	// Output: gems: 100 due, 60 taken, 40 owed
}
