//! Polling and acknowledging from several processes, one after another.

use serde_json::Value;

use crate::shop::{Run, Shop};

fn refunded_shop() -> Shop {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    shop
}

fn kinds(run: &Run) -> Vec<Value> {
    run.lines().into_iter().map(|event| event["kind"].clone()).collect()
}

#[test]
fn looking_at_events_leaves_them_and_acknowledging_settles_them() {
    let shop = refunded_shop();
    for _ in 0..2 {
        assert_eq!(kinds(&shop.run(&["--json", "events"])), ["refund", "alert", "block"]);
    }
    let first = shop.run(&["--json", "events", "--limit", "1", "--ack"]);
    assert_eq!(kinds(&first), ["refund"]);
    let left = shop.run(&["--json", "events"]);
    assert_eq!(kinds(&left), ["alert", "block"]);

    let id = left.lines()[0]["id"].to_string();
    let acknowledged = shop.run(&["--json", "events", "--ack-id", &id]);
    assert_eq!((acknowledged.code, &acknowledged.json()["acknowledged"]), (0, &true.into()));
    assert_eq!(shop.run(&["--json", "events", "--ack-id", &id]).json()["acknowledged"], false);

    let sentence = shop.run(&["events", "--ack"]).stdout;
    assert!(sentence.contains("block ada permanently"), "{sentence}");
    assert_eq!(shop.run(&["events"]).stdout, "No events wait.\n");
    assert_eq!(shop.run(&["--json", "events"]).stdout, "");
}

#[test]
fn an_event_that_never_was_cannot_be_acknowledged() {
    let run = refunded_shop().run(&["--json", "events", "--ack-id", "99"]);
    assert_eq!((run.code, run.error_code().as_str()), (1, "unknown_event"));
}
