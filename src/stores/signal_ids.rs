//! Signals whose ids name no order for sure.

use crate::model::Signal;
use crate::stores::Rejection;

impl Signal {
    /// This signal, if its ids can be distinguished from all others; else why it is not understood.
    pub(crate) fn of_whole_ids(self) -> Result<Self, Rejection> {
        self.whole_ids().map_err(|bad| Rejection::NotUnderstood { problem: bad.to_string() })
    }
}
