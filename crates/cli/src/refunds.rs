//! `recoup refunds`: lists refunds.

use recoup::{
    ActionKind, Country, Currency, Engine, Environment, ListOrder, MAX_PAGE, Reason, Refund, RefundCount,
    RefundFilter, RefundList, RefundSort, Store, StoreState, Trust, WorkStatus,
};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::Since;
use crate::recovery::hyphened;
use crate::render::{Output, Table, books, words};
use crate::store_actions::micros;

/// List refunds, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Refunds {
    #[command(flatten)]
    config: ConfigFile,
    /// Of this user only
    #[arg(long)]
    user: Option<String>,
    #[arg(long, help = input::any_store("Of this store only; may be used several times"))]
    store: Vec<Store>,
    /// Of this order only
    #[arg(long, value_name = "ORDER_ID")]
    order: Option<String>,
    /// In this state only; may be used several times: pending_review, declined, partly_refunded, refunded, reversed,
    /// unconfirmed, released
    #[arg(long, value_parser = named::<StoreState>)]
    state: Vec<StoreState>,
    /// Of this product only
    #[arg(long)]
    product: Option<String>,
    /// Only refunds without a known user
    #[arg(long, conflicts_with = "user")]
    unattributed: bool,
    /// Only those of production that need work: open, recovering or returning
    #[arg(long)]
    to_do: bool,
    /// With this work status only; may be used several times: open, recovering, returning, recovered,
    /// partly-recovered, written-off, returned, excluded, nothing-due
    #[arg(long, value_name = "NAME", value_parser = hyphened::<WorkStatus>)]
    status: Vec<WorkStatus>,
    /// Assigned to this operator only
    #[arg(long, value_name = "NAME")]
    assignee: Option<String>,
    /// Of this app or account only
    #[arg(long)]
    app: Option<String>,
    /// Of this environment only: production or sandbox
    #[arg(long, value_parser = named::<Environment>)]
    environment: Option<Environment>,
    /// Refunded at this time or later, by the store's clock: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
    /// Refunded before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    until: Option<Since>,
    /// First seen by this ledger at this time or later; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    first_seen_since: Option<Since>,
    /// First seen by this ledger before this time; a time, a day, or how long ago
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    first_seen_until: Option<Since>,
    /// For this reason only, such as chargeback; may be used several times
    #[arg(long, value_name = "NAME", value_parser = hyphened::<Reason>)]
    reason: Vec<Reason>,
    /// Of exactly this trust only: hint, signed or confirmed
    #[arg(long, value_name = "NAME", value_parser = named::<Trust>)]
    trust: Option<Trust>,
    /// Of buyers of this country only, such as KR
    #[arg(long, value_parser = Country::new)]
    country: Option<Country>,
    /// Of amounts of this currency only, such as USD
    #[arg(long, value_parser = Currency::new)]
    currency: Option<Currency>,
    /// Of this amount or more, such as 4.99
    #[arg(long, value_name = "AMOUNT", value_parser = micros, requires = "currency")]
    amount_at_least: Option<i64>,
    /// Of this amount or less
    #[arg(long, value_name = "AMOUNT", value_parser = micros, requires = "currency")]
    amount_at_most: Option<i64>,
    /// Decided by the rule of this name only, or by an exclusion: "exclusion 12"
    #[arg(long, value_name = "NAME")]
    rule: Option<String>,
    /// Decided so only: exclude, notify, record, alert or block
    #[arg(long, value_name = "NAME", value_parser = named::<ActionKind>)]
    action: Option<ActionKind>,
    /// Only those of users who are blocked
    #[arg(long, conflicts_with = "not_blocked")]
    blocked: bool,
    /// Only those of users who are not blocked
    #[arg(long)]
    not_blocked: bool,
    /// Sort by first-seen, at (when it was refunded), updated, or amount, which needs --currency
    #[arg(long, value_name = "NAME", default_value = "first-seen", value_parser = hyphened::<RefundSort>)]
    sort: RefundSort,
    /// The earliest first, or the smallest amount
    #[arg(long)]
    oldest: bool,
    /// Print only how many there are, up to 10000
    #[arg(long)]
    count: bool,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue as the previous page prints it
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
}

impl Refunds {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let filter = RefundFilter {
            store: self.store,
            user: self.user,
            order_id: self.order,
            state: self.state,
            product: self.product,
            unattributed: self.unattributed.then_some(true),
            since: self.since.map(Since::at),
            until: self.until.map(Since::at),
            work_status: self.status,
            to_do: self.to_do,
            assignee: self.assignee,
            app: self.app,
            environment: self.environment,
            first_seen_since: self.first_seen_since.map(Since::at),
            first_seen_until: self.first_seen_until.map(Since::at),
            reason: self.reason,
            trust: self.trust,
            country: self.country,
            currency: self.currency,
            amount_at_least: self.amount_at_least,
            amount_at_most: self.amount_at_most,
            rule: self.rule,
            action: self.action,
            blocked: (self.blocked || self.not_blocked).then_some(self.blocked),
            sort: self.sort,
            order: if self.oldest { ListOrder::Oldest } else { ListOrder::Newest },
        };
        if self.count {
            let count = engine.count_refunds(&filter)?;
            match output.is_json() {
                true => output.document(&count)?,
                false => output.print(number(count))?,
            }
            return Ok(ExitReason::Fine);
        }
        let page = page(&engine, &filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print(if filter.to_do { "No refund needs work." } else { "No refunds." })?;
        } else {
            output.table(&of(&engine, &page.items)?)?;
            if filter.to_do {
                output.print(counts(&engine, &filter, page.items.len())?)?;
            }
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

/// A full page, unless there are no more: the engine's pages are short where few of many refunds match.
fn page(
    engine: &Engine,
    filter: &RefundFilter,
    after: Option<String>,
    limit: usize,
) -> Result<RefundList, Failure> {
    let mut page = RefundList { items: Vec::new(), next: after };
    loop {
        let left = limit.saturating_sub(page.items.len());
        let found = engine.list_refunds(filter, page.next.as_deref(), left)?;
        page.items.extend(found.items);
        page.next = found.next;
        if page.next.is_none() || page.items.len() >= limit {
            return Ok(page);
        }
    }
}

fn number(RefundCount { count, more }: RefundCount) -> String {
    if more { format!("more than {count}") } else { count.to_string() }
}

/// How many refunds are shown of those that match, and how many of all need work.
fn counts(engine: &Engine, filter: &RefundFilter, shown: usize) -> Result<String, Failure> {
    let matching = number(engine.count_refunds(filter)?);
    let mut of_all = Vec::new();
    for status in WorkStatus::ALL.iter().copied().filter(|status| status.is_to_do()) {
        let all = RefundFilter { to_do: true, work_status: vec![status], ..RefundFilter::default() };
        of_all.push(format!("{} {}", number(engine.count_refunds(&all)?), words::name(&status)));
    }
    Ok(format!("{shown} of {matching}. Of all: {}.", of_all.join(", ")))
}

/// Refunds as a table.
pub(crate) fn of(engine: &Engine, refunds: &[Refund]) -> Result<Table, Failure> {
    let mut table = Table::with_columns(&[
        "refund", "at (UTC)", "store", "order", "product", "user", "found by", "state", "how much", "owed",
        "status", "who", "decision",
    ]);
    for refund in refunds {
        let recovery = engine.recovery(refund.id)?.unwrap_or_default();
        let decision = match (&refund.decision, refund.merged_into) {
            (_, Some(into)) => format!("same as refund {into}"),
            (Some(decision), None) => decision.action.to_string(),
            (None, None) => "none".to_owned(),
        };
        table.add_row([
            refund.id.to_string(),
            words::moment(refund.case.at),
            refund.store.title().to_owned(),
            words::order(refund).to_owned(),
            refund.case.about.product.clone().unwrap_or_else(|| "not reported".to_owned()),
            words::user(refund),
            refund.attributed_by.map_or_else(String::new, |by| words::name(&by)),
            words::state(refund.case.state),
            if refund.case.state.is_refunded() { words::how_much(refund) } else { String::new() },
            books::owed(refund, &recovery),
            words::name(&refund.work_status),
            refund.assignee.clone().unwrap_or_default(),
            decision,
        ]);
    }
    Ok(table)
}

/// A value by its name in JSON.
pub(crate) fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|error| error.to_string())
}

/// A limit on the items of a list.
pub(crate) fn limit(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(limit) if (1..=MAX_PAGE).contains(&limit) => Ok(limit),
        _ => Err(format!("expected a number from 1 to {MAX_PAGE}")),
    }
}
