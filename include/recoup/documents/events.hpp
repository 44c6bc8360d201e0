// Events with all that is known of them. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_EVENTS_HPP
#define RECOUP_DOCUMENTS_EVENTS_HPP

#include "../document.hpp"
#include "../outputs.hpp"
#include "access.hpp"
#include "blocks.hpp"
#include "notices.hpp"
#include "recovery.hpp"
#include "refunds.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

inline constexpr std::array<detail::Named<EventKind>, 11> named(EventKind) noexcept {
  return {{{"block", EventKind::block}, {"unblock", EventKind::unblock}, {"alert", EventKind::alert},
           {"refund", EventKind::refund}, {"reversal", EventKind::reversal}, {"review", EventKind::review},
           {"unattributed", EventKind::unattributed}, {"sweep_gap", EventKind::sweep_gap},
           {"recovery", EventKind::recovery}, {"notice", EventKind::notice}, {"access", EventKind::access}}};
}

/// A period that is past the store's retention.
struct SweepGap : View {
  using View::View;

  /// Which store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// Which app or account, as the configuration names it.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// Its start: the end of the last sweep, the requested start, or without either, the first purchase.
  [[nodiscard]] Time from() const noexcept { return read<Time>("from"); }
  /// Its end: the store's retention limit at the time of the sweep.
  [[nodiscard]] Time to() const noexcept { return read<Time>("to"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("store") && shape.has<std::string_view>("app") &&
           shape.has<Time>("from") && shape.has<Time>("to");
  }
};

/// One event for the host, delivered at least once and until it is acknowledged; in order per user.
struct EventDetails : View {
  using View::View;

  /// Acknowledge the event with this id. The same id may be delivered again after a crash: act on it once.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// What kind.
  [[nodiscard]] EventKind kind() const noexcept { return read<EventKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The user; empty for an unattributed refund and for a gap.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// The refund; empty for an operator's block and for a gap.
  [[nodiscard]] std::optional<std::int64_t> refund_id() const noexcept {
    return read<std::optional<std::int64_t>>("refund_id");
  }
  /// When it was queued.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// How often it has been delivered, this time included.
  [[nodiscard]] std::int64_t attempt() const noexcept { return read<std::int64_t>("attempt"); }
  /// The refund at the time of the event.
  [[nodiscard]] std::optional<Refund> refund() const noexcept { return read<std::optional<Refund>>("refund"); }
  /// The block that was created or ended last.
  [[nodiscard]] std::optional<Block> block() const noexcept { return read<std::optional<Block>>("block"); }
  /// The player's access to a product now, in an event of kind access.
  [[nodiscard]] std::optional<Access> access() const noexcept { return read<std::optional<Access>>("access"); }
  /// The lost period of a `SweepGap`; in JSON only there.
  [[nodiscard]] std::optional<SweepGap> gap() const noexcept { return read<std::optional<SweepGap>>("gap"); }
  /// The notice, in an event of kind notice, in the configured default language.
  [[nodiscard]] std::optional<Notice> notice() const noexcept { return read<std::optional<Notice>>("notice"); }
  /// The refund's books at the time of the event, in events of kind refund, reversal and recovery.
  [[nodiscard]] std::optional<Recovery> recovery() const noexcept { return read<std::optional<Recovery>>("recovery"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<EventKind>("kind") &&
           shape.has<std::optional<std::string_view>>("user") && shape.has<std::optional<std::int64_t>>("refund_id") &&
           shape.has<Time>("at") && shape.has<std::int64_t>("attempt") && shape.has<std::optional<Refund>>("refund") &&
           shape.has<std::optional<Block>>("block") && shape.may_have<std::optional<Access>>("access") &&
           shape.may_have<std::optional<SweepGap>>("gap") && shape.may_have<std::optional<Notice>>("notice") &&
           shape.may_have<std::optional<Recovery>>("recovery");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_EVENTS_HPP
