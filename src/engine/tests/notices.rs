//! Notices for players, through the real ledger: what makes them, what ends them, and what they say.

use super::*;
use crate::model::{
    Currency, EntryKind, Grant, Happening, Money, Notice, NoticeMark, NoticeName, NoticeState, RecoveryEntry,
    RecoveryReport,
};

/// An engine with more in its configuration.
pub(super) fn with(more: &str) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(NOON));
    let text = format!(r#"{{"database":"ledger.db",{more}}}"#);
    let config = Config::from_json(text.as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap();
    Fixture { folder, clock, engine, notifications: std::cell::Cell::new(0) }
}

const ALL: &str = r#""notices":{"make":["items_taken","items_owed","blocked","unblocked","items_returned","access_lost",
    "access_restored"]}"#;

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(user: &str, order: &str) -> Purchase {
    Purchase {
        grants: gems(500),
        product: Some("gems.500".to_owned()),
        price: Some(Money { micros: 9_900_000_000, currency: Currency::new("KRW").unwrap() }),
        ..purchase(user, order)
    }
}

fn took(key: &str, quantity: i64) -> RecoveryReport {
    let taken = if quantity == 0 { Vec::new() } else { gems(quantity) };
    RecoveryReport { key: key.to_owned(), taken, ..RecoveryReport::default() }
}

impl Fixture {
    /// A pack of 500 gems, bought by ann and refunded.
    fn with_pack_refunded(self) -> Self {
        self.engine.record_purchase(pack("ann", "1")).unwrap();
        self.ingest_order(refunded(order("1"), 0));
        self.events();
        self
    }

    fn notices_of(&self, user: &str) -> Vec<Notice> {
        self.engine.pending_notices(user, "en", 1000).unwrap()
    }

    fn notice_names(&self, user: &str) -> Vec<NoticeName> {
        self.notices_of(user).iter().map(|notice| notice.name).collect()
    }

    /// How the notices of a user ended, in order.
    fn notice_ends(&self, user: &str) -> Vec<(NoticeName, NoticeState)> {
        let journal = self.engine.user(user).unwrap().journal;
        let end = |entry: &crate::model::JournalEntry| match entry.what {
            Happening::NoticeEnded { name, state, .. } => Some((name, state)),
            _ => None,
        };
        journal.iter().filter_map(end).collect()
    }

    /// Lets time pass, and does what is due.
    fn let_pass(&self, span: &str) {
        self.clock.advance(span.parse().unwrap());
        self.engine.expire_blocks().unwrap();
    }
}

#[test]
fn a_block_waits_to_be_shown_in_the_players_language() {
    let fixture =
        with(r#""catalogue":[{"product":"gems.500","names":{"ko":"보석 500개"}}]"#).with_pack_refunded();
    let notices = fixture.engine.pending_notices("ann", "ko-KR", 10).unwrap();
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert_eq!(
        (notice.name, notice.state, notice.refund),
        (NoticeName::Blocked, NoticeState::Waiting, Some(1))
    );
    assert_eq!((notice.user.as_str(), notice.locale.as_str()), ("ann", "ko"));
    assert_eq!(
        notice.text,
        "App Store에서 보석 500개 결제가 환불되었습니다(9900 KRW). 별도 안내가 있을 때까지 계정 이용이 제한됩니다."
    );
    assert_eq!(notice.details.owed, gems(500));
    assert_eq!(notice.expires_at, NOON.plus(Span::from_days(30)));
    assert_eq!(fixture.notices_of("bob"), []);
    assert_eq!(fixture.kinds(), [], "events only if configured");
}

#[test]
fn what_was_not_shown_is_withdrawn_by_a_reversal_and_what_was_shown_stays() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.ingest_order(reversed(order("1"), 1));
    assert_eq!(fixture.notice_ends("ann"), [(NoticeName::Blocked, NoticeState::Withdrawn)]);
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked]);

    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.mark_notice("ann", 1, NoticeMark::Shown).unwrap();
    fixture.ingest_order(reversed(order("1"), 1));
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::Unblocked]);
    fixture.ingest_order(refunded(order("1"), 2));
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::Blocked], "blocked again");
}

#[test]
fn a_mark_moves_forward_and_is_the_users_own() {
    let fixture = with(ALL).with_pack_refunded();
    let mark = |user: &str, id, mark| fixture.engine.mark_notice(user, id, mark);
    for (user, id) in [("bob", 1), ("ann", 2), ("ann", 0)] {
        assert_eq!(mark(user, id, NoticeMark::Shown).unwrap_err().code(), "unknown_notice");
    }
    fixture.let_pass("1m");
    let shown = mark("ann", 1, NoticeMark::Shown).unwrap();
    assert_eq!(
        (shown.state, shown.shown_at, shown.ended_at),
        (NoticeState::Shown, Some(fixture.clock.now()), None)
    );
    assert_eq!(fixture.notices_of("ann"), std::slice::from_ref(&shown), "shown, and not acknowledged");
    fixture.let_pass("1m");
    assert_eq!(mark("ann", 1, NoticeMark::Shown).unwrap(), shown);
    let done = mark("ann", 1, NoticeMark::Acknowledged).unwrap();
    assert_eq!((done.state, done.shown_at), (NoticeState::Acknowledged, shown.shown_at));
    assert_eq!(done.ended_at, Some(fixture.clock.now()));
    assert_eq!(fixture.notices_of("ann"), []);
    fixture.let_pass("1m");
    assert_eq!(mark("ann", 1, NoticeMark::Shown).unwrap(), done, "it does not go back");
    assert_eq!(mark("ann", 1, NoticeMark::Acknowledged).unwrap(), done);
    assert_eq!(fixture.notice_ends("ann"), [(NoticeName::Blocked, NoticeState::Acknowledged)], "once");
}

#[test]
fn what_was_withdrawn_meanwhile_stays_withdrawn_but_was_shown() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.unblock("ann", "eve", "paid").unwrap();
    let marked = fixture.engine.mark_notice("ann", 1, NoticeMark::Acknowledged).unwrap();
    assert_eq!((marked.state, marked.shown_at), (NoticeState::Withdrawn, Some(NOON)));
}

#[test]
fn a_debt_is_notified_of_when_the_game_reports_or_after_ten_minutes() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.let_pass("9m");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked]);
    fixture.let_pass("1m");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::ItemsOwed]);
    assert_eq!(
        fixture.notices_of("ann")[1].text,
        "App Store refunded 9900 KRW for gems.500. You still owe: gem ×500."
    );
    fixture.engine.report_recovery(1, &took("a", 100)).unwrap();
    let names = [NoticeName::Blocked, NoticeName::ItemsTaken, NoticeName::ItemsOwed];
    assert_eq!(fixture.notice_names("ann"), names);
    let notices = fixture.notices_of("ann");
    assert_eq!((&notices[1].details.items, &notices[2].details.owed), (&gems(100), &gems(400)));
    assert_eq!(
        fixture.notice_ends("ann"),
        [(NoticeName::ItemsOwed, NoticeState::Withdrawn)],
        "the newer one replaces it"
    );
    fixture.let_pass("1h");
    assert_eq!(fixture.notice_names("ann"), names, "it was reported");

    fixture.engine.forgive(1, &gems(100), false, "f", "eve", "why").unwrap();
    assert_eq!(fixture.notices_of("ann")[2].details.owed, gems(300));
    fixture.engine.forgive(1, &[], false, "g", "eve", "why").unwrap();
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::ItemsTaken]);
}

#[test]
fn a_report_in_time_leaves_no_debt_to_notify_of() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 500)).unwrap();
    fixture.let_pass("1h");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::ItemsTaken]);
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 0)).unwrap();
    assert_eq!(
        fixture.notice_names("ann"),
        [NoticeName::Blocked, NoticeName::ItemsOwed],
        "it looked and took nothing"
    );
    let fixture = with(ALL).with_pack_refunded();
    fixture.ingest_order(reversed(order("1"), 1));
    fixture.let_pass("1h");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked], "reversed before it was due");
}

#[test]
fn a_debt_that_grows_replaces_the_notice_that_waits() {
    let fixture = with(ALL);
    fixture.engine.record_purchase(Purchase { quantity: Some(5), ..pack("ann", "1") }).unwrap();
    fixture.ingest_order(part(order("1"), 0, Some("a"), Extent::Quantity(1)));
    fixture.let_pass("10m");
    let owed = || fixture.notices_of("ann").into_iter().find(|notice| notice.name == NoticeName::ItemsOwed);
    assert_eq!(owed().unwrap().details.owed, gems(100));
    fixture.ingest_order(part(order("1"), 1, Some("b"), Extent::Quantity(1)));
    assert_eq!(owed().unwrap().details.owed, gems(200));
    let owing = owed().unwrap().id;
    fixture.engine.mark_notice("ann", owing, NoticeMark::Acknowledged).unwrap();
    fixture.ingest_order(part(order("1"), 2, Some("c"), Extent::Quantity(1)));
    assert_eq!(owed(), None, "the game has time to report");
    fixture.let_pass("10m");
    assert_eq!(owed().unwrap().details.owed, gems(300));
}

#[test]
fn returned_items_are_notified_of() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 100)).unwrap();
    fixture.ingest_order(reversed(order("1"), 1));
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked], "what was taken is given again");
    let gave = RecoveryReport { key: "b".to_owned(), returned: gems(100), ..RecoveryReport::default() };
    fixture.engine.report_recovery(1, &gave).unwrap();
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked, NoticeName::ItemsReturned]);
    assert_eq!(fixture.notices_of("ann")[1].details.items, gems(100));
    fixture.ingest_order(refunded(order("1"), 2));
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked], "refunded again");
}

#[test]
fn a_notice_expires() {
    let fixture = with(r#""notices":{"keep":"7d"}"#).with_pack_refunded();
    fixture.engine.mark_notice("ann", 1, NoticeMark::Shown).unwrap();
    fixture.clock.advance(Span::from_days(7));
    assert_eq!(fixture.notice_names("ann"), [], "at once, before anything ends it");
    fixture.engine.expire_blocks().unwrap();
    assert!(fixture.notice_ends("ann").contains(&(NoticeName::Blocked, NoticeState::Expired)));
    assert_eq!(fixture.notice_names("ann"), [NoticeName::ItemsOwed]);
}

#[test]
fn a_hundred_wait_for_a_user_and_the_oldest_expires() {
    let fixture = with(r#""notices":{"make":["blocked"]}"#);
    for number in 1..=102 {
        fixture.engine.record_purchase(purchase("ann", &number.to_string())).unwrap();
        fixture.ingest_order(refunded(order(&number.to_string()), number));
    }
    let pending = fixture.notices_of("ann");
    assert_eq!(pending.len(), 100);
    assert_eq!(pending[0].id, 3);
    assert_eq!(fixture.notice_ends("ann"), [(NoticeName::Blocked, NoticeState::Expired); 2]);
    assert_eq!(fixture.engine.pending_notices("ann", "en", 3).unwrap().len(), 3);
}

#[test]
fn only_the_configured_names_are_made_and_shown() {
    let fixture = with(r#""notices":{"make":[]}"#).with_pack_refunded();
    fixture.let_pass("1h");
    assert_eq!(fixture.notices_of("ann"), []);
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.close().unwrap();
    let text = r#"{"database":"ledger.db","notices":{"make":["items_owed"]}}"#;
    let config = Config::from_json(text.as_bytes(), fixture.folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::clone(&fixture.clock)).open(config).unwrap();
    assert_eq!(engine.pending_notices("ann", "en", 10).unwrap(), [], "made under another configuration");
}

#[test]
fn an_event_is_for_players_who_are_online() {
    let fixture = with(r#""notices":{"events":true,"default_locale":"ja"}"#);
    let uuid = "6B29FC40-CA47-1067-B31D-00DD010662DA";
    fixture.engine.record_purchase(pack(uuid, "1")).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let events = fixture.events();
    let event = events.iter().find(|event| event.kind == EventKind::Notice).unwrap();
    let notice = event.notice.clone().unwrap();
    assert_eq!((event.user.as_deref(), notice.user.as_str()), (Some(uuid), uuid));
    assert_eq!((notice.name, notice.locale.as_str(), event.refund_id), (NoticeName::Blocked, "ja", Some(1)));
    assert_eq!(fixture.engine.pending_notices(&uuid.to_lowercase(), "ja", 9).unwrap(), [notice]);
}

#[test]
fn another_players_refund_withdraws_the_first_players_notices() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.let_pass("10m");
    fixture.engine.transfer_purchase(None, "1", "bob", "eve", "ticket").unwrap();
    let withdrawn =
        [(NoticeName::Blocked, NoticeState::Withdrawn), (NoticeName::ItemsOwed, NoticeState::Withdrawn)];
    assert_eq!(fixture.notice_ends("ann"), withdrawn);
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked]);
    assert_eq!(fixture.notice_names("bob"), [NoticeName::Blocked]);
    fixture.let_pass("10m");
    assert_eq!(fixture.notice_names("bob"), [NoticeName::Blocked, NoticeName::ItemsOwed]);
}

#[test]
fn names_from_outside_stay_text() {
    let fixture = with(ALL);
    let odd = Purchase {
        product: Some("{owed}".to_owned()),
        grants: vec![Grant { item: "{product}<b>".to_owned(), quantity: 1 }],
        ..purchase("{until}", "1")
    };
    fixture.engine.record_purchase(odd).unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    fixture.let_pass("10m");
    let notices = fixture.notices_of("{until}");
    assert_eq!(
        notices[1].text,
        "App Store refunded your payment for {owed}. You still owe: {product}<b> ×1."
    );
}

#[test]
fn a_corrected_block_has_one_notice() {
    let fixture = with(
        r#""notices":{"make":["blocked","unblocked"]},
           "policy":[{"name":"a","match":{"reason":"fraud"},"action":{"block":"permanently"}},
                     {"name":"b","action":{"block":"7d"}}]"#,
    )
    .with_pack_refunded();
    assert!(fixture.notices_of("ann")[0].details.until.is_some());
    let mut fraud = because(refunded(order("1"), 0), Reason::Fraud);
    fraud.trust = Trust::Confirmed;
    fixture.ingest_order(fraud);
    let pending = fixture.notices_of("ann");
    assert_eq!(pending.len(), 1, "{pending:?}");
    assert_eq!((pending[0].name, pending[0].details.until), (NoticeName::Blocked, None));
}

impl Fixture {
    /// The entry of the books that took or returned so many.
    fn entry(&self, quantity: i64) -> i64 {
        let entries = self.engine.recovery_entries(1).unwrap();
        let is_it = |entry: &&RecoveryEntry| entry.kind != EntryKind::Due && entry.quantity == quantity;
        entries.iter().find(is_it).unwrap().id
    }
}

#[test]
fn a_block_until_repaid_says_what_is_to_be_repaid() {
    let fixture = with(r#""policy":[{"name":"owed","action":{"block":"repaid"}}]"#).with_pack_refunded();
    let notices = fixture.notices_of("ann");
    assert!(notices[0].details.until_settled && notices[0].details.until.is_none());
    assert!(notices[0].text.ends_with("Your account is blocked until these items are repaid: gem ×500."));
}

#[test]
fn a_debt_that_an_operator_brings_back_is_notified_of_again() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 500)).unwrap();
    fixture.let_pass("1h");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::ItemsTaken]);
    fixture.engine.correct(fixture.entry(500), "eve", "not taken").unwrap();
    fixture.let_pass("9m");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked], "the game has time to take it");
    fixture.let_pass("1m");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked, NoticeName::ItemsOwed]);
    assert_eq!(fixture.notices_of("ann")[1].details.owed, gems(500));

    // More is owed than what the player has read.
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 100)).unwrap();
    let owing = fixture.notices_of("ann").into_iter().find(|notice| notice.name == NoticeName::ItemsOwed);
    fixture.engine.mark_notice("ann", owing.unwrap().id, NoticeMark::Acknowledged).unwrap();
    fixture.let_pass("1h");
    fixture.engine.correct(fixture.entry(100), "eve", "not taken").unwrap();
    fixture.let_pass("10m");
    assert_eq!(fixture.notices_of("ann").last().unwrap().details.owed, gems(500));
    // What an operator forgives is no more debt.
    let owing = fixture.notices_of("ann").last().unwrap().id;
    fixture.engine.mark_notice("ann", owing, NoticeMark::Acknowledged).unwrap();
    fixture.engine.forgive(1, &gems(100), false, "f", "eve", "why").unwrap();
    fixture.let_pass("1h");
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Blocked]);
}

#[test]
fn a_debt_that_a_refunded_purchase_had_repaid_is_notified_of_again() {
    let fixture = with(ALL).with_pack_refunded();
    let again = Purchase { repays: Some(1), grants: Vec::new(), ..pack("ann", "2") };
    fixture.engine.record_purchase(again).unwrap();
    fixture.let_pass("1h");
    let owed = || fixture.notices_of("ann").into_iter().find(|notice| notice.name == NoticeName::ItemsOwed);
    assert_eq!(owed(), None, "repaid in time");
    fixture.ingest_order(refunded(order("2"), 1));
    fixture.let_pass("10m");
    assert_eq!(owed().unwrap().details.owed, gems(500));
}

#[test]
fn correcting_a_report_withdraws_the_notice_of_it() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.report_recovery(1, &took("a", 200)).unwrap();
    fixture.let_pass("1s");
    fixture.engine.report_recovery(1, &took("b", 100)).unwrap();
    fixture.engine.correct(fixture.entry(200), "eve", "not taken").unwrap();
    let taken = || fixture.notices_of("ann").into_iter().find(|notice| notice.name == NoticeName::ItemsTaken);
    assert_eq!(taken().unwrap().details.items, gems(100), "that of the other report is true");
    fixture.engine.correct(fixture.entry(100), "eve", "not taken").unwrap();
    assert_eq!(taken(), None);

    let fixture = with(ALL);
    let gold = || vec![Grant { item: "gold".to_owned(), quantity: 5 }];
    fixture
        .engine
        .record_purchase(Purchase { grants: [gems(500), gold()].concat(), ..pack("ann", "1") })
        .unwrap();
    fixture.ingest_order(refunded(order("1"), 0));
    let both = RecoveryReport { taken: [gems(500), gold()].concat(), ..took("a", 0) };
    fixture.engine.report_recovery(1, &both).unwrap();
    fixture.ingest_order(reversed(order("1"), 1));
    let gave = RecoveryReport { returned: [gems(500), gold()].concat(), ..took("b", 0) };
    fixture.engine.report_recovery(1, &gave).unwrap();
    fixture.engine.correct(fixture.entry(-500), "eve", "not given").unwrap();
    let returned =
        fixture.notices_of("ann").into_iter().find(|notice| notice.name == NoticeName::ItemsReturned);
    assert_eq!(returned.unwrap().details.items, gold());
    fixture.let_pass("1s");
    fixture.engine.correct(fixture.entry(-5), "eve", "not given").unwrap();
    assert!(!fixture.notice_names("ann").contains(&NoticeName::ItemsReturned));
}

#[test]
fn an_operator_who_blocks_withdraws_that_the_player_is_no_longer_blocked() {
    let fixture = with(ALL).with_pack_refunded();
    fixture.engine.unblock("ann", "eve", "paid").unwrap();
    assert_eq!(fixture.notice_names("ann"), [NoticeName::Unblocked]);
    fixture.engine.block("ann", None, "eve", "cheats").unwrap();
    assert_eq!(fixture.notice_names("ann"), []);
}
