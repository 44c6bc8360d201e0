//! What each route takes, and how it answers.

use super::*;

#[test]
fn a_stores_message_is_durable_before_it_is_answered() {
    let game = Game::new();
    game.engine.record_purchase(bought_long_ago("ann", "GPA.1")).unwrap();
    game.engine.record_purchase(Purchase::new(Store::AppStore, "bob", "2000000001")).unwrap();

    let mut connection = Connection::to(game.address);
    let answer = connection.ask(post("/v1/google-play", &game.void("GPA.1", "m1")));
    assert_eq!((answer.status, &answer.json()["outcome"]), (200, &"accepted".into()));
    assert!(game.engine.is_blocked("ann"));
    let answer = connection.ask(post("/v1/google-play", &game.void("GPA.1", "m1")));
    assert_eq!((answer.status, &answer.json()["outcome"]), (200, &"repeated".into()));
    let answer = connection.ask(post("/v1/app-store", &game.refund("2000000001", "n1")));
    assert_eq!(answer.status, 200);
    assert!(game.engine.is_blocked("bob"));
}

#[test]
fn a_refused_message_gets_the_outcomes_status_and_changes_nothing() {
    let game = Game::new();
    let forged = void(&GooglePlay::impostor().unwrap(), "GPA.1", "m1");
    let answer = ask(game.address, post("/v1/google-play", &forged));
    assert_eq!((answer.status, &answer.json()["outcome"]), (401, &"rejected".into()));
    assert_eq!(ask(game.address, post("/v1/app-store", &StoreRequest::default())).status, 400);
    // The token occurs twice in the request: neither counts. And one that is no text still counts as one.
    let mut twice = game.void("GPA.1", "m1");
    let value = twice.headers[0].clone();
    twice.headers.push(value);
    assert_ne!(ask(game.address, post("/v1/google-play", &twice)).status, 200);
    let mut bytes = post("/v1/google-play", &game.void("GPA.1", "m1"));
    let place = bytes.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
    bytes.splice(place..place, b"Authorization: Bearer \xff\r\n".to_vec());
    assert_ne!(ask(game.address, bytes).status, 200);
    // The store's request under another store's name.
    assert_ne!(ask(game.address, post("/v1/app-store", &game.void("GPA.1", "m1"))).status, 200);
    assert!(game.engine.order("GPA.1").unwrap().journal.is_empty());
}

#[test]
fn every_store_has_its_route_and_nothing_else_has_one() {
    let game = Game::new();
    let routes: Vec<String> = Store::ALL.iter().map(|store| format!("/v1/{store}")).collect();
    assert_eq!(game.gateway.routes(), routes);
    for route in &routes {
        for method in ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"] {
            let answer = ask(game.address, format!("{method} {route} HTTP/1.1\r\nHost: h\r\n\r\n"));
            assert_eq!((answer.status, answer.header("Allow")), (405, Some("POST")), "{method} {route}");
        }
    }
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/unknown",
        "/v1/custom:mine",
        "/v1/app-store//",
        "//v1/app-store",
        "/v1app-store",
        "/hooks/v1/app-store",
        "/v1/app_store",
        "/v1/x/app-store",
        "/v2/app-store",
        "/app-store",
    ] {
        assert_eq!(ask(game.address, post(path, &game.refund("1", "n1"))).status, 404, "{path}");
        assert_eq!(get(game.address, path).status, 404, "{path}");
    }
    assert_eq!(game.metric("recoup_requests_total{store=\"none\",status=\"404\"}"), 26);
    assert_eq!(game.metric("recoup_http_refusals_total{store=\"none\",reason=\"not_found\"}"), 26);
    assert_eq!(game.metric("recoup_http_refusals_total{store=\"stripe\",reason=\"method\"}"), 5);
    let answer = ask(game.address, post("/v1app-store", &game.refund("1", "n1")));
    assert_eq!((answer.status, &answer.json()["code"]), (404, &"not_found".into()));
    // Another process sees it, once this one has written it.
    game.engine.close().unwrap();
    let report = game.engine.doctor(&DoctorOptions::new(), |_| {});
    let found = report.findings.iter().find(|finding| finding.code == "http_refusals").unwrap();
    for words in [
        "27 not_found",
        "25 method",
        "the path /v1app-store is not a route (method POST)",
        "one such as /v1/app-store",
    ] {
        assert!(found.facts.contains(words), "{words} is not in {found:?}");
    }
}

#[test]
fn a_slash_at_the_end_is_the_same_route() {
    let game = Game::new();
    let answer = ask(game.address, post("/v1/app-store/", &game.refund("1", "n1")));
    assert_eq!((answer.status, &answer.json()["outcome"]), (200, &"accepted".into()));
    for path in ["/healthz/", "/metrics/"] {
        assert_eq!(get(game.address, path).status, 200, "{path}");
    }
    let secret = Secret::new("0123456789abcdef");
    let game = Game::with(GatewayOptions::new().path_secret(&secret).unwrap());
    let path = "/v1/0123456789abcdef/app-store/";
    assert_eq!(ask(game.address, post(path, &game.refund("1", "n1"))).status, 200);
}

#[test]
fn with_a_path_secret_only_requests_that_have_it_are_accepted() {
    let secret = Secret::new("a-secret-in-the-path");
    let game = Game::with(GatewayOptions::new().path_secret(&secret).unwrap());
    let request = game.void("GPA.1", "m1");
    for path in [
        "/v1/google-play",
        "/v1//google-play",
        "/v1/a-secret-in-the-pat/google-play",
        "/v1/a-secret-in-the-pathx/google-play",
        "/v1/A-SECRET-IN-THE-PATH/google-play",
        "/v1/a-secret-in-the-path",
        "/v1/a-secret-in-the-path/unknown",
        "/v1/google-play/a-secret-in-the-path",
    ] {
        assert_eq!(ask(game.address, post(path, &request)).status, 404, "{path}");
        assert_eq!(get(game.address, path).status, 404, "{path}");
    }
    assert_eq!(ask(game.address, post("/v1/a-secret-in-the-path/google-play", &request)).status, 200);
    assert_eq!(game.gateway.routes()[0], "/v1/<secret>/app-store");
    assert!(!get(game.address, "/metrics").body.contains("a-secret"));
    assert!(GatewayOptions::new().path_secret(&Secret::new("guessed")).is_err());
}

#[test]
fn a_fault_of_ours_is_5xx_so_that_the_store_sends_again() {
    let game = Game::new();
    assert_eq!(get(game.address, "/healthz").status, 200);
    game.engine.close().unwrap();
    let answer = ask(game.address, post("/v1/google-play", &game.void("GPA.1", "m1")));
    assert_eq!(answer.status / 100, 5, "{answer:?}");
    assert_eq!(get(game.address, "/healthz").status, 503);
    assert_eq!(game.metric("recoup_ledger_up"), 0);
    assert_eq!(game.metric("recoup_refusals_total{store=\"google-play\",code=\"closed\"}"), 1);
}

#[test]
fn metrics_report_what_was_done() {
    let game = Game::new();
    game.engine.record_purchase(bought_long_ago("ann", "GPA.1")).unwrap();
    for _ in 0..2 {
        ask(game.address, post("/v1/google-play", &game.void("GPA.1", "m1")));
    }
    let forged = void(&GooglePlay::impostor().unwrap(), "GPA.1", "m1");
    ask(game.address, post("/v1/google-play", &forged));
    let answer = get(game.address, "/metrics");
    assert_eq!(answer.header("Content-Type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(game.metric("recoup_requests_total{store=\"google-play\",status=\"200\"}"), 2);
    assert_eq!(game.metric("recoup_requests_total{store=\"google-play\",status=\"401\"}"), 1);
    for outcome in ["accepted", "repeated", "rejected"] {
        assert_eq!(
            game.metric(&format!("recoup_outcomes_total{{store=\"google-play\",outcome=\"{outcome}\"}}")),
            1
        );
    }
    assert_eq!(game.metric("recoup_ingest_seconds_count"), 3);
    assert_eq!(game.metric("recoup_blocked_users"), 1);
    assert_eq!(game.metric("recoup_events_waiting"), 3);
}

/// Panics when it is set to.
struct FaultyClock(std::sync::atomic::AtomicBool);

impl recoup::Clock for FaultyClock {
    fn now(&self) -> recoup::Timestamp {
        assert!(!self.0.load(std::sync::atomic::Ordering::SeqCst), "a fault of the host's clock");
        NOON
    }
}

#[test]
fn a_panic_is_500_and_affects_no_other_request() {
    let Server { google, folder, .. } = Server::new();
    let clock = Arc::new(FaultyClock(false.into()));
    let config = Config::from_file(folder.path().join("recoup.json")).unwrap();
    let engine = EngineOptions::new().background(false).clock(Arc::clone(&clock)).open(config).unwrap();
    let options = GatewayOptions::new().ingests(1);
    let gateway = Gateway::bind(Arc::new(engine), LOOPBACK, options).unwrap();
    clock.0.store(true, std::sync::atomic::Ordering::SeqCst);
    let request = || post("/v1/google-play", &void(&google, "GPA.1", "m1"));
    for _ in 0..3 {
        let answer = ask(gateway.local_addr(), request());
        assert_eq!((answer.status, &answer.json()["code"]), (500, &"internal".into()));
    }
    clock.0.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(ask(gateway.local_addr(), request()).status, 200);
    gateway.shutdown();
}

#[test]
fn health_reports_when_the_ledger_cannot_be_written() {
    let game = Game::with(GatewayOptions::new().request_timeout(IMPATIENCE));
    assert_eq!(get(game.address, "/healthz").status, 200);
    let another = AnotherProgram::opens(&game.folder.path().join("ledger.db"));
    another.run("BEGIN IMMEDIATE");
    // More than there are threads for it.
    let requests: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn({
                let address = game.address;
                move || get(address, "/healthz")
            })
        })
        .collect();
    for request in requests {
        assert_eq!(request.join().unwrap().status, 503);
    }
    assert_eq!(game.metric("recoup_ledger_up"), 0);
    another.run("ROLLBACK");
    // What had begun to wait is done with soon.
    while get(game.address, "/healthz").status != 200 {}
}
