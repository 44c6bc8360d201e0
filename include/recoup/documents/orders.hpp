// What is known of an order, and purchases as they were recorded. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_ORDERS_HPP
#define RECOUP_DOCUMENTS_ORDERS_HPP

#include "../document.hpp"
#include "../inputs.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// An amount in millionths of a currency's unit: 4.99 USD is 4 990 000 micros. Never a float, never rounded.
struct Money : View {
  using View::View;

  /// Millionths of the currency's unit.
  [[nodiscard]] std::int64_t micros() const noexcept { return read<std::int64_t>("micros"); }
  /// Which currency.
  [[nodiscard]] std::string_view currency() const noexcept { return read<std::string_view>("currency"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("micros") && shape.has<std::string_view>("currency");
  }
};

/// How far a payment was captured at one time.
struct CaptureReport : View {
  using View::View;

  /// The time of this report, by the store's clock.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// What was authorised.
  [[nodiscard]] std::optional<Money> authorised() const noexcept { return read<std::optional<Money>>("authorised"); }
  /// How much of it was captured; empty: nothing, by then.
  [[nodiscard]] std::optional<Money> captured() const noexcept { return read<std::optional<Money>>("captured"); }
  /// How much of the captured amount was refunded in total by then, without what was released.
  [[nodiscard]] std::optional<Money> refunded() const noexcept { return read<std::optional<Money>>("refunded"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.may_have<std::optional<Money>>("authorised") &&
           shape.may_have<std::optional<Money>>("captured") && shape.may_have<std::optional<Money>>("refunded");
  }
};

/// What one message reports about a payment's capture.
///
/// A store that authorises first and captures later may report the release of an uncaptured amount exactly as it
/// reports a refund (Stripe before API version 2025-03-31.basil). Nothing was paid, so nothing was refunded. A refund
/// at such a store counts once a message reports a capture.
struct Capture : View {
  using View::View;

  /// Which of these it is.
  enum class Kind {
    /// A value that has no name here; kind_text() has it.
    unnamed = -1,
    /// The message reports nothing about it.
    not_reported,
    /// No message reported a capture in time, so the payment is presumed captured.
    presumed,
    /// Captured as far as reported here.
    reported,
  };
  friend constexpr std::array<detail::Named<Kind>, 3> named(Kind) noexcept {
    return {{{"not_reported", Kind::not_reported}, {"presumed", Kind::presumed}, {"reported", Kind::reported}}};
  }

  /// Which of these it is.
  [[nodiscard]] Kind kind() const noexcept { return detail::Reading<Kind>::of(choice()); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return choice(); }
  /// Captured as far as reported here.
  [[nodiscard]] std::optional<CaptureReport> reported() const noexcept {
    return read<std::optional<CaptureReport>>("reported");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_choice() && shape.may_have<std::optional<CaptureReport>>("reported");
  }
};

inline constexpr std::array<detail::Named<ProductType>, 5> named(ProductType) noexcept {
  return {{{"consumable", ProductType::consumable}, {"non_consumable", ProductType::non_consumable},
           {"one_time", ProductType::one_time}, {"subscription", ProductType::subscription},
           {"non_renewing_subscription", ProductType::non_renewing_subscription}}};
}

/// What a store reported about the order of a notification. What it did not report is empty.
struct OrderDetails : View {
  using View::View;

  /// The tag the game put on the purchase: App Store `appAccountToken`, Google Play `obfuscatedExternalAccountId`, ONE
  /// Store `developerPayload`, Stripe's metadata under `user_metadata_key`. Amazon's is its own id of the customer,
  /// `appUserId`.
  [[nodiscard]] std::optional<std::string_view> account_tag() const noexcept {
    return read<std::optional<std::string_view>>("account_tag");
  }
  /// Whether the game has acknowledged the purchase, according to the store's API: Google Play `acknowledgementState`,
  /// ONE Store `acknowledgeState`. Both stores refund an unacknowledged purchase after three days.
  [[nodiscard]] std::optional<bool> acknowledged() const noexcept { return read<std::optional<bool>>("acknowledged"); }
  /// The App Store's id of one app's download by one account: `appTransactionId`.
  [[nodiscard]] std::optional<std::string_view> app_transaction_id() const noexcept {
    return read<std::optional<std::string_view>>("app_transaction_id");
  }
  /// What one message reports about the payment's capture. Empty for stores that do not authorise first, and in a
  /// folded case.
  [[nodiscard]] std::optional<Capture> capture() const noexcept { return read<std::optional<Capture>>("capture"); }
  /// The buyer's country: as the host recorded it, or else the App Store's `storefront`.
  [[nodiscard]] std::optional<std::string_view> country() const noexcept {
    return read<std::optional<std::string_view>>("country");
  }
  /// Shared by a family member, not bought by this player. App Store `inAppOwnershipType` FAMILY_SHARED.
  [[nodiscard]] bool family_shared() const noexcept { return read<bool>("family_shared"); }
  /// The latest paid order of a subscription, if the store's API reported it: Google Play `latestSuccessfulOrderId`.
  [[nodiscard]] std::optional<std::string_view> latest_order_id() const noexcept {
    return read<std::optional<std::string_view>>("latest_order_id");
  }
  /// The token of the subscription that this one replaced: Google Play and ONE Store `linkedPurchaseToken`.
  [[nodiscard]] std::optional<std::string_view> linked_token() const noexcept {
    return read<std::optional<std::string_view>>("linked_token");
  }
  /// The order's own id: App Store `transactionId`, Google Play `orderId`, ONE Store `purchaseId`, Stripe's charge
  /// (`ch_…`, `py_…`), Amazon `receiptId`.
  [[nodiscard]] std::optional<std::string_view> order_id() const noexcept {
    return read<std::optional<std::string_view>>("order_id");
  }
  /// The id that all renewals of one subscription share: App Store `originalTransactionId`, Stripe's subscription
  /// (`sub_…`).
  [[nodiscard]] std::optional<std::string_view> original_id() const noexcept {
    return read<std::optional<std::string_view>>("original_id");
  }
  /// When a renewal was paid for which the store named only the purchase token: Google Play `SUBSCRIPTION_PURCHASED`,
  /// `SUBSCRIPTION_RENEWED`, `SUBSCRIPTION_RECOVERED`. It separates refunds of one token by renewal, and describes no
  /// single order.
  [[nodiscard]] std::optional<Time> paid_at() const noexcept { return read<std::optional<Time>>("paid_at"); }
  /// What was paid for all of them together.
  [[nodiscard]] std::optional<Money> price() const noexcept { return read<std::optional<Money>>("price"); }
  /// Product id.
  [[nodiscard]] std::optional<std::string_view> product() const noexcept {
    return read<std::optional<std::string_view>>("product");
  }
  /// Kind of product.
  [[nodiscard]] std::optional<ProductType> product_type() const noexcept {
    return read<std::optional<ProductType>>("product_type");
  }
  [[nodiscard]] std::string_view product_type_text() const noexcept { return read_text("product_type"); }
  /// The purchase token: Google Play `purchaseToken`, which all renewals of one subscription share; ONE Store
  /// `purchaseToken`; Stripe's payment intent (`pi_…`).
  [[nodiscard]] std::optional<std::string_view> purchase_token() const noexcept {
    return read<std::optional<std::string_view>>("purchase_token");
  }
  /// When it was bought.
  [[nodiscard]] std::optional<Time> purchased_at() const noexcept { return read<std::optional<Time>>("purchased_at"); }
  /// How many were bought in this one order.
  [[nodiscard]] std::optional<std::int64_t> quantity() const noexcept {
    return read<std::optional<std::int64_t>>("quantity");
  }
  /// Further ids of the same payment, under which the game may have recorded it: Stripe's invoice (`in_…`) and
  /// checkout session (`cs_…`), Google Play's linked tokens.
  [[nodiscard]] List<std::string_view> related_ids() const noexcept {
    return read<List<std::string_view>>("related_ids");
  }
  /// Whether the merchant's own server wrote the account tag, with a secret key, so that no player can have written it:
  /// Stripe's metadata.
  [[nodiscard]] bool tag_by_merchant() const noexcept { return read<bool>("tag_by_merchant"); }
  /// The id of one purchase, however many transaction ids it has: App Store `webOrderLineItemId`.
  [[nodiscard]] std::optional<std::string_view> web_order_line_item_id() const noexcept {
    return read<std::optional<std::string_view>>("web_order_line_item_id");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.may_have<std::optional<std::string_view>>("account_tag") &&
           shape.may_have<std::optional<bool>>("acknowledged") &&
           shape.may_have<std::optional<std::string_view>>("app_transaction_id") &&
           shape.may_have<std::optional<Capture>>("capture") &&
           shape.may_have<std::optional<std::string_view>>("country") && shape.may_have<bool>("family_shared") &&
           shape.may_have<std::optional<std::string_view>>("latest_order_id") &&
           shape.may_have<std::optional<std::string_view>>("linked_token") &&
           shape.may_have<std::optional<std::string_view>>("order_id") &&
           shape.may_have<std::optional<std::string_view>>("original_id") &&
           shape.may_have<std::optional<Time>>("paid_at") && shape.may_have<std::optional<Money>>("price") &&
           shape.may_have<std::optional<std::string_view>>("product") &&
           shape.may_have<std::optional<ProductType>>("product_type") &&
           shape.may_have<std::optional<std::string_view>>("purchase_token") &&
           shape.may_have<std::optional<Time>>("purchased_at") &&
           shape.may_have<std::optional<std::int64_t>>("quantity") &&
           shape.may_have<List<std::string_view>>("related_ids") && shape.may_have<bool>("tag_by_merchant") &&
           shape.may_have<std::optional<std::string_view>>("web_order_line_item_id");
  }
};

inline constexpr std::array<detail::Named<Environment>, 2> named(Environment) noexcept {
  return {{{"production", Environment::production}, {"sandbox", Environment::sandbox}}};
}

/// Items given for a purchase.
struct Grant : View {
  using View::View;

  /// The game's name of the item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// How many; at least 1.
  [[nodiscard]] std::int64_t quantity() const noexcept { return read<std::int64_t>("quantity"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("item") && shape.has<std::int64_t>("quantity");
  }
};

/// A recorded purchase, with when it was recorded.
struct RecordedPurchase : View {
  using View::View;

  /// The store that sold it.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The host's own id of the player; 1 to 256 bytes. A UUID is compared without regard to case.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// When the host first recorded it.
  [[nodiscard]] Time recorded_at() const noexcept { return read<Time>("recorded_at"); }
  /// The tag the game put on the purchase: App Store `appAccountToken`, Google Play `obfuscatedExternalAccountId`, ONE
  /// Store `developerPayload`, Stripe's metadata under `user_metadata_key`; for Amazon its id of the customer,
  /// `appUserId`. Refunds of other purchases that carry the same tag are then this user's too.
  [[nodiscard]] std::optional<std::string_view> account_tag() const noexcept {
    return read<std::optional<std::string_view>>("account_tag");
  }
  /// Bundle id or package name; ONE Store's client id; the `name` of Stripe's section. Empty fits any.
  [[nodiscard]] std::optional<std::string_view> app() const noexcept {
    return read<std::optional<std::string_view>>("app");
  }
  /// The buyer's country, two letters A to Z as in ISO 3166-1.
  [[nodiscard]] std::optional<std::string_view> country() const noexcept {
    return read<std::optional<std::string_view>>("country");
  }
  /// Production or sandbox; empty fits either.
  [[nodiscard]] std::optional<Environment> environment() const noexcept {
    return read<std::optional<Environment>>("environment");
  }
  [[nodiscard]] std::string_view environment_text() const noexcept { return read_text("environment"); }
  /// When what was bought ends, such as a subscription's paid period; empty: never, or unknown.
  [[nodiscard]] std::optional<Time> expires_at() const noexcept { return read<std::optional<Time>>("expires_at"); }
  /// The items that the player received.
  [[nodiscard]] List<Grant> grants() const noexcept { return read<List<Grant>>("grants"); }
  /// The token of the subscription that this one replaced: Google Play `linkedPurchaseToken`.
  [[nodiscard]] std::optional<std::string_view> linked_token() const noexcept {
    return read<std::optional<std::string_view>>("linked_token");
  }
  /// App Store `transactionId`, Google Play `orderId`, ONE Store `purchaseId`, Stripe's charge (`ch_…`, `py_…`),
  /// Amazon `receiptId`.
  [[nodiscard]] std::optional<std::string_view> order_id() const noexcept {
    return read<std::optional<std::string_view>>("order_id");
  }
  /// App Store `originalTransactionId`, Stripe's subscription (`sub_…`).
  [[nodiscard]] std::optional<std::string_view> original_id() const noexcept {
    return read<std::optional<std::string_view>>("original_id");
  }
  /// What was paid for all of them together; not negative.
  [[nodiscard]] std::optional<Money> price() const noexcept { return read<std::optional<Money>>("price"); }
  /// Product id.
  [[nodiscard]] std::optional<std::string_view> product() const noexcept {
    return read<std::optional<std::string_view>>("product");
  }
  /// Kind of product.
  [[nodiscard]] std::optional<ProductType> product_type() const noexcept {
    return read<std::optional<ProductType>>("product_type");
  }
  [[nodiscard]] std::string_view product_type_text() const noexcept { return read_text("product_type"); }
  /// Google Play and ONE Store `purchaseToken`, Stripe's payment intent (`pi_…`).
  [[nodiscard]] std::optional<std::string_view> purchase_token() const noexcept {
    return read<std::optional<std::string_view>>("purchase_token");
  }
  /// When it was bought.
  [[nodiscard]] std::optional<Time> purchased_at() const noexcept { return read<std::optional<Time>>("purchased_at"); }
  /// How many were bought; at least 1.
  [[nodiscard]] std::optional<std::int64_t> quantity() const noexcept {
    return read<std::optional<std::int64_t>>("quantity");
  }
  /// The refund that the player repays by buying again. Such a purchase grants nothing.
  [[nodiscard]] std::optional<std::int64_t> repays() const noexcept {
    return read<std::optional<std::int64_t>>("repays");
  }
  /// App Store `webOrderLineItemId`: the same for all transaction ids of one purchase.
  [[nodiscard]] std::optional<std::string_view> web_order_line_item_id() const noexcept {
    return read<std::optional<std::string_view>>("web_order_line_item_id");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("store") && shape.has<std::string_view>("user") &&
           shape.has<Time>("recorded_at") && shape.may_have<std::optional<std::string_view>>("account_tag") &&
           shape.may_have<std::optional<std::string_view>>("app") &&
           shape.may_have<std::optional<std::string_view>>("country") &&
           shape.may_have<std::optional<Environment>>("environment") &&
           shape.may_have<std::optional<Time>>("expires_at") && shape.may_have<List<Grant>>("grants") &&
           shape.may_have<std::optional<std::string_view>>("linked_token") &&
           shape.may_have<std::optional<std::string_view>>("order_id") &&
           shape.may_have<std::optional<std::string_view>>("original_id") &&
           shape.may_have<std::optional<Money>>("price") &&
           shape.may_have<std::optional<std::string_view>>("product") &&
           shape.may_have<std::optional<ProductType>>("product_type") &&
           shape.may_have<std::optional<std::string_view>>("purchase_token") &&
           shape.may_have<std::optional<Time>>("purchased_at") &&
           shape.may_have<std::optional<std::int64_t>>("quantity") &&
           shape.may_have<std::optional<std::int64_t>>("repays") &&
           shape.may_have<std::optional<std::string_view>>("web_order_line_item_id");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_ORDERS_HPP
