//! Amazon's Receipt Verification Service (RVS): the present state of one receipt.
//!
//! RVS has no list of refunds, so a sweep looks up again the receipts that are known and not settled
//! ([`ChecksReceipts`](crate::ChecksReceipts)). Amazon has no call that refunds, and so there is none here.
//!
//! # Secret
//!
//! The developer's shared secret is a part of the URL's path. It is never shown.
//!
//! # What a receipt reports
//!
//! | `productType` | `cancelDate` | `cancelReason` | meaning |
//! |---|---|---|---|
//! | any | none, or yet to come | | nothing |
//! | any | past | 4 | nothing: another plan replaced it |
//! | `CONSUMABLE`, `ENTITLED` | past | 1, 2 | refunded, confirmed; by the player, by Amazon |
//! | | past | 0, none, others | refunded, confirmed; the reason is not known yet |
//! | `SUBSCRIPTION` | past | 0, none | nothing yet |
//! | | not before `renewalDate` | others | nothing: it ran to the end of what was paid |
//! | | otherwise past | others | refunded, as a hint |
//!
//! A subscription's `cancelDate` is set when it merely expires after its renewal was turned off, and when a renewal was
//! not paid; so it proves a refund no more than RTN's `SUBSCRIPTION_CANCELLED` does. 410 reports that a receipt is
//! cancelled, and not of which kind it was or when: a hint too, at the time of the answer.
//!
//! Source: <https://developer.amazon.com/docs/in-app-purchasing/iap-rvs-for-android-apps.html>.

mod check;
mod explain;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use super::AmazonSection;
use crate::config::ConfigError;
use crate::model::{ProductType, Store, Timestamp};
use crate::stores::http_api::{a_second, answer, base, credential, unreadable};
use crate::stores::wire::lossy;
use crate::stores::{ApiError, Apis, ExplainsRefunds, Section as _, StoreApi, SweptBy, not_configured};
use crate::transport::{HttpRequest, HttpResponse, RateLimit, Secret, Transport, TransportError, Url};

const HOST: &str = "appstore-sdk.amazon.com";

/// A receipt has less than 1 KB; promotions make it a few.
const MAX_BODY: usize = 64 * 1024;

/// The requests to RVS. May be used from any thread. Shown (`Debug`) without secrets.
pub struct AmazonApi {
    apps: Vec<App>,
    transport: Arc<dyn Transport>,
}

/// A section with a shared secret.
struct App {
    package_name: String,
    secret: Secret,
    sandbox: bool,
    base: Url,
}

/// RVS's answer about a receipt.
enum Answer {
    Receipt(Box<Receipt>, Vec<u8>),
    /// 410, with whatever came with it.
    Gone(Vec<u8>),
    Unreadable {
        problem: String,
        body: Vec<u8>,
    },
}

impl AmazonApi {
    /// The API of the sections that have a shared secret; `None` if none has. Reads the files they name.
    ///
    /// # Errors
    /// [`ConfigError`] for a file that cannot be read, an invalid secret, or an app that has two.
    pub fn new(
        sections: &[AmazonSection],
        transport: Arc<dyn Transport>,
    ) -> Result<Option<Self>, ConfigError> {
        let mut apps: Vec<App> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(app) = App::of(n, section)? else { continue };
            if apps.iter().any(|known| known.package_name == app.package_name) {
                let problem = format!(
                    "another section of {:?} has a shared secret too: give it in one of them",
                    app.package_name
                );
                return Err(ConfigError::Value { key: format!("amazon[{n}].shared_secret"), problem });
            }
            apps.push(app);
        }
        Ok((!apps.is_empty()).then_some(Self { apps, transport }))
    }

    /// The apps with a shared secret in their section.
    #[must_use]
    pub fn apps(&self) -> Vec<String> {
        self.apps.iter().map(|app| app.package_name.clone()).collect()
    }

    /// Looks up the present state of a receipt. `user_id` is Amazon's id of the customer in this app (`appUserId` of
    /// RTN, `UserData.getUserId()` in the game).
    ///
    /// May be called from any thread, and waits for Amazon.
    ///
    /// # Errors
    /// [`ApiError`]: [`Refused`](ApiError::Refused) with 400 for an unknown receipt, 410 for one that is cancelled, 497
    /// for another customer's; [`Credentials`](ApiError::Credentials) for 496.
    pub fn receipt(&self, app: &str, user_id: &str, receipt_id: &str) -> Result<Receipt, ApiError> {
        match self.ask(self.app(app)?, user_id, receipt_id)? {
            Answer::Receipt(receipt, _) => Ok(*receipt),
            Answer::Gone(_) => Err(refused(410)),
            Answer::Unreadable { problem, .. } => Err(unreadable(problem)),
        }
    }

    fn app(&self, app: &str) -> Result<&App, ApiError> {
        let known = self.apps.iter().find(|known| known.package_name == app);
        known.ok_or_else(|| not_configured(&Store::Amazon, app))
    }

    /// Amazon answers 429 to too many requests and states no limit. No caller waits for a sweep.
    pub(super) fn rate_limits(sections: &[AmazonSection]) -> Result<Vec<RateLimit>, ConfigError> {
        let sections = sections.iter().enumerate().filter(|(_, section)| section.has_credentials());
        let limit = |(n, section): (usize, &AmazonSection)| {
            let path = if section.sandbox { "sandbox" } else { "version" };
            Ok(a_second(section.base(n)?, path, 10))
        };
        sections.map(limit).collect()
    }

    fn ask(&self, app: &App, user_id: &str, receipt_id: &str) -> Result<Answer, ApiError> {
        if user_id.is_empty() || receipt_id.is_empty() {
            let problem = "a receipt's request needs the customer's id and the receipt's id".to_owned();
            let host = app.base.host().to_owned();
            return Err(TransportError::Unsendable { host, problem }.into());
        }
        let request = HttpRequest::get(app.url(user_id, receipt_id)).max_body(MAX_BODY);
        let response = self.transport.send(&request)?;
        match response.status().as_u16() {
            200 => match read(&response, receipt_id) {
                Ok(receipt) => Ok(Answer::Receipt(Box::new(receipt), response.into_body())),
                Err(error) => {
                    Ok(Answer::Unreadable { problem: error.to_string(), body: response.into_body() })
                }
            },
            410 => match read(&response, receipt_id) {
                Ok(receipt) if receipt.cancel_date.is_some() => {
                    Ok(Answer::Receipt(Box::new(receipt), response.into_body()))
                }
                _ => Ok(Answer::Gone(response.into_body())),
            },
            496 => {
                Err(ApiError::Credentials { problem: "RVS answered 496: no such shared secret".to_owned() })
            }
            status => Err(refused(status)),
        }
    }
}

impl StoreApi for AmazonApi {
    fn require_credentials(&self, app: &str, _sandbox: bool) -> Result<(), ApiError> {
        self.app(app).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::Receipts(self))
    }

    fn explains(&self) -> Option<&dyn ExplainsRefunds> {
        Some(self)
    }
}

impl Apis {
    /// Amazon's.
    ///
    /// # Errors
    /// [`ApiError::NotConfigured`] if no section has credentials.
    pub fn amazon(&self) -> Result<&AmazonApi, ApiError> {
        self.own(&Store::Amazon)
    }
}

impl AmazonSection {
    /// RVS's address. `n` is its place in the configuration.
    fn base(&self, n: usize) -> Result<Url, ConfigError> {
        base(&format!("amazon[{n}]"), "rvs_url", self.rvs_url.as_ref(), HOST)
    }
}

impl App {
    fn of(n: usize, section: &AmazonSection) -> Result<Option<Self>, ConfigError> {
        let at = format!("amazon[{n}]");
        let secret = credential(
            &at,
            "shared_secret",
            section.shared_secret.as_ref(),
            section.shared_secret_file.as_ref(),
        )?;
        let Some(secret) = secret else { return Ok(None) };
        Ok(Some(Self {
            package_name: section.package_name.clone(),
            secret,
            sandbox: section.sandbox,
            base: section.base(n)?,
        }))
    }

    /// With `:` and `=` as they are, as in the requests of Amazon's examples, which can be tried
    /// (<https://developer.amazon.com/docs/in-app-purchasing/iap-rvs-examples.html>); no document states that RVS
    /// accepts them encoded.
    fn url(&self, user_id: &str, receipt_id: &str) -> Url {
        let place = if self.sandbox { "sandbox" } else { "" };
        self.base
            .clone()
            .segments(place)
            .segments("version/1.0/verifyReceiptId/developer")
            .secret_plain_segment(&self.secret)
            .segment("user")
            .plain_segment(user_id)
            .segment("receiptId")
            .plain_segment(receipt_id)
    }
}

/// The receipt, which must be the requested one.
fn read(response: &HttpResponse, receipt_id: &str) -> Result<Receipt, ApiError> {
    let receipt: Receipt = answer(response)?;
    if receipt.receipt_id != receipt_id {
        return Err(unreadable("it is of another receipt"));
    }
    Ok(receipt)
}

/// RVS reports by its status alone what is wrong; these words are from its documents.
fn refused(status: u16) -> ApiError {
    let message = match status {
        400 => "the receipt is not valid, or there is none of this id",
        410 => "the receipt is no longer valid: it was cancelled",
        429 => "too many requests",
        497 => "there is no such customer, or the receipt is another's",
        500..=599 => "a fault of the service",
        _ => "it gave no reason",
    };
    ApiError::Refused {
        status,
        code: String::new(),
        message: message.to_owned(),
        retryable: matches!(status, 408 | 429 | 500..=599),
    }
}

impl fmt::Debug for AmazonApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AmazonApi").field("apps", &self.apps()).finish_non_exhaustive()
    }
}

/// The present state of one receipt. A member that RVS left out or sent as `null` is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Receipt {
    /// Its id, the same as in the request.
    pub receipt_id: String,
    /// The product's SKU; of a subscription, its parent's.
    #[serde(default, deserialize_with = "lossy::any")]
    pub product_id: Option<String>,
    /// The kind of product.
    pub product_type: ReceiptType,
    /// `parentProductId`, which Amazon reserves for later use.
    #[serde(default, deserialize_with = "lossy::any")]
    pub parent_product_id: Option<String>,
    /// When it was bought; of a subscription, first.
    #[serde(default, deserialize_with = "lossy::any")]
    pub purchase_date: Option<Timestamp>,
    /// When it was cancelled, or the subscription expired.
    pub cancel_date: Option<Timestamp>,
    /// The reason, if it was cancelled.
    #[serde(default, deserialize_with = "cancel_reason")]
    pub cancel_reason: CancelReason,
    /// How many; usually absent, or 1.
    #[serde(default, deserialize_with = "lossy::any")]
    pub quantity: Option<u32>,
    /// When the subscription has to be renewed.
    pub renewal_date: Option<Timestamp>,
    /// Whether the subscription renews automatically.
    #[serde(default, deserialize_with = "lossy::any")]
    pub auto_renewing: Option<bool>,
    /// Until when an unpaid subscription lives on.
    #[serde(default, deserialize_with = "lossy::any")]
    pub grace_period_end_date: Option<Timestamp>,
    /// Until when the subscription is free.
    #[serde(default, deserialize_with = "lossy::any")]
    pub free_trial_end_date: Option<Timestamp>,
    /// When a change of plan comes into force.
    #[serde(default, deserialize_with = "lossy::any")]
    pub deferred_date: Option<Timestamp>,
    /// The new plan.
    #[serde(default, deserialize_with = "lossy::any")]
    pub deferred_sku: Option<String>,
    /// The subscription's term in words, such as `1 Month`.
    #[serde(default, deserialize_with = "lossy::any")]
    pub term: Option<String>,
    /// The SKU of the subscription's term.
    #[serde(default, deserialize_with = "lossy::any")]
    pub term_sku: Option<String>,
    /// The customer's country, ISO 3166-1 alpha-2.
    #[serde(default, deserialize_with = "lossy::any")]
    pub country_code: Option<String>,
    /// Whether it was a test, by App Tester or Amazon.
    #[serde(default, deserialize_with = "yes")]
    pub test_transaction: bool,
    /// Whether it was bought in Live App Testing.
    #[serde(default, deserialize_with = "yes")]
    pub beta_product: bool,
    /// When the game reported the delivery.
    #[serde(default, deserialize_with = "lossy::any")]
    pub fulfillment_date: Option<Timestamp>,
    /// The game's report of it: `FULFILLED`, or `UNAVAILABLE`, for which Amazon refunds.
    #[serde(default, deserialize_with = "lossy::any")]
    pub fulfillment_result: Option<String>,
}

/// `productType`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ReceiptType {
    /// Used up and bought again.
    Consumable,
    /// Bought once and kept.
    Entitled,
    /// Renews automatically.
    Subscription,
    /// A type unknown to this version.
    #[serde(untagged)]
    Other(String),
}

/// `cancelReason`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelReason {
    /// `null` or 0: not cancelled, or the reason is not known yet.
    #[default]
    Unknown,
    /// 1: by the customer.
    Customer,
    /// 2: by Amazon's systems or its customer service.
    Amazon,
    /// 4: another subscription replaced it.
    Replaced,
    /// An undocumented one; 3 is Amazon's own.
    Other(i64),
}

impl CancelReason {
    const fn of(number: i64) -> Self {
        match number {
            0 => Self::Unknown,
            1 => Self::Customer,
            2 => Self::Amazon,
            4 => Self::Replaced,
            other => Self::Other(other),
        }
    }

    /// Amazon's number of it; 0 if it sent none.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Customer => 1,
            Self::Amazon => 2,
            Self::Replaced => 4,
            Self::Other(number) => number,
        }
    }
}

impl ReceiptType {
    const fn product_type(&self) -> Option<ProductType> {
        match self {
            Self::Consumable => Some(ProductType::Consumable),
            Self::Entitled => Some(ProductType::NonConsumable),
            Self::Subscription => Some(ProductType::Subscription),
            Self::Other(_) => None,
        }
    }
}

fn cancel_reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CancelReason, D::Error> {
    Ok(Option::<i64>::deserialize(deserializer)?.map_or(CancelReason::Unknown, CancelReason::of))
}

fn yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or_default())
}
