//! Incoming messages: sizes, JSON, types, and content.

use super::*;

#[test]
fn a_body_has_its_limit() {
    let mut request = refund(&amazon());
    request.body.resize(256 * 1024, b' ');
    assert!(verdict(&request).is_ok());
    request.body.push(b' ');
    assert_eq!(refusal(verdict(&request)), ("too_large", 413));
}

#[test]
fn a_body_that_is_no_sns_message_is_400() {
    let good = refund(&amazon()).body;
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let text = String::from_utf8(good.clone()).unwrap();
    let twice = text.replacen('{', "{\"Type\":\"Notification\",", 1);
    for (body, code) in [
        (&b""[..], "truncated"),
        (&good[..good.len() - 10], "truncated"),
        (b"Hello world", "not_json"),
        (b"[]", "wrong_shape"),
        (b"{}", "wrong_shape"),
        (b"{\"a\":\"\xff\"}", "not_utf8"),
        (deep.as_bytes(), "too_deep"),
        (twice.as_bytes(), "duplicate_key"),
    ] {
        let request = StoreRequest { headers: Vec::new(), body: body.to_vec() };
        assert_eq!(refusal(verdict(&request)), (code, 400));
    }
    let odd = amazon().signed(amazon().envelope("Something", "x", "m-1", NOW)).unwrap();
    assert_eq!(refusal(verdict(&odd)), ("unknown_message_type", 400));
}

#[test]
fn a_genuine_message_that_cannot_be_read_is_a_dead_letter() {
    let amazon = amazon();
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    let mut without_receipt = rtn.clone();
    without_receipt.as_object_mut().unwrap().remove("receiptId");
    let mut odd_time = rtn.clone();
    odd_time["timestamp"] = json!("yesterday");
    for message in ["", "Hello world", "{}", "[]", &odd_time.to_string(), &without_receipt.to_string()] {
        let request = amazon.signed(amazon.envelope("Notification", message, "m-1", NOW)).unwrap();
        let rejection =
            verdict(&request).and_then(|notification| notification.signal().map(|_| ())).unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("not_understood", 200), "{message}");
        assert!(rejection.is_authentic());
    }
    let stranger = changed(self::amazon(), |changed| changed.package_name = "com.example.other".to_owned());
    let rejection = verdict(&refund(&stranger)).unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("unknown_package", 200));
    assert!(rejection.is_authentic());
}

#[test]
fn a_member_that_nothing_reads_costs_no_refund() {
    let deep = format!("{}1{}", "[".repeat(30), "]".repeat(30));
    let amazon = amazon();
    let plain = verdict(&refund(&amazon)).unwrap().signal().unwrap();
    for odd in [r#"{"a":1,"a":2}"#, r#"{"$serde_json::private::RawValue":"[[[["}"#, "1e999999", &deep] {
        let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
        let twice = format!("{{\"x\":{odd},\"x\":{odd},");
        let rtn = rtn.to_string().replacen('{', &twice, 1);
        let mut request = amazon.signed(amazon.envelope("Notification", &rtn, "m-1", NOW)).unwrap();
        let body = String::from_utf8(request.body).unwrap();
        request.body = body.replacen('{', &format!("{twice}\"MessageAttributes\":{odd},"), 1).into_bytes();
        assert_eq!(verdict(&request).unwrap().signal().unwrap(), plain, "{odd}");
    }
}

#[test]
fn what_holds_an_sns_message_is_named() {
    let amazon = amazon();
    let sns = String::from_utf8(refund(&amazon).body).unwrap();
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    for (body, advice) in [
        (rtn.to_string(), "RawMessageDelivery"),
        (format!("{{\"Records\":[{{\"Sns\":{sns}}}]}}"), "Records[0].Sns"),
        (json!({"Records": [{"body": sns}]}).to_string(), "Records[0].body"),
    ] {
        let request = StoreRequest { headers: Vec::new(), body: body.into_bytes() };
        let rejection = verdict(&request).unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("other_body", 400));
        assert!(rejection.to_string().contains(advice), "{rejection}");
    }
}

#[test]
fn amazons_own_sample_with_its_last_comma_is_read() {
    let amazon = amazon();
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    let text = rtn.to_string();
    let slip = format!("{},\n}}", text.strip_suffix('}').unwrap());
    let request = amazon.signed(amazon.envelope("Notification", &slip, "m-1", NOW)).unwrap();
    assert_eq!(verdict(&request).unwrap().signal().unwrap().name, "CONSUMABLE_CANCELLED");
}

#[test]
fn a_verified_message_prints_under_the_names_of_sns() {
    let amazon = amazon();
    let printed = serde_json::to_value(verdict(&refund(&amazon)).unwrap()).unwrap();
    let rtn = amazon.real_time_notification(NotificationType::ConsumableCancelled, "receipt-1", NOW);
    assert_eq!(
        printed,
        json!({
            "Type": "Notification",
            "MessageId": "m-1",
            "TopicArn": amazon.topic_arn,
            "Timestamp": NOW.to_string(),
            "Message": rtn,
        })
    );
    let confirmation = amazon.subscription_confirmation("m-2", NOW).unwrap();
    let printed = serde_json::to_value(verdict(&confirmation).unwrap()).unwrap();
    assert!(printed["SubscribeURL"].as_str().unwrap().contains("ConfirmSubscription"), "{printed}");
}

#[test]
fn a_subscription_confirmation_is_bound_to_sns_and_to_the_topic() {
    let amazon = amazon();
    let with_url = |url: Option<&str>| {
        let mut envelope = amazon.envelope("SubscriptionConfirmation", "x", "m-1", NOW);
        envelope["Token"] = json!("t");
        envelope["SubscribeURL"] = json!(url);
        verdict(&amazon.signed(envelope).unwrap())
    };
    let good = format!(
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token=t",
        amazon.topic_arn
    );
    assert!(with_url(Some(&good)).is_ok());
    for bad in [
        good.replace("https", "http"),
        good.replace("amazonaws.com", "amazonaws.com.evil.example"),
        good.replace("sns.us-east-1.amazonaws.com", "169.254.169.254"),
        good.replace(":game", ":other"),
        good.replace("ConfirmSubscription", "DeleteTopic"),
    ] {
        assert_eq!(refusal(with_url(Some(&bad))), ("bad_subscribe_url", 403), "{bad}");
    }
    assert_eq!(refusal(with_url(None)), ("bad_subscribe_url", 403));
}
