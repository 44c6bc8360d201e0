//! The texts that a store's message has, also in what is encoded in it: the App Store's messages are JSON in JWS, which have
//! further JWS in them, and Pub/Sub's data is base64.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// How deep texts are nested: an App Store message has the transaction's JWS in its own, in JSON. Two more are for what
/// stores may do one day.
const DEEPEST: usize = 4;

/// The shortest encoded text that can hold an id, in bytes: shorter ones are words.
const SHORTEST: usize = 16;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// The body as text, and each text that is encoded in base64 in it or in another of them. Together they are not much
/// longer than the body: each level has at most three quarters of the one above.
pub(crate) fn texts_in(body: &[u8]) -> Vec<String> {
    let mut texts = vec![String::from_utf8_lossy(body).into_owned()];
    let mut level = 0..1;
    for _ in 0..DEEPEST {
        let found: Vec<String> =
            texts.get(level.clone()).unwrap_or_default().iter().flat_map(|text| decoded(text)).collect();
        if found.is_empty() {
            break;
        }
        level = texts.len()..texts.len() + found.len();
        texts.extend(found);
    }
    texts
}

/// What of a text is base64 of another text. JSON may write `/` as `\/`.
fn decoded(text: &str) -> Vec<String> {
    let text = text.replace("\\/", "/");
    let is_encoded =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '-' | '_' | '=');
    text.split(|letter| !is_encoded(letter))
        .filter(|word| word.len() >= SHORTEST)
        .filter_map(|word| {
            let bytes = URL_SAFE.decode(word).or_else(|_| STANDARD.decode(word)).ok()?;
            String::from_utf8(bytes).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};

    use super::*;

    #[test]
    fn texts_are_found_in_nested_jws_and_in_base64() {
        let jws = |payload: &str| {
            let [header, payload] =
                [r#"{"alg":"ES256"}"#, payload].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
            format!("{header}.{payload}.c2lnbmF0dXJlLW9mLW5vdGhpbmc")
        };
        let inner = jws(r#"{"appAccountToken":"kim?>~ÿ"}"#);
        let outer = jws(&format!(r#"{{"data":{{"signedTransactionInfo":"{inner}"}}}}"#));
        let message = format!(r#"{{"signedPayload":"{outer}"}}"#);
        assert!(texts_in(message.as_bytes()).iter().any(|text| text.contains("\"kim?>~ÿ\"")));
        let data = BASE64_STANDARD.encode(r#"{"tag":"kim???>>>~~~"}"#).replace('/', "\\/");
        let pushed = format!(r#"{{"message":{{"data":"{data}"}}}}"#);
        assert!(texts_in(pushed.as_bytes()).iter().any(|text| text.contains("\"kim???>>>~~~\"")));
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(texts_in(b"plain words, internationalization \xff").len(), 1);
        assert_eq!(texts_in(b"").len(), 1);
    }
}
