//! Signals whose ids lack a part.

use crate::model::Signal;
use crate::stores::Rejection;

impl Signal {
    /// This signal, where its ids can be told apart from all others; else why it is not understood.
    pub(crate) fn of_whole_ids(self) -> Result<Self, Rejection> {
        self.whole_ids().map_err(|name| Rejection::NotUnderstood { problem: broken_id(name) })
    }
}

/// In words: an id has half a character in it.
pub(crate) fn broken_id(name: &str) -> String {
    format!(
        "its {name} has half a character in it (a lone surrogate, or U+FFFD), so it names no order for sure"
    )
}
