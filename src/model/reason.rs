//! Why a purchase was refunded, who started it, and how far that can be trusted.

use serde::{Deserialize, Serialize};

/// Why the money went back, in one vocabulary for all stores. Absent where the store did not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The store said "other". App Store revocationReason 0, Google Play voidedReason 0.
    Other,
    /// The player changed their mind. Google Play 1; App Store UNSATISFIED_WITH_PURCHASE.
    Remorse,
    /// The player says it never arrived. Google Play 2; App Store FULFILLMENT_ISSUE.
    NotReceived,
    /// It did not work. Google Play 3; App Store revocationReason 1.
    Defective,
    /// Bought by mistake, or by a child. Google Play 4; App Store UNINTENDED_PURCHASE.
    AccidentalPurchase,
    /// Somebody else's payment method. Google Play 5.
    Fraud,
    /// The player's own payment method, disputed in bad faith. Google Play 6.
    FriendlyFraud,
    /// The player's bank took the money back. Google Play 7.
    Chargeback,
    /// The game never acknowledged the purchase, so the store gave the money back. Google Play 8.
    Unacknowledged,
    /// A family member no longer shares the purchase. App Store REVOKE.
    FamilySharingLost,
    /// A law or a court. App Store LEGAL.
    Legal,
    /// A fault of the store itself.
    StoreFault,
}

/// Who started the refund. Absent where the store did not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initiator {
    /// The player asked for it.
    Player,
    /// The game's own team.
    Developer,
    /// The store by itself.
    Store,
    /// The player's bank.
    Bank,
}

/// How far a fact can be trusted. Ordered: `Hint < Signed < Confirmed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Not signed, or signed but not saying by itself that money moved. By default blocks nobody.
    Hint,
    /// The store's signature or token was verified.
    Signed,
    /// The store's own API said so when asked.
    Confirmed,
}

/// What kind of product was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductType {
    /// Used up and bought again: gems.
    Consumable,
    /// Bought once and kept.
    NonConsumable,
    /// One-time, where the store does not distinguishes the two. Google Play.
    OneTime,
    /// Renews by itself.
    Subscription,
    /// Ends by itself.
    NonRenewingSubscription,
}
