//! A store's report on an order when it is placed completes the details of its refund.

use super::*;
use crate::model::{Currency, CustomMessage, Money};

impl Fixture {
    fn take_purchase(&self, at: Place, about: OrderDetails) -> Outcome {
        self.notifications.set(self.notifications.get() + 1);
        let signal = Signal {
            place: at,
            notification_id: format!("n{}", self.notifications.get()),
            name: "BOUGHT".to_owned(),
            at: NOON,
            meaning: Meaning::Purchase(about),
        };
        self.engine.ingest_signal(signal, b"{}").unwrap()
    }

    fn only_refund(&self) -> Refund {
        let mut refunds = self.refunds();
        assert_eq!(refunds.len(), 1);
        refunds.pop().unwrap()
    }
}

fn bought(id: &str) -> OrderDetails {
    OrderDetails {
        product: Some("gems.100".to_owned()),
        price: Some(Money { micros: 4_990_000, currency: Currency::new("USD").unwrap() }),
        account_tag: Some("ann".to_owned()),
        ..order(id)
    }
}

#[test]
fn missing_details_are_filled_in_from_the_order_in_either_order() {
    for refund_first in [true, false] {
        let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
        if refund_first {
            fixture.ingest_order(refunded(order("1"), 5));
            assert_eq!(fixture.kinds(), [EventKind::Unattributed]);
            assert!(fixture.take_purchase(place(), bought("1")).new);
        } else {
            fixture.take_purchase(place(), bought("1"));
            fixture.ingest_order(refunded(order("1"), 5));
        }
        let refund = fixture.only_refund();
        assert_eq!(refund.case.about.product.as_deref(), Some("gems.100"));
        assert_eq!(refund.case.amount, bought("1").price);
        assert_eq!(refund.user.as_deref(), Some("ann"));
        assert!(fixture.engine.is_blocked("ann"));
        assert_eq!(fixture.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
        fixture.take_purchase(place(), bought("1"));
        assert_eq!(fixture.only_refund(), refund, "reported again");
    }
}

#[test]
fn the_hosts_record_and_the_refund_take_precedence_over_it() {
    let fixture = Fixture::new("[]");
    fixture.take_purchase(place(), bought("1"));
    fixture.engine.record_purchase(purchase("bob", "1")).unwrap();
    fixture.ingest_order(refunded(OrderDetails { product: Some("gems.500".to_owned()), ..order("1") }, 5));
    let refund = fixture.only_refund();
    assert_eq!(
        (refund.user.as_deref(), refund.case.about.product.as_deref()),
        (Some("bob"), Some("gems.500"))
    );
}

#[test]
fn an_order_of_another_app_another_id_or_another_renewal_fills_in_nothing() {
    let fixture = Fixture::new("[]");
    let sandbox = Place { environment: Some(Environment::Sandbox), ..place() };
    fixture.take_purchase(sandbox, bought("1"));
    fixture.take_purchase(place(), bought("2"));
    let shared = |id| OrderDetails { purchase_token: Some("t".to_owned()), ..bought(id) };
    fixture.take_purchase(place(), shared("3"));
    fixture.ingest_order(refunded(OrderDetails { purchase_token: Some("t".to_owned()), ..order("1") }, 5));
    let refund = fixture.only_refund();
    assert_eq!((refund.case.about.product, refund.user), (None, None));
}

#[test]
fn a_token_of_a_single_purchase_identifies_its_order() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let token = || OrderDetails { purchase_token: Some("pi_1".to_owned()), ..OrderDetails::default() };
    let key = CaseKey::Token { token: "pi_1".to_owned(), same_within_millis: None };
    fixture.ingest(key, refunded(token(), 5));
    fixture
        .take_purchase(place(), OrderDetails { purchase_token: Some("pi_1".to_owned()), ..bought("ch_1") });
    assert_eq!(fixture.only_refund().user.as_deref(), Some("ann"));
}

#[test]
fn a_custom_stores_messages_are_handled_alike() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let store = Store::custom("samsung").unwrap();
    let message = |id: &str, fact, purchase| CustomMessage {
        store: store.clone(),
        app: "com.example.game".to_owned(),
        environment: Some(Environment::Production),
        notification_id: id.to_owned(),
        name: "REPORTED".to_owned(),
        at: NOON,
        fact,
        purchase,
    };
    let record = |message| fixture.engine.record_message(message, b"a.b.c").unwrap();
    record(message("1", None, Some(bought("S-1"))));
    let outcome = record(message("2", Some(refunded(order("S-1"), 5)), None));
    assert_eq!((outcome.new, outcome.user.as_deref()), (true, Some("ann")));
    assert!(!record(message("2", Some(refunded(order("S-1"), 5)), None)).new);
    assert!(fixture.engine.is_blocked("ann"));
    let known = CustomMessage { store: Store::AppStore, ..message("3", None, None) };
    assert_eq!(fixture.engine.record_message(known, b"").unwrap_err().code(), "bad_message");
    let history = fixture.engine.order("S-1").unwrap();
    assert_eq!(history.refunds[0].store, store);
    // As the ledger stores it, the name is read back.
    fixture.engine.close().unwrap();
    let reopened = open(fixture.folder.path(), &fixture.clock, "[]");
    assert_eq!(reopened.refunds(&RefundFilter::default(), None, 10).unwrap().items[0].store, store);
}
