//! What a store reports when an order is made fills in what its refund does not say.

use super::*;
use crate::model::{Currency, CustomMessage, Money};

impl Bench {
    fn take_purchase(&self, at: Place, about: OrderDetails) -> Outcome {
        self.notifications.set(self.notifications.get() + 1);
        let signal = Signal {
            place: at,
            notification_id: format!("n{}", self.notifications.get()),
            name: "BOUGHT".to_owned(),
            at: NOON,
            meaning: Meaning::Purchase(about),
        };
        self.engine.take(signal, b"{}").unwrap()
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
fn a_refund_that_says_little_is_filled_in_whichever_came_first() {
    for refund_first in [true, false] {
        let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
        if refund_first {
            bench.take_order(refunded(order("1"), 5));
            assert_eq!(bench.kinds(), [EventKind::Unattributed]);
            assert!(bench.take_purchase(place(), bought("1")).new);
        } else {
            bench.take_purchase(place(), bought("1"));
            bench.take_order(refunded(order("1"), 5));
        }
        let refund = bench.only_refund();
        assert_eq!(refund.case.about.product.as_deref(), Some("gems.100"));
        assert_eq!(refund.case.amount, bought("1").price);
        assert_eq!(refund.user.as_deref(), Some("ann"));
        assert!(bench.engine.is_blocked("ann"));
        assert_eq!(bench.kinds(), [EventKind::Refund, EventKind::Alert, EventKind::Block]);
        bench.take_purchase(place(), bought("1"));
        assert_eq!(bench.only_refund(), refund, "reported again");
    }
}

#[test]
fn what_the_host_recorded_and_what_the_refund_says_count_before_it() {
    let bench = Bench::new("[]");
    bench.take_purchase(place(), bought("1"));
    bench.engine.record_purchase(purchase("bob", "1")).unwrap();
    bench.take_order(refunded(OrderDetails { product: Some("gems.500".to_owned()), ..order("1") }, 5));
    let refund = bench.only_refund();
    assert_eq!(
        (refund.user.as_deref(), refund.case.about.product.as_deref()),
        (Some("bob"), Some("gems.500"))
    );
}

#[test]
fn an_order_of_another_place_another_id_or_another_renewal_fills_in_nothing() {
    let bench = Bench::new("[]");
    let sandbox = Place { environment: Some(Environment::Sandbox), ..place() };
    bench.take_purchase(sandbox, bought("1"));
    bench.take_purchase(place(), bought("2"));
    let shared = |id| OrderDetails { purchase_token: Some("t".to_owned()), ..bought(id) };
    bench.take_purchase(place(), shared("3"));
    bench.take_order(refunded(OrderDetails { purchase_token: Some("t".to_owned()), ..order("1") }, 5));
    let refund = bench.only_refund();
    assert_eq!((refund.case.about.product, refund.user), (None, None));
}

#[test]
fn a_token_that_stands_for_one_purchase_names_its_order() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    let token = || OrderDetails { purchase_token: Some("pi_1".to_owned()), ..OrderDetails::default() };
    let key = CaseKey::Token { token: "pi_1".to_owned(), same_within_millis: None };
    bench.take(key, refunded(token(), 5));
    bench.take_purchase(place(), OrderDetails { purchase_token: Some("pi_1".to_owned()), ..bought("ch_1") });
    assert_eq!(bench.only_refund().user.as_deref(), Some("ann"));
}

#[test]
fn a_custom_stores_messages_go_the_same_way() {
    let bench = Bench::with_tags("user_ids", BLOCKS_ALL);
    let store = Store::custom("samsung").unwrap();
    let message = |id: &str, fact, purchase| CustomMessage {
        store: store.clone(),
        app: "com.example.game".to_owned(),
        environment: Some(Environment::Production),
        notification_id: id.to_owned(),
        name: "TOLD".to_owned(),
        at: NOON,
        fact,
        purchase,
    };
    let record = |message| bench.engine.record_message(message, b"a.b.c").unwrap();
    record(message("1", None, Some(bought("S-1"))));
    let outcome = record(message("2", Some(refunded(order("S-1"), 5)), None));
    assert_eq!((outcome.new, outcome.user.as_deref()), (true, Some("ann")));
    assert!(!record(message("2", Some(refunded(order("S-1"), 5)), None)).new);
    assert!(bench.engine.is_blocked("ann"));
    let known = CustomMessage { store: Store::AppStore, ..message("3", None, None) };
    assert_eq!(bench.engine.record_message(known, b"").unwrap_err().code(), "bad_message");
    let history = bench.engine.order("S-1").unwrap();
    assert_eq!(history.refunds[0].store, store);
    // As the ledger keeps it, the name is read back.
    bench.engine.close().unwrap();
    let reopened = open(bench.folder.path(), &bench.clock, "[]");
    assert_eq!(reopened.refunds(&RefundFilter::default(), None, 10).unwrap().items[0].store, store);
}
