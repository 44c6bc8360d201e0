//! The limits that Google states, for [`RateLimited`](crate::transport::RateLimited).
//!
//! Sources: <https://developers.google.com/android-publisher/quotas> and
//! <https://developers.google.com/android-publisher/voided-purchases>.

use std::time::Duration;

use super::voided_purchases::voided_purchases_url;
use super::{GooglePlayApi, GooglePlaySection};
use crate::config::ConfigError;
use crate::transport::RateLimit;

impl GooglePlayApi {
    /// Lists of voided purchases for one app: 30 in 30 seconds.
    pub const VOIDED_PER_HALF_MINUTE: (u32, Duration) = (30, Duration::from_secs(30));
    /// Lists of voided purchases for one app: 6000 a day. Google's day begins at midnight in California; here it is any
    /// 24 hours, which is never more.
    pub const VOIDED_PER_DAY: (u32, Duration) = (6000, Duration::from_secs(24 * 60 * 60));
    /// Calls of one bucket (orders, subscriptions …): 3000 a minute. Kept for all of them together, since a bucket is
    /// of many apps; a game server is far from it.
    pub const CALLS_PER_MINUTE: (u32, Duration) = (3000, Duration::from_secs(60));

    /// The limits of the apps that can be asked about.
    ///
    /// # Errors
    /// [`ConfigError`] for an `api_url` that is none.
    pub fn rate_limits(sections: &[GooglePlaySection]) -> Result<Vec<RateLimit>, ConfigError> {
        let mut limits = Vec::new();
        for (n, section) in sections.iter().enumerate() {
            if section.service_account.is_none() {
                continue;
            }
            let api_url = section.api_url(n)?;
            let (calls, minute) = Self::CALLS_PER_MINUTE;
            limits.push(RateLimit::of_host(api_url.host(), calls, minute).under(api_url.path()));
            let voided = voided_purchases_url(&api_url, &section.package_name);
            for (requests, per) in [Self::VOIDED_PER_HALF_MINUTE, Self::VOIDED_PER_DAY] {
                limits.push(RateLimit::of_host(voided.host(), requests, per).under(voided.path()));
            }
        }
        let mut once: Vec<RateLimit> = Vec::new();
        for limit in limits {
            if !once.contains(&limit) {
                once.push(limit);
            }
        }
        Ok(once)
    }
}
