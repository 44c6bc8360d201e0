//! A trial refund that is rolled back.

use super::*;

#[test]
fn a_trial_leaves_nothing_behind() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.events();
    let before = fixture.refunds();
    for _ in 0..3 {
        fixture.engine.try_a_refund().unwrap();
    }
    assert_eq!(fixture.refunds(), before);
    assert!(fixture.engine.dead_letters(None, 10).unwrap().items.is_empty());
    assert!(fixture.events().is_empty() && !fixture.engine.is_blocked("recoup-trial"));
    assert!(fixture.engine.user("recoup-trial").unwrap().journal.is_empty());
    fixture.engine.block("bob", None, "test", "still at work").unwrap();
}

#[test]
fn a_trial_fails_as_a_refund_would() {
    let fixture = Fixture::new("[]");
    fixture.engine.close().unwrap();
    assert_eq!(fixture.engine.try_a_refund().unwrap_err().code(), "closed");
}
