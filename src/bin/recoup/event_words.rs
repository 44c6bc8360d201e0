//! An event in words.

use recoup::{Event, EventKind};

use crate::words;

/// What the game is told, and should do.
pub(crate) fn sentence(event: &Event) -> String {
    let user = event.user.as_deref().unwrap_or("nobody known yet");
    let about = event
        .refund
        .as_ref()
        .map_or_else(String::new, |refund| format!(", {}", words::refund_and_evidence(refund)));
    let what = match (event.kind, &event.block) {
        (EventKind::Block, Some(block)) => {
            format!("block {user} {}: {}", words::until(block.until), words::block_cause(block))
        }
        (EventKind::Unblock, Some(block)) => {
            let why = block.ended.as_ref().map_or_else(String::new, |end| words::ended_by(&end.why));
            format!("unblock {user}: {why}")
        }
        (EventKind::Review, _) => {
            let deadline = event.refund.as_ref().and_then(|refund| refund.case.review.as_ref()?.deadline);
            let by = deadline.map_or_else(String::new, |at| format!(" by {}", words::moment(at)));
            format!("review of {user}: the store wants to hear{by}{about}")
        }
        (EventKind::SweepGap, _) => event.gap.as_ref().map_or_else(String::new, |gap| {
            format!(
                "gap: {} no longer tells what was refunded for {} from {} to {}",
                gap.store.title(),
                gap.app,
                words::moment(gap.from),
                words::moment(gap.to)
            )
        }),
        (EventKind::Alert, _) if event.refund.as_ref().is_some_and(|refund| !refund.claimants.is_empty()) => {
            let claimants =
                event.refund.as_ref().map(|refund| refund.claimants.join(", ")).unwrap_or_default();
            format!("alert of {user}{about}; {claimants} may have a claim, and {user} keeps it")
        }
        (kind, _) => format!("{} of {user}{about}", words::name(&kind)),
    };
    let again = if event.attempt > 1 { format!(" (delivery {})", event.attempt) } else { String::new() };
    format!("event {}: {what}{again}", event.id)
}
