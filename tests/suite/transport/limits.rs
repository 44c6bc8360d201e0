//! Keeping to rate limits.

use std::time::Duration;

use recoup::transport::{HttpRequest, RateLimit, RateLimited, Transport as _, TransportError};
use recoup_tests::http_server::{HttpServer, answer};
use recoup_tests::pacing::ManualPacing;

use super::{NOW, client, get};

#[test]
fn no_span_has_more_requests_than_the_limit() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let limit = RateLimit::of_host("127.0.0.1", 3, Duration::from_secs(30));
    let limited = RateLimited::new(client(), [limit], Duration::from_secs(60), pacing.clone());
    let mut at = Vec::new();
    for n in 0..8 {
        limited.send(&get(&server)).unwrap();
        at.push(pacing.passed().as_secs());
        if n == 1 {
            pacing.pass(Duration::from_secs(10));
        }
    }
    assert_eq!(at, [0, 0, 10, 30, 30, 40, 60, 60]);
    limited.send(&HttpRequest::get(server.url_by_name())).unwrap();
    assert_eq!(pacing.passed().as_secs(), 60, "another host waited");
}

#[test]
fn a_part_of_a_host_may_have_its_own_limit() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let second = Duration::from_secs(1);
    let limits = [
        RateLimit::of_host("127.0.0.1", 4, second),
        RateLimit::of_host("127.0.0.1", 1, second).under("/refunds/"),
    ];
    let limited = RateLimited::new(client(), limits, Duration::from_secs(1), pacing.clone());
    let send = |path: &str| {
        limited.send(&HttpRequest::get(server.url().segments(path))).map(|_| pacing.passed().as_millis())
    };
    assert_eq!(send("refunds/1"), Ok(0));
    assert_eq!(send("orders/1"), Ok(0));
    assert_eq!(send("refunds/2"), Ok(1000));
    assert_eq!(send("orders/2"), Ok(1000));
}

#[test]
fn a_wait_that_is_too_long_fails_and_has_no_effect() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(200, "")]);
    let limit = RateLimit::of_host("127.0.0.1", 1, Duration::from_secs(60));
    let limited = RateLimited::new(client(), [limit], Duration::from_secs(5), pacing.clone());
    limited.send(&get(&server)).unwrap();
    for _ in 0..3 {
        let error = limited.send(&get(&server)).unwrap_err();
        let minute = Duration::from_secs(60);
        assert!(matches!(error, TransportError::RateLimited { wait, .. } if wait == minute), "{error:?}");
        assert!(error.is_retryable() && error.was_never_sent());
    }
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0));
    pacing.pass(Duration::from_secs(55));
    limited.send(&get(&server)).unwrap();
    assert_eq!(pacing.passed(), Duration::from_secs(60));
}
