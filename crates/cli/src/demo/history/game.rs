//! What the game and its operators do in the history.

use fastrand::Rng;
use recoup::{
    Action, Engine, EventKind, ExclusionAction, ExclusionKind, Grant, NewExclusion, NoteOn, RecoveryReport,
    Refund, RefundFilter, RefundId, Repayment, Span,
};

use super::drawn_for;
use crate::exit::Failure;

/// Who works on refunds.
const OPERATORS: [&str; 3] = ["ann", "ben", "mina"];

/// The game acts on all that waits: it takes what the player still has, and gives again what a reversal returns.
pub(super) fn act_on_events(engine: &Engine) -> Result<(), Failure> {
    loop {
        let events = engine.poll(64)?;
        if events.is_empty() {
            return Ok(());
        }
        for event in events {
            match event.kind {
                EventKind::Refund | EventKind::Reversal | EventKind::Recovery => {
                    let rng = &mut drawn_for(event.id.unsigned_abs());
                    let to_do = engine.to_do(event.id)?;
                    // A third of the players have spent some of it.
                    let spent = rng.u8(0..3) == 0;
                    let taken =
                        to_do.take.iter().filter_map(|grant| still_there(grant, spent, rng)).collect();
                    let report = RecoveryReport {
                        key: to_do.key,
                        taken,
                        returned: to_do.give,
                        who: Some("game".to_owned()),
                        ..RecoveryReport::default()
                    };
                    engine.settle(event.id, &report)?;
                }
                _ => drop(engine.ack(event.id)?),
            }
        }
    }
}

/// How much of an item a player still has.
fn still_there(grant: &Grant, spent: bool, rng: &mut Rng) -> Option<Grant> {
    let quantity = if spent { grant.quantity * rng.i64(0..10) / 10 } else { grant.quantity };
    (quantity > 0).then(|| Grant { item: grant.item.clone(), quantity })
}

/// What operators do about a refund: they take it, write what the player said, forgive a debt, or let a player back.
pub(super) fn work_on(engine: &Engine, refund: &Refund) -> Result<(), Failure> {
    let rng = &mut drawn_for(refund.id.unsigned_abs());
    let Some(who) = rng.choice(OPERATORS) else { return Ok(()) };
    let id = refund.id;
    match rng.u8(0..20) {
        0..5 => drop(engine.assign_refund(id, Some(who), "ann", "the week's plan")?),
        5..8 => {
            let said = "Wrote in: a younger brother bought it. Asked for the family's settings.";
            drop(engine.add_note(&NoteOn::Refund(id), said, who)?);
        }
        8 if owes(engine, id)? => {
            drop(engine.forgive(id, &[], false, &format!("history-{id}"), who, "a long-standing player")?)
        }
        9 => drop(engine.overrule(
            id,
            Some(Action::Alert),
            who,
            "bought twice by mistake, as the logs show",
        )?),
        _ => {}
    }
    Ok(())
}

fn owes(engine: &Engine, refund: RefundId) -> Result<bool, Failure> {
    Ok(engine.recovery(refund)?.is_some_and(|books| books.items.iter().any(|item| item.owed > 0)))
}

/// Some players earn back what they owe.
pub(super) fn repay_some(engine: &Engine, day: u32) -> Result<(), Failure> {
    let rng = &mut drawn_for(u64::from(day));
    for debtor in engine.debtors(None, 100)?.items {
        if rng.u8(0..40) != 0 {
            continue;
        }
        let items = debtor
            .items
            .iter()
            .map(|owed| Grant { item: owed.item.clone(), quantity: (owed.quantity + 1) / 2 });
        let repayment = Repayment {
            key: format!("earned-{day}-{}", debtor.user),
            items: items.collect(),
            who: Some("game".to_owned()),
            why: Some("the weekend's event".to_owned()),
        };
        engine.repay(&debtor.user, &repayment)?;
    }
    Ok(())
}

/// What stands at the end: blocks and exclusions that operators made, and cases that wait for somebody.
pub(super) fn leave_work(engine: &Engine) -> Result<(), Failure> {
    engine.block(
        "rapid-wolf",
        Some(Span::from_days(30)),
        "ben",
        "three accounts on one device, all refunded",
    )?;
    let until = Some(engine.now().plus(Span::from_days(14)));
    let exclusion = |kind, value: &str, why: &str| NewExclusion {
        kind,
        value: value.to_owned(),
        store: None,
        action: ExclusionAction::default(),
        until,
        who: "mina".to_owned(),
        why: why.to_owned(),
    };
    engine.exclude(&exclusion(
        ExclusionKind::Product,
        "starter_pack",
        "sold twice by a fault of 28 November",
    ))?;
    engine.exclude(&exclusion(ExclusionKind::User, "calm-otter", "our tester"))?;
    for refund in engine.refunds(&RefundFilter::default(), None, 12)?.items.iter().skip(6) {
        engine.assign_refund(refund.id, Some("mina"), "ann", "the week's plan")?;
    }
    Ok(())
}
