// What operators read of refunds, and their notes. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_CASE_FILES_HPP
#define RECOUP_DOCUMENTS_CASE_FILES_HPP

#include "../document.hpp"
#include "blocks.hpp"
#include "events.hpp"
#include "journal.hpp"
#include "orders.hpp"
#include "recovery.hpp"
#include "refunds.hpp"
#include "store_actions.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// What a note is on.
struct NoteOn : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::optional<std::int64_t> refund() const noexcept {
    return read<std::optional<std::int64_t>>("refund");
  }
  /// The user.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.may_have<std::optional<std::int64_t>>("refund") &&
           shape.may_have<std::optional<std::string_view>>("user");
  }
};

/// An operator's note. Notes are never edited.
struct Note : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// What it is about.
  [[nodiscard]] NoteOn on() const noexcept { return read<NoteOn>("on"); }
  /// When it was written.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// Who wrote it.
  [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
  /// The text.
  [[nodiscard]] std::string_view text() const noexcept { return read<std::string_view>("text"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<NoteOn>("on") && shape.has<Time>("at") &&
           shape.has<std::string_view>("who") && shape.has<std::string_view>("text");
  }
};

/// All that is known of one refund.
struct CaseFile : View {
  using View::View;

  /// The refund.
  [[nodiscard]] Refund refund() const noexcept { return read<Refund>("refund"); }
  /// Its books.
  [[nodiscard]] Recovery recovery() const noexcept { return read<Recovery>("recovery"); }
  /// The entries of its books, oldest first.
  [[nodiscard]] List<RecoveryEntry> entries() const noexcept { return read<List<RecoveryEntry>>("entries"); }
  /// The blocks that it caused, oldest first.
  [[nodiscard]] List<Block> blocks() const noexcept { return read<List<Block>>("blocks"); }
  /// The notes on it, oldest first.
  [[nodiscard]] List<Note> notes() const noexcept { return read<List<Note>>("notes"); }
  /// What happened, oldest first.
  [[nodiscard]] List<JournalEntry> journal() const noexcept { return read<List<JournalEntry>>("journal"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Refund>("refund") && shape.has<Recovery>("recovery") &&
           shape.has<List<RecoveryEntry>>("entries") && shape.has<List<Block>>("blocks") &&
           shape.has<List<Note>>("notes") && shape.has<List<JournalEntry>>("journal");
  }
};

/// What an id or a text belongs to: at most 50 of each kind.
struct Found : View {
  using View::View;

  /// Refunds by order id, purchase token, original id, account tag or their id (`refund:12`).
  [[nodiscard]] List<Refund> refunds() const noexcept { return read<List<Refund>>("refunds"); }
  /// Recorded purchases by the same ids.
  [[nodiscard]] List<RecordedPurchase> purchases() const noexcept { return read<List<RecordedPurchase>>("purchases"); }
  /// Users by their id, or by an account tag that was issued to them.
  [[nodiscard]] List<std::string_view> users() const noexcept { return read<List<std::string_view>>("users"); }
  /// Blocks by their id (`block:12`).
  [[nodiscard]] List<Block> blocks() const noexcept { return read<List<Block>>("blocks"); }
  /// Store actions by their id (`action:12`).
  [[nodiscard]] List<StoreAction> actions() const noexcept { return read<List<StoreAction>>("actions"); }
  /// Events that wait, by their id (`event:12`).
  [[nodiscard]] List<EventDetails> events() const noexcept { return read<List<EventDetails>>("events"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<Refund>>("refunds") && shape.has<List<RecordedPurchase>>("purchases") &&
           shape.has<List<std::string_view>>("users") && shape.has<List<Block>>("blocks") &&
           shape.has<List<StoreAction>>("actions") && shape.has<List<EventDetails>>("events");
  }
};

/// How many refunds match a filter.
struct RefundCount : View {
  using View::View;

  /// How many, at most 10,000.
  [[nodiscard]] std::int64_t count() const noexcept { return read<std::int64_t>("count"); }
  /// Whether there are more.
  [[nodiscard]] bool more() const noexcept { return read<bool>("more"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("count") && shape.has<bool>("more");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_CASE_FILES_HPP
