// What the stores reported when they were asked. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_SWEEPS_HPP
#define RECOUP_DOCUMENTS_SWEEPS_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// A period past the store's retention: what was refunded then, and is not known, is lost.
struct Gap : View {
  using View::View;

  /// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
  [[nodiscard]] Time from() const noexcept { return read<Time>("from"); }
  /// Its end: the store's retention limit.
  [[nodiscard]] Time to() const noexcept { return read<Time>("to"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("from") && shape.has<Time>("to");
  }
};

/// How a sweep ended.
struct SweepEnd : View {
  using View::View;

  /// Which of these it is.
  enum class What {
    /// A value that has no name here; what_text() has it.
    unnamed = -1,
    /// It is running.
    under_way,
    /// It is complete.
    complete,
    /// It failed; the next one resumes there.
    failed,
    /// Another engine on the same ledger sweeps this app: nothing was requested. Or it took the sweep over after this
    /// engine had finished no page for ten minutes: the rest is the other's.
    elsewhere,
  };
  friend constexpr std::array<detail::Named<What>, 4> named(What) noexcept {
    return {{{"under_way", What::under_way}, {"complete", What::complete}, {"failed", What::failed},
             {"elsewhere", What::elsewhere}}};
  }

  struct Failed : View {
    using View::View;

    /// A stable name, as `code`.
    [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
    /// The error message.
    [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
    /// Whether it may succeed later without anyone changing anything.
    [[nodiscard]] bool retryable() const noexcept { return read<bool>("retryable"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("code") && shape.has<std::string_view>("message") &&
             shape.has<bool>("retryable");
    }
  };

  struct Elsewhere : View {
    using View::View;

    /// The process id of the other engine, on its machine; empty if that has ended.
    [[nodiscard]] std::optional<std::int64_t> process() const noexcept {
      return read<std::optional<std::int64_t>>("process");
    }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<std::optional<std::int64_t>>("process"); }
  };

  /// Which of these it is.
  [[nodiscard]] What what() const noexcept { return read<What>("what"); }
  [[nodiscard]] std::string_view what_text() const noexcept { return read_text("what"); }
  /// It failed; the next one resumes there.
  [[nodiscard]] std::optional<Failed> failed() const noexcept { return variant<Failed>("what", "failed"); }
  /// Another engine on the same ledger sweeps this app: nothing was requested. Or it took the sweep over after this
  /// engine had finished no page for ten minutes: the rest is the other's.
  [[nodiscard]] std::optional<Elsewhere> elsewhere() const noexcept { return variant<Elsewhere>("what", "elsewhere"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<What>("what") && shape.fits<Failed>("what", "failed") &&
           shape.fits<Elsewhere>("what", "elsewhere");
  }
};

/// The sweep of one app.
struct Sweep : View {
  using View::View;

  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The app or account, as the configuration names it.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// The swept period: from this time
  [[nodiscard]] Time from() const noexcept { return read<Time>("from"); }
  /// until this time.
  [[nodiscard]] Time to() const noexcept { return read<Time>("to"); }
  /// Whether it resumed an interrupted sweep.
  [[nodiscard]] bool resumed() const noexcept { return read<bool>("resumed"); }
  /// How many pages the store returned.
  [[nodiscard]] std::int64_t pages() const noexcept { return read<std::int64_t>("pages"); }
  /// How many refunds, reversals and disputes the pages contained.
  [[nodiscard]] std::int64_t found() const noexcept { return read<std::int64_t>("found"); }
  /// How many of them were refunds of orders not known to be refunded.
  [[nodiscard]] std::int64_t new_() const noexcept { return read<std::int64_t>("new"); }
  /// How many reported something else that was new: the reason of a refund, or a refund request.
  [[nodiscard]] std::int64_t changed() const noexcept { return read<std::int64_t>("changed"); }
  /// How many rows were unreadable, and were stored as dead letters.
  [[nodiscard]] std::int64_t unread() const noexcept { return read<std::int64_t>("unread"); }
  /// At a store where each receipt is checked: how many it does not know, or not as this customer's.
  [[nodiscard]] std::int64_t refused() const noexcept { return read<std::int64_t>("refused"); }
  /// At such a store: how many receipts it gave no answer about. Each is checked again after an hour, then after twice
  /// as long each time, up to a day.
  [[nodiscard]] std::int64_t postponed() const noexcept { return read<std::int64_t>("postponed"); }
  /// The period that should have been swept but is past the store's retention.
  [[nodiscard]] std::optional<Gap> gap() const noexcept { return read<std::optional<Gap>>("gap"); }
  /// How it ended.
  [[nodiscard]] SweepEnd ended() const noexcept { return read<SweepEnd>("ended"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("store") && shape.has<std::string_view>("app") &&
           shape.has<Time>("from") && shape.has<Time>("to") && shape.has<bool>("resumed") &&
           shape.has<std::int64_t>("pages") && shape.has<std::int64_t>("found") && shape.has<std::int64_t>("new") &&
           shape.has<std::int64_t>("changed") && shape.has<std::int64_t>("unread") &&
           shape.has<std::int64_t>("refused") && shape.has<std::int64_t>("postponed") &&
           shape.has<std::optional<Gap>>("gap") && shape.has<SweepEnd>("ended");
  }
};

/// The result of `reconcile`.
struct ReconcileResult : View {
  using View::View;

  /// One sweep per app of each store.
  [[nodiscard]] List<Sweep> sweeps() const noexcept { return read<List<Sweep>>("sweeps"); }
  static bool fits(detail::Shape &shape) noexcept { return shape.is_object() && shape.has<List<Sweep>>("sweeps"); }
};

/// The result of `reconcile_order`.
struct ReconcileOrderResult : View {
  using View::View;

  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The order's app.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// Whether it is a sandbox order.
  [[nodiscard]] bool sandbox() const noexcept { return read<bool>("sandbox"); }
  /// How many refunds the store listed.
  [[nodiscard]] std::int64_t found() const noexcept { return read<std::int64_t>("found"); }
  /// How many of them were of orders not known to be refunded.
  [[nodiscard]] std::int64_t new_() const noexcept { return read<std::int64_t>("new"); }
  /// How many reported something else that was new.
  [[nodiscard]] std::int64_t changed() const noexcept { return read<std::int64_t>("changed"); }
  /// How many could not be read, and were stored as dead letters.
  [[nodiscard]] std::int64_t unread() const noexcept { return read<std::int64_t>("unread"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("store") && shape.has<std::string_view>("app") &&
           shape.has<bool>("sandbox") && shape.has<std::int64_t>("found") && shape.has<std::int64_t>("new") &&
           shape.has<std::int64_t>("changed") && shape.has<std::int64_t>("unread");
  }
};

/// The result of `work`.
struct WorkResult : View {
  using View::View;

  /// How many store actions were advanced.
  [[nodiscard]] std::int64_t actions() const noexcept { return read<std::int64_t>("actions"); }
  /// How many reviews were settled or are being answered.
  [[nodiscard]] std::int64_t reviews() const noexcept { return read<std::int64_t>("reviews"); }
  /// The sweeps that were due.
  [[nodiscard]] ReconcileResult reconciled() const noexcept { return read<ReconcileResult>("reconciled"); }
  /// How many refunds the stores were queried about.
  [[nodiscard]] std::int64_t inquiries() const noexcept { return read<std::int64_t>("inquiries"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("actions") && shape.has<std::int64_t>("reviews") &&
           shape.has<ReconcileResult>("reconciled") && shape.may_have<std::int64_t>("inquiries");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_SWEEPS_HPP
