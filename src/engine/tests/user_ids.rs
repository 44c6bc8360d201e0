//! User ids that are UUIDs are one in upper and lower case, all others exactly as written; none has control characters.

use super::*;

const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";
const LOWER: &str = "abcdef00-0000-4000-8000-00000000000b";

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

#[test]
fn a_uuid_is_blocked_and_found_in_either_case() {
    for written in [UPPER, LOWER] {
        let bench = Bench::new("[]");
        bench.engine.record_purchase(purchase(written, "1")).unwrap();
        bench.take_order(refunded(order("1"), 0));
        for asked in [UPPER, LOWER] {
            assert!(bench.engine.is_blocked(asked), "{written} {asked}");
            let history = bench.engine.user(asked).unwrap();
            assert!(history.blocked);
            assert_eq!(
                (history.blocks.len(), history.refunds.len(), history.purchases.len()),
                (1, 1, 1),
                "{written} {asked}"
            );
            let filter = RefundFilter { user: text(asked), ..RefundFilter::default() };
            assert_eq!(bench.engine.refunds(&filter, None, 9).unwrap().items.len(), 1);
        }
        // What the game wrote is how it is spelled everywhere.
        let history = bench.engine.user(LOWER).unwrap();
        assert_eq!(history.purchases[0].purchase.user, written);
        assert_eq!(history.blocks[0].user, written);
        assert_eq!(bench.refund().user.as_deref(), Some(written));
        assert_eq!(bench.engine.blocks(false, None, 9).unwrap().items[0].user, written);
        for event in bench.events() {
            assert_eq!(event.user.as_deref(), Some(written));
            assert_eq!(event.refund.unwrap().user.as_deref(), Some(written));
            assert!(event.block.is_none_or(|block| block.user == written));
        }
        let other = if written == UPPER { LOWER } else { UPPER };
        assert_eq!(bench.engine.unblock(other, "sue", "x").unwrap(), 1);
        assert!(!bench.engine.is_blocked(written) && !bench.engine.is_blocked(other));
        assert_eq!(bench.events()[0].user.as_deref(), Some(written));
    }
}

#[test]
fn a_tag_in_lower_case_is_the_user_whose_id_the_game_writes_in_upper_case() {
    for record_first in [true, false] {
        let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
        let record = || bench.engine.record_purchase(purchase(UPPER, "2")).unwrap();
        if record_first {
            record();
        }
        bench.take_order(refunded(OrderDetails { account_tag: text(LOWER), ..order("1") }, 0));
        if !record_first {
            record();
        }
        assert!(bench.engine.is_blocked(UPPER) && bench.engine.is_blocked(LOWER));
        assert_eq!(bench.refund().user.as_deref(), Some(UPPER));
        assert_eq!(bench.engine.user(UPPER).unwrap().refunds.len(), 1);
    }
}

#[test]
fn one_player_in_two_spellings_is_one_player() {
    let bench = Bench::new("[]");
    bench.engine.record_purchase(purchase(UPPER, "1")).unwrap();
    assert_eq!(bench.engine.record_purchase(purchase(LOWER, "1")).unwrap(), PurchaseOutcome::AlreadyRecorded);
    assert_eq!(
        bench.engine.account_tag(&Store::Stripe, LOWER).unwrap(),
        bench.engine.account_tag(&Store::Stripe, UPPER).unwrap()
    );
    bench.engine.block(LOWER, None, "sue", "x").unwrap();
    assert!(bench.engine.is_blocked(UPPER));
    let error = bench.engine.record_purchase(purchase("bob", "1")).unwrap_err();
    assert!(matches!(error, Error::PurchaseOfAnotherUser { ref user, .. } if user == UPPER), "{error}");
}

#[test]
fn ids_that_are_no_uuids_are_compared_exactly() {
    for (one, other) in [
        ("BOB", "bob"),
        ("ABCDEFG0-0000-4000-8000-00000000000B", "abcdefg0-0000-4000-8000-00000000000b"),
        ("{ABCDEF00-0000-4000-8000-00000000000B}", "{abcdef00-0000-4000-8000-00000000000b}"),
        ("\u{c4}NN", "\u{e4}nn"),
        ("bob ", "bob"),
    ] {
        let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
        bench.engine.record_purchase(purchase(one, "1")).unwrap();
        bench.take_order(refunded(order("1"), 0));
        assert!(bench.engine.is_blocked(one) && !bench.engine.is_blocked(other), "{one} {other}");
        assert!(!bench.engine.user(other).unwrap().blocked);
        // A tag that is the other id is the other's.
        let tagged = OrderDetails { account_tag: text(other), ..order("2") };
        let found = bench.take_order_of(Store::GooglePlay, refunded(tagged, 0));
        assert_eq!(found.user.as_deref(), Some(other));
    }
}

#[test]
fn ids_with_control_characters_are_refused_from_the_host() {
    let bench = Bench::new("[]");
    for bad in ["a\0b", "\u{1}", "a\nb", "a\u{7f}", "a\u{85}b", "\ta"] {
        assert!(bench.engine.block(bad, None, "sue", "x").is_err(), "{bad:?}");
        assert!(bench.engine.unblock(bad, "sue", "x").is_err(), "{bad:?}");
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
            let error = bench.engine.record_purchase(one.clone()).unwrap_err();
            assert!(error.to_string().contains("control character"), "{one:?}: {error}");
        }
    }
}

#[test]
fn a_tag_with_a_control_character_is_no_user_and_the_refund_is_recorded() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    for (at, tag) in ["victim\0x", "victim\n", "vic\u{1b}[2Jtim"].into_iter().enumerate() {
        let about = OrderDetails { account_tag: text(tag), ..order(&format!("{at}")) };
        let outcome = bench.take_order_of(Store::OneStore, refunded(about, 0));
        assert_eq!(outcome.user, None, "{tag:?}");
    }
    assert_eq!(bench.refunds().len(), 3);
    assert!(!bench.engine.is_blocked("victim"));
}
