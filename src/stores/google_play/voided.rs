//! The numbers of voided purchases, shared by notifications and the Voided Purchases API.
//!
//! Source: <https://developers.google.com/android-publisher/voided-purchases> and the RTDN reference.

use crate::model::{Initiator, ProductType, Reason};
use crate::stores::wire::numbered;

numbered! {
    /// What was voided: `voidedPurchaseNotification.productType`.
    VoidedProductType {
        /// One renewal of a subscription.
        Subscription = 1 "PRODUCT_TYPE_SUBSCRIPTION",
        /// A one-time product.
        OneTime = 2 "PRODUCT_TYPE_ONE_TIME",
    }
}

numbered! {
    /// How much was voided: `voidedPurchaseNotification.refundType`.
    RefundType {
        /// All of it, or all that was left of it.
        Full = 1 "REFUND_TYPE_FULL_REFUND",
        /// Some of the items of a purchase of several; the number is not reported.
        QuantityBasedPartial = 2 "REFUND_TYPE_QUANTITY_BASED_PARTIAL_REFUND",
    }
}

numbered! {
    /// Why it was voided: `voidedReason` of the Voided Purchases API, `refundReason` of
    /// `pendingRefundReviewNotification`.
    VoidedReason {
        /// None of the others.
        Other = 0 "OTHER",
        /// The player changed their mind.
        Remorse = 1 "REMORSE",
        /// The player claims that it never arrived.
        NotReceived = 2 "NOT_RECEIVED",
        /// It did not work.
        Defective = 3 "DEFECTIVE",
        /// Bought by mistake.
        AccidentalPurchase = 4 "ACCIDENTAL_PURCHASE",
        /// Another person's payment method.
        Fraud = 5 "FRAUD",
        /// The player's own payment method, disputed in bad faith.
        FriendlyFraud = 6 "FRIENDLY_FRAUD",
        /// The player's bank took the money back.
        Chargeback = 7 "CHARGEBACK",
        /// The game did not acknowledge the purchase within three days.
        UnacknowledgedPurchase = 8 "UNACKNOWLEDGED_PURCHASE",
    }
}

numbered! {
    /// Who voided it: `voidedSource` of the Voided Purchases API.
    VoidedSource {
        /// The player.
        User = 0 "USER",
        /// The game's own team.
        Developer = 1 "DEVELOPER",
        /// Google.
        Google = 2 "GOOGLE",
    }
}

impl VoidedProductType {
    /// In the vocabulary for all stores; `None` for a number this version does not know.
    #[must_use]
    pub const fn product_type(self) -> Option<ProductType> {
        match self {
            Self::Subscription => Some(ProductType::Subscription),
            Self::OneTime => Some(ProductType::OneTime),
            Self::Unknown(_) => None,
        }
    }
}

impl VoidedReason {
    /// In the vocabulary for all stores; `None` for a number this version does not know.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Other => Some(Reason::Other),
            Self::Remorse => Some(Reason::Remorse),
            Self::NotReceived => Some(Reason::NotReceived),
            Self::Defective => Some(Reason::Defective),
            Self::AccidentalPurchase => Some(Reason::AccidentalPurchase),
            Self::Fraud => Some(Reason::Fraud),
            Self::FriendlyFraud => Some(Reason::FriendlyFraud),
            Self::Chargeback => Some(Reason::Chargeback),
            Self::UnacknowledgedPurchase => Some(Reason::Unacknowledged),
            Self::Unknown(_) => None,
        }
    }
}

impl VoidedSource {
    /// In the vocabulary for all stores; `None` for a number this version does not know.
    #[must_use]
    pub const fn initiator(self) -> Option<Initiator> {
        match self {
            Self::User => Some(Initiator::Player),
            Self::Developer => Some(Initiator::Developer),
            Self::Google => Some(Initiator::Store),
            Self::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_follow_googles_numbers() {
        let reasons: Vec<_> = (0..=9).map(|number| VoidedReason::from_number(number).reason()).collect();
        assert_eq!(
            reasons,
            [
                Some(Reason::Other),
                Some(Reason::Remorse),
                Some(Reason::NotReceived),
                Some(Reason::Defective),
                Some(Reason::AccidentalPurchase),
                Some(Reason::Fraud),
                Some(Reason::FriendlyFraud),
                Some(Reason::Chargeback),
                Some(Reason::Unacknowledged),
                None,
            ]
        );
    }

    #[test]
    fn sources_follow_googles_numbers() {
        let sources: Vec<_> = (0..=3).map(|number| VoidedSource::from_number(number).initiator()).collect();
        assert_eq!(
            sources,
            [Some(Initiator::Player), Some(Initiator::Developer), Some(Initiator::Store), None]
        );
    }

    #[test]
    fn unknown_numbers_are_kept() {
        let unknown: RefundType = serde_json::from_str("\"31\"").unwrap();
        assert_eq!(unknown, RefundType::Unknown(31));
        assert_eq!(serde_json::to_string(&unknown).unwrap(), "31");
        assert_eq!(unknown.name(), None);
    }
}
