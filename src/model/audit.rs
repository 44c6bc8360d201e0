//! The audit: what operators did and were refused.

use serde::{Deserialize, Serialize};

use super::{Role, Timestamp};
use crate::uuid;

/// Who does what, for the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acting {
    /// The operator; `None`: nobody is signed in, as at a failed sign-in.
    pub operator: Option<String>,
    /// The operator's role in this session.
    pub role: Option<Role>,
    /// The address of the browser or program.
    pub peer: Option<String>,
    /// What is done, such as `refund.forgive`.
    pub what: String,
    /// What it is done to: `refund:93`, `player:kim`.
    pub target: Option<String>,
    /// More about it, as a JSON document. When a user is forgotten, the user's ids in it are replaced.
    pub details: Option<serde_json::Value>,
}

/// An entry of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// Its id; a later entry has a higher one.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The operator; `None`: nobody was signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// The operator's role at that time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The address of the browser or program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<String>,
    /// What was done, such as `refund.forgive`.
    pub what: String,
    /// What it was done to: `refund:93`, `player:kim`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// `done`, or the code of the error.
    pub outcome: String,
    /// The first journal entry of the same transaction; `None` if it wrote none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal_id: Option<i64>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<serde_json::Value>,
}

/// Which entries of the audit; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AuditFilter {
    /// Of this operator only.
    pub operator: Option<String>,
    /// About exactly this: `refund:93`, `player:kim`.
    pub target: Option<String>,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// The kind of targets that are players.
const PLAYER: &str = "player";

/// A target as it is stored and compared: the user id of a player is a UUID in lower case, or as it is.
pub(crate) fn canonical_target(target: &str) -> String {
    match target.split_once(':') {
        Some((PLAYER, user)) => format!("{PLAYER}:{}", uuid::canonical(user)),
        _ => target.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_player_is_one_target_in_either_case() {
        const UPPER: &str = "player:ABCDEF00-0000-4000-8000-00000000000B";
        assert_eq!(canonical_target(UPPER), UPPER.to_lowercase());
        for target in ["player:Kim", "refund:93", "export", "order:ABCDEF00-0000-4000-8000-00000000000B"] {
            assert_eq!(canonical_target(target), target);
        }
    }
}
