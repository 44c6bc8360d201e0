//! Access to products, through the real ledger: what takes it, what gives it back, and who is notified.

use super::notices::with;
use super::*;
use crate::model::{AccessReason, Happening, NoticeName};

fn pass(user: &str, order: &str) -> Purchase {
    Purchase {
        product: Some("pass".to_owned()),
        product_type: Some(ProductType::NonConsumable),
        ..purchase(user, order)
    }
}

fn month(user: &str, order: &str, days: i64) -> Purchase {
    Purchase {
        product_type: Some(ProductType::Subscription),
        original_id: Some("first".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_days(days))),
        expires_at: Some(NOON.plus(Span::from_days(days + 30))),
        ..pass(user, order)
    }
}

/// A refund of an order, and whether its subscription is live.
fn renewal(id: &str, at: i64, live: Option<bool>) -> Fact {
    let about = OrderDetails { original_id: Some("first".to_owned()), ..order(id) };
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: live,
    };
    fact(about, at, what)
}

impl Fixture {
    fn has_pass(&self, user: &str) -> bool {
        self.engine.access(user, "pass").unwrap().has
    }

    /// The answers of the access events so far.
    fn access_changes(&self) -> Vec<bool> {
        let events = self.events();
        let access = |event: &Event| {
            assert_eq!(event.access.is_some(), event.kind == EventKind::Access, "{event:?}");
            event.access.as_ref().map(|access| access.has)
        };
        events.iter().filter_map(access).collect()
    }
}

#[test]
fn a_refund_takes_access_and_a_reversal_gives_it_back() {
    let fixture = Fixture::new("[]");
    let none = fixture.engine.access("ann", "pass").unwrap();
    assert_eq!((none.has, none.because), (false, AccessReason::NoPurchase), "neither is known");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    assert!(fixture.has_pass("ann") && !fixture.has_pass("bob"));
    assert_eq!(fixture.access_changes(), Vec::<bool>::new(), "the game recorded it, and knows");
    fixture.ingest_order(refunded(order("1"), 0));
    let access = fixture.engine.access("ann", "pass").unwrap();
    assert_eq!((access.has, &access.because), (false, &AccessReason::Refund { refund: 1 }));
    let events = fixture.events();
    let event = events.iter().find(|event| event.kind == EventKind::Access).unwrap();
    assert_eq!(
        (event.access.as_ref(), event.refund_id, event.user.as_deref()),
        (Some(&access), Some(1), Some("ann"))
    );
    let lost = fixture.engine.pending_notices("ann", "en", 9).unwrap();
    let lost = lost.iter().find(|notice| notice.name == NoticeName::AccessLost).unwrap();
    assert_eq!(lost.text, "You no longer have access to pass.");
    fixture.ingest_order(refunded(order("1"), 5));
    assert_eq!(fixture.access_changes(), Vec::<bool>::new(), "a repetition");
    fixture.ingest_order(reversed(order("1"), 10));
    assert!(fixture.has_pass("ann"));
    assert_eq!(fixture.access_changes(), [true]);
    let names = fixture.engine.pending_notices("ann", "en", 9).unwrap();
    let names: Vec<NoticeName> = names.iter().map(|notice| notice.name).collect();
    assert_eq!(names, [NoticeName::AccessRestored], "that it was lost is withdrawn");
}

#[test]
fn no_refund_takes_what_gives_no_access_or_is_owned_twice() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.engine.record_purchase(pass("ann", "2")).unwrap();
    let gems = Purchase {
        product: Some("gems".to_owned()),
        product_type: Some(ProductType::Consumable),
        ..purchase("ann", "3")
    };
    fixture.engine.record_purchase(gems).unwrap();
    assert!(!fixture.engine.access("ann", "gems").unwrap().has);
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("3"), 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
    fixture.ingest_order(refunded(order("2"), 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
    fixture.ingest_order(reversed(order("1"), 10));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, vec![true]));
    fixture.ingest_order(reversed(order("2"), 10));
    assert_eq!(fixture.access_changes(), Vec::<bool>::new());
}

#[test]
fn a_part_keeps_access_but_at_the_app_store() {
    let google = || Purchase { store: Store::GooglePlay, ..pass("ann", "1") };
    let half = || part(order("1"), 0, Some("a"), Extent::Part);
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(google()).unwrap();
    fixture.ingest_order_of(Store::GooglePlay, half());
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
    fixture.ingest_order_of(Store::GooglePlay, refunded(order("1"), 1));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]), "the rest of it");

    let fixture = with(r#""access":{"partial":"revoke"}"#);
    fixture.engine.record_purchase(google()).unwrap();
    fixture.ingest_order_of(Store::GooglePlay, half());
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));

    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.ingest_order(half());
    assert_eq!(
        (fixture.has_pass("ann"), fixture.access_changes()),
        (false, vec![false]),
        "a revocation date revokes"
    );
}

#[test]
fn a_studio_may_decide_by_itself() {
    let fixture = with(r#""access":{"off_at_refund":false}"#);
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
    fixture.engine.revoke_access("ann", "pass", None, "eve", "refunded").unwrap();
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}

#[test]
fn an_excluded_refund_takes_nothing() {
    let fixture = Fixture::new(r#"[{"name":"ours","match":{"initiator":"developer"},"action":"exclude"}]"#);
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    let mut ours = refunded(order("1"), 0);
    if let FactKind::Refunded { initiator, .. } = &mut ours.what {
        *initiator = Some(crate::model::Initiator::Developer);
    }
    fixture.ingest_order(ours);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
}

#[test]
fn an_old_renewal_of_a_live_subscription_takes_nothing() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(month("ann", "first", -40)).unwrap();
    fixture.engine.record_purchase(month("ann", "second", -10)).unwrap();
    fixture.ingest_order(renewal("first", 0, Some(true)));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
    assert_eq!(fixture.engine.access("ann", "pass").unwrap().until, Some(NOON.plus(Span::from_days(20))));
    fixture.ingest_order(renewal("second", 1, Some(false)));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}

#[test]
fn what_ends_by_itself_makes_no_event() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(month("ann", "1", -10)).unwrap();
    assert!(fixture.has_pass("ann"));
    fixture.clock.advance(Span::from_days(20));
    let ended = fixture.engine.access("ann", "pass").unwrap();
    let at = NOON.plus(Span::from_days(20));
    assert_eq!((ended.has, ended.because), (false, AccessReason::Expired { at }));
    fixture.engine.expire_blocks().unwrap();
    assert_eq!(fixture.access_changes(), Vec::<bool>::new());
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.access_changes(), Vec::<bool>::new(), "it was over before");
}

#[test]
fn an_operators_grant_survives_repetitions_and_ends() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!(fixture.access_changes(), [false]);
    let until = Some(NOON.plus(Span::from_days(7)));
    let granted = fixture.engine.grant_access("ann", "pass", until, "eve", "let them keep it").unwrap();
    let because = AccessReason::Operator { who: "eve".to_owned(), why: "let them keep it".to_owned() };
    assert_eq!((granted.has, granted.because, granted.until), (true, because, until));
    assert_eq!(fixture.access_changes(), [true]);
    fixture.ingest_order(refunded(order("1"), 7));
    fixture.ingest_order(reversed(order("1"), 8));
    fixture.ingest_order(refunded(order("1"), 9));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()));
    fixture.engine.grant_access("ann", "pass", until, "eve", "again").unwrap();
    assert_eq!(fixture.access_changes(), Vec::<bool>::new(), "they had it");
    fixture.clock.advance(Span::from_days(7));
    assert!(!fixture.has_pass("ann"));
    let journal = fixture.engine.user("ann").unwrap().journal;
    let grants = journal.iter().filter(|entry| matches!(entry.what, Happening::AccessGranted { .. }));
    assert_eq!(grants.count(), 2);

    fixture.engine.grant_access("bob", "pass", None, "eve", "a prize").unwrap();
    assert!(fixture.has_pass("bob"), "without any purchase");
    fixture.engine.revoke_access("bob", "pass", None, "eve", "a mistake").unwrap();
    assert!(!fixture.has_pass("bob"));
    assert_eq!(fixture.access_changes(), [true, false]);
    let past = fixture.engine.grant_access("bob", "pass", Some(NOON), "eve", "why").unwrap_err();
    assert_eq!(past.code(), "bad_until");
    assert_eq!(fixture.engine.grant_access("bob", "", None, "eve", "why").unwrap_err().code(), "bad_text");
    assert_eq!(fixture.engine.revoke_access("bob", "pass", None, "", "why").unwrap_err().code(), "bad_text");
}

#[test]
fn purchases_recorded_late_lose_access_once() {
    let fixture = Fixture::new("[]");
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.ingest_order(refunded(order("2"), 0));
    fixture.events();
    let uuid = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    fixture.engine.record_purchases(vec![pass(uuid, "1"), pass(uuid, "2")]).unwrap();
    assert_eq!((fixture.has_pass(uuid), fixture.has_pass(&uuid.to_lowercase())), (false, false));
    // After the first purchase it was lost; the second one is refunded as well.
    let changes = fixture.access_changes();
    assert_eq!(changes.last(), Some(&false), "{changes:?}");
}

#[test]
fn a_refund_reported_by_token_and_by_order_takes_access_once() {
    let fixture = Fixture::new("[]");
    let bought =
        Purchase { store: Store::GooglePlay, purchase_token: Some("token".to_owned()), ..pass("ann", "1") };
    fixture.engine.record_purchase(bought).unwrap();
    let by_token = OrderDetails { purchase_token: Some("token".to_owned()), ..OrderDetails::default() };
    let key = CaseKey::Token { token: "token".to_owned(), same_within_millis: Some(86_400_000) };
    fixture.ingest_of(Store::GooglePlay, key, refunded(by_token, 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
    let by_order = OrderDetails { purchase_token: Some("token".to_owned()), ..order("1") };
    fixture.ingest_order_of(Store::GooglePlay, refunded(by_order.clone(), 1));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, Vec::new()));
    fixture.ingest_order_of(Store::GooglePlay, reversed(by_order, 2));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, vec![true]));
}

#[test]
fn the_catalogue_gives_access_to_consumables() {
    let fixture = with(r#""catalogue":[{"product":"pass","access":true}]"#);
    let bought = Purchase { product_type: Some(ProductType::Consumable), ..pass("ann", "1") };
    fixture.engine.record_purchase(bought).unwrap();
    assert!(fixture.has_pass("ann"));
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}

#[test]
fn another_players_refund_takes_access_from_them() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    assert!(!fixture.has_pass("ann") && !fixture.has_pass("bob"));
    fixture.ingest_order(reversed(order("1"), 10));
    assert!(!fixture.has_pass("ann") && fixture.has_pass("bob"));
}

const ENDED: &str = r#"[{"name":"ended","match":{"subscription_live":false},"action":"notify"},{"name":"rest","action":"notify"}]"#;

/// A subscription at Google Play, which the game recorded once, by its first order and the token.
fn google_subscription() -> Purchase {
    Purchase {
        store: Store::GooglePlay,
        product_type: Some(ProductType::Subscription),
        purchase_token: Some("token".to_owned()),
        purchased_at: Some(NOON.plus(Span::from_days(-70))),
        ..pass("ann", "GPA.1")
    }
}

impl Fixture {
    /// Google Play reports that the subscription ended, by its token.
    fn revoke(&self, at: i64) {
        let token = "token".to_owned();
        let about = OrderDetails { purchase_token: Some(token.clone()), ..OrderDetails::default() };
        let what = renewal("", at, Some(false)).what;
        let key = CaseKey::Token { token, same_within_millis: Some(86_400_000) };
        self.ingest_of(Store::GooglePlay, key, fact(about, at, what));
    }

    /// Google Play reports the void of a renewal, by its order.
    fn void(&self, id: &str, at: i64) {
        let about = OrderDetails { purchase_token: Some("token".to_owned()), ..order(id) };
        self.ingest_order_of(Store::GooglePlay, refunded(about, at));
    }

    /// Whether the refund of an order ended the subscription, and the rule that decided it.
    fn ended(&self, id: &str) -> (Option<bool>, String) {
        let is_of_it = |refund: &Refund| refund.case.about.order_id.as_deref() == Some(id);
        let refund = self.refunds().into_iter().find(is_of_it).unwrap();
        (refund.case.subscription_live, refund.decision.unwrap().rule)
    }
}

#[test]
fn a_subscription_that_ended_stays_ended_when_its_orders_are_voided() {
    let fixture = Fixture::new(ENDED);
    fixture.engine.record_purchase(google_subscription()).unwrap();
    fixture.revoke(0);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
    fixture.void("GPA.1..1", 1);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, Vec::new()));
    assert_eq!(fixture.ended("GPA.1..1"), (Some(false), "ended".to_owned()));
    fixture.void("GPA.1..0", 2);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, Vec::new()));
    // Folded again, it is the same.
    fixture.void("GPA.1..1", 3);
    fixture
        .engine
        .record_purchase(Purchase { country: Some("KR".to_owned()), ..google_subscription() })
        .unwrap();
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, Vec::new()));
    assert_eq!(fixture.ended("GPA.1..1"), (Some(false), "ended".to_owned()));
}

#[test]
fn a_void_whose_subscription_is_reported_as_ended_later_takes_access_then() {
    let fixture = Fixture::new(ENDED);
    fixture.engine.record_purchase(google_subscription()).unwrap();
    fixture.void("GPA.1..1", 0);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()), "one month of it");
    assert_eq!(fixture.ended("GPA.1..1"), (None, "rest".to_owned()));
    fixture.revoke(1);
    assert_eq!(fixture.ended("GPA.1..1"), (Some(false), "ended".to_owned()));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}

#[test]
fn a_refund_that_takes_access_before_and_after_may_take_it_to_more() {
    // By another time it takes what was bought before that.
    let fixture = Fixture::new("[]");
    let token = Some("token".to_owned());
    let bought = Purchase {
        store: Store::GooglePlay,
        purchase_token: token.clone(),
        order_id: None,
        purchased_at: Some(NOON.plus(Span::from_millis(5))),
        product_type: Some(ProductType::Subscription),
        ..pass("ann", "-")
    };
    fixture.engine.record_purchase(bought).unwrap();
    fixture.clock.advance(Span::from_millis(100));
    let about =
        || OrderDetails { purchase_token: token.clone(), product: Some("pass".to_owned()), ..order("9") };
    fixture.ingest_order_of(Store::GooglePlay, part(about(), 1, Some("a"), Extent::Full));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, Vec::new()), "bought after it");
    let undone = FactKind::Reversed { step: Some("a".to_owned()), extent: None, failure: None };
    fixture.ingest_order_of(Store::GooglePlay, part(about(), 50, Some("b"), Extent::Full));
    fixture.ingest_order_of(Store::GooglePlay, fact(about(), 60, undone));
    let refund = fixture.refund();
    assert_eq!((refund.case.state, refund.case.at), (StoreState::Refunded, NOON.plus(Span::from_millis(50))));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}

#[test]
fn an_old_refund_takes_nothing_that_was_recorded_later_without_a_time() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(month("ann", "first", -40)).unwrap();
    fixture.ingest_order(renewal("first", 0, Some(false)));
    assert!(!fixture.has_pass("ann"));
    fixture.clock.advance(Span::from_days(3));
    let again = Purchase { purchased_at: None, ..month("ann", "again", 3) };
    fixture.engine.record_purchase(again).unwrap();
    assert!(fixture.has_pass("ann"), "bought again");
}

#[test]
fn a_refund_that_is_excluded_after_the_game_was_notified_gives_access_back() {
    let fixture = Fixture::new("[]");
    fixture.engine.record_purchase(pass("ann", "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
    let exclude = |action| fixture.engine.overrule(1, action, "eve", "our own test").unwrap();
    exclude(Some(crate::model::Action::Exclude));
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (true, vec![true]));
    exclude(None);
    assert_eq!((fixture.has_pass("ann"), fixture.access_changes()), (false, vec![false]));
}
