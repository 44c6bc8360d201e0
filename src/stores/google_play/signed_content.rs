//! What of a push Google Play said, for telling one dead letter from another.

use super::envelope::Envelope;
use crate::stores::Request;

/// The developer notification. The token signs nothing of the body, and Pub/Sub's envelope around it differs with each
/// delivery.
pub(crate) fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
    let data = Envelope::open(&Request::of_body(body)).and_then(|envelope| Ok(envelope.data()?.into_owned()));
    // Without an envelope it is the body itself.
    Some(data.unwrap_or_else(|_| body.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::signed_content;

    #[test]
    fn a_push_is_the_same_in_whichever_envelope_it_comes() {
        let push = |data: &str, id: &str| {
            format!("{{\"message\":{{\"data\":\"{data}\",\"messageId\":\"{id}\"}},\"subscription\":\"s\"}}")
                .into_bytes()
        };
        let signed = signed_content(&push("e30=", "1")).unwrap();
        assert_eq!(signed_content(&push("e30=", "2")), Some(signed.clone()));
        assert_ne!(signed_content(&push("e31=", "1")), Some(signed));
        assert_eq!(signed_content(b"no envelope"), Some(b"no envelope".to_vec()));
    }
}
