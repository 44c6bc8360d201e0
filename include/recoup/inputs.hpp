// What a program gives the engine. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_INPUTS_HPP
#define RECOUP_INPUTS_HPP

#include "result.hpp"

#include <cstdint>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <type_traits>
#include <vector>

namespace recoup {

/// Whether real money moved: RECOUP_ENVIRONMENT_*.
enum class Environment : recoup_environment {
  /// Of a document: a text that has no name here.
  unnamed = -1,
  not_said = 0,
  production = RECOUP_ENVIRONMENT_PRODUCTION,
  sandbox = RECOUP_ENVIRONMENT_SANDBOX,
};

/// A kind of product: RECOUP_PRODUCT_*.
enum class ProductType : recoup_product_type {
  /// Of a document: a text that has no name here.
  unnamed = -1,
  not_said = 0,
  consumable = RECOUP_PRODUCT_CONSUMABLE,
  non_consumable = RECOUP_PRODUCT_NON_CONSUMABLE,
  one_time = RECOUP_PRODUCT_ONE_TIME,
  subscription = RECOUP_PRODUCT_SUBSCRIPTION,
  non_renewing_subscription = RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION,
};

/// One HTTP request from a store, as your web server received it. Holds views of the given texts; one thread at a time.
///
///     recoup::Request("google-play", body).header("Authorization", value)
class Request {
 public:
  /// The store that the request's path belongs to ("app-store", "google-play"), and the raw body, byte for byte:
  /// signatures are over bytes, so do not parse and re-serialize it.
  Request(std::string_view store, std::string_view body) noexcept : Request(store, body.data(), body.size()) {}
  Request(std::string_view store, const void *body, std::size_t body_len) noexcept
      : store_(store), body_(static_cast<const uint8_t *>(body)), body_len_(body_len) {}

  /// A header field, in the order they came; at most 1024. Give all of them, or at least those that recoup_request
  /// names for the store.
  Request &header(std::string_view name, std::string_view value) {
    headers_.push_back({detail::in(name), detail::in(value)});
    return *this;
  }
  /// Header fields from a container of pairs of text, which must outlive this object.
  template <class Pairs>
  Request &headers(const Pairs &pairs) {
    static_assert(std::is_lvalue_reference_v<decltype(*std::begin(pairs))>, "the pairs must lie in the container");
    for (const auto &pair : pairs) header(pair.first, pair.second);
    return *this;
  }
  template <class Pairs>
  Request &headers(const Pairs &&pairs) = delete;

  /// For recoup.h; valid as long as this object is not changed.
  [[nodiscard]] recoup_request c() const noexcept {
    recoup_request request{};
    request.struct_size = sizeof request;
    request.store = detail::in(store_);
    request.headers = headers_.data();
    request.header_count = headers_.size();
    request.body = body_;
    request.body_len = body_len_;
    return request;
  }

 private:
  std::string_view store_;
  const uint8_t *body_;
  std::size_t body_len_;
  std::vector<recoup_header> headers_;
};

/// A purchase as you delivered it: the user, the product, and the store's names for it. Required are store, user, and
/// at least one of order_id, purchase_token and original_id, by which a refund is matched; a member that you do not set
/// stays unknown. Holds views of the given texts; one thread at a time.
///
///     recoup::Purchase("google-play", user).order_id(order).price(4'990'000, "EUR").grant("gems", 100)
class Purchase {
 public:
  /// The store that sold it ("app-store" or "google-play"), and your own id of the player, 1 to 256 bytes.
  Purchase(std::string_view store, std::string_view user) noexcept {
    c_.struct_size = sizeof c_;
    c_.store = detail::in(store);
    c_.user = detail::in(user);
  }

  /// For Engine::record_signed_purchase, which takes the rest from the store.
  Purchase() noexcept { c_.struct_size = sizeof c_; }

  /// App Store transactionId, Google Play orderId.
  Purchase &order_id(std::string_view id) noexcept { return set(c_.order_id, id); }
  /// Google Play purchaseToken.
  Purchase &purchase_token(std::string_view token) noexcept { return set(c_.purchase_token, token); }
  /// App Store originalTransactionId.
  Purchase &original_id(std::string_view id) noexcept { return set(c_.original_id, id); }
  /// The tag your game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId. Refunds
  /// of other purchases with the same tag are then this user's too. Engine::account_tag makes an unguessable one.
  Purchase &account_tag(std::string_view tag) noexcept { return set(c_.account_tag, tag); }
  /// The token of the subscription that this one replaced: Google Play linkedPurchaseToken.
  Purchase &linked_token(std::string_view token) noexcept { return set(c_.linked_token, token); }
  /// App Store webOrderLineItemId: the same for all transaction ids of one purchase.
  Purchase &web_order_line_item_id(std::string_view id) noexcept { return set(c_.web_order_line_item_id, id); }
  /// Bundle id or package name. Unset: fits any.
  Purchase &app(std::string_view app) noexcept { return set(c_.app, app); }
  /// Product id.
  Purchase &product(std::string_view product) noexcept { return set(c_.product, product); }
  /// Unset: fits either.
  Purchase &environment(Environment environment) noexcept { return set(c_.environment, recoup_environment(environment)); }
  Purchase &product_type(ProductType type) noexcept { return set(c_.product_type, recoup_product_type(type)); }
  /// How many were bought.
  Purchase &quantity(uint32_t quantity) noexcept { return set(c_.quantity, quantity); }
  /// What was paid for all of them together, in millionths of the currency's unit (4'990'000 is 4.99), and the
  /// currency's ISO 4217 code.
  Purchase &price(int64_t micros, std::string_view currency) noexcept {
    return set(c_.price_micros, micros).set(c_.price_currency, currency);
  }
  /// When it was bought, in Unix milliseconds.
  Purchase &purchased_at_ms(int64_t ms) noexcept { return set(c_.purchased_at_ms, ms); }
  /// When what was bought ends, such as a subscription's paid period, in Unix milliseconds.
  Purchase &expires_at_ms(int64_t ms) noexcept { return set(c_.expires_at_ms, ms); }
  /// The buyer's country, two letters as in ISO 3166-1, such as "KR".
  Purchase &country(std::string_view country) noexcept { return set(c_.country, country); }
  /// The refund that the player repays by buying again. Such a purchase grants nothing, and
  /// has this member from the first time that it is recorded.
  Purchase &repays(int64_t refund_id) noexcept { return set(c_.repays, refund_id); }
  /// An item that the player was given for it, under the game's own name, at least 1 of it; at most 1000 such calls.
  Purchase &grant(std::string_view item, int64_t quantity) {
    grants_.push_back({detail::in(item), quantity});
    return *this;
  }

  /// For recoup.h; valid as long as this object is not changed.
  [[nodiscard]] recoup_purchase c() const noexcept {
    recoup_purchase purchase = c_;
    purchase.grants = grants_.data();
    purchase.grant_count = grants_.size();
    return purchase;
  }

 private:
  Purchase &set(recoup_string &member, std::string_view text) noexcept { return set(member, detail::in(text)); }
  template <class Member>
  Purchase &set(Member &member, Member value) noexcept {
    member = value;
    return *this;
  }

  recoup_purchase c_{};
  std::vector<recoup_grant> grants_;
};

}  // namespace recoup

#endif  // RECOUP_INPUTS_HPP
