// Figures of purchases and refunds. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0
//
// Made from schemas by crates/cpp-documents; do not edit.
#ifndef RECOUP_DOCUMENTS_FIGURES_HPP
#define RECOUP_DOCUMENTS_FIGURES_HPP

#include "../document.hpp"
#include "orders.hpp"
#include "refunds.hpp"
#include "reviews.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace recoup {

/// A number as a part of another one.
struct Rate : View {
  using View::View;

  /// The part.
  [[nodiscard]] std::int64_t count() const noexcept { return read<std::int64_t>("count"); }
  /// The whole.
  [[nodiscard]] std::int64_t among() const noexcept { return read<std::int64_t>("among"); }
  /// The part in a million of the whole, rounded to the nearest; empty if the whole is 0. More than a million where the
  /// part is not of the whole: refunds in a time of few purchases.
  [[nodiscard]] std::optional<std::int64_t> per_million() const noexcept {
    return read<std::optional<std::int64_t>>("per_million");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("count") && shape.has<std::int64_t>("among") &&
           shape.has<std::optional<std::int64_t>>("per_million");
  }
};

/// Blocks.
struct BlockFigures : View {
  using View::View;

  /// How many were made in the time.
  [[nodiscard]] std::int64_t made() const noexcept { return read<std::int64_t>("made"); }
  /// How many of them by refunds.
  [[nodiscard]] std::int64_t made_by_refunds() const noexcept { return read<std::int64_t>("made_by_refunds"); }
  /// How many ended in the time, by what ended them.
  [[nodiscard]] Map<std::int64_t> ended() const noexcept { return read<Map<std::int64_t>>("ended"); }
  /// How many are active now.
  [[nodiscard]] std::int64_t active() const noexcept { return read<std::int64_t>("active"); }
  /// Of the refunds in the time, those that ever blocked their player. Production only.
  [[nodiscard]] Rate blocking_refunds() const noexcept { return read<Rate>("blocking_refunds"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("made") && shape.has<std::int64_t>("made_by_refunds") &&
           shape.has<Map<std::int64_t>>("ended") && shape.has<std::int64_t>("active") &&
           shape.has<Rate>("blocking_refunds");
  }
};

/// Purchases.
struct PurchaseFigures : View {
  using View::View;

  /// How many were recorded.
  [[nodiscard]] std::int64_t purchases() const noexcept { return read<std::int64_t>("purchases"); }
  /// How many of them without a price.
  [[nodiscard]] std::int64_t unpriced() const noexcept { return read<std::int64_t>("unpriced"); }
  /// The sum of the others' prices, in micros by currency.
  [[nodiscard]] Map<std::int64_t> sold() const noexcept { return read<Map<std::int64_t>>("sold"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("purchases") && shape.has<std::int64_t>("unpriced") &&
           shape.has<Map<std::int64_t>>("sold");
  }
};

/// Refunds.
struct RefundFigures : View {
  using View::View;

  /// How many there are.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many of them in full.
  [[nodiscard]] std::int64_t whole() const noexcept { return read<std::int64_t>("whole"); }
  /// How many of them without a known amount.
  [[nodiscard]] std::int64_t amount_unknown() const noexcept { return read<std::int64_t>("amount_unknown"); }
  /// The sum of the others' amounts, in micros by currency.
  [[nodiscard]] Map<std::int64_t> amount_back() const noexcept { return read<Map<std::int64_t>>("amount_back"); }
  /// How many of them are of recorded purchases.
  [[nodiscard]] std::int64_t recorded() const noexcept { return read<std::int64_t>("recorded"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("whole") &&
           shape.has<std::int64_t>("amount_unknown") && shape.has<Map<std::int64_t>>("amount_back") &&
           shape.has<std::int64_t>("recorded");
  }
};

/// Purchases and refunds of a time, or of one group of them.
struct FigureRow : View {
  using View::View;

  /// Purchases made in the time; empty in a group by something that purchases do not have.
  [[nodiscard]] std::optional<PurchaseFigures> purchases() const noexcept {
    return read<std::optional<PurchaseFigures>>("purchases");
  }
  /// Refunds in the time.
  [[nodiscard]] RefundFigures refunds() const noexcept { return read<RefundFigures>("refunds"); }
  /// Of the purchases made in the time, those refunded until now.
  [[nodiscard]] std::optional<Rate> rate_of_purchases() const noexcept {
    return read<std::optional<Rate>>("rate_of_purchases");
  }
  /// Refunds of recorded purchases in the time, and purchases made in the time.
  [[nodiscard]] std::optional<Rate> rate_of_time() const noexcept { return read<std::optional<Rate>>("rate_of_time"); }
  /// Refunds of recorded purchases, and all refunds.
  [[nodiscard]] Rate coverage() const noexcept { return read<Rate>("coverage"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::optional<PurchaseFigures>>("purchases") &&
           shape.has<RefundFigures>("refunds") && shape.has<std::optional<Rate>>("rate_of_purchases") &&
           shape.has<std::optional<Rate>>("rate_of_time") && shape.has<Rate>("coverage");
  }
};

/// How long the periods are.
enum class Grain {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// Days.
  day,
  /// Calendar months.
  month,
};
inline constexpr std::array<detail::Named<Grain>, 2> named(Grain) noexcept {
  return {{{"day", Grain::day}, {"month", Grain::month}}};
}

/// A group.
struct GroupFigures : View {
  using View::View;

  /// Its properties; empty where unknown.
  [[nodiscard]] Map<std::optional<std::string_view>> group() const noexcept {
    return read<Map<std::optional<std::string_view>>>("group");
  }
  /// Purchases made in the time; empty in a group by something that purchases do not have.
  [[nodiscard]] std::optional<PurchaseFigures> purchases() const noexcept {
    return read<std::optional<PurchaseFigures>>("purchases");
  }
  /// Refunds in the time.
  [[nodiscard]] RefundFigures refunds() const noexcept { return read<RefundFigures>("refunds"); }
  /// Of the purchases made in the time, those refunded until now.
  [[nodiscard]] std::optional<Rate> rate_of_purchases() const noexcept {
    return read<std::optional<Rate>>("rate_of_purchases");
  }
  /// Refunds of recorded purchases in the time, and purchases made in the time.
  [[nodiscard]] std::optional<Rate> rate_of_time() const noexcept { return read<std::optional<Rate>>("rate_of_time"); }
  /// Refunds of recorded purchases, and all refunds.
  [[nodiscard]] Rate coverage() const noexcept { return read<Rate>("coverage"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Map<std::optional<std::string_view>>>("group") &&
           shape.has<std::optional<PurchaseFigures>>("purchases") && shape.has<RefundFigures>("refunds") &&
           shape.has<std::optional<Rate>>("rate_of_purchases") && shape.has<std::optional<Rate>>("rate_of_time") &&
           shape.has<Rate>("coverage");
  }
};

/// One item.
struct ItemFigures : View {
  using View::View;

  /// The game's name of the item.
  [[nodiscard]] std::string_view item() const noexcept { return read<std::string_view>("item"); }
  /// How many became due in the time, less what is no longer.
  [[nodiscard]] std::int64_t due() const noexcept { return read<std::int64_t>("due"); }
  /// How many the game took back in the time, or an operator reported as such; less what was cancelled since.
  [[nodiscard]] std::int64_t taken() const noexcept { return read<std::int64_t>("taken"); }
  /// How many players repaid in the time, with items or by buying again.
  [[nodiscard]] std::int64_t repaid() const noexcept { return read<std::int64_t>("repaid"); }
  /// How many players got again after reversals in the time.
  [[nodiscard]] std::int64_t returned() const noexcept { return read<std::int64_t>("returned"); }
  /// How many were forgiven or written off in the time.
  [[nodiscard]] std::int64_t forgiven() const noexcept { return read<std::int64_t>("forgiven"); }
  /// How many are owed now, whenever they became due.
  [[nodiscard]] std::int64_t owed() const noexcept { return read<std::int64_t>("owed"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("item") && shape.has<std::int64_t>("due") &&
           shape.has<std::int64_t>("taken") && shape.has<std::int64_t>("repaid") &&
           shape.has<std::int64_t>("returned") && shape.has<std::int64_t>("forgiven") &&
           shape.has<std::int64_t>("owed");
  }
};

/// What happened after a refund.
enum class LagStage {
  /// A value that has no name here; its accessor that ends in _text has it.
  unnamed = -1,
  /// The store's own message reported it.
  webhook,
  /// A sweep found it.
  sweep,
  /// The player was blocked.
  blocked,
  /// Nothing was left to do: recovered, partly recovered, or written off.
  closed,
};
inline constexpr std::array<detail::Named<LagStage>, 4> named(LagStage) noexcept {
  return {{{"webhook", LagStage::webhook}, {"sweep", LagStage::sweep}, {"blocked", LagStage::blocked},
           {"closed", LagStage::closed}}};
}

/// How long after a refund, by the store's clock, something happened. Each time is the end of a bucket: at most 41 %
/// more than the true one. The first bucket ends at 1.4 seconds, the last one at two years, and has all that is longer.
struct LagFigures : View {
  using View::View;

  /// What happened.
  [[nodiscard]] LagStage stage() const noexcept { return read<LagStage>("stage"); }
  [[nodiscard]] std::string_view stage_text() const noexcept { return read_text("stage"); }
  /// Of this store; empty: of all.
  [[nodiscard]] std::optional<std::string_view> store() const noexcept {
    return read<std::optional<std::string_view>>("store");
  }
  /// To how many refunds of the time.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// Half of them took no longer, in milliseconds.
  [[nodiscard]] std::int64_t median_millis() const noexcept { return read<std::int64_t>("median_millis"); }
  /// Nine of ten.
  [[nodiscard]] std::int64_t p90_millis() const noexcept { return read<std::int64_t>("p90_millis"); }
  /// Ninety-nine of a hundred.
  [[nodiscard]] std::int64_t p99_millis() const noexcept { return read<std::int64_t>("p99_millis"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<LagStage>("stage") && shape.has<std::optional<std::string_view>>("store") &&
           shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("median_millis") &&
           shape.has<std::int64_t>("p90_millis") && shape.has<std::int64_t>("p99_millis");
  }
};

/// The figures of another time.
struct PeriodFigures : View {
  using View::View;

  /// From when.
  [[nodiscard]] Time since() const noexcept { return read<Time>("since"); }
  /// Until when.
  [[nodiscard]] Time until() const noexcept { return read<Time>("until"); }
  /// All of it.
  [[nodiscard]] FigureRow total() const noexcept { return read<FigureRow>("total"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("since") && shape.has<Time>("until") && shape.has<FigureRow>("total");
  }
};

/// A player with several refunds that count.
struct RepeatRefunder : View {
  using View::View;

  /// Who.
  [[nodiscard]] std::string_view user() const noexcept { return read<std::string_view>("user"); }
  /// How many refunds of the time count.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many of them without a known amount.
  [[nodiscard]] std::int64_t amount_unknown() const noexcept { return read<std::int64_t>("amount_unknown"); }
  /// The sum of the others' amounts, in micros by currency.
  [[nodiscard]] Map<std::int64_t> amount_back() const noexcept { return read<Map<std::int64_t>>("amount_back"); }
  /// What the player owes now.
  [[nodiscard]] List<Grant> owed() const noexcept { return read<List<Grant>>("owed"); }
  /// Whether the player is blocked now.
  [[nodiscard]] bool blocked() const noexcept { return read<bool>("blocked"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("user") && shape.has<std::int64_t>("refunds") &&
           shape.has<std::int64_t>("amount_unknown") && shape.has<Map<std::int64_t>>("amount_back") &&
           shape.has<List<Grant>>("owed") && shape.has<bool>("blocked");
  }
};

/// What one rule did.
struct RuleFigures : View {
  using View::View;

  /// The rule.
  [[nodiscard]] std::string_view rule() const noexcept { return read<std::string_view>("rule"); }
  /// How many refunds in the time it decides now, excluded ones too.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many blocks it made in the time.
  [[nodiscard]] std::int64_t blocks() const noexcept { return read<std::int64_t>("blocks"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<std::string_view>("rule") && shape.has<std::int64_t>("refunds") &&
           shape.has<std::int64_t>("blocks");
  }
};

/// One day or month.
struct SeriesPoint : View {
  using View::View;

  /// When it begins.
  [[nodiscard]] Time at() const noexcept { return read<Time>("at"); }
  /// Purchases made in it.
  [[nodiscard]] std::int64_t purchases() const noexcept { return read<std::int64_t>("purchases"); }
  /// Refunds in it.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// Of the purchases made in it, those refunded until now.
  [[nodiscard]] std::int64_t purchases_refunded() const noexcept { return read<std::int64_t>("purchases_refunded"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("at") && shape.has<std::int64_t>("purchases") &&
           shape.has<std::int64_t>("refunds") && shape.has<std::int64_t>("purchases_refunded");
  }
};

/// Refunds of one work status.
struct StatusFigures : View {
  using View::View;

  /// The status now.
  [[nodiscard]] WorkStatus work_status() const noexcept { return read<WorkStatus>("work_status"); }
  [[nodiscard]] std::string_view work_status_text() const noexcept { return read_text("work_status"); }
  /// How many refunds.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many of them without a known amount.
  [[nodiscard]] std::int64_t amount_unknown() const noexcept { return read<std::int64_t>("amount_unknown"); }
  /// The sum of the others' amounts, in micros by currency. It went back to players, whatever came back of the items.
  [[nodiscard]] Map<std::int64_t> amount_back() const noexcept { return read<Map<std::int64_t>>("amount_back"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<WorkStatus>("work_status") && shape.has<std::int64_t>("refunds") &&
           shape.has<std::int64_t>("amount_unknown") && shape.has<Map<std::int64_t>>("amount_back");
  }
};

/// What waits now.
struct WaitingFigures : View {
  using View::View;

  /// Refunds with something to do, by work status. Production only.
  [[nodiscard]] Map<std::int64_t> to_do() const noexcept { return read<Map<std::int64_t>>("to_do"); }
  /// Refunds of unknown players. Production only.
  [[nodiscard]] std::int64_t unattributed() const noexcept { return read<std::int64_t>("unattributed"); }
  /// Players who owe something.
  [[nodiscard]] std::int64_t players_owing() const noexcept { return read<std::int64_t>("players_owing"); }
  /// Refund reviews without an answer.
  [[nodiscard]] std::int64_t reviews_open() const noexcept { return read<std::int64_t>("reviews_open"); }
  /// The first deadline among them.
  [[nodiscard]] std::optional<Time> next_review_deadline() const noexcept {
    return read<std::optional<Time>>("next_review_deadline");
  }
  /// Messages that were not understood.
  [[nodiscard]] std::int64_t dead_letters() const noexcept { return read<std::int64_t>("dead_letters"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Map<std::int64_t>>("to_do") && shape.has<std::int64_t>("unattributed") &&
           shape.has<std::int64_t>("players_owing") && shape.has<std::int64_t>("reviews_open") &&
           shape.has<std::optional<Time>>("next_review_deadline") && shape.has<std::int64_t>("dead_letters");
  }
};

/// Figures of a time. Money is in micros (millionths of the currency) and never added across currencies.
struct Figures : View {
  using View::View;

  /// From when, with this time.
  [[nodiscard]] Time since() const noexcept { return read<Time>("since"); }
  /// Until when, without this time.
  [[nodiscard]] Time until() const noexcept { return read<Time>("until"); }
  /// Where a day begins.
  [[nodiscard]] std::string_view utc_offset() const noexcept { return read<std::string_view>("utc_offset"); }
  /// Of this environment.
  [[nodiscard]] Environment environment() const noexcept { return read<Environment>("environment"); }
  [[nodiscard]] std::string_view environment_text() const noexcept { return read_text("environment"); }
  /// The whole time.
  [[nodiscard]] FigureRow total() const noexcept { return read<FigureRow>("total"); }
  /// The time of the same length before.
  [[nodiscard]] PeriodFigures before() const noexcept { return read<PeriodFigures>("before"); }
  /// Grouped as wanted, the most refunds first; at most 1000.
  [[nodiscard]] List<GroupFigures> groups() const noexcept { return read<List<GroupFigures>>("groups"); }
  /// Amount back by the refunds' work status now.
  [[nodiscard]] List<StatusFigures> by_status() const noexcept { return read<List<StatusFigures>>("by_status"); }
  /// How long the periods of the series are: days up to 100 days, else months.
  [[nodiscard]] Grain grain() const noexcept { return read<Grain>("grain"); }
  [[nodiscard]] std::string_view grain_text() const noexcept { return read_text("grain"); }
  /// Each day or month of the time, as far as it lies within.
  [[nodiscard]] List<SeriesPoint> series() const noexcept { return read<List<SeriesPoint>>("series"); }
  /// What each figure of this answer means.
  [[nodiscard]] Map<std::string_view> definitions() const noexcept {
    return read<Map<std::string_view>>("definitions");
  }
  /// Blocks, if wanted.
  [[nodiscard]] std::optional<BlockFigures> blocks() const noexcept {
    return read<std::optional<BlockFigures>>("blocks");
  }
  /// Items, if wanted; at most 1000.
  [[nodiscard]] List<ItemFigures> items() const noexcept { return read<List<ItemFigures>>("items"); }
  /// Lags, if wanted: of all stores, then of each.
  [[nodiscard]] List<LagFigures> lags() const noexcept { return read<List<LagFigures>>("lags"); }
  /// The groups beyond those.
  [[nodiscard]] std::optional<FigureRow> others() const noexcept { return read<std::optional<FigureRow>>("others"); }
  /// Repeat refunders, if wanted: the most refunds first, at most 100.
  [[nodiscard]] List<RepeatRefunder> repeat_refunders() const noexcept {
    return read<List<RepeatRefunder>>("repeat_refunders");
  }
  /// Refund reviews, if wanted.
  [[nodiscard]] std::optional<ReviewFigures> reviews() const noexcept {
    return read<std::optional<ReviewFigures>>("reviews");
  }
  /// Rules, if wanted.
  [[nodiscard]] List<RuleFigures> rules() const noexcept { return read<List<RuleFigures>>("rules"); }
  /// What waits now, if wanted.
  [[nodiscard]] std::optional<WaitingFigures> waiting() const noexcept {
    return read<std::optional<WaitingFigures>>("waiting");
  }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Time>("since") && shape.has<Time>("until") &&
           shape.has<std::string_view>("utc_offset") && shape.has<Environment>("environment") &&
           shape.has<FigureRow>("total") && shape.has<PeriodFigures>("before") &&
           shape.has<List<GroupFigures>>("groups") && shape.has<List<StatusFigures>>("by_status") &&
           shape.has<Grain>("grain") && shape.has<List<SeriesPoint>>("series") &&
           shape.has<Map<std::string_view>>("definitions") && shape.may_have<std::optional<BlockFigures>>("blocks") &&
           shape.may_have<List<ItemFigures>>("items") && shape.may_have<List<LagFigures>>("lags") &&
           shape.may_have<std::optional<FigureRow>>("others") &&
           shape.may_have<List<RepeatRefunder>>("repeat_refunders") &&
           shape.may_have<std::optional<ReviewFigures>>("reviews") && shape.may_have<List<RuleFigures>>("rules") &&
           shape.may_have<std::optional<WaitingFigures>>("waiting");
  }
};

/// How many refunds have a work status.
struct WorkCount : View {
  using View::View;

  /// The environment; production where it is unknown.
  [[nodiscard]] Environment environment() const noexcept { return read<Environment>("environment"); }
  [[nodiscard]] std::string_view environment_text() const noexcept { return read_text("environment"); }
  /// The store.
  [[nodiscard]] std::string_view store() const noexcept { return read<std::string_view>("store"); }
  /// The status.
  [[nodiscard]] WorkStatus work_status() const noexcept { return read<WorkStatus>("work_status"); }
  [[nodiscard]] std::string_view work_status_text() const noexcept { return read_text("work_status"); }
  /// How many refunds.
  [[nodiscard]] std::int64_t refunds() const noexcept { return read<std::int64_t>("refunds"); }
  /// How many of them, with money refunded, are of unknown players.
  [[nodiscard]] std::int64_t unattributed() const noexcept { return read<std::int64_t>("unattributed"); }
  static bool fits(detail::Shape &shape) noexcept {
    return shape.is_object() && shape.has<Environment>("environment") && shape.has<std::string_view>("store") &&
           shape.has<WorkStatus>("work_status") && shape.has<std::int64_t>("refunds") &&
           shape.has<std::int64_t>("unattributed");
  }
};

}  // namespace recoup

#endif  // RECOUP_DOCUMENTS_FIGURES_HPP
