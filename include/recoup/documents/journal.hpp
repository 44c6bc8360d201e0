// The journal. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_JOURNAL_HPP
#define RECOUP_DOCUMENTS_JOURNAL_HPP

#include "../document.hpp"
#include "../outputs.hpp"
#include "events.hpp"
#include "refunds.hpp"
#include "reviews.hpp"
#include "store_actions.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

inline constexpr std::array<detail::Named<Meaning>, 9> named(Meaning) noexcept {
  return {{{"refund", Meaning::refund}, {"reversal", Meaning::reversal}, {"refund_declined", Meaning::refund_declined},
           {"refund_request", Meaning::refund_request}, {"purchase", Meaning::purchase},
           {"consent_rescinded", Meaning::consent_rescinded}, {"confirmation", Meaning::confirmation},
           {"test", Meaning::test}, {"nothing", Meaning::nothing}}};
}

/// A journal entry.
struct JournalEntry : View {
  using View::View;

  /// Which of these it is.
  enum class What {
    /// A value that has no name here; what_text() has it.
    unnamed = -1,
    /// A store's notification was ingested.
    received,
    /// The host recorded the purchase of refunds that waited for it.
    purchase_recorded,
    /// The refund's state changed.
    state_changed,
    /// More or less of the order is refunded than before, or more became known about it.
    updated,
    /// The refund's user was found, or changed.
    attributed,
    /// The refund's user is unknown.
    unattributed,
    /// Another user recorded a purchase of the same family, or with the same account tag. The refund was decided, and
    /// its user keeps it.
    claimed,
    /// An operator moved the purchase to another user.
    purchase_transferred,
    /// The refund is now known by its order id.
    merged,
    /// No message reported in time whether the payment was captured, so it is presumed captured and the refund counts.
    capture_presumed,
    /// The payment was refunded and charged back at the same time, for more than was paid.
    paid_back_twice,
    /// The policy decided.
    decided,
    /// The user was blocked.
    blocked,
    /// A block ended.
    block_ended,
    /// An event was queued for the host.
    event_made,
    /// The host acknowledged an event.
    event_acknowledged,
    /// The notification gave no reason: an inquiry was opened, and a decision to alert or to block waits.
    inquiry_opened,
    /// The store has not answered in time: the refund is decided without an answer. Queries continue.
    inquiry_overdue,
    /// The store has answered, or is no longer queried.
    inquiry_settled,
    /// The player withdrew the consent to share consumption data.
    consent_rescinded,
    /// A store action was written to the ledger.
    action_written,
    /// An action is being sent to its store.
    action_sending,
    /// A store answered an action, or could not be reached.
    action_answered,
    /// The host reported how far an order was used.
    consumption_reported,
    /// A refund review was decided, or its deadline passed.
    review_settled,
    /// A store decided on a refund request.
    review_decided,
    /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known,
    /// is lost.
    sweep_gap,
  };
  friend constexpr std::array<detail::Named<What>, 27> named(What) noexcept {
    return {{{"received", What::received}, {"purchase_recorded", What::purchase_recorded},
             {"state_changed", What::state_changed}, {"updated", What::updated}, {"attributed", What::attributed},
             {"unattributed", What::unattributed}, {"claimed", What::claimed},
             {"purchase_transferred", What::purchase_transferred}, {"merged", What::merged},
             {"capture_presumed", What::capture_presumed}, {"paid_back_twice", What::paid_back_twice},
             {"decided", What::decided}, {"blocked", What::blocked}, {"block_ended", What::block_ended},
             {"event_made", What::event_made}, {"event_acknowledged", What::event_acknowledged},
             {"inquiry_opened", What::inquiry_opened}, {"inquiry_overdue", What::inquiry_overdue},
             {"inquiry_settled", What::inquiry_settled}, {"consent_rescinded", What::consent_rescinded},
             {"action_written", What::action_written}, {"action_sending", What::action_sending},
             {"action_answered", What::action_answered}, {"consumption_reported", What::consumption_reported},
             {"review_settled", What::review_settled}, {"review_decided", What::review_decided},
             {"sweep_gap", What::sweep_gap}}};
  }

  struct Received : View {
    using View::View;

    /// Which store.
    [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
    /// The store's own name for it.
    [[nodiscard]] std::string_view name() const noexcept { return read<std::string_view>("name"); }
    /// What it means.
    [[nodiscard]] Meaning meaning() const noexcept { return read<Meaning>("meaning"); }
    [[nodiscard]] std::string_view meaning_text() const noexcept { return read_text("meaning"); }
    /// Identifies the store's repetitions of it.
    [[nodiscard]] std::string_view notification_id() const noexcept {
      return read<std::string_view>("notification_id");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("store") && shape.has<std::string_view>("name") &&
             shape.has<Meaning>("meaning") && shape.has<std::string_view>("notification_id");
    }
  };

  struct PurchaseRecorded : View {
    using View::View;

    /// Which store.
    [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
    /// The product, if reported.
    [[nodiscard]] std::optional<std::string_view> product() const noexcept {
      return read<std::optional<std::string_view>>("product");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("store") && shape.has<std::optional<std::string_view>>("product");
    }
  };

  struct StateChanged : View {
    using View::View;

    /// Before; null for a new refund.
    [[nodiscard]] std::optional<StoreState> from() const noexcept { return read<std::optional<StoreState>>("from"); }
    [[nodiscard]] std::string_view from_text() const noexcept { return read_text("from"); }
    /// After.
    [[nodiscard]] StoreState to() const noexcept { return read<StoreState>("to"); }
    [[nodiscard]] std::string_view to_text() const noexcept { return read_text("to"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::optional<StoreState>>("from") && shape.has<StoreState>("to");
    }
  };

  struct Updated : View {
    using View::View;

    /// Its state.
    [[nodiscard]] StoreState state() const noexcept { return read<StoreState>("state"); }
    [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<StoreState>("state"); }
  };

  struct Attributed : View {
    using View::View;

    /// The evidence.
    [[nodiscard]] AttributedBy by() const noexcept { return read<AttributedBy>("by"); }
    [[nodiscard]] std::string_view by_text() const noexcept { return read_text("by"); }
    /// The player it was attributed to before.
    [[nodiscard]] std::optional<std::string_view> before() const noexcept {
      return read<std::optional<std::string_view>>("before");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<AttributedBy>("by") && shape.may_have<std::optional<std::string_view>>("before");
    }
  };

  struct Claimed : View {
    using View::View;

    /// The user who keeps it.
    [[nodiscard]] std::string_view keeper() const noexcept { return read<std::string_view>("keeper"); }
    /// The user with the other claim.
    [[nodiscard]] std::string_view claimant() const noexcept { return read<std::string_view>("claimant"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("keeper") && shape.has<std::string_view>("claimant");
    }
  };

  struct PurchaseTransferred : View {
    using View::View;

    /// Which store.
    [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
    /// The user who has it now.
    [[nodiscard]] std::string_view to() const noexcept { return read<std::string_view>("to"); }
    /// Who did it.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    /// The user who had it; empty where it was not recorded.
    [[nodiscard]] std::optional<std::string_view> from() const noexcept {
      return read<std::optional<std::string_view>>("from");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("store") && shape.has<std::string_view>("to") &&
             shape.has<std::string_view>("who") && shape.has<std::string_view>("why") &&
             shape.may_have<std::optional<std::string_view>>("from");
    }
  };

  struct Merged : View {
    using View::View;

    /// The refund that counts.
    [[nodiscard]] std::int64_t into() const noexcept { return read<std::int64_t>("into"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<std::int64_t>("into"); }
  };

  struct Decided : View {
    using View::View;

    /// The rule that matched.
    [[nodiscard]] std::string_view rule() const noexcept { return read<std::string_view>("rule"); }
    /// What is done.
    [[nodiscard]] RuleAction action() const noexcept { return read<RuleAction>("action"); }
    /// The version of the policy.
    [[nodiscard]] std::int64_t policy_version() const noexcept { return read<std::int64_t>("policy_version"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("rule") && shape.has<RuleAction>("action") &&
             shape.has<std::int64_t>("policy_version");
    }
  };

  struct Blocked : View {
    using View::View;

    /// The block.
    [[nodiscard]] std::int64_t block() const noexcept { return read<std::int64_t>("block"); }
    /// When it ends.
    [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
    /// Who did it, where a person did.
    [[nodiscard]] std::optional<std::string_view> who() const noexcept {
      return read<std::optional<std::string_view>>("who");
    }
    /// Why, if a person did.
    [[nodiscard]] std::optional<std::string_view> why() const noexcept {
      return read<std::optional<std::string_view>>("why");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("block") && shape.has<std::optional<Time>>("until") &&
             shape.may_have<std::optional<std::string_view>>("who") &&
             shape.may_have<std::optional<std::string_view>>("why");
    }
  };

  struct BlockEnded : View {
    using View::View;

    /// Which of these it is.
    enum class EndedBy {
      /// A value that has no name here; ended_by_text() has it.
      unnamed = -1,
      /// It expired.
      expiry,
      /// The refund that caused it was reversed.
      reversal,
      /// More became known about the refund, and the policy no longer blocks.
      redecided,
      /// The refund turned out to be another user's.
      reattributed,
      /// An operator.
      operator_,
    };
    friend constexpr std::array<detail::Named<EndedBy>, 5> named(EndedBy) noexcept {
      return {{{"expiry", EndedBy::expiry}, {"reversal", EndedBy::reversal}, {"redecided", EndedBy::redecided},
               {"reattributed", EndedBy::reattributed}, {"operator", EndedBy::operator_}}};
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

    /// Which of these it is.
    [[nodiscard]] EndedBy ended_by() const noexcept { return read<EndedBy>("ended_by"); }
    [[nodiscard]] std::string_view ended_by_text() const noexcept { return read_text("ended_by"); }
    /// The block.
    [[nodiscard]] std::int64_t block() const noexcept { return read<std::int64_t>("block"); }
    /// An operator.
    [[nodiscard]] std::optional<Operator> operator_() const noexcept {
      return variant<Operator>("ended_by", "operator");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<EndedBy>("ended_by") && shape.has<std::int64_t>("block") &&
             shape.fits<Operator>("ended_by", "operator");
    }
  };

  struct EventMade : View {
    using View::View;

    /// The event.
    [[nodiscard]] std::int64_t event() const noexcept { return read<std::int64_t>("event"); }
    /// Its kind.
    [[nodiscard]] EventKind kind() const noexcept { return read<EventKind>("kind"); }
    [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("event") && shape.has<EventKind>("kind");
    }
  };

  struct EventAcknowledged : View {
    using View::View;

    /// The event.
    [[nodiscard]] std::int64_t event() const noexcept { return read<std::int64_t>("event"); }
    /// Its kind.
    [[nodiscard]] EventKind kind() const noexcept { return read<EventKind>("kind"); }
    [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("event") && shape.has<EventKind>("kind");
    }
  };

  struct InquiryOpened : View {
    using View::View;

    /// Until when the decision waits.
    [[nodiscard]] Time deadline() const noexcept { return read<Time>("deadline"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<Time>("deadline"); }
  };

  struct InquirySettled : View {
    using View::View;

    /// Answered or failed.
    [[nodiscard]] InquiryState state() const noexcept { return read<InquiryState>("state"); }
    [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
    /// The last error, if the store is no longer queried.
    [[nodiscard]] std::optional<std::string_view> error() const noexcept {
      return read<std::optional<std::string_view>>("error");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<InquiryState>("state") && shape.may_have<std::optional<std::string_view>>("error");
    }
  };

  struct ActionWritten : View {
    using View::View;

    /// The action.
    [[nodiscard]] std::int64_t action() const noexcept { return read<std::int64_t>("action"); }
    /// Its kind.
    [[nodiscard]] StoreActionKind kind() const noexcept { return read<StoreActionKind>("kind"); }
    [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
    /// Who requested it.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("action") && shape.has<StoreActionKind>("kind") &&
             shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
    }
  };

  struct ActionSending : View {
    using View::View;

    /// The action.
    [[nodiscard]] std::int64_t action() const noexcept { return read<std::int64_t>("action"); }
    /// The number of the attempt, from 1.
    [[nodiscard]] std::int64_t attempt() const noexcept { return read<std::int64_t>("attempt"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("action") && shape.has<std::int64_t>("attempt");
    }
  };

  struct ActionAnswered : View {
    using View::View;

    /// The action.
    [[nodiscard]] std::int64_t action() const noexcept { return read<std::int64_t>("action"); }
    /// Its state.
    [[nodiscard]] StoreActionState state() const noexcept { return read<StoreActionState>("state"); }
    [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
    /// The store's answer.
    [[nodiscard]] StoreAnswer answer() const noexcept { return read<StoreAnswer>("answer"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("action") && shape.has<StoreActionState>("state") &&
             shape.has<StoreAnswer>("answer");
    }
  };

  struct ConsumptionReported : View {
    using View::View;

    /// Whether the player has consented to share it with the store.
    [[nodiscard]] bool consent() const noexcept { return read<bool>("consent"); }
    static bool fits(detail::Shape &shape) noexcept { return shape.has<bool>("consent"); }
  };

  struct ReviewSettled : View {
    using View::View;

    /// The review.
    [[nodiscard]] std::int64_t review() const noexcept { return read<std::int64_t>("review"); }
    /// Its state.
    [[nodiscard]] ReviewState state() const noexcept { return read<ReviewState>("state"); }
    [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
    /// The rule's answer.
    [[nodiscard]] std::optional<ReviewReply> reply() const noexcept {
      return read<std::optional<ReviewReply>>("reply");
    }
    [[nodiscard]] std::string_view reply_text() const noexcept { return read_text("reply"); }
    /// The rule that matched.
    [[nodiscard]] std::optional<std::string_view> rule() const noexcept {
      return read<std::optional<std::string_view>>("rule");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("review") && shape.has<ReviewState>("state") &&
             shape.may_have<std::optional<ReviewReply>>("reply") &&
             shape.may_have<std::optional<std::string_view>>("rule");
    }
  };

  struct ReviewDecided : View {
    using View::View;

    /// The review.
    [[nodiscard]] std::int64_t review() const noexcept { return read<std::int64_t>("review"); }
    /// The outcome.
    [[nodiscard]] ReviewOutcome outcome() const noexcept { return read<ReviewOutcome>("outcome"); }
    [[nodiscard]] std::string_view outcome_text() const noexcept { return read_text("outcome"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("review") && shape.has<ReviewOutcome>("outcome");
    }
  };

  struct SweepGap : View {
    using View::View;

    /// Which store.
    [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
    /// The app or account.
    [[nodiscard]] std::string_view app() const noexcept { return read<std::string_view>("app"); }
    /// Start of the period.
    [[nodiscard]] Time from() const noexcept { return read<Time>("from"); }
    /// End of the period.
    [[nodiscard]] Time to() const noexcept { return read<Time>("to"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("store") && shape.has<std::string_view>("app") && shape.has<Time>("from") &&
             shape.has<Time>("to");
    }
  };

  /// Which of these it is.
  [[nodiscard]] What what() const noexcept { return read<What>("what"); }
  [[nodiscard]] std::string_view what_text() const noexcept { return read_text("what"); }
  /// Its id; grows over time.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// When, by this machine's clock.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// The inbox id of the store message that caused it.
  [[nodiscard]] std::optional<std::int64_t> inbox() const noexcept {
    return read<std::optional<std::int64_t>>("inbox");
  }
  /// The refund.
  [[nodiscard]] std::optional<std::int64_t> refund() const noexcept {
    return read<std::optional<std::int64_t>>("refund");
  }
  /// The user.
  [[nodiscard]] std::optional<std::string_view> user() const noexcept {
    return read<std::optional<std::string_view>>("user");
  }
  /// A store's notification was ingested.
  [[nodiscard]] std::optional<Received> received() const noexcept { return variant<Received>("what", "received"); }
  /// The host recorded the purchase of refunds that waited for it.
  [[nodiscard]] std::optional<PurchaseRecorded> purchase_recorded() const noexcept {
    return variant<PurchaseRecorded>("what", "purchase_recorded");
  }
  /// The refund's state changed.
  [[nodiscard]] std::optional<StateChanged> state_changed() const noexcept {
    return variant<StateChanged>("what", "state_changed");
  }
  /// More or less of the order is refunded than before, or more became known about it.
  [[nodiscard]] std::optional<Updated> updated() const noexcept { return variant<Updated>("what", "updated"); }
  /// The refund's user was found, or changed.
  [[nodiscard]] std::optional<Attributed> attributed() const noexcept {
    return variant<Attributed>("what", "attributed");
  }
  /// Another user recorded a purchase of the same family, or with the same account tag. The refund was decided, and its
  /// user keeps it.
  [[nodiscard]] std::optional<Claimed> claimed() const noexcept { return variant<Claimed>("what", "claimed"); }
  /// An operator moved the purchase to another user.
  [[nodiscard]] std::optional<PurchaseTransferred> purchase_transferred() const noexcept {
    return variant<PurchaseTransferred>("what", "purchase_transferred");
  }
  /// The refund is now known by its order id.
  [[nodiscard]] std::optional<Merged> merged() const noexcept { return variant<Merged>("what", "merged"); }
  /// The policy decided.
  [[nodiscard]] std::optional<Decided> decided() const noexcept { return variant<Decided>("what", "decided"); }
  /// The user was blocked.
  [[nodiscard]] std::optional<Blocked> blocked() const noexcept { return variant<Blocked>("what", "blocked"); }
  /// A block ended.
  [[nodiscard]] std::optional<BlockEnded> block_ended() const noexcept {
    return variant<BlockEnded>("what", "block_ended");
  }
  /// An event was queued for the host.
  [[nodiscard]] std::optional<EventMade> event_made() const noexcept {
    return variant<EventMade>("what", "event_made");
  }
  /// The host acknowledged an event.
  [[nodiscard]] std::optional<EventAcknowledged> event_acknowledged() const noexcept {
    return variant<EventAcknowledged>("what", "event_acknowledged");
  }
  /// The notification gave no reason: an inquiry was opened, and a decision to alert or to block waits.
  [[nodiscard]] std::optional<InquiryOpened> inquiry_opened() const noexcept {
    return variant<InquiryOpened>("what", "inquiry_opened");
  }
  /// The store has answered, or is no longer queried.
  [[nodiscard]] std::optional<InquirySettled> inquiry_settled() const noexcept {
    return variant<InquirySettled>("what", "inquiry_settled");
  }
  /// A store action was written to the ledger.
  [[nodiscard]] std::optional<ActionWritten> action_written() const noexcept {
    return variant<ActionWritten>("what", "action_written");
  }
  /// An action is being sent to its store.
  [[nodiscard]] std::optional<ActionSending> action_sending() const noexcept {
    return variant<ActionSending>("what", "action_sending");
  }
  /// A store answered an action, or could not be reached.
  [[nodiscard]] std::optional<ActionAnswered> action_answered() const noexcept {
    return variant<ActionAnswered>("what", "action_answered");
  }
  /// The host reported how far an order was used.
  [[nodiscard]] std::optional<ConsumptionReported> consumption_reported() const noexcept {
    return variant<ConsumptionReported>("what", "consumption_reported");
  }
  /// A refund review was decided, or its deadline passed.
  [[nodiscard]] std::optional<ReviewSettled> review_settled() const noexcept {
    return variant<ReviewSettled>("what", "review_settled");
  }
  /// A store decided on a refund request.
  [[nodiscard]] std::optional<ReviewDecided> review_decided() const noexcept {
    return variant<ReviewDecided>("what", "review_decided");
  }
  /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known, is
  /// lost.
  [[nodiscard]] std::optional<SweepGap> sweep_gap() const noexcept { return variant<SweepGap>("what", "sweep_gap"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<What>("what") && shape.has<std::int64_t>("id") && shape.has<Time>("at") &&
           shape.may_have<std::optional<std::int64_t>>("inbox") &&
           shape.may_have<std::optional<std::int64_t>>("refund") &&
           shape.may_have<std::optional<std::string_view>>("user") && shape.fits<Received>("what", "received") &&
           shape.fits<PurchaseRecorded>("what", "purchase_recorded") &&
           shape.fits<StateChanged>("what", "state_changed") && shape.fits<Updated>("what", "updated") &&
           shape.fits<Attributed>("what", "attributed") && shape.fits<Claimed>("what", "claimed") &&
           shape.fits<PurchaseTransferred>("what", "purchase_transferred") && shape.fits<Merged>("what", "merged") &&
           shape.fits<Decided>("what", "decided") && shape.fits<Blocked>("what", "blocked") &&
           shape.fits<BlockEnded>("what", "block_ended") && shape.fits<EventMade>("what", "event_made") &&
           shape.fits<EventAcknowledged>("what", "event_acknowledged") &&
           shape.fits<InquiryOpened>("what", "inquiry_opened") &&
           shape.fits<InquirySettled>("what", "inquiry_settled") &&
           shape.fits<ActionWritten>("what", "action_written") && shape.fits<ActionSending>("what", "action_sending") &&
           shape.fits<ActionAnswered>("what", "action_answered") &&
           shape.fits<ConsumptionReported>("what", "consumption_reported") &&
           shape.fits<ReviewSettled>("what", "review_settled") && shape.fits<ReviewDecided>("what", "review_decided") &&
           shape.fits<SweepGap>("what", "sweep_gap");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_JOURNAL_HPP
