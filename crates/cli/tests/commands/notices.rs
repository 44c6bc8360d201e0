//! What players are shown, as support sees it.

use serde_json::json;

use crate::shop::Shop;

#[test]
fn support_reads_a_notice_in_the_players_language_and_marks_it() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["notices"] = json!({"keep": "3650d"});
    shop.file("recoup.json", config.to_string());
    shop.buy("ada", "GPA.1");
    shop.give("ingest", "google-play", &shop.void("GPA.1", "m1"), &[]);
    let notices = shop.run(&["--json", "notices", "ada", "--locale", "ko-KR"]).json();
    assert_eq!((&notices[0]["name"], &notices[0]["locale"]), (&json!("blocked"), &json!("ko")));
    let table = shop.run(&["notices", "ada"]).stdout;
    assert!(table.contains("Your account is blocked until further notice."), "{table}");
    let id = notices[0]["id"].to_string();
    let of_another = shop.run(&["--json", "notices", "mark", "bob", &id, "shown"]);
    assert_eq!((of_another.code, of_another.error_code().as_str()), (1, "unknown_notice"));
    let marked = shop.run(&["notices", "mark", "ada", &id, "acknowledged"]).stdout;
    assert_eq!(marked, format!("Notice {id} of ada (blocked) is acknowledged.\n"));
    assert_eq!(shop.run(&["notices", "ada"]).stdout, "No notice waits for ada.\n");
    assert_eq!(shop.run(&["--json", "notices", "ada"]).json(), json!([]));
}

#[test]
fn a_placeholder_that_does_not_exist_is_refused_by_the_check_of_the_configuration() {
    let shop = Shop::new();
    let mut config = shop.config();
    config["notices"] = json!({"texts": {"blocked": {"ko-KR": {"title": "a", "text": "{gems}"}}}});
    shop.file("recoup.json", config.to_string());
    let run = shop.run(&["config", "check"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("notices.texts.blocked.ko-KR.text"), "{run:?}");
}
