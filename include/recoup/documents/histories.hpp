// All that is known of a user or an order. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_HISTORIES_HPP
#define RECOUP_DOCUMENTS_HISTORIES_HPP

#include "../document.hpp"
#include "blocks.hpp"
#include "journal.hpp"
#include "orders.hpp"
#include "refunds.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// All that is known of one user.
struct UserHistory : View {
  using View::View;

  /// Who.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// Whether any block is active.
  [[nodiscard]] bool blocked() const noexcept { return read<bool>("blocked"); }
  /// The user's blocks, newest first.
  [[nodiscard]] List<Block> blocks() const noexcept { return read<List<Block>>("blocks"); }
  /// The user's refunds, newest first.
  [[nodiscard]] List<Refund> refunds() const noexcept { return read<List<Refund>>("refunds"); }
  /// The user's purchases, newest first.
  [[nodiscard]] List<RecordedPurchase> purchases() const noexcept { return read<List<RecordedPurchase>>("purchases"); }
  /// What happened, oldest first.
  [[nodiscard]] List<JournalEntry> journal() const noexcept { return read<List<JournalEntry>>("journal"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("user") && shape.has<bool>("blocked") &&
           shape.has<List<Block>>("blocks") && shape.has<List<Refund>>("refunds") &&
           shape.has<List<RecordedPurchase>>("purchases") && shape.has<List<JournalEntry>>("journal");
  }
};

/// All that is known of one order.
struct OrderHistory : View {
  using View::View;

  /// The requested order id or purchase token.
  [[nodiscard]] std::string_view order() const noexcept { return read<std::string_view>("order"); }
  /// The host's record of it.
  [[nodiscard]] List<RecordedPurchase> purchases() const noexcept { return read<List<RecordedPurchase>>("purchases"); }
  /// Its refunds.
  [[nodiscard]] List<Refund> refunds() const noexcept { return read<List<Refund>>("refunds"); }
  /// What happened, oldest first.
  [[nodiscard]] List<JournalEntry> journal() const noexcept { return read<List<JournalEntry>>("journal"); }
  /// The inquiries about its refunds.
  [[nodiscard]] List<Inquiry> inquiries() const noexcept { return read<List<Inquiry>>("inquiries"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("order") &&
           shape.has<List<RecordedPurchase>>("purchases") && shape.has<List<Refund>>("refunds") &&
           shape.has<List<JournalEntry>>("journal") && shape.may_have<List<Inquiry>>("inquiries");
  }
};

/// The result of `transfer_purchase`.
struct TransferResult : View {
  using View::View;

  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The requested order id or token.
  [[nodiscard]] std::string_view order() const noexcept { return read<std::string_view>("order"); }
  /// The user who had the purchase; empty if it was not recorded.
  [[nodiscard]] std::optional<std::string_view> from() const noexcept {
    return read<std::optional<std::string_view>>("from");
  }
  /// The user who has it now.
  [[nodiscard]] std::string_view to() const noexcept { return read<std::string_view>("to"); }
  /// How many records moved to this user or were created.
  [[nodiscard]] std::int64_t purchases() const noexcept { return read<std::int64_t>("purchases"); }
  /// How many refunds moved to this user.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("store") && shape.has<std::string_view>("order") &&
           shape.has<std::optional<std::string_view>>("from") && shape.has<std::string_view>("to") &&
           shape.has<std::int64_t>("purchases") && shape.has<std::int64_t>("refunds");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_HISTORIES_HPP
