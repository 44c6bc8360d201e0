package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The shared scenario is played beside those of other languages; here is a short one, so that the host is tried where
// there are no stores to sign requests. "> " begins what is played.
const played = `> open bad
error 2 config 0 500
> clock 1790000000000
> open with_file
ok
> block ann 0 eve "for ever"
block 1
> is_blocked ann
1
> on event later
ok
> tick 0
callback 2 event 1 1 0 1790000000000 1 1 0 0 0 - ann
handled 1
> on event done
ok
> destroyed
destroyed 2
> unblock ann eve appeal
ended 1
> clock 1790000031000
> dispatcher start
ok
> await 2
callback 3 event 1 1 0 1790000000000 2 1 0 0 0 - ann
callback 3 event 2 2 0 1790000000000 1 1 0 0 0 - ann
> dispatcher stop
ok
> purchase store=google-play user=bob order_id=GPA.1 grant=gem:3
outcome 1
> purchases @bought.json
new 1
> poll 1
[]
> close
ok
> ack 1
error 6 closed 0 500
> is_blocked ann
0
> free
freed, 2 destructors
> destroyed
destroyed 1 3
`

func TestAShortScenario(t *testing.T) {
	folder := t.TempDir()
	var steps []string
	for _, line := range strings.Split(played, "\n") {
		if strings.HasPrefix(line, "> ") {
			steps = append(steps, line[2:])
		}
	}
	for name, text := range map[string]string{
		"scenario.txt": "# a comment\n\n" + strings.Join(steps, "\n") + "\n",
		"config.json":  `{"database": "ledger.db"}`,
		"bought.json":  `[{"store":"app-store","user":"bob","order_id":"2"}]` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := play(folder, &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != played {
		t.Errorf("played:\n%s\ninstead of:\n%s", out.String(), played)
	}
}

func TestTheScenariosOwnFaultsEndIt(t *testing.T) {
	for _, step := range []string{"no_such_command", "clock", "clock soon", "purchase no_such_member=1", "open sideways"} {
		folder := t.TempDir()
		for name, text := range map[string]string{"scenario.txt": step, "config.json": "{}"} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := play(folder, &strings.Builder{}); err == nil {
			t.Errorf("%q was played", step)
		}
	}
}
