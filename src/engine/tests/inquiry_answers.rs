//! The rows of a store's answer to a query are ingested as a sweep's rows are.

use super::default_rules::words;
use super::inquiries::{InquirySetup, REFUND, SECOND, confirmed, voided};
use super::*;
use crate::model::{Initiator, InquiryState};
use crate::stores::Explanation;

/// The void of an order as the store's list has it.
fn listed(order: &str) -> (Signal, Vec<u8>) {
    let mut fact = confirmed(|fact| words(fact, Some(Reason::Other), Some(Initiator::Developer), None));
    fact.about.order_id = Some(order.to_owned());
    (voided(&format!("listed-{order}"), fact), order.as_bytes().to_vec())
}

#[test]
fn a_long_answer_is_ingested_in_parts_and_requested_again_if_one_fails() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    let ledger = setup.fixture.folder.path().join("ledger.db");
    another_program::run(
        &ledger,
        "CREATE TRIGGER fault BEFORE INSERT ON inbox WHEN NEW.notification_id = 'listed-o150'
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    let answer = || {
        setup.shop.answers(|_| Explanation {
            found: (0..250).map(|n| listed(&format!("o{n}"))).chain([listed("1")]).collect(),
            ..Explanation::default()
        });
    };
    answer();
    assert!(setup.fixture.engine.work_on_inquiries().is_err());
    assert_eq!(
        setup.fixture.refunds().len(),
        1 + 100,
        "webhooks wait for a hundred rows, not for the whole answer"
    );
    assert_eq!(setup.state(), InquiryState::Waiting);
    another_program::run(&ledger, "DROP TRIGGER fault");
    answer();
    // Once the lease of the failed query has expired.
    assert_eq!(setup.pass(5 * 60 * SECOND), 1);
    assert_eq!((setup.fixture.refunds().len(), setup.state()), (1 + 250, InquiryState::Answered));
}

#[test]
fn unreadable_rows_are_stored_as_dead_letters() {
    let setup = InquirySetup::new().bought(9);
    setup.push("pushed");
    let answer = || {
        setup.shop.answers(|_| Explanation {
            found: vec![listed("half\u{FFFD}"), listed("1")],
            unread: vec![("a row without a time".to_owned(), b"{\"odd\":1}".to_vec())],
            ..Explanation::default()
        });
    };
    answer();
    assert_eq!(setup.pass(0), 1);
    assert_eq!((setup.fixture.kinds(), setup.state()), (vec![REFUND], InquiryState::Answered));
    assert_eq!(setup.fixture.refunds().len(), 1, "an id with a lone surrogate identifies no order");
    let letters = setup.fixture.engine.dead_letters(None, 10).unwrap().items;
    let bodies: std::collections::BTreeSet<_> =
        letters.iter().map(|letter| String::from_utf8(letter.body.clone()).unwrap()).collect();
    assert_eq!(bodies, ["half\u{FFFD}".to_owned(), "{\"odd\":1}".to_owned()].into());
    assert!(letters.iter().all(|letter| letter.store == Store::GooglePlay));
}
