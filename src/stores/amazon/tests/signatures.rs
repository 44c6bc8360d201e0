//! What is signed, by whom, and when.

use super::*;

#[test]
fn both_signature_versions_verify_and_neither_passes_for_the_other() {
    for (version, other) in [("1", "2"), ("2", "1")] {
        let amazon = changed(amazon(), |changed| changed.signature_version = version.to_owned());
        let request = refund(&amazon);
        assert_eq!(verdict(&request).unwrap().message_id(), "m-1", "{version}");
        let swapped = tampered(&request, |body| body["SignatureVersion"] = json!(other));
        assert_eq!(refusal(verdict(&swapped)), ("bad_signature", 401), "{version}");
    }
    for version in ["", "0", "3", "02", "none"] {
        let amazon = changed(amazon(), |changed| changed.signature_version = version.to_owned());
        assert_eq!(refusal(verdict(&refund(&amazon))), ("unknown_signature_version", 401), "{version:?}");
    }
}

#[test]
fn no_signed_member_can_be_changed_added_or_taken_away() {
    for version in ["1", "2"] {
        let amazon = changed(amazon(), |changed| changed.signature_version = version.to_owned());
        let plain = refund(&amazon);
        let with_subject = signed_with(&amazon, |envelope| envelope["Subject"] = json!("Subject"));
        let bodies = [
            tampered(&plain, |body| {
                body["Message"] = json!(body["Message"].as_str().unwrap().replace('1', "2"))
            }),
            tampered(&plain, |body| {
                body["Message"] = json!(format!("{} ", body["Message"].as_str().unwrap()))
            }),
            tampered(&plain, |body| body["MessageId"] = json!("m-2")),
            tampered(&plain, |body| body["Timestamp"] = json!(NOW.plus(Span::from_millis(1)).to_string())),
            tampered(&plain, |body| body["Type"] = json!("UnsubscribeConfirmation")),
            tampered(&plain, |body| body["Subject"] = json!("Subject")),
            tampered(&plain, |body| body["Subject"] = json!("")),
            tampered(&plain, |body| body["Token"] = json!("token")),
            tampered(&plain, |body| body["SubscribeURL"] = json!("https://sns.us-east-1.amazonaws.com/")),
            tampered(&with_subject, |body| body["Subject"] = json!("subject")),
            tampered(&with_subject, |body| body["Subject"] = json!(null)),
            tampered(&with_subject, |body| drop(body.as_object_mut().unwrap().remove("Subject"))),
        ];
        for body in bodies {
            assert_eq!(refusal(verdict(&body)), ("bad_signature", 401), "{body:?}");
        }
        assert!(verdict(&plain).is_ok() && verdict(&with_subject).is_ok());
    }
}

#[test]
fn no_member_of_a_confirmation_can_be_changed() {
    let amazon = amazon();
    let good = amazon.subscription_confirmation("m-1", NOW).unwrap();
    assert!(verdict(&good).is_ok());
    let other_token = |body: &mut Value, member: &str| {
        body[member] = json!(body[member].as_str().unwrap().replace("2336412f", "00000000"));
    };
    for body in [
        tampered(&good, |body| other_token(body, "Token")),
        tampered(&good, |body| other_token(body, "SubscribeURL")),
        tampered(&good, |body| drop(body.as_object_mut().unwrap().remove("Token"))),
        tampered(&good, |body| body["Type"] = json!("Notification")),
        tampered(&good, |body| body["Message"] = json!("")),
    ] {
        assert_eq!(refusal(verdict(&body)), ("bad_signature", 401), "{body:?}");
    }
    let unsubscribed = amazon.unsubscribe_confirmation("m-1", NOW).unwrap();
    assert!(verdict(&unsubscribed).is_ok());
    let without_token = tampered(&unsubscribed, |body| drop(body.as_object_mut().unwrap().remove("Token")));
    assert_eq!(refusal(verdict(&without_token)), ("bad_signature", 401));
}

#[test]
fn members_that_are_not_signed_may_change() {
    let amazon = amazon();
    for body in [
        tampered(&refund(&amazon), |body| body["UnsubscribeURL"] = json!(null)),
        tampered(&refund(&amazon), |body| drop(body.as_object_mut().unwrap().remove("UnsubscribeURL"))),
        tampered(&refund(&amazon), |body| body["MessageAttributes"] = json!({"a": {"Type": "String"}})),
        tampered(&refund(&amazon), |body| body["Subject"] = json!(null)),
        tampered(&refund(&amazon), |body| {
            let url = body.as_object_mut().unwrap().remove("SigningCertURL").unwrap();
            body["SigningCertUrl"] = url;
        }),
    ] {
        assert!(verdict(&body).is_ok(), "{body:?}");
    }
    let without_headers = StoreRequest { headers: Vec::new(), body: refund(&amazon).body };
    assert!(verdict(&without_headers).is_ok());
}

#[test]
fn a_damaged_signature_is_refused() {
    let request = refund(&amazon());
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let signature = body["Signature"].as_str().unwrap().to_owned();
    let first = if signature.starts_with('A') { "B" } else { "A" };
    for (bad, code, status) in [
        (format!("{first}{}", &signature[1..]), "bad_signature", 401),
        (signature[..signature.len() - 4].to_owned(), "bad_signature", 401),
        (String::new(), "bad_signature", 401),
        (format!("{signature}AAAA"), "signature_base64", 400),
        (signature.replace('=', ""), "signature_base64", 400),
        (format!(" {signature}"), "signature_base64", 400),
        ("?".to_owned(), "signature_base64", 400),
    ] {
        let request = tampered(&request, |body| body["Signature"] = json!(bad));
        assert_eq!(refusal(verdict(&request)), (code, status), "{bad}");
    }
}

#[test]
fn another_key_under_the_same_names_is_refused() {
    let impostor = Amazon::impostor().unwrap();
    assert_eq!(refusal(verdict(&refund(&impostor))), ("bad_signature", 401));
    assert!(verdict_of(&verifier(&impostor), &refund(&impostor), NOW).is_ok());
}

#[test]
fn another_topic_is_refused_though_sns_signed_it() {
    let amazon = amazon();
    for topic in ["arn:aws:sns:us-east-1:999999999999:game", "arn:aws:sns:us-east-1:123456789012:GAME", ""] {
        let stranger = changed(self::amazon(), |changed| changed.topic_arn = topic.to_owned());
        let (verifier, source) = fetching(&amazon);
        assert_eq!(refusal(verdict_of(&verifier, &refund(&stranger), NOW)), ("wrong_topic", 403), "{topic}");
        assert_eq!(source.fetches(), 0);
    }
}

#[test]
fn a_text_that_sns_signed_for_a_stranger_cannot_be_cut_into_ours() {
    let ours = amazon();
    let stranger =
        changed(amazon(), |changed| changed.topic_arn = "arn:aws:sns:us-east-1:999999999999:x".to_owned());
    let rtn = ours.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    let inner =
        format!("{rtn}\nMessageId\nm-1\nTimestamp\n{NOW}\nTopicArn\n{}\nType\nNotification", ours.topic_arn);
    let genuine = stranger.signed(stranger.envelope("Notification", &inner, "m-9", NOW)).unwrap();
    let tail = format!(
        "Notification\nMessageId\nm-9\nTimestamp\n{NOW}\nTopicArn\n{}\nType\nNotification",
        stranger.topic_arn
    );
    let cut = tampered(&genuine, |body| {
        body["Message"] = json!(rtn.to_string());
        body["MessageId"] = json!("m-1");
        body["TopicArn"] = json!(ours.topic_arn);
        body["Type"] = json!(tail);
    });
    assert_eq!(refusal(verdict(&cut)), ("line_break", 400));
}

#[test]
fn a_message_counts_for_its_time_and_not_from_the_future() {
    let request = refund(&amazon());
    let verdict = |now: Timestamp| verdict_of(&verifier(&amazon()), &request, now);
    let age = AmazonApp::DEFAULT_MAX_AGE.millis();
    for late in [0, 1, 3_600_000, age] {
        assert!(verdict(NOW.plus(Span::from_millis(late))).is_ok(), "{late}");
    }
    assert_eq!(refusal(verdict(NOW.plus(Span::from_millis(age + 1)))), ("too_old", 403));
    assert!(verdict(NOW.plus(Span::from_millis(-300_000))).is_ok());
    assert_eq!(refusal(verdict(NOW.plus(Span::from_millis(-300_001)))), ("from_the_future", 503));

    let hour = AmazonApp { max_age: Span::from_hours(1), ..app(&amazon()) };
    let verifier = AmazonVerifier::new(vec![hour]).unwrap();
    assert!(verdict_of(&verifier, &request, NOW.plus(Span::from_hours(1))).is_ok());
    let late = verdict_of(&verifier, &request, NOW.plus(Span::from_millis(3_600_001)));
    assert!(late.as_ref().unwrap_err().to_string().contains("max_age"));
    assert_eq!(refusal(late), ("too_old", 403));
}
