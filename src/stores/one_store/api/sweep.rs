//! Sweeps over the voided purchases: `getVoidedPurchases`.

use time::{Date, OffsetDateTime};

use super::Account;
use super::OneStoreApi;
use crate::json::{self, JsonError, Raw};
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, OrderDetails, Place, Signal, Span, Store,
    Timestamp, Trust,
};
use crate::stores::http_api::unreadable;
use crate::stores::one_store::members::Members;
use crate::stores::{ApiError, SweepPage, Sweeps};
use crate::transport::HttpRequest;

/// ONE Store's default if no number is requested; it names no maximum.
const MAX_RESULTS: &str = "100";

/// How far ahead a time may be without a word: clocks differ.
const AHEAD: Span = Span::from_millis(300_000);

/// The longest month that the window assumes, in days.
const MONTH_DAYS: i64 = 30;
const SHORTEST_MONTH_DAYS: i64 = 28;

/// UTC+9, the time zone of some of its times by the server API's document.
const KOREAN_TIME: Span = Span::from_hours(9);

impl Sweeps for OneStoreApi {
    fn apps(&self) -> Vec<String> {
        self.accounts.iter().map(|account| account.client_id.clone()).collect()
    }

    /// ONE Store remembers a month, and refuses a longer period. Whether its month is the calendar's is not documented:
    /// this is the one before `now`, by the days of Korea or of UTC, and no more than 30 days; and an hour less, since
    /// it moves on while a sweep is under way, and by another clock.
    fn window(&self, _app: &str, now: Timestamp) -> Span {
        let days = month_before(now).min(month_before(now.plus(KOREAN_TIME))).min(MONTH_DAYS);
        Span::from_hours(days * 24 - 1)
    }

    /// A day: more than the nine hours by which the times would be off if they were in Korean time after all.
    fn overlap(&self) -> Span {
        Span::from_days(1)
    }

    /// One page of the voided purchases between two times. The end is not later than `now`, which ONE Store would
    /// refuse.
    fn page(
        &self,
        app: &str,
        (from, to): (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let account = self.account(app)?;
        let mut url = account
            .app_url()
            .segment("voided-purchases")
            .query("startTime", &from.millis().to_string())
            .query("endTime", &to.min(now).millis().to_string())
            .query("maxResults", MAX_RESULTS);
        if let Some(page) = page {
            url = url.query("continuationKey", page);
        }
        let response = self.send(account, &HttpRequest::get(url), now)?;
        let members = Members::parse(response.body()).map_err(|error| unreadable(error.to_string()))?;
        let rows: Vec<Raw<'_>> = json::value_from_str(list_of(&members)?)
            .map_err(|error| unreadable(format!("voidedPurchaseList: {error}")))?;
        let mut swept = SweepPage::default();
        for row in rows {
            match voided(account, row.get(), now) {
                Ok(signal) => swept.found.push((signal, row.get().as_bytes().to_vec())),
                Err(problem) => swept
                    .unread
                    .push((format!("a row of voidedPurchaseList: {problem}"), row.get().as_bytes().to_vec())),
            }
        }
        let next = text(&members, "continuationKey")?.or(text(&members, "continuationKey ")?);
        if next.is_some() && next.as_deref() == page {
            return Err(unreadable("its continuationKey leads to the same page again"));
        }
        Ok(SweepPage { next, ..swept })
    }
}

/// ONE Store's example has a space at the end of the name. `null` is an empty list; without the member it is another
/// answer, which is no proof that nothing was voided.
fn list_of<'a>(members: &Members<'a>) -> Result<&'a str, ApiError> {
    const NAMES: [&str; 2] = ["voidedPurchaseList", "voidedPurchaseList "];
    match NAMES.into_iter().find_map(|name| members.raw(name)) {
        Some(list) => Ok(list),
        None if NAMES.into_iter().any(|name| members.has(name)) => Ok("[]"),
        None => Err(unreadable("it has no voidedPurchaseList")),
    }
}

/// How many days the month before has. So far back is never more than a month of the calendar.
fn month_before(now: Timestamp) -> i64 {
    let days_in = |date: Date| i64::from(date.month().previous().length(date.year()));
    OffsetDateTime::from_unix_timestamp(now.secs()).map_or(SHORTEST_MONTH_DAYS, |now| days_in(now.date()))
}

fn text(members: &Members<'_>, name: &'static str) -> Result<Option<String>, ApiError> {
    members.text(name).map_err(|error| unreadable(error.to_string()))
}

/// The environment of the purchase, if it is reported: a test phone's purchase looks like all others.
fn environment(account: &Account) -> Option<Environment> {
    (account.environment == Environment::Sandbox).then_some(Environment::Sandbox)
}

/// The signal of a row: the whole purchase was refunded. Only the purchase's id is required; without a time it is when
/// it was first seen.
fn voided(account: &Account, row: &str, now: Timestamp) -> Result<Signal, JsonError> {
    let members = Members::parse(row.as_bytes())?;
    let purchase_id = members.needed_id("purchaseId")?;
    let voided_at = members.time("voidedTime").ok().flatten().unwrap_or(now);
    let at = voided_at.min(now);
    if voided_at > now.plus(AHEAD) {
        tracing::warn!(app = account.client_id, purchase_id, %voided_at, "voided at a time in the future");
    }
    let about = OrderDetails {
        order_id: Some(purchase_id.clone()),
        purchase_token: members.id("purchaseToken").ok().flatten(),
        purchased_at: members.time("purchaseTime").ok().flatten(),
        ..OrderDetails::default()
    };
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    let fact = Fact { at, what, trust: Trust::Confirmed, about };
    Ok(Signal {
        place: Place {
            store: Store::OneStore,
            app: account.client_id.clone(),
            environment: environment(account),
        },
        notification_id: format!("{purchase_id}:VOIDED"),
        name: "voidedPurchase".to_owned(),
        at,
        meaning: Meaning::Case { key: CaseKey::Order(purchase_id), fact },
    })
}
