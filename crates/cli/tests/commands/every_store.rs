//! `verify`, `ingest` and `config check` with the messages of every store. A new store is among them by its row.

use recoup::testing::{SignedRefund, TestSigner, every_store, sections};
use serde_json::json;

use crate::shop::{NOW, Shop};

/// A shop that sells in one store.
fn shops() -> impl Iterator<Item = (Shop, Box<dyn TestSigner>)> {
    every_store().unwrap().into_iter().map(|signer| {
        let (shop, signers) = (Shop::new(), [signer]);
        let mut config = sections(&signers, shop.folder.path()).unwrap();
        config.insert("database".to_owned(), json!("ledger.db"));
        shop.file("recoup.json", serde_json::to_vec(&config).unwrap());
        let [signer] = signers;
        (shop, signer)
    })
}

#[test]
fn verify_prints_the_meaning_of_a_genuine_refund_and_rejects_a_forged_one_with_2() {
    for (shop, signer) in shops() {
        let store = signer.store();
        let SignedRefund { order_id, request } = signer.full_refund(1, NOW).unwrap();
        let run = shop.give("verify", store.as_str(), &request, &[]);
        assert_eq!(run.code, 0, "{store}: {run:?}");
        let verdict = run.json();
        assert_eq!((&verdict["verdict"], &verdict["store"]), (&json!("accepted"), &json!(store)));
        assert_eq!((&verdict["kind"], &verdict["http_status"]), (&json!("notification"), &json!(200)));
        assert!(verdict.get("code").is_none() && verdict.get("message").is_none(), "{store}");
        assert_eq!(verdict["meaning"]["kind"], "refund", "{store}");
        assert_eq!(verdict["meaning"]["case"], format!("order:{order_id}"), "{store}");
        assert!(verdict["decoded"].is_object(), "{store}");
        assert!(!shop.folder.path().join("ledger.db").exists(), "{store}: verify made a ledger");

        let forged = signer.forger().unwrap().full_refund(1, NOW).unwrap().request;
        let run = shop.give("verify", store.as_str(), &forged, &[]);
        assert_eq!(run.code, 2, "{store}: {run:?}");
        let verdict = run.json();
        assert_eq!((&verdict["verdict"], &verdict["dead_letter"]), (&json!("rejected"), &json!(false)));
        assert!(verdict["http_status"].as_i64().unwrap() > 400, "{store}: {verdict}");
        assert!(verdict["code"].is_string() && verdict["message"].is_string(), "{store}");
        assert!(verdict.get("meaning").is_none() && verdict.get("decoded").is_none(), "{store}");
    }
}

#[test]
fn ingest_accepts_a_refund_once_and_nothing_of_a_forged_one() {
    for (shop, signer) in shops() {
        let store = signer.store();
        let forged = signer.forger().unwrap().full_refund(1, NOW).unwrap().request;
        assert_eq!(shop.give("ingest", store.as_str(), &forged, &[]).code, 2, "{store}");
        assert_eq!(shop.run(&["--json", "refunds"]).json()["items"], json!([]), "{store}");
        let request = signer.full_refund(1, NOW).unwrap().request;
        for new in [true, false] {
            let run = shop.give("ingest", store.as_str(), &request, &[]);
            assert_eq!(run.code, 0, "{store}: {run:?}");
            let outcome = run.json();
            assert_eq!((&outcome["outcome"], &outcome["new"]), (&json!("accepted"), &json!(new)));
            assert_eq!((&outcome["meaning"], &outcome["http_status"]), (&json!("refund"), &json!(200)));
            assert_eq!(outcome["file"], "request", "{store}");
        }
        let refunds = shop.run(&["--json", "refunds", "--store", store.as_str()]).json();
        assert_eq!(refunds["items"].as_array().unwrap().len(), 1, "{store}: {refunds}");
        assert_eq!(refunds["items"][0]["state"], "refunded", "{store}");
        assert!(refunds["next"].is_null(), "{store}");
    }
}

#[test]
fn config_check_names_every_stores_app() {
    for (shop, signer) in shops() {
        let run = shop.run(&["config", "check"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stdout.contains(signer.store().title()), "{run:?}");
    }
}
