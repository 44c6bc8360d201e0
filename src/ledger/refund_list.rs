//! Sorted lists of refunds, a page at a time.
//!
//! The database's planner is not left a choice: without it, one condition more could make it sort a whole table. A page
//! reads refunds by the index of one condition, or else of the sort, and every other condition is a value that it reads
//! with them. It looks at a bounded number of refunds, however few fit.

use std::borrow::Cow;
use std::ops::ControlFlow;

use super::columns::column;
use super::error::LedgerError;
use super::refunds::refund_row;
use super::tx::{Query, Read};
use super::values::{Value, to_name, values};
use crate::model::{
    Currency, Environment, ListOrder, ListPlace, Refund, RefundFilter, RefundId, RefundSort, Store,
    StoreState, Timestamp,
};

/// The most refunds that a page looks at: they take less than 10 ms.
pub(crate) const MOST_LOOKED_AT: i64 = 20_000;

/// Counts what the conditions find that follow, up to a limit.
const COUNT: &str = "SELECT count(*) FROM (SELECT id FROM refunds WHERE ";

/// The refunds of a page, and the place behind which there may be more.
type Found = (Vec<Refund>, Option<ListPlace>);

impl Read<'_> {
    /// Refunds that fit the filter, from behind a place in its order; up to `wanted`, and those of the first
    /// `most_looked_at` refunds.
    pub(crate) fn list_refunds(
        &self,
        filter: &RefundFilter,
        after: Option<ListPlace>,
        wanted: usize,
        most_looked_at: i64,
    ) -> Result<Found, LedgerError> {
        let conditions = conditions(filter)?;
        let walk = self.walk(filter, &conditions, most_looked_at)?;
        let after = match after {
            // A cursor has the id alone, whose time never changes.
            Some(place) if walk == Walk::By(Key::FirstSeen) => match self.first_seen_at(place.id)? {
                Some(at) => Some(ListPlace { value: at.millis(), id: place.id }),
                None => return Ok((Vec::new(), None)),
            },
            other => other,
        };
        let query = walk.page(filter, &conditions, after, most_looked_at.saturating_add(1));
        let mut places = Vec::new();
        let (mut looked_at, mut last, mut is_cut) = (0, None, false);
        self.until(&query.sql, &query.values, |row| {
            if places.len() > wanted {
                return Ok(ControlFlow::Break(()));
            }
            if looked_at == most_looked_at {
                is_cut = true;
                return Ok(ControlFlow::Break(()));
            }
            looked_at = looked_at.saturating_add(1);
            let place = ListPlace { value: column(row, "value")?, id: column(row, "id")? };
            last = Some(place);
            if column(row, "fits")? {
                places.push(place);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        // One more than wanted shows whether there is a next page.
        let is_full = places.len() > wanted;
        places.truncate(wanted);
        let next = if is_full { places.last().copied() } else { last.filter(|_| is_cut) };
        let mut refunds = Vec::with_capacity(places.len());
        for place in places {
            refunds.extend(self.refund(place.id)?);
        }
        Ok((refunds, next))
    }

    /// How many refunds fit the filter; counts no further than `most`.
    pub(crate) fn count_refunds(&self, filter: &RefundFilter, most: i64) -> Result<i64, LedgerError> {
        let conditions = conditions(filter)?;
        let query = count(filter, &conditions, most);
        self.number(&query.sql, &query.values)
    }

    /// A user's refunds, the newest first.
    pub(crate) fn refunds_of_user(&self, user: &str, limit: i64) -> Result<Vec<Refund>, LedgerError> {
        self.all(
            "SELECT * FROM refunds WHERE player = ?1 ORDER BY id DESC LIMIT ?2",
            &values![user, limit],
            refund_row,
        )
    }

    fn first_seen_at(&self, id: RefundId) -> Result<Option<Timestamp>, LedgerError> {
        self.one("SELECT first_seen_at FROM refunds WHERE id = ?1", &values![id], |row| {
            column(row, "first_seen_at")
        })
    }

    /// By which index the refunds are read.
    fn walk(
        &self,
        filter: &RefundFilter,
        conditions: &[Condition<'_>],
        most_looked_at: i64,
    ) -> Result<Walk, LedgerError> {
        let named = conditions.iter().position(|condition| condition.finds.is_some());
        let finds = named.and_then(|driver| conditions.get(driver)).and_then(|condition| condition.finds);
        Ok(match (named, finds) {
            (Some(driver), Some(Finds::Few)) => Walk::Sorted { driver },
            (Some(driver), Some(Finds::ById)) if filter.sort == RefundSort::FirstSeen => {
                Walk::ById { driver }
            }
            (Some(driver), Some(_)) if self.finds_at_most(conditions, driver, most_looked_at)? => {
                Walk::Sorted { driver }
            }
            _ => Walk::By(Key::of(filter)),
        })
    }

    /// Whether a condition alone finds so few refunds that they can be sorted.
    fn finds_at_most(
        &self,
        conditions: &[Condition<'_>],
        driver: usize,
        most: i64,
    ) -> Result<bool, LedgerError> {
        let mut query = Query::new(COUNT, &[]);
        query.add(conditions, |place| place == driver);
        let limit = query.place(most.saturating_add(1));
        query.sql.extend([" LIMIT ", &limit, ") AS found"]);
        Ok(self.number(&query.sql, &query.values)? <= most)
    }
}

/// How the refunds of a page are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Walk {
    /// By one condition's index, in which they are in the order of their ids.
    ById { driver: usize },
    /// All that one condition finds are read and sorted.
    Sorted { driver: usize },
    /// In the order of the list.
    By(Key),
}

/// An order for which there is an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// Ids grow as refunds are first seen.
    Id,
    /// For bounds on that time: a clock that was set back leaves them where they are.
    FirstSeen,
    At,
    Updated,
    Amount,
}

impl Key {
    const fn of(filter: &RefundFilter) -> Self {
        match filter.sort {
            RefundSort::FirstSeen
                if filter.first_seen_since.is_some() || filter.first_seen_until.is_some() =>
            {
                Self::FirstSeen
            }
            RefundSort::FirstSeen => Self::Id,
            RefundSort::At => Self::At,
            RefundSort::Updated => Self::Updated,
            RefundSort::Amount => Self::Amount,
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::FirstSeen => "first_seen_at",
            Self::At => "at",
            Self::Updated => "updated_at",
            Self::Amount => "amount_micros",
        }
    }

    /// What the filter says of the column, from and until.
    fn bounds(self, filter: &RefundFilter) -> (Option<i64>, Option<i64>) {
        let times = |since: Option<Timestamp>, until: Option<Timestamp>| {
            (since.map(Timestamp::millis), until.map(Timestamp::millis))
        };
        match self {
            Self::Id | Self::Updated => (None, None),
            Self::FirstSeen => times(filter.first_seen_since, filter.first_seen_until),
            Self::At => times(filter.since, filter.until),
            Self::Amount => {
                (filter.amount_at_least, filter.amount_at_most.map(|most| most.saturating_add(1)))
            }
        }
    }

    /// Adds the range of the index in which the filter's refunds are, from behind a place on.
    fn range<'f>(self, filter: &'f RefundFilter, after: Option<ListPlace>, query: &mut Query<'f>) {
        let key = self.column();
        if self == Self::Amount {
            // As the partial index says it.
            query.sql.push_str("amount_micros IS NOT NULL");
            query.and("currency = ?", filter.currency.as_ref().map(Currency::as_str));
        } else {
            // The index is searched, and not scanned.
            query.sql.extend([key, " IS NOT NULL"]);
        }
        let newest_first = filter.order == ListOrder::Newest;
        let (since, until) = self.bounds(filter);
        // Of two limits of one side the planner may take the one that is farther off.
        let since = since.filter(|_| newest_first || after.is_none());
        let until = until.filter(|_| !newest_first || after.is_none());
        let has_no_limit = since.is_none() && until.is_none() && after.is_none();
        query.and(&format!("{key} >= ?"), since.or(has_no_limit.then_some(i64::MIN)));
        query.and(&format!("{key} < ?"), until);
        if let Some(place) = after {
            let sign = if newest_first { "<" } else { ">" };
            let id = query.place(place.id);
            if self == Self::Id {
                query.sql.extend([" AND id ", sign, " ", &id]);
            } else {
                let value = query.place(place.value);
                query.sql.extend([" AND (", key, ", id) ", sign, " (", &value, ", ", &id, ")"]);
            }
        }
    }
}

impl Walk {
    const fn driver(self) -> Option<usize> {
        match self {
            Self::ById { driver } | Self::Sorted { driver } => Some(driver),
            Self::By(_) => None,
        }
    }

    /// The query for a page: the id and the sort's value of each refund in order, and whether it fits.
    fn page<'f>(
        self,
        filter: &'f RefundFilter,
        conditions: &'f [Condition<'f>],
        after: Option<ListPlace>,
        limit: i64,
    ) -> Query<'f> {
        let key = match self {
            Self::By(key) => key,
            // They are few, or in this order anyway.
            Self::ById { .. } | Self::Sorted { .. } if filter.sort == RefundSort::FirstSeen => Key::Id,
            Self::ById { .. } | Self::Sorted { .. } => Key::of(filter),
        };
        let mut query = Query::new(format!("SELECT id, {} AS value, ", key.column()), &[]);
        query.fits(conditions, self.driver());
        query.sql.push_str(" AS fits FROM refunds WHERE ");
        let direction = if filter.order == ListOrder::Newest { "DESC" } else { "ASC" };
        let order = match self {
            Self::By(Key::Id) | Self::ById { .. } => format!("id {direction}"),
            Self::By(_) => format!("{} {direction}, id {direction}", key.column()),
            // The sign keeps the planner from the key's own index.
            Self::Sorted { .. } => format!("+{} {direction}, +id {direction}", key.column()),
        };
        match self {
            Self::By(key) => key.range(filter, after, &mut query),
            Self::ById { driver } | Self::Sorted { driver } => {
                query.add(conditions, |place| place == driver);
                if key == Key::Amount {
                    query.sql.push_str(" AND +amount_micros IS NOT NULL");
                }
                let sign = if filter.order == ListOrder::Newest { "<" } else { ">" };
                if let Some(place) = after {
                    let (value, id) = (query.place(place.value), query.place(place.id));
                    match self {
                        Self::ById { .. } => query.sql.extend([" AND id ", sign, " ", &id]),
                        _ if key == Key::Id => query.sql.extend([" AND +id ", sign, " ", &id]),
                        _ => query.sql.extend([
                            " AND (+",
                            key.column(),
                            ", +id) ",
                            sign,
                            " (",
                            &value,
                            ", ",
                            &id,
                            ")",
                        ]),
                    }
                }
            }
        }
        query.order(&order, limit);
        query
    }
}

/// The query that counts: it needs no order, and reads by the index of whatever the filter bounds.
fn count<'f>(filter: &'f RefundFilter, conditions: &'f [Condition<'f>], most: i64) -> Query<'f> {
    let driver = conditions.iter().position(|condition| condition.finds.is_some());
    let mut query = Query::new(COUNT, &[]);
    match driver {
        Some(driver) => query.add(conditions, |place| place == driver),
        None => {
            let key = [Key::At, Key::FirstSeen, Key::Amount].into_iter().find(|key| match key {
                Key::Amount => filter.currency.is_some(),
                key => key.bounds(filter) != (None, None),
            });
            key.unwrap_or(Key::Id).range(filter, None, &mut query);
        }
    }
    query.sql.push_str(" AND ");
    query.fits(conditions, driver);
    let limit = query.place(most);
    query.sql.extend([" = 1 LIMIT ", &limit, ") AS found"]);
    query
}

/// How refunds are found that have what a condition wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finds {
    /// By an index that finds a few.
    Few,
    /// By an index, in the order of their ids.
    ById,
    /// By an index, in no order.
    Unordered,
}

/// What a filter wants of refunds.
struct Condition<'f> {
    /// With a `?` for each value.
    sql: String,
    values: Vec<Wanted<'f>>,
    /// `None`: no index is for it.
    finds: Option<Finds>,
}

enum Wanted<'f> {
    Text(Cow<'f, str>),
    Number(i64),
}

impl Wanted<'_> {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Text(text) => text.into(),
            Self::Number(number) => (*number).into(),
        }
    }
}

impl<'v> Query<'v> {
    /// Adds conditions, those of the places that are wanted.
    fn add(&mut self, conditions: &'v [Condition<'v>], is_wanted: impl Fn(usize) -> bool) {
        let mut is_first = true;
        for (_, condition) in conditions.iter().enumerate().filter(|(place, _)| is_wanted(*place)) {
            if !std::mem::take(&mut is_first) {
                self.sql.push_str(" AND ");
            }
            let mut parts = condition.sql.split('?');
            self.sql.push_str(parts.next().unwrap_or_default());
            for (part, wanted) in parts.zip(&condition.values) {
                let place = self.place(wanted.value());
                self.sql.extend([&place, part]);
            }
        }
    }

    /// Adds a number that is 1 for a refund that fits all conditions beside one.
    fn fits(&mut self, conditions: &'v [Condition<'v>], driver: Option<usize>) {
        if conditions.len() == usize::from(driver.is_some()) {
            return self.sql.push('1');
        }
        self.sql.push_str("CASE WHEN ");
        self.add(conditions, |place| Some(place) != driver);
        self.sql.push_str(" THEN 1 ELSE 0 END");
    }
}

/// The conditions of a filter; those first by whose index refunds are found best.
fn conditions(filter: &RefundFilter) -> Result<Vec<Condition<'_>>, LedgerError> {
    let mut all = Conditions(Vec::new());
    all.text(
        "id IN (SELECT refund_id FROM refund_ids WHERE exact = 1 AND id = ?)",
        filter.order_id.as_deref(),
        Some(Finds::Few),
    );
    all.text("player = ?", filter.user.as_deref(), Some(Finds::Few));
    if filter.to_do {
        all.plain("to_do = 1", Some(Finds::ById));
    }
    all.text("assignee = ?", filter.assignee.as_deref(), Some(Finds::ById));
    all.text("rule = ?", filter.rule.as_deref(), Some(Finds::ById));
    match filter.unattributed {
        Some(true) => all.plain("player IS NULL", Some(Finds::ById)),
        Some(false) => all.plain("player IS NOT NULL", None),
        None => {}
    }
    let finds = if filter.work_status.len() == 1 { Finds::ById } else { Finds::Unordered };
    all.one_of(
        "work_status",
        filter.work_status.iter().map(|status| Ok(status.as_str().into())),
        Some(finds),
    )?;
    all.one_of("store", filter.store.iter().map(|store| Ok(Store::as_str(store).into())), None)?;
    all.one_of("state", filter.state.iter().map(|state| Ok(StoreState::as_str(*state).into())), None)?;
    all.one_of("reason", filter.reason.iter().map(|reason| to_name(reason).map(Cow::Owned)), None)?;
    all.text("product = ?", filter.product.as_deref(), None);
    all.text("app = ?", filter.app.as_deref(), None);
    all.text("effective_environment = ?", filter.environment.map(Environment::as_str), None);
    all.one_of("trust", filter.trust.iter().map(|trust| to_name(trust).map(Cow::Owned)), None)?;
    all.text("country = ?", filter.country.as_ref().map(|country| country.as_str()), None);
    all.text("currency = ?", filter.currency.as_ref().map(|currency| currency.as_str()), None);
    all.text("action = ?", filter.action.map(|action| action.as_str()), None);
    all.number("at >= ?", filter.since.map(Timestamp::millis));
    all.number("at < ?", filter.until.map(Timestamp::millis));
    all.number("first_seen_at >= ?", filter.first_seen_since.map(Timestamp::millis));
    all.number("first_seen_at < ?", filter.first_seen_until.map(Timestamp::millis));
    all.number("amount_micros >= ?", filter.amount_at_least);
    all.number("amount_micros <= ?", filter.amount_at_most);
    let blocked =
        "EXISTS (SELECT 1 FROM blocks WHERE blocks.player = refunds.player AND blocks.ended_at IS NULL)";
    match filter.blocked {
        Some(true) => all.plain(blocked, None),
        Some(false) => all.plain(&format!("NOT {blocked}"), None),
        None => {}
    }
    if filter.sort == RefundSort::Amount {
        all.plain("amount_micros IS NOT NULL", None);
    }
    Ok(all.0)
}

struct Conditions<'f>(Vec<Condition<'f>>);

impl<'f> Conditions<'f> {
    fn plain(&mut self, sql: &str, finds: Option<Finds>) {
        self.0.push(Condition { sql: sql.to_owned(), values: Vec::new(), finds });
    }

    fn text(&mut self, sql: &str, text: Option<&'f str>, finds: Option<Finds>) {
        if let Some(text) = text {
            self.0.push(Condition { sql: sql.to_owned(), values: vec![Wanted::Text(text.into())], finds });
        }
    }

    fn number(&mut self, sql: &str, number: Option<i64>) {
        if let Some(number) = number {
            let values = vec![Wanted::Number(number)];
            self.0.push(Condition { sql: sql.to_owned(), values, finds: None });
        }
    }

    fn one_of(
        &mut self,
        column: &str,
        names: impl Iterator<Item = Result<Cow<'f, str>, LedgerError>>,
        finds: Option<Finds>,
    ) -> Result<(), LedgerError> {
        let values = names.map(|name| name.map(Wanted::Text)).collect::<Result<Vec<_>, _>>()?;
        if !values.is_empty() {
            let places = vec!["?"; values.len()].join(", ");
            self.0.push(Condition { sql: format!("{column} IN ({places})"), values, finds });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
