//! The rules of access, one by one.

use super::*;
use crate::model::CatalogueProduct;

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
const FULL: ReportedTotal = ReportedTotal { full: true, parts: 0, quantity: None, amount: None, share: None };
const RULES: AccessRules = AccessRules { off_at_refund: true, partial: PartialRefunds::Keep };

fn at(hours: i64) -> Timestamp {
    NOON.plus(crate::model::Span::from_hours(hours))
}

fn bought(order: &str, kind: ProductType) -> Purchase {
    Purchase {
        product: Some("pass".to_owned()),
        product_type: Some(kind),
        purchased_at: Some(at(-2)),
        ..Purchase::new(Store::GooglePlay, "ann", order)
    }
}

fn month(order: &str, from: i64, to: i64) -> Purchase {
    Purchase {
        purchase_token: Some("token".to_owned()),
        purchased_at: Some(at(from)),
        expires_at: Some(at(to)),
        ..bought(order, ProductType::Subscription)
    }
}

fn about(order: &str) -> OrderDetails {
    OrderDetails { order_id: Some(order.to_owned()), ..OrderDetails::default() }
}

fn refund<'a>(store: &'a Store, about: &'a OrderDetails) -> AccessRefund<'a> {
    AccessRefund {
        id: 7,
        store,
        state: StoreState::Refunded,
        at: at(-1),
        notified: Some(&FULL),
        is_excluded: false,
        subscription_live: None,
        about,
    }
}

struct World<'a> {
    rules: AccessRules,
    catalogue: Catalogue,
    by_operator: Option<AccessOverride>,
    purchases: Vec<Purchase>,
    recorded_at: Timestamp,
    refunds: Vec<AccessRefund<'a>>,
}

impl<'a> World<'a> {
    fn of(purchases: Vec<Purchase>) -> Self {
        Self {
            rules: RULES,
            catalogue: Catalogue::default(),
            by_operator: None,
            purchases,
            recorded_at: at(-2),
            refunds: Vec::new(),
        }
    }

    fn refunded(self, refund: AccessRefund<'a>) -> Self {
        Self { refunds: vec![refund], ..self }
    }

    fn answer(&self) -> Access {
        let recorded = |purchase: &Purchase| RecordedPurchase {
            purchase: purchase.clone(),
            recorded_at: self.recorded_at,
        };
        let purchases: Vec<RecordedPurchase> = self.purchases.iter().map(recorded).collect();
        AccessView {
            product: "pass",
            now: NOON,
            rules: self.rules,
            catalogue: &self.catalogue,
            by_operator: self.by_operator.as_ref(),
            purchases: &purchases,
            refunds: &self.refunds,
        }
        .answer()
    }

    fn because(&self) -> (bool, AccessReason) {
        let answer = self.answer();
        (answer.has, answer.because)
    }
}

fn by_order(order: &str) -> AccessReason {
    AccessReason::Purchase { store: Store::GooglePlay, order: order.to_owned() }
}

const BY_REFUND: AccessReason = AccessReason::Refund { refund: 7 };

#[test]
fn what_is_kept_gives_access_and_what_is_used_up_does_not() {
    assert_eq!(World::of(Vec::new()).because(), (false, AccessReason::NoPurchase));
    for (kind, has) in [
        (ProductType::NonConsumable, true),
        (ProductType::Subscription, true),
        (ProductType::NonRenewingSubscription, true),
        (ProductType::Consumable, false),
        (ProductType::OneTime, false),
    ] {
        assert_eq!(World::of(vec![bought("1", kind)]).answer().has, has, "{kind:?}");
    }
    let unknown = Purchase { product_type: None, ..bought("1", ProductType::OneTime) };
    assert!(!World::of(vec![unknown]).answer().has);
}

#[test]
fn the_catalogue_says_more() {
    let with = |row: &str, kind| {
        let row: CatalogueProduct = serde_json::from_str(row).unwrap();
        let catalogue = Catalogue::new(vec![row], std::collections::BTreeMap::new()).unwrap();
        World { catalogue, ..World::of(vec![bought("1", kind)]) }.answer().has
    };
    assert!(with(r#"{"product":"pass","access":true}"#, ProductType::Consumable));
    assert!(!with(r#"{"product":"pass","access":false}"#, ProductType::NonConsumable));
    assert!(with(r#"{"product":"pass","type":"non_consumable"}"#, ProductType::OneTime));
    assert!(!with(r#"{"product":"pass","type":"non_consumable"}"#, ProductType::Consumable));
    assert!(!with(r#"{"product":"pass","store":"app-store","access":true}"#, ProductType::Consumable));
}

#[test]
fn it_begins_and_ends() {
    let later = Purchase { purchased_at: Some(at(1)), ..bought("1", ProductType::NonConsumable) };
    assert_eq!(World::of(vec![later]).because(), (false, AccessReason::NotBegun { at: at(1) }));
    assert_eq!(World::of(vec![month("1", -5, 0)]).because(), (false, AccessReason::Expired { at: at(0) }));
    let renewed = World::of(vec![month("1", -5, -1), month("2", -1, 9), month("3", -1, 5)]);
    assert_eq!(renewed.because(), (true, by_order("2")));
    assert_eq!(renewed.answer().until, Some(at(9)));
    let kept = World::of(vec![month("1", -1, 9), bought("2", ProductType::NonConsumable)]);
    assert_eq!((kept.because(), kept.answer().until), ((true, by_order("2")), None));
}

#[test]
fn a_refund_in_full_takes_it_once_the_host_is_notified() {
    let (store, order, other) = (Store::GooglePlay, about("1"), about("2"));
    let of = |refund| World::of(vec![bought("1", ProductType::NonConsumable)]).refunded(refund);
    let full = refund(&store, &order);
    assert_eq!(of(full).because(), (false, BY_REFUND));
    for state in [StoreState::Reversed, StoreState::PendingReview, StoreState::Unconfirmed] {
        assert!(of(AccessRefund { state, ..full }).answer().has, "{state:?}");
    }
    assert!(of(AccessRefund { notified: None, ..full }).answer().has);
    assert!(of(AccessRefund { is_excluded: true, ..full }).answer().has, "also after the host was notified");
    assert!(of(refund(&store, &other)).answer().has, "another order");
    assert!(of(refund(&Store::AppStore, &order)).answer().has, "another store");
    let off = AccessRules { off_at_refund: false, ..RULES };
    assert!(World { rules: off, ..of(full) }.answer().has);
    let twice = vec![bought("1", ProductType::NonConsumable), bought("2", ProductType::NonConsumable)];
    assert_eq!(World::of(twice).refunded(full).because(), (true, by_order("2")));
}

#[test]
fn a_refund_in_part_keeps_it_but_for_the_app_stores() {
    let (google, apple, order) = (Store::GooglePlay, Store::AppStore, about("1"));
    let part = |store| AccessRefund { state: StoreState::PartlyRefunded, ..refund(store, &order) };
    let world = |store: &Store| {
        let purchase = Purchase { store: store.clone(), ..bought("1", ProductType::NonConsumable) };
        World::of(vec![purchase])
    };
    assert!(world(&google).refunded(part(&google)).answer().has);
    assert!(!world(&apple).refunded(part(&apple)).answer().has);
    let revoke = AccessRules { partial: PartialRefunds::Revoke, ..RULES };
    assert!(!World { rules: revoke, ..world(&google).refunded(part(&google)) }.answer().has);
    let ended = AccessRefund { subscription_live: Some(false), ..part(&google) };
    assert!(!World::of(vec![month("1", -5, 5)]).refunded(ended).answer().has);
}

#[test]
fn an_old_renewal_of_a_live_subscription_keeps_it() {
    let store = Store::GooglePlay;
    let order = OrderDetails { purchase_token: Some("token".to_owned()), ..about("1") };
    let months = || vec![month("1", -50, -20), month("2", -20, 10)];
    let old = refund(&store, &order);
    assert_eq!(World::of(months()).refunded(old).because(), (true, by_order("2")));
    let live = AccessRefund { subscription_live: Some(true), ..old };
    assert!(World::of(months()).refunded(live).answer().has);
    // The game recorded the subscription once, by its token.
    let whole = Purchase { order_id: None, expires_at: None, ..month("1", -50, 0) };
    assert!(World::of(vec![whole]).refunded(live).answer().has);
    let ended = AccessRefund { subscription_live: Some(false), ..old };
    assert_eq!(World::of(months()).refunded(ended).because(), (false, BY_REFUND));
    let renewed = [months(), vec![month("3", 0, 30)]].concat();
    assert_eq!(World::of(renewed).refunded(ended).because(), (true, by_order("3")), "bought after the end");
    let by_token = OrderDetails { purchase_token: Some("token".to_owned()), ..OrderDetails::default() };
    assert!(!World::of(months()).refunded(refund(&store, &by_token)).answer().has);
}

#[test]
fn no_refund_takes_what_was_bought_after_it_but_its_own_order() {
    let store = Store::GooglePlay;
    let named = OrderDetails { purchase_token: Some("token".to_owned()), ..about("1") };
    let by_token = OrderDetails { order_id: None, ..named.clone() };
    let ended = AccessRefund { subscription_live: Some(false), ..refund(&store, &named) };
    let untimed = |order: Option<&str>| Purchase {
        purchased_at: None,
        order_id: order.map(str::to_owned),
        ..month("-", -9, 9)
    };
    for (purchase, refund, is_later_kept) in [
        (untimed(Some("2")), ended, true),
        (untimed(None), ended, true),
        (untimed(None), refund(&store, &named), true),
        (untimed(Some("2")), refund(&store, &by_token), true),
        (untimed(Some("1")), ended, false),
        (untimed(Some("1")), refund(&store, &named), false),
        (Purchase { purchased_at: Some(at(0)), ..untimed(None) }, refund(&store, &named), true),
    ] {
        let world = |recorded_at| World { recorded_at, ..World::of(vec![purchase.clone()]).refunded(refund) };
        assert_eq!(world(at(0)).answer().has, is_later_kept, "recorded later: {purchase:?}");
        let is_timed = purchase.purchased_at.is_some();
        assert_eq!(world(at(-2)).answer().has, is_timed, "recorded before: {purchase:?}");
    }
}

#[test]
fn an_operator_is_above_purchases_and_refunds_until_the_end() {
    let (store, order) = (Store::GooglePlay, about("1"));
    let by = |access, until| {
        Some(AccessOverride { access, who: "eve".to_owned(), why: "ticket".to_owned(), until })
    };
    let because = AccessReason::Operator { who: "eve".to_owned(), why: "ticket".to_owned() };
    let refunded =
        || World::of(vec![bought("1", ProductType::NonConsumable)]).refunded(refund(&store, &order));
    let granted = World { by_operator: by(true, None), ..refunded() };
    assert_eq!(granted.because(), (true, because.clone()));
    let for_now = World { by_operator: by(true, Some(at(1))), ..refunded() };
    assert_eq!((for_now.because(), for_now.answer().until), ((true, because.clone()), Some(at(1))));
    let over = World { by_operator: by(true, Some(at(0))), ..refunded() };
    assert_eq!(over.because(), (false, BY_REFUND));
    let purchases = vec![bought("1", ProductType::NonConsumable)];
    let revoked = World { by_operator: by(false, None), ..World::of(purchases) };
    assert_eq!(revoked.because(), (false, because));
    assert!(World { by_operator: by(true, None), ..World::of(Vec::new()) }.answer().has);
}
