//! `IapRefundEvent`: the published example, and what each missing member does.

use serde_json::json;

use super::*;
use crate::model::{CatalogueProduct, Refund};

/// <https://developer.nachocode.io/docs/guide/webhook/iap/refund>, 2025-10-13.
const PUBLISHED: &str = r#"{
  "userId": "testUser",
  "iapLogId": 1,
  "nachoProductId": "NP-NXGLSTOEXK-0001",
  "os": "ios",
  "productId": "com.nachocode.example.consumable",
  "productType": "consumable",
  "quantity": 1,
  "price": 1000,
  "environment": "sandbox",
  "data": {
    "originalTransactionId": "2000000123456789",
    "transactionId": "2000000123456789"
  },
  "refundQuantity": 1,
  "refundedAt": "2025-02-19T01:03:26.287Z"
}"#;

/// The refund of the published example.
fn refund() -> serde_json::Value {
    json!({
        "id": 91, "store": "app-store", "app": "com.nachocode.example", "environment": "sandbox", "user": "testUser",
        "attributed_by": "order", "state": "refunded", "at": 1_739_927_006_287_i64,
        "reported_total": { "full": true }, "trust": "signed", "work_status": "open", "decision": null,
        "policy_version": null, "revision": 1, "first_seen_at": 1, "updated_at": 1,
        "about": {
            "order_id": "2000000123456789", "original_id": "2000000123456789",
            "product": "com.nachocode.example.consumable", "product_type": "consumable", "quantity": 1,
            "price": { "micros": 1_000_000_000, "currency": "KRW" }
        }
    })
}

fn row(more: serde_json::Value) -> CatalogueProduct {
    let mut row =
        json!({ "product": "com.nachocode.example.consumable", "nacho_product_id": "NP-NXGLSTOEXK-0001" });
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(row).unwrap()
}

/// With changes to the refund, by JSON pointer; `null` removes.
fn changed(changes: &[(&str, serde_json::Value)]) -> Refund {
    let mut refund = refund();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let members = refund.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            serde_json::Value::Null => drop(members.remove(name)),
            value => drop(members.insert(name.to_owned(), value.clone())),
        }
    }
    if refund.get("user").is_none() {
        refund["user"] = serde_json::Value::Null;
    }
    if refund.get("environment").is_none() {
        refund["environment"] = serde_json::Value::Null;
    }
    serde_json::from_value(refund).unwrap()
}

fn rendered(refund: &Refund, purchase: Option<i64>, product: Option<&CatalogueProduct>) -> Rendering {
    IapRefund { refund, purchase, product, skips_unsized: false }.render()
}

fn body(changes: &[(&str, serde_json::Value)], product: &CatalogueProduct) -> serde_json::Value {
    match rendered(&changed(changes), Some(1), Some(product)) {
        Rendering::Body(body) => serde_json::from_str(&body).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn held(changes: &[(&str, serde_json::Value)], product: &CatalogueProduct) -> String {
    match rendered(&changed(changes), Some(1), Some(product)) {
        Rendering::Held(problem) => problem,
        other => panic!("{changes:?}: {other:?}"),
    }
}

#[test]
fn the_published_example_comes_out_byte_for_byte() {
    let (refund, row) = (changed(&[]), row(json!({})));
    let rendering =
        IapRefund { refund: &refund, purchase: Some(1), product: Some(&row), skips_unsized: false };
    let Ok(event) = rendering.event() else { panic!("nothing is missing") };
    assert_eq!(serde_json::to_string_pretty(&event).unwrap(), PUBLISHED);
    // What is sent is the same without its white space, which is only between members.
    let compact: String = PUBLISHED.lines().map(str::trim).collect::<String>().replace("\": ", "\":");
    assert_eq!(rendering.render(), Rendering::Body(compact));
}

#[test]
fn an_order_of_google_play_has_its_own_data_and_a_quantity_of_one_if_none_is_reported() {
    let google = [
        ("/store", json!("google-play")),
        ("/about/product_type", json!("one_time")),
        ("/about/quantity", json!(null)),
        ("/about/purchase_token", json!("token")),
        ("/about/order_id", json!("GPA.1")),
        ("/environment", json!(null)),
    ];
    let event = body(&google, &row(json!({ "type": "non_consumable" })));
    assert_eq!(event["os"], "android");
    assert_eq!(event["data"], json!({ "purchaseToken": "token", "orderId": "GPA.1" }));
    assert_eq!((&event["quantity"], &event["refundQuantity"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&event["productType"], &event["environment"]),
        (&json!("non-consumable"), &json!("production"))
    );
    assert!(held(&google, &row(json!({}))).contains("productType"), "one_time is no type of the format");
    // A number of items, or a part, is of an order of several.
    let listed = row(json!({ "type": "non_consumable" }));
    for (state, total) in [
        ("partly_refunded", json!({ "quantity": 2 })),
        ("partly_refunded", json!({ "share": 50_000 })),
        ("refunded", json!({ "full": true, "quantity": 2 })),
    ] {
        let partly = [("/state", json!(state)), ("/reported_total", total)];
        let problem = held(&[&google[..], &partly[..]].concat(), &listed);
        assert!(problem.starts_with("refund 91: quantity is not known"), "{problem}");
    }
}

#[test]
fn the_price_is_that_of_one_exact_and_half_to_even() {
    let priced = |micros: i64, quantity: u32| {
        let changes = [("/about/price/micros", json!(micros)), ("/about/quantity", json!(quantity))];
        match rendered(&changed(&changes), Some(1), Some(&row(json!({})))) {
            Rendering::Body(body) => {
                body.split_once("\"price\":").unwrap().1.split_once(',').unwrap().0.to_owned()
            }
            other => panic!("{other:?}"),
        }
    };
    for (micros, quantity, price) in [
        (4_990_000, 1, "4.99"),
        (9_980_000, 2, "4.99"),
        (10_000_000, 3, "3.333333"),
        (1, 2, "0"),
        (3, 2, "0.000002"),
        (5, 2, "0.000002"),
        (0, 1, "0"),
        (9_007_199_254_740_993, 1, "9007199254.740993"),
    ] {
        assert_eq!(priced(micros, quantity), price, "{micros} / {quantity}");
    }
}

#[test]
fn the_catalogues_price_is_used_where_the_orders_is_not_known() {
    let unpriced = ("/about/price", json!(null));
    let listed = json!({ "price": [{ "micros": 990_000, "currency": "USD" }, { "micros": 1_200_000_000, "currency": "KRW" }] });
    let amount = ("/amount", json!({ "micros": 5, "currency": "KRW" }));
    assert_eq!(body(&[unpriced.clone(), amount], &row(listed.clone()))["price"], json!(1200));
    let yen = ("/amount", json!({ "micros": 5, "currency": "JPY" }));
    assert!(held(&[unpriced.clone(), yen], &row(listed.clone())).contains("price"));
    // Which of two currencies is not known.
    assert!(held(std::slice::from_ref(&unpriced), &row(listed)).contains("price"));
    let one = json!({ "price": [{ "micros": 990_000, "currency": "USD" }] });
    assert_eq!(body(&[unpriced], &row(one))["price"], json!(0.99));
}

#[test]
fn each_missing_member_holds_and_names_what_to_do() {
    let whole = row(json!({}));
    for (pointer, member) in [
        ("/user", "userId"),
        ("/about/product", "productId"),
        ("/about/product_type", "productType"),
        ("/about/quantity", "quantity"),
        ("/about/price", "price"),
        ("/about/original_id", "data.originalTransactionId"),
        ("/about/order_id", "data.transactionId"),
    ] {
        let problem = held(&[(pointer, json!(null))], &whole);
        assert!(problem.starts_with(&format!("refund 91: {member} is not known: ")), "{problem}");
    }
    let held_without =
        |purchase, product: Option<&CatalogueProduct>| match rendered(&changed(&[]), purchase, product) {
            Rendering::Held(problem) => problem,
            other => panic!("{other:?}"),
        };
    assert!(held_without(None, Some(&whole)).contains("iapLogId"));
    assert!(held_without(Some(1), None).contains("nachoProductId"));
    let google = [("/store", json!("google-play"))];
    assert!(held(&google, &whole).contains("data.purchaseToken"));
}

#[test]
fn a_part_is_sent_if_it_is_a_number_of_items() {
    let part = |quantity: u32, total: serde_json::Value| {
        changed(&[
            ("/state", json!("partly_refunded")),
            ("/about/quantity", json!(quantity)),
            ("/reported_total", total),
        ])
    };
    let number = |refund: &Refund| match rendered(refund, Some(1), Some(&row(json!({})))) {
        Rendering::Body(body) => {
            serde_json::from_str::<serde_json::Value>(&body).unwrap()["refundQuantity"].as_u64()
        }
        Rendering::Held(problem) => {
            assert!(problem.contains("refundQuantity"), "{problem}");
            None
        }
        Rendering::Dropped(why) => panic!("{why}"),
    };
    assert_eq!(number(&part(5, json!({ "quantity": 2 }))), Some(2));
    assert_eq!(number(&part(3, json!({ "share": 33_333 }))), Some(1));
    assert_eq!(number(&part(1, json!({ "full": true }))), Some(1));
    for unsized_part in [
        json!({ "share": 50_000 }),
        json!({ "parts": 1 }),
        json!({ "amount": { "micros": 1, "currency": "KRW" } }),
        json!({ "quantity": 1, "amount": { "micros": 1, "currency": "KRW" } }),
    ] {
        let refund = part(3, unsized_part);
        assert_eq!(number(&refund), None, "{refund:?}");
        let row = row(json!({}));
        let skipping =
            IapRefund { refund: &refund, purchase: Some(1), product: Some(&row), skips_unsized: true };
        assert!(matches!(skipping.render(), Rendering::Dropped(_)));
    }
}

#[test]
fn subscriptions_other_stores_and_reversed_refunds_are_not_sent() {
    for changes in [
        [("/about/product_type", json!("subscription"))],
        [("/about/product_type", json!("non_renewing_subscription"))],
        [("/store", json!("stripe"))],
        [("/state", json!("reversed"))],
    ] {
        let rendering = rendered(&changed(&changes), Some(1), Some(&row(json!({}))));
        assert!(matches!(rendering, Rendering::Dropped(_)), "{changes:?}: {rendering:?}");
    }
}
