//! Payments of subscriptions: found by what names the invoice, the subscription or the checkout session.

use recoup::{AttributedBy, Purchase, Store};
use serde_json::{Value, json};

use super::{NOON, Shop, at, orders};

impl Shop {
    fn event(&self, event_type: &str, object: Value) -> Value {
        self.stripe.event(&format!("evt_{event_type}"), event_type, object, NOON)
    }

    fn refund_of_the_subscription(&self) -> Value {
        self.refund_event("refund.created", ("re_1", 999), "succeeded", 60, 60)
    }

    fn session(&self, tag: Option<&str>) -> Value {
        self.event(
            "checkout.session.completed",
            json!({"id": "cs_1", "object": "checkout.session", "mode": "subscription", "payment_intent": null,
                "payment_status": "paid", "subscription": "sub_1", "amount_total": 999, "currency": "usd",
                "metadata": tag.map_or(json!({}), |tag| json!({"user_id": tag}))}),
        )
    }

    fn subscription(&self, tag: &str) -> Value {
        self.event(
            "customer.subscription.created",
            json!({"id": "sub_1", "object": "subscription", "metadata": {"user_id": tag}}),
        )
    }

    fn intent(&self) -> Value {
        self.event(
            "payment_intent.succeeded",
            json!({"id": "pi_1", "object": "payment_intent", "amount_received": 999, "currency": "usd",
                "latest_charge": "ch_1", "metadata": {}}),
        )
    }

    /// As before API version 2025-03-31.basil.
    fn invoice_before(&self, tag: Option<&str>) -> Value {
        let metadata = tag.map_or(json!({}), |tag| json!({"user_id": tag}));
        self.event(
            "invoice.paid",
            json!({"id": "in_1", "object": "invoice", "charge": "ch_1", "payment_intent": "pi_1",
                "subscription": "sub_1", "subscription_details": {"metadata": metadata}, "amount_paid": 999,
                "currency": "usd", "metadata": {}}),
        )
    }

    /// As since: without its payments, which Stripe leaves out, and the event that names them.
    fn invoice_since(&self, tag: Option<&str>) -> [Value; 2] {
        let metadata = tag.map_or(json!({}), |tag| json!({"user_id": tag}));
        let mut invoice = self.event(
            "invoice.paid",
            json!({"id": "in_1", "object": "invoice", "amount_paid": 999, "currency": "usd", "metadata": {},
                "parent": {"type": "subscription_details",
                    "subscription_details": {"subscription": "sub_1", "metadata": metadata}}}),
        );
        let mut payment = self.event(
            "invoice_payment.paid",
            json!({"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "amount_paid": 999,
                "payment": {"type": "payment_intent", "payment_intent": "pi_1"}}),
        );
        for event in [&mut invoice, &mut payment] {
            event["api_version"] = json!("2025-03-31.basil");
        }
        [invoice, payment]
    }
}

/// Plays the events in every order, and checks the refund's player.
fn is_of(user: Option<&str>, record: Option<&Purchase>, events: impl Fn(&Shop) -> Vec<Value>) {
    let count = events(&Shop::new()).len();
    for order in orders(count) {
        for recorded_first in [true, false] {
            let shop = Shop::new();
            let record = || record.map(|purchase| shop.engine.record_purchase(purchase.clone()).unwrap());
            if recorded_first {
                record();
            }
            let events = events(&shop);
            for &n in &order {
                shop.notify(&events[n]);
            }
            if !recorded_first {
                record();
            }
            assert_eq!(shop.refund().user.as_deref(), user, "{order:?} recorded first: {recorded_first}");
        }
    }
}

#[test]
fn the_metadata_of_the_subscription_on_its_invoice_finds_the_player_in_both_versions_and_any_order() {
    is_of(Some("ann"), None, |shop| {
        vec![shop.invoice_before(Some("ann")), shop.intent(), shop.refund_of_the_subscription()]
    });
    is_of(Some("ann"), None, |shop| {
        let [invoice, payment] = shop.invoice_since(Some("ann"));
        vec![invoice, payment, shop.intent(), shop.refund_of_the_subscription()]
    });
}

#[test]
fn the_metadata_of_the_session_or_the_subscription_finds_the_player_in_both_versions_and_any_order() {
    is_of(Some("ann"), None, |shop| {
        vec![shop.session(Some("ann")), shop.invoice_before(None), shop.refund_of_the_subscription()]
    });
    is_of(Some("ann"), None, |shop| {
        let [invoice, payment] = shop.invoice_since(None);
        vec![shop.session(Some("ann")), invoice, payment, shop.refund_of_the_subscription()]
    });
    is_of(Some("ann"), None, |shop| {
        let [invoice, payment] = shop.invoice_since(None);
        vec![shop.subscription("ann"), invoice, payment, shop.refund_of_the_subscription()]
    });
}

#[test]
fn a_record_of_the_subscription_finds_the_player_in_any_order() {
    let record = Purchase {
        order_id: None,
        original_id: Some("sub_1".to_owned()),
        ..Purchase::new(Store::Stripe, "ann", "in_0")
    };
    is_of(Some("ann"), Some(&record), |shop| {
        let [invoice, payment] = shop.invoice_since(None);
        vec![invoice, payment, shop.refund_of_the_subscription()]
    });
    is_of(Some("ann"), Some(&record), |shop| {
        vec![shop.invoice_before(None), shop.refund_of_the_subscription()]
    });
}

#[test]
fn another_subscriptions_metadata_finds_no_user() {
    is_of(None, None, |shop| {
        let mut other = shop.session(Some("bea"));
        other["data"]["object"]["subscription"] = json!("sub_2");
        vec![other, shop.invoice_before(None), shop.refund_of_the_subscription()]
    });
}

#[test]
fn the_invoice_reports_that_it_was_paid_so_the_refund_does_not_wait() {
    let shop = Shop::new();
    shop.notify(&shop.invoice_before(Some("ann")));
    shop.notify(&shop.refund_of_the_subscription());
    assert!(shop.refund().case.state.is_refunded());
    assert_eq!(shop.refund().case.about.original_id.as_deref(), Some("sub_1"));
    assert_eq!(shop.refund().attributed_by, Some(AttributedBy::RecordedTag));
    assert_eq!(shop.refund().case.at, at(60));
}
