// Webhook endpoints, and the messages to them. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_WEBHOOKS_HPP
#define RECOUP_DOCUMENTS_WEBHOOKS_HPP

#include "../document.hpp"
#include "access.hpp"
#include "blocks.hpp"
#include "events.hpp"
#include "notices.hpp"
#include "orders.hpp"
#include "recovery.hpp"
#include "refunds.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// How an endpoint ended.
struct WebhookEnd : View {
  using View::View;

  /// When.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// Why.
  [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.has<std::string_view>("why");
  }
};

/// The form of an endpoint's messages.
enum class WebhookFormat {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// `WebhookEvent`: a type, a time, and the event's data.
  recoup,
  /// The same data in CloudEvents 1.0, structured mode.
  cloudevents,
  /// The `IapRefundEvent` of nachocode: refunds alone.
  iap_refund_event,
};
inline constexpr std::array<detail::Named<WebhookFormat>, 3> named(WebhookFormat) noexcept {
  return {{{"recoup", WebhookFormat::recoup}, {"cloudevents", WebhookFormat::cloudevents},
           {"iap_refund_event", WebhookFormat::iap_refund_event}}};
}

/// An endpoint, and how its messages are doing.
struct WebhookEndpoint : View {
  using View::View;

  /// Its name in the configuration.
  [[nodiscard]] std::string_view name() const noexcept { return read<std::string_view>("name"); }
  /// The form of its messages.
  [[nodiscard]] WebhookFormat format() const noexcept { return read<WebhookFormat>("format"); }
  [[nodiscard]] std::string_view format_text() const noexcept { return read_text("format"); }
  /// Which events it gets; empty: all.
  [[nodiscard]] std::optional<List<EventKind>> events() const noexcept {
    return read<std::optional<List<EventKind>>>("events");
  }
  /// Of which stores; empty: all.
  [[nodiscard]] std::optional<List<std::string_view>> stores() const noexcept {
    return read<std::optional<List<std::string_view>>>("stores");
  }
  /// Of which environments. A refund whose environment no one reported counts as production.
  [[nodiscard]] List<Environment> environments() const noexcept { return read<List<Environment>>("environments"); }
  /// Whether this engine's configuration has it, and so can sign for it.
  [[nodiscard]] bool configured() const noexcept { return read<bool>("configured"); }
  /// Since when events are queued for it.
  [[nodiscard]] Time since() const noexcept { return read<Time>("since"); }
  /// When a process that can sign for it last looked for messages to send; empty: none did yet.
  [[nodiscard]] std::optional<Time> served_at() const noexcept { return read<std::optional<Time>>("served_at"); }
  /// Until when nothing is sent to it, because it answered 429, 502 or 504.
  [[nodiscard]] std::optional<Time> held_back_until() const noexcept {
    return read<std::optional<Time>>("held_back_until");
  }
  /// How it ended; empty while it is active.
  [[nodiscard]] std::optional<WebhookEnd> ended() const noexcept { return read<std::optional<WebhookEnd>>("ended"); }
  /// How many messages wait or are being sent.
  [[nodiscard]] std::int64_t waiting() const noexcept { return read<std::int64_t>("waiting"); }
  /// How many are held.
  [[nodiscard]] std::int64_t held() const noexcept { return read<std::int64_t>("held"); }
  /// How many are dead.
  [[nodiscard]] std::int64_t dead() const noexcept { return read<std::int64_t>("dead"); }
  /// When one was last delivered.
  [[nodiscard]] std::optional<Time> delivered_at() const noexcept { return read<std::optional<Time>>("delivered_at"); }
  /// The last problem with a message.
  [[nodiscard]] std::optional<std::string_view> problem() const noexcept {
    return read<std::optional<std::string_view>>("problem");
  }
  /// When that was.
  [[nodiscard]] std::optional<Time> problem_at() const noexcept { return read<std::optional<Time>>("problem_at"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("name") && shape.has<WebhookFormat>("format") &&
           shape.has<std::optional<List<EventKind>>>("events") &&
           shape.has<std::optional<List<std::string_view>>>("stores") && shape.has<List<Environment>>("environments") &&
           shape.has<bool>("configured") && shape.has<Time>("since") && shape.has<std::optional<Time>>("served_at") &&
           shape.has<std::optional<Time>>("held_back_until") && shape.has<std::optional<WebhookEnd>>("ended") &&
           shape.has<std::int64_t>("waiting") && shape.has<std::int64_t>("held") && shape.has<std::int64_t>("dead") &&
           shape.has<std::optional<Time>>("delivered_at") && shape.has<std::optional<std::string_view>>("problem") &&
           shape.has<std::optional<Time>>("problem_at");
  }
};

/// The state of a message to an endpoint.
enum class WebhookState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// To be sent, for the first time or again.
  waiting,
  /// A process is sending it.
  sending,
  /// The endpoint's format needs something that is not known yet; `problem` names it.
  held,
  /// The endpoint answered with success.
  delivered,
  /// The last try failed.
  dead,
  /// Not to be sent: the endpoint ended, or its format has no form for the event.
  dropped,
};
inline constexpr std::array<detail::Named<WebhookState>, 6> named(WebhookState) noexcept {
  return {{{"waiting", WebhookState::waiting}, {"sending", WebhookState::sending}, {"held", WebhookState::held},
           {"delivered", WebhookState::delivered}, {"dead", WebhookState::dead}, {"dropped", WebhookState::dropped}}};
}

/// A message to an endpoint: one event, in the endpoint's format.
struct WebhookMessage : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// The endpoint.
  [[nodiscard]] std::string_view endpoint() const noexcept { return read<std::string_view>("endpoint"); }
  /// The header field `webhook-id`: the same for every try.
  [[nodiscard]] std::string_view webhook_id() const noexcept { return read<std::string_view>("webhook_id"); }
  /// The event.
  [[nodiscard]] std::int64_t event() const noexcept { return read<std::int64_t>("event"); }
  /// The event's kind.
  [[nodiscard]] EventKind kind() const noexcept { return read<EventKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The event's user.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// The event's refund.
  [[nodiscard]] std::optional<std::int64_t> refund_id() const noexcept {
    return read<std::optional<std::int64_t>>("refund_id");
  }
  /// When it was queued.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// Its state.
  [[nodiscard]] WebhookState state() const noexcept { return read<WebhookState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// How often it was sent.
  [[nodiscard]] std::int64_t attempts() const noexcept { return read<std::int64_t>("attempts"); }
  /// When it is sent next; while it is being sent, when its sender is presumed dead.
  [[nodiscard]] std::optional<Time> next_at() const noexcept { return read<std::optional<Time>>("next_at"); }
  /// The HTTP status of the last answer.
  [[nodiscard]] std::optional<std::int64_t> status() const noexcept {
    return read<std::optional<std::int64_t>>("status");
  }
  /// Why the last try failed, or what is missing.
  [[nodiscard]] std::optional<std::string_view> problem() const noexcept {
    return read<std::optional<std::string_view>>("problem");
  }
  /// When it was delivered, or given no further try.
  [[nodiscard]] std::optional<Time> settled_at() const noexcept { return read<std::optional<Time>>("settled_at"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("endpoint") &&
           shape.has<std::string_view>("webhook_id") && shape.has<std::int64_t>("event") &&
           shape.has<EventKind>("kind") && shape.has<std::optional<std::string_view>>("user") &&
           shape.has<std::optional<std::int64_t>>("refund_id") && shape.has<Time>("made_at") &&
           shape.has<WebhookState>("state") && shape.has<std::int64_t>("attempts") &&
           shape.has<std::optional<Time>>("next_at") && shape.has<std::optional<std::int64_t>>("status") &&
           shape.has<std::optional<std::string_view>>("problem") && shape.has<std::optional<Time>>("settled_at");
  }
};

/// A page of a list, and where the next begins.
struct WebhookMessagePage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<WebhookMessage> items() const noexcept { return read<List<WebhookMessage>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<WebhookMessage>>("items") &&
           shape.has<std::optional<std::int64_t>>("next");
  }
};

/// The event in a message's body.
struct WebhookData : View {
  using View::View;

  /// The event's id: act on it once.
  [[nodiscard]] std::int64_t event() const noexcept { return read<std::int64_t>("event"); }
  /// The event's kind.
  [[nodiscard]] EventKind kind() const noexcept { return read<EventKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The ledger that queued it.
  [[nodiscard]] std::string_view ledger() const noexcept { return read<std::string_view>("ledger"); }
  /// The user; empty for an unattributed refund and for a gap.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// The refund at the time of the event; empty for an operator's block and for a gap.
  [[nodiscard]] std::optional<Refund> refund() const noexcept { return read<std::optional<Refund>>("refund"); }
  /// The refund's books, of refund, reversal and recovery events.
  [[nodiscard]] std::optional<Recovery> recovery() const noexcept { return read<std::optional<Recovery>>("recovery"); }
  /// The block that was created or ended.
  [[nodiscard]] std::optional<Block> block() const noexcept { return read<std::optional<Block>>("block"); }
  /// The notice for the player, of a notice event.
  [[nodiscard]] std::optional<Notice> notice() const noexcept { return read<std::optional<Notice>>("notice"); }
  /// The player's access, of an access event.
  [[nodiscard]] std::optional<Access> access() const noexcept { return read<std::optional<Access>>("access"); }
  /// The lost period of a gap.
  [[nodiscard]] std::optional<SweepGap> gap() const noexcept { return read<std::optional<SweepGap>>("gap"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("event") && shape.has<EventKind>("kind") &&
           shape.has<std::string_view>("ledger") && shape.has<std::optional<std::string_view>>("user") &&
           shape.has<std::optional<Refund>>("refund") && shape.has<std::optional<Recovery>>("recovery") &&
           shape.has<std::optional<Block>>("block") && shape.has<std::optional<Notice>>("notice") &&
           shape.has<std::optional<Access>>("access") && shape.has<std::optional<SweepGap>>("gap");
  }
};

/// The body of a message in the format `recoup`.
struct WebhookEvent : View {
  using View::View;

  /// The event's type, such as `refund.refunded`.
  [[nodiscard]] std::string_view type() const noexcept { return read<std::string_view>("type"); }
  /// When the event was queued: ISO 8601 in UTC, with milliseconds.
  [[nodiscard]] std::string_view timestamp() const noexcept { return read<std::string_view>("timestamp"); }
  /// The event.
  [[nodiscard]] WebhookData data() const noexcept { return read<WebhookData>("data"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("type") && shape.has<std::string_view>("timestamp") &&
           shape.has<WebhookData>("data");
  }
};

/// The answer to a test message.
struct WebhookTest : View {
  using View::View;

  /// The endpoint.
  [[nodiscard]] std::string_view endpoint() const noexcept { return read<std::string_view>("endpoint"); }
  /// Whether it answered with success.
  [[nodiscard]] bool delivered() const noexcept { return read<bool>("delivered"); }
  /// The HTTP status; empty if there was no answer.
  [[nodiscard]] std::optional<std::int64_t> status() const noexcept {
    return read<std::optional<std::int64_t>>("status");
  }
  /// How long it took, in milliseconds.
  [[nodiscard]] std::int64_t millis() const noexcept { return read<std::int64_t>("millis"); }
  /// Why it failed.
  [[nodiscard]] std::optional<std::string_view> problem() const noexcept {
    return read<std::optional<std::string_view>>("problem");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("endpoint") && shape.has<bool>("delivered") &&
           shape.has<std::optional<std::int64_t>>("status") && shape.has<std::int64_t>("millis") &&
           shape.has<std::optional<std::string_view>>("problem");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_WEBHOOKS_HPP
