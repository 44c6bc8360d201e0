//! The sweep: `purchases.voidedpurchases.list`, its rows and their meaning.
//! <https://developers.google.com/android-publisher/voided-purchases>

use serde::Deserialize;
use serde_json::Value;

use super::{GooglePlayApi, app_url};
use crate::json::{self, JsonError, Raw};
use crate::model::{
    CaseKey, Extent, Fact, FactKind, Meaning, OrderDetails, Place, Signal, Span, Store, Timestamp, Trust,
};
use crate::stores::google_play::{VoidedReason, VoidedSource};
use crate::stores::wire::{Integer, id, kept, lossy};
use crate::stores::{ApiError, SweepPage, Sweeps};
use crate::transport::{HttpRequest, Url};

/// How far back Google lists.
const WINDOW: Span = Span::from_days(30);
/// Google lists by when it recorded a void, which may be long after the void; users have reported a delay of a day.
const OVERLAP: Span = Span::from_days(2);
/// By how much this clock and Google's may differ. A `startTime` older than the window is refused, so one that may be
/// older is left out, which means the same.
const SKEW: Span = Span::from_millis(10 * 60 * 1000);
/// The most rows Google puts on a page, and so the fewest requests.
const PAGE: &str = "1000";
/// The largest page that is read, in bytes: a row has some 500, and a purchase token may be of any length.
const MAX_BODY: usize = 8 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    /// Absent if there are none.
    #[serde(default, borrow)]
    voided_purchases: Option<Vec<Raw<'a>>>,
    #[serde(default)]
    token_pagination: Option<TokenPagination>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenPagination {
    #[serde(default)]
    next_page_token: Option<String>,
}

impl Sweeps for GooglePlayApi {
    fn apps(&self) -> Vec<String> {
        self.apps.keys().cloned().collect()
    }

    fn window(&self, _app: &str, _now: Timestamp) -> Span {
        WINDOW
    }

    fn overlap(&self) -> Span {
        OVERLAP
    }

    /// One page of at most 1000 rows, the oldest first. The times are those at which Google recorded a void, not those
    /// of the voids: start from the time of your last request. Times before the window or after `now` are not
    /// requested.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let settings = self.app(app)?;
        let url = query(voided_purchases_url(&settings.api_url, app), between, page, now);
        let request = HttpRequest::get(url).header("Accept", "application/json").max_body(MAX_BODY);
        let response = self.call(settings, &request, now)?;
        let unreadable = |problem: String| ApiError::Unreadable { problem };
        let list: List<'_> =
            json::from_slice(response.body()).map_err(|error| unreadable(error.to_string()))?;
        let next =
            list.token_pagination.and_then(|pages| pages.next_page_token).filter(|next| !next.is_empty());
        if next.is_some() && next.as_deref() == page {
            return Err(unreadable("the next page of voided purchases is the same page again".to_owned()));
        }
        let mut swept = SweepPage { next, ..SweepPage::default() };
        for row in list.voided_purchases.unwrap_or_default() {
            match found(app, row.get(), now) {
                Ok(signal) => swept.found.push((signal, row.get().as_bytes().to_vec())),
                Err(problem) => swept.unread.push((problem, row.get().as_bytes().to_vec())),
            }
        }
        Ok(swept)
    }
}

pub(super) fn voided_purchases_url(api_url: &Url, package_name: &str) -> Url {
    app_url(api_url, package_name).segments("purchases/voidedpurchases")
}

fn query(url: Url, between: (Timestamp, Timestamp), page: Option<&str>, now: Timestamp) -> Url {
    // Subscriptions too; and partial refunds.
    let url =
        url.query("type", "1").query("includeQuantityBasedPartialRefund", "true").query("maxResults", PAGE);
    if let Some(token) = page {
        // The token includes the times.
        return url.query("token", token);
    }
    let (start, end) = between;
    let url = match now.since(start) < Span::from_millis(WINDOW.millis() - SKEW.millis()) {
        true => url.query("startTime", &start.millis().to_string()),
        false => url,
    };
    // An end that is not past may be refused, and narrows nothing.
    match now.since(end) > SKEW {
        true => url.query("endTime", &end.millis().to_string()),
        false => url,
    }
}

/// The meaning of a row, or the problem with it.
fn found(package_name: &str, row: &str, now: Timestamp) -> Result<Signal, String> {
    let voided = VoidedPurchase::parse(row).map_err(|error| format!("a voided purchase: {error}"))?;
    voided
        .signal(package_name, now)
        .ok_or_else(|| "a voided purchase that names neither orderId nor purchaseToken".to_owned())
}

/// `VoidedPurchase`. Google's documents show numbers as numbers and as text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VoidedPurchase {
    #[serde(default, deserialize_with = "id")]
    purchase_token: Option<String>,
    #[serde(default, deserialize_with = "id")]
    order_id: Option<String>,
    #[serde(default, deserialize_with = "lossy::any")]
    purchase_time_millis: Option<Integer>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_time_millis: Option<Integer>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_source: Option<VoidedSource>,
    #[serde(default, deserialize_with = "lossy::any")]
    voided_reason: Option<VoidedReason>,
    /// How many items a partial refund took back; absent if all, or all that was left, was refunded.
    #[serde(default, deserialize_with = "kept")]
    voided_quantity: Option<Value>,
}

/// Google's name of it (`kind`, `androidpublisher#voidedPurchase`).
const NAME: &str = "voidedPurchase";

impl VoidedPurchase {
    pub(super) fn parse(row: &str) -> Result<Self, JsonError> {
        json::from_slice(row.as_bytes())
    }

    /// The row's meaning; `None` if it names neither order nor purchase. Anything else that is missing or not
    /// understood costs no refund: the time is then when it was first seen.
    ///
    /// Its facts fold with those that `voidedPurchaseNotification` reported about the same order: all that was left has
    /// no step; a part has a separate step, which [`CaseState::fold`](crate::CaseState::fold) counts as one of the
    /// parts of unknown size that were pushed.
    pub(super) fn signal(&self, package_name: &str, now: Timestamp) -> Option<Signal> {
        let at = self.voided_time_millis.map_or(now, |millis| Timestamp::from_millis(millis.0));
        let key = match (&self.order_id, &self.purchase_token) {
            (Some(order), _) => CaseKey::Order(order.clone()),
            (None, Some(token)) => CaseKey::Token { token: token.clone(), same_within_millis: None },
            (None, None) => return None,
        };
        let (step, extent) = match self.voided_quantity.as_ref().map(count) {
            None => (None, Extent::Full),
            Some(Some(quantity @ 1..)) => {
                (Some(format!("{}-{quantity}", at.millis())), Extent::Quantity(quantity))
            }
            // A part, of a size that cannot be.
            Some(_) => (Some(self.time()), Extent::Part),
        };
        let what = FactKind::Refunded {
            step,
            extent,
            reason: self.voided_reason.and_then(VoidedReason::reason),
            initiator: self.voided_source.and_then(VoidedSource::initiator),
            subscription_live: None,
        };
        let about = OrderDetails {
            order_id: self.order_id.clone(),
            purchase_token: self.purchase_token.clone(),
            purchased_at: self.purchase_time_millis.map(|millis| Timestamp::from_millis(millis.0)),
            ..OrderDetails::default()
        };
        let fact = Fact { at, what, trust: Trust::Confirmed, about };
        Some(signal(package_name, self.id(), at, Meaning::Case { key, fact }))
    }

    /// What distinguishes the row from all others, and is the same on every sweep. A quantity distinguishes two partial
    /// refunds of one moment.
    fn id(&self) -> String {
        let name = self.order_id.as_ref().or(self.purchase_token.as_ref()).map_or("", String::as_str);
        let quantity = match &self.voided_quantity {
            None => "full".to_owned(),
            Some(quantity) => count(quantity).map_or_else(|| quantity.to_string(), |n| n.to_string()),
        };
        format!("voided:{name}:{}:{quantity}", self.time())
    }

    fn time(&self) -> String {
        self.voided_time_millis.map_or_else(|| "untimed".to_owned(), |millis| millis.0.to_string())
    }
}

fn count(quantity: &Value) -> Option<u32> {
    u32::try_from(Integer::deserialize(quantity).ok()?.0).ok()
}

fn signal(package_name: &str, notification_id: String, at: Timestamp, meaning: Meaning) -> Signal {
    Signal {
        place: Place {
            store: Store::GooglePlay,
            app: package_name.to_owned(),
            // The list does not distinguish licence testers' purchases from others.
            environment: None,
        },
        notification_id,
        name: NAME.to_owned(),
        at,
        meaning,
    }
}
