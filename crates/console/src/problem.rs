//! What went wrong, as RFC 9457 has it: `application/problem+json`.

use recoup::{Error, LedgerError};
use serde_json::{Map, Value, json};

/// An answer that is not a success.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// A stable name for programs.
    pub(crate) code: String,
    /// What happened, and what to do.
    pub(crate) detail: String,
    /// Further members.
    pub(crate) facts: Map<String, Value>,
    /// After how many seconds to try again.
    pub(crate) retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: u16, code: impl Into<String>, detail: impl Into<String>) -> Self {
        let (code, detail) = (code.into(), detail.into());
        Self { status, code, detail, facts: Map::new(), retry_after: None }
    }

    /// Adds a member.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Where a document does not fit, one for each place.
    pub(crate) fn with_errors(self, errors: &[(String, String)]) -> Self {
        let errors: Vec<Value> =
            errors.iter().map(|(pointer, detail)| json!({"pointer": pointer, "detail": detail})).collect();
        self.with("errors", errors)
    }

    pub(crate) fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("type".to_owned(), json!(format!("urn:recoup:problem:{}", self.code)));
        document.insert("title".to_owned(), json!(title(&self.code)));
        document.insert("status".to_owned(), json!(self.status));
        document.insert("detail".to_owned(), json!(self.detail));
        document.insert("code".to_owned(), json!(self.code));
        document.extend(self.facts.clone());
        Value::Object(document)
    }

    /// Nothing here.
    pub(crate) fn not_found() -> Self {
        Self::new(
            404,
            "not_found",
            "there is nothing at this address: look into openapi.json for what there is",
        )
    }

    /// No operator is signed in.
    pub(crate) fn signed_out() -> Self {
        Self::new(401, "signed_out", "no operator is signed in, or the session has ended: sign in")
    }

    /// A panic, or another fault of the console's own.
    pub(crate) fn internal() -> Self {
        Self::new(500, "internal", "the call failed by a fault of the program: its log says more")
    }
}

/// The code as words.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = status(&error);
        if status >= 500 {
            tracing::error!(target: "recoup::console", code = error.code(), "a call failed: {error}");
        }
        let problem = Self::new(status, error.code(), error.to_string());
        match error {
            Error::Conflict { current } => problem.with("current", current),
            Error::TooMany { count, limit, .. } => problem.with("count", count).with("limit", limit),
            Error::UnknownRefund { id } => problem.with("refund", id),
            _ if status == 503 => problem.retry_after(1),
            _ => problem,
        }
    }
}

/// The HTTP status of an error.
fn status(error: &Error) -> u16 {
    match error {
        Error::Refused { code, .. } => status_of_code(code),
        Error::Conflict { .. } => 412,
        Error::UnknownRefund { .. } | Error::UnknownReview { .. } | Error::UnknownOrder { .. } => 404,
        Error::UnknownEvent { .. } => 404,
        Error::BadText(_) | Error::BadPurchase { .. } | Error::BadMessage(_) | Error::BadAction { .. } => 422,
        Error::TooMany { .. } => 422,
        Error::Config(_) => 422,
        Error::PurchaseOfAnotherUser { .. } | Error::TagOfAnotherUser { .. } => 409,
        Error::SignedPurchase(_) => 422,
        Error::Api(error) if error.code() == "api_not_configured" => 409,
        // What a store answered is not this server's fault, nor the caller's.
        Error::Api(error) if error.is_retryable() => 503,
        Error::Api(_) => 502,
        Error::Ledger(LedgerError::Closed) => 503,
        Error::Ledger(error) if error.is_retryable() => 503,
        Error::Ledger(LedgerError::DiskFull) => 503,
        _ => 500,
    }
}

/// The HTTP status of what the ledger's contents do not allow.
fn status_of_code(code: &str) -> u16 {
    match code {
        "bad_key" | "key_needed" => 400,
        "signed_out" => 401,
        "bad_invitation" => 410,
        "not_granted" | "filter_needs_currency" | "too_many" => 422,
        code if code.starts_with("unknown_") => 404,
        code if code.starts_with("bad_") => 422,
        _ => 409,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_its_code_three_ways() {
        let problem = Problem::new(409, "still_owed", "gem: 3 are owed").with("owed", 3);
        assert_eq!(
            problem.document(),
            json!({
                "type": "urn:recoup:problem:still_owed", "title": "Still owed", "status": 409,
                "detail": "gem: 3 are owed", "code": "still_owed", "owed": 3
            })
        );
    }

    #[test]
    fn errors_of_the_library_have_a_status() {
        let of = |error: Error| Problem::from(error).status;
        assert_eq!(of(Error::UnknownRefund { id: 1 }), 404);
        let conflict = Problem::from(Error::Conflict { current: 7 });
        assert_eq!((conflict.status, conflict.code.as_str()), (412, "conflict"));
        assert_eq!(conflict.facts["current"], 7);
        let refused = |code| Error::Refused { code, facts: String::new() };
        for (code, status) in [
            ("unknown_notice", 404),
            ("bad_key", 400),
            ("bad_item", 422),
            ("still_owed", 409),
            ("key_reused", 409),
        ] {
            assert_eq!(of(refused(code)), status, "{code}");
        }
        assert_eq!(of(Error::Ledger(LedgerError::Closed)), 503);
    }
}
