//! Why a purchase was refunded, who initiated it, and how reliable that is.

use serde::{Deserialize, Serialize};

/// Why the money was refunded, in one vocabulary for all stores. Absent if the store did not report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The store reported "other". App Store revocationReason 0, Google Play voidedReason 0.
    Other,
    /// The player changed their mind. Google Play 1; App Store UNSATISFIED_WITH_PURCHASE.
    Remorse,
    /// The player claims that it never arrived. Google Play 2; App Store FULFILLMENT_ISSUE.
    NotReceived,
    /// It did not work. Google Play 3; App Store revocationReason 1.
    Defective,
    /// Bought by mistake, or by a child. Google Play 4; App Store UNINTENDED_PURCHASE.
    AccidentalPurchase,
    /// Another person's payment method. Google Play 5.
    Fraud,
    /// The player's own payment method, disputed in bad faith. Google Play 6.
    FriendlyFraud,
    /// The player's bank took the money back. Google Play 7.
    Chargeback,
    /// The game never acknowledged the purchase, so the store refunded it. Google Play 8.
    Unacknowledged,
    /// A family member no longer shares the purchase. App Store REVOKE.
    FamilySharingLost,
    /// A legal obligation. App Store LEGAL.
    Legal,
    /// An error of the store itself.
    StoreFault,
}

/// Who initiated the refund. Absent if the store did not report it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Initiator {
    /// The player requested it.
    Player,
    /// The game's own team.
    Developer,
    /// The store, on its own.
    Store,
    /// The player's bank.
    Bank,
}

/// How reliable a fact is. Ordered: `Hint < Signed < Confirmed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Unsigned, or signed but no proof that money moved. By default it blocks no player.
    Hint,
    /// The store's signature or token was verified.
    Signed,
    /// The store's own API reported it.
    Confirmed,
}

/// What kind of product was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProductType {
    /// Used up and bought again: gems.
    Consumable,
    /// Bought once and kept.
    NonConsumable,
    /// One-time, where the store does not distinguish the two. Google Play.
    OneTime,
    /// Renews by itself.
    Subscription,
    /// Ends by itself.
    NonRenewingSubscription,
}
