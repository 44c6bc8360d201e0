//! Checks a Stripe section: requests the newest refund and the newest dispute, from the two lists that a sweep reads.

use std::slice::from_ref;
use std::sync::Arc;

use super::{StripeApi, StripeSection};
use crate::config::ConfigError;
use crate::model::Environment;
use crate::stores::doctor::ASK_LATER;
use crate::stores::{Answer, ApiError, CheckContext, SectionChecks, SectionFinding};

impl SectionChecks for StripeSection {
    const WEBHOOKS: &'static str = "Stripe's dashboard, Developers, Webhooks: the endpoint, with the events of charges, \
                                    refunds and disputes";

    fn keys(&self, _: &CheckContext<'_>) -> Vec<SectionFinding> {
        let facts = match self.webhook_secrets.len() {
            1 => "messages are verified by its webhook secret".to_owned(),
            count => format!("messages are verified by one of {count} webhook secrets"),
        };
        vec![match self.tolerance_seconds {
            0 => SectionFinding::warning(
                "any_age",
                format!("{facts}, of any age"),
                "A recorded request can be sent again at any time. Remove tolerance_seconds, except in a test.",
            ),
            _ => SectionFinding::ok("keys", facts),
        }]
    }

    fn moves_money(&self) -> Option<Environment> {
        StripeApi::environment_of(self)
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = StripeApi::new(from_ref(self), Arc::clone(context.transport))? else {
            return Ok(Vec::new());
        };
        let result = api.look(&self.name).map(|seen| {
            let kind = if seen.key_is_live { "live" } else { "test" };
            let mut noted = vec![SectionFinding::ok(
                "credentials",
                format!("the {kind} key is accepted, and may list refunds and disputes"),
            )];
            if let Some(live) = seen.livemode.filter(|live| *live != seen.key_is_live) {
                let found = if live { "real" } else { "of test mode" };
                noted.push(SectionFinding::broken(
                    "wrong_mode",
                    format!("the key is a {kind} key, and what it lists is {found}"),
                    "Give the key of the mode that the webhook secrets are of.",
                ));
            }
            noted
        });
        Ok(vec![Answer { place: None, result }])
    }

    fn advice(&self, _: Option<&str>, error: &ApiError) -> String {
        match error {
            ApiError::Credentials { problem } if problem.contains("answered 403") => match &self.account {
                Some(account) => format!(
                    "May the key read refunds (Charges and Refunds: write) and disputes (Disputes: read), and is \
                     {account} still connected to the platform that the key is of?"
                ),
                None => "In Stripe's dashboard, Developers, API keys, give the restricted key Charges and Refunds: \
                         write, PaymentIntents: read, Disputes: read, Balance: read."
                    .to_owned(),
            },
            ApiError::Credentials { .. } => {
                "In Stripe's dashboard, Developers, API keys, in the key's mode (live or test): was it \
                 rolled, deleted, or has it expired? Put the listed one into api_key, or into the file that \
                 api_key_file names."
                    .to_owned()
            }
            _ => ASK_LATER.to_owned(),
        }
    }
}
