//! The journal in words, to explain to a player what happened.

use recoup::{Happening, InquiryState, JournalEntry, StoreAnswer};

use crate::render::{Table, recovery_journal, words};

/// The journal as a table, oldest first.
pub(crate) fn table(journal: &[JournalEntry]) -> Table {
    let mut table = Table::with_columns(&["when (UTC)", "what happened"]);
    for entry in journal {
        table.add_row([words::moment(entry.at), sentence(entry)]);
    }
    table
}

fn sentence(entry: &JournalEntry) -> String {
    match &entry.what {
        Happening::Received { store, name, meaning, notification_id } => format!(
            "{} reported {name} ({}), notification {notification_id}",
            store.title(),
            words::name(meaning)
        ),
        Happening::PurchaseRecorded { store, product } => {
            let product = product.as_deref().unwrap_or("a product that was not named");
            format!("the game recorded the purchase of {product} ({})", store.title())
        }
        Happening::StateChanged { from: None, to } => {
            format!("{} is new: {}", refund(entry), words::state(*to))
        }
        Happening::StateChanged { from: Some(from), to } => {
            format!("{} is {}; it was {}", refund(entry), words::state(*to), words::state(*from))
        }
        Happening::Updated { state } => {
            format!("new details about {}; it is {}", refund(entry), words::state(*state))
        }
        Happening::Attributed { by, before } => {
            let user = entry.user.as_deref().unwrap_or("a user");
            let before = before.as_ref().map_or_else(String::new, |before| format!(", not {before}'s"));
            format!("{} is {user}'s{before}: found by {}", refund(entry), words::found_by(*by))
        }
        Happening::Claimed { keeper, claimant } => format!(
            "{claimant} recorded a purchase of the same family or with the same account tag; {} stays with {keeper}",
            refund(entry)
        ),
        Happening::PurchaseTransferred { store, from, to, who, why } => {
            let from = from.as_ref().map_or_else(String::new, |from| format!(" from {from}"));
            format!("{who} moved the purchase ({}){from} to {to}: {why}", store.title())
        }
        Happening::Unattributed => format!("{} is unattributed", refund(entry)),
        Happening::Merged { into } => format!("{} is the same as refund {into}", refund(entry)),
        Happening::CapturePresumed => format!(
            "no message reported in time whether the payment of {} was captured, so it is presumed captured",
            refund(entry)
        ),
        Happening::PaidBackTwice => {
            format!("{} was paid back twice: the payment was refunded and charged back", refund(entry))
        }
        Happening::Decided { decision, policy_version } => {
            format!("the rule \"{}\" decided: {} (policy {policy_version})", decision.rule, decision.action)
        }
        Happening::Blocked { block, until, until_settled, who, why } => {
            let user = entry.user.as_deref().unwrap_or("the user");
            let by = match (who, why) {
                (Some(who), Some(why)) => format!(" by an operator ({who}): {why}"),
                (Some(who), None) => format!(" by an operator ({who})"),
                _ => String::new(),
            };
            format!(
                "{user} was blocked {} (block {block}){by}",
                words::until_or_settled(*until, *until_settled)
            )
        }
        Happening::BlockEnded { block, why } => format!("block {block} ended: {}", words::ended_by(why)),
        Happening::Overruled { action: Some(action), who, why } => {
            format!("{who} decided on {}: {action}: {why}", refund(entry))
        }
        Happening::Overruled { action: None, who, why } => {
            format!("{who} handed {} back to the policy: {why}", refund(entry))
        }
        Happening::ExclusionMade { exclusion, kind, value, action, until, who, why } => {
            let until = until.map_or_else(String::new, |until| format!(" until {}", words::moment(until)));
            format!(
                "{who} made exclusion {exclusion} of {} ({}){until}: {why}",
                words::exclusion(*kind, value),
                words::name(action)
            )
        }
        Happening::ExclusionEnded { exclusion, who, why } => {
            format!("{who} ended exclusion {exclusion}: {why}")
        }
        Happening::NoticeMade { notice, name } => {
            format!("notice {notice} was made: {}", words::name(name))
        }
        Happening::NoticeEnded { notice, name, state } => {
            format!("notice {notice} ({}) is {}", words::name(name), words::name(state))
        }
        Happening::AccessGranted { product, until, who, why } => {
            format!("{who} granted access to {product} {}: {why}", words::until(*until))
        }
        Happening::AccessRevoked { product, until, who, why } => {
            format!("{who} revoked access to {product} {}: {why}", words::until(*until))
        }
        Happening::EventMade { event, kind } => {
            format!("queued event {event}: {}", words::name(kind))
        }
        Happening::EventAcknowledged { event, kind } => {
            format!("the game acknowledged event {event}: {}", words::name(kind))
        }
        Happening::ActionWritten { action, kind, who, why } => {
            format!("action {action}, {}: requested by {who}: {why}", words::name(kind))
        }
        Happening::ActionSending { action, attempt } => {
            format!("action {action} is sent (attempt {attempt})")
        }
        Happening::ActionAnswered { action, state, answer: StoreAnswer::Error { code, message } }
            if code == "refund_failed" =>
        {
            format!("action {action} {}: {message}", words::action(*state))
        }
        Happening::ActionAnswered { action, state, .. } => {
            format!("action {action} {}", words::action(*state))
        }
        Happening::ConsumptionReported { consent: true } => {
            "the game reported how far it was used, with the player's consent".to_owned()
        }
        Happening::ConsumptionReported { consent: false } => {
            "the game reported how far it was used, without the player's consent".to_owned()
        }
        Happening::ReviewSettled { review, state, rule, .. } => match rule {
            Some(rule) => {
                format!("refund review {review} {}; rule {rule:?}", words::review(*state))
            }
            None => format!("refund review {review} {}", words::review(*state)),
        },
        Happening::ReviewDecided { review, outcome } => {
            format!("the store decided refund review {review}: {}", words::name(outcome))
        }
        Happening::InquiryOpened { deadline } => format!(
            "the notification of {} gave no reason: the store is queried, and the decision waits until {}",
            refund(entry),
            words::moment(*deadline)
        ),
        Happening::InquiryOverdue => {
            format!("the store has not answered in time: {} is decided without an answer", refund(entry))
        }
        Happening::InquirySettled { state: InquiryState::Answered, .. } => {
            format!("the store reported the reason of {}", refund(entry))
        }
        Happening::InquirySettled { error, .. } => {
            let error = error.as_ref().map_or_else(String::new, |error| format!(": {error}"));
            format!("the store is no longer queried about {}{error}", refund(entry))
        }
        Happening::EndpointEnded { endpoint, who, why } => {
            let by = who.as_ref().map_or_else(String::new, |who| format!(" by {who}"));
            format!("the webhook endpoint {endpoint} was ended{by}: {why}")
        }
        Happening::MessageDead { endpoint, message, event, problem } => format!(
            "webhook message {message} (event {event}) to {endpoint} is dead after its last try: {problem}"
        ),
        Happening::MessagesReplayed { endpoint, count, who, why } => {
            format!("{who} had {count} webhook messages to {endpoint} sent again: {why}")
        }
        Happening::ConsentRescinded => "the player withdrew the consent to share consumption data".to_owned(),
        Happening::Pruned { pruned } => {
            let kinds = pruned.counts().into_iter().filter(|(_, count)| *count > 0);
            let counts: Vec<String> =
                kinds.map(|(kind, count)| format!("{count} {}", kind.replace('_', " "))).collect();
            format!("removed what was older than its retention: {}", counts.join(", "))
        }
        Happening::UserForgotten { who, why, .. } => {
            let user = entry.user.as_deref().unwrap_or("a user");
            format!("{who} had a user forgotten, who is {user} from now on: {why}")
        }
        Happening::SweepGap { store, app, from, to } => format!(
            "{}, {app}: refunds from {} to {} are past the store's retention",
            store.title(),
            words::moment(*from),
            words::moment(*to)
        ),
        other => recovery_journal::sentence(entry).unwrap_or_else(|| format!("{other:?}")),
    }
}

fn refund(entry: &JournalEntry) -> String {
    entry.refund.map_or_else(|| "the refund".to_owned(), |id| format!("refund {id}"))
}
