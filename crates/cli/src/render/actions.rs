//! What became of an action, for whoever has to act on it.

use recoup::{StoreAction, StoreActionKind, StoreActionState, StoreAnswer};

use crate::render::words;

/// What came of it, in sentences that say what to do where something is to be done.
pub(crate) fn standing(action: &StoreAction) -> String {
    match action.state {
        StoreActionState::Done => done(action),
        StoreActionState::Failed => format!(
            "NOT DONE, and not tried again{}. If it is still wanted, mend that and ask for it again{}",
            because(action),
            match &action.key {
                Some(_) => ", under another key.",
                None => ".",
            }
        ),
        StoreActionState::Unknown => format!(
            "NOBODY KNOWS whether it was done{}. Nothing more is sent: look for {} in the console of {}.",
            because(action),
            action.order_id,
            action.store.title()
        ),
        StoreActionState::Written if action.attempts == 0 => {
            format!("NOT DONE YET: it is written down, and sent{}.", next(action))
        }
        StoreActionState::Written => {
            format!("NOT DONE YET{}. It is sent again{}.", because(action), next(action))
        }
        StoreActionState::Sending => {
            format!("It is being sent. Where its sender has ended, it is gone on with{}.", next(action))
        }
        StoreActionState::Confirming => format!(
            "NOT SURE YET: {} has taken it, and whether money moved is asked again{}{}.",
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
            format!("{} has the answer. What it decides, it reports by itself.", action.store.title())
        }
        (Some(StoreAnswer::Done { id: Some(id) }), _) => format!("Done: {id}."),
        (Some(StoreAnswer::Accepted { .. }), _) => {
            format!("{} has taken it, and reports by itself when money has moved.", action.store.title())
        }
        (Some(StoreAnswer::AlreadyRefunded), _) => {
            "It had been refunded before, and nothing was done again.".to_owned()
        }
        _ => "Done.".to_owned(),
    }
}

/// The store's answer in a table's cell.
pub(crate) fn answer(action: &StoreAction) -> String {
    match &action.answer {
        None => String::new(),
        Some(StoreAnswer::Done { id: Some(id) }) => format!("done: {id}"),
        Some(StoreAnswer::Done { id: None }) => "done".to_owned(),
        Some(StoreAnswer::Accepted { .. }) if action.state.is_settled() => "taken".to_owned(),
        Some(StoreAnswer::Accepted { .. }) => "taken; whether money moved is asked".to_owned(),
        Some(StoreAnswer::AlreadyRefunded) => "it had been refunded before".to_owned(),
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

/// When it is gone on with, and by whom.
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
    fn each_state_says_whether_it_is_done_and_what_is_next() {
        use StoreActionState as S;
        use StoreAnswer as A;
        let no =
            || Some(A::Error { code: "api_refused".to_owned(), message: "the store said no.".to_owned() });
        let by = "from 2026-09-21 14:14:20 UTC on, while the game server or `recoup serve` runs";
        for (state, answer, said) in [
            (S::Done, Some(A::Done { id: Some("re_1".to_owned()) }), "Done: re_1.".to_owned()),
            (S::Done, Some(A::Done { id: None }), "Done.".to_owned()),
            (
                S::Done,
                Some(A::Accepted { id: None }),
                "Google Play has taken it, and reports by itself when money has moved.".to_owned(),
            ),
            (
                S::Done,
                Some(A::AlreadyRefunded),
                "It had been refunded before, and nothing was done again.".to_owned(),
            ),
            (
                S::Failed,
                no(),
                "NOT DONE, and not tried again: the store said no. If it is still wanted, mend that and ask for it again."
                    .to_owned(),
            ),
            (
                S::Unknown,
                no(),
                "NOBODY KNOWS whether it was done: the store said no. Nothing more is sent: look for GPA.1 in the \
                 console of Google Play."
                    .to_owned(),
            ),
            (S::Written, no(), format!("NOT DONE YET: the store said no. It is sent again {by}.")),
            (
                S::Sending,
                None,
                format!("It is being sent. Where its sender has ended, it is gone on with {by}."),
            ),
            (
                S::Confirming,
                Some(A::Accepted { id: None }),
                format!("NOT SURE YET: Google Play has taken it, and whether money moved is asked again {by}."),
            ),
            (
                S::Confirming,
                no(),
                format!(
                    "NOT SURE YET: Google Play has taken it, and whether money moved is asked again {by} (last: the \
                     store said no.)."
                ),
            ),
        ] {
            assert_eq!(standing(&action(state, answer)), said, "{state:?}");
        }
        let unsent = StoreAction { attempts: 0, ..action(S::Written, None) };
        assert_eq!(standing(&unsent), format!("NOT DONE YET: it is written down, and sent {by}."));
        let keyed = StoreAction { key: Some("7".to_owned()), ..action(S::Failed, None) };
        assert!(standing(&keyed).ends_with("ask for it again, under another key."));
        let reply = StoreAction { kind: StoreActionKind::AnswerReview, ..action(S::Done, None) };
        assert!(standing(&reply).starts_with("Google Play has the answer."));
        assert_eq!(super::answer(&action(S::Done, Some(A::Accepted { id: None }))), "taken");
    }
}
