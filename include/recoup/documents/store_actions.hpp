// Store actions: requests to the stores. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_STORE_ACTIONS_HPP
#define RECOUP_DOCUMENTS_STORE_ACTIONS_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// The kind of a store action.
enum class StoreActionKind {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// A payment is refunded.
  refund,
  /// A subscription is ended.
  revoke_subscription,
  /// A refund review is answered.
  answer_review,
};
inline constexpr std::array<detail::Named<StoreActionKind>, 3> named(StoreActionKind) noexcept {
  return {{{"refund", StoreActionKind::refund}, {"revoke_subscription", StoreActionKind::revoke_subscription},
           {"answer_review", StoreActionKind::answer_review}}};
}

/// The state of a store action.
enum class StoreActionState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Not sent yet, or the store could not accept it and it will be sent again.
  written,
  /// Sent, and not yet answered; after a crash, until the store's state is checked.
  sending,
  /// The store has accepted it; Recoup queries the store until the money has moved.
  confirming,
  /// The store did it.
  done,
  /// The store did not do it and will not.
  failed,
  /// Sent, and whether the store did it could not be found out. Check the store's console.
  unknown,
};
inline constexpr std::array<detail::Named<StoreActionState>, 6> named(StoreActionState) noexcept {
  return {{{"written", StoreActionState::written}, {"sending", StoreActionState::sending},
           {"confirming", StoreActionState::confirming}, {"done", StoreActionState::done},
           {"failed", StoreActionState::failed}, {"unknown", StoreActionState::unknown}}};
}

/// The store's latest answer to an action.
struct StoreAnswer : View {
  using View::View;

  /// Which of these it is.
  enum class Result {
    /// A value that has no name here; result_text() has it.
    unnamed = -1,
    /// It is done.
    done,
    /// The store accepted the request; it has not reported yet whether and when money moves.
    accepted,
    /// It had been refunded before.
    already_refunded,
    /// It was not done.
    error,
  };
  friend constexpr std::array<detail::Named<Result>, 4> named(Result) noexcept {
    return {{{"done", Result::done}, {"accepted", Result::accepted}, {"already_refunded", Result::already_refunded},
             {"error", Result::error}}};
  }

  struct Done : View {
    using View::View;

    /// The refund's id at the store, if it has one.
    [[nodiscard]] std::optional<std::string_view> id() const noexcept {
      return read<std::optional<std::string_view>>("id");
    }
    static bool fits(detail::Shape &shape) noexcept { return shape.may_have<std::optional<std::string_view>>("id"); }
  };

  struct Accepted : View {
    using View::View;

    /// The refund's id at the store, if it has one already.
    [[nodiscard]] std::optional<std::string_view> id() const noexcept {
      return read<std::optional<std::string_view>>("id");
    }
    static bool fits(detail::Shape &shape) noexcept { return shape.may_have<std::optional<std::string_view>>("id"); }
  };

  struct Error : View {
    using View::View;

    /// A stable name for programs, such as `api_refused`.
    [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
    /// The store's message, without secrets.
    [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("code") && shape.has<std::string_view>("message");
    }
  };

  /// Which of these it is.
  [[nodiscard]] Result result() const noexcept { return read<Result>("result"); }
  [[nodiscard]] std::string_view result_text() const noexcept { return read_text("result"); }
  /// It is done.
  [[nodiscard]] std::optional<Done> done() const noexcept { return variant<Done>("result", "done"); }
  /// The store accepted the request; it has not reported yet whether and when money moves.
  [[nodiscard]] std::optional<Accepted> accepted() const noexcept { return variant<Accepted>("result", "accepted"); }
  /// It was not done.
  [[nodiscard]] std::optional<Error> error() const noexcept { return variant<Error>("result", "error"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Result>("result") && shape.fits<Done>("result", "done") &&
           shape.fits<Accepted>("result", "accepted") && shape.fits<Error>("result", "error");
  }
};

/// A store action: a request to a store, sent or about to be sent.
struct StoreAction : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// Which store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The app or account.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// Its kind.
  [[nodiscard]] StoreActionKind kind() const noexcept { return read<StoreActionKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The order, payment or purchase token.
  [[nodiscard]] std::string_view order_id() const noexcept { return read<std::string_view>("order_id"); }
  /// The request in full.
  [[nodiscard]] json::Value request() const noexcept { return read<json::Value>("request"); }
  /// Who requested it: a person or a rule.
  [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
  /// Why.
  [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
  /// Its state.
  [[nodiscard]] StoreActionState state() const noexcept { return read<StoreActionState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// How often it was sent.
  [[nodiscard]] std::int64_t attempts() const noexcept { return read<std::int64_t>("attempts"); }
  /// The store's latest answer.
  [[nodiscard]] std::optional<StoreAnswer> answer() const noexcept {
    return read<std::optional<StoreAnswer>>("answer");
  }
  /// When it was requested.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// When it is next sent or queried; empty once it is settled.
  [[nodiscard]] std::optional<Time> next_at() const noexcept { return read<std::optional<Time>>("next_at"); }
  /// When it became settled.
  [[nodiscard]] std::optional<Time> settled_at() const noexcept { return read<std::optional<Time>>("settled_at"); }
  /// The caller's own name for it: a repeated call with the same key is the same action.
  [[nodiscard]] std::optional<std::string_view> key() const noexcept {
    return read<std::optional<std::string_view>>("key");
  }
  /// The refund of the answered review.
  [[nodiscard]] std::optional<std::int64_t> refund_id() const noexcept {
    return read<std::optional<std::int64_t>>("refund_id");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("store") &&
           shape.has<std::string_view>("app") && shape.has<StoreActionKind>("kind") &&
           shape.has<std::string_view>("order_id") && shape.has<json::Value>("request") &&
           shape.has<std::string_view>("who") && shape.has<std::string_view>("why") &&
           shape.has<StoreActionState>("state") && shape.has<std::int64_t>("attempts") &&
           shape.has<std::optional<StoreAnswer>>("answer") && shape.has<Time>("at") &&
           shape.has<std::optional<Time>>("next_at") && shape.has<std::optional<Time>>("settled_at") &&
           shape.may_have<std::optional<std::string_view>>("key") &&
           shape.may_have<std::optional<std::int64_t>>("refund_id");
  }
};

/// A page of a list, and where the next begins.
struct StoreActionPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<StoreAction> items() const noexcept { return read<List<StoreAction>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<StoreAction>>("items") && shape.has<std::optional<std::int64_t>>("next");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_STORE_ACTIONS_HPP
