//! Retention: what is removed once it is old enough.

use serde::{Deserialize, Serialize};

/// How many rows [`Engine::prune`](crate::Engine::prune) removed, or emptied, of each kind. Facts, purchases, refunds,
/// blocks, books and the journal are never removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Pruned {
    /// Raw bodies of stores' messages. What was read from them stays, and so does their SHA-256.
    #[serde(skip_serializing_if = "is_zero")]
    pub bodies: u64,
    /// Dead letters.
    #[serde(skip_serializing_if = "is_zero")]
    pub dead_letters: u64,
    /// Answers under keys: a repetition of such a call is no longer recognised.
    #[serde(skip_serializing_if = "is_zero")]
    pub requests: u64,
    /// Settled messages to webhook endpoints: they can no longer be replayed.
    #[serde(skip_serializing_if = "is_zero")]
    pub webhooks: u64,
    /// Notices that had ended.
    #[serde(skip_serializing_if = "is_zero")]
    pub notices: u64,
    /// Entries of the operators' audit.
    #[serde(skip_serializing_if = "is_zero")]
    pub audit: u64,
    /// Operators' sessions and tokens that had ended.
    #[serde(skip_serializing_if = "is_zero")]
    pub sessions: u64,
    /// Codes by which forgotten users are recognised in late messages.
    #[serde(skip_serializing_if = "is_zero")]
    pub forgotten: u64,
}

/// Left out of the JSON, so that the journal's entries name what was removed alone.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Pruned {
    /// Each kind's name with its count.
    #[must_use]
    pub const fn counts(&self) -> [(&'static str, u64); 8] {
        [
            ("bodies", self.bodies),
            ("dead_letters", self.dead_letters),
            ("requests", self.requests),
            ("webhooks", self.webhooks),
            ("notices", self.notices),
            ("audit", self.audit),
            ("sessions", self.sessions),
            ("forgotten", self.forgotten),
        ]
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts().iter().map(|(_, count)| count).sum()
    }

    /// Adds what another step removed.
    pub(crate) fn add(&mut self, other: &Self) {
        self.bodies += other.bodies;
        self.dead_letters += other.dead_letters;
        self.requests += other.requests;
        self.webhooks += other.webhooks;
        self.notices += other.notices;
        self.audit += other.audit;
        self.sessions += other.sessions;
        self.forgotten += other.forgotten;
    }
}
