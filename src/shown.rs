//! Displaying text from outside: a store's message, a player's tag, the configuration.
//!
//! Such text ends up in logs, errors, tables and terminals. Unescaped, it could forge a line, control a terminal,
//! hide other text, fill a disk, or be a secret that was pasted into the wrong place.

use std::fmt::Write as _;

/// The text on one line, safe to display: characters that move a cursor, break a line, change the direction of
/// writing or are invisible become escapes (`\n`, `\u{202e}`), known forms of secrets are hidden, and after `most`
/// characters it is cut, with the number of omitted ones.
///
/// Hidden are Stripe's webhook secrets and API keys, private keys in PEM, and Google's access tokens and client
/// secrets.
///
/// ```
/// assert_eq!(recoup::shown("ada\nlovelace\u{202e}", 100), r"ada\nlovelace\u{202e}");
/// assert_eq!(recoup::shown("key sk_live_51HxQ", 100), "key sk_live_<hidden>");
/// assert_eq!(recoup::shown("0123456789", 4), "0123… (6 more characters)");
/// ```
#[must_use]
pub fn shown(text: &str, most: usize) -> String {
    let text = hide_secrets(text);
    let mut out = String::with_capacity(text.len().min(most.saturating_mul(4)));
    let mut letters = text.chars();
    for letter in letters.by_ref().take(most) {
        push(&mut out, letter);
    }
    match letters.count() {
        0 => {}
        1 => out.push_str("… (1 more character)"),
        // Writing to a string cannot fail.
        more => drop(write!(out, "… ({more} more characters)")),
    }
    out
}

/// The same for text of several lines: its line breaks stay, everything else is as in [`shown`].
#[must_use]
pub fn shown_lines(text: &str) -> String {
    let text = hide_secrets(text);
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' {
            out.push(letter);
        } else {
            push(&mut out, letter);
        }
    }
    out
}

/// Whether a reader sees it, or that it is a space.
#[cfg(feature = "operators")]
pub(crate) fn is_seen(letter: char) -> bool {
    !is_unseen(letter)
}

fn push(out: &mut String, letter: char) {
    if is_unseen(letter) { out.extend(letter.escape_default()) } else { out.push(letter) }
}

/// Control characters, and invisible format characters: marks of direction, zero-width characters, line and paragraph
/// separators, tags (Unicode's general categories Cc, Zl, Zp, and parts of Cf).
fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{3164}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Prefixes of secrets.
const SECRETS: [&str; 8] =
    ["whsec_", "whsk_", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "GOCSPX-", "ya29."];

const HIDDEN: &str = "<hidden>";
const PEM_BEGIN: &str = "-----BEGIN ";
const PEM_END: &str = "-----END ";

/// The text without known forms of secrets.
pub(crate) fn hide_secrets(text: &str) -> String {
    let text = hide_private_keys(text);
    SECRETS.iter().fold(text, |text, begin| hide_tokens(text, begin))
}

/// Whether the text contains anything to hide.
pub(crate) fn holds_secret(text: &str) -> bool {
    hide_secrets(text) != text
}

fn hide_tokens(text: String, begin: &str) -> String {
    if !text.contains(begin) {
        return text;
    }
    let mut parts = text.split(begin);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part
            .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || "_-+/=.".contains(letter));
        out.push_str(begin);
        // The prefix alone, as in a sentence about it, is not a secret.
        let is_token =
            part.len() > rest.len() && part.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        out.push_str(if is_token { HIDDEN } else { &part[..part.len() - rest.len()] });
        out.push_str(rest);
    }
    out
}

/// From each `-----BEGIN … PRIVATE KEY-----` to its end, or to the end of the text.
fn hide_private_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, pem)) = rest.split_once(PEM_BEGIN) {
        out.push_str(before);
        let label = pem.split("-----").next().unwrap_or_default();
        if !label.ends_with("PRIVATE KEY")
            && !label.is_empty()
            && label.len() < 64
            && !label.contains("PRIVATE")
        {
            out.push_str(PEM_BEGIN);
            rest = pem;
            continue;
        }
        out.push_str("<private key hidden>");
        rest = match pem.split_once(PEM_END) {
            Some((_, end)) => end.split_once("-----").map_or("", |(_, after)| after),
            None => "",
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_comes_through() {
        for letter in (0..=0x10_FFFF).filter_map(char::from_u32).filter(|letter| is_unseen(*letter)) {
            let text = shown(&format!("a{letter}b"), 100);
            assert!(text.starts_with("a\\") && text.ends_with('b') && !text.contains(letter), "{text:?}");
            assert!(text.chars().all(|letter| !is_unseen(letter)), "{text:?}");
        }
        for code in [
            0, 7, 0xA, 0xD, 0x1B, 0x7F, 0x85, 0x9B, 0x200B, 0x200E, 0x202A, 0x202E, 0x2028, 0x2066, 0x2069,
            0xFEFF,
        ] {
            assert!(is_unseen(char::from_u32(code).unwrap()), "{code:x}");
        }
        for fine in ["게임 😀", "naïve café", "a/b?c=d&e", "\"quoted\" \\ back"] {
            assert_eq!(shown(fine, 100), fine);
        }
        assert_eq!(shown_lines("a\nb\r\u{202e}\u{1b}[2J"), "a\nb\\r\\u{202e}\\u{1b}[2J");
    }

    #[test]
    fn long_text_is_cut_and_marked() {
        assert_eq!(shown(&"x".repeat(300_000), 10), "xxxxxxxxxx… (299990 more characters)");
        assert_eq!(shown("abc", 3), "abc");
        assert_eq!(shown("abcd", 3), "abc… (1 more character)");
        assert_eq!(shown("한글", 1), "한… (1 more character)");
    }

    #[test]
    fn secrets_are_hidden_by_their_form() {
        for (text, expected) in [
            ("whsec_abc", "whsec_<hidden>"),
            ("at x: whsec_a+/b=, and more", "at x: whsec_<hidden>, and more"),
            ("https://h/rk_live_51Ab?x", "https://h/rk_live_<hidden>?x"),
            ("sk_test_1 sk_live_2", "sk_test_<hidden> sk_live_<hidden>"),
            (
                "begins with none of sk_live_, rk_live_ and whsec_",
                "begins with none of sk_live_, rk_live_ and whsec_",
            ),
            ("whsec_...", "whsec_..."),
            ("a -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\nb", "a <private key hidden>\nb"),
            ("-----BEGIN EC PRIVATE KEY-----\\nMII", "<private key hidden>"),
            (
                "-----BEGIN RSA PRIVATE KEY-----x-----END RSA PRIVATE KEY----- -----BEGIN PRIVATE KEY-----y",
                "<private key hidden> <private key hidden>",
            ),
            ("-----BEGIN CERTIFICATE----- x", "-----BEGIN CERTIFICATE----- x"),
            ("ya29.a0Af", "ya29.<hidden>"),
        ] {
            assert_eq!(hide_secrets(text), expected, "{text}");
            assert_eq!(holds_secret(text), text != expected);
        }
    }
}
