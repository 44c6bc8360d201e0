// Players' access to products. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_ACCESS_HPP
#define RECOUP_DOCUMENTS_ACCESS_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// Why a user has access, or has none.
struct AccessReason : View {
  using View::View;

  /// Which of these it is.
  enum class By {
    /// A value that has no name here; by_text() has it.
    unnamed = -1,
    /// An operator granted or revoked it.
    operator_,
    /// A recorded purchase gives it.
    purchase,
    /// A refund took it.
    refund,
    /// What was bought has ended.
    expired,
    /// What was bought has not begun.
    not_begun,
    /// No recorded purchase of this user gives access to this product.
    no_purchase,
  };
  friend constexpr std::array<detail::Named<By>, 6> named(By) noexcept {
    return {{{"operator", By::operator_}, {"purchase", By::purchase}, {"refund", By::refund}, {"expired", By::expired},
             {"not_begun", By::not_begun}, {"no_purchase", By::no_purchase}}};
  }

  struct Operator : View {
    using View::View;

    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
    }
  };

  struct Purchase : View {
    using View::View;

    /// The store.
    [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
    /// The order id, or else the token or the original id.
    [[nodiscard]] std::string_view order() const noexcept { return read<std::string_view>("order"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("store") && shape.has<std::string_view>("order");
    }
  };

  struct Refund : View {
    using View::View;

    /// The refund.
    [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<std::int64_t>("refund"); }
  };

  struct Expired : View {
    using View::View;

    /// When.
    [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<Time>("at"); }
  };

  struct NotBegun : View {
    using View::View;

    /// When it begins.
    [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<Time>("at"); }
  };

  /// Which of these it is.
  [[nodiscard]] By by() const noexcept { return read<By>("by"); }
  [[nodiscard]] std::string_view by_text() const noexcept { return read_text("by"); }
  /// An operator granted or revoked it.
  [[nodiscard]] std::optional<Operator> operator_() const noexcept { return variant<Operator>("by", "operator"); }
  /// A recorded purchase gives it.
  [[nodiscard]] std::optional<Purchase> purchase() const noexcept { return variant<Purchase>("by", "purchase"); }
  /// A refund took it.
  [[nodiscard]] std::optional<Refund> refund() const noexcept { return variant<Refund>("by", "refund"); }
  /// What was bought has ended.
  [[nodiscard]] std::optional<Expired> expired() const noexcept { return variant<Expired>("by", "expired"); }
  /// What was bought has not begun.
  [[nodiscard]] std::optional<NotBegun> not_begun() const noexcept { return variant<NotBegun>("by", "not_begun"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<By>("by") && shape.fits<Operator>("by", "operator") &&
           shape.fits<Purchase>("by", "purchase") && shape.fits<Refund>("by", "refund") &&
           shape.fits<Expired>("by", "expired") && shape.fits<NotBegun>("by", "not_begun");
  }
};

/// Whether a user has access to a product, and why.
struct Access : View {
  using View::View;

  /// The product id.
  [[nodiscard]] std::string_view product() const noexcept { return read<std::string_view>("product"); }
  /// Whether the user has access now.
  [[nodiscard]] bool has() const noexcept { return read<bool>("has"); }
  /// Why.
  [[nodiscard]] AccessReason because() const noexcept { return read<AccessReason>("because"); }
  /// Until when this is so, as far as is known now; empty: no end is known.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("product") && shape.has<bool>("has") &&
           shape.has<AccessReason>("because") && shape.has<std::optional<Time>>("until");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_ACCESS_HPP
