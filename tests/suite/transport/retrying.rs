//! Asking again.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use recoup::Span;
use recoup::transport::http::{HeaderMap, StatusCode};
use recoup::transport::{
    HttpClient, HttpRequest, HttpResponse, RetryPolicy, Retrying, Transport, TransportError,
};
use recoup_tests::http_server::{HttpServer, Reply, answer};
use recoup_tests::pacing::ManualPacing;

use super::{NOW, client, get};

fn retrying(pacing: &Arc<ManualPacing>) -> Retrying<HttpClient> {
    Retrying::new(client(), RetryPolicy::default(), pacing.clone())
}

fn busy(retry_after: &str) -> Reply {
    Reply::Answer(429, vec![("Retry-After", retry_after.to_owned())], Vec::new())
}

#[test]
fn retry_after_is_kept_in_each_of_its_forms() {
    let in_seven = NOW.plus(Span::from_millis(7000)).millis().to_string();
    // 1_790_000_007 in Unix seconds.
    for form in ["7", "Mon, 21 Sep 2026 14:13:27 GMT", &in_seven] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![busy(form), answer(200, "now")]);
        assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().body(), b"now");
        // The jitter of these tests is none.
        assert_eq!(pacing.slept(), [Duration::from_secs(7)], "{form}");
        assert_eq!(server.received().len(), 2);
    }
}

#[test]
fn passing_faults_are_retried_with_growing_waits() {
    let pacing = ManualPacing::at(NOW);
    let replies = vec![answer(503, ""), Reply::Raw(Vec::new()), answer(500, ""), answer(200, "at last")];
    let server = HttpServer::in_turn(replies);
    assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().body(), b"at last");
    let millis: Vec<_> = pacing.slept().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [250, 500, 1000], "half of 500, 1000 and 2000, without jitter");

    let pacing = ManualPacing::with_most_jitter(NOW);
    let server = HttpServer::in_turn(vec![answer(503, ""), busy("7"), answer(200, "")]);
    retrying(&pacing).send(&get(&server)).unwrap();
    let millis: Vec<_> = pacing.slept().iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [500, 7500]);
}

#[test]
fn a_permanent_fault_is_returned_at_once() {
    for status in [200, 304, 400, 401, 403, 404, 410, 501] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![answer(status, "")]);
        assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().status(), status);
        assert_eq!((server.received().len(), pacing.slept().len()), (1, 0), "{status}");
    }
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![Reply::Raw(b"SSH\r\n\r\n".to_vec())]);
    assert!(retrying(&pacing).send(&get(&server)).is_err());
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0));
}

#[test]
fn an_unrepeatable_request_is_sent_once_unless_it_has_a_key() {
    for reply in [answer(503, ""), busy("1"), Reply::Raw(Vec::new())] {
        let pacing = ManualPacing::at(NOW);
        let server = HttpServer::in_turn(vec![reply, answer(200, "")]);
        let post = HttpRequest::post(server.url().segment("refund"));
        assert!(!matches!(retrying(&pacing).send(&post), Ok(response) if response.is_success()));
        assert_eq!(server.received().len(), 1);
        let keyed = post.idempotency_key("refund-1");
        assert!(retrying(&pacing).send(&keyed).unwrap().is_success());
    }
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(503, ""), answer(200, "")]);
    let keyed = HttpRequest::post(server.url()).idempotency_key("refund-1").body("text/plain", "all of it");
    assert!(retrying(&pacing).send(&keyed).unwrap().is_success());
    let received = server.received();
    assert_eq!((received.len(), &received[0]), (2, &received[1]));
}

#[test]
fn it_gives_up_after_the_tries_or_the_time_and_gives_the_last_answer() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![answer(503, "first"), answer(502, "more")]);
    let response = retrying(&pacing).send(&get(&server)).unwrap();
    assert_eq!((response.status().as_u16(), response.body()), (502, &b"more"[..]));
    assert_eq!(server.received().len(), 4);

    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("31")]);
    assert_eq!(retrying(&pacing).send(&get(&server)).unwrap().status(), 429);
    assert_eq!((server.received().len(), pacing.slept().len()), (1, 0), "a wait longer than the longest");

    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("20")]);
    let policy = RetryPolicy { tries: 100, total: Duration::from_secs(65), ..RetryPolicy::default() };
    Retrying::new(client(), policy, pacing.clone()).send(&get(&server)).unwrap();
    assert_eq!(server.received().len(), 4, "20 + 20 + 20, and the next would go beyond 65");
}

#[test]
fn a_try_gets_no_more_time_than_is_left() {
    let pacing = ManualPacing::at(NOW);
    let server = HttpServer::in_turn(vec![busy("20"), Reply::Silence]);
    let left = Duration::from_millis(150);
    let policy = RetryPolicy { total: Duration::from_secs(20) + left, ..RetryPolicy::default() };
    let error = Retrying::new(client(), policy, pacing).send(&get(&server)).unwrap_err();
    assert!(matches!(error, TransportError::Timeout { limit, .. } if limit == left), "{error:?}");
}

/// Oversleeps, as busy machines do.
struct Oversleeping(Arc<ManualPacing>);

impl recoup::transport::Pacing for Oversleeping {
    fn now(&self) -> recoup::Timestamp {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, wait: Duration) {
        self.0.sleep(wait + Duration::from_secs(5));
    }

    fn jitter(&self, most: Duration) -> Duration {
        self.0.jitter(most)
    }
}

#[test]
fn when_the_time_is_up_after_a_wait_the_last_answer_is_given_and_nothing_is_sent() {
    let server = HttpServer::in_turn(vec![busy("20"), answer(200, "too late")]);
    let policy = RetryPolicy { total: Duration::from_secs(24), ..RetryPolicy::default() };
    let pacing = Arc::new(Oversleeping(ManualPacing::at(NOW)));
    let response = Retrying::new(client(), policy, pacing).send(&get(&server)).unwrap();
    assert_eq!((response.status().as_u16(), server.received().len()), (429, 1));
}

/// Gives its answers in turn; the last repeats for all further requests.
struct Reported(Mutex<VecDeque<Answer>>);

type Answer = Result<HttpResponse, TransportError>;

impl Transport for Reported {
    fn send(&self, _: &HttpRequest) -> Answer {
        let mut left = self.0.lock().unwrap();
        if left.len() > 1 { left.pop_front().unwrap() } else { left[0].clone() }
    }
}

fn status(status: u16) -> Answer {
    Ok(HttpResponse::new(StatusCode::from_u16(status).unwrap(), HeaderMap::new(), Vec::new()))
}

fn interrupted() -> Answer {
    Err(TransportError::Interrupted { host: "h".to_owned(), problem: "gone".to_owned() })
}

fn refused_to_connect() -> Answer {
    Err(TransportError::Connect { host: "h".to_owned(), problem: "refused".to_owned() })
}

fn closed() -> Answer {
    Err(TransportError::Closed { host: "h".to_owned() })
}

/// What tries that go so come to.
fn all_reported(request: &HttpRequest, tries: &[Answer]) -> Answer {
    let reported = Reported(Mutex::new(tries.iter().cloned().collect()));
    Retrying::new(reported, RetryPolicy::default(), ManualPacing::at(NOW)).send(request)
}

fn url() -> recoup::transport::Url {
    "https://store.example/refund".parse().unwrap()
}

#[test]
fn a_failed_try_does_not_hide_that_the_store_may_have_acted_on_an_earlier_one() {
    let refund = HttpRequest::post(url()).idempotency_key("refund-1");
    for open in [interrupted(), status(503)] {
        for nothing in [refused_to_connect(), closed(), status(401), status(403), status(409), status(429)] {
            let tries = [open.clone(), nothing.clone()];
            assert_eq!(all_reported(&refund, &tries), open, "{nothing:?}");
            // The worst is reported wherever it comes.
            let tries = [refused_to_connect(), open.clone(), refused_to_connect(), nothing.clone()];
            assert_eq!(all_reported(&refund, &tries), open, "{nothing:?}");
        }
        // These report its outcome.
        for answer in [status(200), status(400), status(404)] {
            assert_eq!(all_reported(&refund, &[open.clone(), answer.clone()]), answer);
        }
    }
    assert_eq!(all_reported(&refund, &[status(503), interrupted()]), interrupted(), "the last of those");
    assert_eq!(all_reported(&refund, &[refused_to_connect()]), refused_to_connect());
    assert_eq!(all_reported(&refund, &[status(429)]), status(429));
}

#[test]
fn a_reading_request_returns_the_last_answer() {
    for last in [refused_to_connect(), status(401), status(429)] {
        assert_eq!(all_reported(&HttpRequest::get(url()), &[interrupted(), last.clone()]), last);
    }
}
