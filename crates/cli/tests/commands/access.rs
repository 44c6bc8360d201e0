//! Access to products, as support sees it and grants it.

use crate::shop::Shop;

#[test]
fn support_shows_grants_and_revokes_access() {
    let shop = Shop::new();
    let none = "ada has no access to pass: no recorded purchase gives it.\n";
    shop.buy("bob", "GPA.1");
    assert_eq!(shop.run(&["access", "ada", "pass"]).stdout, none);
    let granted = shop.run(&[
        "access",
        "grant",
        "ada",
        "pass",
        "--until",
        "2100-01-01",
        "--why",
        "a gift",
        "--who",
        "eve",
    ]);
    let sentence = "ada has access to pass until 2100-01-01 00:00:00: by an operator (eve): a gift.\n";
    assert_eq!((granted.code, granted.stdout.as_str()), (0, sentence));
    let json = shop.run(&["--json", "access", "ada", "pass"]).json();
    assert_eq!((json["has"].as_bool(), json["because"]["by"].as_str()), (Some(true), Some("operator")));
    let revoked = shop.run(&["access", "revoke", "ada", "pass", "--why", "a mistake", "--who", "eve"]).stdout;
    assert_eq!(revoked, "ada has no access to pass: by an operator (eve): a mistake.\n");
    let events = shop.run(&["events"]).stdout;
    assert!(events.contains("access: ada has access to pass"), "{events}");
    assert!(events.contains("access: ada no longer has access to pass"), "{events}");
    let past = shop.run(&["--json", "access", "grant", "ada", "pass", "--until", "2020-01-01", "--why", "a"]);
    assert_eq!((past.code, past.error_code().as_str()), (1, "bad_until"));
    assert_eq!(shop.run(&["access", "ada"]).code, 1, "a product is needed");
}
