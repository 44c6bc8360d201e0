// Operators' decisions above the rules, and trials of rules. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_DECISIONS_HPP
#define RECOUP_DOCUMENTS_DECISIONS_HPP

#include "../document.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// What an exclusion does with the refunds that it fits.
enum class ExclusionAction {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The refund is recorded: the host is notified and it counts, but it neither alerts nor blocks.
  spare,
  /// The refund is excluded: no event is queued, and it never counts.
  exclude,
};
inline constexpr std::array<detail::Named<ExclusionAction>, 2> named(ExclusionAction) noexcept {
  return {{{"spare", ExclusionAction::spare}, {"exclude", ExclusionAction::exclude}}};
}

/// How an exclusion ended.
struct ExclusionEnd : View {
  using View::View;

  /// When.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// Who ended it; empty: it expired.
  [[nodiscard]] std::optional<std::string_view> who() const noexcept {
    return read<std::optional<std::string_view>>("who");
  }
  /// Why; empty: it expired.
  [[nodiscard]] std::optional<std::string_view> why() const noexcept {
    return read<std::optional<std::string_view>>("why");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.may_have<std::optional<std::string_view>>("who") &&
           shape.may_have<std::optional<std::string_view>>("why");
  }
};

/// What an exclusion goes by, in the order in which exclusions are looked for.
enum class ExclusionKind {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// An order id or purchase token.
  order,
  /// A user.
  user,
  /// A product; a pattern, in which `*` stands for any run of characters and `?` for one.
  product,
  /// Orders that this ledger has a refund or revocation of its own for.
  own_refunds,
};
inline constexpr std::array<detail::Named<ExclusionKind>, 4> named(ExclusionKind) noexcept {
  return {{{"order", ExclusionKind::order}, {"user", ExclusionKind::user}, {"product", ExclusionKind::product},
           {"own_refunds", ExclusionKind::own_refunds}}};
}

/// An exclusion.
struct Exclusion : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// What it goes by.
  [[nodiscard]] ExclusionKind kind() const noexcept { return read<ExclusionKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The order id or token, the user, or the pattern of products; empty for `OwnRefunds`.
  [[nodiscard]] std::string_view value() const noexcept { return read<std::string_view>("value"); }
  /// What it does.
  [[nodiscard]] ExclusionAction action() const noexcept { return read<ExclusionAction>("action"); }
  [[nodiscard]] std::string_view action_text() const noexcept { return read_text("action"); }
  /// Who made it.
  [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
  /// Why.
  [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
  /// When it was made.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// How many refunds it was found for.
  [[nodiscard]] std::int64_t uses() const noexcept { return read<std::int64_t>("uses"); }
  /// How it ended; empty while it is active.
  [[nodiscard]] std::optional<ExclusionEnd> ended() const noexcept {
    return read<std::optional<ExclusionEnd>>("ended");
  }
  /// The store; empty: all.
  [[nodiscard]] std::optional<std::string_view> store() const noexcept {
    return read<std::optional<std::string_view>>("store");
  }
  /// When it ends; empty: when an operator ends it.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<ExclusionKind>("kind") &&
           shape.has<std::string_view>("value") && shape.has<ExclusionAction>("action") &&
           shape.has<std::string_view>("who") && shape.has<std::string_view>("why") && shape.has<Time>("made_at") &&
           shape.has<std::int64_t>("uses") && shape.may_have<std::optional<ExclusionEnd>>("ended") &&
           shape.may_have<std::optional<std::string_view>>("store") && shape.may_have<std::optional<Time>>("until");
  }
};

/// An exclusion that was made.
struct ExclusionMade : View {
  using View::View;

  /// Its id.
  [[nodiscard]] std::int64_t id() const noexcept { return read<std::int64_t>("id"); }
  /// What it goes by.
  [[nodiscard]] ExclusionKind kind() const noexcept { return read<ExclusionKind>("kind"); }
  [[nodiscard]] std::string_view kind_text() const noexcept { return read_text("kind"); }
  /// The order id or token, the user, or the pattern of products; empty for `OwnRefunds`.
  [[nodiscard]] std::string_view value() const noexcept { return read<std::string_view>("value"); }
  /// What it does.
  [[nodiscard]] ExclusionAction action() const noexcept { return read<ExclusionAction>("action"); }
  [[nodiscard]] std::string_view action_text() const noexcept { return read_text("action"); }
  /// Who made it.
  [[nodiscard]] std::string_view who() const noexcept { return read<std::string_view>("who"); }
  /// Why.
  [[nodiscard]] std::string_view why() const noexcept { return read<std::string_view>("why"); }
  /// When it was made.
  [[nodiscard]] Time made_at() const noexcept { return read<Time>("made_at"); }
  /// How many refunds it was found for.
  [[nodiscard]] std::int64_t uses() const noexcept { return read<std::int64_t>("uses"); }
  /// Of an exclusion by order: the order's refunds that are decided already. It changes nothing about these: overrule
  /// them. At most 100.
  [[nodiscard]] List<std::int64_t> refunded_already() const noexcept {
    return read<List<std::int64_t>>("refunded_already");
  }
  /// How it ended; empty while it is active.
  [[nodiscard]] std::optional<ExclusionEnd> ended() const noexcept {
    return read<std::optional<ExclusionEnd>>("ended");
  }
  /// The store; empty: all.
  [[nodiscard]] std::optional<std::string_view> store() const noexcept {
    return read<std::optional<std::string_view>>("store");
  }
  /// When it ends; empty: when an operator ends it.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("id") && shape.has<ExclusionKind>("kind") &&
           shape.has<std::string_view>("value") && shape.has<ExclusionAction>("action") &&
           shape.has<std::string_view>("who") && shape.has<std::string_view>("why") && shape.has<Time>("made_at") &&
           shape.has<std::int64_t>("uses") && shape.has<List<std::int64_t>>("refunded_already") &&
           shape.may_have<std::optional<ExclusionEnd>>("ended") &&
           shape.may_have<std::optional<std::string_view>>("store") && shape.may_have<std::optional<Time>>("until");
  }
};

/// A page of a list, and where the next begins.
struct ExclusionPage : View {
  using View::View;

  /// The items, newest first.
  [[nodiscard]] List<Exclusion> items() const noexcept { return read<List<Exclusion>>("items"); }
  /// Give this as `after` for the next page; empty at the end.
  [[nodiscard]] std::optional<std::int64_t> next() const noexcept { return read<std::optional<std::int64_t>>("next"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<Exclusion>>("items") && shape.has<std::optional<std::int64_t>>("next");
  }
};

/// Users whom the tried policy would block or free: at most as many of each as a change has examples.
struct BlockedExamples : View {
  using View::View;

  /// Would be blocked, and are not.
  [[nodiscard]] List<std::string_view> newly() const noexcept { return read<List<std::string_view>>("newly"); }
  /// Are blocked, and would not be.
  [[nodiscard]] List<std::string_view> freed() const noexcept { return read<List<std::string_view>>("freed"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<List<std::string_view>>("newly") &&
           shape.has<List<std::string_view>>("freed");
  }
};

/// How many users are blocked in all, and would be if the tried policy had decided the refunds.
struct BlockedUsers : View {
  using View::View;

  /// Blocked.
  [[nodiscard]] std::int64_t now() const noexcept { return read<std::int64_t>("now"); }
  /// Would be blocked.
  [[nodiscard]] std::int64_t then() const noexcept { return read<std::int64_t>("then"); }
  /// Would be blocked, and are not.
  [[nodiscard]] std::int64_t newly() const noexcept { return read<std::int64_t>("newly"); }
  /// Are blocked, and would not be.
  [[nodiscard]] std::int64_t freed() const noexcept { return read<std::int64_t>("freed"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("now") && shape.has<std::int64_t>("then") &&
           shape.has<std::int64_t>("newly") && shape.has<std::int64_t>("freed");
  }
};

/// How many refunds a rule decides.
struct RuleTrial : View {
  using View::View;

  /// The rule.
  [[nodiscard]] std::string_view name() const noexcept { return read<std::string_view>("name"); }
  /// How many refunds it decided.
  [[nodiscard]] std::int64_t now() const noexcept { return read<std::int64_t>("now"); }
  /// How many it would decide under the tried policy.
  [[nodiscard]] std::int64_t then() const noexcept { return read<std::int64_t>("then"); }
  /// How many users the latter are of.
  [[nodiscard]] std::int64_t users() const noexcept { return read<std::int64_t>("users"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("name") && shape.has<std::int64_t>("now") &&
           shape.has<std::int64_t>("then") && shape.has<std::int64_t>("users");
  }
};

/// A rule that never decides.
struct ShadowedRule : View {
  using View::View;

  /// The rule.
  [[nodiscard]] std::string_view rule() const noexcept { return read<std::string_view>("rule"); }
  /// The earlier rule that decides most of the refunds that it matches.
  [[nodiscard]] std::string_view by() const noexcept { return read<std::string_view>("by"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("rule") && shape.has<std::string_view>("by");
  }
};

/// A refund whose action would be another.
struct TrialExample : View {
  using View::View;

  /// The refund.
  [[nodiscard]] std::int64_t refund() const noexcept { return read<std::int64_t>("refund"); }
  /// The player.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// When it was refunded, by the store's clock.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refund") && shape.has<std::string_view>("user") &&
           shape.has<Time>("at");
  }
};

/// Refunds whose action would be another.
struct TrialChange : View {
  using View::View;

  /// The action in force, such as `alert`.
  [[nodiscard]] std::string_view from() const noexcept { return read<std::string_view>("from"); }
  /// The action under the tried policy, such as `block 7d`.
  [[nodiscard]] std::string_view to() const noexcept { return read<std::string_view>("to"); }
  /// How many refunds.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many users they are of.
  [[nodiscard]] std::int64_t users() const noexcept { return read<std::int64_t>("users"); }
  /// Some of the refunds, by user.
  [[nodiscard]] List<TrialExample> examples() const noexcept { return read<List<TrialExample>>("examples"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("from") && shape.has<std::string_view>("to") &&
           shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("users") &&
           shape.has<List<TrialExample>>("examples");
  }
};

/// What a policy would have decided about the refunds of a time, beside what was decided.
///
/// Refunds without a decision are not counted: those whose player is unknown, and those of which nothing is refunded.
struct PolicyTrial : View {
  using View::View;

  /// The version of the policy in force. Some of the refunds may have been decided by earlier versions.
  [[nodiscard]] std::int64_t policy_version() const noexcept { return read<std::int64_t>("policy_version"); }
  /// How many refunds were decided.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many users they are of.
  [[nodiscard]] std::int64_t users() const noexcept { return read<std::int64_t>("users"); }
  /// From when on, by the store's clock.
  [[nodiscard]] std::optional<Time> since() const noexcept { return read<std::optional<Time>>("since"); }
  /// Before when.
  [[nodiscard]] std::optional<Time> until() const noexcept { return read<std::optional<Time>>("until"); }
  /// The rules of the tried policy in their order, then others that decided any of the refunds.
  [[nodiscard]] List<RuleTrial> rules() const noexcept { return read<List<RuleTrial>>("rules"); }
  /// The refunds whose action would be another, by both actions, most refunds first.
  [[nodiscard]] List<TrialChange> changes() const noexcept { return read<List<TrialChange>>("changes"); }
  /// How many users are blocked, and would be.
  [[nodiscard]] BlockedUsers blocked() const noexcept { return read<BlockedUsers>("blocked"); }
  /// Some of the users whom that would change.
  [[nodiscard]] BlockedExamples blocked_examples() const noexcept { return read<BlockedExamples>("blocked_examples"); }
  /// The operator's rules that match none of the refunds.
  [[nodiscard]] List<std::string_view> never_fits() const noexcept {
    return read<List<std::string_view>>("never_fits");
  }
  /// The operator's rules that match some of the refunds, all of which an earlier rule decides.
  [[nodiscard]] List<ShadowedRule> shadowed() const noexcept { return read<List<ShadowedRule>>("shadowed"); }
  /// Whether it was stopped, and so covers only some of the users.
  [[nodiscard]] bool stopped() const noexcept { return read<bool>("stopped"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("policy_version") && shape.has<std::int64_t>("refunds") &&
           shape.has<std::int64_t>("users") && shape.has<std::optional<Time>>("since") &&
           shape.has<std::optional<Time>>("until") && shape.has<List<RuleTrial>>("rules") &&
           shape.has<List<TrialChange>>("changes") && shape.has<BlockedUsers>("blocked") &&
           shape.has<BlockedExamples>("blocked_examples") && shape.has<List<std::string_view>>("never_fits") &&
           shape.has<List<ShadowedRule>>("shadowed") && shape.may_have<bool>("stopped");
  }
};

/// How far a trial has come.
struct Tried : View {
  using View::View;

  /// How many refunds were decided.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many users they are of.
  [[nodiscard]] std::int64_t users() const noexcept { return read<std::int64_t>("users"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("users");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_DECISIONS_HPP
