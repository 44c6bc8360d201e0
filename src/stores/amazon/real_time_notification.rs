//! The Real-Time Notification inside of an SNS message.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::NotificationType;
use crate::json::{self, JsonError};
use crate::model::Timestamp;

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
    /// Whether it was bought in a Live App Test, where no money is paid; `None` where the message does not say.
    pub beta_product_transaction: Option<bool>,
    /// All members this version does not know, as they came.
    pub rest: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    app_package_name: String,
    notification_type: String,
    receipt_id: Option<String>,
    app_user_id: Option<String>,
    related_receipts: Option<Value>,
    timestamp: i64,
    beta_product_transaction: Option<bool>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl RealTimeNotification {
    /// Reads the `Message` of an SNS message.
    pub(super) fn parse(message: &str) -> Result<Self, JsonError> {
        let wire = read(message)?;
        // Empty text counts as absent: an empty receipt id would make one case of all refunds that lack one.
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        Ok(Self {
            package_name: wire.app_package_name,
            notification_type: NotificationType::from_name(&wire.notification_type),
            receipt_id: said(wire.receipt_id),
            app_user_id: said(wire.app_user_id),
            related_receipts: wire.related_receipts,
            timestamp: Timestamp::from_millis(wire.timestamp),
            beta_product_transaction: wire.beta_product_transaction,
            rest: wire.rest,
        })
    }

    /// The receipt that this notification's receipt replaced. `SUBSCRIPTION_MODIFIED_IMMEDIATE`.
    #[must_use]
    pub fn cancelled_receipt_id(&self) -> Option<&str> {
        self.related_receipts.as_ref()?.get("cancelledReceiptId")?.as_str()
    }
}

/// Amazon's documentation shows a message with a comma behind its last member. That one slip is forgiven; everything
/// else is as strict as for any store.
fn read(message: &str) -> Result<Wire, JsonError> {
    match (json::from_slice(message.as_bytes()), without_last_comma(message)) {
        (Err(JsonError::Syntax { .. }), Some(mended)) => json::from_slice(mended.as_bytes()),
        (read, _) => read,
    }
}

fn without_last_comma(message: &str) -> Option<String> {
    let inside = message.trim_end().strip_suffix('}')?.trim_end().strip_suffix(',')?;
    Some(format!("{inside}}}"))
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
            ("receiptId", json!(7)),
            ("appUserId", json!(7)),
            ("betaProductTransaction", json!("true")),
            ("timestamp", json!(1.5)),
        ] {
            let mut message = whole();
            message[member] = value;
            assert!(RealTimeNotification::parse(&message.to_string()).is_err(), "{member}");
        }
    }

    #[test]
    fn an_empty_id_is_none() {
        let mut message = whole();
        message["receiptId"] = json!("");
        message["appUserId"] = json!("");
        let read = RealTimeNotification::parse(&message.to_string()).unwrap();
        assert_eq!((read.receipt_id, read.app_user_id), (None, None));
    }
}
