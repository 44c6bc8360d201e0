//! Why a signed purchase is refused.

use crate::model::Store;

/// Why a signed purchase is refused, besides the errors of a JWS or JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedPurchaseError {
    /// The store sends the client nothing signed.
    #[error(
        "{} gives the client no signed purchase: record the purchase with record_purchase, once your server has confirmed \
         it with the store", .store.title()
    )]
    NotSigned {
        /// The store.
        store: Store,
    },
    /// Purchase data without its signature.
    #[error(
        "the purchase data of {} came without its signature: send {getter} of the client's purchase with it. Google's \
         static test products (android.test...) have none and cannot be recorded this way", .store.title()
    )]
    MissingSignature {
        /// The store.
        store: Store,
        /// The call of the store's client library that returns the signature.
        getter: &'static str,
    },
    /// A signature beside a JWS, which contains its own.
    #[error("a signature came with the App Store's transaction: the JWS contains its own, so leave it out")]
    SignatureBesideJws,
    /// The signature is not base64.
    #[error("the signature of the purchase is not base64: send it as the client's library gave it")]
    SignatureEncoding,
    /// The signature is not of this text, or not by the app's key.
    #[error(
        "the signature of the purchase does not verify: the purchase data is not byte for byte what the client received, \
         or {key} is not the licence key of app {app:?}"
    )]
    Signature {
        /// The app that the data names.
        app: String,
        /// The key of the configuration that it was verified with.
        key: &'static str,
    },
    /// The configuration has no key for the app's purchases.
    #[error(
        "purchases of app {app:?} cannot be verified: set {key} in the configuration. Play Console shows the licence key \
         under Monetize with Play > Monetization setup > Licensing"
    )]
    NoLicenseKey {
        /// The app that the data names.
        app: String,
        /// The key of the configuration to set.
        key: &'static str,
    },
    /// Something else than a purchase of this store.
    #[error("this is {found}: expected {expected}")]
    WrongKind {
        /// The kind of text that was passed in.
        found: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// Signed and genuine, but not paid.
    #[error(
        "the purchase is {state}, not purchased: deliver nothing, and record it once the store reports it as purchased"
    )]
    NotPurchased {
        /// The state in the data, such as `pending (purchaseState 4)`.
        state: String,
    },
    /// No id that a refund could be matched by.
    #[error("the store signed no {member} with this purchase, so no refund could be matched to it")]
    NoOrder {
        /// The missing member.
        member: &'static str,
    },
}

impl SignedPurchaseError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotSigned { .. } => "no_signed_purchase",
            Self::MissingSignature { .. } => "missing_signature",
            Self::SignatureBesideJws => "unexpected_signature",
            Self::SignatureEncoding => "signature_encoding",
            Self::Signature { .. } => "bad_signature",
            Self::NoLicenseKey { .. } => "no_license_key",
            Self::WrongKind { .. } => "wrong_kind",
            Self::NotPurchased { .. } => "not_purchased",
            Self::NoOrder { .. } => "no_order",
        }
    }

    /// The HTTP status for the client that sent it: 400 not what was expected, 401 not authentic, 403 not to be recorded,
    /// 500 the configuration lacks a key.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::NotSigned { .. }
            | Self::SignatureBesideJws
            | Self::WrongKind { .. }
            | Self::NoOrder { .. } => 400,
            Self::MissingSignature { .. } | Self::SignatureEncoding | Self::Signature { .. } => 401,
            Self::NotPurchased { .. } => 403,
            Self::NoLicenseKey { .. } => 500,
        }
    }
}
