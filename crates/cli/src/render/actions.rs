//! The results of store actions, in words.

use recoup::{StoreAction, StoreActionKind, StoreActionState, StoreAnswer};

use crate::render::words;

/// The result, in sentences that include what to do.
pub(crate) fn result(action: &StoreAction) -> String {
    match action.state {
        StoreActionState::Done => done(action),
        StoreActionState::Failed => format!(
            "FAILED, and will not be retried{}. If it is still wanted, correct that and request it again{}",
            because(action),
            match &action.key {
                Some(_) => ", with another key.",
                None => ".",
            }
        ),
        StoreActionState::Unknown => format!(
            "UNKNOWN whether it was done{}. It is not sent again: look for {} in the console of {}.",
            because(action),
            action.order_id,
            action.store.title()
        ),
        StoreActionState::Written if action.attempts == 0 => {
            format!("NOT DONE YET: it will be sent{}.", next(action))
        }
        StoreActionState::Written => {
            format!("NOT DONE YET{}. It will be sent again{}.", because(action), next(action))
        }
        StoreActionState::Sending => {
            format!("It is being sent. If its sender has ended, it continues{}.", next(action))
        }
        StoreActionState::Confirming => format!(
            "NOT CONFIRMED YET: {} has accepted it, and will be queried again{}{}.",
            action.store.title(),
            next(action),
            match &action.answer {
                Some(StoreAnswer::Error { message, .. }) => format!(" (last: {message})"),
                _ => String::new(),
            }
        ),
        _ => "A state this command line does not know.".to_owned(),
    }
}

fn done(action: &StoreAction) -> String {
    match (&action.answer, action.kind) {
        (_, StoreActionKind::AnswerReview) => {
            format!("{} has accepted the answer, and will report its decision.", action.store.title())
        }
        (Some(StoreAnswer::Done { id: Some(id) }), _) => format!("Done: {id}."),
        (Some(StoreAnswer::Accepted { .. }), _) => {
            format!("{} has accepted it, and will report the refund.", action.store.title())
        }
        (Some(StoreAnswer::AlreadyRefunded), _) => {
            "It was already refunded, and nothing more was done.".to_owned()
        }
        _ => "Done.".to_owned(),
    }
}

/// The store's answer, for a table's cell.
pub(crate) fn answer(action: &StoreAction) -> String {
    match &action.answer {
        None => String::new(),
        Some(StoreAnswer::Done { id: Some(id) }) => format!("done: {id}"),
        Some(StoreAnswer::Done { id: None }) => "done".to_owned(),
        Some(StoreAnswer::Accepted { .. }) if action.state.is_settled() => "accepted".to_owned(),
        Some(StoreAnswer::Accepted { .. }) => "accepted; not confirmed yet".to_owned(),
        Some(StoreAnswer::AlreadyRefunded) => "already refunded".to_owned(),
        Some(StoreAnswer::Error { message, .. }) => message.clone(),
        Some(_) => "an answer this command line does not know".to_owned(),
    }
}

fn because(action: &StoreAction) -> String {
    match &action.answer {
        Some(StoreAnswer::Error { message, .. }) => format!(": {}", message.trim_end_matches('.')),
        _ => String::new(),
    }
}

/// When it continues.
fn next(action: &StoreAction) -> String {
    let from = action.next_at.map_or_else(String::new, |at| format!(" from {} UTC on", words::moment(at)));
    format!("{from}, while the game server or `recoup serve` runs")
}

#[cfg(test)]
mod tests {
    use recoup::{Store, Timestamp};

    use super::*;

    fn action(state: StoreActionState, answer: Option<StoreAnswer>) -> StoreAction {
        StoreAction {
            id: 3,
            key: None,
            store: Store::GooglePlay,
            app: "com.example.game".to_owned(),
            kind: StoreActionKind::Refund,
            refund_id: None,
            order_id: "GPA.1".to_owned(),
            request: serde_json::Value::Null,
            who: "eve".to_owned(),
            why: "ticket 7".to_owned(),
            state,
            attempts: 1,
            answer,
            at: Timestamp::from_secs(1_790_000_000),
            next_at: (!state.is_settled()).then(|| Timestamp::from_secs(1_790_000_060)),
            settled_at: None,
        }
    }

    #[test]
    fn each_state_shows_whether_it_is_done_and_what_is_next() {
        use StoreActionState as S;
        use StoreAnswer as A;
        let no =
            || Some(A::Error { code: "api_refused".to_owned(), message: "the store refused.".to_owned() });
        let by = "from 2026-09-21 14:14:20 UTC on, while the game server or `recoup serve` runs";
        for (state, answer, text) in [
            (S::Done, Some(A::Done { id: Some("re_1".to_owned()) }), "Done: re_1.".to_owned()),
            (S::Done, Some(A::Done { id: None }), "Done.".to_owned()),
            (
                S::Done,
                Some(A::Accepted { id: None }),
                "Google Play has accepted it, and will report the refund.".to_owned(),
            ),
            (
                S::Done,
                Some(A::AlreadyRefunded),
                "It was already refunded, and nothing more was done.".to_owned(),
            ),
            (
                S::Failed,
                no(),
                "FAILED, and will not be retried: the store refused. If it is still wanted, correct that and request it again."
                    .to_owned(),
            ),
            (
                S::Unknown,
                no(),
                "UNKNOWN whether it was done: the store refused. It is not sent again: look for GPA.1 in the \
                 console of Google Play."
                    .to_owned(),
            ),
            (S::Written, no(), format!("NOT DONE YET: the store refused. It will be sent again {by}.")),
            (
                S::Sending,
                None,
                format!("It is being sent. If its sender has ended, it continues {by}."),
            ),
            (
                S::Confirming,
                Some(A::Accepted { id: None }),
                format!("NOT CONFIRMED YET: Google Play has accepted it, and will be queried again {by}."),
            ),
            (
                S::Confirming,
                no(),
                format!(
                    "NOT CONFIRMED YET: Google Play has accepted it, and will be queried again {by} (last: the \
                     store refused.)."
                ),
            ),
        ] {
            assert_eq!(result(&action(state, answer)), text, "{state:?}");
        }
        let unsent = StoreAction { attempts: 0, ..action(S::Written, None) };
        assert_eq!(result(&unsent), format!("NOT DONE YET: it will be sent {by}."));
        let keyed = StoreAction { key: Some("7".to_owned()), ..action(S::Failed, None) };
        assert!(result(&keyed).ends_with("request it again, with another key."));
        let reply = StoreAction { kind: StoreActionKind::AnswerReview, ..action(S::Done, None) };
        assert!(result(&reply).starts_with("Google Play has accepted the answer"));
        assert_eq!(super::answer(&action(S::Done, Some(A::Accepted { id: None }))), "accepted");
    }
}
