//! Polling and acknowledging from several processes, one after another.

use crate::session::assert_session;
use crate::shop::Shop;

#[test]
fn looking_at_events_leaves_them_and_acknowledging_settles_them() {
    let shop = Shop::new();
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let mut session = shop.session();
    session.run(
        "--json events
         --json events --limit 1 --ack
         events
         --json events --ack-id 2
         --json events --ack-id 2
         --json events --ack-id 99
         events --ack
         events
         --json events",
    );
    assert_session!("events", session);
}
