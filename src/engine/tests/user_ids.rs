//! User ids that are UUIDs are the same in upper and lower case, all others are compared exactly; none has control
//! characters.

use super::*;

const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";
const LOWER: &str = "abcdef00-0000-4000-8000-00000000000b";

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

#[test]
fn a_uuid_is_blocked_and_found_in_either_case() {
    for written in [UPPER, LOWER] {
        let fixture = Fixture::new("[]");
        fixture.engine.record_purchase(purchase(written, "1")).unwrap();
        fixture.ingest_order(refunded(order("1"), 0));
        for spelling in [UPPER, LOWER] {
            assert!(fixture.engine.is_blocked(spelling), "{written} {spelling}");
            let history = fixture.engine.user(spelling).unwrap();
            assert!(history.blocked);
            assert_eq!(
                (history.blocks.len(), history.refunds.len(), history.purchases.len()),
                (1, 1, 1),
                "{written} {spelling}"
            );
            let filter = RefundFilter { user: text(spelling), ..RefundFilter::default() };
            assert_eq!(fixture.engine.refunds(&filter, None, 9).unwrap().items.len(), 1);
        }
        // Everything spells it as the game wrote it.
        let history = fixture.engine.user(LOWER).unwrap();
        assert_eq!(history.purchases[0].purchase.user, written);
        assert_eq!(history.blocks[0].user, written);
        assert_eq!(fixture.refund().user.as_deref(), Some(written));
        assert_eq!(fixture.engine.blocks(false, None, 9).unwrap().items[0].user, written);
        for event in fixture.events() {
            assert_eq!(event.user.as_deref(), Some(written));
            assert_eq!(event.refund.unwrap().user.as_deref(), Some(written));
            assert!(event.block.is_none_or(|block| block.user == written));
        }
        let other = if written == UPPER { LOWER } else { UPPER };
        assert_eq!(fixture.engine.unblock(other, "sue", "x").unwrap(), 1);
        assert!(!fixture.engine.is_blocked(written) && !fixture.engine.is_blocked(other));
        assert_eq!(fixture.events()[0].user.as_deref(), Some(written));
    }
}

#[test]
fn a_tag_in_lower_case_matches_a_user_id_in_upper_case() {
    for record_first in [true, false] {
        let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
        let record = || fixture.engine.record_purchase(purchase(UPPER, "2")).unwrap();
        if record_first {
            record();
        }
        fixture.ingest_order(refunded(OrderDetails { account_tag: text(LOWER), ..order("1") }, 0));
        if !record_first {
            record();
        }
        assert!(fixture.engine.is_blocked(UPPER) && fixture.engine.is_blocked(LOWER));
        assert_eq!(fixture.refund().user.as_deref(), Some(UPPER));
        assert_eq!(fixture.engine.user(UPPER).unwrap().refunds.len(), 1);
    }
}

#[test]
fn one_player_in_two_spellings_is_one_player() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(purchase(UPPER, "1")).unwrap();
    assert_eq!(
        fixture.engine.record_purchase(purchase(LOWER, "1")).unwrap(),
        PurchaseOutcome::AlreadyRecorded
    );
    assert_eq!(
        fixture.engine.account_tag(&Store::Stripe, LOWER).unwrap(),
        fixture.engine.account_tag(&Store::Stripe, UPPER).unwrap()
    );
    fixture.engine.block(LOWER, None, "sue", "x").unwrap();
    assert!(fixture.engine.is_blocked(UPPER));
    let error = fixture.engine.record_purchase(purchase("bob", "1")).unwrap_err();
    assert!(matches!(error, Error::PurchaseOfAnotherUser { ref user, .. } if user == UPPER), "{error}");
}

#[test]
fn ids_other_than_uuids_are_compared_exactly() {
    for (one, other) in [
        ("BOB", "bob"),
        ("ABCDEFG0-0000-4000-8000-00000000000B", "abcdefg0-0000-4000-8000-00000000000b"),
        ("{ABCDEF00-0000-4000-8000-00000000000B}", "{abcdef00-0000-4000-8000-00000000000b}"),
        ("\u{c4}NN", "\u{e4}nn"),
        ("bob ", "bob"),
    ] {
        let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
        fixture.engine.record_purchase(purchase(one, "1")).unwrap();
        fixture.ingest_order(refunded(order("1"), 0));
        assert!(fixture.engine.is_blocked(one) && !fixture.engine.is_blocked(other), "{one} {other}");
        assert!(!fixture.engine.user(other).unwrap().blocked);
        // A tag that equals the other id is the other's.
        let tagged = OrderDetails { account_tag: text(other), ..order("2") };
        let found = fixture.ingest_order_of(Store::GooglePlay, refunded(tagged, 0));
        assert_eq!(found.user.as_deref(), Some(other));
    }
}

#[test]
fn ids_with_control_characters_are_refused() {
    let fixture = Fixture::new("[]");
    for bad in ["a\0b", "\u{1}", "a\nb", "a\u{7f}", "a\u{85}b", "\ta"] {
        assert!(fixture.engine.block(bad, None, "sue", "x").is_err(), "{bad:?}");
        assert!(fixture.engine.unblock(bad, "sue", "x").is_err(), "{bad:?}");
        let fields: [fn(&mut Purchase, &str); 8] = [
            |purchase, bad| purchase.user = bad.to_owned(),
            |purchase, bad| purchase.order_id = text(bad),
            |purchase, bad| purchase.purchase_token = text(bad),
            |purchase, bad| purchase.original_id = text(bad),
            |purchase, bad| purchase.web_order_line_item_id = text(bad),
            |purchase, bad| purchase.account_tag = text(bad),
            |purchase, bad| purchase.linked_token = text(bad),
            |purchase, bad| purchase.app = text(bad),
        ];
        for set in fields {
            let mut one = purchase("ann", "1");
            set(&mut one, bad);
            let error = fixture.engine.record_purchase(one.clone()).unwrap_err();
            assert!(error.to_string().contains("control character"), "{one:?}: {error}");
        }
    }
}

#[test]
fn a_tag_with_a_control_character_matches_no_user_and_the_refund_is_recorded() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    for (at, tag) in ["victim\0x", "victim\n", "vic\u{1b}[2Jtim"].into_iter().enumerate() {
        let about = OrderDetails { account_tag: text(tag), ..order(&format!("{at}")) };
        let outcome = fixture.ingest_order_of(Store::OneStore, refunded(about, 0));
        assert_eq!(outcome.user, None, "{tag:?}");
    }
    assert_eq!(fixture.refunds().len(), 3);
    assert!(!fixture.engine.is_blocked("victim"));
}
