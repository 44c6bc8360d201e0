//! Sweeps over the lists of refunds and disputes: <https://docs.stripe.com/api/refunds/list>,
//! <https://docs.stripe.com/api/disputes/list>, <https://docs.stripe.com/api/pagination>.

use serde::Deserialize;

use super::StripeApi;
use super::{Account, VERSION};
use crate::json::{self, Raw};
use crate::model::{Meaning, Place, Signal, Span, Store, Timestamp, Trust};
use crate::stores::http_api::{answer, unreadable, words};
use crate::stores::stripe::reading::{self, Identified, Reference};
use crate::stores::stripe::reading::{Reading, counts_releases};
use crate::stores::stripe::refund::Dispute;
use crate::stores::stripe::refund::Refund;
use crate::stores::{ApiError, Rejection, SweepPage, Sweeps};
use crate::transport::HttpRequest;

/// Stripe's most objects a page.
const LIMIT: &str = "100";

/// The largest page that is read, in bytes. A refund with its charge and payment intent expanded has some ten
/// kilobytes, and each of the three may have 27 KB of metadata (<https://docs.stripe.com/metadata#data>: 50 keys of 40
/// characters with values of 500).
const MAX_BODY: usize = 16 << 20;

/// The lists can be filtered only by when an object was made, but a sweep must also find its later changes. So a sweep
/// requests all objects that can have changed in its period.
///
/// A refund that fails does so within 30 days (<https://docs.stripe.com/refunds#failed-refunds>); a day more for the
/// bank's calendar.
const REFUND_CHANGES: Span = Span::from_days(31);

/// An inquiry may be open for 120 days before it becomes a chargeback or is closed; then there are up to 21 days for
/// evidence and up to 75 for the bank to decide (<https://docs.stripe.com/disputes/how-disputes-work>). This makes 216,
/// and some room for arbitration: there are few disputes, so it costs a page.
const DISPUTE_CHANGES: Span = Span::from_days(240);

impl Sweeps for StripeApi {
    fn apps(&self) -> Vec<String> {
        self.accounts.iter().map(|account| account.name.clone()).collect()
    }

    /// A year. Stripe's lists have no end; after so long without a sweep an operator should look at the account before
    /// players are blocked for what is that old.
    fn window(&self, _app: &str, _now: Timestamp) -> Span {
        Span::from_days(365)
    }

    /// An hour: the lists have an object as soon as it is made, so only the clocks' difference is to be covered. The
    /// sweep itself adds to each list how far back an object may be that has changed since, 31 days for refunds and 240
    /// for disputes.
    fn overlap(&self) -> Span {
        Span::from_hours(1)
    }

    /// One page of the refunds, and after their last page of the disputes, that can have changed between two times.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let account = self.account(app)?;
        let place = PlaceInLists::of(page)?;
        let response = self.send(account, place.request(account, between))?;
        let list: List<'_> = answer(&response)?;
        let mut swept = SweepPage::default();
        let mut last = None;
        for row in list.data {
            // An object without an id is none of Stripe's, and no page begins after it.
            last = json::from_slice(row.get().as_bytes()).map(|Named { id }| id).ok().or(last);
            match signal(account, place.list, row.get(), now) {
                Ok(signal) => swept.found.push((signal, row.get().as_bytes().to_vec())),
                Err(problem) => {
                    let problem = format!("a row of {}: {problem}", place.list.path());
                    swept.unread.push((problem, row.get().as_bytes().to_vec()));
                }
            }
        }
        let next = match (list.has_more, last) {
            (true, Some(last)) => Some(PlaceInLists { list: place.list, after: Some(last) }),
            (true, None) => {
                return Err(unreadable(
                    "a page has no id to continue after, but reports that there are more",
                ));
            }
            (false, _) => place.list.next().map(|list| PlaceInLists { list, after: None }),
        };
        Ok(SweepPage { next: next.map(|place| place.token()), ..swept })
    }
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    data: Vec<Raw<'a>>,
    has_more: bool,
}

/// The id after which the next page begins: a row without it is none of Stripe's.
#[derive(Deserialize)]
struct Named {
    #[serde(deserialize_with = "reading::id")]
    id: String,
}

/// The members of both kinds of object.
#[derive(Deserialize)]
struct Object {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    status: Option<String>,
    created: i64,
    /// Of a failed refund: how the money came back, expanded.
    failure_balance_transaction: Option<Reference<BalanceTransaction>>,
    /// Of a dispute: how the money went, and came back.
    #[serde(default, deserialize_with = "reading::or_default")]
    balance_transactions: Vec<BalanceTransaction>,
}

/// <https://docs.stripe.com/api/balance_transactions/object>
#[derive(Clone, Debug, Deserialize)]
struct BalanceTransaction {
    #[serde(deserialize_with = "reading::id")]
    id: String,
    amount: i64,
    created: i64,
}

impl Identified for BalanceTransaction {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Listed {
    Refunds,
    Disputes,
}

impl Listed {
    const fn path(self) -> &'static str {
        match self {
            Self::Refunds => "v1/refunds",
            Self::Disputes => "v1/disputes",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Refunds => "refunds",
            Self::Disputes => "disputes",
        }
    }

    const fn next(self) -> Option<Self> {
        match self {
            Self::Refunds => Some(Self::Disputes),
            Self::Disputes => None,
        }
    }

    const fn changes(self) -> Span {
        match self {
            Self::Refunds => REFUND_CHANGES,
            Self::Disputes => DISPUTE_CHANGES,
        }
    }
}

/// The signal of a refund that Stripe returns as an answer: the same, under the same id, as of its row in the list.
pub(super) fn notified_of_refund(account: &Account, row: &str, now: Timestamp) -> Result<Signal, ApiError> {
    signal(account, Listed::Refunds, row, now).map_err(|problem| unreadable(format!("the refund: {problem}")))
}

/// A sweep's position: the list, and the last object read of it.
struct PlaceInLists {
    list: Listed,
    after: Option<String>,
}

impl PlaceInLists {
    fn of(page: Option<&str>) -> Result<Self, ApiError> {
        let Some(page) = page else { return Ok(Self { list: Listed::Refunds, after: None }) };
        let (name, after) = page.split_once(':').unwrap_or((page, ""));
        let list = [Listed::Refunds, Listed::Disputes].into_iter().find(|list| list.name() == name);
        let list =
            list.ok_or_else(|| unreadable("the page to continue with is of none of Stripe's lists"))?;
        Ok(Self { list, after: (!after.is_empty()).then(|| after.to_owned()) })
    }

    fn token(&self) -> String {
        format!("{}:{}", self.list.name(), self.after.as_deref().unwrap_or_default())
    }

    fn request(&self, account: &Account, (from, to): (Timestamp, Timestamp)) -> HttpRequest {
        let from = from.plus(Span::from_millis(-self.list.changes().millis()));
        let mut url = account
            .url(self.list.path())
            .query("created[gte]", &from.secs().max(0).to_string())
            .query("created[lte]", &to.secs().max(0).to_string())
            .query("limit", LIMIT);
        if self.list == Listed::Refunds {
            url = url.query("expand[]", "data.failure_balance_transaction");
        }
        // A refund does not say how much of its charge was captured, so whether it is one.
        if self.list == Listed::Refunds || account.user_metadata_key.is_some() {
            url = url.query("expand[]", "data.charge");
        }
        // Neither refunds nor disputes have the metadata of the payment, which names the player.
        if account.user_metadata_key.is_some() {
            url = url.query("expand[]", "data.payment_intent");
        }
        if let Some(after) = &self.after {
            url = url.query("starting_after", after);
        }
        HttpRequest::get(url).max_body(MAX_BODY)
    }
}

/// The signal of a row.
fn signal(account: &Account, list: Listed, row: &str, now: Timestamp) -> Result<Signal, String> {
    let object: Object = json::from_slice(row.as_bytes()).map_err(|error| error.to_string())?;
    let meaning = meaning(account, list, row, &object, now).map_err(|rejection| rejection.to_string())?;
    let kind = match list {
        Listed::Refunds => "refund",
        Listed::Disputes => "dispute",
    };
    let status = words(object.status.as_deref().unwrap_or("null"), None);
    Ok(Signal {
        place: Place {
            store: Store::Stripe,
            app: account.name.clone(),
            environment: Some(account.environment),
        },
        notification_id: format!("{}:{status}", object.id),
        name: format!("{kind} {status}"),
        at: Timestamp::from_secs(object.created),
        meaning: confirmed(meaning),
    })
}

fn meaning(
    account: &Account,
    list: Listed,
    row: &str,
    object: &Object,
    now: Timestamp,
) -> Result<Meaning, Rejection> {
    let reading = |at| Reading {
        user_key: account.user_metadata_key.as_deref(),
        client_reference_id: false,
        at,
        seen_at: now,
        counts_releases: counts_releases(Some(VERSION)),
    };
    let not_understood = |error: json::JsonError| Rejection::NotUnderstood { problem: error.to_string() };
    match list {
        Listed::Refunds => {
            let refund: Refund = json::from_slice(row.as_bytes()).map_err(not_understood)?;
            refund.by_status(reading(object.refund_undone_at(now)))
        }
        Listed::Disputes => {
            let dispute: Dispute = json::from_slice(row.as_bytes()).map_err(not_understood)?;
            dispute.by_status(reading(object.dispute_undone_at()))
        }
    }
}

impl Object {
    /// When the money of a failed refund came back. An event would have reported this by its own time: a total reported
    /// before it includes the refund, and one reported after does not. A refund whose money never left the balance has
    /// no such time; then it is the time of this sweep.
    fn refund_undone_at(&self, now: Timestamp) -> Timestamp {
        let back = self.failure_balance_transaction.as_ref().and_then(|back| back.object.as_ref());
        back.map_or(now, |back| Timestamp::from_secs(back.created))
    }

    /// When the money of a dispute was reinstated. If none moved, it is the time of the dispute, which the reversal
    /// comes after; disputes are in no totals.
    fn dispute_undone_at(&self) -> Timestamp {
        let back = self.balance_transactions.iter().filter(|moved| moved.amount > 0);
        Timestamp::from_secs(back.map(|moved| moved.created).max().unwrap_or(self.created))
    }
}

fn confirmed(mut meaning: Meaning) -> Meaning {
    if let Meaning::Case { fact, .. } = &mut meaning {
        fact.trust = Trust::Confirmed;
    }
    meaning
}
