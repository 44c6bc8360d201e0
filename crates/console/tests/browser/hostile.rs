//! Texts that would do harm if a page took them for more than texts.

use recoup::{NoteOn, Role};

use crate::browser::Browser;
use crate::game::Game;

const SCRIPT: &str = "<script>window.harmed = 1</script><img src=x onerror='window.harmed = 1'>";

#[test]
fn texts_are_shown_as_texts() {
    let game = Game::new();
    let formula = "=cmd|' /C calc'!A0";
    let rtl = "\u{202e}evil\u{2066}";
    let long = "n".repeat(256);
    let mut refunds = Vec::new();
    for (number, user) in [SCRIPT, formula, rtl, &long].into_iter().enumerate() {
        refunds.push(game.refund(user, &format!("o-{number}"), &format!("gems{user}")));
    }
    for refund in &refunds {
        game.engine.add_note(&NoteOn::Refund(*refund), SCRIPT, "ben").unwrap();
    }
    let browser = Browser::open(1280, false, "en");
    game.sign_in(&browser, "ann", Role::Admin);
    browser.go(&game.address("/refunds?tab=all"));
    browser.settle();
    assert!(browser.text().contains(SCRIPT), "the inbox shows it as it is:\n{}", browser.text());
    for refund in refunds {
        browser.go(&game.address(&format!("/refunds/{refund}")));
        browser.settle();
        assert!(browser.text().contains(SCRIPT), "the note is shown as it is");
        assert_eq!(browser.run("return window.harmed === undefined"), true);
        assert_eq!(browser.problems(), [""; 0]);
    }
    browser.go(&game.address(&format!("/player?user={}", "n".repeat(256))));
    browser.settle();
    assert_eq!(browser.too_wide(), [""; 0], "a long name widens the page");
}
