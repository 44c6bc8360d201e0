//! Checks an Amazon section: the pinned certificate's end, and RVS's answer about a receipt that does not exist.

use std::path::Path;
use std::slice::from_ref;
use std::sync::Arc;

use x509_parser::pem::Pem;

use super::{AmazonApi, AmazonSection};
use crate::config::ConfigError;
use crate::model::{Span, Timestamp};
use crate::stores::doctor::ASK_LATER;
use crate::stores::{Answer, ApiError, CheckContext, SectionChecks, SectionFinding};
use crate::transport::TransportError;

/// How long before its end a pinned certificate is reported: Amazon signs with the next one some weeks before.
const ENDS_SOON: Span = Span::from_days(30);

/// A customer and a receipt that Amazon does not know. RVS looks at the secret first.
const UNKNOWN_ID: &str = "recoup-doctor";

impl SectionChecks for AmazonSection {
    const WEBHOOKS: &'static str =
        "Amazon's developer console, the app's In-App Items: Real-Time Notifications";

    fn keys(&self, context: &CheckContext<'_>) -> Vec<SectionFinding> {
        match &self.certificate {
            Some(file) => vec![pinned(file, context.now)],
            None if context.keys.certificates.is_some() => {
                vec![SectionFinding::ok(
                    "keys",
                    "Amazon's signing certificate is fetched with the first message",
                )]
            }
            None => vec![SectionFinding::broken(
                "no_certificate",
                "there is nothing to fetch Amazon's signing certificate with",
                "Every message is answered 503. Give a certificate file, or a transport in code.",
            )],
        }
    }

    fn ask(&self, context: &CheckContext<'_>) -> Result<Vec<Answer>, ConfigError> {
        let Some(api) = AmazonApi::new(from_ref(self), Arc::clone(context.transport))? else {
            return Ok(Vec::new());
        };
        let result = match api.receipt(&self.package_name, UNKNOWN_ID, UNKNOWN_ID) {
            // RVS knows the secret, and neither the customer nor the receipt.
            Ok(_) | Err(ApiError::Refused { status: 400 | 410 | 497, .. }) => Ok(vec![match self.sandbox {
                true => {
                    SectionFinding::ok("credentials", "RVS's sandbox answers; it accepts any shared secret")
                }
                false => SectionFinding::ok("credentials", "the shared secret is accepted"),
            }]),
            Err(error) => Err(error),
        };
        Ok(vec![Answer { place: Some(if self.sandbox { "sandbox" } else { "production" }), result }])
    }

    fn advice(&self, _: Option<&str>, error: &ApiError) -> String {
        match error {
            ApiError::Credentials { .. } => {
                "Copy the shared key from Amazon's developer console (Settings, Identity, Shared Key) \
                 into shared_secret, or into the file that shared_secret_file names."
                    .to_owned()
            }
            ApiError::Transport { source: TransportError::Unsendable { .. } } => {
                "Is rvs_url right?".to_owned()
            }
            _ => ASK_LATER.to_owned(),
        }
    }
}

fn pinned(file: &Path, now: Timestamp) -> SectionFinding {
    const ADVICE: &str = "Take the certificate that the newest message's SigningCertURL names, or remove certificate, and \
                          it is fetched when needed.";
    let name = file.display();
    let end = std::fs::read(file).ok().and_then(|bytes| end_of(&bytes));
    match end {
        Some(end) if end <= now => SectionFinding::broken(
            "certificate_ended",
            format!("the certificate in {name} ended at {end}"),
            ADVICE,
        ),
        Some(end) if end.since(now) < ENDS_SOON => {
            let left = end.since(now).words();
            SectionFinding::warning(
                "certificate_ends",
                format!("the certificate in {name} ends in {left}"),
                ADVICE,
            )
        }
        Some(end) => SectionFinding::ok(
            "keys",
            format!("messages are verified by the certificate in {name}, good until {end}"),
        ),
        // An unreadable file is a finding of the configuration.
        None => SectionFinding::ok("keys", format!("messages are verified by the certificate in {name}")),
    }
}

fn end_of(bytes: &[u8]) -> Option<Timestamp> {
    let pem = Pem::iter_from_buffer(bytes)
        .find_map(|block| block.ok().filter(|block| block.label == "CERTIFICATE"));
    let der = pem.as_ref().map_or(bytes, |pem| pem.contents.as_slice());
    let (_, certificate) = x509_parser::parse_x509_certificate(der).ok()?;
    Some(Timestamp::from_secs(certificate.validity().not_after.timestamp()))
}
