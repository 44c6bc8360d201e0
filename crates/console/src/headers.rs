//! The header fields that every answer has.

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// What browsers have that a page of refunds needs nothing of.
const NO_FEATURES: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), \
     xr-spatial-tracking=()";

/// The fields, made once.
pub(crate) struct Fields(Vec<(HeaderName, HeaderValue)>);

impl Fields {
    /// `script_hash`: the import map's, as `sha256-…`. `is_https`: whether people open the console over TLS.
    pub(crate) fn new(script_hash: &str, is_https: bool) -> Self {
        let policy = format!(
            "default-src 'none'; script-src 'self' '{script_hash}'; style-src 'self'; img-src 'self' data:; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        let mut fields = vec![
            ("content-security-policy", policy.as_str()),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", NO_FEATURES),
        ];
        if is_https {
            fields.push(("strict-transport-security", "max-age=31536000"));
        }
        let made = fields.into_iter().filter_map(|(name, value)| {
            // Base64 and these texts are all of visible ASCII.
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        });
        Self(made.collect())
    }

    /// Adds them, and that the answer is not to be kept unless it says otherwise.
    pub(crate) fn add_to(&self, fields: &mut HeaderMap) {
        for (name, value) in &self.0 {
            fields.insert(name.clone(), value.clone());
        }
        fields.entry("cache-control").or_insert(HeaderValue::from_static("no-store"));
    }
}
