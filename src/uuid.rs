//! UUIDs as text (RFC 9562 §4): 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12, compared without regard to
//! case. Only this form counts: text with braces, with `urn:uuid:` or without hyphens is not a UUID.

/// The length of the text in bytes.
pub(crate) const TEXT_LEN: usize = 36;

/// A UUID in lower case; `None` for any other text. Does not allocate.
#[inline]
pub(crate) fn lower_case(text: &str) -> Option<[u8; TEXT_LEN]> {
    let mut lower: [u8; TEXT_LEN] = text.as_bytes().try_into().ok()?;
    if [lower[8], lower[13], lower[18], lower[23]] != [b'-'; 4] {
        return None;
    }
    let mut is_uuid = true;
    for (at, byte) in lower.iter_mut().enumerate() {
        byte.make_ascii_lowercase();
        is_uuid &= byte.is_ascii_hexdigit() || matches!(at, 8 | 13 | 18 | 23);
    }
    is_uuid.then_some(lower)
}

/// An id as it is stored and compared: a UUID in lower case, any other id unchanged.
pub(crate) fn canonical(text: &str) -> String {
    match lower_case(text).as_ref().map(|lower| std::str::from_utf8(lower)) {
        Some(Ok(lower)) => lower.to_owned(),
        _ => text.to_owned(),
    }
}

/// Whether two ids are the same: UUIDs without regard to case, all others exactly.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other
        || one.eq_ignore_ascii_case(other)
            && matches!(lower_case(one), Some(lower) if lower_case(other) == Some(lower))
}

/// A version 4 UUID (RFC 9562 §5.4) of 16 random bytes.
pub(crate) fn version_4(random: [u8; 16]) -> String {
    let mut bytes = random;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let mut text = String::with_capacity(TEXT_LEN);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";

    #[test]
    fn uuids_are_compared_without_regard_to_case_and_other_ids_exactly() {
        assert!(is_same(UPPER, &UPPER.to_ascii_lowercase()));
        assert!(!is_same("BOB", "bob"));
        // Of the same length, but not UUIDs: a letter beyond f, a hyphen elsewhere, no hyphens, one byte more.
        for text in [
            "ABCDEFG0-0000-4000-8000-00000000000B",
            "ABCDEF000-000-4000-8000-00000000000B",
            "ABCDEF00000004000080000000000000000B",
            "ABCDEF00-0000-4000-8000-00000000000BB",
        ] {
            assert_eq!(lower_case(text), None, "{text}");
            assert!(!is_same(text, &text.to_ascii_lowercase()), "{text}");
            assert_eq!(canonical(text), text);
        }
        assert_eq!(canonical(UPPER), UPPER.to_ascii_lowercase());
        assert_eq!(lower_case("äbcdef0-0000-4000-8000-000000000000"), None);
    }

    #[test]
    fn a_version_4_uuid_has_its_version_and_variant() {
        assert_eq!(version_4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(version_4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert!(lower_case(&version_4([0x5a; 16])).is_some());
    }
}
