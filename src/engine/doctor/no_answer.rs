//! Why a store did not say yes, with what to do about each kind.

use crate::stores::{ApiError, Noted};
use crate::transport::TransportError;

/// What to do where the answer is in a form that the store does not have.
const SOMETHING_ELSE: &str = "Something else than the store may answer there: a proxy's or a hotel's login page, a web \
                              server in between, or a wrong address in the configuration. Try the host by curl. If it is \
                              the store, look for a newer Recoup.";

/// The store answered, and not with what was asked for. `advice` is the store's own, for what only it knows.
pub(super) fn refused(
    at: &str,
    error: &ApiError,
    clock_is_wrong: bool,
    advice: impl FnOnce() -> String,
) -> Noted {
    let facts = format!("{at}{error}");
    match error {
        ApiError::Credentials { .. } if clock_is_wrong => Noted::broken(
            "credentials_refused",
            facts,
            "Set this machine's clock first: with a wrong one no token is taken.",
        ),
        ApiError::Credentials { .. } => Noted::broken("credentials_refused", facts, advice()),
        ApiError::Unreadable { .. } => Noted::broken("unreadable", facts, SOMETHING_ELSE),
        error if error.is_retryable() => Noted::warning("store_unwell", facts, advice()),
        // Every store but Amazon, which has none, gives its own code with a refusal.
        ApiError::Refused { code, .. } if code.is_empty() => {
            Noted::broken("refused", facts, format!("{} {SOMETHING_ELSE}", advice()))
        }
        _ => Noted::broken("refused", facts, advice()),
    }
}

/// There was no answer.
pub(super) fn unreachable(at: &str, error: &TransportError) -> Noted {
    let (code, advice) = match error {
        TransportError::Timeout { phase: "the exchange", .. } => (
            "timeout",
            "The host was found and did not answer in time. Run this again; if it stays, does a firewall or a proxy hold \
             up what goes out to port 443, and is the address in the configuration right? Try the host by curl from \
             this machine.",
        ),
        TransportError::Timeout { .. } => (
            "timeout",
            "Does this machine resolve the name (DNS), and does a firewall drop what goes out to port 443? Try the host \
             by curl from this machine.",
        ),
        TransportError::Connect { .. } => (
            "no_connection",
            "Does this machine resolve the name (DNS), and may it go out to port 443? Where a proxy is needed, set \
             HTTPS_PROXY. Where the configuration names an address for the store's API, is it right?",
        ),
        TransportError::Proxy { .. } => (
            "proxy",
            "Is the proxy in HTTPS_PROXY or ALL_PROXY up, are its user and password right, and may it connect to this \
             host? A host that needs no proxy goes into NO_PROXY.",
        ),
        TransportError::Tls { .. } => (
            "tls",
            "An issuer that is not trusted: install the system's root certificates (ca-certificates), and where a proxy \
             looks into TLS, add its root to them. Another name: something else than the store answers there, or the \
             address in the configuration is wrong. Expired or not yet valid: is this machine's clock right?",
        ),
        TransportError::Redirect { .. }
        | TransportError::Malformed { .. }
        | TransportError::TooLarge { .. } => ("no_answer", SOMETHING_ELSE),
        TransportError::Unsendable { .. } => {
            ("no_answer", "Nothing was sent. Mend the store's address in the configuration.")
        }
        _ => ("no_answer", "Run this again; if it stays, look at the network between here and the store."),
    };
    Noted::broken(code, format!("{at}{error}; so its credentials could not be checked"), advice)
}
