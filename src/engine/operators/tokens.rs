//! API tokens: for programs that call the console's HTTP API.

use super::secret::Secret;
use super::{check_name, standing};
use crate::engine::Engine;
use crate::error::Error;
use crate::ledger::NewSession;
use crate::model::{Role, Session, SessionKind, Span};

/// The longest time of a token: one that is forgotten ends within a year and a bit, and a yearly change is in time.
const MAX_SPAN: Span = Span::from_days(400);

/// The most tokens an operator has at a time: a token a program.
const MAX_TOKENS: usize = 100;

impl Engine {
    /// Makes an API token for an operator, with its label, role and time, and returns it: `rcp_` and 43 characters. The
    /// ledger keeps its SHA-256 alone. It ends with its time, with the operator, by
    /// [`sign_out`](Self::sign_out) and by [`end_session_by_id`](Self::end_session_by_id). Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_operator`, `bad_label`, `bad_role` for a role above the operator's, or
    /// `bad_span` for a time that is not above 0 and up to 400 days; [`Error::TooMany`] at 100 tokens of the operator;
    /// [`Error::Ledger`].
    pub fn make_token(
        &self,
        operator: &str,
        label: &str,
        role: Role,
        span: Span,
    ) -> Result<(String, Session), Error> {
        check_name("bad_label", "the label", label)?;
        if span <= Span::from_millis(0) || span > MAX_SPAN {
            let facts = format!("a token is good for {span}; expected a time above 0 and up to {MAX_SPAN}");
            return Err(Error::Refused { code: "bad_span", facts });
        }
        let secret = Secret::new("rcp_", self.randomness.as_ref())?;
        let (sha256, name, label) = (secret.sha256, operator.to_owned(), label.to_owned());
        let session = self.change(move |change| {
            let operator = standing(change.tx.read(), &name)?.operator;
            if role > operator.role {
                let facts = format!(
                    "operator {name:?} has the role {}, and a token may do no more: make it for {} or less, or change the role",
                    operator.role, operator.role
                );
                return Err(Error::Refused { code: "bad_role", facts });
            }
            let sessions = change.tx.read().sessions(&name, change.now)?;
            let count = sessions.iter().filter(|row| row.session.kind == SessionKind::Token).count();
            if count >= MAX_TOKENS {
                let count = count.saturating_add(1);
                return Err(Error::TooMany { what: "tokens of an operator", count, limit: MAX_TOKENS });
            }
            let new = NewSession {
                sha256: &sha256,
                operator: &name,
                role,
                kind: SessionKind::Token,
                label: Some(&label),
                until: change.now.plus(span),
                proven_until: None,
            };
            Ok(change.tx.insert_session(&new, change.now)?)
        })?;
        Ok((secret.token, session))
    }
}
