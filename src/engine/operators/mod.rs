//! Operators of the console: who they are, how they sign in, what they did, what they saved.
//!
//! Tokens are 32 random bytes, and the ledger keeps their SHA-256 alone: they are found by it, so no comparison of a token
//! takes longer the more of it is right. Passwords are hashed by the console, and kept as it gives them.

mod accounts;
mod acting;
mod invitations;
mod secret;
mod sessions;
mod tokens;
mod views;

use crate::error::Error;
use crate::ledger::{OperatorRow, Read};
use crate::model::check_operator_text;

/// Checks the name of an operator, a label or a view.
fn check_name(code: &'static str, what: &str, text: &str) -> Result<(), Error> {
    check_operator_text(what, text).map_err(|facts| Error::Refused { code, facts })
}

/// An operator who has not ended.
fn standing(read: Read<'_>, name: &str) -> Result<OperatorRow, Error> {
    let Some(row) = read.operator(name)? else {
        let facts = format!("there is no operator {name:?}: see `recoup operator list`");
        return Err(Error::Refused { code: "unknown_operator", facts });
    };
    match row.operator.ended_at {
        None => Ok(row),
        Some(at) => {
            let facts = format!("operator {name:?} ended at {at}: add the operator again");
            Err(Error::Refused { code: "unknown_operator", facts })
        }
    }
}
