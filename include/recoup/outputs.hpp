// What the engine gives a program. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
#ifndef RECOUP_OUTPUTS_HPP
#define RECOUP_OUTPUTS_HPP

#include "result.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

// X11 has a macro of this name.
#pragma push_macro("Status")
#undef Status

namespace recoup {

// A newer library may give values that have no name here: give every switch a default.

/// The outcome of a store's request: RECOUP_OUTCOME_*.
enum class OutcomeKind : recoup_outcome_kind {
  none = 0,
  accepted = RECOUP_OUTCOME_ACCEPTED,
  dead_letter = RECOUP_OUTCOME_DEAD_LETTER,
  rejected = RECOUP_OUTCOME_REJECTED,
};

/// The meaning of an accepted request: RECOUP_MEANING_*.
enum class Meaning : recoup_meaning {
  /// Of a document: a text that has no name here.
  unnamed = -1,
  unknown = RECOUP_MEANING_UNKNOWN,
  refund = RECOUP_MEANING_REFUND,
  reversal = RECOUP_MEANING_REVERSAL,
  refund_declined = RECOUP_MEANING_REFUND_DECLINED,
  refund_request = RECOUP_MEANING_REFUND_REQUEST,
  purchase = RECOUP_MEANING_PURCHASE,
  consent_rescinded = RECOUP_MEANING_CONSENT_RESCINDED,
  test = RECOUP_MEANING_TEST,
  nothing = RECOUP_MEANING_NOTHING,
  confirmation = RECOUP_MEANING_CONFIRMATION,
};

/// The result of recording a purchase: RECOUP_PURCHASE_*.
enum class PurchaseOutcome : recoup_purchase_outcome {
  recorded = RECOUP_PURCHASE_RECORDED,
  already_recorded = RECOUP_PURCHASE_ALREADY_RECORDED,
  completed = RECOUP_PURCHASE_COMPLETED,
  revoked = RECOUP_PURCHASE_REVOKED,
};

/// The kind of an event: RECOUP_EVENT_*. Later versions may add some: acknowledge what you do not know.
enum class EventKind : recoup_event_kind {
  /// Of a document: a text that has no name here.
  unnamed = -1,
  block = RECOUP_EVENT_BLOCK,
  unblock = RECOUP_EVENT_UNBLOCK,
  alert = RECOUP_EVENT_ALERT,
  refund = RECOUP_EVENT_REFUND,
  reversal = RECOUP_EVENT_REVERSAL,
  review = RECOUP_EVENT_REVIEW,
  unattributed = RECOUP_EVENT_UNATTRIBUTED,
  sweep_gap = RECOUP_EVENT_SWEEP_GAP,
  recovery = RECOUP_EVENT_RECOVERY,
  notice = RECOUP_EVENT_NOTICE,
  access = RECOUP_EVENT_ACCESS,
};

/// The evidence that found a refund's user, strongest first: RECOUP_ATTRIBUTED_BY_*.
enum class AttributedBy : recoup_attributed_by {
  /// Of a document: a text that has no name here.
  unnamed = -1,
  /// No refund, or its user is not known.
  none = 0,
  /// The game recorded exactly this order.
  order = RECOUP_ATTRIBUTED_BY_ORDER,
  /// The game recorded another purchase of the same family: another renewal, the original transaction, the token.
  family = RECOUP_ATTRIBUTED_BY_FAMILY,
  /// The order carries a tag of Engine::account_tag.
  issued_tag = RECOUP_ATTRIBUTED_BY_ISSUED_TAG,
  /// The order carries a tag that the game recorded with another purchase.
  recorded_tag = RECOUP_ATTRIBUTED_BY_RECORDED_TAG,
  /// The order carries a tag that equals the user id, with no other evidence: by the default rules it never blocks.
  bare_tag = RECOUP_ATTRIBUTED_BY_BARE_TAG,
};

namespace detail {

/// Copies a struct that grows at its end, as much of it as the library and this header both know.
template <class Struct>
Struct grown(const Struct &from) noexcept {
  Struct copy{};
  std::memcpy(&copy, &from, from.struct_size < sizeof copy ? from.struct_size : sizeof copy);
  copy.struct_size = static_cast<uint32_t>(sizeof copy);
  return copy;
}

}  // namespace detail

/// The outcome of a store's request. An independent copy of recoup_outcome.
class Outcome {
 public:
  /// Nothing yet.
  Outcome() noexcept { c_.struct_size = sizeof c_; }
  /// A copy. Members that a library older than this header does not know are zero.
  explicit Outcome(const recoup_outcome &outcome) noexcept : c_(detail::grown(outcome)) {}

  [[nodiscard]] OutcomeKind kind() const noexcept { return OutcomeKind(c_.kind); }
  [[nodiscard]] Meaning meaning() const noexcept { return Meaning(c_.meaning); }
  /// Answer the store with this HTTP status. It is a success only after the fact is on disk.
  [[nodiscard]] int32_t http_status() const noexcept { return c_.http_status; }
  /// The refund it is about, for Engine::query_refund; 0: none.
  [[nodiscard]] int64_t refund_id() const noexcept { return c_.refund_id; }
  /// Whether it reported anything new; false for a repetition.
  [[nodiscard]] bool is_new() const noexcept { return c_.is_new != 0; }
  [[nodiscard]] const recoup_outcome &c() const noexcept { return c_; }

 private:
  recoup_outcome c_{};
};

/// One event for the host, delivered at least once and until it is acknowledged, and always in order per user. An
/// independent copy of recoup_event, without pointers.
class Event {
 public:
  /// None yet: room for Engine::poll.
  Event() noexcept { c_.struct_size = sizeof c_; }
  /// A copy. Members that a library older than this header does not know are zero.
  explicit Event(const recoup_event &event) noexcept : c_(detail::grown(event)) {}

  [[nodiscard]] EventKind kind() const noexcept { return EventKind(c_.kind); }
  /// For Engine::ack and Engine::query_event. The same id may come again after a crash: act on it once.
  [[nodiscard]] int64_t id() const noexcept { return c_.id; }
  /// Which refund it is about, for Engine::query_refund; 0: none.
  [[nodiscard]] int64_t refund_id() const noexcept { return c_.refund_id; }
  /// When it was made, in Unix milliseconds.
  [[nodiscard]] int64_t at_ms() const noexcept { return c_.at_ms; }
  /// How often it has been delivered, this time included.
  [[nodiscard]] uint32_t attempt() const noexcept { return c_.attempt; }
  /// The user, by your own id; empty: not known. Lives as long as this object; a NUL follows it.
  [[nodiscard]] std::string_view user() const noexcept {
    return {c_.user, c_.user_len < sizeof c_.user ? c_.user_len : sizeof c_.user - 1};
  }
  /// The block that was made or ended last; 0: none.
  [[nodiscard]] int64_t block_id() const noexcept { return c_.block_id; }
  /// When that block ends by itself, in Unix milliseconds; empty: it has no end.
  [[nodiscard]] std::optional<int64_t> until_ms() const noexcept { return time(c_.until_ms); }
  /// The latest time at which an answer to an EventKind::review counts, in Unix milliseconds; empty: the store names
  /// none.
  [[nodiscard]] std::optional<int64_t> deadline_ms() const noexcept { return time(c_.deadline_ms); }
  /// The refunded amount of the order so far, in millionths of the currency's unit. Counts only if currency() is not
  /// empty.
  [[nodiscard]] int64_t amount_micros() const noexcept { return c_.amount_micros; }
  /// The currency's ISO 4217 code; empty: the amount is not known. Lives as long as this object.
  [[nodiscard]] std::string_view currency() const noexcept {
    const void *end = std::memchr(c_.currency, 0, sizeof c_.currency);
    return {c_.currency, end ? std::size_t(static_cast<const char *>(end) - c_.currency) : sizeof c_.currency};
  }
  /// The evidence that found the refund's user.
  [[nodiscard]] AttributedBy attributed_by() const noexcept { return AttributedBy(c_.attributed_by); }
  /// Of how many kinds of items something is owed, by the refund's books when the event was made. Engine::query_to_do has
  /// what to take now.
  [[nodiscard]] uint32_t items_owed() const noexcept { return c_.items_owed; }
  /// Of how many kinds of items the player gets something back, by the same books.
  [[nodiscard]] uint32_t items_to_return() const noexcept { return c_.items_to_return; }
  [[nodiscard]] const recoup_event &c() const noexcept { return c_; }

 private:
  static std::optional<int64_t> time(int64_t ms) noexcept {
    return ms == 0 ? std::optional<int64_t>() : std::optional<int64_t>(ms);
  }

  recoup_event c_{};
};

/// The result of a submitted request. An independent copy of recoup_completion, without pointers.
class Completion {
 public:
  /// None yet: room for Engine::poll_completions.
  Completion() noexcept { c_.struct_size = sizeof c_; }
  /// A copy. Members that a library older than this header does not know are zero.
  explicit Completion(const recoup_completion &completion) noexcept : c_(detail::grown(completion)) {}

  /// The tag it was submitted with.
  [[nodiscard]] uint64_t tag() const noexcept { return c_.tag; }
  /// What Engine::ingest would have returned. If it is not Status::ok, only tag and http_status are set.
  [[nodiscard]] Status status() const noexcept { return Status(c_.status); }
  /// Answer the store with this HTTP status.
  [[nodiscard]] int32_t http_status() const noexcept { return c_.http_status; }
  [[nodiscard]] OutcomeKind kind() const noexcept { return OutcomeKind(c_.kind); }
  [[nodiscard]] Meaning meaning() const noexcept { return Meaning(c_.meaning); }
  /// The refund it is about, for Engine::query_refund; 0: none.
  [[nodiscard]] int64_t refund_id() const noexcept { return c_.refund_id; }
  /// Whether it reported anything new; false for a repetition.
  [[nodiscard]] bool is_new() const noexcept { return c_.is_new != 0; }
  [[nodiscard]] const recoup_completion &c() const noexcept { return c_; }

 private:
  recoup_completion c_{};
};

// Engine::poll hands arrays of these to the library as arrays of what they hold.
static_assert(sizeof(Event) == sizeof(recoup_event) && std::is_standard_layout_v<Event>);
static_assert(sizeof(Completion) == sizeof(recoup_completion) && std::is_standard_layout_v<Completion>);

}  // namespace recoup

#pragma pop_macro("Status")

#endif  // RECOUP_OUTPUTS_HPP
