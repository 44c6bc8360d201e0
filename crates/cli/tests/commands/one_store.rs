//! ONE Store's messages through `verify` and `ingest`.

use recoup::one_store::PurchaseState;
use recoup::testing::{OneStore, StoreRequest};
use serde_json::{Value, json};

use crate::shop::{NOW, Shop};

/// A shop that sells in ONE Store only.
fn shop(store: &OneStore) -> Shop {
    let shop = Shop::new();
    shop.file("license-key.txt", store.license_key().unwrap());
    let section = json!({"client_id": store.client_id, "license_key_file": "license-key.txt"});
    let config: Value = json!({"database": "ledger.db", "one_store": [section]});
    shop.file("recoup.json", config.to_string());
    shop
}

fn canceled(store: &OneStore) -> StoreRequest {
    store.payment("P1", PurchaseState::Canceled, NOW).request().unwrap()
}

#[test]
fn verify_prints_the_meaning_of_a_genuine_message() {
    let store = OneStore::new().unwrap();
    let run = shop(&store).give("verify", "one-store", &canceled(&store), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!((&verdict["verdict"], &verdict["store"]), (&"accepted".into(), &"one-store".into()));
    assert_eq!(verdict["http_status"], 200);
    assert_eq!(verdict["meaning"]["kind"], "refund");
    assert_eq!(verdict["meaning"]["name"], "CANCELED");
    assert_eq!(verdict["meaning"]["notification_id"], "P1:CANCELED");
    assert_eq!(verdict["meaning"]["case"], "order:P1");
    assert_eq!(verdict["meaning"]["environment"], "production");
    assert_eq!(verdict["meaning"]["fact"]["trust"], "signed");
    assert_eq!(verdict["decoded"]["purchaseId"], "P1");
}
