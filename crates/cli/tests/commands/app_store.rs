//! The App Store's notifications, transactions and renewal infos through `verify` and `ingest`.

use serde_json::json;

use crate::shop::{NOW, Run, Shop, refunded};

fn verify(shop: &Shop, kind: &str, content: impl AsRef<[u8]>) -> Run {
    shop.file("jws", content);
    shop.run(&["verify", "app-store", "--kind", kind, "--at", &NOW.to_string(), "jws"])
}

#[test]
fn a_genuine_notification_is_accepted_and_its_meaning_reported() {
    let shop = Shop::new();
    let run = shop.give("verify", "app-store", &shop.refund("2000000811000001", "n-1"), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!((&verdict["verdict"], &verdict["http_status"]), (&"accepted".into(), &200.into()));
    assert_eq!(verdict["meaning"]["name"], "REFUND");
    assert_eq!(verdict["meaning"]["kind"], "refund");
    assert_eq!(verdict["meaning"]["case"], "order:2000000811000001");
    assert_eq!(verdict["meaning"]["environment"], "production");
}

#[test]
fn bare_transactions_and_renewal_infos_are_verified() {
    let shop = Shop::new();
    let transaction = shop.apple.sign(&refunded(&shop.apple, "2000000811000001")).unwrap();
    let run = verify(&shop, "transaction", format!("\n {transaction}\n"));
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["kind"], "transaction");
    assert_eq!(run.json()["decoded"]["transactionId"], "2000000811000001");

    let renewal = json!({
        "originalTransactionId": "2000000811000001",
        "productId": "pass",
        "autoRenewProductId": "pass",
        "autoRenewStatus": 1,
        "signedDate": NOW.millis(),
        "environment": "Production",
    });
    let run = verify(&shop, "renewal", shop.apple.sign(&renewal).unwrap());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["decoded"]["originalTransactionId"], "2000000811000001");

    for broken in [&b""[..], b"a.b", b"\xff\xfe.\xff.\xff"] {
        assert_eq!(verify(&shop, "transaction", broken).code, 2);
    }
}

#[test]
fn a_refund_is_ingested_once() {
    let shop = Shop::new();
    shop.run(&["purchase", "add", "--store", "app-store", "--user", "ada", "--order-id", "2000000811000001"]);
    let outcomes: Vec<_> = ["n-1", "n-1", "n-2"]
        .iter()
        .map(|id| shop.give("ingest", "app-store", &shop.refund("2000000811000001", id), &[]).json())
        .collect();
    assert_eq!(outcomes.iter().map(|outcome| &outcome["new"]).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(outcomes[0]["user"], "ada");
}
