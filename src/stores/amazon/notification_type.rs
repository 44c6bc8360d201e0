//! The names of `notificationType`.
//!
//! Source: <https://developer.amazon.com/docs/in-app-purchasing/real-time-notifications.html>.

use crate::model::ProductType;

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
            /// Every type that this version knows.
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
        /// It will renew by itself.
        SubscriptionAutoRenewalOn = "SUBSCRIPTION_AUTO_RENEWAL_ON",
        /// It will not renew by itself.
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
    /// What kind of product it is about; `None` for a type this version does not know.
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
    use super::*;

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
