//! Which player a refund belongs to.
//!
//! A store reports that an order was refunded. It does not know the game's players. This page describes how Recoup
//! finds the player, when a refund moves to another player, and what does not move it.
//!
//! # A purchase has a family of ids
//!
//! Stores name one purchase by several ids, and games record one or two of them, sometimes in the wrong field. The ids
//! of one purchase are its *family*:
//!
//! | store | exactly this order | shared by its family |
//! |---|---|---|
//! | App Store | `transactionId` | `originalTransactionId`, `webOrderLineItemId`, the other transactions of the same original one |
//! | Google Play | order id; the purchase token of a one-time product | base order id (`GPA.1-2-3` of `GPA.1-2-3..4`) and its renewals, purchase token of a subscription, linked tokens |
//! | ONE Store | `purchaseId` | `purchaseToken` |
//! | Stripe | charge | payment intent, invoice, subscription |
//! | Amazon | `receiptId` | |
//!
//! A recorded id is compared with every id of the refund's family, whichever field it was recorded in: a purchase
//! token recorded as `order_id` is found, and so is an order id recorded as `original_id`. The record and the refund
//! may come in either order. Ids are compared exactly.
//!
//! **One purchase with two ids is one case**: App Store transactions with the same `webOrderLineItemId`, and restored
//! transactions of one non-consumable (same `originalTransactionId`). Renewals of a subscription and consumables stay
//! separate, and so does everything with an unknown product type.
//!
//! # Evidence has an order
//!
//! The strongest available evidence determines the player ([`AttributedBy`]):
//!
//! 1. [`order`](AttributedBy::Order): the game recorded exactly this order. If the store names only the token of a
//!    subscription and no order, any record with that token; of several players' records, the one as in 2.
//! 2. [`family`](AttributedBy::Family): the game recorded another purchase of the same family. If several players did,
//!    the player who held the purchase *when the refunded order was placed*: the latest record made no later than it; if
//!    there is none, the earliest record. Google Play's renewals are ordered by their number (`..4`), all other records
//!    by time of purchase, or else of recording; if the store does not report when the order was placed, the time of its
//!    refund is used. A purchase that a family member shared is attributed to no player by this evidence.
//! 3. [`issued_tag`](AttributedBy::IssuedTag): the order carries a tag that Recoup issued for the player
//!    ([`Engine::account_tag`](crate::Engine::account_tag)).
//! 4. [`recorded_tag`](AttributedBy::RecordedTag): the order carries a tag that the game recorded with another purchase;
//!    if several players recorded it, the first of them. A tag that equals the player's own id is no secret, and counts
//!    as a bare tag. Or the order carries a user id that the game's own server wrote: Stripe's metadata under
//!    `user_metadata_key`, which only the secret key can write.
//! 5. [`bare_tag`](AttributedBy::BareTag): the order carries a tag that equals a user id, and there is no other evidence.
//!    Only with `"account_tags": "user_ids"`.
//!
//! A buyer can put any text on a purchase, even another player's id. So by the default rules a bare tag never blocks:
//! the refund alerts and is recorded. With `"account_tags": "issued"`, the default, a bare tag is no evidence, and
//! the refund stays unattributed; with `"ignore"` no tag of the game's is evidence. Amazon's tags are its own ids of
//! its customers: they count if the game recorded them, whatever the setting.
//!
//! # A decided refund stays
//!
//! Once a refund is decided, it stays with its player, even if weaker or equal evidence for another player is found.
//! It moves only by
//!
//! - a record of exactly this order, or
//! - an operator's [transfer](crate::Engine::transfer_purchase).
//!
//! A [signed purchase](crate::Engine::record_signed_purchase) comes from the player's device, so it never moves a
//! decided refund of a refunded order: it is a claim.
//!
//! Stronger evidence for the *same* player replaces the weaker one, and the rules are applied again: a refund found
//! by a bare tag and then by a late record of the same player is decided as if the record had been there first. A
//! late record of the family for *another* player does not move even a refund found by a bare tag: the record may be
//! planted. Instead, if a second player records a purchase of the same family or with the same tag, the refund's
//! player keeps it, the journal names both, and the game gets one `alert` per claimant
//! ([`Refund::claimants`](crate::Refund::claimants)). An operator checks, and transfers the purchase if the claim is
//! right.
//!
//! An undecided or unattributed refund accepts any evidence at any time.
//!
//! # One record per order
//!
//! The first player who records an order has it. A record of the same order for another player is refused
//! ([`Error::PurchaseOfAnotherUser`](crate::Error::PurchaseOfAnotherUser)), whichever field names the order. An
//! operator moves a purchase with [`Engine::transfer_purchase`](crate::Engine::transfer_purchase); the journal
//! records who did it and why.
//!
//! # How ids are compared
//!
//! User ids that are UUIDs, App Store tags and issued tags are compared without regard to case, every other id
//! exactly. Events and histories spell a user id as the game wrote it, if that is known. Ids with control characters
//! are refused from hosts, and a tag with one is never compared with user ids.

mod family;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use family::{Family, Record, base_order, is_same_purchase};

/// The evidence that found a refund's player, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttributedBy {
    /// The game recorded exactly this order.
    Order,
    /// The game recorded another purchase of the same family: another renewal, the original transaction, the token.
    Family,
    /// The order carries a tag that Recoup issued for the player.
    IssuedTag,
    /// The order carries a tag that the game recorded with another purchase, or that the game's own server put there
    /// (Stripe's metadata).
    RecordedTag,
    /// The order carries a tag that equals the user id, and there is no other evidence.
    BareTag,
}

impl AttributedBy {
    /// Every value, strongest first.
    pub const ALL: &'static [Self] =
        &[Self::Order, Self::Family, Self::IssuedTag, Self::RecordedTag, Self::BareTag];

    /// The name used in the ledger, in JSON and in rules: `order`, `family`, `issued_tag`, `recorded_tag`, `bare_tag`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::Family => "family",
            Self::IssuedTag => "issued_tag",
            Self::RecordedTag => "recorded_tag",
            Self::BareTag => "bare_tag",
        }
    }
}

/// Which account tags are evidence (App Store `appAccountToken`, Google Play `obfuscatedExternalAccountId`, ONE Store
/// `developerPayload`, Stripe's metadata under `user_metadata_key`). Does not apply to Amazon's `appUserId`, which is
/// Amazon's own id of its customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountTags {
    /// Tags that Recoup issued, tags that the game recorded with a purchase, and Stripe's metadata, which only the
    /// game's own server can write. Other tags are ignored.
    #[default]
    Issued,
    /// Other tags as well: such a tag is taken as the user id. Any buyer can write any player's id there, so by the
    /// default rules it never blocks.
    UserIds,
    /// No tags.
    Ignore,
}
