//! The errors of ONE Store messages alone.

/// Why a ONE Store message was rejected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OneStoreError {
    /// A payment notification without its signature.
    #[error("the message has no signature, and is no subscription notification, which needs none")]
    MissingSignature,
    /// The signature is not base64.
    #[error("the signature is not base64")]
    SignatureEncoding,
    /// The signature is not of this message, or not by the configured key.
    #[error(
        "the signature does not verify: the message was altered on its way, or license_key is not that of app \
         {client_id:?}"
    )]
    Signature {
        /// The configured app.
        client_id: String,
    },
    /// A subscription notification, which is unsigned, if the configuration refuses them.
    #[error(
        "the message is a subscription notification, which is unsigned: it is refused, unless the section has \
         \"subscription_notifications\": \"known_tokens\""
    )]
    Unsigned,
    /// A subscription notification that reports no refund. It is unsigned, so nothing is kept of it.
    #[error("the message is not signed, and reports no refund: nothing is kept of it")]
    NothingUnsigned,
}

impl OneStoreError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingSignature => "missing_signature",
            Self::SignatureEncoding => "signature_encoding",
            Self::Signature { .. } => "bad_signature",
            Self::Unsigned => "unsigned",
            Self::NothingUnsigned => "nothing_unsigned",
        }
    }

    /// The HTTP status of the response: 401, or 200 for what means nothing.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::NothingUnsigned => 200,
            _ => 401,
        }
    }

    /// Whether ONE Store sent it, to us: never.
    pub(crate) const fn is_authentic(&self) -> bool {
        false
    }
}
