//! Google Play: refunds of orders, subscriptions that are revoked, and answers to refund reviews.

use std::path::Path;
use std::sync::Arc;

use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::GooglePlay;
use recoup::{
    Consumption, ConsumptionOf, Engine, ManualClock, Purchase, RefundOrder, ReviewState, RevocationRefund,
    RevokeSubscription, Store, StoreActionState, StoreAnswer, Trust,
};
use recoup_tests::google_api::{GoogleApi, Key, PACKAGE};
use recoup_tests::http_server::Reply;
use serde_json::json;

use super::killed::Process;
use super::{MINUTE, NOW, only_action, only_review, open, refund_kinds, refunds, report};

/// A game with an order that can be refunded.
struct Game {
    google: GooglePlay,
    api: GoogleApi,
    clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
}

impl Game {
    fn new() -> Self {
        let (google, api) = (GooglePlay::new().unwrap(), GoogleApi::start(NOW));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("keys.json"), google.jwks()).unwrap();
        Key::number(0)
            .write_file(&folder.path().join("account.json"), &api.server.url().segment("token").expose());
        let config = json!({
            "database": "ledger.db",
            "google_play": [{
                "package_name": PACKAGE,
                "push": {
                    "audience": google.audience,
                    "service_account_email": google.service_account_email,
                    "jwks": "keys.json",
                },
                "service_account": "account.json",
                "api_url": api.server.url().expose(),
            }],
        });
        std::fs::write(folder.path().join("recoup.json"), config.to_string()).unwrap();
        let order = json!({"orderId": "GPA.1", "purchaseToken": "token", "state": "PROCESSED"});
        api.state.lock().unwrap().orders.insert("GPA.1".to_owned(), order);
        Self { google, api, clock: Arc::new(ManualClock::new(NOW)), folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn open(&self) -> Engine {
        open(self.path(), &self.clock)
    }

    /// What Google was made to do: `(what, how)`.
    fn done(&self) -> Vec<(String, serde_json::Value)> {
        self.api.state.lock().unwrap().done.clone()
    }

    /// What was sent to paths that end so.
    fn sent(&self, end: &str) -> Vec<recoup_tests::http_server::Received> {
        let end = format!("{end} HTTP/1.1");
        let all = self.api.server.received();
        all.into_iter().filter(|request| request.line.ends_with(&end)).collect()
    }

    fn pass_a_minute(&self) {
        self.clock.advance(MINUTE);
        self.api.pass(MINUTE);
    }
}

fn refund(revoke: bool) -> RefundOrder {
    RefundOrder::GooglePlay { app: PACKAGE.to_owned(), order_id: "GPA.1".to_owned(), revoke }
}

fn revoke() -> RevokeSubscription {
    RevokeSubscription {
        app: PACKAGE.to_owned(),
        purchase_token: "token".to_owned(),
        refund: RevocationRefund::Prorated,
    }
}

#[test]
fn a_refund_with_or_without_revocation_is_in_the_ledger_once_it_is_confirmed_and_only_once() {
    for revoke in [false, true] {
        let game = Game::new();
        let engine = game.open();
        engine.record_purchase(Purchase::new(Store::GooglePlay, "mia", "GPA.1")).unwrap();
        let action = engine.issue_refund(refund(revoke), "eve", "bug 7", None).unwrap();
        assert_eq!(action.state, StoreActionState::Confirming);
        assert!(refunds(&engine).is_empty());
        game.pass_a_minute();
        engine.work_on_actions().unwrap();
        let known = refunds(&engine);
        assert_eq!(known.len(), 1);
        assert_eq!((known[0].case.trust, known[0].user.as_deref()), (Trust::Confirmed, Some("mia")));
        let action = engine.action(action.id).unwrap().unwrap();
        assert_eq!((action.state, action.refund_id), (StoreActionState::Done, Some(known[0].id)));
        assert_eq!(refund_kinds(&engine).len(), 1);
        assert!(!engine.is_blocked("mia"), "for what the game gave back itself");

        // Google reports it too.
        let (kind, full, now) = (VoidedProductType::OneTime, RefundType::Full, engine.now());
        let void = game.google.voided_purchase("GPA.1", "token", kind, full, now);
        let push = game.google.push(&void, "m1", now).unwrap();
        push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
        assert_eq!(refunds(&engine).len(), 1);
        assert_eq!(refund_kinds(&engine), []);
        assert!(!engine.is_blocked("mia"));
        let how = json!(if revoke { "true" } else { "false" });
        assert_eq!(game.done(), [("refund GPA.1".to_owned(), how)]);
        assert_eq!(game.api.complaints(), [""; 0]);
    }
}

#[test]
fn after_a_process_is_killed_while_google_refunds_the_next_queries_and_does_not_send() {
    let game = Game::new();
    game.api.never_answer(":refund");
    let process = Process::refund(game.path(), &refund(true));
    process.kill_once(|| !game.done().is_empty());

    let engine = game.open();
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!((action.state, action.answer), (StoreActionState::Done, Some(StoreAnswer::AlreadyRefunded)));
    assert_eq!(game.sent(":refund?revoke=true").len(), 1);
    assert_eq!(refunds(&engine).len(), 1);
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn after_a_process_is_killed_before_google_gets_the_request_the_next_sends_it() {
    let game = Game::new();
    let path = format!("/androidpublisher/v3/applications/{PACKAGE}/orders/GPA.1:refund");
    Process::killed_before_it_posts(game.path(), &refund(true), &path);
    assert_eq!(game.done(), []);

    let engine = game.open();
    assert_eq!(only_action(&engine).attempts, 1, "it was not recorded");
    engine.work_on_actions().unwrap();
    game.pass_a_minute();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!((game.done().len(), refunds(&engine).len()), (1, 1));
}

#[test]
fn a_revoked_subscription_is_revoked_once() {
    let game = Game::new();
    let engine = game.open();
    let action = engine.revoke_subscription(revoke(), "eve", "cheater", None).unwrap();
    assert_eq!(
        (action.state, action.answer),
        (StoreActionState::Done, Some(StoreAnswer::Accepted { id: None }))
    );
    assert_eq!(game.done(), [("revoke token".to_owned(), json!({"proratedRefund": {}}))]);
    game.pass_a_minute();
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn a_revocation_in_which_the_process_is_killed_is_unknown_and_not_sent_again() {
    let game = Game::new();
    game.api.never_answer(":revoke");
    let process = Process::revoke(game.path(), &revoke());
    process.kill_once(|| !game.done().is_empty());

    let engine = game.open();
    assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not recorded");
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!((action.state, action.attempts, action.next_at), (StoreActionState::Unknown, 1, None));
    game.pass_a_minute();
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    let again = engine.revoke_subscription(revoke(), "eve", "cheater", Some("ticket 7")).unwrap();
    assert_eq!((again.id, again.state), (action.id, StoreActionState::Unknown));
    assert_eq!(game.sent(":revoke").len(), 1);
}

#[test]
fn a_revocation_for_which_there_was_no_access_token_was_not_sent_and_has_failed() {
    let game = Game::new();
    // Not HTTP: no request to it is repeated.
    game.api.fault("/token", Reply::Raw(b"SSH\r\n\r\n".to_vec()));
    let engine = game.open();
    let action = engine.revoke_subscription(revoke(), "eve", "cheater", None).unwrap();
    assert_eq!(action.state, StoreActionState::Failed, "{action:?}");
    assert_eq!((game.sent(":revoke").len(), game.done().len()), (0, 0));
}

/// Google has requested a refund review, and the game has reported its data.
fn with_reported_review() -> Game {
    let game = Game::new();
    let engine = game.open();
    let review = game.google.pending_refund_review("GPA.1", "review-token", None, NOW);
    let push = game.google.push(&review, "m1", NOW).unwrap();
    push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
    engine.report_consumption(ConsumptionOf::Order("GPA.1"), report()).unwrap();
    assert_eq!(only_review(&engine).state, ReviewState::Reported);
    game
}

#[test]
fn an_answer_is_sent_once() {
    let game = with_reported_review();
    let engine = game.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(only_review(&engine).state, ReviewState::Answered);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    assert_eq!(game.sent(":reviewrefund").len(), 1);
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn an_answer_in_which_the_process_is_killed_is_sent_again_as_it_was_and_counts_once() {
    let game = with_reported_review();
    game.api.never_answer(":reviewrefund");
    let process = Process::work(game.path());
    process.kill_once(|| !game.api.state.lock().unwrap().reviews.is_empty());

    let engine = game.open();
    assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not recorded");
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, 2));
    assert_eq!(only_review(&engine).state, ReviewState::Answered);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    let sent = game.sent(":reviewrefund");
    assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
    let counted = game.api.state.lock().unwrap().reviews.clone();
    assert_eq!(counted.len(), 1);
    let counted = &counted["GPA.1 review-token"];
    assert_eq!(counted["consumptionPercentageMilliunits"], 40_000, "{counted}");
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn an_answer_to_which_consent_is_withdrawn_while_it_is_sent_is_not_sent_again() {
    let game = with_reported_review();
    game.api.never_answer(":reviewrefund");
    let mut process = Process::work(game.path());
    process.wait_until(|| !game.api.state.lock().unwrap().reviews.is_empty());
    // Another process records it while this one sends.
    let withdrawn = Consumption { consent: false, ..report() };
    game.open().report_consumption(ConsumptionOf::Order("GPA.1"), withdrawn).unwrap();
    process.kill();

    let engine = game.open();
    assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not left to its sender");
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    assert_eq!(game.sent(":reviewrefund").len(), 1);
}
