//! `recoup stats`: figures of purchases, refunds, and what became of them.

use std::collections::BTreeMap;

use recoup::{
    Currency, Environment, FigureList, FigureRow, Figures, Grain, GroupBy, Money, Question, Rate,
    SeriesPoint, UtcOffset,
};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input::Since;
use crate::refunds::named;
use crate::render::{Output, Table, chart, words};

/// Below this many purchases a rate is shown as a count: one refund more would change it by percents.
const FEW: i64 = 30;

/// Below this coverage, in a million, the rates are of a part that may not be like the rest.
const LOW_COVERAGE: i64 = 950_000;

/// Show figures: purchases, refunds, money, rates.
#[derive(Debug, clap::Args)]
pub(crate) struct Stats {
    #[command(flatten)]
    config: ConfigFile,
    /// From this day: a time, a day (2026-01-31), or how long ago (90d); by default, 30 days with today
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Up to this time, and to the end of its day if it is within one; by default, with today
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Since>,
    /// Group by one or two of: store, product, country, currency, reason, rule, work_status
    #[arg(long, value_name = "PROPERTY", value_delimiter = ',', value_parser = named::<GroupBy>)]
    by: Vec<GroupBy>,
    /// Of this environment: production or sandbox
    #[arg(long, default_value = "production", value_parser = named::<Environment>)]
    environment: Environment,
    /// Show lists instead: items, rules, blocks, lags, reviews, repeat_refunders, waiting
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = named::<FigureList>)]
    list: Vec<FigureList>,
    /// How many refunds make a repeat refunder; at least 2
    #[arg(long, value_name = "REFUNDS", default_value_t = 2)]
    repeat: u32,
    /// Count all figures again from the purchases and refunds, where `recoup doctor` finds that they do not add up
    #[arg(long, conflicts_with_all = ["since", "until", "by", "list"])]
    recount: bool,
}

impl Stats {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        if self.recount {
            let counted = engine.recount_figures()?;
            if output.is_json() {
                output.document(&json!(counted))?;
            } else {
                output.print(format_args!(
                    "Counted again: {} and {}.",
                    words::counted(u64::try_from(counted.purchases).unwrap_or(0), "purchase"),
                    words::counted(u64::try_from(counted.refunds).unwrap_or(0), "refund")
                ))?;
            }
            engine.close()?;
            return Ok(ExitReason::Fine);
        }
        let offset = engine.utc_offset()?;
        let question = Question {
            since: self.since.map(|since| since.first_day(offset)),
            until: self.until.map(|until| until.in_days(offset)),
            environment: self.environment,
            by: self.by,
            lists: self.list.into_iter().collect(),
            repeat: self.repeat,
        };
        let figures = engine.figures(&question)?;
        if output.is_json() {
            output.document(&figures)?;
        } else if question.lists.is_empty() {
            summary(output, &figures, &question.by)?;
        } else {
            output.print(heading(&figures))?;
            lists(output, &figures)?;
        }
        Ok(ExitReason::Fine)
    }
}

/// The time, where its days begin, and the environment.
fn heading(figures: &Figures) -> String {
    let day = |at: recoup::Timestamp| day(at, figures.utc_offset);
    // The last day is shown, not the one after it.
    let last = figures.until.plus(recoup::Span::from_millis(-1));
    let offset = figures.utc_offset.to_string();
    let zone = if offset == "+00:00" { "UTC".to_owned() } else { format!("UTC{offset}") };
    let purchases = figures.total.purchases.as_ref().map_or(0, |purchases| purchases.purchases);
    format!(
        "{} to {} ({zone}), {}, {} recorded purchase{}",
        day(figures.since),
        day(last),
        figures.environment,
        grouped(purchases),
        if purchases == 1 { "" } else { "s" }
    )
}

fn day(at: recoup::Timestamp, offset: UtcOffset) -> String {
    let local = at.plus(recoup::Span::from_millis(offset.minutes().saturating_mul(60_000)));
    local.to_string().chars().take(10).collect()
}

fn summary(output: &mut Output, figures: &Figures, by: &[GroupBy]) -> Result<(), Failure> {
    output.print(heading(figures))?;
    let names: Vec<String> = by.iter().map(words::name).collect();
    let mut columns: Vec<&str> = names.iter().map(String::as_str).collect();
    if by.is_empty() {
        columns.push("");
    }
    columns.extend([
        "purchases",
        "sold",
        "refunds",
        "in full",
        "rate of purchases",
        "rate of the time",
        "amount back",
    ]);
    let mut table = Table::with_columns(&columns);
    let width = by.len().max(1);
    for group in &figures.groups {
        let key = by.iter().map(|by| match group.group.get(by) {
            Some(Some(value)) => shown(*by, value),
            _ => "unknown".to_owned(),
        });
        table.add_row_of_lines(key.chain(cells(&group.row)));
    }
    let labelled = |label: &str| {
        (0..width)
            .map(move |place| if place == 0 { label.to_owned() } else { String::new() })
            .collect::<Vec<_>>()
    };
    if let Some(others) = &figures.others {
        table.add_row_of_lines(labelled("others").into_iter().chain(cells(others)));
    }
    table.add_row_of_lines(labelled("all").into_iter().chain(cells(&figures.total)));
    table.add_row_of_lines(labelled("the time before").into_iter().chain(cells(&figures.before.total)));
    output.table(&table)?;
    series(output, figures)?;
    by_status(output, figures)?;
    coverage(output, &figures.total)?;
    Ok(())
}

/// Purchases, sold, refunds, in full, the two rates, amount back.
fn cells(row: &FigureRow) -> [String; 7] {
    let unknown = |text: String, count: i64, what: &str| match count {
        0 => text,
        _ if text.is_empty() => format!("{} {what}", grouped(count)),
        _ => format!("{text}\n{} {what}", grouped(count)),
    };
    let (purchases, sold) = row.purchases.as_ref().map_or_else(Default::default, |purchases| {
        (grouped(purchases.purchases), unknown(money(&purchases.sold), purchases.unpriced, "without price"))
    });
    let refunds = &row.refunds;
    [
        purchases,
        sold,
        grouped(refunds.refunds),
        grouped(refunds.whole),
        row.rate_of_purchases.map(rate).unwrap_or_default(),
        row.rate_of_time.map(rate).unwrap_or_default(),
        unknown(money(&refunds.amount_back), refunds.amount_unknown, "not known"),
    ]
}

/// A rate in percent; a count among few.
fn rate(rate: Rate) -> String {
    match rate.per_million {
        None => "-".to_owned(),
        Some(_) if rate.among < FEW => format!("{} of {}", grouped(rate.count), grouped(rate.among)),
        Some(per_million) => percent(per_million),
    }
}

/// With two decimals, rounded.
fn percent(per_million: i64) -> String {
    let hundredths = per_million.saturating_add(50) / 100;
    format!("{}.{:02} %", grouped(hundredths / 100), hundredths % 100)
}

/// Each currency on its own line: they are never added.
fn money(sums: &BTreeMap<String, i64>) -> String {
    let amount = |(currency, micros): (&String, &i64)| {
        let currency = Currency::new(currency).ok()?;
        let text = Money { micros: *micros, currency }.to_string();
        let (whole, rest) = text.split_at(text.find(['.', ' ']).unwrap_or(text.len()));
        Some(format!("{}{rest}", whole.parse().map_or_else(|_| whole.to_owned(), grouped)))
    };
    sums.iter().filter_map(amount).collect::<Vec<_>>().join("\n")
}

/// With a comma after each thousand.
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn shown(by: GroupBy, value: &str) -> String {
    match by {
        GroupBy::Store => {
            value.parse().map_or_else(|_| value.to_owned(), |store: recoup::Store| store.title().to_owned())
        }
        GroupBy::Reason | GroupBy::WorkStatus => value.replace('_', " "),
        _ => value.to_owned(),
    }
}

fn series(output: &mut Output, figures: &Figures) -> Result<(), Failure> {
    let each = if figures.grain == Grain::Day { "day" } else { "month" };
    let mut line = |what: &str, value: fn(&SeriesPoint) -> i64| {
        let values: Vec<i64> = figures.series.iter().map(value).collect();
        let most =
            figures.series.iter().rev().max_by_key(|point| value(point)).filter(|point| value(point) > 0);
        let Some(most) = most else { return Ok(()) };
        let at = day(most.at, figures.utc_offset);
        let at = if figures.grain == Grain::Day { at.as_str() } else { at.get(..7).unwrap_or(&at) };
        output.print(format_args!(
            "{what} a {each}  {}  most: {} on {at}",
            chart::line(&values),
            grouped(value(most))
        ))
    };
    line("purchases", |point| point.purchases)?;
    line("refunds", |point| point.refunds)?;
    Ok(())
}

fn by_status(output: &mut Output, figures: &Figures) -> Result<(), Failure> {
    if figures.by_status.is_empty() {
        return Ok(());
    }
    let mut table = Table::with_columns(&["work status now", "refunds", "", "amount back"]);
    let most = figures.by_status.iter().map(|status| status.refunds).max().unwrap_or(0);
    for status in &figures.by_status {
        table.add_row_of_lines([
            words::name(&status.work_status),
            grouped(status.refunds),
            chart::bar(status.refunds, most),
            money(&status.amount_back),
        ]);
    }
    output.print("")?;
    output.table(&table)?;
    Ok(())
}

fn coverage(output: &mut Output, total: &FigureRow) -> Result<(), Failure> {
    let Some(per_million) = total.coverage.per_million else { return Ok(()) };
    let low =
        if per_million < LOW_COVERAGE { " Record every purchase: these rates are of a part." } else { "" };
    output.print(format_args!(
        "{} of refunds are of recorded purchases; rates count those only.{low}",
        percent(per_million)
    ))?;
    Ok(())
}

fn lists(output: &mut Output, figures: &Figures) -> Result<(), Failure> {
    if let Some(items) = &figures.items {
        let mut table =
            Table::with_columns(&["item", "due", "taken", "repaid", "returned", "forgiven", "owed now"]);
        for item in items {
            let numbers = [item.due, item.taken, item.repaid, item.returned, item.forgiven, item.owed];
            table.add_row(std::iter::once(item.item.clone()).chain(numbers.map(grouped)));
        }
        titled(output, "Items", &table, items.is_empty())?;
    }
    if let Some(rules) = &figures.rules {
        let mut table = Table::with_columns(&["rule", "refunds", "", "blocks"]);
        let most = rules.iter().map(|rule| rule.refunds).max().unwrap_or(0);
        for rule in rules {
            table.add_row([
                rule.rule.clone(),
                grouped(rule.refunds),
                chart::bar(rule.refunds, most),
                grouped(rule.blocks),
            ]);
        }
        titled(output, "Rules", &table, rules.is_empty())?;
    }
    if let Some(blocks) = &figures.blocks {
        output.print(format_args!(
            "\nBlocks: {} made ({} by refunds), {} active now. {} of refunds blocked their player.",
            grouped(blocks.made),
            grouped(blocks.made_by_refunds),
            grouped(blocks.active),
            rate(blocks.blocking_refunds)
        ))?;
        let ended: Vec<String> =
            blocks.ended.iter().map(|(why, count)| format!("{} by {why}", grouped(*count))).collect();
        if !ended.is_empty() {
            output.print(format_args!("Ended: {}.", ended.join(", ")))?;
        }
    }
    if let Some(lags) = &figures.lags {
        let mut table = Table::with_columns(&[
            "from the refund to",
            "store",
            "refunds",
            "half within",
            "90 % within",
            "99 % within",
        ]);
        for lag in lags {
            let within = [lag.median_millis, lag.p90_millis, lag.p99_millis].map(about);
            let store = lag.store.as_ref().map_or("all", |store| store.title());
            let head = [words::name(&lag.stage), store.to_owned(), grouped(lag.refunds)];
            table.add_row(head.into_iter().chain(within));
        }
        titled(output, "Lags", &table, lags.is_empty())?;
    }
    if let Some(reviews) = &figures.reviews {
        output.print(format_args!(
            "\nRefund reviews: {}, {} answered, {} missed. The stores declined {} and refunded {}.",
            reviews.cases, reviews.answered, reviews.missed, reviews.declined_by_store, reviews.refunded
        ))?;
        if !reviews.money_kept.is_empty() {
            output.print(format_args!("Kept: {}", money(&reviews.money_kept).replace('\n', ", ")))?;
        }
    }
    if let Some(refunders) = &figures.repeat_refunders {
        let mut table = Table::with_columns(&["user", "refunds", "amount back", "owes", "blocked"]);
        for refunder in refunders {
            let owed: Vec<String> = refunder
                .owed
                .iter()
                .map(|grant| format!("{} {}", grant.item, grouped(grant.quantity)))
                .collect();
            table.add_row([
                refunder.user.clone(),
                grouped(refunder.refunds),
                money(&refunder.amount_back).replace('\n', ", "),
                owed.join(", "),
                if refunder.blocked { "yes" } else { "no" }.to_owned(),
            ]);
        }
        titled(output, "Repeat refunders", &table, refunders.is_empty())?;
    }
    if let Some(waiting) = &figures.waiting {
        let to_do: Vec<String> =
            waiting.to_do.iter().map(|(status, count)| format!("{} {}", grouped(*count), status)).collect();
        output.print(format_args!(
            "\nWaiting now: {}; {} of unknown players; {} players owe something; {} open refund reviews; {} dead letters.",
            to_do.join(", "),
            grouped(waiting.unattributed),
            grouped(waiting.players_owing),
            grouped(waiting.reviews_open),
            grouped(waiting.dead_letters)
        ))?;
        if let Some(deadline) = waiting.next_review_deadline {
            output.print(format_args!("The next review's deadline is {} UTC.", words::moment(deadline)))?;
        }
    }
    Ok(())
}

fn titled(output: &mut Output, title: &str, table: &Table, is_empty: bool) -> Result<(), Failure> {
    if is_empty {
        output.print(format_args!("\n{title}: none."))?;
    } else {
        output.print(format_args!("\n{title}:"))?;
        output.table(table)?;
    }
    Ok(())
}

/// A time in its largest unit: the ends of buckets are not exact.
fn about(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    let (size, unit) = units.into_iter().find(|(size, _)| millis >= *size).unwrap_or((1, "ms"));
    let tenths = millis.saturating_mul(10).saturating_add(size / 2) / size;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, tenth) => format!("{whole}.{tenth} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(
            [0, 999, 1_000, 812_440, -1_234_567].map(grouped),
            ["0", "999", "1,000", "812,440", "-1,234,567"]
        );
        assert_eq!(percent(7_800), "0.78 %");
        assert_eq!(percent(1_500_000), "150.00 %");
        assert_eq!(rate(Rate::of(3, 12)), "3 of 12");
        assert_eq!(rate(Rate::of(3, 300)), "1.00 %");
        assert_eq!(rate(Rate::of(0, 0)), "-");
        let sums = BTreeMap::from([("KRW".to_owned(), 8_120_400_000_000), ("USD".to_owned(), 1_204_220_000)]);
        assert_eq!(money(&sums), "8,120,400 KRW\n1,204.22 USD");
        assert_eq!(
            [1_414, 90_000, 46_340_950, 172_800_000].map(about),
            ["1.4 s", "1.5 min", "12.9 h", "2 d"]
        );
    }
}
