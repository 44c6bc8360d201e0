//! Lists of figures that no sums are kept of.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::ledger::{BookedItem, LedgerError, Read};
use crate::model::{
    BlockCause, BlockFigures, Days, EndedBy, EntryKind, Grant, How, ItemFigures, LagFigures, LagStage,
    Quantiles, Rate, RepeatRefunder, RuleFigures, Span, Store, Timestamp,
};

/// The most items that are listed: a page of them.
const MAX_ITEMS: usize = 1000;

/// The most repeat refunders that are listed: each is looked up with what they owe.
const MAX_REFUNDERS: i64 = 100;

type Time = (Timestamp, Timestamp);

/// Items by what is owed now, then by what became due.
pub(super) fn items(read: Read<'_>, time: Time) -> Result<Vec<ItemFigures>, LedgerError> {
    let mut items: BTreeMap<String, ItemFigures> = BTreeMap::new();
    read.each_entry(time, |BookedItem { item, kind, how, quantity }| {
        let figures = items.entry(item).or_default();
        let sum = match (kind, how) {
            (EntryKind::Due, _) => &mut figures.due,
            (EntryKind::Taken, How::Returned) => &mut figures.returned,
            (EntryKind::Taken, How::Repaid | How::Bought) => &mut figures.repaid,
            // What was taken and has no player left to be returned to stays taken.
            (EntryKind::Taken, How::WrittenOff) => return,
            (EntryKind::Taken, _) => &mut figures.taken,
            (EntryKind::Forgiven, _) => &mut figures.forgiven,
        };
        // What was returned is less taken.
        let counted = if how == How::Returned { quantity.saturating_neg() } else { quantity };
        *sum = sum.saturating_add(counted);
    })?;
    for (item, owed) in read.owed_items()? {
        items.entry(item).or_default().owed = owed;
    }
    let named = |(item, figures): (String, ItemFigures)| ItemFigures { item, ..figures };
    let mut items: Vec<ItemFigures> = items.into_iter().map(named).collect();
    items.sort_by_key(|figures| Reverse((figures.owed, figures.due)));
    items.truncate(MAX_ITEMS);
    Ok(items)
}

/// Rules by the number of refunds that they decide.
pub(super) fn rules(
    read: Read<'_>,
    time: Time,
    by_rule: &BTreeMap<String, i64>,
) -> Result<Vec<RuleFigures>, LedgerError> {
    let mut rules: BTreeMap<String, RuleFigures> = BTreeMap::new();
    // No rule decides what has no player yet.
    for (rule, refunds) in by_rule.iter().filter(|(rule, _)| !rule.is_empty()) {
        rules.entry(rule.clone()).or_default().refunds = *refunds;
    }
    read.blocks_made(time, |cause| {
        if let BlockCause::Refund { rule, .. } = cause {
            rules.entry(rule).or_default().blocks += 1;
        }
    })?;
    let named = |(rule, figures): (String, RuleFigures)| RuleFigures { rule, ..figures };
    let mut rules: Vec<RuleFigures> = rules.into_iter().map(named).collect();
    rules.sort_by_key(|figures| Reverse((figures.refunds, figures.blocks)));
    Ok(rules)
}

/// Blocks. `among`: how many refunds of production the time has, of which alone it is known whether they blocked.
pub(super) fn blocks(
    read: Read<'_>,
    time: Time,
    days: Days,
    among: i64,
) -> Result<BlockFigures, LedgerError> {
    let mut figures = BlockFigures { active: read.active_blocks()?, ..BlockFigures::default() };
    read.blocks_made(time, |cause| {
        figures.made += 1;
        figures.made_by_refunds += i64::from(matches!(cause, BlockCause::Refund { .. }));
    })?;
    read.blocks_ended(time, |end| {
        *figures.ended.entry(ended_by(&end.why).to_owned()).or_default() += 1;
    })?;
    let mut blocked = 0;
    read.each_lag(days, |key, refunds| {
        blocked += if key.stage == LagStage::Blocked { refunds } else { 0 };
    })?;
    figures.blocking_refunds = Rate::of(blocked, among);
    Ok(figures)
}

/// The name in JSON.
const fn ended_by(why: &EndedBy) -> &'static str {
    match why {
        EndedBy::Expiry => "expiry",
        EndedBy::Reversal => "reversal",
        EndedBy::Redecided => "redecided",
        EndedBy::Reattributed => "reattributed",
        EndedBy::Settled => "settled",
        EndedBy::Forgotten => "forgotten",
        EndedBy::Operator { .. } => "operator",
    }
}

/// Lags of all stores, then of each.
pub(super) fn lags(read: Read<'_>, days: Days) -> Result<Vec<LagFigures>, LedgerError> {
    let mut buckets: BTreeMap<(Option<Store>, LagStage), BTreeMap<i64, i64>> = BTreeMap::new();
    read.each_lag(days, |key, refunds| {
        for store in [None, key.store.parse().ok()] {
            let of_stage = buckets.entry((store, key.stage)).or_default();
            *of_stage.entry(key.bucket).or_default() += refunds;
        }
    })?;
    let figures = |((store, stage), buckets): (&(Option<Store>, LagStage), &BTreeMap<i64, i64>)| {
        let Quantiles { count, median, p90, p99 } = Quantiles::of(buckets)?;
        Some(LagFigures {
            stage: *stage,
            store: store.clone(),
            refunds: count,
            median_millis: median,
            p90_millis: p90,
            p99_millis: p99,
        })
    };
    Ok(buckets.iter().filter_map(figures).collect())
}

pub(super) fn repeat_refunders(
    read: Read<'_>,
    time: Time,
    at_least: u32,
) -> Result<Vec<RepeatRefunder>, LedgerError> {
    let last = time.1.plus(Span::from_millis(-1));
    let mut refunders = Vec::new();
    for (player, refunds) in read.repeat_refunders(time, at_least, MAX_REFUNDERS)? {
        let mut refunder = RepeatRefunder { refunds, ..RepeatRefunder::default() };
        for case in read.cases_of_user(&player, time.0, last)?.iter().filter(|case| case.counted().counts()) {
            match case.refund.case.amount {
                Some(amount) if amount.currency.is_none() => {}
                Some(amount) => {
                    let sum = refunder.amount_back.entry(amount.currency.as_str().to_owned()).or_default();
                    *sum = sum.saturating_add(amount.micros);
                }
                None => refunder.amount_unknown += 1,
            }
        }
        for (_, balance) in read.debts_of(&player)? {
            let quantity = balance.due.saturating_sub(balance.taken).saturating_sub(balance.forgiven);
            match refunder.owed.last_mut().filter(|grant: &&mut Grant| grant.item == balance.item) {
                Some(grant) => grant.quantity = grant.quantity.saturating_add(quantity),
                None => refunder.owed.push(Grant { item: balance.item, quantity }),
            }
        }
        refunder.blocked = read.is_blocked(&player)?;
        refunder.user = read.spelling(&player)?;
        refunders.push(refunder);
    }
    Ok(refunders)
}
