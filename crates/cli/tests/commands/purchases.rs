//! `purchase add`, and what a purchase that comes late sets in motion.

use crate::session::assert_session;
use crate::shop::Shop;

#[test]
fn a_purchase_by_flags_is_recorded_once() {
    let shop = Shop::new();
    let mut session = shop.session();
    let add = "purchase add --store google-play --user ada --order-id GPA.1";
    let all = "--purchase-token t --product gems --quantity 2 --price-micros 4990000 --currency usd \
               --purchased-at 2026-01-31T12:00:00Z --grant gems=500 --grant a=b=1 --environment production \
               --product-type one_time";
    for command in
        [format!("{add} {all}"), format!("--json {add} {all}"), format!("--json {add} --account-tag tag")]
    {
        session.run(&command);
    }
    session.run("order GPA.1\n--json order GPA.1");
    assert_session!("purchase_add", session);
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
    let mut session = shop.session();
    session.run("refunds --unattributed");
    shop.buy("ada", "GPA.1");
    session.run(
        "refunds --unattributed
         refunds
         user ada
         --json user ada
         order GPA.1",
    );
    assert_session!("late_purchase", session);
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
    let mut session = shop.session();
    for content in [
        r#"{"store":"google-play","usr":"u"}"#,
        r#"[{"store":"google-play","user":"u","order_id":7}]"#,
        r#"{"store":"google-play","user":"u","order_id":"G","purchased_at":"yesterday"}"#,
        r#"{"store":"google-play","user":"u","order_id":"G","purchased_at":1.5}"#,
        "",
        r#"{"store":"#,
        r#"{"store":"google-play","user":"u"}"#,
    ] {
        session.file("bad", content);
        assert_eq!(session.run("purchase add --from bad").code, 1);
    }
    assert_session!("purchases_that_cannot_be_read", session);
}

#[test]
fn an_order_is_one_users_until_it_is_moved_with_who_and_why() {
    let shop = Shop::new();
    let mut session = shop.session();
    session.run(
        "purchase add --store google-play --user ada --order-id GPA.1
         --json purchase add --store google-play --user bob --order-id GPA.1",
    );
    session.give(&shop, "ingest", "google-play", &shop.void("GPA.1", "m1"));
    session.run(
        "purchase transfer GPA.1 --to bob --who sue --why 'ticket 7'
         user ada
         user bob
         --json purchase add --store google-play --user ada --order-id GPA.1
         --json purchase transfer GPA.1 --to bob --who sue --why again
         --json purchase transfer GPA.9 --to bob --why x",
    );
    assert_session!("purchase_transfer", session);
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
