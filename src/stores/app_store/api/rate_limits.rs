//! The limits that Apple states, for [`RateLimited`](crate::transport::RateLimited).
//!
//! <https://developer.apple.com/documentation/appstoreserverapi/identifying-rate-limits>

use std::time::Duration;

use super::{AppStoreApi, AppStoreEnvironment, AppStoreSection};
use crate::config::ConfigError;
use crate::transport::RateLimit;

/// How much longer the sandbox takes for the same number of requests: it allows a tenth.
const SANDBOX_SHARE: u32 = 10;

impl AppStoreApi {
    /// How many requests a second production takes of an app, by how their paths begin. Apple counts them by the hour;
    /// by the second is never more.
    pub const PER_SECOND: &'static [(&'static str, u32)] = &[
        ("inApps/v1/transactions", 50),
        ("inApps/v2/transactions/consumption", 50),
        ("inApps/v2/refund/lookup", 10),
        ("inApps/v1/notifications/history", 50),
        ("inApps/v1/notifications/test", 1),
    ];

    /// The limits of the apps that can be asked about. Apple has them for each app; here all apps at one address share
    /// them, which is never more.
    ///
    /// # Errors
    /// [`ConfigError`] for an address that is none.
    pub fn rate_limits(sections: &[AppStoreSection]) -> Result<Vec<RateLimit>, ConfigError> {
        let mut limits: Vec<RateLimit> = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(api) = &section.api else { continue };
            for environment in section.asked_environments(n)? {
                let base = api.base(n, environment)?;
                let per = match environment {
                    AppStoreEnvironment::Production => Duration::from_secs(1),
                    _ => Duration::from_secs(1) * SANDBOX_SHARE,
                };
                for (path, requests) in Self::PER_SECOND {
                    let url = base.clone().segments(path);
                    let limit = RateLimit::of_host(url.host(), *requests, per).under(url.path());
                    if !limits.contains(&limit) {
                        limits.push(limit);
                    }
                }
            }
        }
        Ok(limits)
    }
}
