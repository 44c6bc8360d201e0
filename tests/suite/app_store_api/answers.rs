//! Answers to refund requests: each as Apple documents it, and once.

use recoup::{
    AnswersReviews as _, ApiError, Delivery, MilliPercent, RefundPreference, ReviewAnswer, Timestamp, Usage,
};
use recoup_tests::app_store_api::consumption::Kind;
use recoup_tests::app_store_api::{AppStoreServers, Environment, Fault, NOW, fault_reply};
use recoup_tests::http_server::Reply;
use serde_json::{Value, json};

use super::{APP, api, json_body, lines};

fn answer(delivery: Delivery, consumed: Option<u32>, preference: RefundPreference) -> ReviewAnswer {
    ReviewAnswer {
        refund: 1,
        app: APP.to_owned(),
        sandbox: false,
        order_id: "2000001".to_owned(),
        token: Some("not Apple's".to_owned()),
        delivery,
        consumed: consumed.and_then(MilliPercent::new),
        sample_given: false,
        preference,
        usage: vec![Usage { at: NOW, what: Some("gems".to_owned()), ip_address: None }],
    }
}

fn sell(environment: &Environment, members: &Value, kind: Kind) {
    let mut transaction = environment.store.transaction("2000001", "gems_100", NOW);
    for (name, value) in members.as_object().unwrap() {
        transaction[name] = value.clone();
    }
    environment.sell(&transaction, kind);
}

const V2: &str = "inApps/v2/transactions/consumption/2000001";
const V1: &str = "inApps/v1/transactions/consumption/2000001";

#[test]
fn every_answer_is_the_documented_request() {
    use Delivery::{Delivered, NotDelivered, QualityIssue, ServerOutage, WrongItem};
    use RefundPreference::{Decline, Grant, Neutral, Prorated};
    let servers = AppStoreServers::start();
    sell(&servers.production, &json!({}), Kind::default());
    let api = api(&servers);
    for (delivery, consumed, preference, expected) in [
        (
            Delivered,
            Some(0),
            Decline,
            json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 0, "refundPreference": "DECLINE"}),
        ),
        (
            Delivered,
            Some(33_333),
            Prorated,
            json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 33_333, "refundPreference": "GRANT_PRORATED"}),
        ),
        (
            Delivered,
            Some(1),
            Prorated,
            json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 1, "refundPreference": "GRANT_PRORATED"}),
        ),
        (
            Delivered,
            Some(99_999),
            Prorated,
            json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 99_999, "refundPreference": "GRANT_PRORATED"}),
        ),
        // Nothing or all consumed: there is no part to give back.
        (Delivered, Some(0), Prorated, json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 0})),
        (
            Delivered,
            Some(100_000),
            Prorated,
            json!({"deliveryStatus": "DELIVERED", "consumptionPercentage": 100_000}),
        ),
        (Delivered, None, Grant, json!({"deliveryStatus": "DELIVERED", "refundPreference": "GRANT_FULL"})),
        (Delivered, None, Neutral, json!({"deliveryStatus": "DELIVERED"})),
        // What was not delivered was not consumed, whatever the game reports.
        (
            QualityIssue,
            Some(50_000),
            Grant,
            json!({"deliveryStatus": "UNDELIVERED_QUALITY_ISSUE", "consumptionPercentage": 0, "refundPreference": "GRANT_FULL"}),
        ),
        (
            WrongItem,
            None,
            Grant,
            json!({"deliveryStatus": "UNDELIVERED_WRONG_ITEM", "consumptionPercentage": 0, "refundPreference": "GRANT_FULL"}),
        ),
        (
            ServerOutage,
            Some(50_000),
            Prorated,
            json!({"deliveryStatus": "UNDELIVERED_SERVER_OUTAGE", "consumptionPercentage": 0}),
        ),
        (
            NotDelivered,
            Some(0),
            Neutral,
            json!({"deliveryStatus": "UNDELIVERED_OTHER", "consumptionPercentage": 0}),
        ),
    ] {
        for sample_given in [false, true] {
            let mut expected = expected.clone();
            expected["customerConsented"] = json!(true);
            expected["sampleContentProvided"] = json!(sample_given);
            let answer = ReviewAnswer { sample_given, ..answer(delivery, consumed, preference) };
            api.answer(&answer, NOW).unwrap();
            assert_eq!(servers.production.known().consumption.pop().unwrap(), (V2.to_owned(), expected));
        }
    }
    assert!(lines(&servers.production).iter().all(|line| line == &format!("PUT /{V2} HTTP/1.1")));
    assert_eq!(lines(&servers.sandbox), [""; 0]);
}

#[test]
fn the_sandbox_is_answered_at_its_own_address() {
    let servers = AppStoreServers::start();
    sell(&servers.sandbox, &json!({}), Kind::default());
    let answer =
        ReviewAnswer { sandbox: true, ..answer(Delivery::Delivered, Some(1000), RefundPreference::Decline) };
    api(&servers).answer(&answer, NOW).unwrap();
    assert_eq!(servers.sandbox.known().consumption.len(), 1);
    assert_eq!(lines(&servers.production), [""; 0]);
}

#[test]
fn advanced_commerce_is_answered_by_v1_with_every_required_field() {
    let servers = AppStoreServers::start();
    let token = "7e3fb204-2eab-4ae9-9d5b-1d7e0a5f0c11";
    let members = json!({"advancedCommerceInfo": {"items": []}, "appAccountToken": token});
    sell(&servers.production, &members, Kind { advanced_commerce: true, ..Kind::default() });
    let api = api(&servers);
    for (delivery, consumed, preference, status, delivery_status, refund_preference) in [
        (Delivery::Delivered, Some(0), RefundPreference::Grant, 1, 0, Some(1)),
        (Delivery::Delivered, Some(99_999), RefundPreference::Decline, 2, 0, Some(2)),
        (Delivery::Delivered, Some(100_000), RefundPreference::Prorated, 3, 0, None),
        (Delivery::Delivered, None, RefundPreference::Neutral, 0, 0, None),
        (Delivery::QualityIssue, None, RefundPreference::Neutral, 1, 1, None),
        (Delivery::WrongItem, None, RefundPreference::Neutral, 1, 2, None),
        (Delivery::ServerOutage, None, RefundPreference::Neutral, 1, 3, None),
        (Delivery::NotDelivered, Some(5), RefundPreference::Neutral, 1, 5, None),
    ] {
        api.answer(&answer(delivery, consumed, preference), NOW).unwrap();
        let mut expected = json!({
            "accountTenure": 0, "appAccountToken": token, "consumptionStatus": status,
            "customerConsented": true, "deliveryStatus": delivery_status, "lifetimeDollarsPurchased": 0,
            "lifetimeDollarsRefunded": 0, "platform": 0, "playTime": 0, "sampleContentProvided": false,
            "userStatus": 0,
        });
        if let Some(preference) = refund_preference {
            expected["refundPreference"] = json!(preference);
        }
        assert_eq!(servers.production.known().consumption.pop().unwrap(), (V1.to_owned(), expected));
    }
    let each = [format!("PUT /{V2}"), "GET /inApps/v1/transactions/2000001".to_owned(), format!("PUT /{V1}")];
    assert_eq!(lines(&servers.production)[..3], each.map(|line| line + " HTTP/1.1"));
}

#[test]
fn a_renewing_subscription_is_answered_without_a_percentage() {
    let servers = AppStoreServers::start();
    let members = json!({"type": "Auto-Renewable Subscription"});
    sell(&servers.production, &members, Kind { renews: true, ..Kind::default() });
    let api = api(&servers);
    let prorated = |delivery, consumed| answer(delivery, consumed, RefundPreference::Prorated);
    for (answer, status, requests) in [
        // In the form that Apple takes: one request.
        (prorated(Delivery::Delivered, None), "DELIVERED", 1),
        (prorated(Delivery::Delivered, Some(40_000)), "DELIVERED", 3),
        (prorated(Delivery::Delivered, Some(100_000)), "DELIVERED", 3),
        (prorated(Delivery::ServerOutage, None), "UNDELIVERED_SERVER_OUTAGE", 3),
    ] {
        let before = lines(&servers.production).len();
        api.answer(&answer, NOW).unwrap();
        let expected = json!({"customerConsented": true, "deliveryStatus": status,
            "refundPreference": "GRANT_PRORATED", "sampleContentProvided": false});
        assert_eq!(servers.production.known().consumption.pop().unwrap(), (V2.to_owned(), expected));
        assert_eq!(lines(&servers.production).len() - before, requests);
    }
}

#[test]
fn no_partial_refund_is_requested_where_the_consumption_is_unknown() {
    let servers = AppStoreServers::start();
    sell(&servers.production, &json!({}), Kind::default());
    api(&servers).answer(&answer(Delivery::Delivered, None, RefundPreference::Prorated), NOW).unwrap();
    let expected =
        json!({"customerConsented": true, "deliveryStatus": "DELIVERED", "sampleContentProvided": false});
    assert_eq!(servers.production.known().consumption, [(V2.to_owned(), expected)]);
}

#[test]
fn where_the_query_for_the_replacement_fails_nothing_was_sent() {
    let servers = AppStoreServers::start();
    sell(&servers.production, &json!({}), Kind::default());
    let refused = fault_reply(Fault(400, 4_000_000, "No."));
    servers.production.known().instead.extend([refused, Reply::Raw(Vec::new())]);
    let error = api(&servers)
        .answer(&answer(Delivery::Delivered, Some(5), RefundPreference::Decline), NOW)
        .unwrap_err();
    let ApiError::Transport { source } = &error else { panic!("{error}") };
    assert!(error.is_retryable() && source.was_never_sent(), "{error}");
    assert_eq!(lines(&servers.production).len(), 2);
}

#[test]
fn another_refusal_is_reported_and_nothing_else_is_tried() {
    let servers = AppStoreServers::start();
    sell(&servers.production, &json!({}), Kind { family_shared: true, ..Kind::default() });
    let answered = answer(Delivery::Delivered, Some(5), RefundPreference::Decline);
    let refused = api(&servers).answer(&answered, NOW).unwrap_err();
    let ApiError::Refused { status: 400, code, retryable: false, .. } = refused else { panic!("{refused}") };
    assert_eq!(code, "4000185");
    assert_eq!(servers.production.known().consumption, []);
    let puts = lines(&servers.production).iter().filter(|line| line.starts_with("PUT")).count();
    assert_eq!(puts, 1);

    let unknown = ReviewAnswer { order_id: "404/../1".to_owned(), ..answered };
    let refused = api(&servers).answer(&unknown, NOW).unwrap_err();
    assert!(
        matches!(&refused, ApiError::Refused { status: 404, code, .. } if code == "4040010"),
        "{refused}"
    );
    let line = lines(&servers.production).pop().unwrap();
    assert_eq!(line, "PUT /inApps/v2/transactions/consumption/404%2F..%2F1 HTTP/1.1");
}

#[test]
fn each_request_has_its_own_token_and_a_content_type() {
    let servers = AppStoreServers::start();
    sell(&servers.production, &json!({}), Kind::default());
    let api = api(&servers);
    let reported = answer(Delivery::Delivered, Some(5), RefundPreference::Decline);
    api.answer(&reported, NOW).unwrap();
    api.answer(&reported, NOW).unwrap();
    let received = servers.production.server.received();
    assert_ne!(received[0].header("Authorization"), received[1].header("Authorization"));
    assert_eq!(received[0].header("Content-Type"), Some("application/json"));
    assert_eq!(json_body(&received[0]), json_body(&received[1]));
    // A token of before is none at Apple's later time.
    let later = Timestamp::from_secs(NOW.secs() + 301);
    servers.production.known().now = Some(later);
    let refused = api.answer(&reported, NOW).unwrap_err();
    assert!(matches!(refused, ApiError::Credentials { .. }), "{refused}");
    api.answer(&reported, later).unwrap();
}
