// Refunds, and what the policy decided. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_REFUNDS_HPP
#define RECOUP_DOCUMENTS_REFUNDS_HPP

#include "../document.hpp"
#include "../outputs.hpp"
#include "orders.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

inline constexpr std::array<detail::Named<AttributedBy>, 5> named(AttributedBy) noexcept {
  return {{{"order", AttributedBy::order}, {"family", AttributedBy::family}, {"issued_tag", AttributedBy::issued_tag},
           {"recorded_tag", AttributedBy::recorded_tag}, {"bare_tag", AttributedBy::bare_tag}}};
}

/// What a rule does with a refund.
struct RuleAction : View {
  using View::View;

  /// Which of these it is.
  enum class Kind {
    /// A value that has no name here; kind_text() has it.
    unnamed = -1,
    /// The refund is stored. No event is queued, and it never counts.
    exclude,
    /// A refund event is queued. The refund does not count.
    notify,
    /// As notify, and the refund counts.
    record,
    /// As record, and an alert event is queued.
    alert,
    /// As alert, and the user is blocked.
    block,
  };
  friend constexpr std::array<detail::Named<Kind>, 5> named(Kind) noexcept {
    return {{{"exclude", Kind::exclude}, {"notify", Kind::notify}, {"record", Kind::record}, {"alert", Kind::alert},
             {"block", Kind::block}}};
  }

  /// Which of these it is.
  [[nodiscard]] Kind kind() const noexcept { return detail::Reading<Kind>::of(choice()); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return choice(); }
  /// For how long: a whole number and ms, s, m, h or d, such as "7d"; "permanently"; or "repaid", until the refund is
  /// settled.
  [[nodiscard]] std::optional<std::string_view> block() const noexcept {
    return read<std::optional<std::string_view>>("block");
  }
  /// With "repaid": the block begins if the refund is not settled this long after the decision, 1s to 90d.
  [[nodiscard]] std::optional<std::string_view> grace() const noexcept {
    return read<std::optional<std::string_view>>("grace");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_choice() && shape.may_have<std::optional<std::string_view>>("block") &&
           shape.may_have<std::optional<std::string_view>>("grace");
  }
};

/// A policy's decision on one refund.
struct Decision : View {
  using View::View;

  /// The rule that matched.
  [[nodiscard]] std::string_view rule() const noexcept { return read<std::string_view>("rule"); }
  /// What is done.
  [[nodiscard]] RuleAction action() const noexcept { return read<RuleAction>("action"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("rule") && shape.has<RuleAction>("action");
  }
};

/// Who initiated the refund. Empty if the store did not report it.
enum class Initiator {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The player requested it.
  player,
  /// The game's own team.
  developer,
  /// The store, on its own.
  store,
  /// The player's bank.
  bank,
};
inline constexpr std::array<detail::Named<Initiator>, 4> named(Initiator) noexcept {
  return {{{"player", Initiator::player}, {"developer", Initiator::developer}, {"store", Initiator::store},
           {"bank", Initiator::bank}}};
}

/// Why the money was refunded, in one vocabulary for all stores. Empty if the store did not report it.
enum class Reason {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The store reported "other". App Store revocationReason 0, Google Play voidedReason 0.
  other,
  /// The player changed their mind. Google Play 1; App Store UNSATISFIED_WITH_PURCHASE.
  remorse,
  /// The player claims that it never arrived. Google Play 2; App Store FULFILLMENT_ISSUE.
  not_received,
  /// It did not work. Google Play 3; App Store revocationReason 1.
  defective,
  /// Bought by mistake, or by a child. Google Play 4; App Store UNINTENDED_PURCHASE.
  accidental_purchase,
  /// Another person's payment method. Google Play 5.
  fraud,
  /// The player's own payment method, disputed in bad faith. Google Play 6.
  friendly_fraud,
  /// The player's bank took the money back. Google Play 7.
  chargeback,
  /// The game never acknowledged the purchase, so the store refunded it. Google Play 8.
  unacknowledged,
  /// A family member no longer shares the purchase. App Store REVOKE.
  family_sharing_lost,
  /// A legal obligation. App Store LEGAL.
  legal,
  /// An error of the store itself.
  store_fault,
};
inline constexpr std::array<detail::Named<Reason>, 12> named(Reason) noexcept {
  return {{{"other", Reason::other}, {"remorse", Reason::remorse}, {"not_received", Reason::not_received},
           {"defective", Reason::defective}, {"accidental_purchase", Reason::accidental_purchase},
           {"fraud", Reason::fraud}, {"friendly_fraud", Reason::friendly_fraud}, {"chargeback", Reason::chargeback},
           {"unacknowledged", Reason::unacknowledged}, {"family_sharing_lost", Reason::family_sharing_lost},
           {"legal", Reason::legal}, {"store_fault", Reason::store_fault}}};
}

/// What the active refunds of an order add up to by the store's reports alone, whatever else is known about the order.
/// It changes only when money moves, never because a price or the order's quantity becomes known; or when the store
/// later reports the size of a partial refund.
struct ReportedTotal : View {
  using View::View;

  /// Everything; then the other fields are not counted.
  [[nodiscard]] bool full() const noexcept { return read<bool>("full"); }
  /// How many partial refunds of unknown size.
  [[nodiscard]] std::int64_t parts() const noexcept { return read<std::int64_t>("parts"); }
  /// How many items.
  [[nodiscard]] std::optional<std::int64_t> quantity() const noexcept {
    return read<std::optional<std::int64_t>>("quantity");
  }
  /// How much money.
  [[nodiscard]] std::optional<Money> amount() const noexcept { return read<std::optional<Money>>("amount"); }
  /// Which share.
  [[nodiscard]] std::optional<std::int64_t> share() const noexcept {
    return read<std::optional<std::int64_t>>("share");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<bool>("full") && shape.has<std::int64_t>("parts") &&
           shape.has<std::optional<std::int64_t>>("quantity") && shape.has<std::optional<Money>>("amount") &&
           shape.has<std::optional<std::int64_t>>("share");
  }
};

/// A refund request that the store reviews.
struct Review : View {
  using View::View;

  /// When the store requested the review.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// The latest time at which an answer counts; empty if the store did not set one.
  [[nodiscard]] std::optional<Time> deadline() const noexcept { return read<std::optional<Time>>("deadline"); }
  /// Why the player wants the refund.
  [[nodiscard]] std::optional<Reason> reason() const noexcept { return read<std::optional<Reason>>("reason"); }
  [[nodiscard]] std::string_view reason_text() const noexcept { return read_text("reason"); }
  /// The token that the answer must return.
  [[nodiscard]] std::optional<std::string_view> token() const noexcept {
    return read<std::optional<std::string_view>>("token");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.may_have<std::optional<Time>>("deadline") &&
           shape.may_have<std::optional<Reason>>("reason") && shape.may_have<std::optional<std::string_view>>("token");
  }
};

/// The store's state of an order's refund.
enum class StoreState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// A refund request is under review.
  pending_review,
  /// A refund request was declined.
  declined,
  /// A part of the money was refunded.
  partly_refunded,
  /// All of the money was refunded.
  refunded,
  /// It was refunded, and the refund was reversed.
  reversed,
  /// The store reported a refund that may be the release of an authorisation that was never captured, and has not yet
  /// reported which. It has no consequences until then, or until a minute has passed.
  unconfirmed,
  /// The authorisation was released without a capture: nothing was paid, and nothing refunded.
  released,
};
inline constexpr std::array<detail::Named<StoreState>, 7> named(StoreState) noexcept {
  return {{{"pending_review", StoreState::pending_review}, {"declined", StoreState::declined},
           {"partly_refunded", StoreState::partly_refunded}, {"refunded", StoreState::refunded},
           {"reversed", StoreState::reversed}, {"unconfirmed", StoreState::unconfirmed},
           {"released", StoreState::released}}};
}

/// How reliable a fact is. Ordered: `Hint < Signed < Confirmed`.
enum class Trust {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Unsigned, or signed but no proof that money moved. By default it blocks no player.
  hint,
  /// The store's signature or token was verified.
  signed_,
  /// The store's own API reported it.
  confirmed,
};
inline constexpr std::array<detail::Named<Trust>, 3> named(Trust) noexcept {
  return {{{"hint", Trust::hint}, {"signed", Trust::signed_}, {"confirmed", Trust::confirmed}}};
}

/// The status of the operator's work on a refund.
enum class WorkStatus {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Something is owed, or it is unknown how much is, and nothing was done yet.
  open,
  /// Something is owed, and something was taken, forgiven, reported, or the refund is assigned to a person.
  recovering,
  /// The player gets something back after a reversal.
  returning,
  /// All that was due came back.
  recovered,
  /// A part of what was due came back, the rest was forgiven.
  partly_recovered,
  /// Nothing came back, and all of it was forgiven.
  written_off,
  /// The refund was reversed, and the player got back what was taken.
  returned,
  /// A rule excluded it.
  excluded,
  /// There is nothing to do: nothing is refunded, or nothing was granted, or no decision asks for a person.
  nothing_due,
};
inline constexpr std::array<detail::Named<WorkStatus>, 9> named(WorkStatus) noexcept {
  return {{{"open", WorkStatus::open}, {"recovering", WorkStatus::recovering}, {"returning", WorkStatus::returning},
           {"recovered", WorkStatus::recovered}, {"partly_recovered", WorkStatus::partly_recovered},
           {"written_off", WorkStatus::written_off}, {"returned", WorkStatus::returned},
           {"excluded", WorkStatus::excluded}, {"nothing_due", WorkStatus::nothing_due}}};
}

/// One refund, folded from all that is known about its order.
struct Refund : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// 1 at first; grows by one with each change of it or of its books.
  [[nodiscard]] std::int64_t revision() const noexcept { return read<std::int64_t>("revision"); }
  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// Bundle id or package name.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// Production or sandbox; empty if neither the store nor the host reported it.
  [[nodiscard]] std::optional<Environment> environment() const noexcept {
    return read<std::optional<Environment>>("environment");
  }
  [[nodiscard]] std::string_view environment_text() const noexcept { return read_text("environment"); }
  /// The player; empty while unattributed.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// The evidence that found the user.
  [[nodiscard]] std::optional<AttributedBy> attributed_by() const noexcept {
    return read<std::optional<AttributedBy>>("attributed_by");
  }
  [[nodiscard]] std::string_view attributed_by_text() const noexcept { return read_text("attributed_by"); }
  /// The store's state.
  [[nodiscard]] StoreState state() const noexcept { return read<StoreState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// When money was first refunded, by the store's clock; for a case without a refund, the time of its latest fact.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// What the store's reports alone add up to.
  [[nodiscard]] ReportedTotal reported_total() const noexcept { return read<ReportedTotal>("reported_total"); }
  /// How reliable the refund is: the best of its facts.
  [[nodiscard]] Trust trust() const noexcept { return read<Trust>("trust"); }
  [[nodiscard]] std::string_view trust_text() const noexcept { return read_text("trust"); }
  /// The order's details from all sources, the host's record first.
  [[nodiscard]] OrderDetails about() const noexcept { return read<OrderDetails>("about"); }
  /// The state of the operator's work.
  [[nodiscard]] WorkStatus work_status() const noexcept { return read<WorkStatus>("work_status"); }
  [[nodiscard]] std::string_view work_status_text() const noexcept { return read_text("work_status"); }
  /// The policy's decision; empty while nothing is refunded or the player is unknown.
  [[nodiscard]] std::optional<Decision> decision() const noexcept { return read<std::optional<Decision>>("decision"); }
  /// The version of that policy.
  [[nodiscard]] std::optional<std::int64_t> policy_version() const noexcept {
    return read<std::optional<std::int64_t>>("policy_version");
  }
  /// When this ledger first received it.
  [[nodiscard]] Time first_seen_at() const noexcept { return read<Time>("first_seen_at"); }
  /// When it last changed.
  [[nodiscard]] Time updated_at() const noexcept { return read<Time>("updated_at"); }
  /// How much money was refunded.
  [[nodiscard]] std::optional<Money> amount() const noexcept { return read<std::optional<Money>>("amount"); }
  /// The operator who works on it.
  [[nodiscard]] std::optional<std::string_view> assignee() const noexcept {
    return read<std::optional<std::string_view>>("assignee");
  }
  /// Other users who recorded a purchase of the same family, or with the same account tag, after this was decided: see
  /// `attribution`.
  [[nodiscard]] List<std::string_view> claimants() const noexcept { return read<List<std::string_view>>("claimants"); }
  /// Why the latest refund that failed did so, in the store's own term: Stripe `failure_reason`.
  [[nodiscard]] std::optional<std::string_view> failure() const noexcept {
    return read<std::optional<std::string_view>>("failure");
  }
  /// Who initiated it.
  [[nodiscard]] std::optional<Initiator> initiator() const noexcept {
    return read<std::optional<Initiator>>("initiator");
  }
  [[nodiscard]] std::string_view initiator_text() const noexcept { return read_text("initiator"); }
  /// Set if the same refund was reported again by its order id: that one counts, and this one does not.
  [[nodiscard]] std::optional<std::int64_t> merged_into() const noexcept {
    return read<std::optional<std::int64_t>>("merged_into");
  }
  /// Whether the payment was refunded and charged back at the same time, for more than was paid. It stays true if one
  /// of the two is reversed later.
  [[nodiscard]] bool paid_back_twice() const noexcept { return read<bool>("paid_back_twice"); }
  /// How many of the order's items are refunded.
  [[nodiscard]] std::optional<std::int64_t> quantity() const noexcept {
    return read<std::optional<std::int64_t>>("quantity");
  }
  /// Why.
  [[nodiscard]] std::optional<Reason> reason() const noexcept { return read<std::optional<Reason>>("reason"); }
  [[nodiscard]] std::string_view reason_text() const noexcept { return read_text("reason"); }
  /// The open review, while the state is pending review.
  [[nodiscard]] std::optional<Review> review() const noexcept { return read<std::optional<Review>>("review"); }
  /// Which share of the order is refunded.
  [[nodiscard]] std::optional<std::int64_t> share() const noexcept {
    return read<std::optional<std::int64_t>>("share");
  }
  /// Whether the subscription stayed active.
  [[nodiscard]] std::optional<bool> subscription_live() const noexcept {
    return read<std::optional<bool>>("subscription_live");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::int64_t>("revision") &&
           shape.has<std::string_view>("store") && shape.has<std::string_view>("app") &&
           shape.has<std::optional<Environment>>("environment") && shape.has<std::optional<std::string_view>>("user") &&
           shape.has<std::optional<AttributedBy>>("attributed_by") && shape.has<StoreState>("state") &&
           shape.has<Time>("at") && shape.has<ReportedTotal>("reported_total") && shape.has<Trust>("trust") &&
           shape.has<OrderDetails>("about") && shape.has<WorkStatus>("work_status") &&
           shape.has<std::optional<Decision>>("decision") && shape.has<std::optional<std::int64_t>>("policy_version") &&
           shape.has<Time>("first_seen_at") && shape.has<Time>("updated_at") &&
           shape.may_have<std::optional<Money>>("amount") &&
           shape.may_have<std::optional<std::string_view>>("assignee") &&
           shape.may_have<List<std::string_view>>("claimants") &&
           shape.may_have<std::optional<std::string_view>>("failure") &&
           shape.may_have<std::optional<Initiator>>("initiator") &&
           shape.may_have<std::optional<std::int64_t>>("merged_into") && shape.may_have<bool>("paid_back_twice") &&
           shape.may_have<std::optional<std::int64_t>>("quantity") && shape.may_have<std::optional<Reason>>("reason") &&
           shape.may_have<std::optional<Review>>("review") && shape.may_have<std::optional<std::int64_t>>("share") &&
           shape.may_have<std::optional<bool>>("subscription_live");
  }
};

/// A page of a list, and where the next begins.
struct RefundPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<Refund> items() const noexcept { return read<List<Refund>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<Refund>>("items") && shape.has<std::optional<std::int64_t>>("next");
  }
};

/// The state of an `Inquiry`.
enum class InquiryState {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The decision waits for the answer.
  waiting,
  /// The deadline has passed and the refund was decided without an answer. Queries continue.
  overdue,
  /// The store has answered.
  answered,
  /// There was no answer within a day. Sweeps may still bring it.
  failed,
};
inline constexpr std::array<detail::Named<InquiryState>, 4> named(InquiryState) noexcept {
  return {{{"waiting", InquiryState::waiting}, {"overdue", InquiryState::overdue}, {"answered", InquiryState::answered},
           {"failed", InquiryState::failed}}};
}

/// A query to a store about one refund that was pushed without a reason. It opens with the notification, and is
/// repeated until the store has answered.
///
/// Until its deadline, a refund that the rules would alert on or block for only notifies. An answer after the deadline
/// still changes the decision.
struct Inquiry : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::int64_t refund_id() const noexcept { return read<std::int64_t>("refund_id"); }
  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The app or account, as the configuration names it.
  [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
  /// Its state.
  [[nodiscard]] InquiryState state() const noexcept { return read<InquiryState>("state"); }
  [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
  /// When the notification was ingested.
  [[nodiscard]] Time opened_at() const noexcept { return read<Time>("opened_at"); }
  /// Until when the decision waits.
  [[nodiscard]] Time deadline() const noexcept { return read<Time>("deadline"); }
  /// How often the store was queried.
  [[nodiscard]] std::int64_t attempts() const noexcept { return read<std::int64_t>("attempts"); }
  /// The latest error.
  [[nodiscard]] std::optional<std::string_view> error() const noexcept {
    return read<std::optional<std::string_view>>("error");
  }
  /// When the store is next queried; empty once it is settled.
  [[nodiscard]] std::optional<Time> next_at() const noexcept { return read<std::optional<Time>>("next_at"); }
  /// When it was settled.
  [[nodiscard]] std::optional<Time> settled_at() const noexcept { return read<std::optional<Time>>("settled_at"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refund_id") && shape.has<std::string_view>("store") &&
           shape.has<std::string_view>("app") && shape.has<InquiryState>("state") && shape.has<Time>("opened_at") &&
           shape.has<Time>("deadline") && shape.has<std::int64_t>("attempts") &&
           shape.may_have<std::optional<std::string_view>>("error") && shape.may_have<std::optional<Time>>("next_at") &&
           shape.may_have<std::optional<Time>>("settled_at");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_REFUNDS_HPP
