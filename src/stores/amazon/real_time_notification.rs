//! The Real-Time Notification inside of an SNS message.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::NotificationType;
use crate::json::{self, JsonError};
use crate::model::Timestamp;
use crate::stores::wire::{Millis, flag, id_or_digits, kept};

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
    /// All members this version does not know, as they came; what of them has two meanings is left out.
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

/// Amazon's documentation shows a message with a comma behind its last member. That one slip is forgiven; everything
/// else is as strict as for any store.
fn read(message: &str) -> Result<(Wire, Cow<'_, str>), JsonError> {
    match (json::from_slice(message.as_bytes()), without_last_comma(message)) {
        (Err(JsonError::Syntax { .. }), Some(mended)) => {
            json::from_slice(mended.as_bytes()).map(|wire| (wire, Cow::Owned(mended)))
        }
        (read, _) => read.map(|wire| (wire, Cow::Borrowed(message))),
    }
}

pub(super) fn without_last_comma(message: &str) -> Option<String> {
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

    /// What stands between Amazon and here may write JSON anew.
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
}
