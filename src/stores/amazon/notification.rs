//! A verified message, the Real-Time Notification inside it, and the names of `notificationType`.
//!
//! Source: <https://developer.amazon.com/docs/in-app-purchasing/real-time-notifications.html>.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

#[cfg(test)]
use super::envelope::MessageType;
use super::envelope::SnsMessage;
use super::given::without_last_comma;
use crate::json::{self, JsonError};
use crate::model::{ProductType, Timestamp};
use crate::stores::wire::{Millis, flag, id_or_digits, kept};

/// An SNS message with a verified signature; only [`AmazonVerifier`](super::AmazonVerifier) makes one. Serializes under
/// the names of SNS, with the notification inside read.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Notification {
    #[serde(rename = "Type")]
    message_type: &'static str,
    message_id: String,
    topic_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    timestamp: String,
    #[serde(flatten)]
    content: Content,
    #[serde(skip)]
    app: String,
    #[serde(skip)]
    at: Timestamp,
}

/// The content of an SNS message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub enum Content {
    /// What Amazon Appstore published. SNS type `Notification`.
    #[serde(rename = "Message")]
    RealTimeNotification(RealTimeNotification),
    /// SNS wants to hear that the endpoint is ours, by a GET request to this URL. SNS type `SubscriptionConfirmation`.
    #[serde(rename = "SubscribeURL")]
    SubscribeUrl(String),
    /// The endpoint was removed from the topic. SNS type `UnsubscribeConfirmation`, with its text for people.
    #[serde(rename = "Message")]
    Unsubscribed(String),
}

impl Notification {
    pub(super) fn new(message: SnsMessage, app: String, content: Content) -> Self {
        let (message_type, at, members) = (message.message_type, message.at, message.members);
        Self {
            message_type: message_type.name(),
            message_id: members.message_id,
            topic_arn: members.topic_arn,
            subject: members.subject,
            timestamp: members.timestamp,
            content,
            app,
            at,
        }
    }

    /// SNS's `MessageId`, the same when the message is delivered again.
    #[must_use]
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The topic that brought it.
    #[must_use]
    pub fn topic_arn(&self) -> &str {
        &self.topic_arn
    }

    /// When SNS made it.
    #[must_use]
    pub const fn published_at(&self) -> Timestamp {
        self.at
    }

    /// Its content.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// The package it is about; of a confirmation, the first that the configuration has for its topic.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.app
    }

    /// SNS's name of the message's kind.
    pub(super) const fn message_type(&self) -> &'static str {
        self.message_type
    }
}

#[cfg(test)]
impl Notification {
    /// A message that no verifier has seen, for tests of its meaning.
    pub(super) fn for_test(content: RealTimeNotification) -> Self {
        Self {
            message_type: MessageType::Notification.name(),
            message_id: "m-1".to_owned(),
            topic_arn: String::new(),
            subject: None,
            timestamp: String::new(),
            app: content.package_name.clone(),
            at: content.timestamp,
            content: Content::RealTimeNotification(content),
        }
    }
}

/// One Real-Time Notification. Serializes under Amazon's own names.
#[derive(Clone, Debug, PartialEq)]
pub struct RealTimeNotification {
    /// The app it is about: `appPackageName`.
    pub package_name: String,
    /// What happened.
    pub notification_type: NotificationType,
    /// The receipt it happened to. All renewals of a subscription share one.
    pub receipt_id: Option<String>,
    /// Amazon's id of the customer in this app: `appUserId`.
    pub app_user_id: Option<String>,
    /// Other receipts that have to do with it, as they came; documented as an object, and as an empty array.
    pub related_receipts: Option<Value>,
    /// When it happened.
    pub timestamp: Timestamp,
    /// Whether it was bought in a Live App Test, where no money is paid; `None` if the message does not report it.
    pub beta_product_transaction: Option<bool>,
    /// All members unknown to this version, as they came; ambiguous ones are left out.
    pub rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    app_package_name: String,
    notification_type: String,
    #[serde(default, deserialize_with = "id_or_digits")]
    receipt_id: Option<String>,
    #[serde(default, deserialize_with = "id_or_digits")]
    app_user_id: Option<String>,
    #[serde(default, deserialize_with = "kept")]
    related_receipts: Option<Value>,
    timestamp: Millis,
    #[serde(default, deserialize_with = "flag")]
    beta_product_transaction: Option<bool>,
}

/// The members that [`Wire`] has.
const KNOWN: [&str; 7] = [
    "appPackageName",
    "notificationType",
    "receiptId",
    "appUserId",
    "relatedReceipts",
    "timestamp",
    "betaProductTransaction",
];

impl RealTimeNotification {
    /// Reads the `Message` of an SNS message.
    pub(super) fn parse(message: &str) -> Result<Self, JsonError> {
        let (wire, text) = read(message)?;
        Ok(Self {
            package_name: wire.app_package_name,
            notification_type: NotificationType::from_name(&wire.notification_type),
            receipt_id: wire.receipt_id,
            app_user_id: wire.app_user_id,
            related_receipts: wire.related_receipts,
            timestamp: wire.timestamp.0,
            beta_product_transaction: wire.beta_product_transaction,
            rest: json::members_but(&text, &KNOWN),
        })
    }

    /// The receipt that this notification's receipt replaced. `SUBSCRIPTION_MODIFIED_IMMEDIATE`.
    #[must_use]
    pub fn cancelled_receipt_id(&self) -> Option<&str> {
        self.related_receipts.as_ref()?.get("cancelledReceiptId")?.as_str()
    }
}

/// Amazon's documentation shows a message with a comma after its last member. That one error is accepted; everything
/// else is as strict as for any store.
fn read(message: &str) -> Result<(Wire, Cow<'_, str>), JsonError> {
    match (json::from_slice(message.as_bytes()), without_last_comma(message)) {
        (Err(JsonError::Syntax { .. }), Some(mended)) => {
            json::from_slice(mended.as_bytes()).map(|wire| (wire, Cow::Owned(mended)))
        }
        (read, _) => read.map(|wire| (wire, Cow::Borrowed(message))),
    }
}

impl Serialize for RealTimeNotification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("appPackageName", &self.package_name)?;
        map.serialize_entry("notificationType", &self.notification_type)?;
        for (name, text) in [("receiptId", &self.receipt_id), ("appUserId", &self.app_user_id)] {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        if let Some(related_receipts) = &self.related_receipts {
            map.serialize_entry("relatedReceipts", related_receipts)?;
        }
        map.serialize_entry("timestamp", &self.timestamp.millis())?;
        if let Some(beta) = self.beta_product_transaction {
            map.serialize_entry("betaProductTransaction", &beta)?;
        }
        for (name, value) in &self.rest {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

macro_rules! named {
    (
        $(#[$about:meta])*
        $name:ident { $( $(#[$meaning:meta])* $variant:ident = $text:literal, )* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$meaning])* $variant, )*
            /// A name this version does not know.
            Unknown(String),
        }

        impl $name {
            /// Every type that this version recognises.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// From Amazon's name.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                match name {
                    $( $text => Self::$variant, )*
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// Amazon's name.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $( Self::$variant => $text, )*
                    Self::Unknown(name) => name,
                }
            }
        }
    };
}

named! {
    /// What happened to a receipt. Open for the types that Amazon may add.
    NotificationType {
        /// A consumable was bought.
        ConsumablePurchased = "CONSUMABLE_PURCHASED",
        /// A consumable's purchase was cancelled.
        ConsumableCancelled = "CONSUMABLE_CANCELLED",
        /// An entitlement was bought.
        EntitlementPurchased = "ENTITLEMENT_PURCHASED",
        /// An entitlement's purchase was cancelled.
        EntitlementCancelled = "ENTITLEMENT_CANCELLED",
        /// A subscription was bought.
        SubscriptionPurchased = "SUBSCRIPTION_PURCHASED",
        /// It was renewed.
        SubscriptionRenewed = "SUBSCRIPTION_RENEWED",
        /// It was cancelled, by the customer, by customer service, for want of payment, or by another plan.
        SubscriptionCancelled = "SUBSCRIPTION_CANCELLED",
        /// It expired.
        SubscriptionExpired = "SUBSCRIPTION_EXPIRED",
        /// Its renewal was not paid, and it lives on for a while.
        SubscriptionInGracePeriod = "SUBSCRIPTION_IN_GRACE_PERIOD",
        /// The renewal was paid after all.
        SubscriptionOutOfGracePeriod = "SUBSCRIPTION_OUT_OF_GRACE_PERIOD",
        /// It will renew automatically.
        SubscriptionAutoRenewalOn = "SUBSCRIPTION_AUTO_RENEWAL_ON",
        /// It will not renew automatically.
        SubscriptionAutoRenewalOff = "SUBSCRIPTION_AUTO_RENEWAL_OFF",
        /// It is about to end, since it does not renew.
        SubscriptionScheduledToEnd = "SUBSCRIPTION_SCHEDULED_TO_END",
        /// Another plan replaced it at once, under a new receipt.
        SubscriptionModifiedImmediate = "SUBSCRIPTION_MODIFIED_IMMEDIATE",
        /// Another plan will replace it at the next renewal.
        SubscriptionModifiedDeferred = "SUBSCRIPTION_MODIFIED_DEFERRED",
        /// The free trial ended, and the first term was paid.
        SubscriptionConvertedFreeTrialToPaid = "SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID",
    }
}

impl NotificationType {
    /// The kind of product; `None` for a type unknown to this version.
    #[must_use]
    pub const fn product_type(&self) -> Option<ProductType> {
        match self {
            Self::ConsumablePurchased | Self::ConsumableCancelled => Some(ProductType::Consumable),
            Self::EntitlementPurchased | Self::EntitlementCancelled => Some(ProductType::NonConsumable),
            Self::Unknown(_) => None,
            _ => Some(ProductType::Subscription),
        }
    }
}

impl serde::Serialize for NotificationType {
    /// As Amazon's name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole() -> Value {
        json!({
            "appPackageName": "com.example.game",
            "notificationType": "SUBSCRIPTION_MODIFIED_IMMEDIATE",
            "receiptId": "new=:3:11",
            "appUserId": "customer=",
            "relatedReceipts": {"cancelledReceiptId": "old=:3:11", "more": 1},
            "timestamp": 1_600_701_569_824_i64,
            "betaProductTransaction": false,
            "region": "EU",
        })
    }

    #[test]
    fn it_reads_and_prints_under_amazons_names_and_keeps_what_is_new() {
        let read = RealTimeNotification::parse(&whole().to_string()).unwrap();
        assert_eq!(read.cancelled_receipt_id(), Some("old=:3:11"));
        assert_eq!(read.timestamp, Timestamp::from_millis(1_600_701_569_824));
        assert_eq!(read.rest["region"], "EU");
        assert_eq!(serde_json::to_value(&read).unwrap(), whole());
    }

    #[test]
    fn related_receipts_come_as_an_object_an_array_null_or_not_at_all() {
        for related in [json!({}), json!([]), json!(null), json!({"cancelledReceiptId": null}), json!("")] {
            let mut message = whole();
            message["relatedReceipts"] = related.clone();
            let read = RealTimeNotification::parse(&message.to_string()).unwrap();
            assert_eq!(read.cancelled_receipt_id(), None, "{related}");
        }
        let mut message = whole();
        message.as_object_mut().unwrap().remove("relatedReceipts");
        assert_eq!(RealTimeNotification::parse(&message.to_string()).unwrap().cancelled_receipt_id(), None);
    }

    #[test]
    fn one_comma_behind_the_last_member_is_forgiven_and_nothing_else() {
        let whole = whole().to_string();
        let body = whole.strip_suffix('}').unwrap();
        let expected = RealTimeNotification::parse(&whole).unwrap();
        for end in [",}", ", }", ",\n}\n"] {
            assert_eq!(RealTimeNotification::parse(&format!("{body}{end}")).unwrap(), expected, "{end:?}");
        }
        let inner = whole.replace("\"more\":1", "\"more\":1,");
        let twice = format!("{body},\"timestamp\":1,}}");
        for bad in [&format!("{body},,}}"), &format!("{body},"), body, &inner, "{,}", "", "[,]", "null"] {
            assert!(RealTimeNotification::parse(bad).is_err(), "{bad}");
        }
        assert!(matches!(RealTimeNotification::parse(&twice), Err(JsonError::DuplicateKey { .. })));
    }

    #[test]
    fn what_everything_hangs_on_must_be_there_and_of_its_type() {
        for member in ["appPackageName", "notificationType", "timestamp"] {
            for value in [None, Some(json!(null)), Some(json!([])), Some(json!({}))] {
                let mut message = whole();
                match &value {
                    None => drop(message.as_object_mut().unwrap().remove(member)),
                    Some(value) => message[member] = value.clone(),
                }
                let read = RealTimeNotification::parse(&message.to_string());
                assert!(matches!(read, Err(JsonError::Shape { .. })), "{member}: {value:?}");
            }
        }
        for (member, value) in [
            ("receiptId", json!(["7"])),
            ("appUserId", json!(true)),
            ("betaProductTransaction", json!("maybe")),
            ("betaProductTransaction", json!(2)),
            ("timestamp", json!("yesterday")),
            ("timestamp", json!("")),
        ] {
            let mut message = whole();
            message[member] = value;
            assert!(RealTimeNotification::parse(&message.to_string()).is_err(), "{member}");
        }
    }

    /// A service between Amazon and here may rewrite the JSON.
    #[test]
    fn numbers_come_as_text_flags_as_numbers_or_text_and_ids_as_numbers() {
        let with = |member: &str, json: &str| {
            let mut message = whole();
            message[member] = json!("HERE");
            RealTimeNotification::parse(&message.to_string().replace("\"HERE\"", json)).unwrap()
        };
        for time in ["1780000000000", "\"1780000000000\"", "1780000000000.0", "1.78e12"] {
            assert_eq!(
                with("timestamp", time).timestamp,
                Timestamp::from_millis(1_780_000_000_000),
                "{time}"
            );
        }
        for (json, flag) in [
            ("\"true\"", Some(true)),
            ("\"false\"", Some(false)),
            ("1", Some(true)),
            ("0", Some(false)),
            ("\"\"", None),
            ("null", None),
        ] {
            assert_eq!(with("betaProductTransaction", json).beta_product_transaction, flag, "{json}");
        }
        let long = "123456789012345678901234567890";
        assert_eq!(with("receiptId", long).receipt_id.as_deref(), Some(long));
        assert_eq!(with("appUserId", "7").app_user_id.as_deref(), Some("7"));
        assert_eq!(with("receiptId", "null").receipt_id, None);
    }

    #[test]
    fn a_member_that_nothing_reads_costs_no_refund() {
        let deep = format!("{}1{}", "[".repeat(29), "]".repeat(29));
        for odd in [
            r#"{"a":1,"a":2}"#,
            r#""\ud800""#,
            r#"{"\ud800":1,"\ud801":2}"#,
            r#"{"$serde_json::private::RawValue":"[[[["}"#,
            "1e999999",
            &deep,
        ] {
            for name in ["x", "$serde_json::private::RawValue"] {
                let text = whole().to_string();
                let text = text.replacen('{', &format!("{{\"{name}\":{odd},\"{name}\":{odd},"), 1);
                let text = text.replace("\"more\":1", &format!("\"more\":{odd},\"more\":{odd}"));
                let read = RealTimeNotification::parse(&text).unwrap();
                assert_eq!(read.receipt_id.as_deref(), Some("new=:3:11"), "{odd}");
                assert_eq!(read.cancelled_receipt_id(), Some("old=:3:11"), "{odd}");
                assert_eq!(read.rest, *json!({"region": "EU"}).as_object().unwrap(), "{odd}");
            }
        }
    }

    #[test]
    fn an_id_that_names_nothing_is_none() {
        let mut message = whole();
        for id in [json!(""), json!("0"), json!(0), json!(null)] {
            message["receiptId"] = id.clone();
            message["appUserId"] = id.clone();
            let read = RealTimeNotification::parse(&message.to_string()).unwrap();
            assert_eq!((read.receipt_id, read.app_user_id), (None, None), "{id}");
        }
    }

    #[test]
    fn the_sixteen_names_are_known_and_others_are_kept() {
        assert_eq!(NotificationType::ALL.len(), 16);
        for known in NotificationType::ALL {
            assert_eq!(&NotificationType::from_name(known.name()), known);
            let kind = known.name().split('_').next().unwrap();
            let expected = match kind {
                "CONSUMABLE" => ProductType::Consumable,
                "ENTITLEMENT" => ProductType::NonConsumable,
                _ => ProductType::Subscription,
            };
            assert_eq!(known.product_type(), Some(expected), "{known:?}");
        }
        let new = NotificationType::from_name("SUBSCRIPTION_PAUSED");
        assert_eq!((new.name(), new.product_type()), ("SUBSCRIPTION_PAUSED", None));
    }
}
