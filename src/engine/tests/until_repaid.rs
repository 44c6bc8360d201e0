//! Blocks until repaid: when they begin, what ends them, and what does not bring them back.

use super::*;
use crate::model::{Block, BlockEnd, Closed, ClosedAs, EndedBy, Grant, RecoveryReport, RefundId, Rest};

const AT_ONCE: &str = r#"[{"name":"owed","action":{"block":"repaid"}}]"#;
const AFTER_GRACE: &str = r#"[{"name":"owed","action":{"block":"repaid","grace":"15m"}}]"#;

const GRACE: Span = Span::from_millis(15 * 60 * 1000);

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(order: &str) -> Purchase {
    Purchase { grants: gems(500), quantity: Some(5), ..purchase("ann", order) }
}

/// A pack of 500 gems in five pieces, bought by ann; the game was notified of the refund.
fn refunded_pack(policy: &str) -> Fixture {
    let fixture = Fixture::new(policy);
    fixture.engine.record_purchase(pack("1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture
}

impl Fixture {
    fn is_blocked(&self) -> bool {
        let blocked = self.engine.is_blocked("ann");
        assert_eq!(blocked, self.engine.user("ann").unwrap().blocked, "memory and ledger agree");
        blocked
    }

    fn blocks(&self) -> Vec<Block> {
        self.engine.user("ann").unwrap().blocks
    }

    fn take(&self, key: &str, quantity: i64) {
        let report =
            RecoveryReport { key: key.to_owned(), taken: gems(quantity), ..RecoveryReport::default() };
        self.engine.report_recovery(self.refund().id, &report).unwrap();
    }

    fn pass(&self, span: Span) {
        self.clock.advance(span);
        self.engine.expire_blocks().unwrap();
    }

    /// An operator closes the refund as it is now.
    fn close(&self, refund: RefundId) {
        self.engine
            .change(move |change| {
                let mut case = change.case_to_book(refund)?;
                let total = case.refund.case.reported_total;
                case.closed = Some(Closed { closed_as: ClosedAs::WrittenOff, total });
                Ok(change.save_books(&mut case, false)?)
            })
            .unwrap();
    }
}

#[test]
fn a_block_that_an_operator_ended_shows_no_debt() {
    let fixture = refunded_pack(AT_ONCE);
    assert_eq!(fixture.blocks()[0].owes, gems(500));
    fixture.engine.unblock("ann", "eve", "let off").unwrap();
    assert_eq!((fixture.blocks()[0].owes.len(), fixture.engine.debts("ann").unwrap().items), (0, gems(500)));
}

#[test]
fn a_player_is_blocked_until_all_came_back() {
    let fixture = refunded_pack(AT_ONCE);
    assert!(fixture.is_blocked());
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
    let [block] = &fixture.blocks()[..] else { panic!() };
    assert_eq!((block.until, block.until_settled), (None, true));
    let json = serde_json::to_value(block).unwrap();
    assert_eq!(json["until_settled"], true);

    assert_eq!(json["owes"], serde_json::json!([{"item": "gem", "quantity": 500}]));

    fixture.take("a", 499);
    assert!(fixture.is_blocked());
    let engine = &fixture.engine;
    let reads = [
        fixture.blocks().remove(0),
        engine.blocks(false, None, 9).unwrap().items.remove(0),
        engine.case_file(1).unwrap().unwrap().blocks.remove(0),
        engine.find("block:1").unwrap().blocks.remove(0),
    ];
    assert!(reads.iter().all(|block| block.owes == gems(1)), "{reads:?}");
    fixture.take("b", 1);
    assert!(!fixture.is_blocked());
    let [block] = &fixture.blocks()[..] else { panic!() };
    assert!(block.owes.is_empty());
    assert!(matches!(block.ended, Some(BlockEnd { why: EndedBy::Settled, .. })));
    let events = fixture.events();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::Unblock]);
    assert!(events[0].block.as_ref().unwrap().until_settled);
}

#[test]
fn forgiving_the_rest_ends_the_block_as_well() {
    let fixture = refunded_pack(AT_ONCE);
    fixture.take("a", 100);
    fixture.engine.forgive(fixture.refund().id, &[], true, "b", "eve", "account deleted").unwrap();
    assert!(!fixture.is_blocked());

    let fixture = refunded_pack(AT_ONCE);
    let report = RecoveryReport { key: "a".to_owned(), rest: Rest::Forgiven, ..RecoveryReport::default() };
    fixture.engine.report_recovery(fixture.refund().id, &report).unwrap();
    assert!(!fixture.is_blocked());
}

#[test]
fn other_blocks_say_nothing_of_settling() {
    let fixture = refunded_pack("[]");
    let [block] = &fixture.blocks()[..] else { panic!() };
    assert!(serde_json::to_value(block).unwrap().get("until_settled").is_none());
    fixture.take("a", 500);
    assert!(fixture.is_blocked(), "a block without end does not end by repaying");
}

#[test]
fn within_the_grace_a_game_can_take_all_back_without_a_block() {
    let fixture = refunded_pack(AFTER_GRACE);
    assert!(!fixture.is_blocked());
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert]);
    fixture.take("a", 500);
    fixture.pass(GRACE);
    assert!(!fixture.is_blocked());
    assert!(fixture.blocks().is_empty() && fixture.events().is_empty());
}

#[test]
fn after_the_grace_who_still_owes_is_blocked() {
    let fixture = refunded_pack(AFTER_GRACE);
    fixture.events();
    fixture.take("a", 499);
    fixture.pass(Span::from_millis(GRACE.millis() - 1));
    assert!(!fixture.is_blocked());
    fixture.pass(Span::from_millis(1));
    assert!(fixture.is_blocked());
    assert_eq!(fixture.kinds(), [EventKind::Block]);
    fixture.pass(GRACE);
    assert_eq!(fixture.blocks().len(), 1);
    fixture.take("b", 1);
    assert!(!fixture.is_blocked());
}

#[test]
fn a_reversal_drops_the_grace_and_ends_the_block() {
    let fixture = refunded_pack(AFTER_GRACE);
    fixture.ingest_order(reversed(order("1"), 1));
    fixture.pass(GRACE);
    assert!(!fixture.is_blocked());
    // Refunded again, after a new grace.
    fixture.ingest_order(refunded(order("1"), 2));
    fixture.pass(Span::from_millis(GRACE.millis() - 1));
    assert!(!fixture.is_blocked());
    fixture.pass(Span::from_millis(1));
    assert!(fixture.is_blocked());
    fixture.ingest_order(reversed(order("1"), 3));
    assert!(!fixture.is_blocked());
    let [block] = &fixture.blocks()[..] else { panic!() };
    assert!(matches!(block.ended, Some(BlockEnd { why: EndedBy::Reversal, .. })));
}

#[test]
fn who_owes_again_is_blocked_again() {
    for policy in [AT_ONCE, AFTER_GRACE] {
        let fixture = Fixture::new(policy);
        fixture.engine.record_purchase(pack("1")).unwrap();
        fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
        fixture.pass(GRACE);
        assert!(fixture.is_blocked());
        fixture.take("a", 200);
        assert!(!fixture.is_blocked());
        fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
        assert_eq!(fixture.is_blocked(), policy == AT_ONCE, "the grace is a new one");
        fixture.pass(GRACE);
        assert!(fixture.is_blocked());
        assert_eq!(fixture.blocks().len(), 2);
        fixture.ingest_order(part(order("1"), 2, Some("c"), Extent::Quantity(1)));
        assert_eq!(fixture.blocks().len(), 2, "who owes more is blocked as before");
        fixture.take("b", 200);
        assert!(!fixture.is_blocked());
    }
}

#[test]
fn a_block_that_an_operator_ended_returns_only_after_the_refund_was_settled() {
    let fixture = Fixture::new(AT_ONCE);
    fixture.engine.record_purchase(pack("1")).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    fixture.engine.unblock("ann", "eve", "will earn it back").unwrap();
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    assert!(!fixture.is_blocked(), "more is refunded, but it was not settled since");
    fixture.take("a", 300);
    fixture.ingest_order(part(order("1"), 2, Some("c"), Extent::Quantity(1)));
    assert!(fixture.is_blocked(), "it was settled since");
}

#[test]
fn a_known_due_of_zero_never_blocks() {
    let fixture = Fixture::new(AT_ONCE);
    fixture.engine.record_purchase(Purchase { grants: gems(1), ..pack("1") }).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(1)));
    assert_eq!(fixture.engine.recovery(1).unwrap().unwrap().items[0].due, 0);
    assert!(!fixture.is_blocked());
    assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert]);
}

#[test]
fn where_the_due_is_not_known_closing_ends_the_block_until_more_is_refunded() {
    let fixture = Fixture::new(AT_ONCE);
    fixture.engine.record_purchase(Purchase { quantity: Some(5), ..purchase("ann", "1") }).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(2)));
    assert!(fixture.is_blocked());
    fixture.take("a", 3);
    assert!(fixture.is_blocked(), "it is unknown how many were granted");
    fixture.close(fixture.refund().id);
    assert!(!fixture.is_blocked());
    assert!(matches!(fixture.blocks()[0].ended, Some(BlockEnd { why: EndedBy::Settled, .. })));
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    assert!(fixture.is_blocked(), "closing holds for what was refunded then");
    fixture.engine.set_granted(fixture.refund().id, &gems(5), "eve", "by the log").unwrap();
    assert!(!fixture.is_blocked(), "3 of 5 were due, and 3 were taken");
}

#[test]
fn a_decision_that_changes_changes_the_block() {
    let policy = r#"[{"name":"fraud","match":{"reason":"fraud"},"action":{"block":"permanently"}},
                     {"name":"mistake","match":{"reason":"accidental_purchase"},"action":"alert"},
                     {"name":"owed","action":{"block":"repaid","grace":"15m"}}]"#;
    let fixture = refunded_pack(policy);
    let sure = |why, at| {
        let mut fact = because(refunded(order("1"), at), why);
        fact.trust = Trust::Confirmed;
        fact
    };
    fixture.ingest_order(sure(Reason::AccidentalPurchase, 0));
    fixture.pass(GRACE);
    assert!(!fixture.is_blocked(), "the grace is dropped");

    let fixture = refunded_pack(policy);
    fixture.pass(GRACE);
    fixture.ingest_order(sure(Reason::Fraud, 0));
    assert!(fixture.is_blocked());
    let [permanent, ended] = &fixture.blocks()[..] else { panic!() };
    assert!(!permanent.until_settled && permanent.ended.is_none());
    assert!(matches!(ended.ended, Some(BlockEnd { why: EndedBy::Redecided, .. })));
    fixture.take("a", 500);
    assert!(fixture.is_blocked());
}

#[test]
fn another_players_refund_blocks_the_other_player() {
    for policy in [AT_ONCE, AFTER_GRACE] {
        let fixture = Fixture::new(policy);
        let known = |id: &str| Purchase { original_id: Some("o".to_owned()), ..pack(id) };
        fixture.engine.record_purchase(known("8")).unwrap();
        let about = OrderDetails { original_id: Some("o".to_owned()), ..order("1") };
        fixture.ingest_order(refunded(about, 0));
        assert_eq!(fixture.is_blocked(), policy == AT_ONCE);
        fixture.engine.record_purchase(Purchase { user: "bob".to_owned(), ..known("1") }).unwrap();
        assert!(!fixture.is_blocked());
        fixture.pass(GRACE);
        assert!(!fixture.is_blocked());
        assert!(fixture.engine.is_blocked("bob"), "{policy}");
    }
}

#[test]
fn the_end_does_not_depend_on_the_order_of_the_messages() {
    let steps = [
        part(order("1"), 0, Some("a"), Extent::Quantity(2)),
        part(order("1"), 1, Some("b"), Extent::Quantity(1)),
        fact(order("1"), 2, FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None }),
    ];
    for turns in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        for policy in [AT_ONCE, AFTER_GRACE] {
            let fixture = Fixture::new(policy);
            for turn in turns {
                fixture.ingest_order(steps[turn].clone());
            }
            fixture.engine.record_purchase(pack("1")).unwrap();
            fixture.pass(GRACE);
            assert!(fixture.is_blocked(), "{turns:?}");
            fixture.take("a", 100);
            assert!(!fixture.is_blocked(), "{turns:?}");
        }
    }
}

#[test]
fn two_reports_of_one_refund_make_one_grace_and_one_block() {
    for policy in [AT_ONCE, AFTER_GRACE] {
        let fixture = Fixture::new(policy);
        let token = || OrderDetails { purchase_token: Some("t".to_owned()), ..OrderDetails::default() };
        let named = Purchase { purchase_token: Some("t".to_owned()), ..pack("1") };
        fixture.engine.record_purchase(named).unwrap();
        let key = CaseKey::Token { token: "t".to_owned(), same_within_millis: Some(5) };
        fixture.ingest(key, refunded(token(), 0));
        fixture.ingest_order(refunded(OrderDetails { order_id: Some("1".to_owned()), ..token() }, 1));
        assert_eq!(fixture.refunds().len(), 2);
        fixture.pass(GRACE);
        assert!(fixture.is_blocked());
        assert_eq!(fixture.blocks().len(), 1);
        fixture.take("a", 500);
        assert!(!fixture.is_blocked(), "{policy}");
    }
}

#[test]
fn another_process_begins_the_block_and_the_first_one_learns_of_it() {
    let fixture = refunded_pack(AFTER_GRACE);
    let other = open(fixture.folder.path(), &fixture.clock, AFTER_GRACE);
    fixture.clock.advance(GRACE);
    other.expire_blocks().unwrap();
    assert!(other.is_blocked("ann"));
    assert_eq!(fixture.blocks().len(), 1);
    fixture.engine.expire_blocks().unwrap();
    assert_eq!(fixture.blocks().len(), 1, "it is made once");
}

#[test]
fn a_bad_grace_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (action, problem) in [
        (r#"{"block":"repaid","grace":"91d"}"#, "a grace of 91d: expected 1s to 90d"),
        (r#"{"block":"repaid","grace":"999ms"}"#, "a grace of 999ms: expected 1s to 90d"),
        (r#"{"block":"7d","grace":"15m"}"#, "only a block until"),
        (r#"{"block":"repaid","grace":"soon"}"#, "is not a span of time"),
    ] {
        let text = format!(r#"{{"database":"l.db","policy":[{{"name":"a","action":{action}}}]}}"#);
        let error = Config::from_json(text.as_bytes(), folder.path()).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
        assert!(error.contains("policy") && error.contains("action"), "{error}");
    }
}
