//! The refund that a command is about, and what a change to it brought about.

use recoup::{
    Clock as _, Engine, Error, Grant, Recovery, Refund, RefundAt, RefundId, RefundRef, SystemClock,
};
use serde::Serialize;

use crate::exit::Failure;
use crate::render::{Output, books};

/// What a refund is named by, for help texts.
pub(crate) const REFUND_HELP: &str = "The refund's id, or the store's order id or purchase token";

/// The revision of a refund that an operator looked at.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Revision {
    /// Only if the refund still has this revision, as --json shows it: fails if it changed since
    #[arg(long, value_name = "NUMBER")]
    revision: Option<i64>,
}

impl Revision {
    /// The refund to change, at this revision if one was given.
    pub(crate) fn of(self, refund: impl Into<RefundAt>) -> RefundAt {
        refund.into().at(self.revision)
    }
}

/// A refund's id, or an order's.
pub(crate) fn refund_ref(text: &str) -> Result<RefundRef, String> {
    match text.parse() {
        Ok(id) => Ok(RefundRef::Refund(id)),
        Err(_) if text.is_empty() => Err("expected a refund's id or an order id".to_owned()),
        Err(_) => Ok(RefundRef::Order(text.to_owned())),
    }
}

/// The refund's id. A refund that counts as another is that one.
pub(crate) fn refund_id(engine: &Engine, named: &RefundRef) -> Result<RefundId, Failure> {
    let id = match named {
        RefundRef::Refund(id) => *id,
        RefundRef::Order(order) => return Ok(of_order(engine, order)?.id),
    };
    let file = engine.case_file(id)?.ok_or(Error::UnknownRefund { id })?;
    Ok(file.refund.merged_into.unwrap_or(id))
}

/// The refund of an order.
pub(crate) fn of_order(engine: &Engine, order: &str) -> Result<Refund, Failure> {
    if let Some(refund) = engine.refund_of_order(order)? {
        return Ok(refund);
    }
    let is_recorded = !engine.order(order)?.purchases.is_empty();
    Err(Failure::Engine(match is_recorded {
        true => Error::Refused {
            code: "not_refunded",
            facts: format!("order {order:?} is recorded, and nothing of it is refunded"),
        },
        false => Error::UnknownOrder { order: order.to_owned() },
    }))
}

/// A key for a change that was given none: no two commands of one machine have the same.
pub(crate) fn new_key() -> String {
    format!("cli:{}:{}", SystemClock.now().millis(), std::process::id())
}

/// A refund before a change.
pub(crate) struct Before {
    refund: Refund,
    active_blocks: Vec<i64>,
}

/// A refund after a change, for programs.
#[derive(Debug, Serialize)]
pub(crate) struct Changed<'a> {
    refund: &'a Refund,
    recovery: &'a Recovery,
    /// What was taken beyond all that was granted: to be given back at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    too_much: Option<&'a [Grant]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
}

impl Before {
    pub(crate) fn of(engine: &Engine, id: RefundId) -> Result<Self, Failure> {
        let file = engine.case_file(id)?.ok_or(Error::UnknownRefund { id })?;
        let active = file.blocks.iter().filter(|block| block.ended.is_none());
        Ok(Self { active_blocks: active.map(|block| block.id).collect(), refund: file.refund })
    }

    pub(crate) const fn id(&self) -> RefundId {
        self.refund.id
    }

    /// Prints what was done, what is still owed, and the status now.
    pub(crate) fn print(
        self,
        engine: &Engine,
        output: &mut Output,
        done: &str,
        key: Option<&str>,
        too_much: Option<&[Grant]>,
    ) -> Result<(), Failure> {
        let id = self.id();
        let file = engine.case_file(id)?.ok_or(Error::UnknownRefund { id })?;
        if output.is_json() {
            let (refund, recovery) = (&file.refund, &file.recovery);
            output.document(&Changed { refund, recovery, too_much, key })?;
            return Ok(());
        }
        let mut sentences = vec![done.to_owned(), books::owed_sentence(&file.recovery)];
        let status = books::status(file.refund.work_status);
        let change = if file.refund.work_status == self.refund.work_status { "still" } else { "now" };
        let (verb, status) = status.split_once(' ').unwrap_or(("is", &status));
        sentences.push(format!("Refund {id} {verb} {change} {status}."));
        for block in file.blocks.iter().filter(|block| block.ended.is_some()) {
            if self.active_blocks.contains(&block.id) {
                sentences.push(format!("Block {} of {} has ended.", block.id, block.user));
            }
        }
        output.print(sentences.join(" "))?;
        if let Some(too_much) = too_much.filter(|items| !items.is_empty()) {
            output.print(format_args!(
                "Not booked, since the purchase did not grant that many: {}. Give it back to the player.",
                books::items(too_much)
            ))?;
        }
        Ok(())
    }
}

/// Prints the key that a change was given, which a repetition needs.
pub(crate) fn print_new_key(output: &mut Output, given: Option<&String>, key: &str) -> Result<(), Failure> {
    if given.is_none() && !output.is_json() {
        output.print(format_args!("Key: {key} (to repeat this without doing it twice, add --key {key})"))?;
    }
    Ok(())
}
