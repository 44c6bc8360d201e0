//! What of a message is signed, for telling one dead letter from another.

use super::members::Members;
use super::signed_text::SignedText;

/// Members that notifications of all versions have, and receipts have not: a player holds signed receipts of his own
/// purchases, by the same licence key.
const OF_NOTIFICATIONS: [&str; 2] = ["msgVersion", "messageType"];

/// Whether the message has no signature.
pub(crate) fn is_unsigned(body: &[u8]) -> bool {
    Members::parse(body).is_ok_and(|members| matches!(members.text("signature"), Ok(None)))
}

/// The text that is signed, in the one spelling of its strings; `None` where it is no notification's. Spaces, where the
/// signature stands, and escapes are anybody's to change.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    let members = Members::parse(body).ok()?;
    if !OF_NOTIFICATIONS.iter().any(|name| members.has(name)) {
        return None;
    }
    let text = SignedText::of(body);
    Some(text.unescaped().unwrap_or_else(|| text.as_arrived()))
}
