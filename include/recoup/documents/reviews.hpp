// Refund reviews: what a store asks before it decides on a refund. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_REVIEWS_HPP
#define RECOUP_DOCUMENTS_REVIEWS_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// Whether what was bought was delivered, in the App Store's terms (`deliveryStatus`).
enum class Delivery {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// It was delivered and works.
  delivered,
  /// It was delivered and is broken.
  quality_issue,
  /// Something else was delivered.
  wrong_item,
  /// It was not delivered, since the game's servers were down.
  server_outage,
  /// It was not delivered for another reason.
  not_delivered,
};
inline constexpr std::array<detail::Named<Delivery>, 5> named(Delivery) noexcept {
  return {{{"delivered", Delivery::delivered}, {"quality_issue", Delivery::quality_issue},
           {"wrong_item", Delivery::wrong_item}, {"server_outage", Delivery::server_outage},
           {"not_delivered", Delivery::not_delivered}}};
}

/// One use of what was bought. Google Play `consumptionUsageEvents`.
struct Usage : View {
  using View::View;

  /// When.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// What was used, as text; at most 5000 characters are sent.
  [[nodiscard]] std::optional<std::string_view> what() const noexcept {
    return read<std::optional<std::string_view>>("what");
  }
  /// From which address.
  [[nodiscard]] std::optional<std::string_view> ip_address() const noexcept {
    return read<std::optional<std::string_view>>("ip_address");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.has<std::optional<std::string_view>>("what") &&
           shape.has<std::optional<std::string_view>>("ip_address");
  }
};

/// What the host reports about a purchase: how far it was used, and whether the player consents to sharing that.
struct Consumption : View {
  using View::View;

  /// Whether what was bought was delivered and works.
  [[nodiscard]] Delivery delivery() const noexcept { return read<Delivery>("delivery"); }
  [[nodiscard]] std::string_view delivery_text() const noexcept { return read_text("delivery"); }
  /// How much of it was used, in thousandths of a percent from 0 to 100000; empty if unknown.
  [[nodiscard]] std::optional<std::int64_t> consumed() const noexcept {
    return read<std::optional<std::int64_t>>("consumed");
  }
  /// Whether the player could try it before buying.
  [[nodiscard]] bool sample_given() const noexcept { return read<bool>("sample_given"); }
  /// When and how it was used, oldest first, at most 1000; the App Store has no field for it.
  [[nodiscard]] List<Usage> usage() const noexcept { return read<List<Usage>>("usage"); }
  /// Whether the player has consented to share this with the store. Without consent nothing is sent to the App Store,
  /// and Google Play is not sent how much was used nor when.
  [[nodiscard]] bool consent() const noexcept { return read<bool>("consent"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Delivery>("delivery") && shape.has<std::optional<std::int64_t>>("consumed") &&
           shape.has<bool>("sample_given") && shape.has<List<Usage>>("usage") && shape.has<bool>("consent");
  }
};

/// The outcome of a refund request.
enum class ReviewOutcome {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The store refunded, in full or in part.
  refunded,
  /// The store declined the request.
  declined,
  /// The store refunded and reversed the refund.
  reversed,
};
inline constexpr std::array<detail::Named<ReviewOutcome>, 3> named(ReviewOutcome) noexcept {
  return {{{"refunded", ReviewOutcome::refunded}, {"declined", ReviewOutcome::declined},
           {"reversed", ReviewOutcome::reversed}}};
}

/// A rule's answer to a refund review.
enum class ReviewReply {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The facts, and that the game prefers no refund.
  decline,
  /// The facts, and that the game prefers a refund.
  grant,
  /// The facts, and that the game prefers a refund of what was not used. Google Play has no such value; it is sent no
  /// preference. The same goes for the App Store if nothing or everything was used, or the use is unknown.
  prorated,
  /// The facts, without a preference.
  neutral,
  /// As `Neutral`, but at every store only if the host has reported and the player has consented.
  data_only,
  /// No answer.
  no_answer,
};
inline constexpr std::array<detail::Named<ReviewReply>, 6> named(ReviewReply) noexcept {
  return {{{"decline", ReviewReply::decline}, {"grant", ReviewReply::grant}, {"prorated", ReviewReply::prorated},
           {"neutral", ReviewReply::neutral}, {"data_only", ReviewReply::data_only},
           {"no_answer", ReviewReply::no_answer}}};
}

/// The state of a refund review.
enum class ReviewState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Waiting for the host's report.
  waiting,
  /// The host has reported; the answer is being sent.
  reported,
  /// The store has accepted the answer.
  answered,
  /// Not answered: a rule says so, or the player has not consented.
  declined_to_answer,
  /// The deadline passed, or the store refused the answer's content, or it is not known whether the answer arrived (its
  /// action is then unknown). Refused content may be reported again until the deadline.
  missed,
  /// The store decided before it received an answer.
  closed,
};
inline constexpr std::array<detail::Named<ReviewState>, 6> named(ReviewState) noexcept {
  return {{{"waiting", ReviewState::waiting}, {"reported", ReviewState::reported}, {"answered", ReviewState::answered},
           {"declined_to_answer", ReviewState::declined_to_answer}, {"missed", ReviewState::missed},
           {"closed", ReviewState::closed}}};
}

/// A store's refund review of one order.
struct RefundReview : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// The refund.
  [[nodiscard]] std::int64_t refund_id() const noexcept { return read<std::int64_t>("refund_id"); }
  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The app.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// The order.
  [[nodiscard]] std::string_view order_id() const noexcept { return read<std::string_view>("order_id"); }
  /// The player, if known.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// When the store requested it; if repeatedly, the last time.
  [[nodiscard]] Time requested_at() const noexcept { return read<Time>("requested_at"); }
  /// The latest time at which an answer counts; empty if the store did not set one.
  [[nodiscard]] std::optional<Time> deadline() const noexcept { return read<std::optional<Time>>("deadline"); }
  /// Its state.
  [[nodiscard]] ReviewState state() const noexcept { return read<ReviewState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// What the host has reported about the order.
  [[nodiscard]] std::optional<Consumption> consumption() const noexcept {
    return read<std::optional<Consumption>>("consumption");
  }
  /// The rule that matched, once it was decided.
  [[nodiscard]] std::optional<std::string_view> rule() const noexcept {
    return read<std::optional<std::string_view>>("rule");
  }
  /// The rule's answer.
  [[nodiscard]] std::optional<ReviewReply> answer() const noexcept {
    return read<std::optional<ReviewReply>>("answer");
  }
  [[nodiscard]] std::string_view answer_text() const noexcept { return read_text("answer"); }
  /// The store action that sends the answer.
  [[nodiscard]] std::optional<std::int64_t> action() const noexcept {
    return read<std::optional<std::int64_t>>("action");
  }
  /// The outcome; empty while the store has not reported it.
  [[nodiscard]] std::optional<ReviewOutcome> outcome() const noexcept {
    return read<std::optional<ReviewOutcome>>("outcome");
  }
  [[nodiscard]] std::string_view outcome_text() const noexcept { return read_text("outcome"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::int64_t>("refund_id") &&
           shape.has<std::string_view>("store") && shape.has<std::string_view>("app") &&
           shape.has<std::string_view>("order_id") && shape.has<std::optional<std::string_view>>("user") &&
           shape.has<Time>("requested_at") && shape.has<std::optional<Time>>("deadline") &&
           shape.has<ReviewState>("state") && shape.has<std::optional<Consumption>>("consumption") &&
           shape.has<std::optional<std::string_view>>("rule") && shape.has<std::optional<ReviewReply>>("answer") &&
           shape.has<std::optional<std::int64_t>>("action") && shape.has<std::optional<ReviewOutcome>>("outcome");
  }
};

/// A page of a list, and where the next begins.
struct RefundReviewPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<RefundReview> items() const noexcept { return read<List<RefundReview>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<RefundReview>>("items") &&
           shape.has<std::optional<std::int64_t>>("next");
  }
};

/// Figures about the refund reviews of a period, without the sandbox's.
struct ReviewFigures : View {
  using View::View;

  /// How many reviews were requested.
  [[nodiscard]] std::int64_t cases() const noexcept { return read<std::int64_t>("cases"); }
  /// How many were answered.
  [[nodiscard]] std::int64_t answered() const noexcept { return read<std::int64_t>("answered"); }
  /// How many requests the store declined.
  [[nodiscard]] std::int64_t declined_by_store() const noexcept { return read<std::int64_t>("declined_by_store"); }
  /// How many it refunded and did not reverse.
  [[nodiscard]] std::int64_t refunded() const noexcept { return read<std::int64_t>("refunded"); }
  /// How many deadlines were missed.
  [[nodiscard]] std::int64_t missed() const noexcept { return read<std::int64_t>("missed"); }
  /// The price of the orders with a declined, reversed or partial refund, in micros by currency, less the refunded
  /// amount. Each order counts once, by its latest review; orders with an unknown price or refunded amount do not
  /// count.
  [[nodiscard]] Map<std::int64_t> money_kept() const noexcept { return read<Map<std::int64_t>>("money_kept"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("cases") && shape.has<std::int64_t>("answered") &&
           shape.has<std::int64_t>("declined_by_store") && shape.has<std::int64_t>("refunded") &&
           shape.has<std::int64_t>("missed") && shape.has<Map<std::int64_t>>("money_kept");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_REVIEWS_HPP
