//! A push that was verified, and the `DeveloperNotification` in it: what Google Play publishes to the developer's
//! topic.
//!
//! Format and numbers of `notificationType`: <https://developer.android.com/google/play/billing/rtdn-reference>.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::envelope::Envelope;
use super::voided::{RefundType, VoidedProductType, VoidedReason};
use crate::json;
use crate::model::Timestamp;
use crate::stores::wire::{Integer, id, lossy_text, needed_id, needed_text, numbered, text};

/// A push whose sender was verified; only [`GooglePlayVerifier`](super::GooglePlayVerifier) makes one. Serializes
/// under Google's own names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<String>,
    developer_notification: DeveloperNotification,
}

impl Notification {
    pub(super) fn new(envelope: Envelope<'_>, developer_notification: DeveloperNotification) -> Self {
        Self {
            message_id: envelope.message_id,
            publish_time: envelope.publish_time,
            subscription: envelope.subscription,
            developer_notification,
        }
    }

    /// Pub/Sub's `messageId`, unique in its topic and the same when the message is delivered again. For an unwrapped
    /// push without metadata: `sha256:` and the body's hash in hex.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// When Pub/Sub received the message, in RFC 3339 as it came; a repetition may have another time.
    #[must_use]
    pub fn publish_time(&self) -> Option<&str> {
        self.publish_time.as_deref()
    }

    /// The subscription that brought it, if the push names it.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        self.subscription.as_deref()
    }

    /// What Google Play published.
    #[must_use]
    pub const fn developer_notification(&self) -> &DeveloperNotification {
        &self.developer_notification
    }
}

#[cfg(test)]
impl Notification {
    /// A notification that no verifier has seen, for tests of its meaning.
    pub(super) fn for_test(message_id: &str, developer_notification: DeveloperNotification) -> Self {
        let message_id = message_id.to_owned();
        Self { message_id, publish_time: None, subscription: None, developer_notification }
    }
}

/// One Real-time Developer Notification. Serializes under Google's own names.
#[derive(Clone, Debug, PartialEq)]
pub struct DeveloperNotification {
    /// Version of the format; "1.0" so far.
    pub version: Option<String>,
    /// The app it is about.
    pub package_name: String,
    /// When it happened: `eventTimeMillis`.
    pub event_time: Timestamp,
    /// Which of the five kinds it is; `None` for a kind this version does not know, found in `rest`.
    pub content: Option<Content>,
    /// All members unknown to this version, as they came; ambiguous ones are left out.
    pub rest: Map<String, Value>,
}

/// The kinds of notification. Google promises that one message holds one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// `subscriptionNotification`
    Subscription(SubscriptionNotification),
    /// `oneTimeProductNotification`
    OneTimeProduct(OneTimeProductNotification),
    /// `voidedPurchaseNotification`
    VoidedPurchase(VoidedPurchaseNotification),
    /// `pendingRefundReviewNotification`
    PendingRefundReview(PendingRefundReviewNotification),
    /// `testNotification`
    Test(TestNotification),
}

/// A subscription's state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SubscriptionNotification {
    /// How.
    pub notification_type: SubscriptionNotificationType,
    /// The token that all its renewals share.
    #[serde(deserialize_with = "needed_id")]
    pub purchase_token: String,
    /// The product; no longer in Google's documentation, but still sent.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<String>,
}

/// A one-time product's state changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OneTimeProductNotification {
    /// How.
    pub notification_type: OneTimeProductNotificationType,
    /// The purchase's token.
    #[serde(deserialize_with = "needed_id")]
    pub purchase_token: String,
    /// The product.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
}

/// A purchase was voided: cancelled, refunded or charged back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VoidedPurchaseNotification {
    /// The purchase's token. All renewals of a subscription share it.
    #[serde(default, deserialize_with = "id", skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<String>,
    /// The order that was voided. Of a subscription: the one renewal.
    #[serde(default, deserialize_with = "id", skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<VoidedProductType>,
    /// How much of it was voided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_type: Option<RefundType>,
}

/// Google reviews a refund and requests, within 24 hours, what the game knows (`orders.reviewrefund`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PendingRefundReviewNotification {
    /// The token to send back with the answer.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub pending_refund_token: Option<String>,
    /// The order.
    #[serde(deserialize_with = "needed_id")]
    pub order_id: String,
    /// The reason for the requested refund; only CHARGEBACK is sent so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<VoidedReason>,
    /// The account tag the game put on the purchase.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub obfuscated_account_id: Option<String>,
    /// The profile tag the game put on the purchase.
    #[serde(default, deserialize_with = "text", skip_serializing_if = "Option::is_none")]
    pub obfuscated_profile_id: Option<String>,
}

/// The message behind Play Console's "Send test notification".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TestNotification {
    /// Version of the format.
    #[serde(default, deserialize_with = "lossy_text", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default, deserialize_with = "lossy_text")]
    version: Option<String>,
    #[serde(deserialize_with = "needed_text")]
    package_name: String,
    event_time_millis: Integer,
    subscription_notification: Option<SubscriptionNotification>,
    one_time_product_notification: Option<OneTimeProductNotification>,
    voided_purchase_notification: Option<VoidedPurchaseNotification>,
    pending_refund_review_notification: Option<PendingRefundReviewNotification>,
    test_notification: Option<TestNotification>,
}

/// The members that [`Wire`] has.
const KNOWN: [&str; 8] = [
    "version",
    "packageName",
    "eventTimeMillis",
    "subscriptionNotification",
    "oneTimeProductNotification",
    "voidedPurchaseNotification",
    "pendingRefundReviewNotification",
    "testNotification",
];

/// Why bytes are no developer notification.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// No JSON, or JSON of another shape.
    #[error("{0}")]
    Json(json::JsonError),
    /// Several kinds in one message: Google does not document which one counts.
    #[error("it holds {first} and {second}, and Google promises one of them")]
    TwoKinds { first: &'static str, second: &'static str },
}

impl DeveloperNotification {
    /// Reads the JSON that Google publishes.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let wire: Wire = json::from_slice(bytes).map_err(Unreadable::Json)?;
        let kinds = [
            wire.subscription_notification.map(Content::Subscription),
            wire.one_time_product_notification.map(Content::OneTimeProduct),
            wire.voided_purchase_notification.map(Content::VoidedPurchase),
            wire.pending_refund_review_notification.map(Content::PendingRefundReview),
            wire.test_notification.map(Content::Test),
        ];
        let mut kinds = kinds.into_iter().flatten();
        let content = kinds.next();
        if let (Some(first), Some(second)) = (&content, kinds.next()) {
            return Err(Unreadable::TwoKinds { first: first.name(), second: second.name() });
        }
        Ok(Self {
            version: wire.version,
            package_name: wire.package_name,
            event_time: Timestamp::from_millis(wire.event_time_millis.0),
            content,
            rest: std::str::from_utf8(bytes).map(|text| json::members_but(text, &KNOWN)).unwrap_or_default(),
        })
    }
}

impl Content {
    /// The member of the message that holds it, such as `voidedPurchaseNotification`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Subscription(_) => "subscriptionNotification",
            Self::OneTimeProduct(_) => "oneTimeProductNotification",
            Self::VoidedPurchase(_) => "voidedPurchaseNotification",
            Self::PendingRefundReview(_) => "pendingRefundReviewNotification",
            Self::Test(_) => "testNotification",
        }
    }
}

impl Serialize for DeveloperNotification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(version) = &self.version {
            map.serialize_entry("version", version)?;
        }
        map.serialize_entry("packageName", &self.package_name)?;
        map.serialize_entry("eventTimeMillis", &self.event_time.millis().to_string())?;
        if let Some(content) = &self.content {
            let name = content.name();
            match content {
                Content::Subscription(inner) => map.serialize_entry(name, inner)?,
                Content::OneTimeProduct(inner) => map.serialize_entry(name, inner)?,
                Content::VoidedPurchase(inner) => map.serialize_entry(name, inner)?,
                Content::PendingRefundReview(inner) => map.serialize_entry(name, inner)?,
                Content::Test(inner) => map.serialize_entry(name, inner)?,
            }
        }
        for (name, value) in &self.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

numbered! {
    /// What happened to a subscription.
    SubscriptionNotificationType {
        /// Recovered from account hold, or resumed from a pause.
        Recovered = 1 "SUBSCRIPTION_RECOVERED",
        /// Renewed.
        Renewed = 2 "SUBSCRIPTION_RENEWED",
        /// Cancelled; lives until it expires.
        Canceled = 3 "SUBSCRIPTION_CANCELED",
        /// Bought.
        Purchased = 4 "SUBSCRIPTION_PURCHASED",
        /// Put on account hold.
        OnHold = 5 "SUBSCRIPTION_ON_HOLD",
        /// In its grace period.
        InGracePeriod = 6 "SUBSCRIPTION_IN_GRACE_PERIOD",
        /// Resumed by the player before it expired.
        Restarted = 7 "SUBSCRIPTION_RESTARTED",
        /// A price change was confirmed (deprecated by Google).
        PriceChangeConfirmed = 8 "SUBSCRIPTION_PRICE_CHANGE_CONFIRMED",
        /// Its renewal was put off.
        Deferred = 9 "SUBSCRIPTION_DEFERRED",
        /// Paused.
        Paused = 10 "SUBSCRIPTION_PAUSED",
        /// The plan for a pause changed.
        PauseScheduleChanged = 11 "SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED",
        /// Revoked before it expired.
        Revoked = 12 "SUBSCRIPTION_REVOKED",
        /// Expired.
        Expired = 13 "SUBSCRIPTION_EXPIRED",
        /// Its items changed.
        ItemsChanged = 17 "SUBSCRIPTION_ITEMS_CHANGED",
        /// To be cancelled when its instalments are paid.
        CancellationScheduled = 18 "SUBSCRIPTION_CANCELLATION_SCHEDULED",
        /// A price change was updated.
        PriceChangeUpdated = 19 "SUBSCRIPTION_PRICE_CHANGE_UPDATED",
        /// A pending purchase was cancelled.
        PendingPurchaseCanceled = 20 "SUBSCRIPTION_PENDING_PURCHASE_CANCELED",
        /// Consent to a price step-up changed.
        PriceStepUpConsentUpdated = 22 "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED",
    }
}

numbered! {
    /// What happened to a one-time product.
    OneTimeProductNotificationType {
        /// Bought.
        Purchased = 1 "ONE_TIME_PRODUCT_PURCHASED",
        /// A pending purchase was cancelled, by the documentation; seen for refunds of completed purchases too.
        Canceled = 2 "ONE_TIME_PRODUCT_CANCELED",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(kind: &str, inner: Value) -> Value {
        json!({"version": "1.0", "packageName": "com.example.game", "eventTimeMillis": "1700000000000", kind: inner})
    }

    fn parse(value: &Value) -> Result<DeveloperNotification, Unreadable> {
        DeveloperNotification::parse(value.to_string().as_bytes())
    }

    #[test]
    fn every_kind_reads_and_prints_under_googles_names() {
        let messages = [
            message(
                "subscriptionNotification",
                json!({"notificationType": 12, "purchaseToken": "t", "subscriptionId": "vip"}),
            ),
            message(
                "oneTimeProductNotification",
                json!({"notificationType": 2, "purchaseToken": "t", "sku": "gems"}),
            ),
            message(
                "voidedPurchaseNotification",
                json!({"purchaseToken": "t", "orderId": "GPA.1", "productType": 2, "refundType": 1}),
            ),
            message(
                "pendingRefundReviewNotification",
                json!({"pendingRefundToken": "p", "orderId": "GPA.1", "refundReason": 7,
                       "obfuscatedAccountId": "a", "obfuscatedProfileId": "b"}),
            ),
            message("testNotification", json!({"version": "1.0"})),
            message("tomorrowsNotification", json!({"x": [1, {"y": null}]})),
        ];
        for value in messages {
            let read = parse(&value).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), value);
        }
    }

    #[test]
    fn numbers_may_be_text_and_unknown_ones_are_kept() {
        let value =
            message("subscriptionNotification", json!({"notificationType": "21", "purchaseToken": "t"}));
        let Some(Content::Subscription(inner)) = parse(&value).unwrap().content else {
            panic!("another kind")
        };
        assert_eq!(inner.notification_type, SubscriptionNotificationType::Unknown(21));
        let mut value = message("testNotification", json!({}));
        value["eventTimeMillis"] = json!(1_700_000_000_000_i64);
        assert_eq!(parse(&value).unwrap().event_time.millis(), 1_700_000_000_000);
    }

    #[test]
    fn names_replace_numbers_and_an_odd_version_costs_nothing() {
        let inner = json!({"orderId": "GPA.1", "refundType": "REFUND_TYPE_FULL_REFUND", "productType": 2.0});
        let mut value = message("voidedPurchaseNotification", inner);
        value["version"] = json!(1.0);
        let Some(Content::VoidedPurchase(inner)) = parse(&value).unwrap().content else {
            panic!("another kind")
        };
        assert_eq!(inner.refund_type, Some(crate::stores::google_play::RefundType::Full));
        assert_eq!(inner.product_type, Some(crate::stores::google_play::VoidedProductType::OneTime));
    }

    #[test]
    fn a_member_that_nothing_reads_costs_no_refund() {
        let deep = format!("{}1{}", "[".repeat(29), "]".repeat(29));
        let inner = json!({"purchaseToken": "t", "orderId": "GPA.1", "productType": 2, "refundType": 1});
        let plain = parse(&message("voidedPurchaseNotification", inner.clone())).unwrap();
        for odd in [
            r#"{"a":1,"a":2}"#,
            r#""\ud800""#,
            r#"{"\ud800":1,"\ud801":2}"#,
            r#"{"$serde_json::private::RawValue":"[[[["}"#,
            "1e999999",
            &deep,
        ] {
            for name in ["x", "$serde_json::private::RawValue"] {
                let twice = format!("\"{name}\":{odd},\"{name}\":{odd},");
                let text = message("voidedPurchaseNotification", inner.clone()).to_string();
                let text = text.replace("\"orderId\"", &format!("{twice}\"orderId\""));
                let text = text.replacen('{', &format!("{{{twice}"), 1).replace("\"1.0\"", odd);
                let read = DeveloperNotification::parse(text.as_bytes()).unwrap();
                assert_eq!((&read.content, &read.rest), (&plain.content, &plain.rest), "{odd}");
            }
            let once = message("testNotification", json!({})).to_string();
            let once = once.replacen('{', &format!("{{\"x\":{odd},\"y\":1,"), 1);
            let read = DeveloperNotification::parse(once.as_bytes()).unwrap();
            assert_eq!(read.rest["y"], 1, "{odd}");
        }
        for read in ["packageName", "eventTimeMillis", "voidedPurchaseNotification"] {
            let text = message("voidedPurchaseNotification", inner.clone()).to_string();
            let text = text.replacen('{', &format!("{{\"{read}\":null,"), 1);
            assert!(DeveloperNotification::parse(text.as_bytes()).is_err(), "{read}");
        }
    }

    #[test]
    fn a_kind_of_a_later_version_is_kept_whole() {
        let read = parse(&message("tomorrowsNotification", json!({"orderId": "GPA.1"}))).unwrap();
        assert_eq!(read.content, None);
        assert_eq!(read.rest["tomorrowsNotification"], json!({"orderId": "GPA.1"}));
    }

    #[test]
    fn two_kinds_in_one_message_are_not_understood() {
        let mut value = message("testNotification", json!({}));
        value["voidedPurchaseNotification"] = json!({"orderId": "GPA.1"});
        let refused = parse(&value).unwrap_err();
        let both = Unreadable::TwoKinds { first: "voidedPurchaseNotification", second: "testNotification" };
        assert_eq!(refused, both);
        value["voidedPurchaseNotification"] = Value::Null;
        assert!(parse(&value).is_ok(), "null is absent");
    }

    #[test]
    fn what_every_message_needs_is_missed() {
        for member in ["packageName", "eventTimeMillis"] {
            let mut value = message("testNotification", json!({}));
            value.as_object_mut().unwrap().remove(member);
            let refused = parse(&value).unwrap_err().to_string();
            assert!(refused.contains(member), "{refused}");
        }
        let mut value = message("testNotification", json!({}));
        value["packageName"] = json!("");
        assert!(parse(&value).is_err());
        assert!(parse(&message("subscriptionNotification", json!({"notificationType": 12}))).is_err());
        let reviewless_order = json!({"pendingRefundToken": "p", "refundReason": 7});
        assert!(parse(&message("pendingRefundReviewNotification", reviewless_order)).is_err());
    }

    #[test]
    fn empty_text_is_absent() {
        let value = message("voidedPurchaseNotification", json!({"purchaseToken": "", "orderId": ""}));
        let Some(Content::VoidedPurchase(inner)) = parse(&value).unwrap().content else {
            panic!("another kind")
        };
        assert_eq!((inner.purchase_token, inner.order_id), (None, None));
    }
}
