//! The library's types in words for people.

use recoup::{
    AttributedBy, Block, BlockCause, EndedBy, Event, EventKind, ExclusionKind, Inquiry, InquiryState,
    Outcome, OutcomeKind, Refund, ReviewState, StoreActionState, StoreState, Timestamp,
};
use serde::Serialize;

use crate::render::books;

/// To the second, in UTC: milliseconds do not help in a table.
pub(crate) fn moment(at: Timestamp) -> String {
    let text = at.to_string();
    match text.get(..19) {
        Some(seconds) if text.as_bytes().get(10) == Some(&b'T') => seconds.replace('T', " "),
        _ => text,
    }
}

pub(crate) fn until(until: Option<Timestamp>) -> String {
    until.map_or_else(|| "permanently".to_owned(), |until| format!("until {}", moment(until)))
}

/// When a block ends.
pub(crate) fn block_until(block: &Block) -> String {
    until_or_settled(block.until, block.until_settled)
}

/// When a block ends, by its parts.
pub(crate) fn until_or_settled(at: Option<Timestamp>, settled: bool) -> String {
    if settled { "until repaid".to_owned() } else { until(at) }
}

/// What an exclusion goes by.
pub(crate) fn exclusion(kind: ExclusionKind, value: &str) -> String {
    match kind {
        ExclusionKind::OwnRefunds => "Recoup's own refunds".to_owned(),
        kind => format!("{} {value}", name(&kind)),
    }
}

/// A number of things.
pub(crate) fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The state of a refund review, as the predicate of a sentence.
pub(crate) fn review(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Waiting => "waits for a report",
        ReviewState::Reported => "is about to be answered",
        ReviewState::Answered => "is answered",
        ReviewState::DeclinedToAnswer => "is not answered, by the rules or without consent",
        ReviewState::Missed => "was not answered in time",
        ReviewState::Closed => "was decided by the store before it was answered",
        _ => "is in a state this command line does not know",
    }
}

/// The state of an inquiry.
pub(crate) fn inquiry(inquiry: &Inquiry) -> String {
    let (refund, store) = (inquiry.refund_id, inquiry.store.title());
    let queries = match inquiry.attempts {
        0 => "not queried yet".to_owned(),
        1 => "queried once".to_owned(),
        times => format!("queried {times} times"),
    };
    let error = inquiry.error.as_ref().map_or_else(String::new, |error| format!("; {error}"));
    match inquiry.state {
        InquiryState::Waiting => {
            let until = moment(inquiry.deadline);
            format!(
                "The decision on refund {refund} waits until {until} for {store}'s reason ({queries}{error})."
            )
        }
        _ => format!("Refund {refund} was decided without {store}'s reason ({queries}{error})."),
    }
}

/// The state of a store action, as the predicate of a sentence.
pub(crate) fn action(state: StoreActionState) -> &'static str {
    match state {
        StoreActionState::Written => "is not done yet",
        StoreActionState::Sending => "is being sent",
        StoreActionState::Confirming => "was accepted by the store, and is not confirmed yet",
        StoreActionState::Done => "is done",
        StoreActionState::Failed => "failed, and will not be retried",
        StoreActionState::Unknown => "was sent, and it is unknown whether it was done",
        _ => "is in a state this command line does not know",
    }
}

/// The name in JSON, with spaces.
pub(crate) fn name(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', " "),
        _ => "?".to_owned(),
    }
}

pub(crate) fn state(state: StoreState) -> String {
    state.as_str().replace('_', " ")
}

/// The outcome of a store's request.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    let what = match &outcome.what {
        OutcomeKind::Accepted { name: reported, meaning } => {
            let meaning = name(meaning);
            let news = match (outcome.refund, outcome.new) {
                (_, true) => "new",
                (Some(_), false) => "nothing new",
                (None, false) => "known already",
            };
            let about = match (outcome.refund, &outcome.user) {
                (Some(refund), Some(user)) => format!("; refund {refund}, of {user}"),
                (Some(refund), None) => format!("; refund {refund}, player unknown"),
                (None, _) => String::new(),
            };
            format!("accepted, {news}: {reported} ({meaning}){about}")
        }
        OutcomeKind::DeadLetter(why) => format!("stored as a dead letter, {}: {why}", why.code()),
        OutcomeKind::Rejected(why) => format!("rejected, {}: {why}", why.code()),
        _ => "an outcome this command line does not know".to_owned(),
    };
    let confirm = match &outcome.confirm_url {
        Some(url) => {
            format!(". Confirm the endpoint by a GET request, without following redirects, to {url}")
        }
        None => String::new(),
    };
    format!("{what}. Answer {}{confirm}", outcome.http_status)
}

/// The evidence that found a refund's player.
pub(crate) const fn found_by(by: AttributedBy) -> &'static str {
    match by {
        AttributedBy::Order => "a record of this order",
        AttributedBy::Family => "a record of the same purchase family",
        AttributedBy::IssuedTag => "an account tag that Recoup issued",
        AttributedBy::RecordedTag => "an account tag that the game recorded",
        AttributedBy::BareTag => "a bare account tag",
    }
}

/// The refund's user, and users with a claim.
pub(crate) fn user(refund: &Refund) -> String {
    match (&refund.user, refund.claimants.as_slice()) {
        (None, _) => "unknown".to_owned(),
        (Some(user), []) => user.clone(),
        (Some(user), claimants) => format!("{user} (claimed by {})", claimants.join(", ")),
    }
}

/// The order's id at the store.
pub(crate) fn order(refund: &Refund) -> &str {
    let about = &refund.case.about;
    about.order_id.as_deref().or(about.purchase_token.as_deref()).unwrap_or("?")
}

/// How much of the order was refunded, as far as the store reported.
pub(crate) fn how_much(refund: &Refund) -> String {
    let case = &refund.case;
    let items = case.quantity.map(|items| match case.about.quantity {
        Some(bought) => format!("{items} of {bought}"),
        None => format!("{items} items"),
    });
    match (case.amount, items) {
        (Some(amount), Some(items)) if case.about.quantity != Some(1) => {
            format!("{amount}, {items}")
        }
        (Some(amount), _) => amount.to_string(),
        (None, Some(items)) => items,
        (None, None) if case.state == StoreState::Refunded => "all of it".to_owned(),
        (None, None) => "amount not reported".to_owned(),
    }
}

/// The refund's state and amount.
pub(crate) fn refund_state(refund: &Refund) -> String {
    let case = &refund.case;
    let mut text = state(case.state);
    if case.state.is_refunded() {
        text.push_str(&format!(", {}", how_much(refund)));
    }
    if let Some(failure) = &case.failure {
        text.push_str(&format!(", a refund failed: {failure}"));
    }
    if case.paid_back_twice {
        text.push_str(", PAID BACK TWICE: refunded and charged back");
    }
    text
}

/// One refund in a sentence.
pub(crate) fn refund(refund: &Refund) -> String {
    let product = refund.case.about.product.as_deref().unwrap_or("a product that was not reported");
    format!(
        "refund {} ({}, order {}, {product}, {})",
        refund.id,
        refund.store.title(),
        order(refund),
        refund_state(refund)
    )
}

/// A refund, and the evidence that found its player.
pub(crate) fn refund_and_evidence(found: &Refund) -> String {
    let by = found.attributed_by.map_or_else(String::new, |by| format!(", found by {}", found_by(by)));
    format!("{}{by}", refund(found))
}

pub(crate) fn block_cause(block: &Block) -> String {
    match &block.cause {
        BlockCause::Refund { refund, rule } => format!("refund {refund}, by the rule \"{rule}\""),
        BlockCause::Operator { who, why } => format!("by an operator ({who}): {why}"),
    }
}

pub(crate) fn ended_by(why: &EndedBy) -> String {
    match why {
        EndedBy::Expiry => "it expired".to_owned(),
        EndedBy::Reversal => "the refund was reversed".to_owned(),
        EndedBy::Redecided => "the refund was decided again, and this block no longer fits".to_owned(),
        EndedBy::Settled => "the refund is settled".to_owned(),
        EndedBy::Reattributed => "the refund turned out to be another user's".to_owned(),
        EndedBy::Forgotten => "the user was forgotten".to_owned(),
        EndedBy::Operator { who, why } => format!("by an operator ({who}): {why}"),
        other => format!("{other:?}"),
    }
}

/// The event, and what the game should do.
pub(crate) fn event(event: &Event) -> String {
    let user = event.user.as_deref().unwrap_or("an unknown player");
    let about =
        event.refund.as_ref().map_or_else(String::new, |refund| format!(", {}", refund_and_evidence(refund)));
    let what = match (event.kind, &event.block) {
        (EventKind::Block, Some(block)) => {
            format!("block {user} {}: {}", block_until(block), block_cause(block))
        }
        (EventKind::Unblock, Some(block)) => {
            let why = block.ended.as_ref().map_or_else(String::new, |end| ended_by(&end.why));
            format!("unblock {user}: {why}")
        }
        (EventKind::Review, _) => {
            let deadline = event.refund.as_ref().and_then(|refund| refund.case.review.as_ref()?.deadline);
            let by = deadline.map_or_else(String::new, |at| format!(" by {}", moment(at)));
            format!("review of {user}: the store waits for an answer{by}{about}")
        }
        (EventKind::SweepGap, _) => event.gap.as_ref().map_or_else(String::new, |gap| {
            format!(
                "gap: {}, {}: refunds from {} to {} are past the store's retention",
                gap.store.title(),
                gap.app,
                moment(gap.from),
                moment(gap.to)
            )
        }),
        (EventKind::Notice, _) => event.notice.as_ref().map_or_else(String::new, |notice| {
            format!("notice {} for {user}: {}. {}", notice.id, notice.title, notice.text)
        }),
        (EventKind::Access, _) => event.access.as_ref().map_or_else(String::new, |access| {
            let has = if access.has { "has" } else { "no longer has" };
            format!("access: {user} {has} access to {}{about}", access.product)
        }),
        (EventKind::Alert, _) if event.refund.as_ref().is_some_and(|refund| !refund.claimants.is_empty()) => {
            let claimants =
                event.refund.as_ref().map(|refund| refund.claimants.join(", ")).unwrap_or_default();
            format!("alert about {user}{about}; {claimants} may have a claim, and {user} keeps it")
        }
        (kind, _) => {
            let owed = event.recovery.as_ref().filter(|books| !books.items.is_empty());
            let owed = owed.map_or_else(String::new, |books| format!(". {}", books::owed_sentence(books)));
            format!("{} of {user}{about}{}", name(&kind), owed.trim_end_matches('.'))
        }
    };
    let again = if event.attempt > 1 { format!(" (delivery {})", event.attempt) } else { String::new() };
    format!("event {}: {what}{again}", event.id)
}
