//! Amazon's messages through `verify` and `ingest`.

use recoup::amazon::NotificationType;
use recoup::testing::{Amazon, StoreRequest};
use serde_json::json;

use crate::shop::{NOW, Shop};

/// A shop that sells through Amazon as well, with its certificate pinned.
fn shop(amazon: &Amazon) -> Shop {
    let shop = Shop::new();
    let mut config = shop.config();
    config["amazon"] = json!([{
        "package_name": amazon.package_name,
        "topic_arn": amazon.topic_arn,
        "certificate": "sns.pem",
    }]);
    shop.file("sns.pem", amazon.certificate().unwrap());
    shop.file("recoup.json", config.to_string());
    shop
}

fn refund(amazon: &Amazon) -> StoreRequest {
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    amazon.notification(&rtn, "m1", NOW).unwrap()
}

#[test]
fn verify_prints_the_meaning_of_a_genuine_message_and_why_a_forged_one_is_refused() {
    let amazon = Amazon::new().unwrap();
    let shop = shop(&amazon);
    let run = shop.give("verify", "amazon", &refund(&amazon), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!(verdict["verdict"], "accepted");
    assert_eq!(verdict["store"], "amazon");
    assert_eq!(verdict["meaning"]["kind"], "refund");
    assert_eq!(verdict["meaning"]["name"], "CONSUMABLE_CANCELLED");
    assert_eq!(verdict["meaning"]["notification_id"], "m1");
    assert_eq!(verdict["meaning"]["case"], "order:receipt-1");
    assert_eq!(verdict["decoded"]["Message"]["receiptId"], "receipt-1");

    let run = shop.give("verify", "amazon", &refund(&Amazon::impostor().unwrap()), &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(
        (&run.json()["code"], &run.json()["http_status"]),
        (&json!("pinned_certificate"), &json!(503))
    );
}

#[test]
fn the_url_to_confirm_is_shown() {
    let amazon = Amazon::new().unwrap();
    let shop = shop(&amazon);
    let confirmation = amazon.subscription_confirmation("m1", NOW).unwrap();
    let verdict = shop.give("verify", "amazon", &confirmation, &[]).json();
    assert_eq!(verdict["meaning"]["kind"], "confirmation");
    let url = verdict["meaning"]["url"].as_str().unwrap();
    assert!(url.contains("Action=ConfirmSubscription"), "{url}");
    let run = shop.give("ingest", "amazon", &confirmation, &[]);
    assert_eq!((run.code, &run.json()["confirm_url"]), (0, &json!(url)), "{run:?}");
    let for_people = shop.run(&["ingest", "amazon", "--at", &NOW.millis().to_string(), "request"]);
    assert!(for_people.stdout.contains(&format!("GET request, without following redirects, to {url}\n")));
}
