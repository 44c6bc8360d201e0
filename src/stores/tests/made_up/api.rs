//! The made-up store's API: a list of refunds, for sweeps.

use std::sync::Arc;

use serde::Deserialize;

use super::MadeUpSection;
use super::verifier::refund;
use crate::model::{Span, Store, Timestamp, Trust};
use crate::stores::http_api::answer;
use crate::stores::{ApiError, Apis, StoreApi, SweepPage, Sweeps, SweptBy, not_configured};
use crate::transport::{HttpRequest, Secret, Transport, Url};

pub(crate) struct MadeUpApi {
    apps: Vec<App>,
    transport: Arc<dyn Transport>,
}

struct App {
    name: String,
    key: Secret,
    base: Url,
}

impl MadeUpApi {
    pub(super) fn new(sections: &[MadeUpSection], transport: Arc<dyn Transport>) -> Option<Self> {
        let app = |section: &MadeUpSection| {
            let key = section.api_key.clone()?;
            Some(App { name: section.app.clone(), key, base: section.base() })
        };
        let apps: Vec<_> = sections.iter().filter_map(app).collect();
        (!apps.is_empty()).then_some(Self { apps, transport })
    }

    fn app(&self, name: &str) -> Result<&App, ApiError> {
        let known = self.apps.iter().find(|app| app.name == name);
        known.ok_or_else(|| not_configured(&Store::MadeUp, name))
    }
}

impl StoreApi for MadeUpApi {
    fn require_credentials(&self, app: &str, _sandbox: bool) -> Result<(), ApiError> {
        self.app(app).map(drop)
    }

    fn sweeps(&self) -> Option<SweptBy<'_>> {
        Some(SweptBy::List(self))
    }
}

impl Apis {
    /// The made-up store's.
    pub(crate) fn made_up(&self) -> Result<&MadeUpApi, ApiError> {
        self.own(&Store::MadeUp)
    }
}

#[derive(Deserialize)]
struct List {
    refunds: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    order: String,
    refunded_at: i64,
}

impl Sweeps for MadeUpApi {
    fn apps(&self) -> Vec<String> {
        self.apps.iter().map(|app| app.name.clone()).collect()
    }

    fn window(&self, _: &str, _: Timestamp) -> Span {
        Span::from_days(30)
    }

    fn overlap(&self) -> Span {
        Span::from_hours(1)
    }

    fn page(
        &self,
        app: &str,
        (from, to): (Timestamp, Timestamp),
        _page: Option<&str>,
        _now: Timestamp,
    ) -> Result<SweepPage, ApiError> {
        let App { name, key, base } = self.app(app)?;
        let url = base.clone().segment("refunds");
        let url = url.query("from", &from.millis().to_string()).query("to", &to.millis().to_string());
        let response = self.transport.send(&HttpRequest::get(url).bearer(key))?;
        let list: List = answer(&response)?;
        let found = |row: &Row| {
            let id = format!("listed:{}", row.order);
            (refund(name, id, &row.order, row.refunded_at, Trust::Confirmed), response.body().to_vec())
        };
        Ok(SweepPage { found: list.refunds.iter().map(found).collect(), ..SweepPage::default() })
    }
}
