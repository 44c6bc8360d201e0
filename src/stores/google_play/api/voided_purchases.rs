//! The sweep: `purchases.voidedpurchases.list`, <https://developers.google.com/android-publisher/voided-purchases>.

use serde::Deserialize;

use super::voided_purchase::VoidedPurchase;
use super::{GooglePlayApi, app_url};
use crate::json::{self, Raw};
use crate::model::{Signal, Span, Timestamp};
use crate::stores::{ApiError, SweepPage, Sweeps};
use crate::transport::{HttpRequest, Url};

/// How far back Google lists.
const WINDOW: Span = Span::from_days(30);
/// Google lists by when it recorded a void, which may be long after the void; the field reports know of a day.
const OVERLAP: Span = Span::from_days(2);
/// By how much this clock and Google's may differ. A `startTime` older than the window is refused, so one that may be
/// is left out, which means the same.
const SKEW: Span = Span::from_millis(10 * 60 * 1000);
/// The most rows Google puts on a page, and so the fewest requests.
const PAGE: &str = "1000";
/// The largest page that is read, in bytes: a row has some 500, and a purchase token may be of any length.
const MAX_BODY: usize = 8 << 20;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    /// Absent where there are none.
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
    /// of the voids: go by when you asked last. What lies before the window or behind `now` is not asked for.
    fn page(
        &self,
        app: &str,
        between: (Timestamp, Timestamp),
        page: Option<&str>,
        now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let asked = self.app(app)?;
        let url = query(voided_purchases_url(&asked.api_url, app), between, page, now);
        let request = HttpRequest::get(url).header("Accept", "application/json").max_body(MAX_BODY);
        let response = self.call(asked, &request, now)?;
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
        // The token has the times in it.
        return url.query("token", token);
    }
    let (start, end) = between;
    let url = match now.since(start) < Span::from_millis(WINDOW.millis() - SKEW.millis()) {
        true => url.query("startTime", &start.millis().to_string()),
        false => url,
    };
    // An end that is not past may be refused, and says nothing.
    match now.since(end) > SKEW {
        true => url.query("endTime", &end.millis().to_string()),
        false => url,
    }
}

/// What a row means, or what is wrong with it.
fn found(package_name: &str, row: &str, now: Timestamp) -> Result<Signal, String> {
    let voided = VoidedPurchase::parse(row).map_err(|error| format!("a voided purchase: {error}"))?;
    voided
        .signal(package_name, now)
        .ok_or_else(|| "a voided purchase that names neither orderId nor purchaseToken".to_owned())
}
