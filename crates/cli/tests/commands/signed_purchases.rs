//! `purchase add-signed` and `verify --kind purchase`: a purchase by what the client holds of it.

use serde_json::{Value, json};

use crate::shop::{NOW, Run, Shop, refunded};

/// A shop whose Google Play section has the app's licence key.
fn shop() -> Shop {
    let shop = Shop::new();
    let mut config = shop.config();
    config["google_play"][0]["license_keys"] = json!([shop.google.license_key().unwrap()]);
    shop.file("recoup.json", config.to_string());
    shop
}

/// Purchase data and its signature, in files.
fn bought(shop: &Shop, change: impl FnOnce(&mut Value)) {
    let mut data = shop.google.purchase_data("GPA.1", "gems_100", NOW);
    change(&mut data);
    let text = data.to_string();
    shop.file("data.json", &text);
    shop.file("signature.txt", format!("{}\n", shop.google.sign_purchase(&text).unwrap()));
}

fn add(shop: &Shop, user: &str, more: &[&str]) -> Run {
    let mut args = vec!["--json", "purchase", "add-signed", "google-play", "data.json", "--user", user];
    args.extend(["--signature-file", "signature.txt"]);
    args.extend(more);
    shop.run(&args)
}

#[test]
fn googles_purchase_data_is_recorded_once_and_for_one_user() {
    let shop = shop();
    bought(&shop, |_| ());
    let price = [
        "--price-micros",
        "4990000",
        "--currency",
        "USD",
        "--grant",
        "gems=100",
        "--environment",
        "production",
    ];
    let run = add(&shop, "ada", &price);
    assert_eq!((run.code, &run.json()["outcome"]), (0, &"recorded".into()), "{run:?}");
    assert_eq!(add(&shop, "ada", &[]).json()["outcome"], "already_recorded");
    let purchase = &shop.run(&["--json", "order", "GPA.1"]).json()["purchases"][0];
    assert_eq!((&purchase["user"], &purchase["purchase_token"]), (&"ada".into(), &"token-of-GPA.1".into()));
    assert_eq!(
        (&purchase["price"]["micros"], &purchase["grants"][0]["item"]),
        (&4_990_000.into(), &"gems".into())
    );
    let thief = add(&shop, "mallory", &[]);
    assert_eq!((thief.code, thief.error_code().as_str()), (1, "purchase_of_another_user"));
    let sentence = shop.run(&[
        "purchase",
        "add-signed",
        "google-play",
        "data.json",
        "--user",
        "ada",
        "--signature-file",
        "signature.txt",
    ]);
    assert_eq!(sentence.stdout, "Recorded before.\n");
}

#[test]
fn a_purchase_that_does_not_verify_exits_with_2_and_the_reason() {
    let shop = shop();
    bought(&shop, |_| ());
    let text = std::fs::read_to_string(shop.folder.path().join("data.json")).unwrap();
    shop.file("data.json", text.replace("GPA.1", "GPA.2"));
    let run = add(&shop, "ada", &[]);
    assert_eq!((run.code, &run.json()["code"]), (2, &"bad_signature".into()), "{run:?}");
    bought(&shop, |data| data["purchaseState"] = json!(4));
    let run = add(&shop, "ada", &[]);
    assert_eq!((run.code, &run.json()["code"]), (2, &"not_purchased".into()), "{run:?}");
    let unsigned = shop.run(&["purchase", "add-signed", "google-play", "data.json", "--user", "ada"]);
    assert_eq!(unsigned.code, 2);
    assert!(unsigned.stdout.contains("getSignature()"), "{unsigned:?}");
    let stripe = shop.run(&["purchase", "add-signed", "stripe", "data.json", "--user", "ada"]);
    assert!(stripe.stdout.contains("record_purchase"), "{stripe:?}");

    let without_key = Shop::new();
    bought(&without_key, |_| ());
    let run = add(&without_key, "ada", &[]);
    assert_eq!((run.code, &run.json()["code"]), (2, &"no_license_key".into()), "{run:?}");
    assert_eq!(shop.run(&["--json", "user", "ada"]).json()["purchases"], json!([]));
}

#[test]
fn a_transaction_is_recorded_and_a_revoked_one_blocks() {
    let shop = shop();
    shop.file("jws", shop.apple.sign(&shop.apple.transaction("T1", "gems_100", NOW)).unwrap());
    let add =
        |user: &str| shop.run(&["--json", "purchase", "add-signed", "app-store", "jws", "--user", user]);
    assert_eq!(add("ada").json()["outcome"], "recorded");
    shop.file("jws", shop.apple.sign(&refunded(&shop.apple, "T2")).unwrap());
    assert_eq!(add("bob").json()["outcome"], "revoked");
    assert_eq!(shop.run(&["--json", "user", "bob"]).json()["blocked"], true);
}

#[test]
fn verify_shows_what_the_store_signed() {
    let shop = shop();
    bought(&shop, |data| data["acknowledged"] = json!(true));
    let verify = |args: &[&str]| shop.run(&[&["verify", "google-play", "data.json"], args].concat());
    let signature = ["--signature-file", "signature.txt"];
    let run = verify(&[&["--kind", "purchase"], &signature[..]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!((&verdict["verdict"], &verdict["kind"]), (&"accepted".into(), &"purchase".into()));
    assert_eq!(
        (&verdict["order"]["order_id"], &verdict["order"]["acknowledged"]),
        (&"GPA.1".into(), &true.into())
    );
    assert_eq!((&verdict["app"], &verdict["environment"]), (&"com.example.game".into(), &Value::Null));
    assert_eq!(verdict["decoded"]["purchaseState"], 0);
    let missing = verify(&["--kind", "purchase"]);
    assert_eq!((missing.code, &missing.json()["code"]), (2, &"missing_signature".into()), "{missing:?}");
    assert_eq!(verify(&signature).code, 1);

    shop.file("jws", shop.apple.sign(&refunded(&shop.apple, "T1")).unwrap());
    let run = shop.run(&["verify", "app-store", "--kind", "purchase", "jws"]);
    assert_eq!((run.code, &run.json()["revoked"]), (0, &true.into()), "{run:?}");
}
