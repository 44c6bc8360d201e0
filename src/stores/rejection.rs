//! Why a store's request was rejected.

use crate::json::JsonError;
use crate::model::Store;
use crate::store_table::for_each_store;
use crate::verify::{ChainError, JwsError};

macro_rules! rejection {
    ($({ $(#[$_doc:meta])* $Variant:ident $_name:literal $title:literal
         $folder:ident $_Section:ident $Error:ident })*) => {
        /// Why a request was refused, or kept as a dead letter. Every variant has a stable [`code`](Self::code) and the
        /// [`http_status`](Self::http_status) to answer with.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum Rejection {
            /// Body, header or member beyond its limit.
            #[error("the {what} has {size} bytes, and at most {limit} are accepted")]
            TooLarge {
                /// `body`, `Authorization header` …
                what: &'static str,
                /// Its size in bytes.
                size: usize,
                /// The limit in bytes.
                limit: usize,
            },
            /// The body is not the JSON the store sends.
            #[error("the body is unreadable: {source}")]
            Body {
                /// The problem.
                source: JsonError,
            },
            /// A JWS is malformed or does not verify.
            #[error("{source}")]
            Jws {
                /// The problem.
                #[from]
                source: JwsError,
            },
            /// The certificates that came with a JWS do not vouch for it.
            #[error("{source}")]
            Chain {
                /// The problem.
                #[from]
                source: ChainError,
            },
            /// The store is not in the configuration.
            #[error("{}", cannot_verify(store))]
            StoreNotConfigured {
                /// The store.
                store: Store,
            },
            /// The message is of an app that the configuration does not name.
            #[error("the message is of app {found:?}, which the configuration does not name")]
            UnknownApp {
                /// Bundle id or package name in the message.
                found: String,
            },
            /// A signed purchase is refused for another reason than its JWS or JSON.
            #[error("{source}")]
            SignedPurchase {
                /// The problem.
                #[from]
                source: crate::stores::SignedPurchaseError,
            },
            $(
                #[doc = concat!("What only a message of ", $title, " can have wrong.")]
                #[error("{source}")]
                $Variant {
                    /// The problem.
                    #[from]
                    source: crate::stores::$folder::$Error,
                },
            )*
            /// Signed by the store, but not a notification: a player's own receipt, for example. Nothing is kept of it.
            #[error(
                "signed by the store's key, and not shaped as one of its notifications: a receipt or a transaction that a \
                 player holds is none ({problem})"
            )]
            NotANotification {
                /// Why it is not understood.
                problem: String,
            },
            /// The message is unsigned, and its purchase is unknown. It is accepted once the purchase is known.
            #[error(
                "the message is not signed, and its purchase is not known: it is accepted once the purchase is recorded, or a \
                 signed message has reported it"
            )]
            UnknownPurchase,
            /// The limit for messages of this kind is reached. Nothing is kept of this one, and the store is to send it
            /// again.
            #[error(
                "{count} {what} with {bytes} bytes are kept, and {key} or {bytes_key} of the configuration allows no more: \
                 look at them, and raise the limit"
            )]
            NoRoom {
                /// Of what: `dead letters`, `hints`.
                what: &'static str,
                /// How many are kept.
                count: u64,
                /// Their size in bytes.
                bytes: u64,
                /// The key that limits their number.
                key: &'static str,
                /// The key that limits their size.
                bytes_key: &'static str,
            },
            /// Authentic, but not understood: kept as a dead letter and answered with success, since the store would only
            /// send the same again.
            #[error("authentic, but not understood: {problem}")]
            NotUnderstood {
                /// The problem.
                problem: String,
            },
        }

        impl Rejection {
            /// A stable name for programs, in snake case.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    Self::TooLarge { .. } => "too_large",
                    Self::Body { source } => json_code(source),
                    Self::Jws { source } => jws_code(source),
                    Self::Chain { source } => source.code(),
                    Self::StoreNotConfigured { .. } => "store_not_configured",
                    Self::UnknownApp { .. } => "unknown_app",
                    Self::SignedPurchase { source } => source.code(),
                    $(Self::$Variant { source } => source.code(),)*
                    Self::NotUnderstood { .. } => "not_understood",
                    Self::NotANotification { .. } => "not_a_notification",
                    Self::UnknownPurchase => "unknown_purchase",
                    Self::NoRoom { .. } => "no_room",
                }
            }

            /// The HTTP status of the response to the store: 400 malformed, 401 not authentic, 403 for another app by
            /// its own claims (possibly before its signature was checked), 413 too large, 200 for a dead letter, 503 if
            /// keys were unavailable.
            #[must_use]
            pub const fn http_status(&self) -> u16 {
                match self {
                    Self::TooLarge { .. } => 413,
                    Self::Body { .. } => 400,
                    Self::Jws { source } => match source {
                        JwsError::Algorithm { .. } | JwsError::Critical | JwsError::Signature => 401,
                        _ => 400,
                    },
                    Self::Chain { source } => source.http_status(),
                    Self::StoreNotConfigured { .. } | Self::UnknownApp { .. } => 403,
                    Self::SignedPurchase { source } => source.http_status(),
                    $(Self::$Variant { source } => source.http_status(),)*
                    Self::NotUnderstood { .. } => 200,
                    Self::NotANotification { .. } => 400,
                    Self::UnknownPurchase => 403,
                    Self::NoRoom { .. } => 503,
                }
            }

            /// Whether the message came from the store and is kept as a dead letter.
            #[must_use]
            pub const fn is_authentic(&self) -> bool {
                match self {
                    $(Self::$Variant { source } => source.is_authentic(),)*
                    other => matches!(other, Self::NotUnderstood { .. }),
                }
            }
        }
    };
}

for_each_store!(rejection);

fn cannot_verify(store: &Store) -> String {
    if store.is_custom() {
        return format!(
            "{store} is a store of your own: your code verifies its messages, and passes what they report to \
             record_message"
        );
    }
    let section = store.as_str().replace('-', "_");
    format!("the configuration has no {section:?} section, so requests of {store} cannot be verified")
}

const fn json_code(error: &JsonError) -> &'static str {
    match error {
        JsonError::NotUtf8 { .. } => "not_utf8",
        JsonError::Truncated { .. } => "truncated",
        JsonError::Syntax { .. } => "not_json",
        JsonError::DuplicateKey { .. } => "duplicate_key",
        JsonError::ReservedKey { .. } => "reserved_key",
        JsonError::TooDeep { .. } => "too_deep",
        JsonError::Shape { .. } => "wrong_shape",
    }
}

const fn jws_code(error: &JwsError) -> &'static str {
    match error {
        JwsError::Segments { .. } => "jws_segments",
        JwsError::Base64 { .. } => "jws_base64",
        JwsError::Json { source, .. } => json_code(source),
        JwsError::Algorithm { .. } => "wrong_algorithm",
        JwsError::Critical => "critical_extension",
        JwsError::Signature => "bad_signature",
    }
}
