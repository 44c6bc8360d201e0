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
> open with_transport
ok
> answer 404 @missing.json
> answer failure 4
> issue_refund @refund.json
{"id":1,"store":"stripe","app":"shop","kind":"refund","order_id":"ch_1","request":{"app":"shop","payment":"ch_1","store":"stripe"},"who":"eve","why":"test","state":"failed","attempts":1,"answer":{"said":"error","code":"api_refused","message":"the store answered 404 resource_missing: No such charge"},"at":1790000031000,"next_at":null,"settled_at":1790000031000}
> asked
request POST https://store.test/v1/refunds Idempotency-Key,Content-Type,Authorization,Stripe-Version charge=ch_1
> reconcile {"stores":["stripe"]}
progress {"store":"stripe","app":"shop","from":1758464031000,"to":1790000031000,"resumed":false,"pages":0,"found":0,"new":0,"changed":0,"unread":0,"refused":0,"gap":null,"ended":{"what":"under_way"}}
progress {"store":"stripe","app":"shop","from":1758464031000,"to":1790000031000,"resumed":false,"pages":0,"found":0,"new":0,"changed":0,"unread":0,"refused":0,"gap":null,"ended":{"what":"failed","code":"api_transport","message":"no trusted connection to store.test: as told","retryable":false}}
{"sweeps":[{"store":"stripe","app":"shop","from":1758464031000,"to":1790000031000,"resumed":false,"pages":0,"found":0,"new":0,"changed":0,"unread":0,"refused":0,"gap":null,"ended":{"what":"failed","code":"api_transport","message":"no trusted connection to store.test: as told","retryable":false}}]}
> asked
request GET https://store.test/v1/refunds?created%5Bgte%5D=1755785631&created%5Blte%5D=1790000031&limit=100&expand%5B%5D=data.failure_balance_transaction Authorization,Stripe-Version -
> asked
> action 1
{"id":1,"store":"stripe","app":"shop","kind":"refund","order_id":"ch_1","request":{"app":"shop","payment":"ch_1","store":"stripe"},"who":"eve","why":"test","state":"failed","attempts":1,"answer":{"said":"error","code":"api_refused","message":"the store answered 404 resource_missing: No such charge"},"at":1790000031000,"next_at":null,"settled_at":1790000031000}
> listen 127.0.0.1:0 ""
listening
> unlisten
ok
> report GPA.1 {"consent":false}
null
> actions {"kind":"answer_review"} 0 10
{"items":[],"next":null}
> action 9
error 7 not_found 0 500
> reviews "" 0 10
{"items":[],"next":null}
> review_figures 0
{"cases":0,"answered":0,"declined_by_store":0,"refunded":0,"missed":0,"money_kept":{}}
> revoke {}
error 1 bad_json 0 500
> free
freed, 2 destructors
> destroyed
destroyed 4 5
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
		"config-api.json": `{"database": "api.db", "stripe": [{"name": "shop", "webhook_secrets": ["whsec_1"],
			"api_key": "rk_live_1", "api_url": "https://store.test"}]}`,
		"missing.json": `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such charge"}}`,
		"refund.json":  `{"order":{"store":"stripe","app":"shop","payment":"ch_1"},"who":"eve","why":"test"}`,
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
	for _, step := range []string{"no_such_command", "clock", "clock soon", "purchase no_such_member=1", "open sideways", "answer soon", "answer failure soon"} {
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
