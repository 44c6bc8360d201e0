// What became of stores' requests. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_OUTCOMES_HPP
#define RECOUP_DOCUMENTS_OUTCOMES_HPP

#include "../document.hpp"
#include "journal.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// The outcome of a store's request.
struct OutcomeDetails : View {
  using View::View;

  /// Which of these it is.
  enum class Outcome {
    /// A value that has no name here; outcome_text() has it.
    unnamed = -1,
    /// Authentic and ingested.
    accepted,
    /// Authentic but not understood: kept as a dead letter for a person to look at.
    dead_letter,
    /// Not accepted: nothing was changed.
    rejected,
  };
  friend constexpr std::array<detail::Named<Outcome>, 3> named(Outcome) noexcept {
    return {{{"accepted", Outcome::accepted}, {"dead_letter", Outcome::dead_letter}, {"rejected", Outcome::rejected}}};
  }

  struct Accepted : View {
    using View::View;

    /// The store's name for it.
    [[nodiscard]] std::string_view name() const noexcept { return read<std::string_view>("name"); }
    /// What it means.
    [[nodiscard]] Meaning meaning() const noexcept { return read<Meaning>("meaning"); }
    [[nodiscard]] std::string_view meaning_text() const noexcept { return read_text("meaning"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("name") && shape.has<Meaning>("meaning");
    }
  };

  struct DeadLetter : View {
    using View::View;

    /// A stable name for programs, in snake case.
    [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
    /// Why it was not understood, for people.
    [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("code") && shape.has<std::string_view>("message");
    }
  };

  struct Rejected : View {
    using View::View;

    /// A stable name for programs, in snake case.
    [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
    /// Why it was rejected, for people.
    [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("code") && shape.has<std::string_view>("message");
    }
  };

  /// Which of these it is.
  [[nodiscard]] Outcome outcome() const noexcept { return read<Outcome>("outcome"); }
  [[nodiscard]] std::string_view outcome_text() const noexcept { return read_text("outcome"); }
  /// The HTTP status to answer the store with.
  [[nodiscard]] std::int64_t http_status() const noexcept { return read<std::int64_t>("http_status"); }
  /// Whether it reported anything that was not known: `false` for a repetition.
  [[nodiscard]] bool new_() const noexcept { return read<bool>("new"); }
  /// The refund it is about.
  [[nodiscard]] std::optional<std::int64_t> refund() const noexcept {
    return read<std::optional<std::int64_t>>("refund");
  }
  /// That refund's user, where known.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// Send a GET request to this URL, without following redirects: the store sends nothing more before it has this
  /// confirmation that the endpoint is yours. Amazon SNS `SubscribeURL`.
  [[nodiscard]] std::optional<std::string_view> confirm_url() const noexcept {
    return read<std::optional<std::string_view>>("confirm_url");
  }
  /// Authentic and ingested.
  [[nodiscard]] std::optional<Accepted> accepted() const noexcept { return variant<Accepted>("outcome", "accepted"); }
  /// Authentic but not understood: kept as a dead letter for a person to look at.
  [[nodiscard]] std::optional<DeadLetter> dead_letter() const noexcept {
    return variant<DeadLetter>("outcome", "dead_letter");
  }
  /// Not accepted: nothing was changed.
  [[nodiscard]] std::optional<Rejected> rejected() const noexcept { return variant<Rejected>("outcome", "rejected"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Outcome>("outcome") && shape.has<std::int64_t>("http_status") &&
           shape.has<bool>("new") && shape.has<std::optional<std::int64_t>>("refund") &&
           shape.has<std::optional<std::string_view>>("user") &&
           shape.may_have<std::optional<std::string_view>>("confirm_url") &&
           shape.fits<Accepted>("outcome", "accepted") && shape.fits<DeadLetter>("outcome", "dead_letter") &&
           shape.fits<Rejected>("outcome", "rejected");
  }
};

/// The result of a request, as its details show it.
struct CompletionDetails : View {
  using View::View;

  struct Failure : View {
    using View::View;

    /// A stable name for programs, in snake case.
    [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
    /// What went wrong, for people.
    [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
    /// Whether the same may succeed later with nothing changed.
    [[nodiscard]] bool retryable() const noexcept { return read<bool>("retryable"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("code") && shape.has<std::string_view>("message") &&
             shape.has<bool>("retryable");
    }
  };

  /// The request was answered.
  [[nodiscard]] std::optional<OutcomeDetails> outcome() const noexcept {
    return variant_with<OutcomeDetails>("http_status");
  }
  /// The request could not be ingested: the store must send it again.
  [[nodiscard]] std::optional<Failure> failure() const noexcept { return variant_with<Failure>("retryable"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.fits_with<OutcomeDetails>("http_status") && shape.fits_with<Failure>("retryable");
  }
};

/// An authentic message that could not be understood.
struct DeadLetter : View {
  using View::View;

  /// Its id here.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// The store that sent it.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// When it was received.
  [[nodiscard]] Time received_at() const noexcept { return read<Time>("received_at"); }
  /// The rejection's code.
  [[nodiscard]] std::string_view code() const noexcept { return read<std::string_view>("code"); }
  /// The rejection's message.
  [[nodiscard]] std::string_view message() const noexcept { return read<std::string_view>("message"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("store") &&
           shape.has<Time>("received_at") && shape.has<std::string_view>("code") &&
           shape.has<std::string_view>("message");
  }
};

/// A page of a list, and where the next begins.
struct DeadLetterPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<DeadLetter> items() const noexcept { return read<List<DeadLetter>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<DeadLetter>>("items") && shape.has<std::optional<std::int64_t>>("next");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_OUTCOMES_HPP
