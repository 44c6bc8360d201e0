//! Figures as they are returned.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definitions::Figure;
use super::lag::LagStage;
use super::period::{Grain, UtcOffset};
use super::question::GroupBy;
use crate::model::{Environment, Grant, ReviewFigures, Store, Timestamp, WorkStatus};

/// Figures of a time. Money is in micros (millionths of the currency) and never added across currencies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Figures {
    /// From when, with this time.
    pub since: Timestamp,
    /// Until when, without this time.
    pub until: Timestamp,
    /// Where a day begins.
    pub utc_offset: UtcOffset,
    /// Of this environment.
    pub environment: Environment,
    /// The whole time.
    pub total: FigureRow,
    /// The time of the same length before.
    pub before: PeriodFigures,
    /// Grouped as wanted, the most refunds first; at most 1000.
    pub groups: Vec<GroupFigures>,
    /// The groups beyond those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<FigureRow>,
    /// Amount back by the refunds' work status now.
    pub by_status: Vec<StatusFigures>,
    /// How long the periods of the series are: days up to 100 days, else months.
    pub grain: Grain,
    /// Each day or month of the time, as far as it lies within.
    pub series: Vec<SeriesPoint>,
    /// Items, if wanted; at most 1000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<ItemFigures>>,
    /// Rules, if wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<RuleFigures>>,
    /// Blocks, if wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<BlockFigures>,
    /// Lags, if wanted: of all stores, then of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lags: Option<Vec<LagFigures>>,
    /// Refund reviews, if wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviews: Option<ReviewFigures>,
    /// Repeat refunders, if wanted: the most refunds first, at most 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_refunders: Option<Vec<RepeatRefunder>>,
    /// What waits now, if wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<WaitingFigures>,
    /// What each figure of this answer means.
    pub definitions: BTreeMap<Figure, String>,
}

/// Purchases and refunds of a time, or of one group of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FigureRow {
    /// Purchases made in the time; `None` in a group by something that purchases do not have.
    pub purchases: Option<PurchaseFigures>,
    /// Refunds in the time.
    pub refunds: RefundFigures,
    /// Of the purchases made in the time, those refunded until now.
    pub rate_of_purchases: Option<Rate>,
    /// Refunds of recorded purchases in the time, and purchases made in the time.
    pub rate_of_time: Option<Rate>,
    /// Refunds of recorded purchases, and all refunds.
    pub coverage: Rate,
}

/// Purchases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PurchaseFigures {
    /// How many were recorded.
    pub purchases: i64,
    /// How many of them without a price.
    pub unpriced: i64,
    /// The sum of the others' prices, in micros by currency.
    pub sold: BTreeMap<String, i64>,
}

/// Refunds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RefundFigures {
    /// How many there are.
    pub refunds: i64,
    /// How many of them in full.
    pub whole: i64,
    /// How many of them without a known amount.
    pub amount_unknown: i64,
    /// The sum of the others' amounts, in micros by currency.
    pub amount_back: BTreeMap<String, i64>,
    /// How many of them are of recorded purchases.
    pub recorded: i64,
}

/// A number as a part of another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Rate {
    /// The part.
    pub count: i64,
    /// The whole.
    pub among: i64,
    /// The part in a million of the whole, rounded to the nearest; `None` if the whole is 0. More than a million where
    /// the part is not of the whole: refunds in a time of few purchases.
    pub per_million: Option<i64>,
}

impl Rate {
    /// So many among so many.
    #[must_use]
    pub fn of(count: i64, among: i64) -> Self {
        let (part, whole) = (i128::from(count), i128::from(among));
        let rounded = (whole > 0).then(|| (part * 2_000_000 + whole) / (whole * 2));
        Self { count, among, per_million: rounded.map(|rate| i64::try_from(rate).unwrap_or(i64::MAX)) }
    }
}

/// The figures of another time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct PeriodFigures {
    /// From when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// All of it.
    pub total: FigureRow,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct GroupFigures {
    /// Its properties; `None` where unknown.
    pub group: BTreeMap<GroupBy, Option<String>>,
    /// Its figures.
    #[serde(flatten)]
    pub row: FigureRow,
}

/// Refunds of one work status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct StatusFigures {
    /// The status now.
    pub work_status: WorkStatus,
    /// How many refunds.
    pub refunds: i64,
    /// How many of them without a known amount.
    pub amount_unknown: i64,
    /// The sum of the others' amounts, in micros by currency. It went back to players, whatever came back of the items.
    pub amount_back: BTreeMap<String, i64>,
}

/// One day or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SeriesPoint {
    /// When it begins.
    pub at: Timestamp,
    /// Purchases made in it.
    pub purchases: i64,
    /// Refunds in it.
    pub refunds: i64,
    /// Of the purchases made in it, those refunded until now.
    pub purchases_refunded: i64,
}

/// One item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct ItemFigures {
    /// The game's name of the item.
    pub item: String,
    /// How many became due in the time, less what is no longer.
    pub due: i64,
    /// How many the game took back in the time, or an operator reported as such; less what was cancelled since.
    pub taken: i64,
    /// How many players repaid in the time, with items or by buying again.
    pub repaid: i64,
    /// How many players got again after reversals in the time.
    pub returned: i64,
    /// How many were forgiven or written off in the time.
    pub forgiven: i64,
    /// How many are owed now, whenever they became due.
    pub owed: i64,
}

/// What one rule did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RuleFigures {
    /// The rule.
    pub rule: String,
    /// How many refunds in the time it decides now, excluded ones too.
    pub refunds: i64,
    /// How many blocks it made in the time.
    pub blocks: i64,
}

/// Blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct BlockFigures {
    /// How many were made in the time.
    pub made: i64,
    /// How many of them by refunds.
    pub made_by_refunds: i64,
    /// How many ended in the time, by what ended them.
    pub ended: BTreeMap<String, i64>,
    /// How many are active now.
    pub active: i64,
    /// Of the refunds in the time, those that ever blocked their player. Production only.
    pub blocking_refunds: Rate,
}

/// How long after a refund, by the store's clock, something happened. Each time is the end of a bucket: at most 41 % more
/// than the true one. The first bucket ends at 1.4 seconds, the last one at two years, and has all that is longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct LagFigures {
    /// What happened.
    pub stage: LagStage,
    /// Of this store; `None`: of all.
    pub store: Option<Store>,
    /// To how many refunds of the time.
    pub refunds: i64,
    /// Half of them took no longer, in milliseconds.
    pub median_millis: i64,
    /// Nine of ten.
    pub p90_millis: i64,
    /// Ninety-nine of a hundred.
    pub p99_millis: i64,
}

/// A player with several refunds that count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct RepeatRefunder {
    /// Who.
    pub user: String,
    /// How many refunds of the time count.
    pub refunds: i64,
    /// How many of them without a known amount.
    pub amount_unknown: i64,
    /// The sum of the others' amounts, in micros by currency.
    pub amount_back: BTreeMap<String, i64>,
    /// What the player owes now.
    pub owed: Vec<Grant>,
    /// Whether the player is blocked now.
    pub blocked: bool,
}

/// What waits now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WaitingFigures {
    /// Refunds with something to do, by work status. Production only.
    pub to_do: BTreeMap<String, i64>,
    /// Refunds of unknown players. Production only.
    pub unattributed: i64,
    /// Players who owe something.
    pub players_owing: i64,
    /// Refund reviews without an answer.
    pub reviews_open: i64,
    /// The first deadline among them.
    pub next_review_deadline: Option<Timestamp>,
    /// Messages that were not understood.
    pub dead_letters: i64,
}

/// How many refunds have a work status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct WorkCount {
    /// The environment; production where it is unknown.
    pub environment: Environment,
    /// The store.
    pub store: Store,
    /// The status.
    pub work_status: WorkStatus,
    /// How many refunds.
    pub refunds: i64,
    /// How many of them, with money refunded, are of unknown players.
    pub unattributed: i64,
}

/// What [`Engine::recount_figures`](crate::Engine::recount_figures) counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct FiguresRecount {
    /// How many purchases.
    pub purchases: i64,
    /// How many refunds.
    pub refunds: i64,
}
