//! `purchase add`, and what a purchase that comes late sets in motion.

use crate::shop::Shop;

#[test]
fn a_purchase_by_flags_is_recorded_once() {
    let shop = Shop::new();
    let add = [
        "--json",
        "purchase",
        "add",
        "--store",
        "google-play",
        "--user",
        "ada",
        "--order-id",
        "GPA.1",
        "--purchase-token",
        "t",
        "--product",
        "gems",
        "--quantity",
        "2",
        "--price-micros",
        "4990000",
        "--currency",
        "usd",
        "--purchased-at",
        "2026-01-31T12:00:00Z",
        "--grant",
        "gems=500",
        "--grant",
        "a=b=1",
        "--environment",
        "production",
        "--product-type",
        "one_time",
    ];
    let run = shop.run(&add);
    assert_eq!((run.code, &run.json()["recorded"]), (0, &1.into()), "{run:?}");
    assert_eq!(shop.run(&add).json()["already_recorded"], 1);
    let order = shop.run(&["--json", "order", "GPA.1"]).json();
    let purchase = &order["purchases"][0];
    assert_eq!((&purchase["user"], &purchase["price"]["currency"]), (&"ada".into(), &"USD".into()));
    assert_eq!(purchase["grants"][1]["item"], "a=b");
    let more = shop.run(&[
        "--json",
        "purchase",
        "add",
        "--store",
        "google-play",
        "--user",
        "ada",
        "--order-id",
        "GPA.1",
        "--account-tag",
        "tag",
    ]);
    assert_eq!(more.json()["completed"], 1, "{more:?}");
}

#[test]
fn a_late_purchase_finds_the_waiting_refund() {
    let shop = Shop::new();
    assert!(shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]).json()["user"].is_null());
    let waiting = shop.run(&["--json", "refunds", "--unattributed"]).json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
    // The void is of 2026.
    for (flag, time, count) in [
        ("--since", "2026-01-31", 1),
        ("--until", "2026-01-31", 0),
        ("--since", "99999d", 1),
        ("--until", "99999d", 0),
    ] {
        let refunds = shop.run(&["--json", "refunds", flag, time]).json();
        assert_eq!(refunds["items"].as_array().unwrap().len(), count, "{flag} {time}");
    }
    shop.buy("ada", "GPA.1");
    assert_eq!(
        shop.run(&["--json", "refunds", "--unattributed"]).json()["items"].as_array().unwrap().len(),
        0
    );

    let user = shop.run(&["--json", "user", "ada"]).json();
    assert_eq!((&user["blocked"], &user["refunds"][0]["attributed_by"]), (&true.into(), &"order".into()));
    let sentences = shop.run(&["user", "ada"]);
    assert!(sentences.stdout.starts_with("ada is BLOCKED.\n  since "), "{sentences:?}");
    for reported in [
        "permanently",
        "order GPA.1",
        "refunds alert and block",
        "What happened",
        "found by a record of this order",
    ] {
        assert!(sentences.stdout.contains(reported), "{reported:?} is not in {}", sentences.stdout);
    }
    assert!(shop.run(&["order", "GPA.1"]).stdout.contains("voidedPurchaseNotification"));
}

#[test]
fn purchases_come_from_a_file_as_one_a_list_or_one_after_another() {
    let shop = Shop::new();
    let one = |n: u32| format!(r#"{{"store":"google-play","user":"u{n}","order_id":"GPA.{n}"}}"#);
    shop.file("one", one(1));
    shop.file("list", format!("[{}, {}]", one(2), one(3)));
    shop.file("lines", format!("{}\n{}\n", one(4), one(5)));
    for (file, count) in [("one", 1), ("list", 2), ("lines", 2)] {
        let run = shop.run(&["--json", "purchase", "add", "--from", file]);
        assert_eq!((run.code, &run.json()["recorded"]), (0, &count.into()), "{run:?}");
    }
    assert_eq!(shop.run(&["user", "u5"]).code, 0);
    for (n, time) in
        [(6, r#""2026-01-31T12:00:00Z""#), (7, r#""2026-01-31T21:00:00+09:00""#), (8, "1769860800000")]
    {
        let one = one(n).replace('}', &format!(r#","purchased_at":{time}}}"#));
        shop.file("timed", one);
        assert_eq!(
            shop.run(&["--json", "purchase", "add", "--from", "timed"]).json()["recorded"],
            1,
            "{time}"
        );
        let purchase = &shop.run(&["--json", "order", &format!("GPA.{n}")]).json()["purchases"][0];
        assert_eq!(purchase["purchased_at"], 1_769_860_800_000_i64, "{time}");
    }
    for (content, reported) in [
        (r#"{"store":"google-play","usr":"u"}"#, "usr"),
        (r#"[{"store":"google-play","user":"u","order_id":7}]"#, "[0].order_id"),
        (r#"{"store":"google-play","user":"u","order_id":"G","purchased_at":"yesterday"}"#, "RFC 3339"),
        (r#"{"store":"google-play","user":"u","order_id":"G","purchased_at":1.5}"#, "RFC 3339"),
        ("", "no purchase"),
        (r#"{"store":"#, "EOF"),
        (r#"{"store":"google-play","user":"u"}"#, "purchase_token"),
    ] {
        shop.file("bad", content);
        let run = shop.run(&["purchase", "add", "--from", "bad"]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.contains(reported), "{reported:?} is not in {run:?}");
    }
}

#[test]
fn an_order_is_one_users() {
    let shop = Shop::new();
    let add = |user| {
        shop.run(&[
            "--json",
            "purchase",
            "add",
            "--store",
            "google-play",
            "--user",
            user,
            "--order-id",
            "GPA.1",
        ])
    };
    assert_eq!(add("ada").code, 0);
    let second = add("bob");
    assert_eq!((second.code, second.error_code().as_str()), (1, "purchase_of_another_user"));
}

#[test]
fn a_purchase_moves_to_another_player_with_who_and_why() {
    let shop = Shop::new();
    let add = |user: &str| {
        shop.run(&[
            "--json",
            "purchase",
            "add",
            "--store",
            "google-play",
            "--user",
            user,
            "--order-id",
            "GPA.1",
        ])
    };
    assert_eq!(add("ada").code, 0);
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let moved =
        shop.run(&["purchase", "transfer", "GPA.1", "--to", "bob", "--who", "sue", "--why", "ticket 7"]);
    assert_eq!(moved.stdout, "Order GPA.1 moved from ada to bob: 1 purchase, 1 refund.\n", "{moved:?}");
    let refunds =
        |user: &str| shop.run(&["--json", "user", user]).json()["refunds"].as_array().map_or(0, Vec::len);
    assert_eq!((refunds("ada"), refunds("bob")), (0, 1));
    let bob = shop.run(&["user", "bob"]).stdout;
    assert!(bob.contains("bob's, and not ada's: found by a record of this order"), "{bob}");
    assert!(bob.contains("sue moved the purchase (Google Play) from ada to bob: ticket 7"), "{bob}");
    assert_eq!(add("ada").error_code(), "purchase_of_another_user");
    let json = ["--json", "purchase", "transfer", "GPA.1", "--to", "bob", "--who", "sue", "--why", "again"];
    let again = shop.run(&json).json();
    assert_eq!((&again["purchases"], &again["refunds"]), (&0.into(), &0.into()));
    let unknown = shop.run(&["--json", "purchase", "transfer", "GPA.9", "--to", "bob", "--why", "x"]);
    assert_eq!((unknown.code, unknown.error_code().as_str()), (1, "unknown_order"));
}

#[test]
fn an_account_tag_is_the_same_each_time_and_amazon_has_none() {
    let shop = Shop::new();
    let tag = shop.run(&["account-tag", "app-store", "ada"]).stdout;
    assert_eq!(tag.trim().len(), 36, "{tag}");
    assert_eq!(shop.run(&["account-tag", "google-play", "ada"]).stdout, tag);
    let json = shop.run(&["--json", "account-tag", "stripe", "ada"]).json();
    assert_eq!((&json["user"], json["tag"].as_str()), (&"ada".into(), Some(tag.trim())));
    let refused = shop.run(&["--json", "account-tag", "amazon", "ada"]);
    assert_eq!((refused.code, refused.error_code().as_str()), (1, "bad_action"));
}
