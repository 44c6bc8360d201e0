//! What support people do, with the pointer and by keyboard alone.

use recoup::Role;

use crate::browser::{Browser, ENTER};
use crate::game::Game;

#[test]
fn a_person_finds_out_why_a_player_is_blocked_and_lets_them_off() {
    let game = Game::new();
    let browser = Browser::open(1280, false, "en");
    game.sign_in(&browser, "ann", Role::Operator);
    browser.see("All done");
    // It arrives while the person looks.
    game.refund("kim", "o-1", "gems.100");
    assert!(game.engine.is_blocked("kim"));
    browser.see("1 new refund.");
    browser.click("Show");
    browser.click("kim");
    browser.see("kim has been blocked since");
    browser.see("Still owed: gem 100");
    browser.click("Forgive…");
    browser.fill("Why", "a long-standing player");
    browser.click("Forgive");
    browser.see("kim is not blocked");
    assert!(!game.engine.is_blocked("kim"), "the page says so, and the engine does not");
    assert_eq!(game.engine.debts("kim").unwrap().items, []);
    assert_eq!(browser.problems(), [""; 0]);
}

#[test]
fn the_same_by_keyboard_alone() {
    let game = Game::new();
    let browser = Browser::open(1280, false, "en");
    game.refund("kim", "o-1", "gems.100");
    game.sign_in(&browser, "ann", Role::Operator);
    browser.see("gems.100");
    // The first of the list, opened.
    browser.press("j");
    browser.press(ENTER);
    browser.see("Took all that is owed…");
    browser.press("f");
    browser.see("Nobody asks for these items any more");
    browser.fill("Why", "a long-standing player");
    browser.press_until_on("Forgive");
    browser.press(ENTER);
    browser.see("Settled: nothing is owed.");
    assert!(!game.engine.is_blocked("kim"));
    assert_eq!(browser.problems(), [""; 0]);
}

#[test]
fn the_second_of_two_operators_hears_that_the_case_changed() {
    let game = Game::new();
    let refund = game.refund("kim", "o-1", "gems.100");
    let browser = Browser::open(1280, false, "en");
    game.sign_in(&browser, "ann", Role::Operator);
    browser.go(&game.address(&format!("/refunds/{refund}")));
    browser.see("Took all that is owed…");
    // Between the look and the click.
    game.engine.assign_refund(refund, Some("ben"), "ben", "mine").unwrap();
    browser.click("Forgive…");
    browser.fill("Why", "done");
    browser.click("Forgive");
    browser.see("ben changed this refund a moment ago");
    let file = game.engine.case_file(refund).unwrap().unwrap();
    assert_eq!(file.refund.assignee.as_deref(), Some("ben"));
    assert!(game.engine.is_blocked("kim"), "nothing was forgiven");
}
