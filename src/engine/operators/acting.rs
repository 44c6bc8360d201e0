//! Calls of operators, and the audit that they leave.

use std::sync::Arc;

use crate::engine::Engine;
use crate::error::Error;
use crate::model::{Acting, AuditEntry, AuditFilter, Page};

/// What begins a target that is a player.
const PLAYER: &str = "player:";

impl Engine {
    /// The same engine for one call of an operator: a call that changes something writes one row of the audit in the same
    /// transaction, with the number of the first journal entry that it wrote. A call that fails writes none; nor does one
    /// that only reads: see [`write_audit`](Self::write_audit).
    ///
    /// A call of several commits ([`bulk`](Self::bulk), [`issue_refund`](Self::issue_refund),
    /// [`forget_user`](Self::forget_user)) writes its row with the first. If that is about a user who is forgotten, the row
    /// has the pseudonym. What stores report ([`ingest`](Self::ingest), [`reconcile`](Self::reconcile)) and the host's own
    /// work ([`poll`](Self::poll), [`ack`](Self::ack), [`work`](Self::work)) are no operator's calls: make them on the engine
    /// itself.
    ///
    /// The view shares all with this engine, and is cheap to make. Dropping it closes nothing. What `acting` has is trusted,
    /// and not checked: neither whether there is such an operator nor what the role allows.
    #[must_use]
    pub fn acting(&self, acting: Acting) -> Self {
        let mut view = self.view();
        view.acting = Some(Arc::new(acting));
        view
    }

    /// Writes a row of the audit for what changes nothing: a sign-in, an export, a refused call. `outcome` is `done` or the
    /// code of the error. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn write_audit(&self, acting: &Acting, outcome: &str) -> Result<(), Error> {
        let (acting, outcome) = (acting.clone(), outcome.to_owned());
        self.view().change(move |change| Ok(change.tx.write_audit(&acting, &outcome, None, change.now)?))
    }

    /// The entries of the audit that the filter matches, newest first; `after` is the `next` of the page before. At most
    /// [`MAX_PAGE`](crate::MAX_PAGE) at a time. Older ones than `retention.audit` are removed.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn audit(
        &self,
        filter: &AuditFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, Error> {
        self.page(
            after,
            limit,
            |read, before, limit| {
                let mut entries = read.audit(filter, before, limit)?;
                // As the host spells the player.
                for target in entries.iter_mut().filter_map(|entry| entry.target.as_mut()) {
                    if let Some(user) = target.strip_prefix(PLAYER) {
                        let mut user = user.to_owned();
                        read.spell(&mut user)?;
                        *target = format!("{PLAYER}{user}");
                    }
                }
                Ok(entries)
            },
            |entry| entry.id,
        )
    }
}
