//! The webhooks over real HTTP: stores' requests as they should be, and everybody else's as they should not.

mod limits;
mod routes;

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
use recoup_tests::ledger_file::AnotherProgram;
use recoup_tests::raw_http;
use recoup_tests::raw_http::{Connection, ask, get, post};
use recoup_tests::server::{NOON, Server};
use serde_json::json;

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// For what is not going to come.
const IMPATIENCE: Duration = Duration::from_millis(500);

/// A gateway over an engine, and the stores that call it.
struct Game {
    apple: AppStore,
    google: GooglePlay,
    engine: Arc<Engine>,
    gateway: Gateway,
    address: SocketAddr,
    /// Dropped last.
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

    /// A game whose engine accepts messages of every store.
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

/// Google cannot have cancelled it for not being acknowledged.
fn bought_long_ago(user: &str, order: &str) -> Purchase {
    let purchased_at = Some(recoup::Timestamp::from_secs(0));
    Purchase { purchased_at, ..Purchase::new(Store::GooglePlay, user, order) }
}

#[test]
fn a_connection_may_be_idle_for_longer_than_a_head_takes() {
    let game = Game::with(GatewayOptions::new().head_timeout(IMPATIENCE));
    let mut idle = Connection::to(game.address);
    let request = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_eq!(idle.ask(request).status, 200);
    // Another connection with an unfinished request is closed meanwhile.
    let mut slow = Connection::to(game.address);
    slow.say("GET /healthz");
    assert!(slow.is_closed());
    assert_eq!(idle.ask(request).status, 200);
    idle.say("GET /healthz");
    assert!(idle.is_closed());
}

#[test]
fn only_a_public_server_is_reachable_from_other_machines() {
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
fn at_the_end_begun_requests_are_answered_and_no_more_are_accepted() {
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
fn the_end_does_not_wait_forever() {
    let Game { gateway, address, .. } = Game::with(GatewayOptions::new().grace(IMPATIENCE));
    let mut stuck = Connection::to(address);
    stuck.say("POST /v1/app-store HTTP/1.1\r\nContent-Length: 10\r\n\r\n");
    get(address, "/healthz");
    gateway.shutdown();
    assert!(stuck.is_closed());
}

#[test]
fn proxies_of_every_kind_are_understood() {
    let game = Game::new();
    // nginx speaks HTTP/1.0 to what is behind it, unless configured otherwise.
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
    // A client that first asks whether to continue.
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
fn an_idle_connection_is_closed_after_its_answer_as_well() {
    let game = Game::with(GatewayOptions::new().connections(1).idle_timeout(IMPATIENCE));
    let mut idle = Connection::to(game.address);
    assert_eq!(idle.ask("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n").status, 200);
    assert_eq!(ask(game.address, post("/v1/app-store", &game.refund("1", "n1"))).status, 200);
    assert!(idle.is_closed());
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
