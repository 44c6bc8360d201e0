//! What a message claims of itself before anyone has verified it: enough to choose by whose configuration to do so.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::app_transaction::AppTransaction;
use super::payload::NotificationPayload;
use super::renewal_info::RenewalInfo;
use super::transaction::Transaction;
use crate::crypto::JwsError;
use crate::json::{self, JsonError};
use crate::model::Timestamp;

/// Which app and environment a message says it is of, and when it says it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims<'a> {
    pub(super) bundle_id: Option<&'a str>,
    pub(super) app_apple_id: Option<i64>,
    pub(super) environment: Option<&'a str>,
    pub(super) made_at: Option<Timestamp>,
}

/// A kind of signed content.
pub(super) trait SignedContent: DeserializeOwned {
    /// Whether this kind names the app's bundle id.
    const NAMES_BUNDLE_ID: bool;
    /// Whether this kind names the app's Apple ID.
    const NAMES_APP_APPLE_ID: bool;

    /// What it claims; `None` where it is about no app.
    fn claims(&self) -> Option<Claims<'_>>;
}

/// Content as far as it could be read. Until it is verified, content of a wrong shape is still to be told apart from
/// a forgery: Apple's own is kept as a dead letter, a forgery is refused.
pub(super) enum Content<T> {
    Understood(Box<T>),
    Misshapen { value: Value, problem: JsonError },
}

impl<T: SignedContent> Content<T> {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, JwsError> {
        let unreadable = |source| JwsError::Json { segment: "payload", source };
        match json::from_slice(bytes) {
            Ok(content) => Ok(Self::Understood(Box::new(content))),
            Err(problem @ JsonError::Shape { .. }) => {
                let value = json::from_slice(bytes).map_err(unreadable)?;
                Ok(Self::Misshapen { value, problem })
            }
            Err(source) => Err(unreadable(source)),
        }
    }

    pub(super) fn claims(&self) -> Option<Claims<'_>> {
        match self {
            Self::Understood(content) => content.claims(),
            Self::Misshapen { value, .. } => Some(claims_of(value)),
        }
    }
}

impl SignedContent for NotificationPayload {
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = true;

    fn claims(&self) -> Option<Claims<'_>> {
        let (bundle_id, app_apple_id, environment) = if let Some(data) = &self.data {
            (&data.bundle_id, data.app_apple_id, data.environment.as_deref())
        } else if let Some(summary) = &self.summary {
            (&summary.bundle_id, summary.app_apple_id, summary.environment.as_deref())
        } else if let Some(token) = &self.external_purchase_token {
            let environment = token.external_purchase_id.as_deref().map(external_purchase_environment);
            (&token.bundle_id, token.app_apple_id, environment)
        } else if let Some(app_data) = &self.app_data {
            (&app_data.bundle_id, app_data.app_apple_id, app_data.environment.as_deref())
        } else {
            return None;
        };
        let bundle_id = bundle_id.as_deref();
        Some(Claims { bundle_id, app_apple_id, environment, made_at: self.signed_date })
    }
}

impl SignedContent for Transaction {
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = false;

    fn claims(&self) -> Option<Claims<'_>> {
        Some(Claims {
            bundle_id: self.bundle_id.as_deref(),
            app_apple_id: None,
            environment: self.environment.as_deref(),
            made_at: self.signed_date,
        })
    }
}

impl SignedContent for RenewalInfo {
    const NAMES_BUNDLE_ID: bool = false;
    const NAMES_APP_APPLE_ID: bool = false;

    fn claims(&self) -> Option<Claims<'_>> {
        Some(Claims {
            bundle_id: None,
            app_apple_id: None,
            environment: self.environment.as_deref(),
            made_at: self.signed_date,
        })
    }
}

impl SignedContent for AppTransaction {
    const NAMES_BUNDLE_ID: bool = true;
    const NAMES_APP_APPLE_ID: bool = true;

    fn claims(&self) -> Option<Claims<'_>> {
        Some(Claims {
            bundle_id: self.bundle_id.as_deref(),
            app_apple_id: self.app_apple_id,
            environment: self.receipt_type.as_deref(),
            made_at: self.receipt_creation_date,
        })
    }
}

/// `externalPurchaseToken` has no environment; its id tells.
fn external_purchase_environment(id: &str) -> &'static str {
    if id.starts_with("SANDBOX") { "Sandbox" } else { "Production" }
}

/// The same for content whose shape is not the one expected, from whatever members are as they should be.
fn claims_of(value: &Value) -> Claims<'_> {
    let about = ["data", "summary", "externalPurchaseToken", "appData"]
        .into_iter()
        .find_map(|member| value.get(member).filter(|about| about.is_object()))
        .unwrap_or(value);
    let text = |member: &str| about.get(member).and_then(Value::as_str);
    let time = |member: &str| value.get(member).and_then(Value::as_i64).map(Timestamp::from_millis);
    Claims {
        bundle_id: text("bundleId"),
        app_apple_id: about.get("appAppleId").and_then(Value::as_i64),
        environment: text("environment")
            .or_else(|| text("receiptType"))
            .or_else(|| text("externalPurchaseId").map(external_purchase_environment)),
        made_at: time("signedDate").or_else(|| time("receiptCreationDate")),
    }
}
