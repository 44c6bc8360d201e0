//! The header `Stripe-Signature`: `t=<seconds>,v1=<hex>[,v1=<hex>…][,v0=<hex>]`, where each `v1` is the HMAC-SHA256 of
//! `<t>.<raw body>` under one of the endpoint's secrets. Source: <https://docs.stripe.com/webhooks#verify-manually>.

use ring::hmac;

use super::{SignatureHeaderError, StripeError};
use crate::model::Timestamp;
use crate::stores::{Rejection, Request};

const NAME: &str = "stripe-signature";

/// The usual limit of web servers for one header field. Stripe's has about 150 bytes, and 70 more with every secret
/// that is being rolled.
const MAX_HEADER: usize = 8 * 1024;

/// Stripe signs with each of an endpoint's active secrets; a roll adds one for a day at most. Each costs a comparison
/// with every configured secret.
const MAX_SIGNATURES: usize = 32;

/// The length of a SHA-256 digest in bytes.
const DIGEST: usize = 32;

/// A parsed header; nothing in it is verified.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signatures<'a> {
    /// `t` as written in the header, since that text was signed.
    signed_time: &'a str,
    pub(super) at: Timestamp,
    /// The `v1` that can be digests at all. Others match nothing, and do not make those beside them worse.
    digests: Vec<[u8; DIGEST]>,
}

impl<'a> Signatures<'a> {
    /// The one header of a request.
    pub(super) fn of(request: &Request<'a>) -> Result<Self, Rejection> {
        let field = request
            .header(NAME)
            .map_err(|count| StripeError::SeveralSignatures { count })?
            .ok_or(StripeError::NoSignature)?;
        if field.len() > MAX_HEADER {
            let size = field.len();
            return Err(Rejection::TooLarge { what: "Stripe-Signature header", size, limit: MAX_HEADER });
        }
        Ok(Self::parse(field).map_err(StripeError::from)?)
    }

    pub(super) fn parse(field: &'a str) -> Result<Self, SignatureHeaderError> {
        let (mut signed_time, mut v1) = (None, Vec::new());
        for (n, item) in field.split(',').enumerate() {
            let not_a_pair = SignatureHeaderError::NotAPair { item: n + 1 };
            let (scheme, value) = item.split_once('=').ok_or(not_a_pair)?;
            if value.contains('=') {
                return Err(not_a_pair);
            }
            match scheme {
                "t" if signed_time.is_some() => return Err(SignatureHeaderError::SeveralTimestamps),
                "t" => signed_time = Some(value),
                "v1" => v1.push(value),
                // Other schemes are of later versions, or `v0` of test events, which proves nothing.
                _ => {}
            }
        }
        let signed_time = signed_time.ok_or(SignatureHeaderError::NoTimestamp)?;
        let at = seconds(signed_time).ok_or(SignatureHeaderError::Timestamp)?;
        match v1.len() {
            0 => Err(SignatureHeaderError::NoV1),
            1..=MAX_SIGNATURES => {
                Ok(Self { signed_time, at, digests: v1.into_iter().filter_map(digest).collect() })
            }
            _ => Err(SignatureHeaderError::TooManySignatures { limit: MAX_SIGNATURES }),
        }
    }

    /// Whether any of the signatures is this key's over this body.
    pub(super) fn are_of(&self, key: &hmac::Key, body: &[u8]) -> bool {
        let mut context = hmac::Context::with_key(key);
        context.update(self.signed_time.as_bytes());
        context.update(b".");
        context.update(body);
        // Two digests are equal if their own HMACs are. `ring` compares those in constant time, and the body is hashed
        // once however many signatures there are.
        let expected = hmac::sign(key, context.sign().as_ref());
        let is_expected = |digest: &[u8; DIGEST]| hmac::verify(key, digest, expected.as_ref()).is_ok();
        self.digests.iter().fold(false, |found, digest| is_expected(digest) | found)
    }
}

fn seconds(text: &str) -> Option<Timestamp> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).map(Timestamp::from_secs)
}

/// Reads hex in lower case, as Stripe writes it.
fn digest(hex: &str) -> Option<[u8; DIGEST]> {
    fn digit(byte: u8) -> Option<u8> {
        match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        }
    }
    let bytes = hex.as_bytes();
    if bytes.len() != 2 * DIGEST {
        return None;
    }
    let mut digest = [0; DIGEST];
    for (byte, pair) in digest.iter_mut().zip(bytes.chunks_exact(2)) {
        *byte = digit(*pair.first()?)? << 4 | digit(*pair.last()?)?;
    }
    Some(digest)
}

/// The body: all of it is signed. The header's time differs with each delivery.
#[allow(clippy::unnecessary_wraps, reason = "as every store's")]
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    Some(body.to_vec())
}
