//! The envelope of a message and its content, once the token is right.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};

use super::*;

/// A good push whose body is changed.
fn push_with(change: impl FnOnce(&mut Value)) -> StoreRequest {
    let mut request = push(&google());
    let mut body: Value = serde_json::from_slice(&request.body).unwrap();
    change(&mut body);
    request.body = body.to_string().into_bytes();
    request
}

fn push_of_body(body: &[u8]) -> StoreRequest {
    StoreRequest { body: body.to_vec(), ..push(&google()) }
}

fn push_of_data(data: &str) -> StoreRequest {
    push_with(|body| body["message"]["data"] = json!(data))
}

fn is_dead_letter(request: &StoreRequest) {
    let rejection = verdict(request).unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("not_understood", 200), "{rejection}");
    assert!(rejection.is_authentic());
}

#[test]
fn a_wrapped_push_is_read() {
    let google = google();
    let refund = google.voided_purchase("GPA.1", "token", VoidedProductType::OneTime, RefundType::Full, NOW);
    let notification = verdict(&google.push(&refund, "m-7", NOW).unwrap()).unwrap();
    assert_eq!(notification.message_id(), "m-7");
    assert_eq!(notification.subscription(), Some("projects/game/subscriptions/refunds"));
    assert_eq!(notification.publish_time(), Some("2027-01-15T08:00:00Z"));
    let Some(Content::VoidedPurchase(voided)) = &notification.developer_notification().content else {
        panic!("another kind")
    };
    assert_eq!(voided.order_id.as_deref(), Some("GPA.1"));
    let shown = serde_json::to_value(&notification).unwrap();
    assert_eq!(shown["messageId"], "m-7");
    assert_eq!(shown["developerNotification"], refund);
}

#[test]
fn either_spelling_is_enough_and_two_must_agree() {
    for absent in [["messageId", "publishTime"], ["message_id", "publish_time"]] {
        let request = push_with(|body| {
            for member in absent {
                body["message"].as_object_mut().unwrap().remove(member);
            }
        });
        let notification = verdict(&request).unwrap();
        assert_eq!(notification.message_id(), "m-1");
        assert!(notification.publish_time().is_some());
    }
    for member in ["messageId", "message_id", "publishTime", "publish_time"] {
        let request = push_with(|body| body["message"][member] = json!("other"));
        assert_eq!(refusal(verdict(&request)), ("envelope_disagreement", 400), "{member}");
    }
}

#[test]
fn a_message_has_an_id() {
    for value in [json!(null), json!("")] {
        let request = push_with(|body| {
            body["message"]["messageId"] = value.clone();
            body["message"]["message_id"] = value.clone();
        });
        assert_eq!(refusal(verdict(&request)), ("no_message_id", 400), "{value}");
    }
}

#[test]
fn the_subscription_is_the_configured_one() {
    let other = push_with(|body| body["subscription"] = json!("projects/game/subscriptions/other"));
    assert_eq!(refusal(verdict(&other)), ("wrong_subscription", 403));
    let none = push_with(|body| {
        body.as_object_mut().unwrap().remove("subscription");
    });
    let message = verdict(&none).unwrap_err().to_string();
    assert!(message.contains("names no subscription") && message.contains("push.subscription"), "{message}");
    assert!(!message.contains("Some(") && !message.contains("None"), "{message}");
    assert_eq!(refusal(verdict(&none)), ("wrong_subscription", 403));
    let mut app = app(&google());
    app.push.subscription = None;
    let any = GooglePlayVerifier::new(vec![app]).unwrap();
    assert!(verdict_of(&any, &other, NOW).is_ok());
    assert!(verdict_of(&any, &none, NOW).is_ok());
}

#[test]
fn another_subscriptions_push_is_not_kept_however_damaged() {
    let request = push_with(|body| {
        body["subscription"] = json!("projects/game/subscriptions/other");
        body["message"]["data"] = json!("!");
    });
    assert_eq!(refusal(verdict(&request)), ("wrong_subscription", 403));
}

#[test]
fn the_package_is_configured() {
    let mut google = google();
    google.package_name = "com.example.other".to_owned();
    let request = google.push(&google.test(NOW), "m-1", NOW).unwrap();
    assert_eq!(refusal(verdict(&request)), ("unknown_package", 200));
}

#[test]
fn data_is_standard_base64() {
    let google = google();
    // Long enough to need both special characters of the alphabet, and padding.
    let message =
        google.notification("testNotification", &json!({"version": "???>>>~~~ÿÿÿ"}), NOW).to_string();
    let message = format!("{message}{}", " ".repeat((4 - message.len() % 3) % 3));
    assert!(STANDARD.encode(&message).contains('/') && STANDARD.encode(&message).ends_with('='));
    assert!(verdict(&push_of_data(&STANDARD.encode(&message))).is_ok());
    for data in [URL_SAFE.encode(&message), STANDARD_NO_PAD.encode(&message), "?".to_owned(), "A".to_owned()]
    {
        is_dead_letter(&push_of_data(&data));
    }
}

#[test]
fn what_can_never_be_read_is_a_dead_letter() {
    is_dead_letter(&push_with(|body| {
        body["message"].as_object_mut().unwrap().remove("data");
    }));
    let google = google();
    let two = {
        let mut message = google.test(NOW);
        message["voidedPurchaseNotification"] = json!({"orderId": "GPA.1"});
        message.to_string()
    };
    let wrong_type =
        google.notification("voidedPurchaseNotification", &json!({"orderId": 7}), NOW).to_string();
    let whole = google.test(NOW).to_string();
    for message in ["", "no JSON", "[]", "{}", &two, &wrong_type, &whole[..whole.len() - 1]] {
        is_dead_letter(&push_of_data(&STANDARD.encode(message)));
    }
}

#[test]
fn a_damaged_body_is_to_be_sent_again() {
    let whole = push(&google()).body;
    for length in [0, 1, whole.len() / 2, whole.len() - 1] {
        assert_eq!(refusal(verdict(&push_of_body(&whole[..length]))), ("truncated", 400), "{length}");
    }
    let deep = "[".repeat(100_000);
    for (body, code) in [
        (&b"no JSON"[..], "not_json"),
        (b"{\"message\":\"\xff\"}", "not_utf8"),
        (b"{\"message\":{},\"message\":{}}", "duplicate_key"),
        (b"{\"message\":7}", "wrong_shape"),
        (b"{\"message\":{\"messageId\":7}}", "wrong_shape"),
        (deep.as_bytes(), "too_deep"),
    ] {
        assert_eq!(refusal(verdict(&push_of_body(body))), (code, 400));
    }
}

#[test]
fn the_body_is_bounded_before_anything_is_done() {
    let padded = |size: usize| {
        let mut request = push(&google());
        request.body.resize(size, b' ');
        request
    };
    assert!(verdict(&padded(256 * 1024)).is_ok());
    let mut large = padded(256 * 1024 + 1);
    assert_eq!(refusal(verdict(&large)), ("too_large", 413));
    large.headers.clear();
    assert_eq!(refusal(verdict(&large)), ("too_large", 413));
}

#[test]
fn the_token_is_read_before_the_body() {
    let mut request = push(&GooglePlay::impostor().unwrap());
    request.body = b"no JSON".to_vec();
    assert_eq!(refusal(verdict(&request)), ("bad_signature", 401));
}

#[test]
fn an_unwrapped_push_with_metadata_is_read() {
    let google = google();
    let request = google.push_unwrapped(&google.test(NOW), Some("m-8"), NOW).unwrap();
    let notification = verdict(&request).unwrap();
    assert_eq!(notification.message_id(), "m-8");
    assert_eq!(notification.subscription(), Some("projects/game/subscriptions/refunds"));
    assert!(notification.publish_time().is_some());
}

#[test]
fn an_unwrapped_push_without_metadata_goes_by_its_hash() {
    let google = google();
    let request = google.push_unwrapped(&google.test(NOW), None, NOW).unwrap();
    let id = verdict(&request).unwrap().message_id().to_owned();
    let (scheme, hash) = id.split_once(':').unwrap();
    assert_eq!((scheme, hash.len()), ("sha256", 64));
    assert_eq!(verdict(&request).unwrap().message_id(), id);
    let other = google.push_unwrapped(&google.test(NOW.plus(Span::from_millis(1))), None, NOW).unwrap();
    assert_ne!(verdict(&other).unwrap().message_id(), id);
}

#[test]
fn the_metadata_of_an_unwrapped_push_is_checked() {
    let mut google = google();
    google.subscription = "projects/game/subscriptions/other".to_owned();
    let other = google.push_unwrapped(&google.test(NOW), Some("m-8"), NOW).unwrap();
    assert_eq!(refusal(verdict(&other)), ("wrong_subscription", 403));
    for (name, value) in [
        ("X-Goog-PubSub-Message-Id", "m-9"),
        ("X-Goog-PubSub-Publish-Time", "2027-01-15T08:00:00Z"),
        ("X-Goog-PubSub-Subscription-Name", "projects/game/subscriptions/refunds"),
    ] {
        let mut twice = self::google().push_unwrapped(&google.test(NOW), Some("m-8"), NOW).unwrap();
        twice.headers.push((name.to_owned(), value.to_owned()));
        assert_eq!(refusal(verdict(&twice)), ("several_headers", 400), "{name}");
    }
}

#[test]
fn an_unreadable_unwrapped_message_is_a_dead_letter_unless_cut_short() {
    let google = google();
    let whole = google.push_unwrapped(&google.test(NOW), Some("m-8"), NOW).unwrap();
    for body in [&b"no JSON"[..], b"[]", b"{}", b"\xff", b"{\"a\":1,\"a\":1}"] {
        is_dead_letter(&StoreRequest { body: body.to_vec(), ..whole.clone() });
    }
    let cut = StoreRequest { body: whole.body[..whole.body.len() - 1].to_vec(), ..whole };
    assert_eq!(refusal(verdict(&cut)), ("truncated", 400));
}
