// The journal. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_JOURNAL_HPP
#define RECOUP_DOCUMENTS_JOURNAL_HPP

#include "../document.hpp"
#include "../outputs.hpp"
#include "decisions.hpp"
#include "events.hpp"
#include "notices.hpp"
#include "orders.hpp"
#include "recovery.hpp"
#include "refunds.hpp"
#include "reviews.hpp"
#include "store_actions.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// How an operator closes a refund of which the books do not know how much was due.
enum class ClosedAs {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// All came back.
  recovered,
  /// A part came back.
  partly_recovered,
  /// Nothing came back.
  written_off,
};
inline constexpr std::array<detail::Named<ClosedAs>, 3> named(ClosedAs) noexcept {
  return {{{"recovered", ClosedAs::recovered}, {"partly_recovered", ClosedAs::partly_recovered},
           {"written_off", ClosedAs::written_off}}};
}

inline constexpr std::array<detail::Named<Meaning>, 9> named(Meaning) noexcept {
  return {{{"refund", Meaning::refund}, {"reversal", Meaning::reversal}, {"refund_declined", Meaning::refund_declined},
           {"refund_request", Meaning::refund_request}, {"purchase", Meaning::purchase},
           {"consent_rescinded", Meaning::consent_rescinded}, {"confirmation", Meaning::confirmation},
           {"test", Meaning::test}, {"nothing", Meaning::nothing}}};
}

/// A status that an operator sets. Each does what it means, with all consequences.
enum class RefundStatus {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// All came back: what is owed is booked as taken; where the books do not know what is due, the refund is closed.
  recovered,
  /// The refund does not count: it is overruled to be excluded. Blocks that it caused end.
  excluded,
  /// What is owed is written off; where the books do not know what is due, the refund is closed.
  written_off,
  /// The refund is open again: closing, overruling, forgiving and an earlier status are undone.
  open,
};
inline constexpr std::array<detail::Named<RefundStatus>, 4> named(RefundStatus) noexcept {
  return {{{"recovered", RefundStatus::recovered}, {"excluded", RefundStatus::excluded},
           {"written_off", RefundStatus::written_off}, {"open", RefundStatus::open}}};
}

/// What happens to what is still owed after a report.
enum class Rest {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// It stays owed.
  owed,
  /// The studio does not want it.
  forgiven,
  /// The studio cannot get it.
  written_off,
};
inline constexpr std::array<detail::Named<Rest>, 3> named(Rest) noexcept {
  return {{{"owed", Rest::owed}, {"forgiven", Rest::forgiven}, {"written_off", Rest::written_off}}};
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
    /// The game reported what it took back for the refund, or gave again.
    recovery_reported,
    /// An operator forgave what was owed.
    forgiven,
    /// An operator set what the purchase granted.
    granted_set,
    /// The player gave items back of their own accord.
    repaid,
    /// The player paid again for what was refunded, by a recorded purchase, or that purchase was refunded in turn.
    bought_again,
    /// An operator cancelled an entry of the books.
    corrected,
    /// An operator closed the refund, where the books do not know what is due.
    closed,
    /// An operator opened the refund again.
    reopened,
    /// An operator set the refund's status.
    status_set,
    /// The refund was assigned to an operator, or to none.
    assigned,
    /// An operator wrote a note.
    noted,
    /// An operator decided on the refund.
    overruled,
    /// An operator made an exclusion.
    exclusion_made,
    /// An operator ended an exclusion.
    exclusion_ended,
    /// A notice for the player was made.
    notice_made,
    /// A notice was acknowledged, expired or withdrawn.
    notice_ended,
    /// An operator granted the user access to a product.
    access_granted,
    /// An operator revoked the user's access to a product.
    access_revoked,
    /// An event was queued for the host.
    event_made,
    /// The host acknowledged an event.
    event_acknowledged,
    /// A webhook endpoint ended: nothing more is queued for it.
    endpoint_ended,
    /// The last try to send a message to a webhook endpoint failed.
    message_dead,
    /// An operator had messages sent again to a webhook endpoint.
    messages_replayed,
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
    /// What was older than its retention was removed.
    pruned,
    /// A user was forgotten; the entry's user is the pseudonym.
    user_forgotten,
    /// A sweep started too late: this period is past the store's retention. What was refunded then, and is not known,
    /// is lost.
    sweep_gap,
  };
  friend constexpr std::array<detail::Named<What>, 50> named(What) noexcept {
    return {{{"received", What::received}, {"purchase_recorded", What::purchase_recorded},
             {"state_changed", What::state_changed}, {"updated", What::updated}, {"attributed", What::attributed},
             {"unattributed", What::unattributed}, {"claimed", What::claimed},
             {"purchase_transferred", What::purchase_transferred}, {"merged", What::merged},
             {"capture_presumed", What::capture_presumed}, {"paid_back_twice", What::paid_back_twice},
             {"decided", What::decided}, {"blocked", What::blocked}, {"block_ended", What::block_ended},
             {"recovery_reported", What::recovery_reported}, {"forgiven", What::forgiven},
             {"granted_set", What::granted_set}, {"repaid", What::repaid}, {"bought_again", What::bought_again},
             {"corrected", What::corrected}, {"closed", What::closed}, {"reopened", What::reopened},
             {"status_set", What::status_set}, {"assigned", What::assigned}, {"noted", What::noted},
             {"overruled", What::overruled}, {"exclusion_made", What::exclusion_made},
             {"exclusion_ended", What::exclusion_ended}, {"notice_made", What::notice_made},
             {"notice_ended", What::notice_ended}, {"access_granted", What::access_granted},
             {"access_revoked", What::access_revoked}, {"event_made", What::event_made},
             {"event_acknowledged", What::event_acknowledged}, {"endpoint_ended", What::endpoint_ended},
             {"message_dead", What::message_dead}, {"messages_replayed", What::messages_replayed},
             {"inquiry_opened", What::inquiry_opened}, {"inquiry_overdue", What::inquiry_overdue},
             {"inquiry_settled", What::inquiry_settled}, {"consent_rescinded", What::consent_rescinded},
             {"action_written", What::action_written}, {"action_sending", What::action_sending},
             {"action_answered", What::action_answered}, {"consumption_reported", What::consumption_reported},
             {"review_settled", What::review_settled}, {"review_decided", What::review_decided},
             {"pruned", What::pruned}, {"user_forgotten", What::user_forgotten}, {"sweep_gap", What::sweep_gap}}};
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

    /// Before; empty for a new refund.
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
    /// Whether it ends once the refund is settled.
    [[nodiscard]] std::optional<bool> until_settled() const noexcept {
      return read<std::optional<bool>>("until_settled");
    }
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
             shape.may_have<std::optional<bool>>("until_settled") &&
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
      /// The refund was decided again, and the decision no longer blocks, or for another time: more became known about
      /// it, or an operator overruled it.
      redecided,
      /// The refund that caused it is settled: nothing is owed any more, or an operator closed it.
      settled,
      /// The refund turned out to be another user's.
      reattributed,
      /// The user was forgotten.
      forgotten,
      /// An operator.
      operator_,
    };
    friend constexpr std::array<detail::Named<EndedBy>, 7> named(EndedBy) noexcept {
      return {{{"expiry", EndedBy::expiry}, {"reversal", EndedBy::reversal}, {"redecided", EndedBy::redecided},
               {"settled", EndedBy::settled}, {"reattributed", EndedBy::reattributed},
               {"forgotten", EndedBy::forgotten}, {"operator", EndedBy::operator_}}};
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

  struct RecoveryReported : View {
    using View::View;

    /// What it took.
    [[nodiscard]] List<Grant> taken() const noexcept { return read<List<Grant>>("taken"); }
    /// What it gave again.
    [[nodiscard]] List<Grant> returned() const noexcept { return read<List<Grant>>("returned"); }
    /// What happens to what is still owed.
    [[nodiscard]] Rest rest() const noexcept { return read<Rest>("rest"); }
    [[nodiscard]] std::string_view rest_text() const noexcept { return read_text("rest"); }
    /// Who reported it.
    [[nodiscard]] std::optional<std::string_view> who() const noexcept {
      return read<std::optional<std::string_view>>("who");
    }
    /// Why, where an operator reported it.
    [[nodiscard]] std::optional<std::string_view> why() const noexcept {
      return read<std::optional<std::string_view>>("why");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<List<Grant>>("taken") && shape.has<List<Grant>>("returned") && shape.has<Rest>("rest") &&
             shape.may_have<std::optional<std::string_view>>("who") &&
             shape.may_have<std::optional<std::string_view>>("why");
    }
  };

  struct Forgiven : View {
    using View::View;

    /// What.
    [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
    /// Whether the studio cannot get it, rather than does not want it.
    [[nodiscard]] bool written_off() const noexcept { return read<bool>("written_off"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<List<Grant>>("items") && shape.has<bool>("written_off") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct GrantedSet : View {
    using View::View;

    /// What.
    [[nodiscard]] List<Grant> grants() const noexcept { return read<List<Grant>>("grants"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<List<Grant>>("grants") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct Repaid : View {
    using View::View;

    /// What.
    [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
    /// Who reported it.
    [[nodiscard]] std::optional<std::string_view> who() const noexcept {
      return read<std::optional<std::string_view>>("who");
    }
    /// Why.
    [[nodiscard]] std::optional<std::string_view> why() const noexcept {
      return read<std::optional<std::string_view>>("why");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<List<Grant>>("items") && shape.may_have<std::optional<std::string_view>>("who") &&
             shape.may_have<std::optional<std::string_view>>("why");
    }
  };

  struct BoughtAgain : View {
    using View::View;

    /// The purchase.
    [[nodiscard]] std::int64_t purchase() const noexcept { return read<std::int64_t>("purchase"); }
    /// What it pays for now.
    [[nodiscard]] List<Grant> items() const noexcept { return read<List<Grant>>("items"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("purchase") && shape.has<List<Grant>>("items");
    }
  };

  struct Corrected : View {
    using View::View;

    /// The entry.
    [[nodiscard]] std::int64_t entry() const noexcept { return read<std::int64_t>("entry"); }
    /// What it was of.
    [[nodiscard]] RecoveryEntryKind kind() const noexcept { return read<RecoveryEntryKind>("kind"); }
    [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
    /// The item.
    [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
    /// How many.
    [[nodiscard]] std::int64_t quantity() const noexcept { return read<std::int64_t>("quantity"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("entry") && shape.has<RecoveryEntryKind>("kind") &&
             shape.has<std::string_view>("item") && shape.has<std::int64_t>("quantity") &&
             shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
    }
  };

  struct Closed : View {
    using View::View;

    /// How.
    [[nodiscard]] ClosedAs closed_as() const noexcept { return read<ClosedAs>("closed_as"); }
    [[nodiscard]] std::string_view closed_as_text() const noexcept { return read_text("closed_as"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<ClosedAs>("closed_as") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct Reopened : View {
    using View::View;

    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
    }
  };

  struct StatusSet : View {
    using View::View;

    /// The status.
    [[nodiscard]] RefundStatus status() const noexcept { return read<RefundStatus>("status"); }
    [[nodiscard]] std::string_view status_text() const noexcept { return read_text("status"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<RefundStatus>("status") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct Assigned : View {
    using View::View;

    /// To whom.
    [[nodiscard]] std::optional<std::string_view> to() const noexcept {
      return read<std::optional<std::string_view>>("to");
    }
    /// Who did it.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::optional<std::string_view>>("to") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct Noted : View {
    using View::View;

    /// The note.
    [[nodiscard]] std::int64_t note() const noexcept { return read<std::int64_t>("note"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("note") && shape.has<std::string_view>("who");
    }
  };

  struct Overruled : View {
    using View::View;

    /// What is done with it; empty: the policy decides again.
    [[nodiscard]] std::optional<RuleAction> action() const noexcept {
      return read<std::optional<RuleAction>>("action");
    }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::optional<RuleAction>>("action") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct ExclusionMade : View {
    using View::View;

    /// The exclusion.
    [[nodiscard]] std::int64_t exclusion() const noexcept { return read<std::int64_t>("exclusion"); }
    /// What it goes by.
    [[nodiscard]] ExclusionKind kind() const noexcept { return read<ExclusionKind>("kind"); }
    [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
    /// The order, user or pattern of products.
    [[nodiscard]] std::string_view value() const noexcept { return read<std::string_view>("value"); }
    /// What it does.
    [[nodiscard]] ExclusionAction action() const noexcept { return read<ExclusionAction>("action"); }
    [[nodiscard]] std::string_view action_text() const noexcept { return read_text("action"); }
    /// When it ends.
    [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("exclusion") && shape.has<ExclusionKind>("kind") &&
             shape.has<std::string_view>("value") && shape.has<ExclusionAction>("action") &&
             shape.has<std::optional<Time>>("until") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct ExclusionEnded : View {
    using View::View;

    /// The exclusion.
    [[nodiscard]] std::int64_t exclusion() const noexcept { return read<std::int64_t>("exclusion"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("exclusion") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why");
    }
  };

  struct NoticeMade : View {
    using View::View;

    /// The notice.
    [[nodiscard]] std::int64_t notice() const noexcept { return read<std::int64_t>("notice"); }
    /// What it is about.
    [[nodiscard]] NoticeName name() const noexcept { return read<NoticeName>("name"); }
    [[nodiscard]] std::string_view name_text() const noexcept { return read_text("name"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("notice") && shape.has<NoticeName>("name");
    }
  };

  struct NoticeEnded : View {
    using View::View;

    /// The notice.
    [[nodiscard]] std::int64_t notice() const noexcept { return read<std::int64_t>("notice"); }
    /// What it is about.
    [[nodiscard]] NoticeName name() const noexcept { return read<NoticeName>("name"); }
    [[nodiscard]] std::string_view name_text() const noexcept { return read_text("name"); }
    /// How it ended.
    [[nodiscard]] NoticeState state() const noexcept { return read<NoticeState>("state"); }
    [[nodiscard]] std::string_view state_text() const noexcept { return read_text("state"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("notice") && shape.has<NoticeName>("name") && shape.has<NoticeState>("state");
    }
  };

  struct AccessGranted : View {
    using View::View;

    /// The product.
    [[nodiscard]] std::string_view product() const noexcept { return read<std::string_view>("product"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    /// Until when; empty: no end.
    [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("product") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why") && shape.may_have<std::optional<Time>>("until");
    }
  };

  struct AccessRevoked : View {
    using View::View;

    /// The product.
    [[nodiscard]] std::string_view product() const noexcept { return read<std::string_view>("product"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    /// Until when; empty: no end.
    [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("product") && shape.has<std::string_view>("who") &&
             shape.has<std::string_view>("why") && shape.may_have<std::optional<Time>>("until");
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

  struct EndpointEnded : View {
    using View::View;

    /// Its name.
    [[nodiscard]] std::string_view endpoint() const noexcept { return read<std::string_view>("endpoint"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    /// Who ended it; empty: it answered 410.
    [[nodiscard]] std::optional<std::string_view> who() const noexcept {
      return read<std::optional<std::string_view>>("who");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("endpoint") && shape.has<std::string_view>("why") &&
             shape.may_have<std::optional<std::string_view>>("who");
    }
  };

  struct MessageDead : View {
    using View::View;

    /// The endpoint's name.
    [[nodiscard]] std::string_view endpoint() const noexcept { return read<std::string_view>("endpoint"); }
    /// The message.
    [[nodiscard]] std::int64_t message() const noexcept { return read<std::int64_t>("message"); }
    /// Its event.
    [[nodiscard]] std::int64_t event() const noexcept { return read<std::int64_t>("event"); }
    /// Why the last try failed.
    [[nodiscard]] std::string_view problem() const noexcept { return read<std::string_view>("problem"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("endpoint") && shape.has<std::int64_t>("message") &&
             shape.has<std::int64_t>("event") && shape.has<std::string_view>("problem");
    }
  };

  struct MessagesReplayed : View {
    using View::View;

    /// The endpoint's name.
    [[nodiscard]] std::string_view endpoint() const noexcept { return read<std::string_view>("endpoint"); }
    /// How many.
    [[nodiscard]] std::int64_t count() const noexcept { return read<std::int64_t>("count"); }
    /// Who.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::string_view>("endpoint") && shape.has<std::int64_t>("count") &&
             shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
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

  struct Pruned : View {
    using View::View;

    /// Entries of the operators' audit.
    [[nodiscard]] std::optional<std::int64_t> audit() const noexcept {
      return read<std::optional<std::int64_t>>("audit");
    }
    /// Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.
    [[nodiscard]] std::optional<std::int64_t> bodies() const noexcept {
      return read<std::optional<std::int64_t>>("bodies");
    }
    /// Dead letters.
    [[nodiscard]] std::optional<std::int64_t> dead_letters() const noexcept {
      return read<std::optional<std::int64_t>>("dead_letters");
    }
    /// Codes by which forgotten users are recognised in late messages.
    [[nodiscard]] std::optional<std::int64_t> forgotten() const noexcept {
      return read<std::optional<std::int64_t>>("forgotten");
    }
    /// Notices that had ended.
    [[nodiscard]] std::optional<std::int64_t> notices() const noexcept {
      return read<std::optional<std::int64_t>>("notices");
    }
    /// Answers under keys: a repetition of such a call is no longer recognised.
    [[nodiscard]] std::optional<std::int64_t> requests() const noexcept {
      return read<std::optional<std::int64_t>>("requests");
    }
    /// Operators' sessions and tokens that had ended.
    [[nodiscard]] std::optional<std::int64_t> sessions() const noexcept {
      return read<std::optional<std::int64_t>>("sessions");
    }
    /// Settled messages to webhook endpoints: they can no longer be replayed.
    [[nodiscard]] std::optional<std::int64_t> webhooks() const noexcept {
      return read<std::optional<std::int64_t>>("webhooks");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.may_have<std::optional<std::int64_t>>("audit") &&
             shape.may_have<std::optional<std::int64_t>>("bodies") &&
             shape.may_have<std::optional<std::int64_t>>("dead_letters") &&
             shape.may_have<std::optional<std::int64_t>>("forgotten") &&
             shape.may_have<std::optional<std::int64_t>>("notices") &&
             shape.may_have<std::optional<std::int64_t>>("requests") &&
             shape.may_have<std::optional<std::int64_t>>("sessions") &&
             shape.may_have<std::optional<std::int64_t>>("webhooks");
    }
  };

  struct UserForgotten : View {
    using View::View;

    /// Purchases that are the pseudonym's now.
    [[nodiscard]] std::int64_t purchases() const noexcept { return read<std::int64_t>("purchases"); }
    /// Refunds that are the pseudonym's now.
    [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
    /// Blocks, all ended.
    [[nodiscard]] std::int64_t blocks() const noexcept { return read<std::int64_t>("blocks"); }
    /// Journal entries that named the user.
    [[nodiscard]] std::int64_t journal() const noexcept { return read<std::int64_t>("journal"); }
    /// Raw bodies and dead letters that were removed.
    [[nodiscard]] std::int64_t messages() const noexcept { return read<std::int64_t>("messages"); }
    /// Events that waited, and will not be delivered.
    [[nodiscard]] std::int64_t events() const noexcept { return read<std::int64_t>("events"); }
    /// Reports on how orders were used that were removed.
    [[nodiscard]] std::int64_t consumption() const noexcept { return read<std::int64_t>("consumption"); }
    /// Notices that were removed.
    [[nodiscard]] std::int64_t notices() const noexcept { return read<std::int64_t>("notices"); }
    /// Notes on the user and on the user's refunds that were removed.
    [[nodiscard]] std::int64_t notes() const noexcept { return read<std::int64_t>("notes"); }
    /// Decisions on access to products that are the pseudonym's now.
    [[nodiscard]] std::int64_t access_overrides() const noexcept { return read<std::int64_t>("access_overrides"); }
    /// Exclusions of the user, all ended, that are the pseudonym's now.
    [[nodiscard]] std::int64_t exclusions() const noexcept { return read<std::int64_t>("exclusions"); }
    /// Messages to webhook endpoints that are the pseudonym's now; those that waited were dropped.
    [[nodiscard]] std::int64_t webhook_messages() const noexcept { return read<std::int64_t>("webhook_messages"); }
    /// Who requested it.
    [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
    /// Why.
    [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<std::int64_t>("purchases") && shape.has<std::int64_t>("refunds") &&
             shape.has<std::int64_t>("blocks") && shape.has<std::int64_t>("journal") &&
             shape.has<std::int64_t>("messages") && shape.has<std::int64_t>("events") &&
             shape.has<std::int64_t>("consumption") && shape.has<std::int64_t>("notices") &&
             shape.has<std::int64_t>("notes") && shape.has<std::int64_t>("access_overrides") &&
             shape.has<std::int64_t>("exclusions") && shape.has<std::int64_t>("webhook_messages") &&
             shape.has<std::string_view>("who") && shape.has<std::string_view>("why");
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
  /// The game reported what it took back for the refund, or gave again.
  [[nodiscard]] std::optional<RecoveryReported> recovery_reported() const noexcept {
    return variant<RecoveryReported>("what", "recovery_reported");
  }
  /// An operator forgave what was owed.
  [[nodiscard]] std::optional<Forgiven> forgiven() const noexcept { return variant<Forgiven>("what", "forgiven"); }
  /// An operator set what the purchase granted.
  [[nodiscard]] std::optional<GrantedSet> granted_set() const noexcept {
    return variant<GrantedSet>("what", "granted_set");
  }
  /// The player gave items back of their own accord.
  [[nodiscard]] std::optional<Repaid> repaid() const noexcept { return variant<Repaid>("what", "repaid"); }
  /// The player paid again for what was refunded, by a recorded purchase, or that purchase was refunded in turn.
  [[nodiscard]] std::optional<BoughtAgain> bought_again() const noexcept {
    return variant<BoughtAgain>("what", "bought_again");
  }
  /// An operator cancelled an entry of the books.
  [[nodiscard]] std::optional<Corrected> corrected() const noexcept { return variant<Corrected>("what", "corrected"); }
  /// An operator closed the refund, where the books do not know what is due.
  [[nodiscard]] std::optional<Closed> closed() const noexcept { return variant<Closed>("what", "closed"); }
  /// An operator opened the refund again.
  [[nodiscard]] std::optional<Reopened> reopened() const noexcept { return variant<Reopened>("what", "reopened"); }
  /// An operator set the refund's status.
  [[nodiscard]] std::optional<StatusSet> status_set() const noexcept {
    return variant<StatusSet>("what", "status_set");
  }
  /// The refund was assigned to an operator, or to none.
  [[nodiscard]] std::optional<Assigned> assigned() const noexcept { return variant<Assigned>("what", "assigned"); }
  /// An operator wrote a note.
  [[nodiscard]] std::optional<Noted> noted() const noexcept { return variant<Noted>("what", "noted"); }
  /// An operator decided on the refund.
  [[nodiscard]] std::optional<Overruled> overruled() const noexcept { return variant<Overruled>("what", "overruled"); }
  /// An operator made an exclusion.
  [[nodiscard]] std::optional<ExclusionMade> exclusion_made() const noexcept {
    return variant<ExclusionMade>("what", "exclusion_made");
  }
  /// An operator ended an exclusion.
  [[nodiscard]] std::optional<ExclusionEnded> exclusion_ended() const noexcept {
    return variant<ExclusionEnded>("what", "exclusion_ended");
  }
  /// A notice for the player was made.
  [[nodiscard]] std::optional<NoticeMade> notice_made() const noexcept {
    return variant<NoticeMade>("what", "notice_made");
  }
  /// A notice was acknowledged, expired or withdrawn.
  [[nodiscard]] std::optional<NoticeEnded> notice_ended() const noexcept {
    return variant<NoticeEnded>("what", "notice_ended");
  }
  /// An operator granted the user access to a product.
  [[nodiscard]] std::optional<AccessGranted> access_granted() const noexcept {
    return variant<AccessGranted>("what", "access_granted");
  }
  /// An operator revoked the user's access to a product.
  [[nodiscard]] std::optional<AccessRevoked> access_revoked() const noexcept {
    return variant<AccessRevoked>("what", "access_revoked");
  }
  /// An event was queued for the host.
  [[nodiscard]] std::optional<EventMade> event_made() const noexcept {
    return variant<EventMade>("what", "event_made");
  }
  /// The host acknowledged an event.
  [[nodiscard]] std::optional<EventAcknowledged> event_acknowledged() const noexcept {
    return variant<EventAcknowledged>("what", "event_acknowledged");
  }
  /// A webhook endpoint ended: nothing more is queued for it.
  [[nodiscard]] std::optional<EndpointEnded> endpoint_ended() const noexcept {
    return variant<EndpointEnded>("what", "endpoint_ended");
  }
  /// The last try to send a message to a webhook endpoint failed.
  [[nodiscard]] std::optional<MessageDead> message_dead() const noexcept {
    return variant<MessageDead>("what", "message_dead");
  }
  /// An operator had messages sent again to a webhook endpoint.
  [[nodiscard]] std::optional<MessagesReplayed> messages_replayed() const noexcept {
    return variant<MessagesReplayed>("what", "messages_replayed");
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
  /// What was older than its retention was removed.
  [[nodiscard]] std::optional<Pruned> pruned() const noexcept { return variant<Pruned>("what", "pruned"); }
  /// A user was forgotten; the entry's user is the pseudonym.
  [[nodiscard]] std::optional<UserForgotten> user_forgotten() const noexcept {
    return variant<UserForgotten>("what", "user_forgotten");
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
           shape.fits<BlockEnded>("what", "block_ended") && shape.fits<RecoveryReported>("what", "recovery_reported") &&
           shape.fits<Forgiven>("what", "forgiven") && shape.fits<GrantedSet>("what", "granted_set") &&
           shape.fits<Repaid>("what", "repaid") && shape.fits<BoughtAgain>("what", "bought_again") &&
           shape.fits<Corrected>("what", "corrected") && shape.fits<Closed>("what", "closed") &&
           shape.fits<Reopened>("what", "reopened") && shape.fits<StatusSet>("what", "status_set") &&
           shape.fits<Assigned>("what", "assigned") && shape.fits<Noted>("what", "noted") &&
           shape.fits<Overruled>("what", "overruled") && shape.fits<ExclusionMade>("what", "exclusion_made") &&
           shape.fits<ExclusionEnded>("what", "exclusion_ended") && shape.fits<NoticeMade>("what", "notice_made") &&
           shape.fits<NoticeEnded>("what", "notice_ended") && shape.fits<AccessGranted>("what", "access_granted") &&
           shape.fits<AccessRevoked>("what", "access_revoked") && shape.fits<EventMade>("what", "event_made") &&
           shape.fits<EventAcknowledged>("what", "event_acknowledged") &&
           shape.fits<EndpointEnded>("what", "endpoint_ended") && shape.fits<MessageDead>("what", "message_dead") &&
           shape.fits<MessagesReplayed>("what", "messages_replayed") &&
           shape.fits<InquiryOpened>("what", "inquiry_opened") &&
           shape.fits<InquirySettled>("what", "inquiry_settled") &&
           shape.fits<ActionWritten>("what", "action_written") && shape.fits<ActionSending>("what", "action_sending") &&
           shape.fits<ActionAnswered>("what", "action_answered") &&
           shape.fits<ConsumptionReported>("what", "consumption_reported") &&
           shape.fits<ReviewSettled>("what", "review_settled") && shape.fits<ReviewDecided>("what", "review_decided") &&
           shape.fits<Pruned>("what", "pruned") && shape.fits<UserForgotten>("what", "user_forgotten") &&
           shape.fits<SweepGap>("what", "sweep_gap");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_JOURNAL_HPP
