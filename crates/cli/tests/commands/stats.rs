//! `recoup stats`: figures for people and programs.

use serde_json::json;

use crate::shop::{Run, Shop};

/// A purchase of one of the shop's players, in the week before the refunds.
fn sell(
    shop: &Shop,
    (store, user, order, country): (&str, &str, &str, &str),
    (micros, currency): (i64, &str),
) {
    let micros = micros.to_string();
    let sold = [
        "purchase",
        "add",
        "--store",
        store,
        "--user",
        user,
        "--order-id",
        order,
        "--country",
        country,
        "--product",
        "gems_500",
        "--price-micros",
        &micros,
        "--currency",
        currency,
        "--purchased-at",
        "2026-09-17T12:00:00Z",
        "--grant",
        "gem=500",
    ];
    let run = shop.run(&sold);
    assert_eq!(run.code, 0, "{run:?}");
}

/// Five purchases at two stores, of which three are refunded.
fn history() -> Shop {
    let shop = Shop::new();
    for (number, user, country) in [("1", "ada", "KR"), ("2", "ada", "KR"), ("3", "bob", "JP")] {
        let order = format!("GPA.000{number}");
        sell(&shop, ("google-play", user, &order, country), (9_900_000_000, "KRW"));
        if number != "3" {
            shop.give("ingest", "google-play", &shop.void(&order, number), &[]);
        }
    }
    sell(&shop, ("app-store", "cat", "100", "US"), (4_990_000, "USD"));
    sell(&shop, ("app-store", "dan", "101", "US"), (4_990_000, "USD"));
    shop.give("ingest", "app-store", &shop.refund("100", "n1"), &[]);
    shop
}

const TIME: [&str; 4] = ["--since", "2026-09-15", "--until", "2026-09-22"];

fn stats(shop: &Shop, more: &[&str]) -> Run {
    shop.run(&[&["--json", "stats"], &TIME[..], more].concat())
}

#[test]
fn figures_are_shown_with_charts_and_lists() {
    let shop = history();
    let shown = |more: &[&str]| {
        let run = shop.run(&[&["stats"], &TIME[..], more].concat());
        assert_eq!(run.code, 0, "{run:?}");
        run.stdout
    };
    let assert_has = |text: &str, parts: &[&str]| {
        for part in parts {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    };
    let by_store = shown(&["--by", "store"]);
    assert_has(&by_store, &["2026-09-15 to 2026-09-21 (UTC), production, 5 recorded purchases"]);
    assert_has(
        &by_store,
        &["Google Play", "App Store", "the time before", "2 of 3", "19,800 KRW", "4.99 USD"],
    );
    assert_has(
        &by_store,
        &["refunds a day        █  most: 3 on 2026-09-21", "100.00 % of refunds are of recorded"],
    );
    assert_has(&shown(&["--by", "country,reason"]), &["KR", "US"]);
    let lists = shown(&["--list", "rules,items,blocks,repeat_refunders,waiting,reviews,lags"]);
    assert_has(
        &lists,
        &["Rules:", "Items:", "gem", "Blocks:", "Repeat refunders:", "ada", "Waiting now:", "Lags:"],
    );
    assert!(shop.run(&["stats", "--recount"]).stdout.contains("Counted again: 5 purchases and 3 refunds."));
}

#[test]
fn questions_without_an_answer_are_refused() {
    let shop = history();
    let refused = shop.run(&["--json", "stats", "--since", "2026-09-22", "--until", "2026-09-22"]);
    assert_eq!((refused.code, refused.error_code()), (1, "bad_question".to_owned()));
    let twice = stats(&shop, &["--by", "store,store"]);
    assert_eq!((twice.code, twice.error_code()), (1, "bad_question".to_owned()));
    assert_eq!(shop.run(&["stats", "--by", "colour"]).code, 1);
}

#[test]
fn programs_get_the_same_figures_with_their_definitions() {
    let shop = history();
    let figures = stats(&shop, &["--by", "store", "--list", "lags"]).json();
    let total = &figures["total"];
    assert_eq!(total["refunds"]["amount_back"], json!({"KRW": 19_800_000_000_i64, "USD": 4_990_000}));
    assert_eq!(total["rate_of_purchases"], json!({"count": 3, "among": 5, "per_million": 600_000}));
    assert_eq!(figures["groups"][0]["group"], json!({"store": "google-play"}));
    assert_eq!(figures["groups"][0]["purchases"]["purchases"], 3);
    assert_eq!(figures["lags"][0]["stage"], "webhook");
    assert!(figures["definitions"]["rate_of_time"].as_str().unwrap().contains("alarm"));
    let sandbox = stats(&shop, &["--environment", "sandbox"]).json();
    assert_eq!(sandbox["total"]["purchases"]["purchases"], 0);
}

#[test]
fn days_begin_where_the_configuration_says() {
    let shop = history();
    let mut config = shop.config();
    config["figures"] = json!({"utc_offset": "+09:00"});
    shop.file("recoup.json", config.to_string());
    let figures = stats(&shop, &[]).json();
    assert_eq!(
        (&figures["utc_offset"], &figures["total"]["purchases"]["purchases"]),
        (&json!("+09:00"), &json!(5))
    );
    // Seven days, from midnight to midnight there.
    let (since, until) = (1_789_398_000_000_i64, 1_790_002_800_000_i64);
    assert_eq!((&figures["since"], &figures["until"]), (&json!(since), &json!(until)));
    assert_eq!(figures["series"].as_array().unwrap().len(), 7);
    let season = shop.run(&["--json", "stats", "--since", "90d"]).json();
    assert_eq!(season["series"].as_array().unwrap().len(), 90, "with today");
    shop.file("recoup.json", shop.config().to_string());
    assert_eq!(stats(&shop, &[]).json()["utc_offset"], "+09:00", "the ledger's");
}
