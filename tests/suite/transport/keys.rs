//! Google's keys and Amazon's certificates, fetched.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use recoup::amazon::{NotificationType, PublishedCertificates};
use recoup::google_play::{PublishedKeys, RefundType, VoidedProductType};
use recoup::testing::{Amazon, GooglePlay};
use recoup::transport::{HttpClientOptions, HttpRequest, HttpResponse, Transport, TransportError, Url};
use recoup::{
    CertificateSource as _, Config, Engine, EngineOptions, KeySource as _, ManualClock, OutcomeKind, Span,
    Store,
};
use recoup_tests::certificates::issue;
use recoup_tests::http_server::{HttpServer, Received, Reply, answer};

use super::{NOW, client, through};

#[test]
fn published_keys_come_with_what_their_headers_say() {
    let headers = vec![
        ("Cache-Control", "public".to_owned()),
        ("Cache-Control", "max-age=600".to_owned()),
        ("Age", "60".to_owned()),
    ];
    let server = HttpServer::in_turn(vec![
        Reply::Answer(200, headers, b"{\"keys\":[]}".to_vec()),
        answer(500, "oops"),
        answer(200, &"x".repeat(64 * 1024 + 1)),
    ]);
    let keys = PublishedKeys::at(client(), server.url().segments("oauth2/v3/certs"));
    let fetched = keys.fetch().unwrap();
    assert_eq!((fetched.freshness.max_age, fetched.freshness.age), (Some(600), 60));
    assert_eq!(fetched.jwks, b"{\"keys\":[]}");
    assert_eq!(server.received()[0].line, "GET /oauth2/v3/certs HTTP/1.1");
    assert_eq!(server.received()[0].header("Accept"), Some("application/json"));
    assert!(keys.fetch().unwrap_err().problem.contains("answers 500"));
    assert!(keys.fetch().unwrap_err().problem.contains("65536 bytes"));
}

#[test]
fn published_keys_may_state_when_they_expire_instead() {
    let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
    let expires = |text: &str| ("Expires", text.to_owned());
    let cases = [
        (vec![date.clone(), expires("Sun, 06 Nov 1994 09:49:37 GMT")], Some(3600)),
        (vec![date.clone(), expires("Sun, 06 Nov 1994 08:00:00 GMT")], Some(0)),
        (vec![date.clone(), expires("0")], Some(0)),
        (vec![expires("Sun, 06 Nov 1994 09:49:37 GMT")], None),
        (vec![date.clone()], None),
        (
            vec![date, expires("Sun, 06 Nov 1994 09:49:37 GMT"), ("Cache-Control", "max-age=60".to_owned())],
            Some(60),
        ),
    ];
    for (headers, max_age) in cases {
        let server = HttpServer::in_turn(vec![Reply::Answer(200, headers.clone(), Vec::new())]);
        let keys = PublishedKeys::at(client(), server.url());
        assert_eq!(keys.fetch().unwrap().freshness.max_age, max_age, "{headers:?}");
    }
}

#[test]
fn a_certificate_is_what_is_answered_with_200_and_no_larger_than_one() {
    let server = HttpServer::in_turn(vec![
        answer(200, "PEM"),
        answer(404, "PEM"),
        answer(200, &"x".repeat(64 * 1024 + 1)),
    ]);
    let certificates = PublishedCertificates::over(client());
    let url = server.url().segment("SimpleNotificationService-1.pem").expose();
    assert_eq!(certificates.fetch(&url).unwrap(), b"PEM");
    assert!(certificates.fetch(&url).unwrap_err().problem.contains("answers 404"));
    assert!(certificates.fetch(&url).unwrap_err().problem.contains("65536 bytes"));
    let written = |request: &Received| (request.line.clone(), request.body.len());
    let expected = ("GET /SimpleNotificationService-1.pem HTTP/1.1".to_owned(), 0);
    assert_eq!(server.received().iter().map(written).collect::<Vec<_>>(), [(); 3].map(|()| expected.clone()));
}

#[test]
fn a_fetch_times_out_while_the_notifying_store_still_waits() {
    /// Whether a request ends before Pub/Sub's ten seconds are over, which it waits for an answer; SNS waits fifteen.
    struct Hurried;
    impl Transport for Hurried {
        fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
            assert!(request.time_limit() < Duration::from_secs(10), "{request:?}");
            Err(TransportError::Closed { host: request.url().host().to_owned() })
        }
    }
    assert!(PublishedKeys::of_google(Hurried).fetch().is_err());
    assert!(PublishedCertificates::over(Hurried).fetch("https://sns.us-east-1.amazonaws.com/a.pem").is_err());
}

/// An engine over a configuration that names no key file.
fn engine(google: &GooglePlay, folder: &std::path::Path, options: EngineOptions) -> Engine {
    let config = serde_json::json!({
        "database": "ledger.db",
        "google_play": [{
            "package_name": google.package_name,
            "push": {"audience": google.audience, "service_account_email": google.service_account_email},
        }],
    });
    options.open(Config::from_json(config.to_string().as_bytes(), folder).unwrap()).unwrap()
}

#[test]
fn an_engine_fetches_googles_keys_from_google_where_no_file_is_named() {
    let google = GooglePlay::new().unwrap();
    let issued = issue("www.googleapis.com");
    let jwks = google.jwks();
    let server = HttpServer::with_tls(&issued.certificate, &issued.key, move |n, _| match n {
        0 => answer(503, ""),
        _ => Reply::Answer(200, vec![("Cache-Control", "max-age=3600".to_owned())], jwks.clone().into()),
    });
    let proxy = HttpServer::proxy(HashMap::from([("www.googleapis.com:443".to_owned(), server.address)]));
    let client = HttpClientOptions::new().extra_root(issued.root).proxy(Some(through(&proxy, &[])));
    let clock = Arc::new(ManualClock::new(NOW));
    let folder = tempfile::tempdir().unwrap();
    let options = EngineOptions::new().clock(Arc::clone(&clock)).transport(Arc::new(client.build().unwrap()));
    let engine = engine(&google, folder.path(), options);
    assert!(server.received().is_empty(), "keys are fetched when they are first needed");

    let ingest = |n: usize| {
        let (order, now) = (format!("GPA.{n}"), engine.now());
        let void = google.voided_purchase(&order, "t", VoidedProductType::OneTime, RefundType::Full, now);
        let push = google.push(&void, &format!("m{n}"), now).unwrap();
        push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap()
    };
    let outcome = ingest(0);
    assert_eq!(outcome.http_status, 503, "{outcome:?}");
    clock.advance(Span::from_millis(61_000));
    for n in 1..4 {
        let outcome = ingest(n);
        assert!(matches!(outcome.what, OutcomeKind::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(server.received().len(), 2);
    clock.advance(Span::from_millis(3_600_000));
    assert_eq!(ingest(4).http_status, 200);
    let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["GET /oauth2/v3/certs HTTP/1.1"; 3]);
}

/// Two sections whose keys are fetched from one place, and are another's than those of a third from elsewhere.
#[test]
fn keys_are_fetched_from_a_sections_address_once_for_all_sections_with_the_same() {
    let (google, other) = (GooglePlay::new().unwrap(), GooglePlay::impostor().unwrap());
    let serve = |jwks: String| {
        HttpServer::start(move |_, _| {
            Reply::Answer(200, vec![("Cache-Control", "max-age=3600".to_owned())], jwks.clone().into())
        })
    };
    let (servers, folder) = ([serve(google.jwks()), serve(other.jwks())], tempfile::tempdir().unwrap());
    let section = |package: &str, server: &HttpServer| {
        let url = server.url().segment("certs").expose();
        serde_json::json!({"package_name": package, "push": {
            "audience": google.audience, "service_account_email": google.service_account_email, "jwks_url": url,
        }})
    };
    let config = serde_json::json!({"database": "ledger.db", "google_play": [
        section(&google.package_name, &servers[0]),
        section("com.example.sibling", &servers[0]),
        section("com.example.elsewhere", &servers[1]),
    ]});
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let options = EngineOptions::new().clock(Arc::new(ManualClock::new(NOW))).transport(Arc::new(client()));
    let engine = options.open(config).unwrap();
    for (n, (package, is_its_own)) in [
        (google.package_name.as_str(), true),
        ("com.example.sibling", true),
        ("com.example.elsewhere", false),
    ]
    .into_iter()
    .enumerate()
    {
        for (signer, is_taken) in [(&google, is_its_own), (&other, !is_its_own)] {
            let mut message = signer.test(NOW);
            message["packageName"] = package.into();
            let push = signer.push(&message, &format!("{n} {is_taken}"), NOW).unwrap();
            let outcome = push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
            let taken = matches!(outcome.what, OutcomeKind::Accepted { .. });
            assert_eq!(taken, is_taken, "{package}: {outcome:?}");
        }
    }
    for server in &servers {
        let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
        assert_eq!(lines, ["GET /certs HTTP/1.1"]);
    }
}

#[test]
fn keys_are_not_fetched_where_anybody_could_answer_nor_beside_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("keys.json"), GooglePlay::new().unwrap().jwks()).unwrap();
    for (push, problem) in [
        (
            serde_json::json!({"jwks_url": "http://keys.example.com/certs"}),
            "google_play[0].push.jwks_url: expected https, or http on this machine",
        ),
        (
            serde_json::json!({"jwks_url": "https://keys.example.com/certs", "jwks": "keys.json"}),
            "google_play[0].push.jwks_url: expected one of jwks and jwks_url, not both",
        ),
    ] {
        let mut section = serde_json::json!({"package_name": "p", "push": push});
        section["push"]["audience"] = "a".into();
        section["push"]["service_account_email"] = "e".into();
        let config = serde_json::json!({"database": "ledger.db", "google_play": [section]});
        let error = match Config::from_json(config.to_string().as_bytes(), folder.path()) {
            Ok(config) => {
                EngineOptions::new().transport(Arc::new(client())).open(config).unwrap_err().to_string()
            }
            Err(error) => error.to_string(),
        };
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn an_engine_fetches_amazons_certificates_from_the_address_in_its_messages() {
    let amazon = Amazon::new().unwrap();
    let certificates = amazon.certificates().unwrap();
    let message = |id: &str| {
        let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt", NOW);
        amazon.notification(&rtn, id, NOW).unwrap()
    };
    let body: serde_json::Value = serde_json::from_slice(&message("m0").body).unwrap();
    let place: Url = body["SigningCertURL"].as_str().unwrap().parse().unwrap();
    let certificate = certificates.fetch(&place.expose()).unwrap();
    let issued = issue(place.host());
    let server = HttpServer::with_tls(&issued.certificate, &issued.key, move |n, _| match n {
        0 => answer(503, ""),
        _ => Reply::Answer(200, Vec::new(), certificate.clone()),
    });
    let proxy = HttpServer::proxy(HashMap::from([(format!("{}:443", place.host()), server.address)]));
    let client = HttpClientOptions::new().extra_root(issued.root).proxy(Some(through(&proxy, &[])));
    let clock = Arc::new(ManualClock::new(NOW));
    let folder = tempfile::tempdir().unwrap();
    let config = serde_json::json!({
        "database": "ledger.db",
        "amazon": [{"package_name": amazon.package_name, "topic_arn": amazon.topic_arn}],
    });
    let config = Config::from_json(config.to_string().as_bytes(), folder.path()).unwrap();
    let options = EngineOptions::new().clock(Arc::clone(&clock)).transport(Arc::new(client.build().unwrap()));
    let engine = options.open(config).unwrap();
    let ingest =
        |id: &str| message(id).send(|request| engine.ingest(&Store::Amazon, request)).unwrap().http_status;
    assert_eq!(ingest("m1"), 503);
    clock.advance(Span::from_millis(61_000));
    assert_eq!((ingest("m1"), ingest("m2")), (200, 200));
    let lines: Vec<_> = server.received().into_iter().map(|request| request.line).collect();
    let path = place.expose().replace(&format!("https://{}", place.host()), "");
    assert_eq!(lines, [format!("GET {path} HTTP/1.1"), format!("GET {path} HTTP/1.1")]);
}
