//! One transaction with the additions of Advanced Commerce and commitments, and the transaction of the app itself.
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/jwstransactiondecodedpayload>,
//! <https://developer.apple.com/documentation/appstoreserverapi/advancedcommercetransactioninfo>,
//! <https://developer.apple.com/documentation/appstoreserverapi/jwsapptransactiondecodedpayload>.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::model::Timestamp;
use crate::stores::wire::{integer, kept, lossy, millis, open_integer_enum, open_string_enum};

/// A purchase or renewal: `JWSTransactionDecodedPayload`. Every member may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Transaction {
    /// This purchase's or renewal's id. A refund is reported by it.
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
    /// The player's UUID that the game set in StoreKit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_account_token: Option<String>,
    /// Bought by this player or shared by the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_app_ownership_type: Option<InAppOwnershipType>,
    /// When Apple signed it.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub signed_date: Option<Timestamp>,
    /// When it was refunded or removed from family sharing.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub revocation_date: Option<Timestamp>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_reason: Option<RevocationReason>,
    /// In full, in part, or removed from family sharing. Since 2025-12; absent in older ones and with Advanced
    /// Commerce.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_type: Option<RevocationType>,
    /// The refunded share of the price, in thousandths of a percent of all that was bought.
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
    /// PURCHASE by the player, or automatic RENEWAL.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub transaction_reason: Option<TransactionReason>,
    /// ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The price of the whole quantity, in thousandths of the currency's unit.
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
    /// The state of a subscription with a commitment.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub commitment_info: Option<CommitmentInfo>,
}

open_string_enum! {
    /// Kind of product: `type`.
    TransactionProductType {
        /// Renews automatically.
        AutoRenewableSubscription = "Auto-Renewable Subscription",
        /// Bought once and kept.
        NonConsumable = "Non-Consumable",
        /// Used up.
        Consumable = "Consumable",
        /// Ends without renewal.
        NonRenewingSubscription = "Non-Renewing Subscription",
    }
}

open_string_enum! {
    /// Who bought it: `inAppOwnershipType`.
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
    /// How much was revoked: `revocationType`.
    RevocationType {
        /// In full.
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
        /// For former subscribers.
        WinBack = 4,
    }
}

/// An Advanced Commerce transaction's items, taxes and refunds: `advancedCommerceInfo`. Amounts are in thousandths of
/// the currency's unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceInfo {
    /// The developer's id of the request that made it.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub request_reference_id: Option<String>,
    /// Tax, as Apple estimates it.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub estimated_tax: Option<i64>,
    /// The tax code.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// The price without tax.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub tax_exclusive_price: Option<i64>,
    /// The rate of tax.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub tax_rate: Option<String>,
    /// The description and display name the player saw.
    #[serde(deserialize_with = "kept", skip_serializing_if = "Option::is_none")]
    pub descriptors: Option<Value>,
    /// How often the subscription renews (ISO 8601 duration).
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// What was bought.
    #[serde(deserialize_with = "items")]
    pub items: Vec<AdvancedCommerceItem>,
}

fn items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AdvancedCommerceItem>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// One item of an Advanced Commerce transaction.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceItem {
    /// The developer's id of it.
    #[serde(rename = "SKU", deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// For the player.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For the player.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The offer it was bought under.
    #[serde(deserialize_with = "kept", skip_serializing_if = "Option::is_none")]
    pub offer: Option<Value>,
    /// Its price.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The refunds of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunds: Option<Vec<AdvancedCommerceRefund>>,
    /// When access to it was revoked.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub revocation_date: Option<Timestamp>,
}

/// One refund of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AdvancedCommerceRefund {
    /// How much.
    #[serde(deserialize_with = "integer", skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<i64>,
    /// When.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub refund_date: Option<Timestamp>,
    /// Why, in Advanced Commerce's words.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<String>,
    /// How much of the item's price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_type: Option<AdvancedCommerceRefundType>,
}

open_string_enum! {
    /// How much of an item's price was refunded: `refundType`.
    AdvancedCommerceRefundType {
        /// In full.
        Full = "FULL",
        /// The part for the time not used.
        Prorated = "PRORATED",
        /// An amount the developer chose.
        Custom = "CUSTOM",
    }
}

/// The state of a subscription with a commitment: `commitmentInfo`. Not every member is there in both of a transaction
/// and a renewal info.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct CommitmentInfo {
    /// The number of this period.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub billing_period_number: Option<i64>,
    /// When the commitment ends.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub commitment_expires_date: Option<Timestamp>,
    /// The whole commitment's price, in thousandths of the currency's unit.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub commitment_price: Option<i64>,
    /// How many periods it has.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub total_billing_periods: Option<i64>,
}

/// One account's download of the app. Every member may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct AppTransaction {
    /// The environment: `Production`, `Sandbox` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_type: Option<String>,
    /// The app's Apple ID.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub app_apple_id: Option<i64>,
    /// The app's bundle id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bundle_id: Option<String>,
    /// The app's version.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub application_version: Option<String>,
    /// Apple's number for that version.
    #[serde(deserialize_with = "lossy::integer", skip_serializing_if = "Option::is_none")]
    pub version_external_identifier: Option<i64>,
    /// When Apple signed it.
    #[serde(with = "millis", skip_serializing_if = "Option::is_none")]
    pub receipt_creation_date: Option<Timestamp>,
    /// When the account first got the app.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub original_purchase_date: Option<Timestamp>,
    /// The app's version at that time.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub original_application_version: Option<String>,
    /// When the app was ordered before it was out.
    #[serde(with = "lossy::millis", skip_serializing_if = "Option::is_none")]
    pub preorder_date: Option<Timestamp>,
    /// The platform it was first got on.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub original_platform: Option<String>,
    /// The download's id; each family member has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_transaction_id: Option<String>,
    /// For a check on a device that this is of it.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub device_verification: Option<String>,
    /// As above.
    #[serde(deserialize_with = "lossy::any", skip_serializing_if = "Option::is_none")]
    pub device_verification_nonce: Option<String>,
}
