//! The ids of ledgers and messages.

use crate::model::EventId;

/// The size of a ledger's id, in bytes: 80 random bits, which no two ledgers of a studio share.
pub(crate) const LEDGER_ID_SIZE: usize = 10;

/// RFC 4648 §6, in lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A ledger's id as text: base32, 16 letters and digits.
pub(crate) fn ledger_id(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let number = group.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        // Five bytes are eight letters of five bits.
        for place in (0..8).rev() {
            let letter = usize::try_from((number >> (5 * place)) & 31).ok().and_then(|at| BASE32.get(at));
            text.extend(letter.map(|letter| char::from(*letter)));
        }
    }
    text
}

/// The header field `webhook-id`. It has no dot, which would let the signed text be divided in another way.
pub(crate) fn message_id(ledger: &str, event: EventId) -> String {
    format!("evt_{ledger}_{event}")
}
