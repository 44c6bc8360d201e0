//! Results as hosts print them: numbers as the C structs have them, documents as JSON.

use super::*;

pub(super) fn line(what: impl std::fmt::Display) -> Played {
    Ok(format!("{what}\n"))
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

pub(super) fn page<T: Serialize>(page: &Page<T>) -> String {
    json(page)
}

/// An event as its struct in C would be printed.
pub(super) fn show(event: &Event) -> String {
    let kind = 1 + EventKind::ALL.iter().position(|kind| *kind == event.kind).unwrap();
    let case = event.refund.as_ref().map(|refund| &refund.case);
    let amount = case.and_then(|case| case.amount);
    let deadline = case.and_then(|case| case.review.as_ref()).and_then(|review| review.deadline);
    format!(
        "event {} {kind} {} {} {} {} {} {} {} {} {} {}",
        event.id,
        event.refund_id.unwrap_or(0),
        event.at.millis(),
        event.attempt,
        event.block.as_ref().map_or(0, |block| block.id),
        time_or_dash(event.block.as_ref().and_then(|block| block.until)),
        time_or_dash(deadline),
        amount.map_or(0, |amount| amount.micros),
        amount.as_ref().map_or("-", |amount| amount.currency.as_str()),
        event.user.as_deref().unwrap_or("-"),
        event.refund.as_ref().and_then(|refund| refund.attributed_by).map_or(0, evidence),
    )
}

pub(super) const fn evidence(by: AttributedBy) -> i32 {
    match by {
        AttributedBy::Order => 1,
        AttributedBy::Family => 2,
        AttributedBy::IssuedTag => 3,
        AttributedBy::RecordedTag => 4,
        AttributedBy::BareTag => 5,
    }
}

pub(super) fn time_or_dash(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.millis().to_string())
}

/// KIND MEANING HTTP_STATUS REFUND_ID IS_NEW.
pub(super) fn numbers(outcome: &Outcome) -> String {
    let (kind, meaning) = kind_and_meaning(outcome);
    let refund = outcome.refund.unwrap_or(0);
    format!("{kind} {meaning} {} {refund} {}", outcome.http_status, u8::from(outcome.new))
}

pub(super) fn kind_and_meaning(outcome: &Outcome) -> (i32, i32) {
    match &outcome.what {
        OutcomeKind::Accepted { meaning, .. } => {
            let meaning = match meaning {
                MeaningKind::Refund => 1,
                MeaningKind::Reversal => 2,
                MeaningKind::RefundDeclined => 3,
                MeaningKind::RefundRequest => 4,
                MeaningKind::Purchase => 5,
                MeaningKind::ConsentRescinded => 6,
                MeaningKind::Test => 7,
                MeaningKind::Nothing => 8,
                MeaningKind::Confirmation => 9,
                _ => 0,
            };
            (1, meaning)
        }
        OutcomeKind::DeadLetter(_) => (2, 0),
        _ => (3, 0),
    }
}

pub(super) fn completion((tag, outcome): &Done) -> String {
    match outcome {
        Ok(outcome) => {
            let (kind, meaning) = kind_and_meaning(outcome);
            let (refund, status) = (outcome.refund.unwrap_or(0), outcome.http_status);
            format!("completion 0 {tag} {refund} {kind} {meaning} {status} {}", u8::from(outcome.new))
        }
        Err(Failure(status, _, _, http)) => format!("completion {status} {tag} 0 0 0 {http} 0"),
    }
}

pub(super) fn details((_, outcome): &Done) -> String {
    match outcome {
        Ok(outcome) => json(outcome),
        Err(Failure(_, code, retryable, _)) => format!(r#"{{"code":"{code}","retryable":{retryable}}}"#),
    }
}
