//! The address at which the stores reach the webhook server.

use std::fmt;
use std::str::FromStr;

use recoup::Store;
use recoup::transport::Url;

/// An `https` URL that stores can reach, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address(String);

impl Address {
    /// Stands in while the address is missing, so that everything else that is missing is found as well.
    pub(super) fn example() -> Self {
        Self("https://game.example.com".to_owned())
    }

    /// The URL of a store's webhook below it, as `recoup serve` names its routes.
    pub(super) fn webhook(&self, store: &Store) -> Self {
        Self(format!("{}/v1/{}", self.0, store.as_str()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const EXPECTED: &str = "expected the address of your webhooks, such as https://game.example.com";
        let url: Url = text.parse().map_err(|error| format!("{error}; {EXPECTED}"))?;
        if !url.is_https() || url.is_loopback() {
            return Err(format!("the stores reach public https addresses only: {EXPECTED}"));
        }
        if text.contains('?') {
            return Err(format!("it has a query: {EXPECTED}"));
        }
        Ok(Self(url.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_below_the_address() {
        for text in ["https://game.example.com", "https://game.example.com/", "https://GAME.example.com"] {
            let address: Address = text.parse().unwrap();
            assert_eq!(
                address.webhook(&Store::GooglePlay).to_string(),
                "https://game.example.com/v1/google-play"
            );
        }
        let below: Address = "https://example.com:8443/hooks/".parse().unwrap();
        assert_eq!(below.webhook(&Store::Stripe).to_string(), "https://example.com:8443/hooks/v1/stripe");
    }

    #[test]
    fn what_no_store_reaches_is_refused() {
        for text in [
            "",
            "game.example.com",
            "http://game.example.com",
            "https://localhost:8460",
            "https://127.0.0.1",
            "https://game.example.com/?a=b",
            "https://ann:secret@game.example.com",
        ] {
            let refused = text.parse::<Address>().unwrap_err();
            assert!(refused.contains("https://") && !refused.contains("secret"), "{text}: {refused}");
        }
    }
}
