// Exports, and what forgetting and pruning removed. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_EXPORTS_HPP
#define RECOUP_DOCUMENTS_EXPORTS_HPP

#include "../document.hpp"
#include "blocks.hpp"
#include "case_files.hpp"
#include "decisions.hpp"
#include "events.hpp"
#include "journal.hpp"
#include "notices.hpp"
#include "orders.hpp"
#include "recovery.hpp"
#include "refunds.hpp"
#include "reviews.hpp"
#include "store_actions.hpp"
#include "webhooks.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// What an export wrote. Only a complete export returns it.
struct Exported : View {
  using View::View;

  /// How many rows.
  [[nodiscard]] std::int64_t rows() const noexcept { return read<std::int64_t>("rows"); }
  static bool fits(detail::Shape &shape) noexcept { return shape.is_object() && shape.has<std::int64_t>("rows"); }
};

/// An operator's decision on a user's access to a product.
struct UserAccessOverride : View {
  using View::View;

  /// Its number.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// The product.
  [[nodiscard]] std::string_view product() const noexcept { return read<std::string_view>("product"); }
  /// Whether the user has access.
  [[nodiscard]] bool access() const noexcept { return read<bool>("access"); }
  /// Who decided it.
  [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
  /// Why.
  [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
  /// When.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// When a later decision replaced it.
  [[nodiscard]] std::optional<Time> ended_at() const noexcept { return read<std::optional<Time>>("ended_at"); }
  /// Until when; empty: no end.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("product") &&
           shape.has<bool>("access") && shape.has<std::string_view>("who") && shape.has<std::string_view>("why") &&
           shape.has<Time>("made_at") && shape.may_have<std::optional<Time>>("ended_at") &&
           shape.may_have<std::optional<Time>>("until");
  }
};

/// What the host reported on how an order was used.
struct UserConsumption : View {
  using View::View;

  /// The order.
  [[nodiscard]] std::string_view order_id() const noexcept { return read<std::string_view>("order_id"); }
  /// The report.
  [[nodiscard]] Consumption report() const noexcept { return read<Consumption>("report"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("order_id") && shape.has<Consumption>("report");
  }
};

/// A store's message.
struct UserMessage : View {
  using View::View;

  /// Its inbox id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// Which store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The store's own name for it.
  [[nodiscard]] std::string_view name() const noexcept { return read<std::string_view>("name"); }
  /// When it was received.
  [[nodiscard]] Time received_at() const noexcept { return read<Time>("received_at"); }
  /// The raw body, in base64; empty: it was removed.
  [[nodiscard]] std::optional<std::string_view> body_base64() const noexcept {
    return read<std::optional<std::string_view>>("body_base64");
  }
  /// The refund it is about.
  [[nodiscard]] std::optional<std::int64_t> refund() const noexcept {
    return read<std::optional<std::int64_t>>("refund");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<std::string_view>("store") &&
           shape.has<std::string_view>("name") && shape.has<Time>("received_at") &&
           shape.may_have<std::optional<std::string_view>>("body_base64") &&
           shape.may_have<std::optional<std::int64_t>>("refund");
  }
};

/// How much of an order a refund takes back.
struct Extent : View {
  using View::View;

  /// Which of these it is.
  enum class Kind {
    /// A value that has no name here; kind_text() has it.
    unnamed = -1,
    /// A part of unknown size.
    part,
    /// This many items, in addition to other steps.
    quantity,
    /// This much money, in addition to other steps.
    amount,
    /// The running total at that time: it includes the steps up to then, later ones add to it, and a step that is
    /// reversed later drops out. Steps of a separate family (`family:id`, such as `dispute:1`) are not included.
    total_amount,
    /// This share of the order, in total.
    share,
    /// Everything that was left.
    full,
  };
  friend constexpr std::array<detail::Named<Kind>, 6> named(Kind) noexcept {
    return {{{"part", Kind::part}, {"quantity", Kind::quantity}, {"amount", Kind::amount},
             {"total_amount", Kind::total_amount}, {"share", Kind::share}, {"full", Kind::full}}};
  }

  /// Which of these it is.
  [[nodiscard]] Kind kind() const noexcept { return detail::Reading<Kind>::of(choice()); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return choice(); }
  /// This many items, in addition to other steps.
  [[nodiscard]] std::optional<std::int64_t> quantity() const noexcept {
    return read<std::optional<std::int64_t>>("quantity");
  }
  /// This much money, in addition to other steps.
  [[nodiscard]] std::optional<Money> amount() const noexcept { return read<std::optional<Money>>("amount"); }
  /// The running total at that time: it includes the steps up to then, later ones add to it, and a step that is
  /// reversed later drops out. Steps of a separate family (`family:id`, such as `dispute:1`) are not included.
  [[nodiscard]] std::optional<Money> total_amount() const noexcept {
    return read<std::optional<Money>>("total_amount");
  }
  /// This share of the order, in total.
  [[nodiscard]] std::optional<std::int64_t> share() const noexcept {
    return read<std::optional<std::int64_t>>("share");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_choice() && shape.may_have<std::optional<std::int64_t>>("quantity") &&
           shape.may_have<std::optional<Money>>("amount") && shape.may_have<std::optional<Money>>("total_amount") &&
           shape.may_have<std::optional<std::int64_t>>("share");
  }
};

/// One thing that a store reported about one order.
struct Fact : View {
  using View::View;

  /// Which of these it is.
  enum class What {
    /// A value that has no name here; what_text() has it.
    unnamed = -1,
    /// Money was refunded to the player.
    refunded,
    /// A refund was reversed: the player has paid after all.
    reversed,
    /// The store declined a refund request.
    declined,
    /// The store reviews a refund request and wants to know what the game knows.
    requested,
  };
  friend constexpr std::array<detail::Named<What>, 4> named(What) noexcept {
    return {{{"refunded", What::refunded}, {"reversed", What::reversed}, {"declined", What::declined},
             {"requested", What::requested}}};
  }

  struct Refunded : View {
    using View::View;

    /// How much.
    [[nodiscard]] Extent extent() const noexcept { return read<Extent>("extent"); }
    /// Who started it.
    [[nodiscard]] std::optional<Initiator> initiator() const noexcept {
      return read<std::optional<Initiator>>("initiator");
    }
    [[nodiscard]] std::string_view initiator_text() const noexcept { return read_text("initiator"); }
    /// Why.
    [[nodiscard]] std::optional<Reason> reason() const noexcept { return read<std::optional<Reason>>("reason"); }
    [[nodiscard]] std::string_view reason_text() const noexcept { return read_text("reason"); }
    /// Which of the order's partial refunds this is; empty where the store reports only the total.
    [[nodiscard]] std::optional<std::string_view> step() const noexcept {
      return read<std::optional<std::string_view>>("step");
    }
    /// Whether the subscription of this order stayed active, if the store reported it.
    [[nodiscard]] std::optional<bool> subscription_live() const noexcept {
      return read<std::optional<bool>>("subscription_live");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.has<Extent>("extent") && shape.may_have<std::optional<Initiator>>("initiator") &&
             shape.may_have<std::optional<Reason>>("reason") &&
             shape.may_have<std::optional<std::string_view>>("step") &&
             shape.may_have<std::optional<bool>>("subscription_live");
    }
  };

  struct Reversed : View {
    using View::View;

    /// The size of that step, if the store repeats it. A total reported before the reversal includes it.
    [[nodiscard]] std::optional<Extent> extent() const noexcept { return read<std::optional<Extent>>("extent"); }
    /// Why the refund failed, in the store's own term (Stripe `failure_reason`).
    [[nodiscard]] std::optional<std::string_view> failure() const noexcept {
      return read<std::optional<std::string_view>>("failure");
    }
    /// Which step; empty: everything refunded until then.
    [[nodiscard]] std::optional<std::string_view> step() const noexcept {
      return read<std::optional<std::string_view>>("step");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.may_have<std::optional<Extent>>("extent") &&
             shape.may_have<std::optional<std::string_view>>("failure") &&
             shape.may_have<std::optional<std::string_view>>("step");
    }
  };

  struct Requested : View {
    using View::View;

    /// The latest time at which an answer counts.
    [[nodiscard]] std::optional<Time> deadline() const noexcept { return read<std::optional<Time>>("deadline"); }
    /// Why the player wants the refund.
    [[nodiscard]] std::optional<Reason> reason() const noexcept { return read<std::optional<Reason>>("reason"); }
    [[nodiscard]] std::string_view reason_text() const noexcept { return read_text("reason"); }
    /// The token that the answer must return: Google Play `pendingRefundToken`.
    [[nodiscard]] std::optional<std::string_view> token() const noexcept {
      return read<std::optional<std::string_view>>("token");
    }
    static bool fits(detail::Shape &shape) noexcept {
      return shape.may_have<std::optional<Time>>("deadline") && shape.may_have<std::optional<Reason>>("reason") &&
             shape.may_have<std::optional<std::string_view>>("token");
    }
  };

  /// Which of these it is.
  [[nodiscard]] What what() const noexcept { return read<What>("what"); }
  [[nodiscard]] std::string_view what_text() const noexcept { return read_text("what"); }
  /// When it happened, by the store's clock; not when the message was queued.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// How reliable that is.
  [[nodiscard]] Trust trust() const noexcept { return read<Trust>("trust"); }
  [[nodiscard]] std::string_view trust_text() const noexcept { return read_text("trust"); }
  /// The order's details, as far as the message has them.
  [[nodiscard]] OrderDetails about() const noexcept { return read<OrderDetails>("about"); }
  /// Money was refunded to the player.
  [[nodiscard]] std::optional<Refunded> refunded() const noexcept { return variant<Refunded>("what", "refunded"); }
  /// A refund was reversed: the player has paid after all.
  [[nodiscard]] std::optional<Reversed> reversed() const noexcept { return variant<Reversed>("what", "reversed"); }
  /// The store reviews a refund request and wants to know what the game knows.
  [[nodiscard]] std::optional<Requested> requested() const noexcept { return variant<Requested>("what", "requested"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<What>("what") && shape.has<Time>("at") && shape.has<Trust>("trust") &&
           shape.has<OrderDetails>("about") && shape.fits<Refunded>("what", "refunded") &&
           shape.fits<Reversed>("what", "reversed") && shape.fits<Requested>("what", "requested");
  }
};

/// A refund with its facts and books.
struct UserRefund : View {
  using View::View;

  /// The refund.
  [[nodiscard]] Refund refund() const noexcept { return read<Refund>("refund"); }
  /// What stores reported of it.
  [[nodiscard]] List<Fact> facts() const noexcept { return read<List<Fact>>("facts"); }
  /// The entries of its books that are this user's.
  [[nodiscard]] List<RecoveryEntry> recovery() const noexcept { return read<List<RecoveryEntry>>("recovery"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Refund>("refund") && shape.has<List<Fact>>("facts") &&
           shape.has<List<RecoveryEntry>>("recovery");
  }
};

/// A message to a webhook endpoint, with its event.
struct UserWebhookMessage : View {
  using View::View;

  /// The message.
  [[nodiscard]] WebhookMessage message() const noexcept { return read<WebhookMessage>("message"); }
  /// What it is about.
  [[nodiscard]] EventDetails event() const noexcept { return read<EventDetails>("event"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<WebhookMessage>("message") && shape.has<EventDetails>("event");
  }
};

/// All that the ledger keeps under a user id, as `export_user` writes it.
struct UserExport : View {
  using View::View;

  /// Who, as the host writes it.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// When it was written.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// The account tags of the user.
  [[nodiscard]] List<std::string_view> account_tags() const noexcept {
    return read<List<std::string_view>>("account_tags");
  }
  /// What the host recorded.
  [[nodiscard]] List<RecordedPurchase> purchases() const noexcept { return read<List<RecordedPurchase>>("purchases"); }
  /// What stores reported about the user's orders when they were placed.
  [[nodiscard]] List<OrderDetails> orders() const noexcept { return read<List<OrderDetails>>("orders"); }
  /// The user's refunds.
  [[nodiscard]] List<UserRefund> refunds() const noexcept { return read<List<UserRefund>>("refunds"); }
  /// The user's entries in the books of refunds that are another user's: they were this user's before.
  [[nodiscard]] List<RecoveryEntry> recovery() const noexcept { return read<List<RecoveryEntry>>("recovery"); }
  /// The stores' messages about the user's orders and refunds.
  [[nodiscard]] List<UserMessage> messages() const noexcept { return read<List<UserMessage>>("messages"); }
  /// The user's blocks.
  [[nodiscard]] List<Block> blocks() const noexcept { return read<List<Block>>("blocks"); }
  /// Notices for the user, in the configured default language.
  [[nodiscard]] List<Notice> notices() const noexcept { return read<List<Notice>>("notices"); }
  /// Operators' notes on the user and on the user's refunds.
  [[nodiscard]] List<Note> notes() const noexcept { return read<List<Note>>("notes"); }
  /// Operators' decisions on the user's access to products.
  [[nodiscard]] List<UserAccessOverride> access_overrides() const noexcept {
    return read<List<UserAccessOverride>>("access_overrides");
  }
  /// Exclusions of the user.
  [[nodiscard]] List<Exclusion> exclusions() const noexcept { return read<List<Exclusion>>("exclusions"); }
  /// What the host reported on how orders were used.
  [[nodiscard]] List<UserConsumption> consumption() const noexcept {
    return read<List<UserConsumption>>("consumption");
  }
  /// Store actions about the user's orders.
  [[nodiscard]] List<StoreAction> actions() const noexcept { return read<List<StoreAction>>("actions"); }
  /// Refund reviews.
  [[nodiscard]] List<RefundReview> reviews() const noexcept { return read<List<RefundReview>>("reviews"); }
  /// Events that wait for the host.
  [[nodiscard]] List<EventDetails> events() const noexcept { return read<List<EventDetails>>("events"); }
  /// Messages about the user to webhook endpoints, sent and not.
  [[nodiscard]] List<UserWebhookMessage> webhook_messages() const noexcept {
    return read<List<UserWebhookMessage>>("webhook_messages");
  }
  /// What happened.
  [[nodiscard]] List<JournalEntry> journal() const noexcept { return read<List<JournalEntry>>("journal"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("user") && shape.has<Time>("at") &&
           shape.has<List<std::string_view>>("account_tags") && shape.has<List<RecordedPurchase>>("purchases") &&
           shape.has<List<OrderDetails>>("orders") && shape.has<List<UserRefund>>("refunds") &&
           shape.has<List<RecoveryEntry>>("recovery") && shape.has<List<UserMessage>>("messages") &&
           shape.has<List<Block>>("blocks") && shape.has<List<Notice>>("notices") && shape.has<List<Note>>("notes") &&
           shape.has<List<UserAccessOverride>>("access_overrides") && shape.has<List<Exclusion>>("exclusions") &&
           shape.has<List<UserConsumption>>("consumption") && shape.has<List<StoreAction>>("actions") &&
           shape.has<List<RefundReview>>("reviews") && shape.has<List<EventDetails>>("events") &&
           shape.has<List<UserWebhookMessage>>("webhook_messages") && shape.has<List<JournalEntry>>("journal");
  }
};

/// What forgetting a user changed.
struct Forgotten : View {
  using View::View;

  /// What the ledger calls the user from now on. There is no way back from it to the user.
  [[nodiscard]] std::string_view pseudonym() const noexcept { return read<std::string_view>("pseudonym"); }
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
  /// Whether the write-ahead log, which has the old contents, was emptied. If not, a program was reading the ledger: it
  /// is emptied once that ends.
  [[nodiscard]] bool log_emptied() const noexcept { return read<bool>("log_emptied"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("pseudonym") && shape.has<std::int64_t>("purchases") &&
           shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("blocks") &&
           shape.has<std::int64_t>("journal") && shape.has<std::int64_t>("messages") &&
           shape.has<std::int64_t>("events") && shape.has<std::int64_t>("consumption") &&
           shape.has<std::int64_t>("notices") && shape.has<std::int64_t>("notes") &&
           shape.has<std::int64_t>("access_overrides") && shape.has<std::int64_t>("exclusions") &&
           shape.has<std::int64_t>("webhook_messages") && shape.has<bool>("log_emptied");
  }
};

/// How many rows `prune` removed, or emptied, of each kind. Facts, purchases, refunds, blocks, books and the journal
/// are never removed.
struct Pruned : View {
  using View::View;

  /// Entries of the operators' audit.
  [[nodiscard]] std::int64_t audit() const noexcept { return read<std::int64_t>("audit"); }
  /// Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.
  [[nodiscard]] std::int64_t bodies() const noexcept { return read<std::int64_t>("bodies"); }
  /// Dead letters.
  [[nodiscard]] std::int64_t dead_letters() const noexcept { return read<std::int64_t>("dead_letters"); }
  /// Codes by which forgotten users are recognised in late messages.
  [[nodiscard]] std::int64_t forgotten() const noexcept { return read<std::int64_t>("forgotten"); }
  /// Notices that had ended.
  [[nodiscard]] std::int64_t notices() const noexcept { return read<std::int64_t>("notices"); }
  /// Answers under keys: a repetition of such a call is no longer recognised.
  [[nodiscard]] std::int64_t requests() const noexcept { return read<std::int64_t>("requests"); }
  /// Operators' sessions and tokens that had ended.
  [[nodiscard]] std::int64_t sessions() const noexcept { return read<std::int64_t>("sessions"); }
  /// Settled messages to webhook endpoints: they can no longer be replayed.
  [[nodiscard]] std::int64_t webhooks() const noexcept { return read<std::int64_t>("webhooks"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.may_have<std::int64_t>("audit") && shape.may_have<std::int64_t>("bodies") &&
           shape.may_have<std::int64_t>("dead_letters") && shape.may_have<std::int64_t>("forgotten") &&
           shape.may_have<std::int64_t>("notices") && shape.may_have<std::int64_t>("requests") &&
           shape.may_have<std::int64_t>("sessions") && shape.may_have<std::int64_t>("webhooks");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_EXPORTS_HPP
