//! The kinds of text that Apple signs, and the kind of a JWS.

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::json;

/// The kinds of text that Apple signs for the App Store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignedKind {
    /// `signedPayload` of App Store Server Notifications V2.
    Notification,
    /// `signedTransactionInfo`, StoreKit's `jwsRepresentation`.
    Transaction,
    /// `signedRenewalInfo`.
    RenewalInfo,
    /// `signedAppTransactionInfo`, StoreKit's `AppTransaction`.
    AppTransaction,
}

/// Members that distinguishes the kinds. Values do not matter.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Marks {
    notification_type: Option<IgnoredAny>,
    transaction_id: Option<IgnoredAny>,
    purchase_date: Option<IgnoredAny>,
    receipt_type: Option<IgnoredAny>,
    receipt_creation_date: Option<IgnoredAny>,
    original_application_version: Option<IgnoredAny>,
    application_version: Option<IgnoredAny>,
    auto_renew_status: Option<IgnoredAny>,
    auto_renew_product_id: Option<IgnoredAny>,
    renewal_date: Option<IgnoredAny>,
    expiration_intent: Option<IgnoredAny>,
    recent_subscription_start_date: Option<IgnoredAny>,
}

impl SignedKind {
    /// The kind of a JWS's payload; `None` if no member shows it.
    pub(crate) fn of(payload: &[u8]) -> Option<Self> {
        let marks: Marks = json::from_slice(payload).ok()?;
        if marks.notification_type.is_some() {
            return Some(Self::Notification);
        }
        if marks.transaction_id.is_some() || marks.purchase_date.is_some() {
            return Some(Self::Transaction);
        }
        if marks.receipt_type.is_some()
            || marks.receipt_creation_date.is_some()
            || marks.original_application_version.is_some()
            || marks.application_version.is_some()
        {
            return Some(Self::AppTransaction);
        }
        let is_renewal_info = marks.auto_renew_status.is_some()
            || marks.auto_renew_product_id.is_some()
            || marks.renewal_date.is_some()
            || marks.expiration_intent.is_some()
            || marks.recent_subscription_start_date.is_some();
        is_renewal_info.then_some(Self::RenewalInfo)
    }

    /// For people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Notification => "an App Store notification (signedPayload)",
            Self::Transaction => {
                "an App Store transaction (signedTransactionInfo, StoreKit's jwsRepresentation)"
            }
            Self::RenewalInfo => "an App Store renewal info (signedRenewalInfo)",
            Self::AppTransaction => {
                "an App Store app transaction (signedAppTransactionInfo, StoreKit's AppTransaction)"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SignedKind;

    #[test]
    fn each_kind_is_known_by_its_own_members() {
        for (payload, kind) in [
            (r#"{"notificationType":"REFUND","data":{"transactionId":"1"}}"#, Some(SignedKind::Notification)),
            (r#"{"transactionId":"1","originalTransactionId":"1"}"#, Some(SignedKind::Transaction)),
            (r#"{"originalTransactionId":"1","purchaseDate":7}"#, Some(SignedKind::Transaction)),
            (r#"{"originalTransactionId":"1","autoRenewStatus":1}"#, Some(SignedKind::RenewalInfo)),
            (r#"{"originalTransactionId":"1","autoRenewProductId":"vip"}"#, Some(SignedKind::RenewalInfo)),
            (r#"{"receiptType":"Production","appTransactionId":"9"}"#, Some(SignedKind::AppTransaction)),
            (r#"{"receiptCreationDate":7}"#, Some(SignedKind::AppTransaction)),
            (r#"{"originalApplicationVersion":"1.0"}"#, Some(SignedKind::AppTransaction)),
            (r#"{"originalTransactionId":"1","renewalDate":7}"#, Some(SignedKind::RenewalInfo)),
            (r#"{"originalTransactionId":"1","expirationIntent":1}"#, Some(SignedKind::RenewalInfo)),
            (r#"{"recentSubscriptionStartDate":7}"#, Some(SignedKind::RenewalInfo)),
            (r#"{"applicationVersion":"7"}"#, Some(SignedKind::AppTransaction)),
            (r#"{"transactionId":"1","x":"\ud800"}"#, Some(SignedKind::Transaction)),
            (r#"{"originalTransactionId":"1"}"#, None),
            ("{}", None),
            ("[1]", None),
            ("{", None),
        ] {
            assert_eq!(SignedKind::of(payload.as_bytes()), kind, "{payload}");
        }
    }
}
