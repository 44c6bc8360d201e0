//! Forgetting a user: nothing of the user is left in the file's bytes, and the books stay.

use super::*;
use crate::model::{
    Consumption, Delivery, Export, ExportFormat, ExportKind, Forget, Forgotten, Grant, Happening,
    RecoveryReport, RefundId, ReportOutcome, Rest, WorkStatus,
};

/// A user with a spelling of their own, and a tag that the game made. Long enough to be in no other text.
const USER: &str = "ABCDEF00-1234-4000-8000-00000000000B";
const TAG: &str = "TagOfUser-0123456789";
const DOWNLOAD: &str = "download-0123456789";

fn tagged(id: &str) -> OrderDetails {
    OrderDetails {
        account_tag: Some(TAG.to_owned()),
        app_transaction_id: Some(DOWNLOAD.to_owned()),
        ..order(id)
    }
}

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn pack(user: &str, order: &str) -> Purchase {
    Purchase { store: Store::GooglePlay, grants: gems(500), ..purchase(user, order) }
}

fn took(key: &str, quantity: i64) -> RecoveryReport {
    RecoveryReport { key: key.to_owned(), taken: gems(quantity), ..RecoveryReport::default() }
}

#[path = "forgetting_work.rs"]
mod work;

struct People(Fixture);

impl People {
    /// A purchase of the user's, with a tag and a country, refunded and settled; and rows of another user.
    fn new() -> (Self, RefundId) {
        let people = Self(Fixture::new(r#"[{"name":"all","action":{"block":"1d"}}]"#));
        let bought = Purchase {
            account_tag: Some(TAG.to_owned()),
            country: Some("KR".to_owned()),
            ..pack(USER, "GPA.1")
        };
        people.0.engine.record_purchases(vec![bought, pack("lee-the-other", "GPA.2")]).unwrap();
        people.refund("n1", tagged("GPA.1"));
        people.refund("n2", order("GPA.2"));
        let id = people.refunds_of(USER)[0].id;
        people.0.engine.unblock(USER, "eve", &format!("{USER} wrote to us")).unwrap();
        (people, id)
    }

    /// Settles what is owed.
    fn settled() -> (Self, RefundId) {
        let (people, id) = Self::new();
        let key = format!("take:{}", USER.to_ascii_lowercase());
        let report =
            RecoveryReport { rest: Rest::WrittenOff, who: Some("shop".to_owned()), ..took(&key, 400) };
        people.0.engine.report_recovery(id, &report).unwrap();
        (people, id)
    }

    fn refund(&self, notification: &str, about: OrderDetails) -> Outcome {
        self.ingest(notification, refunded(about, 0))
    }

    fn ingest(&self, notification: &str, fact: Fact) -> Outcome {
        let about = fact.about.order_id.clone().unwrap();
        let mut signal = signal(notification, CaseKey::Order(about.clone()), fact);
        signal.place.store = Store::GooglePlay;
        let body = match about.as_str() {
            // The other user's.
            "GPA.2" | "GPA.6" => "{}".to_owned(),
            _ => format!("{{\"tag\":\"{TAG}\",\"user\":\"{USER}\",\"download\":\"{DOWNLOAD}\"}}"),
        };
        self.0.engine.ingest_signal(signal, body.as_bytes()).unwrap()
    }

    fn refunds_of(&self, user: &str) -> Vec<Refund> {
        let filter = RefundFilter { user: Some(user.to_owned()), ..RefundFilter::default() };
        self.0.engine.refunds(&filter, None, 100).unwrap().items
    }

    fn forget(&self, even_so: bool) -> Result<Forgotten, Error> {
        self.0.engine.forget_user(USER, &Forget { even_so }, "dpo", &format!("request of {USER}"))
    }

    /// Which of these texts are in the ledger's files, in either case.
    fn found(&self, texts: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for file in std::fs::read_dir(self.0.folder.path()).unwrap() {
            let path = file.unwrap().path();
            // By another process: closing the file in this one takes the engine's locks away.
            let read = std::process::Command::new("cat").arg(&path).output().unwrap();
            assert!(read.status.success(), "{read:?}");
            let bytes = read.stdout.to_ascii_lowercase();
            for text in texts {
                let sought = text.to_ascii_lowercase();
                let is_there = |(_, window): &(usize, &[u8])| *window == sought.as_bytes();
                let places: Vec<String> = bytes
                    .windows(sought.len())
                    .enumerate()
                    .filter(is_there)
                    .map(|(at, _)| {
                        let around = &bytes[at.saturating_sub(120)..bytes.len().min(at + 120)];
                        String::from_utf8_lossy(around).replace(|letter: char| letter.is_control(), " ")
                    })
                    .collect();
                if !places.is_empty() {
                    found.push(format!("{text} in {}: {places:#?}", path.display()));
                }
            }
        }
        found
    }

    fn journal(&self) -> String {
        let mut out = Vec::new();
        self.0.engine.export(&Export::new(ExportKind::Journal, ExportFormat::Ndjson), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

const NAMES: [&str; 3] = [USER, TAG, DOWNLOAD];

#[test]
fn nothing_of_a_forgotten_user_is_in_the_files_bytes() {
    let (people, id) = People::settled();
    let engine = &people.0.engine;
    let tag = engine.account_tag(&Store::GooglePlay, USER).unwrap();
    let usage = Consumption {
        delivery: Delivery::Delivered,
        consumed: None,
        sample_given: false,
        usage: Vec::new(),
        consent: true,
    };
    engine.report_consumption(ConsumptionOf::Order("GPA.1"), usage).ok();
    // Its notifications have other ids than those of `People::new`.
    people.0.notifications.set(100);
    people.0.ingest_purchase_of(Store::GooglePlay, tagged("GPA.1"));
    engine.transfer_purchase(None, "GPA.2", USER, "eve", "a mistake").unwrap();
    engine.transfer_purchase(None, "GPA.2", "lee-the-other", "eve", &format!("not {USER}'s")).unwrap();
    engine.unblock(USER, "eve", "why not").unwrap();
    people.0.events();
    assert_eq!(people.found(&NAMES).len(), 3, "{:?}", people.found(&NAMES));

    let before = (engine.recovery(id).unwrap(), people.refunds_of(USER).len());
    let forgotten = people.forget(false).unwrap();
    assert!(forgotten.log_emptied);
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
    assert_eq!(people.found(&[&tag]), Vec::<String>::new());

    assert!(crate::model::people::is_pseudonym(&forgotten.pseudonym), "{forgotten:?}");
    let of_nobody = engine.user(&forgotten.pseudonym).unwrap();
    assert_eq!((of_nobody.refunds.len(), of_nobody.purchases.len()), (before.1, 1));
    assert_eq!(of_nobody.purchases[0].purchase.country, None);
    assert_eq!(engine.recovery(id).unwrap(), before.0);
    assert_eq!(forgotten.counts.purchases, 1);
    assert!(forgotten.counts.messages >= 2 && forgotten.counts.journal > 5, "{forgotten:?}");
    let nothing = engine.user(USER).unwrap();
    assert!(nothing.purchases.is_empty() && nothing.refunds.is_empty() && nothing.journal.is_empty());
    assert_eq!(people.refunds_of("lee-the-other").len(), 1, "others stay");
    let journal = people.journal();
    let entry = journal.lines().find(|line| line.contains("user_forgotten")).unwrap();
    assert!(
        entry.contains("\"who\":\"dpo\"") && entry.contains(&format!("request of {}", forgotten.pseudonym))
    );
}

#[test]
fn a_case_folds_to_the_same_without_the_user() {
    let (people, id) = People::settled();
    people.forget(false).unwrap();
    let before = people.0.engine.refund(id).unwrap().unwrap();
    // A further step folds it again.
    let part = part(order("GPA.1"), 5, Some("late"), Extent::Part);
    people.ingest("late", part);
    let after = people.0.engine.refund(id).unwrap().unwrap();
    assert_eq!(
        (&after.case, &after.user, after.attributed_by),
        (&before.case, &before.user, before.attributed_by)
    );
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
}

#[test]
fn repeated_and_late_messages_bring_nobody_back() {
    let (people, id) = People::settled();
    let forgotten = people.forget(false).unwrap();
    let engine = &people.0.engine;
    assert!(!people.refund("n1", tagged("GPA.1")).new);
    assert!(!people.refund("n1 again", tagged("GPA.1")).new, "the same fact under another id");
    // Another order that only the tag leads to.
    people.refund("n9", tagged("GPA.9"));
    let ours: Vec<_> = people.refunds_of(&forgotten.pseudonym).iter().map(|refund| refund.id).collect();
    assert_eq!(ours, [3, id], "the tag is the pseudonym's");
    people.ingest("reversed", reversed(tagged("GPA.1"), 9));
    assert_eq!(engine.refund(id).unwrap().unwrap().case.state, StoreState::Reversed);
    people.0.events();
    people.0.engine.ledger.empty_log().unwrap();
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
}

#[test]
fn the_same_id_with_a_new_purchase_is_a_new_person() {
    let (people, _) = People::settled();
    let forgotten = people.forget(false).unwrap();
    let engine = &people.0.engine;
    engine.record_purchase(Purchase { account_tag: Some(TAG.to_owned()), ..pack(USER, "GPA.7") }).unwrap();
    people.refund("n7", tagged("GPA.7"));
    assert_eq!(people.refunds_of(USER).len(), 1);
    people.refund("n8", tagged("GPA.8"));
    assert_eq!(people.refunds_of(USER).len(), 2, "the tag is the new person's");
    assert_eq!(people.refunds_of(&forgotten.pseudonym).len(), 1);
    // And can be forgotten as well.
    let again = people.forget(true).unwrap();
    assert_ne!(again.pseudonym, forgotten.pseudonym);
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
}

#[test]
fn a_user_of_whom_something_is_needed_is_forgotten_only_even_so() {
    let (people, id) = People::new();
    let engine = &people.0.engine;
    engine.block(USER, None, "eve", "why").unwrap();
    let Err(Error::Refused { code, facts }) = people.forget(false) else { panic!("forgotten") };
    assert_eq!(code, "still_needed");
    assert!(facts.contains("is active") && facts.contains("500 gem are owed for refund 1"), "{facts}");
    assert!(!facts.contains(USER) && engine.is_blocked(USER));

    let forgotten = people.forget(true).unwrap();
    assert!(!engine.is_blocked(USER) && !engine.is_blocked(&forgotten.pseudonym));
    let line = &engine.recovery(id).unwrap().unwrap().items[0];
    assert_eq!((line.due, line.taken, line.forgiven, line.owed), (500, 0, 500, 0));
    assert_eq!(engine.refund(id).unwrap().unwrap().work_status, WorkStatus::WrittenOff);
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
    let users: Vec<_> = people.0.events().into_iter().filter_map(|event| event.user).collect();
    assert!(users.iter().all(|user| user == "lee-the-other"), "{users:?}");
}

#[test]
fn what_a_user_should_get_back_is_written_off_even_so() {
    let (people, id) = People::new();
    let engine = &people.0.engine;
    let _: ReportOutcome = engine.report_recovery(id, &took("first", 300)).unwrap();
    people.ingest("n5", reversed(tagged("GPA.1"), 9));
    assert!(matches!(people.forget(false), Err(Error::Refused { code: "still_needed", .. })));
    people.forget(true).unwrap();
    let refund = engine.refund(id).unwrap().unwrap();
    assert_eq!(engine.recovery(id).unwrap().unwrap().items[0].to_return, 0);
    assert_ne!(refund.work_status, WorkStatus::Returning);
}

#[test]
fn a_tag_that_players_share_stays_with_the_other() {
    let (people, _) = People::settled();
    let engine = &people.0.engine;
    let other = Purchase { account_tag: Some(TAG.to_owned()), ..pack("lee-the-other", "GPA.3") };
    engine.record_purchase(other).unwrap();
    let forgotten = people.forget(true).unwrap();
    people.refund("n6", tagged("GPA.6"));
    assert!(
        people
            .refunds_of("lee-the-other")
            .iter()
            .any(|refund| { refund.case.about.order_id.as_deref() == Some("GPA.6") })
    );
    assert_eq!(people.refunds_of(&forgotten.pseudonym).len(), 1);
    assert!(people.found(&[USER]).is_empty());
}

#[test]
fn history_cannot_be_edited_outside_of_it() {
    let (people, _) = People::settled();
    people.forget(false).unwrap();
    let path = people.0.folder.path().join("ledger.db");
    assert_eq!(
        another_program::rows(&path, "SELECT name FROM meta ORDER BY name"),
        [["ledger_id"], ["person_key"]]
    );
    for table in ["journal", "facts", "orders", "recovery"] {
        let change = std::panic::catch_unwind(|| {
            another_program::change(&path, &format!("UPDATE {table} SET id = id"))
        });
        assert!(!change.is_ok_and(|rows| rows > 0), "{table}");
    }
    let source = std::process::Command::new("grep")
        .args(["-rl", "\"forgetting\"", concat!(env!("CARGO_MANIFEST_DIR"), "/src/ledger"), "--include=*.rs"])
        .output()
        .unwrap();
    let files = String::from_utf8(source.stdout).unwrap();
    assert_eq!(files.lines().count(), 1, "only one place may open history: {files}");
}

#[test]
fn another_process_learns_that_a_forgotten_user_is_not_blocked() {
    let (people, _) = People::settled();
    people.0.engine.block(USER, None, "eve", "why").unwrap();
    let other = open(people.0.folder.path(), &people.0.clock, "[]");
    assert!(other.is_blocked(USER));
    people.forget(true).unwrap();
    // Its writer looks five times a second.
    while other.is_blocked(USER) {
        assert!(!other.wait(Duration::from_millis(20)) || other.blocked_users() < 3);
    }
    other.block("kay", None, "eve", "why").unwrap();
    assert!(other.is_blocked("kay"));
}

#[test]
fn a_forgotten_user_is_recognised_for_a_time() {
    let (people, _) = People::settled();
    let forgotten = people.forget(false).unwrap();
    people.0.clock.advance(Span::from_days(3 * 365 + 1));
    assert_eq!(people.0.engine.prune().unwrap().forgotten, 2, "the id and the tag");
    people.refund("n9", tagged("GPA.9"));
    assert_eq!(people.refunds_of(&forgotten.pseudonym).len(), 1);
}

#[test]
fn a_forgetting_that_fails_changes_nothing() {
    let (people, id) = People::settled();
    let before = people.journal();
    let path = people.0.folder.path().join("ledger.db");
    another_program::run(
        &path,
        "CREATE TRIGGER fails BEFORE UPDATE ON balances BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    assert!(matches!(people.forget(false), Err(Error::Ledger(_))));
    assert_eq!(people.journal(), before);
    assert_eq!(people.refunds_of(USER)[0].id, id);
    assert_eq!(another_program::rows(&path, "SELECT name FROM meta"), [["ledger_id"]]);
    another_program::run(&path, "DROP TRIGGER fails");
    people.forget(false).unwrap();
}

#[test]
fn an_unknown_user_can_be_forgotten_in_advance() {
    let fixture = Fixture::with_tags("user_ids", BLOCKS_ALL);
    let forgotten = fixture.engine.forget_user("unknown-yet", &Forget::default(), "dpo", "request").unwrap();
    let about = OrderDetails { account_tag: Some("unknown-yet".to_owned()), ..order("1") };
    fixture.ingest_order_of(Store::GooglePlay, refunded(about, 0));
    assert_eq!(fixture.refund().user, Some(forgotten.pseudonym));
    assert!(matches!(
        fixture.engine.user("unknown-yet").unwrap().journal.first().map(|entry| &entry.what),
        None | Some(Happening::Pruned { .. })
    ));
}

/// Of orders that only the host's record leads to: the store's message has no account tag, or one that was not known.
#[test]
fn the_first_late_messages_of_a_forgotten_users_order_are_stored_without_the_user() {
    let people = People(Fixture::new("[]"));
    let by_token = Purchase { order_id: None, purchase_token: Some("token-1".to_owned()), ..pack(USER, "") };
    people.0.engine.record_purchases(vec![pack(USER, "GPA.1"), pack(USER, "GPA.3"), by_token]).unwrap();
    people.0.engine.record_purchase(pack("lee-the-other", "GPA.2")).unwrap();
    let forgotten = people.forget(false).unwrap();
    let personal = |about: OrderDetails| OrderDetails {
        app_transaction_id: Some(DOWNLOAD.to_owned()),
        country: crate::model::Country::from_alpha_3("KOR"),
        ..about
    };
    people.refund("n1", personal(order("GPA.1")));
    people.refund("n3", OrderDetails { account_tag: Some(TAG.to_owned()), ..personal(order("GPA.3")) });
    let about = personal(OrderDetails {
        purchase_token: Some("token-1".to_owned()),
        account_tag: Some(TAG.to_owned()),
        ..OrderDetails::default()
    });
    for (id, meaning) in [("p1", Meaning::Purchase(about.clone())), ("p2", Meaning::Order(about))] {
        let place = Place { store: Store::GooglePlay, ..place() };
        let signal =
            Signal { place, notification_id: id.to_owned(), name: "BOUGHT".to_owned(), at: NOON, meaning };
        people.0.engine.ingest_signal(signal, format!("{{\"tag\":\"{TAG}\"}}").as_bytes()).unwrap();
    }
    assert_eq!(people.refunds_of(&forgotten.pseudonym).len(), 2);
    people.0.engine.ledger.empty_log().unwrap();
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
    assert!(people.refunds_of(&forgotten.pseudonym).iter().all(|refund| refund.case.about.country.is_none()));
    // Others' messages stay.
    people.refund("n2", personal(order("GPA.2")));
    let path = people.0.folder.path().join("ledger.db");
    let kept = another_program::rows(&path, "SELECT notification_id FROM inbox WHERE body IS NOT NULL");
    assert_eq!(kept, [["n2"]]);
}

#[test]
fn tags_that_only_a_stores_report_has_are_forgotten() {
    for (recorded, reported) in [
        (
            Purchase { order_id: None, purchase_token: Some("token-1".to_owned()), ..pack(USER, "") },
            OrderDetails { purchase_token: Some("token-1".to_owned()), ..tagged("GPA.1") },
        ),
        (
            Purchase { original_id: Some("original-1".to_owned()), ..pack(USER, "GPA.5") },
            OrderDetails { original_id: Some("original-1".to_owned()), ..tagged("GPA.1") },
        ),
        (
            pack(USER, "session-1"),
            OrderDetails { related_ids: ["session-1".to_owned()].into(), ..tagged("GPA.1") },
        ),
    ] {
        let people = People(Fixture::new("[]"));
        people.0.engine.record_purchase(recorded).unwrap();
        people.0.ingest_purchase_of(Store::GooglePlay, reported);
        assert!(!people.found(&[TAG]).is_empty());
        let forgotten = people.forget(false).unwrap();
        assert_eq!(people.found(&NAMES), Vec::<String>::new());
        // And recognised in a later message.
        people.refund("n9", tagged("GPA.9"));
        people.0.engine.ledger.empty_log().unwrap();
        assert_eq!(people.found(&NAMES), Vec::<String>::new(), "{forgotten:?}");
    }
}

#[test]
fn messages_that_no_order_leads_to_keep_no_body_and_consents_are_found_by_the_download() {
    let (people, _) = People::settled();
    let send = |id: &str, meaning: Meaning| {
        let place = Place { store: Store::GooglePlay, ..place() };
        let signal =
            Signal { place, notification_id: id.to_owned(), name: "SOME".to_owned(), at: NOON, meaning };
        let body = format!("{{\"tag\":\"{TAG}\",\"download\":\"{DOWNLOAD}\"}}");
        people.0.engine.ingest_signal(signal, body.as_bytes()).unwrap();
    };
    let path = people.0.folder.path().join("ledger.db");
    let kept = || {
        let kept = "SELECT notification_id FROM inbox WHERE body IS NOT NULL AND name = 'SOME'";
        another_program::rows(&path, kept).concat()
    };
    send("expired", Meaning::Nothing);
    let nameless = OrderDetails { account_tag: Some(TAG.to_owned()), ..OrderDetails::default() };
    send("nameless", Meaning::Purchase(nameless));
    assert_eq!(kept(), [""; 0]);
    let about = OrderDetails { app_transaction_id: Some(DOWNLOAD.to_owned()), ..OrderDetails::default() };
    send("first", Meaning::ConsentRescinded { about: about.clone() });
    send("second", Meaning::ConsentRescinded { about });
    assert_eq!(kept(), ["second"]);
    let mut out = Vec::new();
    people.0.engine.export_user(USER, &mut out).unwrap();
    let export: crate::model::UserExport = serde_json::from_slice(&out).unwrap();
    assert!(export.messages.iter().any(|message| message.name == "SOME" && message.body_base64.is_some()));
    people.forget(false).unwrap();
    assert_eq!(kept(), [""; 0]);
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
}

#[test]
fn keys_and_dead_letters_that_name_the_user_go() {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    let (people, id) = People::new();
    let engine = &people.0.engine;
    for key in [format!("take-{USER}-17"), "take-other-18".to_owned()] {
        engine.report_recovery(id, &took(&key, 10)).unwrap();
    }
    let jws = |payload: &str| format!("eyJhbGciOiJFUzI1NiJ9.{}.c2ln", BASE64_URL_SAFE_NO_PAD.encode(payload));
    let letter = |tag: &str| {
        let inner = jws(&format!("{{\"appAccountToken\":\"{tag}\"}}"));
        let outer = jws(&format!("{{\"data\":{{\"signedTransactionInfo\":\"{inner}\"}}}}"));
        format!("{{\"signedPayload\":\"{outer}\"}}")
    };
    for (body, digest) in [(letter(TAG), b"1"), (letter("tag-of-the-other"), b"2")] {
        let letter = crate::model::DeadLetter {
            id: 0,
            store: Store::AppStore,
            received_at: NOON,
            code: "unknown".to_owned(),
            message: "not understood".to_owned(),
            body: body.into_bytes(),
        };
        let keep = move |tx: &crate::ledger::Tx<'_>| tx.keep_dead_letter(&letter, digest);
        assert_eq!(engine.ledger.writer.run(keep), Ok(true));
    }
    people.forget(true).unwrap();
    assert_eq!(engine.dead_letters(None, 10).unwrap().items.len(), 1);
    let path = people.0.folder.path().join("ledger.db");
    assert_eq!(another_program::rows(&path, "SELECT key FROM requests"), [["take-other-18"]]);
    assert_eq!(people.found(&NAMES), Vec::<String>::new());
}

#[test]
fn until_the_log_is_emptied_the_ledger_notes_that_it_must_be() {
    let (people, _) = People::settled();
    let engine = &people.0.engine;
    let path = people.0.folder.path().join("ledger.db");
    let notes = || another_program::rows(&path, "SELECT name FROM meta WHERE name = 'log_to_empty'").len();
    let note = |mark: &'static [u8]| engine.change(move |change| Ok(change.tx.note_log_to_empty(mark)?));
    note(b"1").unwrap();
    note(b"2").unwrap();
    engine.change(|change| Ok(change.tx.log_is_emptied(b"1")?)).unwrap();
    // The writer may have emptied it by now.
    assert!(notes() <= 1);
    people.forget(false).unwrap();
    assert_eq!(notes(), 0);
}
