//! The webhooks over real HTTP: stores' requests as they should be, and everybody else's as they should not.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use recoup::gateway::{Gateway, GatewayError, GatewayOptions};
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{Amazon, AppStore, GooglePlay, OneStore, StoreRequest, Stripe};
use recoup::transport::Secret;
use recoup::{
    Config, DoctorOptions, Engine, EngineOptions, OutcomeKind, Purchase, Rejection, Request, Store,
};
use serde_json::json;

use crate::support::raw_http;
use crate::support::raw_http::{Connection, ask, get, post};
use crate::support::server::{NOON, Server};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// The largest body that any store's verifier takes.
const MAX_BODY: usize = 1024 * 1024;

/// For what is not going to come.
const IMPATIENCE: Duration = Duration::from_millis(500);

/// A gateway over an engine, and the stores that call it.
struct Game {
    apple: AppStore,
    google: GooglePlay,
    engine: Arc<Engine>,
    gateway: Gateway,
    address: SocketAddr,
    /// Goes last.
    folder: tempfile::TempDir,
}

impl Game {
    fn new() -> Self {
        Self::with(GatewayOptions::new())
    }

    fn with(options: GatewayOptions) -> Self {
        let Server { apple, google, folder, engine, .. } = Server::new();
        let engine = Arc::new(engine);
        let gateway = Gateway::bind(Arc::clone(&engine), LOOPBACK, options).unwrap();
        let address = gateway.local_addr();
        Self { apple, google, engine, gateway, address, folder }
    }

    /// Whose engine takes messages of every store.
    fn selling_everywhere() -> Self {
        let Server { apple, google, folder, .. } = Server::new();
        let (one_store, stripe) = (OneStore::new().unwrap(), Stripe::new().unwrap());
        let amazon = Amazon::new().unwrap();
        let config = json!({
            "database": "everywhere.db",
            "app_store": [{"bundle_id": "b", "app_apple_id": 1}],
            "google_play": [{
                "package_name": "p",
                "push": {"audience": "a", "service_account_email": "e", "jwks": "google-keys.json"},
            }],
            "one_store": [{"client_id": one_store.client_id, "license_key": one_store.license_key().unwrap()}],
            "stripe": [{"name": "s", "webhook_secrets": [stripe.webhook_secret], "user_metadata_key": "u"}],
            "amazon": [{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn}],
        });
        let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
        let engine = Arc::new(Engine::open(config).unwrap());
        let gateway = Gateway::bind(Arc::clone(&engine), LOOPBACK, GatewayOptions::new()).unwrap();
        let address = gateway.local_addr();
        Self { apple, google, engine, gateway, address, folder }
    }

    fn void(&self, order: &str, message: &str) -> StoreRequest {
        void(&self.google, order, message)
    }

    fn refund(&self, transaction: &str, id: &str) -> StoreRequest {
        let refunded = AppStore::refunded(self.apple.transaction(transaction, "gems_500", NOON), NOON);
        let body = self.apple.notification("REFUND", NOON).id(id).transaction(refunded).body().unwrap();
        StoreRequest { headers: vec![("Content-Type".to_owned(), "application/json".to_owned())], body }
    }

    fn metric(&self, line: &str) -> u64 {
        let text = get(self.address, "/metrics").body;
        let value = text.lines().find_map(|there| there.strip_prefix(line)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("{line} is not in\n{text}")).parse().unwrap()
    }
}

fn void(google: &GooglePlay, order: &str, message: &str) -> StoreRequest {
    let void = google.voided_purchase(order, "token", VoidedProductType::OneTime, RefundType::Full, NOON);
    google.push(&void, message, NOON).unwrap()
}

/// Google cannot have cancelled it because nobody acknowledged it.
fn bought_long_ago(user: &str, order: &str) -> Purchase {
    let purchased_at = Some(recoup::Timestamp::from_secs(0));
    Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, user, order) }
}

#[test]
fn what_a_store_sends_is_taken_in_before_it_is_answered() {
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
fn what_is_refused_is_answered_as_the_outcome_says_and_changes_nothing() {
    let game = Game::new();
    let forged = void(&GooglePlay::impostor().unwrap(), "GPA.1", "m1");
    let answer = ask(game.address, post("/v1/google-play", &forged));
    assert_eq!((answer.status, &answer.json()["outcome"]), (401, &"rejected".into()));
    assert_eq!(ask(game.address, post("/v1/app-store", &StoreRequest::default())).status, 400);
    // The token stands in the request twice: neither counts. And one that is no text still counts as one.
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
        "the path /v1app-store is no route (method POST)",
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
fn what_is_refused_at_the_door_is_counted_by_reason_and_holds_no_secret() {
    let secret = Secret::new("0123456789abcdef");
    let game = Game::with(GatewayOptions::new().path_secret(&secret).unwrap());
    let right = "/v1/0123456789abcdef/app-store";
    let mut encoded = game.refund("1", "n1");
    encoded.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
    let large = StoreRequest { headers: Vec::new(), body: vec![b' '; MAX_BODY + 1] };
    for (path, request, status, reason) in [
        ("/v1/0123456789abcdeX/app-store", StoreRequest::default(), 404, "wrong_path_secret"),
        ("/v1/app-store", StoreRequest::default(), 404, "wrong_path_secret"),
        ("/hooks/0123456789abcdef/app-store", StoreRequest::default(), 404, "not_found"),
        ("/v1/0123456789abcdef/app-stores", StoreRequest::default(), 404, "not_found"),
        (right, encoded, 415, "encoded_body"),
        (right, large, 413, "too_large"),
    ] {
        let answer = ask(game.address, post(path, &request));
        assert_eq!(answer.status, status, "{path}");
        let metrics = get(game.address, "/metrics").body;
        assert!(metrics.contains(&format!("reason=\"{reason}\"")), "{reason} is not in {metrics}");
    }
    assert_eq!(ask(game.address, "\u{16}\u{3}\u{1} this is TLS\r\n\r\n").status, 400);
    // It is counted once the connection has ended, which is after its answer.
    while !get(game.address, "/metrics").body.contains("reason=\"bad_head\"") {
        std::thread::yield_now();
    }
    game.engine.close().unwrap();
    let report = game.engine.doctor(&DoctorOptions::new(), |_| {});
    let found = report.findings.iter().find(|finding| finding.code == "http_refusals").unwrap();
    assert!(found.facts.contains("bad_head"), "{found:?}");
    let rows: String = {
        let ledger = rusqlite::Connection::open(game.folder.path().join("ledger.db")).unwrap();
        ledger
            .query_row("SELECT group_concat(store || code || message) FROM refusals", [], |row| row.get(0))
            .unwrap()
    };
    assert!(rows.contains("wrong_path_secret") && !rows.contains("0123456789"), "{rows}");
}

#[test]
fn a_connection_may_be_idle_for_longer_than_a_head_takes() {
    let game = Game::with(GatewayOptions::new().head_timeout(IMPATIENCE));
    let mut idle = Connection::to(game.address);
    let request = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_eq!(idle.ask(request).status, 200);
    // Another one that began to say something is thrown out meanwhile.
    let mut slow = Connection::to(game.address);
    slow.say("GET /healthz");
    assert!(slow.is_closed());
    assert_eq!(idle.ask(request).status, 200);
    idle.say("GET /healthz");
    assert!(idle.is_closed());
}

#[test]
fn with_a_path_secret_only_who_knows_it_gets_in() {
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
fn a_body_beyond_every_stores_limit_is_413_and_not_kept() {
    let game = Game::selling_everywhere();
    for store in Store::ALL {
        let largest = vec![b' '; MAX_BODY + 1];
        let outcome = game.engine.ingest(store, &Request::of_body(&largest)).unwrap();
        let OutcomeKind::Rejected(Rejection::TooLarge { limit, .. }) = outcome.what else {
            panic!("{store} takes more than the gateway: {outcome:?}");
        };
        assert!(limit <= MAX_BODY);
        let path = format!("/v1/{store}");
        let sized = |size| StoreRequest { headers: Vec::new(), body: vec![b' '; size] };
        assert_ne!(ask(game.address, post(&path, &sized(limit))).status, 413, "{store}");
        let answer = ask(game.address, post(&path, &sized(MAX_BODY + 1)));
        assert_eq!((answer.status, &answer.json()["code"]), (413, &"too_large".into()));
    }
    let mut chunked =
        b"POST /v1/app-store HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..17 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&[b' '; 0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(ask(game.address, chunked).status, 413);
    assert_eq!(game.metric("recoup_requests_total{store=\"app-store\",status=\"413\"}"), 2);
}

#[test]
fn a_head_beyond_its_limits_is_refused() {
    let game = Game::new();
    let many: String = (0..65).map(|n| format!("X-{n}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "x".repeat(40_000));
    for fields in [many, long] {
        let answer = ask(game.address, format!("POST /v1/app-store HTTP/1.1\r\n{fields}\r\n"));
        assert_eq!(answer.status, 431, "{answer:?}");
    }
    let endless = format!("POST /v1/app-store HTTP/1.1\r\nX-Long: {}", "x".repeat(4 << 20));
    let answer = Connection::to(game.address).try_ask(endless);
    assert!(answer.as_ref().is_none_or(|answer| answer.status == 431), "{answer:?}");
    let mut fine = game.refund("1", "n1");
    fine.headers.extend((0..40).map(|n| (format!("X-{n}"), "x".repeat(100))));
    assert_eq!(ask(game.address, post("/v1/app-store", &fine)).status, 200);
    assert_eq!(ask(game.address, "\u{16}\u{3}\u{1} this is TLS\r\n\r\n").status, 400);
}

#[test]
fn who_does_not_get_on_with_it_is_thrown_out_and_keeps_nobody_waiting() {
    let game = Game::with(GatewayOptions::new().connections(1).head_timeout(IMPATIENCE));
    for beginning in ["", "POST /v1/app-store HTTP/1.1\r\n", "POST /v1/app-store HTTP/1.1\r\nX: 1\r\nY"] {
        let mut slow = Connection::to(game.address);
        slow.say(beginning);
        // The only place is taken until the slow one's time is up.
        assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
        assert!(slow.is_closed());
    }
    // One field after the other is no way to hold on either.
    let mut drip = TcpStream::connect(game.address).unwrap();
    drip.write_all(b"POST /v1/app-store HTTP/1.1\r\n").unwrap();
    let dripping = std::thread::spawn(move || {
        while drip.write_all(b"X: 1\r\n").is_ok() {
            std::thread::park_timeout(Duration::from_millis(20));
        }
    });
    assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
    dripping.join().unwrap();
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    let game = Game::with(GatewayOptions::new().request_timeout(IMPATIENCE));
    let mut slow = Connection::to(game.address);
    slow.say("POST /v1/app-store HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
    assert_eq!(slow.answer().unwrap().status, 503);
    assert!(slow.is_closed());
    let patient = Game::new();
    let mut broken = Connection::to(patient.address);
    broken.say("POST /v1/app-store HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    assert_eq!(broken.answer().unwrap().status, 400);
}

#[test]
fn only_who_says_so_is_reached_by_others() {
    let game = Game::new();
    let everywhere: SocketAddr = "0.0.0.0:0".parse().unwrap();
    let bind = |options| Gateway::bind(Arc::clone(&game.engine), everywhere, options);
    assert_eq!(bind(GatewayOptions::new()).unwrap_err(), GatewayError::Public { address: everywhere });
    let public = bind(GatewayOptions::new().public(true)).unwrap();
    let address = SocketAddr::new(LOOPBACK.ip(), public.local_addr().port());
    assert_eq!(get(address, "/healthz").status, 200);
    let taken = Gateway::bind(Arc::clone(&game.engine), game.address, GatewayOptions::new()).unwrap_err();
    assert!(matches!(taken, GatewayError::Listen { address, .. } if address == game.address), "{taken}");
}

#[test]
fn at_the_end_what_was_begun_is_answered_and_nothing_more_is_taken() {
    let Game { gateway, engine, google, address, folder: _folder, .. } = Game::new();
    let mut idle = Connection::to(address);
    assert_eq!(idle.ask("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    let mut begun = Connection::to(address);
    let bytes = post("/v1/google-play", &void(&google, "GPA.1", "m1"));
    let (head, rest) = bytes.split_at(bytes.len() - 10);
    begun.say("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(begun.answer().unwrap().status, 200);
    begun.say(head);
    // Once another connection was served, the head has been read as well.
    get(address, "/healthz");
    let ending = std::thread::spawn(move || gateway.shutdown());
    assert!(idle.is_closed());
    begun.say(rest);
    let answer = begun.answer().unwrap();
    assert_eq!((answer.status, answer.header("Connection")), (200, Some("close")));
    ending.join().unwrap();
    assert_eq!(engine.order("GPA.1").unwrap().refunds.len(), 1);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn the_end_does_not_wait_for_ever() {
    let Game { gateway, address, .. } = Game::with(GatewayOptions::new().grace(IMPATIENCE));
    let mut stuck = Connection::to(address);
    stuck.say("POST /v1/app-store HTTP/1.1\r\nContent-Length: 10\r\n\r\n");
    get(address, "/healthz");
    gateway.shutdown();
    assert!(stuck.is_closed());
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

/// Asks and asks, and reads nothing, until no more is taken.
fn never_reads(address: SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_write_timeout(Some(IMPATIENCE)).unwrap();
    let many = request.repeat(64 * 1024 / request.len());
    while stream.write_all(many.as_bytes()).is_ok() {}
    stream
}

#[test]
fn who_never_reads_the_answers_is_thrown_out_and_keeps_nobody_waiting() {
    let game = Game::with(GatewayOptions::new().connections(1).request_timeout(IMPATIENCE));
    for request in [
        "GET / HTTP/1.1\r\n\r\n",
        "HEAD /healthz HTTP/1.1\r\n\r\n",
        "GET /v1/app-store HTTP/1.1\r\n\r\n",
        "GET /metrics HTTP/1.1\r\n\r\n",
    ] {
        let _deaf = never_reads(game.address, request);
        // The only place is free again, though the other has not gone.
        assert_eq!(get(game.address, "/").status, 404);
    }
}

#[test]
fn a_body_in_a_content_coding_is_refused_as_such() {
    let game = Game::new();
    for field in
        ["Content-Encoding: gzip", "content-encoding: identity, br", "Transfer-Encoding: gzip, chunked"]
    {
        let head = format!("POST /v1/google-play HTTP/1.1\r\nHost: h\r\n{field}\r\n");
        let rest = if field.starts_with("Transfer") {
            "\r\n1\r\nx\r\n0\r\n\r\n"
        } else {
            "Content-Length: 1\r\n\r\nx"
        };
        let answer = ask(game.address, head + rest);
        assert_eq!((answer.status, &answer.json()["code"]), (415, &"encoded_body".into()), "{field}");
        assert_eq!(answer.header("Accept-Encoding"), Some("identity"));
    }
    let mut plain = game.void("GPA.1", "m1");
    plain.headers.push(("Content-Encoding".to_owned(), "identity".to_owned()));
    assert_eq!(ask(game.address, post("/v1/google-play", &plain)).status, 200);
}

#[test]
fn proxies_of_every_kind_are_understood() {
    let game = Game::new();
    // nginx speaks HTTP/1.0 to what is behind it, unless reported otherwise.
    let old = |id| {
        let bytes = post("/v1/app-store", &game.refund("1", id));
        String::from_utf8(bytes).unwrap().replacen("HTTP/1.1\r\nHost: h\r\n", "HTTP/1.0\r\n", 1)
    };
    let mut connection = Connection::to(game.address);
    assert_eq!(connection.ask(old("n1")).status, 200);
    assert!(connection.is_closed());
    // In pieces.
    let request = game.refund("2", "n2");
    let mut chunked =
        b"POST /v1/app-store HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for piece in request.body.chunks(100) {
        chunked.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        chunked.extend_from_slice(piece);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\nTrailer: ignored\r\n\r\n");
    assert_eq!(ask(game.address, chunked).json()["outcome"], "accepted");
    // Who asks first whether to go on.
    let request = game.refund("3", "n3");
    let bytes = post(
        "/v1/app-store",
        &StoreRequest { headers: vec![("Expect".to_owned(), "100-continue".to_owned())], body: request.body },
    );
    let head = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
    let mut asking = Connection::to(game.address);
    assert_eq!(asking.ask(&bytes[..head]).status, 100);
    assert_eq!(asking.ask(&bytes[head..]).status, 200);
    // Several requests at once are answered in turn.
    let mut pipelined = Connection::to(game.address);
    pipelined.say(
        [
            post("/v1/app-store", &game.refund("4", "n4")),
            b"GET /healthz HTTP/1.1\r\n\r\n".to_vec(),
            post("/v1/app-store", &game.refund("4", "n4")),
        ]
        .concat(),
    );
    let outcome = |answer: raw_http::Answer| answer.json()["outcome"].clone();
    assert_eq!(outcome(pipelined.answer().unwrap()), "accepted");
    assert_eq!(pipelined.answer().unwrap().body, "ok\n");
    assert_eq!(outcome(pipelined.answer().unwrap()), "repeated");
}

#[test]
fn a_request_whose_length_is_said_twice_ends_the_connection() {
    let game = Game::new();
    // RFC 9112 §6.1 and §6.3: what comes after could be taken for another request by one side only.
    for fields in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: 3, 3",
        "Transfer-Encoding: chunked, identity",
    ] {
        let mut connection = Connection::to(game.address);
        connection.say(format!(
            "POST /v1/app-store HTTP/1.1\r\n{fields}\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n"
        ));
        assert_eq!(connection.answer().unwrap().status, 400, "{fields}");
        assert!(connection.is_closed(), "{fields}");
    }
    let folded = "POST /v1/app-store HTTP/1.1\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(ask(game.address, folded).status, 400);
}

#[test]
fn an_idle_connection_is_thrown_out_after_its_answer_as_well() {
    let game = Game::with(GatewayOptions::new().connections(1).idle_timeout(IMPATIENCE));
    let mut idle = Connection::to(game.address);
    assert_eq!(idle.ask("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
    assert!(idle.is_closed());
}

/// Goes wrong when it is asked to.
struct FaultyClock(std::sync::atomic::AtomicBool);

impl recoup::Clock for FaultyClock {
    fn now(&self) -> recoup::Timestamp {
        assert!(!self.0.load(std::sync::atomic::Ordering::SeqCst), "a fault of the host's clock");
        NOON
    }
}

#[test]
fn a_panic_is_500_and_takes_nobody_with_it() {
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
    let another = rusqlite::Connection::open(game.folder.path().join("ledger.db")).unwrap();
    another.execute_batch("BEGIN IMMEDIATE").unwrap();
    // More than there are threads for it.
    let asking: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn({
                let address = game.address;
                move || get(address, "/healthz")
            })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.join().unwrap().status, 503);
    }
    assert_eq!(game.metric("recoup_ledger_up"), 0);
    another.execute_batch("ROLLBACK").unwrap();
    // What had begun to wait is done with soon.
    while get(game.address, "/healthz").status != 200 {}
}

#[test]
fn it_listens_on_ipv6_as_well() {
    let game = Game::new();
    let loopback: SocketAddr = "[::1]:0".parse().unwrap();
    // Not every machine has it.
    if std::net::TcpListener::bind(loopback).is_ok() {
        let gateway = Gateway::bind(Arc::clone(&game.engine), loopback, GatewayOptions::new()).unwrap();
        assert_eq!(get(gateway.local_addr(), "/healthz").status, 200);
    }
}
