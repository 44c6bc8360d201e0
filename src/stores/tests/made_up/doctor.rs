//! Checks a section of the made-up store.

use std::slice::from_ref;
use std::sync::Arc;

use super::{MadeUpApi, MadeUpSection};
use crate::config::ConfigError;
use crate::stores::{Answer, Kit, Noted, SectionChecks, Sweeps as _};

impl SectionChecks for MadeUpSection {
    const WEBHOOKS: &'static str = "the made-up store's console, Webhooks";

    fn keys(&self, _: &Kit<'_>) -> Vec<Noted> {
        vec![Noted::ok("keys", "messages are verified by its secret")]
    }

    fn ask(&self, kit: &Kit<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = MadeUpApi::new(from_ref(self), Arc::clone(kit.transport)) else {
            return Ok(Vec::new());
        };
        let listed = api.page(&self.app, (kit.now, kit.now), None, kit.now);
        let result = listed.map(|_| vec![Noted::ok("credentials", "the key is accepted")]);
        Ok(vec![Answer { place: None, result }])
    }
}
