//! Why a store did not answer as expected, and what to do about it.

use crate::stores::{ApiError, SectionFinding};
use crate::transport::TransportError;

/// The advice for an answer in a form that the store does not use.
const SOMETHING_ELSE: &str = "The answer may not be the store's, but a proxy's login page, a web \
                              server's in between, or come from a wrong address in the configuration. Try the host with curl. If it is \
                              the store, look for a newer Recoup.";

/// The store answered with an error. `advice` is specific to the store.
pub(super) fn refused(
    at: &str,
    error: &ApiError,
    clock_is_wrong: bool,
    advice: impl FnOnce() -> String,
) -> SectionFinding {
    let facts = format!("{at}{error}");
    match error {
        ApiError::Credentials { .. } if clock_is_wrong => SectionFinding::broken(
            "credentials_refused",
            facts,
            "Set this machine's clock first: with a wrong clock no token is accepted.",
        ),
        ApiError::Credentials { .. } => SectionFinding::broken("credentials_refused", facts, advice()),
        ApiError::Unreadable { .. } => SectionFinding::broken("unreadable", facts, SOMETHING_ELSE),
        error if error.is_retryable() => SectionFinding::warning("store_unwell", facts, advice()),
        // Every store but Amazon, which has no codes, sends its code with a refusal.
        ApiError::Refused { code, .. } if code.is_empty() => {
            SectionFinding::broken("refused", facts, format!("{} {SOMETHING_ELSE}", advice()))
        }
        _ => SectionFinding::broken("refused", facts, advice()),
    }
}

/// There was no answer.
pub(super) fn unreachable(at: &str, error: &TransportError) -> SectionFinding {
    let (code, advice) = match error {
        TransportError::Timeout { phase: "the exchange", .. } => (
            "timeout",
            "The host was found and did not answer in time. Run this again; if it persists, does a firewall or a proxy block \
             connections to port 443, and is the address in the configuration correct? Try the host with curl from \
             this machine.",
        ),
        TransportError::Timeout { .. } => (
            "timeout",
            "Does this machine resolve the name (DNS), and does a firewall drop connections to port 443? Try the host \
             with curl from this machine.",
        ),
        TransportError::Connect { .. } => (
            "no_connection",
            "Does this machine resolve the name (DNS), and may it connect to port 443? If a proxy is needed, set \
             HTTPS_PROXY. If the configuration has an address for the store's API, is it correct?",
        ),
        TransportError::Proxy { .. } => (
            "proxy",
            "Is the proxy in HTTPS_PROXY or ALL_PROXY running, are its user and password correct, and may it connect to this \
             host? A host that needs no proxy goes into NO_PROXY.",
        ),
        TransportError::Tls { .. } => (
            "tls",
            "An untrusted issuer: install the system's root certificates (ca-certificates), and if a proxy \
             inspects TLS, add its root to them. Another name: the answer is not the store's, or the \
             address in the configuration is wrong. Expired or not yet valid: is this machine's clock correct?",
        ),
        TransportError::Redirect { .. }
        | TransportError::Malformed { .. }
        | TransportError::TooLarge { .. } => ("no_answer", SOMETHING_ELSE),
        TransportError::Unsendable { .. } => {
            ("no_answer", "Nothing was sent. Correct the store's address in the configuration.")
        }
        _ => (
            "no_answer",
            "Run this again; if it persists, check the network between this machine and the store.",
        ),
    };
    SectionFinding::broken(code, format!("{at}{error}; so its credentials could not be checked"), advice)
}
