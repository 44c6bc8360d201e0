//! The unverified claims of a message about itself: which kind of JWS it is, and enough to choose the app to verify it
//! by.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::config::AppStoreEnvironment;
use super::error::AppStoreError;
use super::notification::NotificationPayload;
use super::renewal_info::RenewalInfo;
use super::signed_kind::SignedKind;
use super::transaction::{AppTransaction, Transaction};
use crate::json::{self, JsonError};
use crate::model::Timestamp;
use crate::stores::Rejection;
use crate::stores::wire::{Integer, Millis};
use crate::verify::JwsError;

const EXTERNAL_PURCHASE_TOKEN: &str = "externalPurchaseToken";

/// The app and environment that a message claims to be of, and the time at which it claims to be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims<'a> {
    pub(super) bundle_id: Option<&'a str>,
    pub(super) app_apple_id: Option<i64>,
    pub(super) environment: Option<&'a str>,
    pub(super) made_at: Option<Timestamp>,
}

impl<'a> Claims<'a> {
    /// Members that are absent or empty are filled from the content around the message.
    pub(super) fn or_as_around(self, around: Option<&Around<'a>>) -> Self {
        let present = |text: Option<&'a str>| text.filter(|text| !text.is_empty());
        Self {
            bundle_id: present(self.bundle_id).or(around.map(|around| around.bundle_id)),
            app_apple_id: self.app_apple_id,
            environment: present(self.environment).or(around.map(|around| around.environment.name())),
            made_at: self.made_at.or(around.and_then(|around| around.at)),
        }
    }
}

/// What is known of a message before it is opened: the verified notification that it is part of, or the app of the
/// request to Apple.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The member of the notification; `None` for an answer of Apple's.
    pub(super) member: Option<&'static str>,
    pub(super) bundle_id: &'a str,
    pub(super) environment: AppStoreEnvironment,
    /// The time at which the notification was verified.
    pub(super) at: Option<Timestamp>,
}

/// A kind of signed content.
pub(super) trait SignedContent: DeserializeOwned {
    /// Whether this kind names the app's bundle id.
    const NAMES_BUNDLE_ID: bool;
    /// Whether this kind names the app's Apple ID.
    const NAMES_APP_APPLE_ID: bool;
    /// Its kind.
    const KIND: SignedKind;
    /// Whether it is kept as a dead letter if Apple signed it and it does not name its app, or cannot be read.
    const IS_KEPT: bool = false;

    /// Its claims.
    fn claims(&self) -> Result<Claims<'_>, AppStoreError>;

    /// The same for content of an unexpected shape, from whatever members have the expected form.
    fn claims_of(value: &Value) -> Result<Claims<'_>, AppStoreError> {
        Ok(claims_about(value, value))
    }
}

/// Content as far as it could be read. Until it is verified, content of a wrong shape is still to be distinguished from
/// a forgery: Apple's own is kept as a dead letter, a forgery is refused.
pub(super) enum Content<T> {
    Understood(Box<T>),
    Misshapen {
        value: Value,
        problem: JsonError,
    },
    /// No JSON, or with two meanings: it claims nothing.
    Unreadable {
        problem: JwsError,
    },
}

impl<T: SignedContent> Content<T> {
    /// Refuses what is clearly another kind before the rest of it is read: each kind is genuine in its own place, and
    /// one that only lacks a member of this kind would be refused without a clear reason.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Rejection> {
        match SignedKind::of(bytes) {
            Some(found) if found != T::KIND => {
                Err(AppStoreError::WrongKind { found: found.name(), expected: T::KIND.name() }.into())
            }
            _ => Ok(Self::read_as_expected(bytes)),
        }
    }

    fn read_as_expected(bytes: &[u8]) -> Self {
        let unreadable = |source| Self::Unreadable { problem: JwsError::Json { segment: "payload", source } };
        match json::from_slice(bytes) {
            Ok(content) => Self::Understood(Box::new(content)),
            Err(problem @ JsonError::Shape { .. }) => match json::from_slice(bytes) {
                Ok(value) => Self::Misshapen { value, problem },
                Err(source) => unreadable(source),
            },
            Err(source) => unreadable(source),
        }
    }

    pub(super) fn claims(&self) -> Result<Claims<'_>, AppStoreError> {
        match self {
            Self::Understood(content) => content.claims(),
            Self::Misshapen { value, .. } => T::claims_of(value),
            Self::Unreadable { .. } => Ok(Claims::default()),
        }
    }
}

impl SignedContent for NotificationPayload {
    const KIND: SignedKind = SignedKind::Notification;
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = true;
    const IS_KEPT: bool = true;

    fn claims(&self) -> Result<Claims<'_>, AppStoreError> {
        let (bundle_id, app_apple_id, environment) = if let Some(data) = &self.data {
            (&data.bundle_id, data.app_apple_id, data.environment.as_deref())
        } else if let Some(summary) = &self.summary {
            (&summary.bundle_id, summary.app_apple_id, summary.environment.as_deref())
        } else if let Some(token) = &self.external_purchase_token {
            let environment = external_purchase_environment(token.external_purchase_id.as_deref());
            (&token.bundle_id, token.app_apple_id, Some(environment))
        } else if let Some(app_data) = &self.app_data {
            (&app_data.bundle_id, app_data.app_apple_id, app_data.environment.as_deref())
        } else {
            (&None, None, None)
        };
        let bundle_id = bundle_id.as_deref();
        Ok(Claims { bundle_id, app_apple_id, environment, made_at: self.signed_date })
    }

    /// Every player's device has transactions that Apple signed for this app. Only a notification may become a dead
    /// letter, or players could fill the ledger.
    fn claims_of(value: &Value) -> Result<Claims<'_>, AppStoreError> {
        if value.get("notificationType").is_none_or(Value::is_null) {
            return Err(AppStoreError::NotANotification);
        }
        let about = ["data", "summary", EXTERNAL_PURCHASE_TOKEN, "appData"]
            .into_iter()
            .find_map(|member| Some((member, value.get(member).filter(|about| about.is_object())?)));
        let Some((member, about)) = about else { return Ok(claims_about(value, &Value::Null)) };
        let mut claims = claims_about(value, about);
        if member == EXTERNAL_PURCHASE_TOKEN {
            let id = about.get("externalPurchaseId").and_then(Value::as_str);
            claims.environment = Some(external_purchase_environment(id));
        }
        Ok(claims)
    }
}

impl SignedContent for Transaction {
    const KIND: SignedKind = SignedKind::Transaction;
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = false;

    fn claims(&self) -> Result<Claims<'_>, AppStoreError> {
        Ok(Claims {
            bundle_id: self.bundle_id.as_deref(),
            app_apple_id: None,
            environment: self.environment.as_deref(),
            made_at: self.signed_date,
        })
    }
}

impl SignedContent for RenewalInfo {
    const KIND: SignedKind = SignedKind::RenewalInfo;
    const NAMES_BUNDLE_ID: bool = false;
    const NAMES_APP_APPLE_ID: bool = false;

    fn claims(&self) -> Result<Claims<'_>, AppStoreError> {
        Ok(Claims {
            bundle_id: self.bundle_id.as_deref(),
            app_apple_id: None,
            environment: self.environment.as_deref(),
            made_at: self.signed_date,
        })
    }
}

impl SignedContent for AppTransaction {
    const KIND: SignedKind = SignedKind::AppTransaction;
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = true;

    fn claims(&self) -> Result<Claims<'_>, AppStoreError> {
        Ok(Claims {
            bundle_id: self.bundle_id.as_deref(),
            app_apple_id: self.app_apple_id,
            environment: self.receipt_type.as_deref(),
            made_at: self.receipt_creation_date,
        })
    }
}

/// `externalPurchaseToken` has no environment; its id shows it.
fn external_purchase_environment(id: Option<&str>) -> &'static str {
    if id.is_some_and(|id| id.starts_with("SANDBOX")) { "Sandbox" } else { "Production" }
}

/// The claims of `about`, a part of `message` or all of it.
fn claims_about<'a>(message: &'a Value, about: &'a Value) -> Claims<'a> {
    let text = |member: &str| about.get(member).and_then(Value::as_str);
    let time = |member: &str| Some(Millis::deserialize(message.get(member)?).ok()?.0);
    Claims {
        bundle_id: text("bundleId"),
        app_apple_id: about.get("appAppleId").and_then(|id| Some(Integer::deserialize(id).ok()?.0)),
        environment: text("environment").or_else(|| text("receiptType")),
        made_at: time("signedDate").or_else(|| time("receiptCreationDate")),
    }
}
