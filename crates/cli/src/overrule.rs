//! `recoup overrule`: decides one refund.

use std::str::FromStr;

use recoup::{Action, RefundId};
use serde_json::{Value, json};

use crate::blocks::OperatorArguments;
use crate::case::Revision;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, words};

/// Decide one refund, before exclusions and rules.
#[derive(Debug, clap::Args)]
pub(crate) struct Overrule {
    #[command(flatten)]
    config: ConfigFile,
    /// The refund, as `recoup refunds` prints it
    refund: RefundId,
    /// What is done with it: exclude, notify, record, alert, "block permanently", "block 7d", "block repaid", "block
    /// repaid after 15m"; or policy, to let the rules decide again
    #[arg(long = "as", value_name = "ACTION")]
    decision: DecisionOf,
    #[command(flatten)]
    at: Revision,
    #[command(flatten)]
    by: OperatorArguments,
}

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DecisionOf {
    Operator(Action),
    Policy,
}

impl FromStr for DecisionOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let action = match text.split_whitespace().collect::<Vec<_>>()[..] {
            ["policy"] => return Ok(Self::Policy),
            ["block", "repaid", "after", grace] => json!({"block": "repaid", "grace": grace}),
            ["block", length] => json!({"block": length}),
            _ => Value::String(text.to_owned()),
        };
        serde_json::from_value(action).map(Self::Operator).map_err(|error| {
            format!(
                "expected exclude, notify, record, alert, \"block permanently\", \"block 7d\", \"block repaid\", \
                 \"block repaid after 15m\" or policy: {error}"
            )
        })
    }
}

impl Overrule {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        let action = match self.decision {
            DecisionOf::Operator(action) => Some(action),
            DecisionOf::Policy => None,
        };
        let refund = engine.overrule(self.at.of(self.refund), action, &self.by.who(), &self.by.why)?;
        if output.is_json() {
            output.document(&refund)?;
        } else {
            let blocks = engine.user(refund.user.as_deref().unwrap_or_default())?.blocks;
            let block = blocks.iter().find(|block| {
                block.ended.is_none()
                    && matches!(block.cause, recoup::BlockCause::Refund { refund: id, .. } if id == refund.id)
            });
            let decided = match &refund.decision {
                Some(decision) => format!("{} (by \"{}\")", decision.action, decision.rule),
                None => "nothing is to be decided yet".to_owned(),
            };
            let blocked = block.map_or_else(String::new, |block| {
                format!(" {} is blocked {} (block {}).", block.user, words::block_until(block), block.id)
            });
            output.print(format_args!("Refund {}: {decided}.{blocked}", refund.id))?;
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use recoup::{BlockFor, Span};

    #[test]
    fn actions_are_read_as_people_write_them() {
        let block = |length| DecisionOf::Operator(Action::Block(length));
        for (text, expected) in [
            ("record", DecisionOf::Operator(Action::Record)),
            ("block 7d", block(BlockFor::Span(Span::from_days(7)))),
            ("block  permanently", block(BlockFor::Permanently)),
            ("block repaid", block(BlockFor::UntilRepaid { grace: None })),
            ("block repaid after 1h", block(BlockFor::UntilRepaid { grace: Some(Span::from_hours(1)) })),
            ("policy", DecisionOf::Policy),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in ["", "ban", "block", "block soon", "block repaid after 91d", "block 7d after 1h"] {
            let error = text.parse::<DecisionOf>().unwrap_err();
            assert!(error.contains("block repaid after 15m"), "{error}");
        }
    }
}
