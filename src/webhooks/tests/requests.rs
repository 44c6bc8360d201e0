//! The request, and what an answer means.

use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};

use super::*;
use crate::transport::{HttpResponse, TransportError};

const NOW: Timestamp = Timestamp::from_secs(1_763_631_667);

#[test]
fn a_request_has_the_fields_of_the_specification() {
    let secret = key("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    let private = key("whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=");
    let mut endpoint = endpoint(WebhookFormat::Recoup, vec![secret.clone(), private.clone()]);
    endpoint.authorization = Some(Secret::new("Bearer t0ken"));
    let message = Signed { id: "evt_a_1", at: NOW.plus(Span::from_millis(999)), body: "{}" };
    let sent = request(&endpoint, &message);
    assert_eq!(
        (sent.method(), sent.url().expose().as_str()),
        (&Method::POST, "https://crm.example.com/hook")
    );
    let field = |name| sent.headers()[name].to_str().unwrap();
    assert_eq!(field("content-type"), "application/json");
    assert_eq!(field("user-agent"), concat!("recoup/", env!("CARGO_PKG_VERSION")));
    assert_eq!(field("webhook-id"), "evt_a_1");
    assert_eq!(field("webhook-timestamp"), "1763631667");
    let signatures = [secret, private].map(|key| key.sign("evt_a_1", NOW.secs(), b"{}")).join(" ");
    assert_eq!(field("webhook-signature"), signatures);
    assert_eq!(field("authorization"), "Bearer t0ken");
    assert_eq!((sent.body_bytes(), sent.time_limit(), sent.check()), (&b"{}"[..], endpoint.timeout, Ok(())));
    assert!(!format!("{sent:?} {endpoint:?}").contains("t0ken"));
    endpoint.format = WebhookFormat::Cloudevents;
    assert_eq!(request(&endpoint, &message).headers()["content-type"], "application/cloudevents+json");
}

fn answered(status: u16, retry_after: Option<&str>, body: &[u8]) -> Answer {
    let fields = retry_after.map(|value| (RETRY_AFTER, HeaderValue::from_str(value).unwrap()));
    let response =
        HttpResponse::new(StatusCode::from_u16(status).unwrap(), HeaderMap::from_iter(fields), body.to_vec());
    Answer::of(&Ok(response), NOW, None)
}

#[test]
fn success_is_2xx_alone_whatever_the_body() {
    for status in [200, 202, 204, 299] {
        assert_eq!(answered(status, None, b"\xff<html>error</html>").verdict, Verdict::Delivered);
    }
    for status in [301, 302, 304, 307, 400, 401, 404, 500, 503] {
        let answer = answered(status, None, b"");
        assert_eq!(answer.verdict, Verdict::Failed { requested: None, overloaded: false }, "{status}");
        assert_eq!(answer.status, Some(status));
        assert!(answer.problem.unwrap().contains(&status.to_string()));
    }
    assert_eq!(answered(410, Some("60"), b"").verdict, Verdict::Gone);
}

#[test]
fn overload_and_retry_after_are_read() {
    let minutes = Some(Span::from_millis(120_000));
    for (status, overloaded) in [(429, true), (502, true), (504, true), (503, false), (500, false)] {
        for (value, requested) in
            [("120", minutes), ("Thu, 20 Nov 2025 09:43:07 GMT", minutes), ("soon", None)]
        {
            let answer = answered(status, Some(value), b"");
            assert_eq!(answer.verdict, Verdict::Failed { requested, overloaded }, "{status} {value}");
        }
    }
}

#[test]
fn of_a_failure_the_first_512_bytes_are_kept_without_control_characters() {
    let body = [b"no \x1b[31mtable\n".to_vec(), vec![b'x'; 2000]].concat();
    let problem = answered(500, None, &body).problem.unwrap();
    assert!(problem.starts_with("it answered 500: no "), "{problem}");
    assert!(!problem.contains(['\u{1b}', '\n']) && problem.len() < 700, "{problem}");
    assert_eq!(answered(500, None, b" \n").problem.unwrap(), "it answered 500");
}

#[test]
fn without_an_answer_it_is_sent_again_and_a_closing_engine_sends_nothing() {
    let failed = |error| Answer::of(&Err(error), NOW, None);
    let host = || "crm.example.com".to_owned();
    let late =
        failed(TransportError::Timeout { host: host(), phase: "the answer", limit: Duration::from_secs(15) });
    assert_eq!(late.verdict, Verdict::Failed { requested: None, overloaded: false });
    assert!(late.problem.unwrap().contains("took too long"));
    let redirected = failed(TransportError::Redirect { host: host(), status: 308 });
    assert_eq!(redirected.status, Some(308));
    assert!(redirected.problem.unwrap().contains("correct the endpoint's url"));
    assert_eq!(failed(TransportError::Closed { host: host() }).verdict, Verdict::NotSent);
}

#[test]
fn an_answer_that_repeats_the_authorization_is_kept_without_it() {
    let secret = Secret::new("Bearer t0ken-of-the-endpoint");
    let problem = |body: &[u8]| {
        let response = HttpResponse::new(StatusCode::BAD_REQUEST, HeaderMap::new(), body.to_vec());
        Answer::of(&Ok(response), NOW, Some(&secret)).problem.unwrap()
    };
    for body in ["your fields: Bearer t0ken-of-the-endpoint, x", "token=t0ken-of-the-endpoint, x"] {
        let problem = problem(body.as_bytes());
        assert!(problem.contains("<hidden>, x") && !problem.contains("t0ken"), "{problem}");
    }
    // Where the text is cut in the middle of it.
    let long = [vec![b'x'; 505], b"t0ken-of-the-endpoint".to_vec()].concat();
    assert!(!problem(&long).contains("t0ken"), "{}", problem(&long));
    assert!(!problem(b"whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk= is wrong").contains("VEVTVF"));
}
