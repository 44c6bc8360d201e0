//! Operators: the people who work with the console, what each may do, how they are signed in, and what they saved.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Span, Timestamp};
use crate::shown::is_seen;

/// The longest name of an operator, a label or a saved view, in characters: what fits a column of a table.
pub const MAX_OPERATOR_NAME: usize = 64;

/// What an operator may do; a later one may do all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Look at lists, refunds, players, figures and rules.
    Viewer,
    /// Answer players: notes, assignments, reports of what came back, sparing and unblocking.
    Support,
    /// Decide: forgive, close, overrule, block, exclude, access; read raw messages, replay, export, try rules.
    Operator,
    /// Move money at stores, export and forget users, manage operators, read the audit.
    Admin,
}

impl Role {
    /// All roles, from the one that may do least.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Support, Self::Operator, Self::Admin];

    /// Its name: `viewer`, `support`, `operator` or `admin`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Support => "support",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is not a role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a role: expected viewer, support, operator or admin")]
pub struct UnknownRole {
    /// The text, cut after 64 characters.
    pub text: String,
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole { text: text.chars().take(64).collect() })
    }
}

/// An operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Operator {
    /// The name: 1 to 64 printable characters. It is what the ledger has as `console:<name>` in `who`.
    pub name: String,
    /// What the operator may do.
    pub role: Role,
    /// When the operator was added; again, if it had ended.
    pub made_at: Timestamp,
    /// Until when an invitation is open that was not accepted; may be past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited_until: Option<Timestamp>,
    /// Whether the operator has chosen a password.
    pub has_password: bool,
    /// When the operator ended; `None`: the operator may work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What the console's pages keep for the operator: an object of at most 16 KiB.
    pub settings: serde_json::Value,
}

/// An invitation to choose a password. Whoever has the token can accept it: give it to the operator alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Invitation {
    /// The operator's name.
    pub operator: String,
    /// `i_` and 43 characters of base64url. The ledger keeps its SHA-256 alone.
    pub token: String,
    /// Until when it is good: a day.
    pub until: Timestamp,
}

impl fmt::Debug for Invitation {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invitation")
            .field("operator", &self.operator)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// What is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A person's browser.
    Browser,
    /// A program, by an API token.
    Token,
}

impl SessionKind {
    /// Its name: `browser` or `token`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Token => "token",
        }
    }
}

/// A session of a browser, or an API token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Session {
    /// The first 16 hexadecimal digits of the token's SHA-256: a name that signs nobody in.
    pub id: String,
    /// The operator's name.
    pub operator: String,
    /// What it may do: the operator's role, and for a token at most that.
    pub role: Role,
    /// What is signed in.
    pub kind: SessionKind,
    /// What the token is for; a browser's session has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When it began.
    pub made_at: Timestamp,
    /// When it was last used, within a minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub until: Timestamp,
    /// Until when the operator counts as having just proven who it is; `None`: not since it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proven_until: Option<Timestamp>,
}

/// How long a browser's session lasts. API tokens have a time of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SessionLimits {
    /// How long it may be unused; 12 hours.
    pub idle: Span,
    /// How long it may last in all; 7 days.
    pub whole: Span,
}

impl Default for SessionLimits {
    /// A night signs out, a lunch break does not; and a stolen cookie is good for a week at most.
    fn default() -> Self {
        Self { idle: Span::from_hours(12), whole: Span::from_days(7) }
    }
}

/// A list that an operator saved under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct SavedView {
    /// Its id.
    pub id: i64,
    /// Whose it is.
    pub operator: String,
    /// Whether every operator sees it.
    pub shared: bool,
    /// The console's page, such as `refunds`.
    pub page: String,
    /// Its name.
    pub name: String,
    /// The query of the page's address, percent-encoded, without `?`.
    pub query: String,
    /// When it was saved.
    pub made_at: Timestamp,
}

/// What is wrong with a name or a label: 1 to 64 characters that can be seen, and no space at either end, so that no two
/// operators look the same.
pub(crate) fn check_operator_text(what: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length == 0 || length > MAX_OPERATOR_NAME {
        return Err(format!("{what} has {length} characters; it must have 1 to {MAX_OPERATOR_NAME}"));
    }
    if let Some((at, _)) = text.char_indices().find(|(_, letter)| !is_seen(*letter)) {
        return Err(format!("{what} has a character that cannot be seen (byte {at}): remove it"));
    }
    if text.trim() != text {
        return Err(format!("{what} has a space at its beginning or end: remove it"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_role_may_do_what_an_earlier_one_may() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.to_string());
        }
        let error = "root".parse::<Role>().unwrap_err().to_string();
        assert_eq!(error, "\"root\" is not a role: expected viewer, support, operator or admin");
    }

    #[test]
    fn names_can_be_seen_and_have_no_space_at_the_ends() {
        for name in ["a", "Ann Lee", "김지수", "ann@example.com", &"x".repeat(64)] {
            assert_eq!(check_operator_text("the name", name), Ok(()), "{name:?}");
        }
        for name in
            ["", " ann", "ann ", "a\nn", "a\u{202e}nn", "a\u{200b}nn", "ann\u{a0}", "a\0", &"x".repeat(65)]
        {
            assert!(check_operator_text("the name", name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn an_invitation_is_debugged_without_its_token() {
        let invitation = Invitation {
            operator: "ann".to_owned(),
            token: "i_secret".to_owned(),
            until: Timestamp::from_millis(5),
        };
        let text = format!("{invitation:?}");
        assert!(text.contains("ann") && !text.contains("secret"), "{text}");
    }
}
