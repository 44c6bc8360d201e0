//! Blocking and unblocking manually, and listing it.

use crate::shop::Shop;

#[test]
fn a_user_is_blocked_and_unblocked_by_hand_and_the_journal_says_by_whom() {
    let shop = Shop::new();
    let block = shop.run(&["--json", "block", "ada", "--for", "7d", "--why", "sold gems", "--who", "anna"]);
    assert_eq!(block.code, 0, "{block:?}");
    assert_eq!(block.json()["cause"]["who"], "anna");
    let length = block.json()["until"].as_i64().unwrap() - block.json()["made_at"].as_i64().unwrap();
    assert_eq!(length, 7 * 86_400_000);
    assert!(shop.run(&["blocks"]).stdout.contains("by an operator (anna): sold gems"));

    let unblock = shop.run(&["--json", "unblock", "ada", "--why", "a mistake"]);
    assert_eq!((unblock.code, &unblock.json()["ended"]), (0, &1.into()));
    assert_eq!(shop.run(&["blocks"]).stdout, "No user is blocked.\n");
    let all = shop.run(&["--json", "blocks", "--all"]).json();
    assert_eq!(
        (&all["items"][0]["ended"]["who"], &all["items"][0]["ended"]["why"]),
        (&"support".into(), &"a mistake".into())
    );
    assert!(shop.run(&["user", "ada"]).stdout.starts_with("ada is not blocked."));
    assert_eq!(shop.run(&["unblock", "ada", "--why", "again"]).stdout, "ada was not blocked.\n");
}

#[test]
fn a_refund_does_not_block_again_what_was_unblocked_by_hand() {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    shop.run(&["unblock", "ada", "--why", "has paid"]);
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m2"), &[]);
    assert_eq!(shop.run(&["--json", "user", "ada"]).json()["blocked"], false);
}
