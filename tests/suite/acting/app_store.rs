//! The App Store: answers to refund requests (Send Consumption Information).

use std::sync::Arc;

use recoup::{ConsumptionOf, Engine, ManualClock, Request, ReviewState, Store, StoreActionState};
use recoup_tests::app_store_api::consumption::Kind;
use recoup_tests::app_store_api::{AppStoreServers, Fault, NOW, fault_reply};
use serde_json::{Value, json};

use super::killed::Process;
use super::{only_action, only_review, open, report};

const V2: &str = "inApps/v2/transactions/consumption/1000";
const V1: &str = "inApps/v1/transactions/consumption/1000";

struct Game {
    servers: AppStoreServers,
    clock: Arc<ManualClock>,
}

impl Game {
    /// Apple has sent a consumption request, and the game has reported its data.
    fn with_reported_review(members: &Value, kind: Kind) -> Self {
        let servers = AppStoreServers::start();
        let production = &servers.production;
        std::fs::write(servers.folder().join("root"), production.store.root_der()).unwrap();
        let mut section = servers.section();
        section["extra_roots"] = json!(["root"]);
        let config = json!({"database": "ledger.db", "app_store": [section]});
        std::fs::write(servers.folder().join("recoup.json"), config.to_string()).unwrap();
        let mut transaction = production.store.transaction("1000", "gems_100", NOW);
        for (name, value) in members.as_object().unwrap() {
            transaction[name] = value.clone();
        }
        production.sell(&transaction, kind);
        let notification = production.store.notification("CONSUMPTION_REQUEST", NOW).transaction(transaction);
        let body = notification.body().unwrap();
        let game = Self { servers, clock: Arc::new(ManualClock::new(NOW)) };
        let engine = game.open();
        assert_eq!(engine.ingest(&Store::AppStore, &Request::of_body(&body)).unwrap().http_status, 200);
        engine.report_consumption(ConsumptionOf::Order("1000"), report()).unwrap();
        assert_eq!(only_review(&engine).state, ReviewState::Reported);
        game
    }

    fn open(&self) -> Engine {
        open(self.servers.folder(), &self.clock)
    }

    /// What Apple took, with the paths it was sent to.
    fn taken(&self) -> Vec<(String, Value)> {
        self.servers.production.known().consumption.clone()
    }

    fn lines(&self) -> Vec<String> {
        self.servers.production.server.received().into_iter().map(|request| request.line).collect()
    }
}

fn assert_answered(engine: &Engine, attempts: u32) {
    let action = only_action(engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, attempts), "{action:?}");
    assert_eq!(only_review(engine).state, ReviewState::Answered);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
}

#[test]
fn a_request_is_answered_once_by_v2() {
    let game = Game::with_reported_review(&json!({}), Kind::default());
    let engine = game.open();
    engine.work_on_actions().unwrap();
    assert_answered(&engine, 1);
    let body = json!({"customerConsented": true, "consumptionPercentage": 40_000,
        "deliveryStatus": "DELIVERED", "sampleContentProvided": false});
    assert_eq!(game.taken(), [(V2.to_owned(), body)]);
    assert_eq!(game.lines(), [format!("PUT /{V2} HTTP/1.1")]);
}

#[test]
fn where_v2_is_refused_v1_is_the_answer() {
    let game = Game::with_reported_review(
        &json!({"advancedCommerceInfo": {"items": []}}),
        Kind { advanced_commerce: true, ..Kind::default() },
    );
    let engine = game.open();
    engine.work_on_actions().unwrap();
    assert_answered(&engine, 1);
    let taken = game.taken();
    assert_eq!((taken.len(), taken[0].0.as_str()), (1, V1));
    assert_eq!(
        (&taken[0].1["consumptionStatus"], &taken[0].1["customerConsented"]),
        (&json!(2), &json!(true))
    );
}

#[test]
fn an_answer_in_which_the_process_is_killed_is_sent_again_as_it_was() {
    for (members, kind, path) in [
        (json!({}), Kind::default(), V2),
        (
            json!({"advancedCommerceInfo": {"items": []}}),
            Kind { advanced_commerce: true, ..Kind::default() },
            V1,
        ),
    ] {
        let game = Game::with_reported_review(&members, kind);
        game.servers.production.known().never_answers = Some(path.to_owned());
        let process = Process::work(game.servers.folder());
        process.kill_once(|| !game.taken().is_empty());

        let engine = game.open();
        assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not written down");
        engine.work_on_actions().unwrap();
        assert_answered(&engine, 2);
        let taken = game.taken();
        assert_eq!((taken.len(), &taken[0]), (2, &taken[1]));
        assert_eq!(taken[0].0, path);
    }
}

#[test]
fn a_refused_answer_has_failed_and_the_review_is_missed() {
    let game = Game::with_reported_review(&json!({}), Kind::default());
    game.servers.production.known().instead.push_back(fault_reply(Fault(404, 4_040_010, "Not found.")));
    let engine = game.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Failed);
    assert_eq!(only_review(&engine).state, ReviewState::Missed);
    assert_eq!(game.taken(), []);
}
