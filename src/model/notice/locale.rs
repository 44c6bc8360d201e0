//! Which of several languages fits best: lookup by RFC 4647, section 3.4.

use std::collections::BTreeMap;

/// The longest language tag that is compared, in bytes. RFC 5646 recommends to provide for 35; longer ones are cut at
/// every lookup, so their length must have a limit.
pub(super) const MAX_TAG: usize = 100;

/// What there is for the language range: for the whole, or else for a shorter one, without subtags from the end. An
/// underscore counts as a hyphen, since systems write `ko_KR`.
pub(super) fn lookup<'m, V>(there: &'m BTreeMap<String, V>, range: &str) -> Option<(&'m str, &'m V)> {
    let whole = range.replace('_', "-");
    let mut rest = Some(whole.as_str()).filter(|range| range.len() <= MAX_TAG);
    while let Some(range) = rest {
        let found = there.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(range));
        if let Some((tag, value)) = found {
            return Some((tag, value));
        }
        rest = shorter(range);
    }
    None
}

/// The range without its last subtag, and without the single letter or digit that introduced it.
fn shorter(range: &str) -> Option<&str> {
    let (rest, _) = range.rsplit_once('-')?;
    match rest.rsplit_once('-') {
        Some((before, last)) if last.len() == 1 => Some(before),
        _ => Some(rest),
    }
}

/// Whether a text looks like a language tag: subtags of 1 to 8 letters or digits.
pub(super) fn is_tag(text: &str) -> bool {
    text.len() <= MAX_TAG
        && text.split('-').all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}
