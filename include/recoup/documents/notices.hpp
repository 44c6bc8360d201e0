// Notices for players. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_NOTICES_HPP
#define RECOUP_DOCUMENTS_NOTICES_HPP

#include "../document.hpp"
#include "orders.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

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
  /// Whether the block ends once nothing is owed any more.
  [[nodiscard]] std::optional<bool> until_settled() const noexcept {
    return read<std::optional<bool>>("until_settled");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.may_have<std::optional<Money>>("amount") &&
           shape.may_have<std::optional<std::int64_t>>("block") && shape.may_have<List<Grant>>("items") &&
           shape.may_have<List<Grant>>("owed") && shape.may_have<std::optional<std::string_view>>("product") &&
           shape.may_have<std::optional<std::string_view>>("store") && shape.may_have<std::optional<Time>>("until") &&
           shape.may_have<std::optional<bool>>("until_settled");
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
  /// The refund; empty if no refund caused it.
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

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_NOTICES_HPP
