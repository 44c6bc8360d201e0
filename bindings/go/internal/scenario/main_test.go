package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The shared scenario is played beside those of other languages; here is a short one, so that the host is tried where
// there are no stores to sign requests. "> " begins what is played. Of the library's own documents only what shows that it is
// this one: "…" replaces the rest, which the shared scenario compares.
const played = `> open bad
error 2 config 0 500
> clock 1790000000000
> open with_file
ok
> block ann - eve "no end"
block 1
> is_blocked ann
1
> on event later
ok
> tick 0
callback 2 event 1 1 0 1790000000000 1 1 - - 0 - ann 0
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
callback 3 event 1 1 0 1790000000000 2 1 - - 0 - ann 0
callback 3 event 2 2 0 1790000000000 1 1 - - 0 - ann 0
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
{"id":1,…"state":"failed",…No such charge"…}
> asked
request POST https://store.test/v1/refunds idempotency-key,content-type,authorization,stripe-version charge=ch_1
> reconcile {"stores":["stripe"]}
progress {"store":"stripe",…"under_way"…}
progress {"store":"stripe",…"failed",…as expected…}
{"sweeps":[{"store":"stripe",…as expected…}]}
> asked
request GET https://store.test/v1/refunds?… authorization,stripe-version -
> asked
> answer failure 4
> doctor {"app_store_test_notification":true}
progress {…"store":"stripe","app":"shop",…"advice":null}
progress {…"tls",…as expected…}
progress {…"webhooks",…}
progress {…"sweeps",…}
progress {…"test_notification",…}
progress {…"ledger",…FOLDER/api.db…}
progress {…"open_work",…}
progress {…"open_work",…}
progress {…"open_work",…}
progress {…"open_work",…}
progress {…"open_work",…}
{"at":1790000031000,"health":"broken","findings":[{…FOLDER/api.db…}]}
> asked
request GET https://store.test/v1/refunds?… authorization,stripe-version -
> reconcile_order stripe "" ch_1
error 1 bad_action 0 500
> reconcile_order app-store "" 1
error 16 api_not_configured 0 500
> action 1
{"id":1,…}
> listen 127.0.0.1:0 ""
listening
> unlisten
ok
> report GPA.1 {"consent":false}
null
> actions {"kind":"answer_review"} 0 10
{"items":[],…}
> action 9
error 7 not_found 0 500
> reviews "" 0 10
{"items":[],…}
> review_figures 0
{"cases":0,…}
> revoke {}
error 1 bad_json 0 500
> exclude {"kind":"user","value":"bob","who":"eve","why":"agreed"}
{"id":1,…"refunded_already":[]…}
> exclude {"kind":"user","value":"bob","who":"eve","why":"agreed"}
error 24 standing_exclusion 0 500
> exclusions 0 0 10
{"items":[{"id":1,…}],"next":null}
> end_exclusion 1 eve over
{"id":1,…"ended":{…"who":"eve"…}…}
> overrule 9 {"who":"eve","why":"outage"}
error 7 unknown_refund 0 500
> try_policy 0 [{"name":"all","match":{},"action":"alert"}] ""
{…"refunds":0,…}
> notices bob ko-KR 10
[]
> mark_notice bob 1 shown
error 7 unknown_notice 0 500
> set_access bob no-ads {"access":true,"who":"eve","why":"ticket"}
{"product":"no-ads","has":true,…}
> access bob no-ads
{"product":"no-ads","has":true,…}
> has_access bob no-ads
1
> debtors "" 10
{"items":[],"next":null}
> figures ""
{"since":…}
> work_counts
[]
> export {"what":"debts"}
{"end":{"rows":0}}
{"rows":0}
> export {"what":"sku"}
error 1 bad_json 0 500
> export_user dan
{"user":"dan",…
"account_tags":[],
"purchases":[],
"orders":[],
"refunds":[],
"recovery":[],
"messages":[],
"blocks":[],
"notices":[],
"notes":[],
"access_overrides":[],
"exclusions":[],
"consumption":[],
"actions":[],
"reviews":[],
"events":[],
"webhook_messages":[],
"journal":[]}
{"rows":0}
> forget_user bob {"who":"dpo","why":"request"}
{"pseudonym":"forgotten-",…}
> prune
{}
> webhooks
[]
> webhook_messages "" 0 10
{"items":[],"next":null}
> replay_webhooks {"replay":{"message":9},"who":"eve","why":"outage"}
error 7 unknown_message 0 500
> end_webhook crm eve over
error 7 unknown_endpoint 0 500
> test_webhook crm
error 7 unknown_endpoint 0 500
> send_webhooks
sent 0
> free
freed, 2 destructors
> destroyed
destroyed 4 5
`

// is returns whether a line is the expected one; "…" matches anything.
func is(line, expected string) bool {
	parts := strings.Split(expected, "…")
	last := len(parts) - 1
	if last == 0 {
		return line == expected
	}
	if !strings.HasPrefix(line, parts[0]) {
		return false
	}
	line = line[len(parts[0]):]
	for _, part := range parts[1:last] {
		_, rest, found := strings.Cut(line, part)
		if !found {
			return false
		}
		line = rest
	}
	return strings.HasSuffix(line, parts[last])
}

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
	lines, expected := strings.Split(out.String(), "\n"), strings.Split(played, "\n")
	for i, line := range lines {
		if i == len(expected) || !is(line, expected[i]) {
			t.Fatalf("line %d is\n%s\nof:\n%s\ninstead of:\n%s", i+1, line, out.String(), played)
		}
	}
	if len(lines) != len(expected) {
		t.Errorf("played:\n%s\ninstead of:\n%s", out.String(), played)
	}
}

func TestWhatDiffersEachTimeIsLeftOut(t *testing.T) {
	for text, want := range map[string]string{
		`"evt_k3v7_12","evt_"`: `"evt__12","evt_"`, `{"ledger":"k3v7","millis":15,"x":"millis":}`: `{"ledger":"","millis":,"x":"millis":}`,
		"forgotten-a1B evt": "forgotten-B evt", "evt_evt_a": "evt__a",
	} {
		if got := string(lasting([]byte(text))); got != want {
			t.Errorf("%s becomes %s, and not %s", text, got, want)
		}
	}
}

func TestOnlyTheEllipsisMatchesAnything(t *testing.T) {
	for _, expected := range []string{"{a:1,b:2}", "{…}", "{…b:2}", "{a…,…}", "…", "{a:1,b:2}…"} {
		if !is("{a:1,b:2}", expected) {
			t.Errorf("%q is another line", expected)
		}
	}
	for _, expected := range []string{"", "{a:1}", "{…b:3}", "{b…a…}", "{a:1,b:2}…}", "a…}"} {
		if is("{a:1,b:2}", expected) {
			t.Errorf("%q is that line", expected)
		}
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
