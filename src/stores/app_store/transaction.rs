//! One transaction.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload>

use serde::{Deserialize, Serialize};

use super::advanced_commerce::{AdvancedCommerceInfo, CommitmentInfo};
use crate::model::Timestamp;
use crate::stores::wire::lossy;
use crate::stores::wire::{integer, millis};
use crate::stores::wire::{open_integer_enum, open_string_enum};

/// A purchase or renewal: `JWSTransactionDecodedPayload`. Every member may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Transaction {
    /// This purchase's or renewal's id. A refund is told by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// The id that all renewals of a subscription share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_transaction_id: Option<String>,
    /// Subscription purchases across devices.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub web_order_line_item_id: Option<String>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// What was bought.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The group the subscription belongs to.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub subscription_group_identifier: Option<String>,
    /// When it was charged.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub purchase_date: Option<Timestamp>,
    /// When the first of its renewals was charged.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub original_purchase_date: Option<Timestamp>,
    /// When the subscription ends or renews.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub expires_date: Option<Timestamp>,
    /// How many consumables.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Kind of product.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub product_type: Option<TransactionProductType>,
    /// The UUID the game gave StoreKit for the player.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_account_token: Option<String>,
    /// Bought by this player or shared by the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_app_ownership_type: Option<InAppOwnershipType>,
    /// When Apple signed it.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub signed_date: Option<Timestamp>,
    /// When it was refunded or taken out of family sharing.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub revocation_date: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<RevocationReason>,
    /// In full, in part, or taken out of family sharing. Since 2025-12; absent in older ones and with Advanced Commerce.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_type: Option<RevocationType>,
    /// How much of the price went back, in thousandths of a percent of all that was bought.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub revocation_percentage: Option<i64>,
    /// Replaced by a higher subscription level.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub is_upgraded: Option<bool>,
    /// Kind of offer.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_type: Option<OfferType>,
    /// Which offer.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_identifier: Option<String>,
    /// How the offer is paid: FREE_TRIAL, PAY_AS_YOU_GO, PAY_UP_FRONT, ONE_TIME.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_discount_type: Option<String>,
    /// For how long the offer runs (ISO 8601 duration).
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub offer_period: Option<String>,
    /// `Production`, `Sandbox` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The storefront's country, ISO 3166-1 alpha-3.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub storefront: Option<String>,
    /// Apple's number for the storefront.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub storefront_id: Option<String>,
    /// PURCHASE by the player, or RENEWAL by itself.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub transaction_reason: Option<TransactionReason>,
    /// ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid for the whole quantity, in thousandths of the currency's unit.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The app's download by one account; each family member has another.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// Advanced Commerce's items, taxes and refunds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_commerce_info: Option<AdvancedCommerceInfo>,
    /// BILLED_UPFRONT or MONTHLY.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub billing_plan_type: Option<String>,
    /// Where a subscription with a commitment stands.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub commitment_info: Option<CommitmentInfo>,
}

open_string_enum! {
    /// Kind of product: `type`.
    TransactionProductType {
        /// Renews by itself.
        AutoRenewableSubscription = "Auto-Renewable Subscription",
        /// Bought once and kept.
        NonConsumable = "Non-Consumable",
        /// Used up.
        Consumable = "Consumable",
        /// Ends by itself.
        NonRenewingSubscription = "Non-Renewing Subscription",
    }
}

open_string_enum! {
    /// Whose purchase it is: `inAppOwnershipType`.
    InAppOwnershipType {
        /// The player's own.
        Purchased = "PURCHASED",
        /// A family member's.
        FamilyShared = "FAMILY_SHARED",
    }
}

open_string_enum! {
    /// How a transaction came about: `transactionReason`.
    TransactionReason {
        /// The player bought.
        Purchase = "PURCHASE",
        /// The subscription renewed.
        Renewal = "RENEWAL",
    }
}

open_string_enum! {
    /// How much was taken back: `revocationType`.
    RevocationType {
        /// All of it.
        RefundFull = "REFUND_FULL",
        /// The share in `revocationPercentage`.
        RefundProrated = "REFUND_PRORATED",
        /// No refund to this player: the family no longer shares it.
        FamilyRevoke = "FAMILY_REVOKE",
    }
}

open_integer_enum! {
    /// Why a transaction was refunded: `revocationReason`.
    RevocationReason {
        /// For another reason, such as a purchase by accident.
        Other = 0,
        /// For a problem, actual or perceived, within the app.
        AppIssue = 1,
    }
}

open_integer_enum! {
    /// Kind of offer: `offerType`.
    OfferType {
        /// For new subscribers.
        Introductory = 1,
        /// For subscribers of now or before.
        Promotional = 2,
        /// With an offer code.
        OfferCode = 3,
        /// For those who left.
        WinBack = 4,
    }
}
