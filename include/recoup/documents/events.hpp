// Events with all that is known of them. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_EVENTS_HPP
#define RECOUP_DOCUMENTS_EVENTS_HPP

#include "../document.hpp"
#include "../outputs.hpp"
#include "blocks.hpp"
#include "orders.hpp"
#include "recovery.hpp"
#include "refunds.hpp"

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
  /// Until when this is so, as far as is known now; null: no end is known.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("product") && shape.has<bool>("has") &&
           shape.has<AccessReason>("because") && shape.has<std::optional<Time>>("until");
  }
};

inline constexpr std::array<detail::Named<EventKind>, 11> named(EventKind) noexcept {
  return {{{"block", EventKind::block}, {"unblock", EventKind::unblock}, {"alert", EventKind::alert},
           {"refund", EventKind::refund}, {"reversal", EventKind::reversal}, {"review", EventKind::review},
           {"unattributed", EventKind::unattributed}, {"sweep_gap", EventKind::sweep_gap},
           {"recovery", EventKind::recovery}, {"notice", EventKind::notice}, {"access", EventKind::access}}};
}

/// The details of a notice, as they were when it was made.
struct NoticeDetails : View {
  using View::View;

  /// How much money was refunded.
  [[nodiscard]] std::optional<Money> amount() const noexcept { return read<std::optional<Money>>("amount"); }
  /// The block.
  [[nodiscard]] std::optional<std::int64_t> block() const noexcept {
    return read<std::optional<std::int64_t>>("block");
  }
  /// The items that were taken, or returned.
  [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
  /// The items that are owed.
  [[nodiscard]] List<Grant> owed() const noexcept { return read<List<Grant>>("owed"); }
  /// The product id.
  [[nodiscard]] std::optional<std::string_view> product() const noexcept {
    return read<std::optional<std::string_view>>("product");
  }
  /// The store of the refund.
  [[nodiscard]] std::optional<std::string_view> store() const noexcept {
    return read<std::optional<std::string_view>>("store");
  }
  /// When the block ends.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.may_have<std::optional<Money>>("amount") &&
           shape.may_have<std::optional<std::int64_t>>("block") && shape.may_have<List<Grant>>("items") &&
           shape.may_have<List<Grant>>("owed") && shape.may_have<std::optional<std::string_view>>("product") &&
           shape.may_have<std::optional<std::string_view>>("store") && shape.may_have<std::optional<Time>>("until");
  }
};

/// What a notice is about.
enum class NoticeName {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The game took items back for a refund.
  items_taken,
  /// Items are still owed for a refund.
  items_owed,
  /// The player was blocked because of a refund.
  blocked,
  /// The player's last block ended.
  unblocked,
  /// The game gave items again after a reversal.
  items_returned,
  /// The player no longer has access to a product.
  access_lost,
  /// The player has access to a product again.
  access_restored,
};
inline constexpr std::array<detail::Named<NoticeName>, 7> named(NoticeName) noexcept {
  return {{{"items_taken", NoticeName::items_taken}, {"items_owed", NoticeName::items_owed},
           {"blocked", NoticeName::blocked}, {"unblocked", NoticeName::unblocked},
           {"items_returned", NoticeName::items_returned}, {"access_lost", NoticeName::access_lost},
           {"access_restored", NoticeName::access_restored}}};
}

/// The state of a notice.
enum class NoticeState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The player has not seen it.
  waiting,
  /// The player has seen it.
  shown,
  /// The player has confirmed it.
  acknowledged,
  /// It waited for longer than the configuration's `notices.keep`, or more than 100 waited.
  expired,
  /// Its cause was undone, or a newer one replaced it, before it was shown.
  withdrawn,
};
inline constexpr std::array<detail::Named<NoticeState>, 5> named(NoticeState) noexcept {
  return {{{"waiting", NoticeState::waiting}, {"shown", NoticeState::shown},
           {"acknowledged", NoticeState::acknowledged}, {"expired", NoticeState::expired},
           {"withdrawn", NoticeState::withdrawn}}};
}

/// A notice for a player, with its text in one language.
struct Notice : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// Who is shown it.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// What it is about.
  [[nodiscard]] NoticeName name() const noexcept { return read<NoticeName>("name"); }
  [[nodiscard]] std::string_view name_text() const noexcept { return read_text("name"); }
  /// Its state.
  [[nodiscard]] NoticeState state() const noexcept { return read<NoticeState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// The refund; null if no refund caused it.
  [[nodiscard]] std::optional<std::int64_t> refund() const noexcept {
    return read<std::optional<std::int64_t>>("refund");
  }
  /// When it was made.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// When it expires.
  [[nodiscard]] Time expires_at() const noexcept { return read<Time>("expires_at"); }
  /// When the player saw it, as the game reported it.
  [[nodiscard]] std::optional<Time> shown_at() const noexcept { return read<std::optional<Time>>("shown_at"); }
  /// When it was acknowledged, expired or withdrawn.
  [[nodiscard]] std::optional<Time> ended_at() const noexcept { return read<std::optional<Time>>("ended_at"); }
  /// All details, for texts of the game's own.
  [[nodiscard]] NoticeDetails details() const noexcept { return read<NoticeDetails>("details"); }
  /// The language of `title` and `text`, a BCP 47 tag.
  [[nodiscard]] std::string_view locale() const noexcept { return read<std::string_view>("locale"); }
  /// A title: plain text, not HTML.
  [[nodiscard]] std::string_view title() const noexcept { return read<std::string_view>("title"); }
  /// A sentence or a few: plain text, not HTML.
  [[nodiscard]] std::string_view text() const noexcept { return read<std::string_view>("text"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("user") &&
           shape.has<NoticeName>("name") && shape.has<NoticeState>("state") &&
           shape.has<std::optional<std::int64_t>>("refund") && shape.has<Time>("made_at") &&
           shape.has<Time>("expires_at") && shape.has<std::optional<Time>>("shown_at") &&
           shape.has<std::optional<Time>>("ended_at") && shape.has<NoticeDetails>("details") &&
           shape.has<std::string_view>("locale") && shape.has<std::string_view>("title") &&
           shape.has<std::string_view>("text");
  }
};

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
  /// The user; null for an unattributed refund and for a gap.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// The refund; null for an operator's block and for a gap.
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
