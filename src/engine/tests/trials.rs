//! A refund that is tried and taken back.

use super::*;

#[test]
fn a_trial_leaves_nothing_behind() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase("ann", "1")).unwrap();
    bench.take_order(refunded(order("1"), 0));
    bench.events();
    let before = bench.refunds();
    for _ in 0..3 {
        bench.engine.try_a_refund().unwrap();
    }
    assert_eq!(bench.refunds(), before);
    assert!(bench.engine.dead_letters(None, 10).unwrap().items.is_empty());
    assert!(bench.events().is_empty() && !bench.engine.is_blocked("recoup-trial"));
    assert!(bench.engine.user("recoup-trial").unwrap().journal.is_empty());
    bench.engine.block("bob", None, "test", "still at work").unwrap();
}

#[test]
fn a_trial_says_what_a_refund_would() {
    let bench = Bench::new("[]");
    bench.engine.close().unwrap();
    assert_eq!(bench.engine.try_a_refund().unwrap_err().code(), "closed");
}
