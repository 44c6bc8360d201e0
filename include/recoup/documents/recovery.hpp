// The books of refunds: what is due, what came back, what is owed. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_RECOVERY_HPP
#define RECOUP_DOCUMENTS_RECOVERY_HPP

#include "../document.hpp"
#include "orders.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// Where it is known from what a purchase granted; the best source counts, never a mixture.
enum class GrantSource {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// An operator, by `set_granted`.
  operator_,
  /// The host's record of this very order.
  purchase,
  /// The catalogue, by the product.
  catalogue,
};
inline constexpr std::array<detail::Named<GrantSource>, 3> named(GrantSource) noexcept {
  return {{{"operator", GrantSource::operator_}, {"purchase", GrantSource::purchase},
           {"catalogue", GrantSource::catalogue}}};
}

/// One item of a refund's books. All are numbers of items, 0 or more.
struct RecoveryItem : View {
  using View::View;

  /// The game's name of the item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// How many the purchase granted.
  [[nodiscard]] std::int64_t granted() const noexcept { return read<std::int64_t>("granted"); }
  /// How many should come back for the refund as it is now.
  [[nodiscard]] std::int64_t due() const noexcept { return read<std::int64_t>("due"); }
  /// How many came back: the game took them, or the player repaid them.
  [[nodiscard]] std::int64_t taken() const noexcept { return read<std::int64_t>("taken"); }
  /// How many are no longer asked for.
  [[nodiscard]] std::int64_t forgiven() const noexcept { return read<std::int64_t>("forgiven"); }
  /// How many are missing: `due - taken - forgiven`, at least 0.
  [[nodiscard]] std::int64_t owed() const noexcept { return read<std::int64_t>("owed"); }
  /// How many the player gets back: `taken - due`, at least 0; 0 while it is not known how much is due.
  [[nodiscard]] std::int64_t to_return() const noexcept { return read<std::int64_t>("to_return"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("item") && shape.has<std::int64_t>("granted") &&
           shape.has<std::int64_t>("due") && shape.has<std::int64_t>("taken") && shape.has<std::int64_t>("forgiven") &&
           shape.has<std::int64_t>("owed") && shape.has<std::int64_t>("to_return");
  }
};

/// The books of a refund, as events, queries and reports return them.
struct Recovery : View {
  using View::View;

  /// Whether it is known what the purchase granted. If not, `items` is empty: nothing is guessed.
  [[nodiscard]] bool known() const noexcept { return read<bool>("known"); }
  /// Whether it is known how much of the order is refunded. If not, `due` is the least that it can be.
  [[nodiscard]] bool sized() const noexcept { return read<bool>("sized"); }
  /// Where it is known from what was granted.
  [[nodiscard]] std::optional<GrantSource> granted_by() const noexcept {
    return read<std::optional<GrantSource>>("granted_by");
  }
  [[nodiscard]] std::string_view granted_by_text() const noexcept { return read_text("granted_by"); }
  /// Whether nothing is owed, and it is known how much was due.
  [[nodiscard]] bool settled() const noexcept { return read<bool>("settled"); }
  /// Each item that was granted, by name.
  [[nodiscard]] List<RecoveryItem> items() const noexcept { return read<List<RecoveryItem>>("items"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<bool>("known") && shape.has<bool>("sized") &&
           shape.has<std::optional<GrantSource>>("granted_by") && shape.has<bool>("settled") &&
           shape.has<List<RecoveryItem>>("items");
  }
};

/// What an entry of the books counts.
enum class RecoveryEntryKind {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Items that should come back; negative where fewer should than before.
  due,
  /// Items that came back; negative where the player got them again.
  taken,
  /// Items that are no longer asked for.
  forgiven,
};
inline constexpr std::array<detail::Named<RecoveryEntryKind>, 3> named(RecoveryEntryKind) noexcept {
  return {{{"due", RecoveryEntryKind::due}, {"taken", RecoveryEntryKind::taken},
           {"forgiven", RecoveryEntryKind::forgiven}}};
}

/// What made an entry of the books.
enum class RecoveryHow {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The refund as it is now, or what became known of the purchase.
  decided,
  /// The game reported what it took.
  reported,
  /// The player gave items that they earned since.
  repaid,
  /// The player paid again, by a recorded purchase.
  bought,
  /// An operator set the refund's status to recovered.
  status_set,
  /// The game gave the items again after a reversal.
  returned,
  /// An operator, or the game's report: the studio does not want them.
  forgiven,
  /// An operator, or the game's report: the studio cannot get them.
  written_off,
  /// The store reported one refund twice: the books of one went to the other.
  carried,
  /// An operator cancelled an earlier entry.
  corrected,
};
inline constexpr std::array<detail::Named<RecoveryHow>, 10> named(RecoveryHow) noexcept {
  return {{{"decided", RecoveryHow::decided}, {"reported", RecoveryHow::reported}, {"repaid", RecoveryHow::repaid},
           {"bought", RecoveryHow::bought}, {"status_set", RecoveryHow::status_set},
           {"returned", RecoveryHow::returned}, {"forgiven", RecoveryHow::forgiven},
           {"written_off", RecoveryHow::written_off}, {"carried", RecoveryHow::carried},
           {"corrected", RecoveryHow::corrected}}};
}

/// An entry of the books. Entries are never edited: a mistake is cancelled by another entry.
struct RecoveryEntry : View {
  using View::View;

  /// Its id; grows over time.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// The refund.
  [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
  /// The player.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// The item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// What it counts.
  [[nodiscard]] RecoveryEntryKind kind() const noexcept { return read<RecoveryEntryKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// How many; never 0.
  [[nodiscard]] std::int64_t quantity() const noexcept { return read<std::int64_t>("quantity"); }
  /// What made it.
  [[nodiscard]] RecoveryHow how() const noexcept { return read<RecoveryHow>("how"); }
  [[nodiscard]] std::string_view how_text() const noexcept { return read_text("how"); }
  /// When, by this machine's clock.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// The entry that it cancels.
  [[nodiscard]] std::optional<std::int64_t> corrects() const noexcept {
    return read<std::optional<std::int64_t>>("corrects");
  }
  /// The recorded purchase by which the player paid again.
  [[nodiscard]] std::optional<std::int64_t> purchase() const noexcept {
    return read<std::optional<std::int64_t>>("purchase");
  }
  /// Who, where a person or a part of the game said so.
  [[nodiscard]] std::optional<std::string_view> who() const noexcept {
    return read<std::optional<std::string_view>>("who");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::int64_t>("refund") &&
           shape.has<std::string_view>("user") && shape.has<std::string_view>("item") &&
           shape.has<RecoveryEntryKind>("kind") && shape.has<std::int64_t>("quantity") &&
           shape.has<RecoveryHow>("how") && shape.has<Time>("at") &&
           shape.may_have<std::optional<std::int64_t>>("corrects") &&
           shape.may_have<std::optional<std::int64_t>>("purchase") &&
           shape.may_have<std::optional<std::string_view>>("who");
  }
};

/// What the game should do now about a refund.
struct ToDo : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
  /// The key to report it under.
  [[nodiscard]] std::string_view key() const noexcept { return read<std::string_view>("key"); }
  /// What to take from the player, as far as the player has it.
  [[nodiscard]] List<Grant> take() const noexcept { return read<List<Grant>>("take"); }
  /// What to give to the player.
  [[nodiscard]] List<Grant> give() const noexcept { return read<List<Grant>>("give"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refund") && shape.has<std::string_view>("key") &&
           shape.has<List<Grant>>("take") && shape.has<List<Grant>>("give");
  }
};

/// What became of a report.
struct ReportOutcome : View {
  using View::View;

  /// The books after it.
  [[nodiscard]] Recovery recovery() const noexcept { return read<Recovery>("recovery"); }
  /// What was taken beyond all that the purchase granted. It is not booked: give it back at once.
  [[nodiscard]] List<Grant> too_much() const noexcept { return read<List<Grant>>("too_much"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Recovery>("recovery") && shape.has<List<Grant>>("too_much");
  }
};

/// What a player owes of one item for one refund.
struct Debt : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
  /// The item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// How many.
  [[nodiscard]] std::int64_t owed() const noexcept { return read<std::int64_t>("owed"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refund") && shape.has<std::string_view>("item") &&
           shape.has<std::int64_t>("owed");
  }
};

/// What a player owes.
struct Debts : View {
  using View::View;

  /// The player.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// All debts by item.
  [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
  /// Each debt.
  [[nodiscard]] List<Debt> debts() const noexcept { return read<List<Debt>>("debts"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("user") && shape.has<List<Grant>>("items") &&
           shape.has<List<Debt>>("debts");
  }
};

/// A player who owes something.
struct Debtor : View {
  using View::View;

  /// The player.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// Whether any block of the player is active.
  [[nodiscard]] bool blocked() const noexcept { return read<bool>("blocked"); }
  /// When the oldest of the refunds was made, by the store's clock.
  [[nodiscard]] Time since() const noexcept { return read<Time>("since"); }
  /// All debts by item.
  [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
  /// Each debt.
  [[nodiscard]] List<Debt> debts() const noexcept { return read<List<Debt>>("debts"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("user") && shape.has<bool>("blocked") &&
           shape.has<Time>("since") && shape.has<List<Grant>>("items") && shape.has<List<Debt>>("debts");
  }
};

/// A page of the players who owe something, and where the next begins.
struct DebtorPage : View {
  using View::View;

  /// The players, by user id.
  [[nodiscard]] List<Debtor> items() const noexcept { return read<List<Debtor>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::string_view> next() const noexcept {
    return read<std::optional<std::string_view>>("next");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<Debtor>>("items") && shape.has<std::optional<std::string_view>>("next");
  }
};

/// What a repayment paid of one debt.
struct AppliedRepayment : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
  /// The item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// How many.
  [[nodiscard]] std::int64_t quantity() const noexcept { return read<std::int64_t>("quantity"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refund") && shape.has<std::string_view>("item") &&
           shape.has<std::int64_t>("quantity");
  }
};

/// What became of a repayment.
struct RepaymentOutcome : View {
  using View::View;

  /// What it paid of each debt.
  [[nodiscard]] List<AppliedRepayment> applied() const noexcept { return read<List<AppliedRepayment>>("applied"); }
  /// What exceeds all debts of the item. It is not booked: give it back at once.
  [[nodiscard]] List<Grant> too_much() const noexcept { return read<List<Grant>>("too_much"); }
  /// What the player still owes.
  [[nodiscard]] Debts debts() const noexcept { return read<Debts>("debts"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<AppliedRepayment>>("applied") && shape.has<List<Grant>>("too_much") &&
           shape.has<Debts>("debts");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_RECOVERY_HPP
