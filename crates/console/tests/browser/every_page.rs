//! Each page: it has one heading, it breaks no rule of axe, its scripts and the policy report nothing, it fits a narrow
//! window, and it is whole in each language. What it looks like is written to a folder for a person to look at.

use recoup::Role;

use crate::browser::Browser;
use crate::game::{Game, PASSWORD};

const PAGES: [(&str, &str); 15] = [
    ("inbox", "/refunds"),
    ("inbox-all", "/refunds?tab=all"),
    ("case", "/refunds/1"),
    ("player", "/player?user=kim"),
    ("players", "/player"),
    ("blocks", "/blocks"),
    ("exclusions", "/exclusions"),
    ("reviews", "/reviews"),
    ("rules", "/rules"),
    ("figures", "/figures"),
    ("health", "/health"),
    ("dead-letters", "/dead-letters"),
    ("webhooks", "/webhooks"),
    ("settings", "/settings"),
    ("find", "/find?q=o-1"),
];

fn game() -> Game {
    let game = Game::new();
    for number in 1..30 {
        let player = if number % 3 == 0 { "kim".to_owned() } else { format!("player-{number}") };
        game.refund(&player, &format!("o-{number}"), "gems.100");
    }
    game
}

fn visit(width: u32, dark: bool) {
    let game = game();
    let browser = Browser::open(width, dark, "en");
    game.sign_in(&browser, "ann", Role::Admin);
    let scheme = if dark { "dark" } else { "light" };
    let mut found = Vec::new();
    for (name, path) in PAGES {
        browser.go(&game.address(path));
        browser.settle();
        browser.keep_screen(&format!("{name}-{scheme}-{width}"));
        found.extend(browser.too_wide().into_iter().map(|element| format!("{name}: {element}")));
        found.extend(browser.problems().into_iter().map(|problem| format!("{name}: {problem}")));
        found.extend(browser.axe().into_iter().map(|problem| format!("{name}: {problem}")));
    }
    assert_eq!(found, [""; 0], "{}", found.join("\n"));
}

#[test]
fn in_light() {
    visit(1280, false);
}

#[test]
fn in_dark() {
    visit(1280, true);
}

#[test]
fn in_a_narrow_window() {
    visit(320, false);
}

#[test]
fn in_korean_and_japanese() {
    for language in ["ko", "ja"] {
        let game = game();
        let browser = Browser::open(1280, false, language);
        let invitation = game.engine.add_operator("ann", Role::Admin).unwrap();
        browser.go(&game.address(&format!("/invite#{}", invitation.token)));
        browser.wait_until("two fields", "document.querySelectorAll('input[type=password]').length === 2");
        browser.run(&format!(
            "for (const field of document.querySelectorAll('input[type=password]')) {{
               field.value = '{PASSWORD}'; field.dispatchEvent(new Event('input', {{bubbles: true}})); }}"
        ));
        browser.run("document.querySelector('button[type=submit]').click()");
        browser.wait_until("the inbox", "location.pathname === '/refunds'");
        for (name, path) in PAGES {
            browser.go(&game.address(path));
            browser.settle();
            let page = browser.words();
            assert_eq!(browser.run("return document.documentElement.lang"), language, "{name}");
            for english in [" the ", " of the ", "Nothing ", " is not ", "Choose "] {
                assert!(!page.contains(english), "{name} in {language} has {english:?}:\n{page}");
            }
            let mut shown = page.split_whitespace().filter(|word| is_key(word));
            assert_eq!(shown.next(), None, "{name} in {language} shows the name of a text");
            browser.keep_screen(&format!("{name}-{language}"));
        }
    }
}

/// Whether a word is the name of a text, such as `inbox.empty.all`, in place of the text.
fn is_key(word: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    word.contains('.') && word.split('.').all(is_part)
}

/// A page is there at once, also over a slow line: 45 requests and 120 kB, compressed, with the program and one language.
#[test]
fn a_first_load_is_small() {
    let game = game();
    let browser = Browser::open(1280, false, "en");
    game.sign_in(&browser, "ann", Role::Admin);
    for path in ["/refunds", "/refunds/1", "/player?user=kim", "/figures"] {
        browser.go(&game.address(path));
        browser.settle();
        let loaded = browser.run(
            "const loaded = performance.getEntriesByType('resource').filter((one) => one.name.includes('/assets/'));
             return [loaded.length, loaded.reduce((sum, one) => sum + one.encodedBodySize, 0)]",
        );
        let (requests, bytes) = (loaded[0].as_u64().unwrap(), loaded[1].as_u64().unwrap());
        assert!((1..=45).contains(&requests), "{path}: {requests} requests");
        assert!((1..=120_000).contains(&bytes), "{path}: {bytes} bytes");
    }
}
