//! Stripe's events through `verify` and `ingest`.

use recoup::testing::{StoreRequest, Stripe};
use serde_json::json;

use crate::shop::{NOW, Shop};

fn shop_with(stripe: &Stripe) -> Shop {
    let shop = Shop::new();
    let mut config = shop.config();
    config["stripe"] = json!([{"name": "web shop", "webhook_secrets": [stripe.webhook_secret]}]);
    shop.file("recoup.json", config.to_string());
    shop
}

fn refund(stripe: &Stripe) -> StoreRequest {
    let refund = stripe.refund("re_1", "ch_1", 499, NOW);
    stripe.send(&stripe.event("evt_1", "refund.created", refund, NOW), NOW)
}

#[test]
fn verify_prints_the_meaning_of_a_genuine_event() {
    let stripe = Stripe::new().unwrap();
    let run = shop_with(&stripe).give("verify", "stripe", &refund(&stripe), &[]);
    assert_eq!(run.code, 0, "{run:?}");
    let verdict = run.json();
    assert_eq!((&verdict["verdict"], &verdict["store"]), (&"accepted".into(), &"stripe".into()));
    let meaning = &verdict["meaning"];
    assert_eq!((&meaning["kind"], &meaning["case"]), (&"refund".into(), &"order:ch_1".into()));
    assert_eq!((&meaning["app"], &meaning["notification_id"]), (&"web shop".into(), &"evt_1".into()));
    assert_eq!(meaning["environment"], "production");
    assert_eq!(verdict["decoded"]["data"]["object"]["id"], "re_1", "under Stripe's own names");
}

#[test]
fn verify_rejects_a_forged_event_and_shows_no_secret() {
    let (stripe, forger) = (Stripe::new().unwrap(), Stripe::new().unwrap());
    let run = shop_with(&stripe).give("verify", "stripe", &refund(&forger), &[]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!((&run.json()["code"], &run.json()["http_status"]), (&"bad_signature".into(), &401.into()));
    assert!(!format!("{run:?}").contains(&stripe.webhook_secret));
}
