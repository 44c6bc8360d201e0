//! What `verify` and `ingest` take of a store's request beside its body.

use recoup::{Clock as _, SystemClock, Timestamp};

/// A header field, `Name: value`.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    name: String,
    value: String,
}

impl std::str::FromStr for Header {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err("expected 'Name: value', such as 'Authorization: Bearer ey…'".to_owned()),
        }
    }
}

/// What goes with the body.
#[derive(Debug, clap::Args)]
pub(crate) struct Around {
    /// A header field as the store sent it, 'Name: value'; may be given several times
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<Header>,
    /// The time to go by instead of now: RFC 3339 (2026-01-31T12:00:00Z) or Unix milliseconds
    ///
    /// For a message that was saved, the time it came: Stripe's signatures, Google's tokens and Amazon's messages run out.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
}

impl Around {
    pub(crate) fn headers(&self) -> Vec<(&str, &str)> {
        self.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())).collect()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(|| SystemClock.now())
    }
}
