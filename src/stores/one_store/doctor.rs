//! Checks a ONE Store section: an access token, and a short list of voided purchases.

use std::slice::from_ref;
use std::sync::Arc;

use super::{OneStoreApi, OneStoreSection};
use crate::config::ConfigError;
use crate::model::Span;
use crate::stores::doctor::ASK_LATER;
use crate::stores::{Answer, ApiError, CheckContext, SectionChecks, SectionFinding, Sweeps as _};

/// How much of the list is requested: the rows do not matter.
const LISTED: Span = Span::from_hours(1);

impl SectionChecks for OneStoreSection {
    const WEBHOOKS: &'static str = "ONE Store's developer console, the app's in-app products: PNS URL, for sandbox and \
                                    for sales";

    fn keys(&self, _: &CheckContext<'_>) -> Vec<SectionFinding> {
        vec![SectionFinding::ok("keys", "messages are verified by the licence key")]
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = OneStoreApi::new(from_ref(self), Arc::clone(context.transport))? else {
            return Ok(Vec::new());
        };
        let since = context.now.plus(Span::from_millis(-LISTED.millis()));
        let listed = api.page(&self.client_id, (since, context.now), None, context.now);
        let market = self.market_code.as_str();
        let result = listed.map(|_| {
            vec![SectionFinding::ok(
                "credentials",
                format!("the client secret is accepted, in the market {market}"),
            )]
        });
        Ok(vec![Answer { place: Some(if self.sandbox { "sandbox" } else { "production" }), result }])
    }

    fn advice(&self, _: Option<&str>, error: &ApiError) -> String {
        match error {
            ApiError::Credentials { .. } => {
                "In ONE Store's developer console, the app's licence management: is client_secret the one shown there \
                 (sandbox and sales have different ones: see sandbox), and client_id the app's?"
                    .to_owned()
            }
            ApiError::Refused { status: 403, .. } => {
                "ONE Store blocks the access: in its developer console, is this machine's address allowed for the \
                 server API, and the app's sale not stopped?"
                    .to_owned()
            }
            ApiError::Refused { status: 404, .. } => {
                let (is, other) = match self.market_code.as_str() {
                    "MKT_ONE" => ("MKT_ONE (Korea)", "MKT_GLB"),
                    _ => ("MKT_GLB (the rest of the world)", "MKT_ONE"),
                };
                format!("market_code is {is}: is the app sold there, or is it {other}? Is client_id the app's?")
            }
            _ => ASK_LATER.to_owned(),
        }
    }
}
