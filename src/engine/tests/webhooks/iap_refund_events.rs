//! `IapRefundEvent` through the ledger: held until its members are known.

use super::*;

fn nacho(more: Value) -> Value {
    let mut endpoint = json!({
        "name": "nacho", "url": "https://nacho.example.com", "secrets": [SECRET], "format": "iap_refund_event"
    });
    endpoint.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    endpoint
}

fn gems(id: &str) -> OrderDetails {
    OrderDetails {
        original_id: Some(id.to_owned()),
        product: Some("gems".to_owned()),
        product_type: Some(ProductType::Consumable),
        quantity: Some(2),
        price: Some(crate::model::Money {
            micros: 1_980_000,
            currency: crate::model::Currency::new("USD").unwrap(),
        }),
        ..order(id)
    }
}

fn with_catalogue(shop: &Shop) -> Value {
    let mut config = shop.config.clone();
    config["catalogue"] = json!([{ "product": "gems", "nacho_product_id": "NP-1" }]);
    config
}

#[test]
fn a_message_is_held_until_the_catalogue_and_the_game_say_more() {
    let mut shop = Shop::new(json!([nacho(json!({}))]));
    // The player is known by a tag alone, so that the purchase is not recorded.
    let tag = shop.fixture.engine.account_tag(&Store::AppStore, "ann").unwrap();
    let tagged = OrderDetails { account_tag: Some(tag), ..gems("1") };
    shop.fixture.ingest_order(refunded(tagged, 0));
    assert_eq!(shop.send(), 0);
    let message = shop.message();
    assert_eq!((message.state, message.attempts, message.next_at), (WebhookState::Held, 0, None));
    assert!(message.problem.unwrap().contains("refund 1: iapLogId is not known"));
    assert_eq!(shop.endpoint().held, 1);
    shop.advance(Span::from_hours(2));
    assert_eq!(shop.send(), 0);
    assert_eq!(shop.doctor(), ["held_messages"]);

    shop.fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
    assert_eq!(shop.message().state, WebhookState::Waiting);
    assert_eq!(shop.send(), 0);
    assert!(shop.message().problem.unwrap().contains("nachoProductId"));

    let config = shop.config.clone();
    shop.reopen(&config);
    assert_eq!(shop.message().state, WebhookState::Held, "the catalogue is the same");
    let config = with_catalogue(&shop);
    shop.reopen(&config);
    let sent = shop.sent();
    assert_eq!(sent.len(), 1);
    let expected = json!({
        "userId": "ann", "iapLogId": 1, "nachoProductId": "NP-1", "os": "ios", "productId": "gems",
        "productType": "consumable", "quantity": 2, "price": 0.99, "environment": "production",
        "data": { "originalTransactionId": "1", "transactionId": "1" },
        "refundQuantity": 2, "refundedAt": "2026-09-21T14:13:20.000Z"
    });
    assert_eq!(sent[0].1, expected);
    assert_eq!((shop.message().state, shop.endpoint().held), (WebhookState::Delivered, 0));
    assert_eq!(shop.doctor(), [""; 0]);
}

#[test]
fn only_refunds_of_its_stores_are_queued_and_subscriptions_dropped() {
    let mut shop = Shop::new(json!([nacho(json!({}))]));
    let config = with_catalogue(&shop);
    shop.reopen(&config);
    let of = |store: Store, id: &str, about: OrderDetails| {
        shop.fixture.engine.record_purchase(Purchase::new(store.clone(), "ann", id)).unwrap();
        shop.fixture.ingest_order_of(store, refunded(about, 0));
    };
    of(Store::Stripe, "ch_1", gems("ch_1"));
    of(Store::OneStore, "one", gems("one"));
    assert_eq!(shop.messages(), []);
    of(Store::AppStore, "1", OrderDetails { product_type: Some(ProductType::Subscription), ..gems("1") });
    of(
        Store::GooglePlay,
        "GPA.1",
        OrderDetails { purchase_token: Some("token".to_owned()), ..gems("GPA.1") },
    );
    let sent = shop.sent();
    assert_eq!((sent.len(), &sent[0].1["data"]["purchaseToken"]), (1, &json!("token")));
    assert_eq!(shop.states(), [WebhookState::Dropped, WebhookState::Delivered]);
}

#[test]
fn a_part_of_unknown_size_is_held_until_more_is_refunded_or_skipped() {
    for skips in [false, true] {
        let mut shop = Shop::new(json!([nacho(json!({ "partial": if skips { "skip" } else { "hold" } }))]));
        let config = with_catalogue(&shop);
        shop.reopen(&config);
        shop.fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
        shop.fixture.ingest_order(part(gems("1"), 0, Some("a"), Extent::Part));
        assert_eq!(shop.send(), 0);
        let state = if skips { WebhookState::Dropped } else { WebhookState::Held };
        assert_eq!(shop.states(), [state]);
        shop.fixture.ingest_order(refunded(gems("1"), 1));
        let sent = shop.sent();
        // What was held is sent with the total so far, and the growth under another id.
        assert_eq!(sent.len(), if skips { 1 } else { 2 });
        assert!(sent.iter().all(|(_, body)| body["refundQuantity"] == 2), "{sent:?}");
    }
}

#[test]
fn later_messages_of_a_held_ones_user_wait() {
    let mut shop = Shop::new(json!([nacho(json!({}))]));
    let config = with_catalogue(&shop);
    shop.reopen(&config);
    for (user, id) in [("ann", "1"), ("ann", "2"), ("bob", "3")] {
        shop.fixture.engine.record_purchase(purchase(user, id)).unwrap();
    }
    shop.fixture.ingest_order(refunded(OrderDetails { original_id: None, ..gems("1") }, 0));
    shop.fixture.ingest_order(refunded(gems("2"), 0));
    shop.fixture.ingest_order(refunded(gems("3"), 0));
    let sent = shop.sent();
    assert_eq!((sent.len(), &sent[0].1["userId"]), (1, &json!("bob")));
    let recorded = Purchase { original_id: Some("1".to_owned()), ..purchase("ann", "1") };
    shop.fixture.engine.record_purchase(recorded).unwrap();
    let sent: Vec<_> =
        shop.sent().into_iter().map(|(_, body)| body["data"]["transactionId"].clone()).collect();
    assert_eq!(sent, [json!("1"), json!("2")]);
}

#[test]
fn a_process_with_an_outdated_catalogue_leaves_messages_to_the_others() {
    for (partial, fact) in
        [("hold", refunded(gems("1"), 0)), ("skip", part(gems("1"), 0, Some("a"), Extent::Part))]
    {
        let mut shop = Shop::new(json!([nacho(json!({ "partial": partial }))]));
        let mut config = with_catalogue(&shop);
        if partial == "skip" {
            shop.reopen(&config);
        }
        config["webhooks"][0]["partial"] = json!("hold");
        let new = shop.another(&config);
        shop.fixture.engine.record_purchase(purchase("ann", "1")).unwrap();
        shop.fixture.ingest_order(fact);
        assert_eq!(shop.send(), 0);
        let message = shop.message();
        assert_eq!((message.state, message.attempts), (WebhookState::Waiting, 0), "{message:?}");
        assert_eq!(message.next_at, Some(NOON.plus(Span::from_millis(60_000))));
        shop.fixture.clock.set(message.next_at.unwrap());
        assert_eq!(new.send_webhooks(), Ok(usize::from(partial == "hold")));
        assert_ne!(shop.message().state, WebhookState::Waiting);
    }
}
