//! Blocking and unblocking manually, and listing it.

use crate::session::assert_session;
use crate::shop::Shop;

#[test]
fn an_operator_blocks_and_unblocks_a_user_and_the_journal_names_the_operator() {
    let shop = Shop::new();
    let block =
        shop.run(&["--json", "block", "ada", "--for", "7d", "--why", "sold gems", "--who", "anna"]).json();
    let length = block["until"].as_i64().unwrap() - block["made_at"].as_i64().unwrap();
    assert_eq!(length, 7 * 86_400_000);
    let mut session = shop.session();
    session.run(
        "blocks
         block ada --why 'sold more gems'
         --json unblock ada --why 'a mistake'
         blocks
         blocks --all
         --json blocks --all
         user ada
         unblock ada --why again",
    );
    assert_session!("blocks", session);
}

#[test]
fn a_refund_does_not_block_again_after_a_manual_unblock() {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    shop.run(&["unblock", "ada", "--why", "has paid"]);
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m2"), &[]);
    assert_eq!(shop.run(&["--json", "user", "ada"]).json()["blocked"], false);
}
