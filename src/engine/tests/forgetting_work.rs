//! What becomes of a forgotten user's notices, notes, access, exclusions, webhook messages and figures; and what an
//! export of the user has of them.

use serde_json::json;

use super::*;
use crate::model::{
    ExclusionAction, ExclusionKind, NewExclusion, NoteOn, UserExport, WebhookMessageFilter, WebhookState,
};

/// As `People::new`, with an endpoint, and with operators' work on the user in every table.
fn worked_on() -> (People, RefundId) {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let config = json!({
        "database": "ledger.db",
        "policy": [{"name": "all", "action": {"block": "1d"}}],
        "webhooks": [{"name": "crm", "url": "https://crm.example.com/hook", "secrets": ["whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"]}],
    });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).background(false).open(config).unwrap();
    let people = People(Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) });
    let engine = &people.0.engine;
    let bought = Purchase {
        account_tag: Some(TAG.to_owned()),
        country: Some("KR".to_owned()),
        product: Some("pack".to_owned()),
        ..pack(USER, "GPA.1")
    };
    // This refund is known before its user is: its first event names the tag alone.
    people.refund("n1", tagged("GPA.1"));
    engine.record_purchases(vec![bought, pack("lee-the-other", "GPA.2")]).unwrap();
    people.refund("n2", order("GPA.2"));
    let id = people.refunds_of(USER)[0].id;
    let why = format!("{USER} wrote to us");
    engine.unblock(USER, "eve", &why).unwrap();
    engine.add_note(&NoteOn::User(USER.to_owned()), "likes gems", "eve").unwrap();
    engine.add_note(&NoteOn::Refund(id), &why, "eve").unwrap();
    engine.grant_access(USER, "pack", None, "eve", &why).unwrap();
    engine.revoke_access(USER, "pack", None, USER, "no more").unwrap();
    for (kind, value) in [(ExclusionKind::User, USER), (ExclusionKind::Order, "GPA.1")] {
        let exclusion = NewExclusion {
            kind,
            value: value.to_owned(),
            store: None,
            action: ExclusionAction::Spare,
            until: None,
            who: "eve".to_owned(),
            why: why.clone(),
        };
        engine.exclude(&exclusion).unwrap();
    }
    engine.assign_refund(id, Some(USER), "eve", &why).unwrap();
    engine.overrule(id, Some(crate::model::Action::Record), "eve", &why).unwrap();
    let report = RecoveryReport { rest: Rest::WrittenOff, ..took("take", 400) };
    engine.report_recovery(id, &report).unwrap();
    assert_ne!(engine.refund(id).unwrap().unwrap().work_status, crate::model::WorkStatus::Open);
    (people, id)
}

fn messages_of(people: &People, user: Option<&str>) -> Vec<crate::model::WebhookMessage> {
    let filter = WebhookMessageFilter { user: user.map(str::to_owned), ..WebhookMessageFilter::default() };
    people.0.engine.webhook_messages(&filter, None, 500).unwrap().items
}

fn export_of(people: &People, user: &str) -> UserExport {
    let mut out = Vec::new();
    people.0.engine.export_user(user, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn nothing_of_a_forgotten_user_is_left_in_what_operators_did() {
    let (people, id) = worked_on();
    let engine = &people.0.engine;
    let before = messages_of(&people, None).len();
    let notices = export_of(&people, USER).notices.len();
    assert_eq!(people.found(&NAMES).len(), 3, "{:?}", people.found(&NAMES));
    let forgotten = people.forget(false).unwrap();
    assert_eq!(people.found(&NAMES), Vec::<String>::new());

    let counts = forgotten.counts;
    assert_eq!((counts.notes, counts.access_overrides, counts.exclusions), (2, 2, 1));
    assert!(notices > 0 && counts.notices >= u64::try_from(notices).unwrap(), "{counts:?}");
    assert!(engine.notes(&NoteOn::Refund(id)).unwrap().is_empty());
    assert!(engine.pending_notices(&forgotten.pseudonym, "en", 100).unwrap().is_empty());
    let exclusions = engine.exclusions(true, None, 10).unwrap().items;
    let [of_order, of_user] = exclusions.as_slice() else { panic!("{exclusions:?}") };
    assert!(of_user.ended.is_some() && of_user.value == forgotten.pseudonym, "{of_user:?}");
    assert!(of_order.ended.is_none() && of_order.value == "GPA.1", "{of_order:?}");
    assert!(!engine.access(&forgotten.pseudonym, "pack").unwrap().has, "the decision on access stays");
    let refund = engine.refund(id).unwrap().unwrap();
    assert_eq!(refund.assignee.as_deref(), Some(forgotten.pseudonym.as_str()));
    let messages = messages_of(&people, Some(&forgotten.pseudonym));
    assert_eq!(u64::try_from(messages.len()).unwrap(), counts.webhook_messages);
    assert!(messages.iter().all(|message| message.state == WebhookState::Dropped), "{messages:?}");
    assert!(messages_of(&people, Some("lee-the-other")).iter().all(|message| !message.state.is_settled()));
    assert!(messages_of(&people, None).len() >= before, "no message is removed");
}

#[test]
fn the_figures_still_add_up() {
    let (people, id) = worked_on();
    let engine = &people.0.engine;
    let players = "SELECT refunds, counted, owing FROM players WHERE player LIKE ";
    let path = people.0.folder.path().join("ledger.db");
    let before = another_program::rows(&path, &format!("{players}'abcdef00%'"));
    assert_eq!(before.len(), 1);
    let forgotten = people.forget(false).unwrap();
    let check = || engine.read(|read| read.check_sums()).unwrap();
    assert_eq!((check().wrong, check().wrong_rows), (0, 0));
    assert_eq!(another_program::rows(&path, &format!("{players}'{}'", forgotten.pseudonym)), before);
    let left = another_program::rows(&path, "SELECT sum(purchases) FROM sold WHERE country = 'KR'");
    assert_eq!(left, [["0"]], "the country moved with the purchase");
    people.ingest("reversed", reversed(tagged("GPA.1"), 9));
    assert_eq!(engine.refund(id).unwrap().unwrap().case.state, StoreState::Reversed);
    assert_eq!((check().wrong, check().wrong_rows), (0, 0));
}

#[test]
fn an_export_of_a_user_has_what_operators_did() {
    let (people, _) = worked_on();
    let export = export_of(&people, USER);
    assert_eq!((export.notes.len(), export.access_overrides.len(), export.exclusions.len()), (2, 2, 1));
    assert_eq!(export.exclusions[0].value, USER);
    assert!(matches!(&export.notes[0].on, NoteOn::User(user) if user == USER));
    assert!(export.access_overrides[0].ended_at.is_some() && export.access_overrides[1].ended_at.is_none());
    assert!(export.notices.iter().all(|notice| notice.user == USER) && !export.notices.is_empty());
    assert!(export.webhook_messages.iter().all(|sent| sent.message.user.as_deref() == Some(USER)));
    assert!(!export.webhook_messages.is_empty());
    let text = serde_json::to_string(&export).unwrap();
    assert!(!text.contains("lee-the-other"));
}

#[test]
fn settled_messages_and_ended_notices_are_removed_in_time() {
    let (people, id) = worked_on();
    let engine = &people.0.engine;
    let key =
        "UPDATE webhook_messages SET state = 'dead', next_at = NULL, settled_at = made_at WHERE id <= 2";
    another_program::run(&people.0.folder.path().join("ledger.db"), key);
    let pending = engine.pending_notices(USER, "en", 100).unwrap();
    for notice in &pending {
        engine.mark_notice(USER, notice.id, crate::model::NoticeMark::Acknowledged).unwrap();
    }
    people.0.clock.advance(Span::from_days(30));
    assert_eq!(engine.prune().unwrap().webhooks, 0);
    people.0.clock.advance(Span::from_millis(1));
    assert_eq!(engine.prune().unwrap().webhooks, 2);
    assert!(!messages_of(&people, None).is_empty(), "what waits stays");
    let all = export_of(&people, USER).notices.len();
    people.0.clock.advance(Span::from_days(60));
    let pruned = engine.prune().unwrap();
    assert_eq!(usize::try_from(pruned.notices).unwrap(), all, "{pruned:?}");
    assert!(engine.refund(id).unwrap().is_some());
}
