//! Keys that cannot be made.

/// Why a throw-away store could not generate a key or sign with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SigningError {
    /// The problem.
    pub problem: String,
}

/// Why something could not be made.
pub(crate) fn failed(problem: impl ToString) -> SigningError {
    SigningError { problem: problem.to_string() }
}
