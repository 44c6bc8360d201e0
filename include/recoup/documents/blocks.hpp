// Blocks. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_BLOCKS_HPP
#define RECOUP_DOCUMENTS_BLOCKS_HPP

#include "../document.hpp"
#include "orders.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// What made a block.
struct BlockCause : View {
  using View::View;

  /// Which of these it is.
  enum class By {
    /// A value that has no name here; by_text() has it.
    unnamed = -1,
    /// A refund, under a rule.
    refund,
    /// An operator.
    operator_,
  };
  friend constexpr std::array<detail::Named<By>, 2> named(By) noexcept {
    return {{{"refund", By::refund}, {"operator", By::operator_}}};
  }

  struct Refund : View {
    using View::View;

    /// Which refund.
    [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
    /// Which rule.
    [[nodiscard]] std::string_view rule() const noexcept { return read<std::string_view>("rule"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("refund") && shape.has<std::string_view>("rule");
    }
  };

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

  /// Which of these it is.
  [[nodiscard]] By by() const noexcept { return read<By>("by"); }
  [[nodiscard]] std::string_view by_text() const noexcept { return read_text("by"); }
  /// A refund, under a rule.
  [[nodiscard]] std::optional<Refund> refund() const noexcept { return variant<Refund>("by", "refund"); }
  /// An operator.
  [[nodiscard]] std::optional<Operator> operator_() const noexcept { return variant<Operator>("by", "operator"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<By>("by") && shape.fits<Refund>("by", "refund") &&
           shape.fits<Operator>("by", "operator");
  }
};

/// How a block ended.
struct BlockEnd : View {
  using View::View;

  /// Which of these it is.
  enum class EndedBy {
    /// A value that has no name here; ended_by_text() has it.
    unnamed = -1,
    /// It expired.
    expiry,
    /// The refund that caused it was reversed.
    reversal,
    /// The refund was decided again, and the decision no longer blocks, or for another time: more became known about
    /// it, or an operator overruled it.
    redecided,
    /// The refund that caused it is settled: nothing is owed any more, or an operator closed it.
    settled,
    /// The refund turned out to be another user's.
    reattributed,
    /// The user was forgotten.
    forgotten,
    /// An operator.
    operator_,
  };
  friend constexpr std::array<detail::Named<EndedBy>, 7> named(EndedBy) noexcept {
    return {{{"expiry", EndedBy::expiry}, {"reversal", EndedBy::reversal}, {"redecided", EndedBy::redecided},
             {"settled", EndedBy::settled}, {"reattributed", EndedBy::reattributed}, {"forgotten", EndedBy::forgotten},
             {"operator", EndedBy::operator_}}};
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

  /// Which of these it is.
  [[nodiscard]] EndedBy ended_by() const noexcept { return read<EndedBy>("ended_by"); }
  [[nodiscard]] std::string_view ended_by_text() const noexcept { return read_text("ended_by"); }
  /// When.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// An operator.
  [[nodiscard]] std::optional<Operator> operator_() const noexcept { return variant<Operator>("ended_by", "operator"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<EndedBy>("ended_by") && shape.has<Time>("at") &&
           shape.fits<Operator>("ended_by", "operator");
  }
};

/// A block: why a user may not play, since when and until when.
struct Block : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// Who is blocked.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// What made it.
  [[nodiscard]] BlockCause cause() const noexcept { return read<BlockCause>("cause"); }
  /// When it was made.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// When it ends; empty: at no fixed time.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  /// How it ended; empty while it is active.
  [[nodiscard]] std::optional<BlockEnd> ended() const noexcept { return read<std::optional<BlockEnd>>("ended"); }
  /// What its user owes for that refund while it is active, as far as the books know; empty in events.
  [[nodiscard]] List<Grant> owes() const noexcept { return read<List<Grant>>("owes"); }
  /// Whether it ends once the refund that caused it is settled.
  [[nodiscard]] std::optional<bool> until_settled() const noexcept {
    return read<std::optional<bool>>("until_settled");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("user") &&
           shape.has<BlockCause>("cause") && shape.has<Time>("made_at") && shape.has<std::optional<Time>>("until") &&
           shape.has<std::optional<BlockEnd>>("ended") && shape.may_have<List<Grant>>("owes") &&
           shape.may_have<std::optional<bool>>("until_settled");
  }
};

/// A page of a list, and where the next begins.
struct BlockPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<Block> items() const noexcept { return read<List<Block>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<Block>>("items") && shape.has<std::optional<std::int64_t>>("next");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_BLOCKS_HPP
