//! ONE Store, from the raw message to the blocked player.

use std::path::PathBuf;
use std::sync::Arc;

use recoup::one_store::{PurchaseState, SubscriptionNotificationType};
use recoup::testing::{OneStore, StoreRequest};
use recoup::{
    Action, Config, Engine, EngineOptions, Environment, EventKind, ManualClock, MeaningKind, Money, Outcome,
    OutcomeKind, Purchase, Refund, RefundFilter, Span, Store, StoreState, Timestamp, Trust, Verifier,
};
use serde_json::{Value, json};

use recoup_tests::ledger_file::AnotherProgram;

const NOON: Timestamp = Timestamp::from_secs(1_790_000_000);
const BLOCKED: [EventKind; 3] = [EventKind::Refund, EventKind::Alert, EventKind::Block];

/// A game server that sells in ONE Store only.
struct Server {
    store: OneStore,
    clock: Arc<ManualClock>,
    engine: Engine,
    folder: tempfile::TempDir,
}

impl Server {
    fn new() -> Self {
        Self::with(&json!({}))
    }

    /// With these members in the configuration.
    fn with(more: &Value) -> Self {
        let (store, folder) = (OneStore::new().unwrap(), tempfile::tempdir().unwrap());
        let mut config = json!({
            "database": "ledger.db",
            "one_store": [{"client_id": store.client_id, "license_key": store.license_key().unwrap(),
                           "subscription_notifications": "known_tokens"}],
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let clock = Arc::new(ManualClock::new(NOON));
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let engine = EngineOptions::new().clock(Arc::clone(&clock)).open(config).unwrap();
        Self { store, clock, engine, folder }
    }

    fn ingest(&self, request: &StoreRequest) -> Outcome {
        request.send(|request| self.engine.ingest(&Store::OneStore, request)).unwrap()
    }

    fn reported(&self, id: &str, state: PurchaseState) -> Outcome {
        self.ingest(&self.store.payment(id, state, NOON).request().unwrap())
    }

    fn record(&self, user: &str, id: &str) {
        let token = Some(format!("token-of-{id}"));
        let purchase = Purchase { purchase_token: token, ..Purchase::new(Store::OneStore, user, id) };
        self.engine.record_purchase(purchase).unwrap();
    }

    fn kinds(&self) -> Vec<EventKind> {
        let events = self.engine.poll(1000).unwrap();
        for event in &events {
            self.engine.ack(event.id).unwrap();
        }
        events.iter().map(|event| event.kind).collect()
    }

    fn refunds(&self) -> Vec<Refund> {
        self.engine.refunds(&RefundFilter::default(), None, 10).unwrap().items
    }
}

#[test]
fn a_cancellation_after_its_payment_blocks_the_player_who_paid() {
    let server = Server::new();
    server.record("ann", "P1");
    let paid = server.reported("P1", PurchaseState::Completed);
    assert!(matches!(paid.what, OutcomeKind::Accepted { meaning: MeaningKind::Purchase, .. }));
    assert_eq!((paid.http_status, paid.new, server.engine.is_blocked("ann")), (200, true, false));

    server.clock.set(NOON.plus(Span::from_hours(5)));
    let cancelled = server.reported("P1", PurchaseState::Canceled);
    assert!(matches!(cancelled.what, OutcomeKind::Accepted { meaning: MeaningKind::Refund, .. }));
    assert_eq!((cancelled.http_status, cancelled.new, cancelled.user.as_deref()), (200, true, Some("ann")));
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), BLOCKED);
    let refund = server.refunds().remove(0);
    assert_eq!((refund.case.state, refund.case.trust), (StoreState::Refunded, Trust::Signed));
    assert_eq!(refund.case.at, NOON.plus(Span::from_hours(5)));
    let won = |micros| Money { micros, currency: recoup::Currency::new("KRW").unwrap() };
    assert_eq!(refund.case.amount, Some(won(4_900_000_000)));
    assert_eq!(refund.environment, Some(Environment::Production));
}

#[test]
fn repeated_and_out_of_order_messages_are_one_refund() {
    use PurchaseState::{Canceled, Completed};
    for order in [[Canceled, Completed, Canceled, Completed], [Completed, Canceled, Canceled, Completed]] {
        let server = Server::new();
        server.record("ann", "P1");
        let mut seen = Vec::new();
        for (hours, state) in order.into_iter().enumerate() {
            server.clock.set(NOON.plus(Span::from_hours(i64::try_from(hours).unwrap())));
            let outcome = server.reported("P1", state);
            assert_eq!((outcome.http_status, outcome.new), (200, !seen.contains(&state)), "{order:?}");
            seen.push(state);
        }
        assert_eq!(server.kinds(), BLOCKED);
        let refunds = server.refunds();
        assert_eq!((refunds.len(), refunds[0].case.state), (1, StoreState::Refunded));
        assert!(server.engine.is_blocked("ann"));
    }
}

#[test]
fn an_unrecorded_refund_is_the_users_whose_id_the_payload_is_and_blocks_no_one() {
    let server = Server::with(&json!({"account_tags": "user_ids"}));
    let payment = server.store.payment("P1", PurchaseState::Canceled, NOON);
    let outcome = server.ingest(&payment.with("developerPayload", &json!("ann")).request().unwrap());
    assert_eq!(outcome.user.as_deref(), Some("ann"));
    assert!(!server.engine.is_blocked("ann"), "a buyer can write any user's id there");
    assert_eq!(server.kinds(), [EventKind::Refund, EventKind::Alert]);

    let nobodys = server.reported("P2", PurchaseState::Canceled);
    assert_eq!((nobodys.new, nobodys.user), (true, None));
    server.record("bob", "P2");
    assert!(server.engine.is_blocked("bob"));
}

#[test]
fn a_bare_payload_finds_no_user_by_default_and_an_issued_tag_does() {
    let server = Server::new();
    let payment = server.store.payment("P1", PurchaseState::Canceled, NOON);
    let outcome = server.ingest(&payment.with("developerPayload", &json!("ann")).request().unwrap());
    assert_eq!(outcome.user, None);

    let tag = server.engine.account_tag(&Store::OneStore, "bob").unwrap();
    let payment = server.store.payment("P2", PurchaseState::Canceled, NOON);
    let outcome = server.ingest(&payment.with("developerPayload", &json!(tag)).request().unwrap());
    assert_eq!(outcome.user.as_deref(), Some("bob"));
    assert!(server.engine.is_blocked("bob"));
}

#[test]
fn a_payload_with_a_control_character_is_no_user_and_the_refund_is_recorded() {
    let server = Server::with(&json!({"account_tags": "user_ids"}));
    let payment = server.store.payment("P1", PurchaseState::Canceled, NOON);
    let outcome = server.ingest(&payment.with("developerPayload", &json!("victim\u{0}x")).request().unwrap());
    assert_eq!((outcome.http_status, outcome.user), (200, None));
    assert_eq!(server.refunds().len(), 1);
    assert_eq!(server.kinds(), [EventKind::Unattributed]);
}

#[test]
fn test_purchases_are_recorded_and_block_no_one() {
    let server = Server::new();
    for (id, name, value) in [
        ("P1", "environment", json!("SANDBOX")),
        ("P2", "isTestMdn", json!(true)),
        ("P3", "msgVersion", json!("3.1.0D")),
    ] {
        server.record("ann", id);
        let payment = server.store.payment(id, PurchaseState::Canceled, NOON).with(name, &value);
        let outcome = server.ingest(&payment.request().unwrap());
        assert_eq!((outcome.http_status, outcome.new, outcome.user.as_deref()), (200, true, Some("ann")));
    }
    assert!(!server.engine.is_blocked("ann"));
    assert!(!server.kinds().contains(&EventKind::Block));
    for refund in server.refunds() {
        assert_eq!(refund.environment, Some(Environment::Sandbox));
        assert_eq!(refund.decision.unwrap().action, Action::Record);
    }
}

#[test]
fn an_unsigned_revocation_is_on_record_and_blocks_no_one() {
    let server = Server::new();
    server.record("ann", "P1");
    let hint = server.store.subscription(SubscriptionNotificationType::Revoked, "token-of-P1", NOON);
    for new in [true, false] {
        let outcome = server.ingest(&hint);
        assert_eq!((outcome.http_status, outcome.new), (200, new));
        assert_eq!(outcome.user.as_deref(), Some("ann"));
    }
    assert!(!server.engine.is_blocked("ann"));
    assert!(server.kinds().is_empty());

    server.reported("P1", PurchaseState::Canceled);
    assert!(server.engine.is_blocked("ann"));
    assert_eq!(server.kinds(), BLOCKED);
    let counted = server.refunds().into_iter().filter(|refund| refund.merged_into.is_none()).count();
    assert_eq!(counted, 1);
}

#[test]
fn a_forger_cannot_pile_facts_on_a_case() {
    let server = Server::new();
    server.record("ann", "P1");
    let taken = (0..200).filter(|hours| {
        let at = NOON.plus(Span::from_hours(hours - 100));
        let kind = SubscriptionNotificationType::Revoked;
        server.ingest(&server.store.subscription(kind, "token-of-P1", at)).new
    });
    assert!(taken.count() <= 4);
    assert_eq!(server.refunds().len(), 1);
}

/// How many rows a table has.
fn rows(folder: &std::path::Path, table: &str) -> usize {
    AnotherProgram::opens(&folder.join("ledger.db")).count(table)
}

#[test]
fn unsigned_messages_of_unknown_purchases_are_not_kept() {
    let server = Server::new();
    let hint = |token: &str| server.store.subscription(SubscriptionNotificationType::Revoked, token, NOON);
    for n in 0..20 {
        let outcome = server.ingest(&hint(&format!("token-{n}")));
        assert!(
            matches!(outcome.what, OutcomeKind::Rejected(recoup::Rejection::UnknownPurchase)),
            "{outcome:?}"
        );
        assert_eq!(outcome.http_status, 403);
        // What means nothing is not kept either, and ONE Store need not send it again.
        let renewed =
            server.store.subscription(SubscriptionNotificationType::from_number(3), "token-of-P1", NOON);
        assert_eq!(server.ingest(&renewed).http_status, 200);
    }
    for table in ["inbox", "refunds", "facts", "journal", "dead_letters"] {
        assert_eq!(rows(server.folder.path(), table), 0, "{table}");
    }
    // A signed message has reported the purchase of one, and the host records that of another.
    server.reported("P1", PurchaseState::Completed);
    assert_eq!(server.ingest(&hint("token-of-P1")).http_status, 200);
    server.record("ann", "P2");
    assert_eq!(server.ingest(&hint("token-of-P2")).http_status, 200);
}

#[test]
fn unsigned_messages_are_refused_by_default() {
    let store = OneStore::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = json!({
        "database": "ledger.db",
        "one_store": [{"client_id": store.client_id, "license_key": store.license_key().unwrap()}],
    });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let engine = EngineOptions::new().clock(Arc::new(ManualClock::new(NOON))).open(config).unwrap();
    let token = Some("T1".to_owned());
    engine
        .record_purchase(Purchase { purchase_token: token, ..Purchase::new(Store::OneStore, "ann", "P1") })
        .unwrap();
    let hint = store.subscription(SubscriptionNotificationType::Revoked, "T1", NOON);
    let outcome = hint.send(|request| engine.ingest(&Store::OneStore, request)).unwrap();
    assert_eq!(outcome.http_status, 401);
    assert_eq!(rows(folder.path(), "inbox"), 0);
}

#[test]
fn hints_have_limits_and_the_store_must_resend_those_beyond() {
    for limits in [json!({"hints": 2}), json!({"hint_bytes": 600})] {
        let server = Server::with(&json!({"limits": limits}));
        let hint = |id: &str| {
            server.record("ann", id);
            let token = format!("token-of-{id}");
            server.ingest(&server.store.subscription(SubscriptionNotificationType::Revoked, &token, NOON))
        };
        let kept = (0..10).filter(|n| hint(&format!("P{n}")).http_status == 200).count();
        assert!((1..=3).contains(&kept), "{limits}: {kept}");
        let full = hint("P9");
        assert_eq!(full.http_status, 503);
        assert_eq!(rows(server.folder.path(), "inbox"), kept);
        // What is there already is no new row, and a signed message needs no room.
        assert_eq!(hint("P0").http_status, 200);
        assert_eq!(server.reported("P9", PurchaseState::Canceled).http_status, 200);
        let report = server.engine.doctor(&recoup::DoctorOptions::new(), |_| {});
        assert!(report.findings.iter().any(|finding| finding.code == "hints_full"), "{report:?}");
    }
}

/// A player has signed receipts of his own purchases, by the key that signs notifications.
#[test]
fn a_players_receipt_is_no_notification_and_is_not_kept() {
    let server = Server::new();
    let receipt = "{\"orderId\":\"O1\",\"packageName\":\"com.example.game\",\"productId\":\"gem\",\"purchaseTime\":1700000000000,\
        \"acknowledgeState\":0,\"purchaseState\":0,\"recurringState\":-1,\"purchaseId\":\"P1\",\"purchaseToken\":\"T\"}";
    let signature = server.store.sign(receipt.as_bytes()).unwrap();
    for spaces in 0..10 {
        let body = format!(
            "{},\"signature\":\"{signature}\"}}{}",
            &receipt[..receipt.len() - 1],
            " ".repeat(spaces)
        );
        let outcome = server.ingest(&StoreRequest { headers: Vec::new(), body: body.into_bytes() });
        assert_eq!(outcome.http_status, 400);
        assert!(matches!(outcome.what, OutcomeKind::Rejected(recoup::Rejection::NotANotification { .. })));
    }
    assert_eq!(rows(server.folder.path(), "dead_letters"), 0);
}

#[test]
fn one_message_is_one_dead_letter_however_it_is_spelt() {
    let server = Server::new();
    let payment =
        || server.store.payment("P1", PurchaseState::Canceled, NOON).with("environment", &json!("MOON"));
    let first = payment().request().unwrap();
    let text = String::from_utf8(first.body.clone()).unwrap();
    let mut bodies = vec![
        text.clone(),
        format!("{text}   "),
        text.replace("\":", "\" :\t"),
        text.replace("\",\"", "\",\n\""),
    ];
    for place in 0..4 {
        bodies.push(String::from_utf8(payment().request_with_signature_at(place).unwrap().body).unwrap());
    }
    bodies.push(text.replace("MOON", "\\u004dOON"));
    for (n, body) in bodies.into_iter().enumerate() {
        let outcome = server.ingest(&StoreRequest {
            headers: vec![("X".to_owned(), n.to_string())],
            body: body.clone().into_bytes(),
        });
        assert_eq!((outcome.http_status, outcome.new), (200, n == 0), "{body}");
        assert!(matches!(outcome.what, OutcomeKind::DeadLetter(_)), "{outcome:?}");
    }
    assert_eq!(server.engine.dead_letters(None, 10).unwrap().items.len(), 1);
}

#[test]
fn dead_letters_have_limits_and_no_acknowledged_message_is_dropped() {
    for limits in [json!({"dead_letters": 2}), json!({"dead_letter_bytes": 1000})] {
        let server = Server::with(&json!({"limits": limits}));
        let letter = |id: String| {
            let payment =
                server.store.payment(&id, PurchaseState::Canceled, NOON).with("environment", &json!("MOON"));
            server.ingest(&payment.request().unwrap())
        };
        let kept = (0..10).filter(|n| letter(format!("P{n}")).http_status == 200).count();
        assert!((1..=3).contains(&kept), "{limits}: {kept}");
        let full = letter("P9".to_owned());
        assert_eq!(full.http_status, 503);
        let OutcomeKind::Rejected(why) = full.what else { panic!("{full:?}") };
        assert!(why.to_string().contains("limits.dead_letters"), "{why}");
        assert_eq!(letter("P0".to_owned()).http_status, 200, "what is kept is acknowledged again");
        assert_eq!(server.engine.dead_letters(None, 10).unwrap().items.len(), kept);
        let report = server.engine.doctor(&recoup::DoctorOptions::new(), |_| {});
        let found = report.findings.iter().find(|finding| finding.code == "dead_letters_full").unwrap();
        assert_eq!(found.health, recoup::Health::Broken, "{found:?}");
    }
}

/// An unsigned message, whenever it comes and whatever its content, changes nothing that a signed message states.
#[test]
fn forged_hints_change_nothing_of_a_signed_refund() {
    let of = |forge: bool, first: bool| {
        let server = Server::new();
        server.record("ann", "P1");
        let hints = || {
            for number in [1, 3, 4, 12] {
                let kind = SubscriptionNotificationType::from_number(number);
                for at in [Timestamp::from_millis(0), NOON, NOON.plus(Span::from_days(400))] {
                    for token in ["token-of-P1", "P1", "P1:CANCELED"] {
                        let hint = server.store.subscription(kind, token, at);
                        let sandbox = String::from_utf8(hint.body.clone()).unwrap();
                        let body =
                            sandbox.replace("COMMERCIAL", "SANDBOX").replace("vip", "gems_1").into_bytes();
                        server.ingest(&StoreRequest { body, ..hint.clone() });
                        server.ingest(&hint);
                    }
                }
            }
        };
        if forge && first {
            hints();
        }
        let outcome = server.reported("P1", PurchaseState::Canceled);
        assert!(outcome.new);
        if forge && !first {
            hints();
        }
        let mut refund = server.engine.refund(outcome.refund.unwrap()).unwrap().unwrap();
        refund.id = 0;
        (refund, server.kinds(), server.engine.is_blocked("ann"))
    };
    let untouched = of(false, false);
    assert_eq!(of(true, true), untouched);
    assert_eq!(of(true, false), untouched);
}

#[test]
fn a_refund_by_the_store_after_three_days_may_be_no_ones_fault_and_does_not_block() {
    let server = Server::new();
    for (user, hours) in [("early", 70), ("three-days", 72), ("late", 75)] {
        server.record(user, user);
        server.clock.set(NOON.plus(Span::from_hours(hours)));
        server.reported(user, PurchaseState::Canceled);
    }
    let blocked = ["early", "three-days", "late"].map(|user| server.engine.is_blocked(user));
    assert_eq!(blocked, [true, false, true]);
}

/// The message and the key that ONE Store published, where `RECOUP_VECTORS` names a folder that has them.
#[test]
fn the_real_message_is_accepted_and_its_altered_siblings_are_not() {
    let Some(folder) =
        std::env::var_os("RECOUP_VECTORS").map(|folder| PathBuf::from(folder).join("onestore"))
    else {
        let note = b"onestore: NOT RUN, RECOUP_VECTORS is not set\n";
        std::io::Write::write_all(&mut std::io::stderr(), note).unwrap();
        return;
    };
    let app = |client_id: &str| json!({"client_id": client_id, "license_key_file": "sample_public_key.b64"});
    let config = json!({"one_store": [app("com.onestore.pns"), app("0000000001")]}).to_string();
    let verifier = Verifier::new(&Config::from_json(config.as_bytes(), &folder).unwrap()).unwrap();
    let verdict = |name: &str| {
        let body = std::fs::read(folder.join(name)).unwrap();
        verifier.notification(&Store::OneStore, &recoup::Request::of_body(&body), NOON)
    };
    let verified = verdict("real_message_2.0.0.D.json").unwrap();
    assert_eq!(verified.signal.place.environment, Some(Environment::Sandbox));
    assert_eq!(verified.decoded["productName"], "한글은?GOLD100(+20)");
    for name in ["NEG_sorted_keys.json", "NEG_sample_message_3.1.0D_as_documented.json"] {
        assert_eq!(verdict(name).unwrap_err().http_status(), 401, "{name}");
    }
}
