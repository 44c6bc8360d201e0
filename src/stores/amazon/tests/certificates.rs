//! Which certificates count, and when they are fetched.

use super::super::certificate_cache::CertificateCache;
use super::*;
use crate::testing::ChainValidity;
use crate::verify::{CertificateSource, KeyFetchError};

const MINUTE: Span = Span::from_millis(60_000);

/// A later moment, with a message of that moment for the verifier.
fn at(amazon: &Amazon, verifier: &AmazonVerifier, now: Timestamp) -> Result<Notification, Rejection> {
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", now);
    verdict_of(verifier, &amazon.notification(&rtn, "m-1", now).unwrap(), now)
}

fn url(n: usize) -> String {
    format!("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-{n:032x}.pem")
}

#[test]
fn a_certificate_is_fetched_once_and_kept() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    for minutes in [0, 1, 60, 23 * 60] {
        at(&amazon, &verifier, NOW.plus(Span::from_millis(minutes * 60_000))).unwrap();
        assert_eq!(source.fetches(), 1, "{minutes}");
    }
}

#[test]
fn a_kept_certificate_is_fetched_again_after_a_day_and_outlives_failures() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    at(&amazon, &verifier, NOW).unwrap();
    source.set_down(true);
    let tomorrow = NOW.plus(Span::from_hours(24));
    for (seconds, fetches) in [(0, 2), (1, 2), (14, 2), (15, 3), (16, 3)] {
        at(&amazon, &verifier, tomorrow.plus(Span::from_millis(seconds * 1000))).unwrap();
        assert_eq!(source.fetches(), fetches, "{seconds}");
    }
    source.set_down(false);
    let later = NOW.plus(Span::from_hours(25));
    at(&amazon, &verifier, later).unwrap();
    assert_eq!(source.fetches(), 4);
    at(&amazon, &verifier, later.plus(Span::from_hours(23))).unwrap();
    assert_eq!(source.fetches(), 4);
    // A clock set back is no reason to keep it permanently.
    at(&amazon, &verifier, NOW.plus(Span::from_days(-2))).unwrap();
    assert_eq!(source.fetches(), 5);
}

#[test]
fn a_source_that_is_down_is_503_and_retried_before_sns_gives_up() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    source.set_down(true);
    for seconds in [0, 5, 10, 14] {
        let refused = at(&amazon, &verifier, NOW.plus(Span::from_millis(seconds * 1000)));
        assert!(refused.as_ref().unwrap_err().to_string().contains("no route to host"));
        assert_eq!(refusal(refused), ("certificate_unavailable", 503), "{seconds}");
    }
    assert_eq!(source.fetches(), 1);
    source.set_down(false);
    assert_eq!(refusal(at(&amazon, &verifier, NOW)), ("certificate_unavailable", 503));
    at(&amazon, &verifier, NOW.plus(Span::from_millis(15_000))).unwrap();
    assert_eq!(source.fetches(), 2);
}

#[test]
fn unknown_urls_cannot_make_it_fetch_without_limit() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    let forged = |n: usize| {
        let message = changed(Amazon::impostor().unwrap(), |changed| changed.signing_cert_url = url(n));
        refund(&message)
    };
    for n in 0..90 {
        assert_eq!(refusal(verdict_of(&verifier, &forged(n), NOW)), ("certificate_unavailable", 503), "{n}");
    }
    assert_eq!(source.fetches(), 60);
    // Fetches over the budget were not sent, so they are not remembered as failed.
    assert_eq!(refusal(at(&amazon, &verifier, NOW)), ("certificate_unavailable", 503));
    at(&amazon, &verifier, NOW.plus(MINUTE)).unwrap();
    assert_eq!(source.fetches(), 61);
    // With the genuine certificate in the cache none of this matters.
    for n in 100..190 {
        assert!(verdict_of(&verifier, &forged(n), NOW.plus(MINUTE)).is_err());
    }
    at(&amazon, &verifier, NOW.plus(MINUTE)).unwrap();
    assert_eq!(source.fetches(), 120);
}

/// SNS repeats after 20 seconds, and names the same URL then; a stranger has a new one each time.
#[test]
fn a_genuine_message_gets_its_certificate_while_strangers_use_up_the_fetches() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    let seconds = |n: i64| NOW.plus(Span::from_millis(n * 1000));
    let forged = |n: usize, region: &str| {
        let url = url(n).replace("us-east-1", region);
        refund(&changed(Amazon::impostor().unwrap(), |changed| changed.signing_cert_url = url))
    };
    // Another region has a separate, small budget.
    for n in 0..40 {
        assert!(verdict_of(&verifier, &forged(n, "eu-west-1"), NOW).is_err());
    }
    assert_eq!(source.fetches(), 10);
    for n in 0..200 {
        assert!(verdict_of(&verifier, &forged(n, "us-east-1"), NOW).is_err());
    }
    assert_eq!(source.fetches(), 70);
    assert_eq!(refusal(at_time_of(&amazon, &verifier, NOW, NOW)), ("certificate_unavailable", 503));
    for n in 200..400 {
        assert!(verdict_of(&verifier, &forged(n, "us-east-1"), seconds(19)).is_err());
    }
    assert_eq!(source.fetches(), 70);
    at_time_of(&amazon, &verifier, NOW, seconds(20)).unwrap();
    assert_eq!(source.fetches(), 71);
}

/// The message that was made at `made`, once more at `now`.
fn at_time_of(
    amazon: &Amazon,
    verifier: &AmazonVerifier,
    made: Timestamp,
    now: Timestamp,
) -> Result<Notification, Rejection> {
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", made);
    verdict_of(verifier, &amazon.notification(&rtn, "m-1", made).unwrap(), now)
}

/// Answers once the test allows it.
struct Held {
    inner: crate::testing::AmazonCertificates,
    requests: std::sync::mpsc::Sender<()>,
    go: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl CertificateSource for Held {
    fn fetch(&self, url: &str) -> Result<Vec<u8>, KeyFetchError> {
        self.requests.send(()).unwrap();
        self.go.lock().unwrap().recv().unwrap();
        self.inner.fetch(url)
    }
}

#[test]
fn while_certificates_are_fetched_only_so_many_callers_wait() {
    let amazon = amazon();
    let ((requests, requested), (let_go, go)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
    let source = Held { inner: amazon.certificates().unwrap(), requests, go: go.into() };
    let certificates = Arc::new(SigningCertificates::fetched_from(Arc::new(source)));
    let verifier = AmazonVerifier::new(vec![AmazonApp { certificates, ..app(&amazon) }]).unwrap();
    let forged =
        |n: usize| refund(&changed(Amazon::impostor().unwrap(), |changed| changed.signing_cert_url = url(n)));
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (verifier, request) = (&verifier, forged(n));
            scope.spawn(move || verdict_of(verifier, &request, NOW).unwrap_err());
            requested.recv().unwrap();
        }
        // No thread waits for the fifth.
        assert_eq!(refusal(verdict_of(&verifier, &forged(5), NOW)), ("certificate_unavailable", 503));
        for _ in 0..4 {
            let_go.send(()).unwrap();
        }
    });
}

#[test]
fn a_pinned_certificate_that_is_out_of_date_has_amazon_send_again() {
    let amazon = amazon();
    let fresh = || {
        let pem = amazon.certificate().unwrap();
        let pinned =
            SigningCertificates::pinned_file(pem.as_bytes(), std::path::Path::new("keys/sns.pem")).unwrap();
        AmazonVerifier::new(vec![AmazonApp { certificates: Arc::new(pinned), ..app(&amazon) }]).unwrap()
    };
    let successor = changed(Amazon::impostor().unwrap(), |changed| changed.signing_cert_url = url(9));
    for verifier in [fresh(), {
        let used = fresh();
        verdict_of(&used, &refund(&amazon), NOW).unwrap();
        used
    }] {
        let refused = verdict_of(&verifier, &refund(&successor), NOW);
        let message = refused.as_ref().unwrap_err().to_string();
        assert!(message.contains("keys/sns.pem") && message.contains(&url(9)), "{message}");
        assert_eq!(refusal(refused), ("pinned_certificate", 503));
    }
    // Once it has signed a message that names this URL, another signature is forged.
    let used = fresh();
    let forged = refund(&Amazon::impostor().unwrap());
    assert_eq!(refusal(verdict_of(&used, &forged, NOW)), ("pinned_certificate", 503));
    verdict_of(&used, &refund(&amazon), NOW).unwrap();
    assert_eq!(refusal(verdict_of(&used, &forged, NOW)), ("bad_signature", 401));
}

/// Serves one certificate at every URL.
struct Everywhere(Vec<u8>);

impl CertificateSource for Everywhere {
    fn fetch(&self, _: &str) -> Result<Vec<u8>, KeyFetchError> {
        Ok(self.0.clone())
    }
}

#[test]
fn the_cache_is_bounded_and_forgets_the_oldest() {
    let cache = CertificateCache::new(Arc::new(Everywhere(amazon().certificate().unwrap().into_bytes())));
    let mut now = NOW;
    for n in 0..100 {
        now = now.plus(MINUTE);
        cache.certificate(&url(n), &amazon().topic_arn, now).unwrap();
        assert!(cache.len() <= 32);
    }
    assert_eq!(cache.len(), 32);
}

#[test]
fn what_is_no_certificate_counts_as_not_fetched() {
    let large = vec![b' '; 65 * 1024];
    let key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    for served in [&b"<html>Sign in to the hotel's network</html>"[..], b"", key.as_bytes(), &large] {
        let source = Arc::new(Everywhere(served.to_vec()));
        let certificates = Arc::new(SigningCertificates::fetched_from(source));
        let verifier = AmazonVerifier::new(vec![AmazonApp { certificates, ..app(&amazon()) }]).unwrap();
        let refused = refusal(verdict_of(&verifier, &refund(&amazon()), NOW));
        assert_eq!(refused, ("certificate_unavailable", 503));
    }
}

#[test]
fn nothing_is_fetched_before_all_cheap_checks_passed() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    let evil = "https://sns.us-east-1.amazonaws.com.evil.example/SimpleNotificationService-0.pem";
    let mut subscribe = amazon.envelope("SubscriptionConfirmation", "x", "m-1", NOW);
    subscribe["SubscribeURL"] = json!("https://evil.example/");
    subscribe["Token"] = json!("t");
    for (request, refused) in [
        (signed_with(&amazon, |body| body["SigningCertURL"] = json!(evil)), ("bad_signing_cert_url", 401)),
        (tampered(&refund(&amazon), |body| body["TopicArn"] = json!("x")), ("wrong_topic", 403)),
        (
            tampered(&refund(&amazon), |body| body["SignatureVersion"] = json!("3")),
            ("unknown_signature_version", 401),
        ),
        (tampered(&refund(&amazon), |body| body["Signature"] = json!("?")), ("signature_base64", 400)),
        (
            tampered(&refund(&amazon), |body| body["Timestamp"] = json!("2020-01-01T00:00:00Z")),
            ("too_old", 403),
        ),
        (
            tampered(&refund(&amazon), |body| body["Timestamp"] = json!("2040-01-01T00:00:00Z")),
            ("from_the_future", 503),
        ),
        (amazon.signed(subscribe).unwrap(), ("bad_subscribe_url", 403)),
    ] {
        assert_eq!(refusal(verdict_of(&verifier, &request, NOW)), refused);
    }
    assert_eq!(source.fetches(), 0);
}

#[test]
fn a_fetched_certificate_is_for_sns_by_its_alternative_names_or_else_its_common_name() {
    let names = |common: &str, alternative: &[&str]| {
        let alternative_names = alternative.iter().map(|name| (*name).to_owned()).collect();
        changed(amazon(), |changed| {
            changed.common_name = common.to_owned();
            changed.alternative_names = alternative_names
        })
    };
    for good in [
        names("sns.amazonaws.com", &["sns.amazonaws.com"]),
        names("sns.amazonaws.com", &[]),
        names("", &["x.example", "sns.amazonaws.com"]),
    ] {
        assert!(verdict_of(&fetching(&good).0, &refund(&good), NOW).is_ok(), "{good:?}");
    }
    for bad in [
        names("evil.example", &["evil.example"]),
        names("sns.amazonaws.com", &["evil.example"]),
        names("evil.example", &[]),
        names("sns.amazonaws.com.evil.example", &[]),
        names("", &["*.amazonaws.com"]),
    ] {
        let refused = refusal(verdict_of(&fetching(&bad).0, &refund(&bad), NOW));
        assert_eq!(refused, ("certificate_name", 401), "{bad:?}");
        assert!(verdict_of(&verifier(&bad), &refund(&bad), NOW).is_ok(), "pinned, it is trusted by that");
    }
}

#[test]
fn a_certificate_counts_at_the_messages_time_to_the_second() {
    let secs = NOW.secs();
    let validity = |from: i64, to: i64| ChainValidity {
        not_before: Timestamp::from_secs(secs + from),
        not_after: Timestamp::from_secs(secs + to),
    };
    let verdict = |validity| {
        let amazon = changed(amazon(), |changed| changed.validity = validity);
        let pinned = verdict_of(&verifier(&amazon), &refund(&amazon), NOW.plus(Span::from_hours(2)));
        let fetched = verdict_of(&fetching(&amazon).0, &refund(&amazon), NOW.plus(Span::from_hours(2)));
        assert_eq!(pinned.is_ok(), fetched.is_ok());
        if fetched.is_err() {
            assert_eq!(refusal(fetched), ("certificate_not_valid", 401));
        }
        pinned
    };
    assert!(verdict(validity(-100, 100)).is_ok(), "it ran out after the message was made");
    assert!(verdict(validity(0, 0)).is_ok());
    for (from, to) in [(-100, -1), (1, 100)] {
        assert_eq!(refusal(verdict(validity(from, to))), ("pinned_certificate", 503), "{from} {to}");
    }
}

#[test]
fn a_pinned_certificate_counts_whatever_the_url_and_no_other_does() {
    let amazon = changed(amazon(), |changed| changed.signing_cert_url = url(7));
    let verifier = verifier(&super::amazon());
    assert!(verdict_of(&verifier, &refund(&amazon), NOW).is_ok());
    let impostor = changed(Amazon::impostor().unwrap(), |changed| changed.signing_cert_url = url(7));
    assert_eq!(refusal(verdict_of(&verifier, &refund(&impostor), NOW)), ("bad_signature", 401));
}

#[test]
fn apps_of_one_topic_may_have_different_certificates_and_open_no_door_to_each_other() {
    let (real, test) = (amazon(), Amazon::impostor().unwrap());
    let test_app = AmazonApp { package_name: "com.example.test".to_owned(), ..app(&test) };
    let verifier = AmazonVerifier::new(vec![app(&real), test_app]).unwrap();
    assert!(verdict_of(&verifier, &refund(&real), NOW).is_ok());
    let across = verdict_of(&verifier, &refund(&test), NOW);
    assert_eq!(refusal(across), ("unknown_package", 200));
    let own =
        changed(Amazon::impostor().unwrap(), |changed| changed.package_name = "com.example.test".to_owned());
    assert_eq!(verdict_of(&verifier, &refund(&own), NOW).unwrap().package_name(), "com.example.test");
}

#[test]
fn amazon_must_send_again_if_one_certificate_does_not_fit_and_another_is_unavailable() {
    let amazon = amazon();
    let source = amazon.certificates().unwrap();
    source.set_down(true);
    let fetched = AmazonApp {
        certificates: Arc::new(SigningCertificates::fetched_from(Arc::new(source))),
        ..app(&amazon)
    };
    let impostors = app(&Amazon::impostor().unwrap());
    for apps in [vec![fetched.clone(), impostors.clone()], vec![impostors, fetched]] {
        let verifier = AmazonVerifier::new(apps).unwrap();
        let refused = refusal(verdict_of(&verifier, &refund(&amazon), NOW));
        assert_eq!(refused, ("certificate_unavailable", 503));
    }
}

#[test]
fn callers_who_wait_for_one_fetch_make_no_other() {
    let amazon = amazon();
    let (verifier, source) = fetching(&amazon);
    let request = refund(&amazon);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| verdict_of(&verifier, &request, NOW).unwrap());
        }
    });
    assert_eq!(source.fetches(), 1);
}
