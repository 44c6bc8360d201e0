//! Checks a section of the made-up store.

use std::slice::from_ref;
use std::sync::Arc;

use super::{MadeUpApi, MadeUpSection};
use crate::config::ConfigError;
use crate::stores::{Answer, CheckContext, SectionChecks, SectionFinding, Sweeps as _};

impl SectionChecks for MadeUpSection {
    const WEBHOOKS: &'static str = "the made-up store's console, Webhooks";

    fn keys(&self, _: &CheckContext<'_>) -> Vec<SectionFinding> {
        vec![SectionFinding::ok("keys", "messages are verified by its secret")]
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = MadeUpApi::new(from_ref(self), Arc::clone(context.transport)) else {
            return Ok(Vec::new());
        };
        let listed = api.page(&self.app, (context.now, context.now), None, context.now);
        let result = listed.map(|_| vec![SectionFinding::ok("credentials", "the key is accepted")]);
        Ok(vec![Answer { place: None, result }])
    }
}
