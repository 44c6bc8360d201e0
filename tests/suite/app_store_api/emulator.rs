//! The servers of these tests: each wrong field of a right request is refused.

use std::time::Duration;

use recoup::transport::http::Method;
use recoup::transport::{HttpRequest, Transport as _, Url};
use recoup_tests::app_store_api::consumption::Kind;
use recoup_tests::app_store_api::token::{right_claims, right_header};
use recoup_tests::app_store_api::{AppStoreServers, NOW};
use serde_json::{Value, json};

use super::{APP, PATIENCE};

struct Sent {
    method: Method,
    path: String,
    query: Option<(&'static str, &'static str)>,
    body: Option<Value>,
    header: Value,
    claims: Value,
    accept: &'static str,
}

impl Sent {
    fn status(&self, servers: &AppStoreServers) -> u16 {
        let mut url: Url = servers.production.server.url().segments(&self.path);
        if let Some((name, value)) = self.query {
            url = url.query(name, value);
        }
        let token = servers.key.sign(&self.header, &self.claims);
        let mut request = HttpRequest::new(self.method.clone(), url)
            .header("Authorization", &format!("Bearer {token}"))
            .header("Accept", self.accept);
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        PATIENCE.send(&request).unwrap().status().as_u16()
    }
}

fn right(method: Method, path: &str, body: Option<Value>) -> Sent {
    Sent {
        method,
        path: path.to_owned(),
        query: None,
        body,
        header: right_header(),
        claims: right_claims(APP, NOW),
        accept: "application/json",
    }
}

fn servers() -> AppStoreServers {
    let servers = AppStoreServers::start();
    servers.production.sell(&servers.production.store.transaction("1", "gems_100", NOW), Kind::default());
    servers
}

fn v2() -> Sent {
    let body = json!({"customerConsented": true, "consumptionPercentage": 5, "deliveryStatus": "DELIVERED",
        "refundPreference": "GRANT_PRORATED", "sampleContentProvided": false});
    right(Method::PUT, "inApps/v2/transactions/consumption/1", Some(body))
}

fn v1() -> Sent {
    let body = json!({"accountTenure": 0, "appAccountToken": "", "consumptionStatus": 0,
        "customerConsented": true, "deliveryStatus": 0, "lifetimeDollarsPurchased": 0,
        "lifetimeDollarsRefunded": 0, "platform": 0, "playTime": 0, "refundPreference": 1,
        "sampleContentProvided": false, "userStatus": 0});
    right(Method::PUT, "inApps/v1/transactions/consumption/1", Some(body))
}

fn history() -> Sent {
    let body =
        json!({"startDate": NOW.millis() - 1000, "endDate": NOW.millis(), "notificationType": "REFUND"});
    right(Method::POST, "inApps/v1/notifications/history", Some(body))
}

#[test]
fn each_wrong_field_of_a_body_is_refused() {
    let servers = servers();
    let optional = ["consumptionPercentage", "refundPreference", "notificationType"];
    for make in [v2, v1, history] {
        assert!(make().status(&servers) < 300, "{}", make().path);
        let names: Vec<String> = make().body.unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            for wrong in
                [None, Some(json!("wrong")), Some(json!(null)), Some(json!(999_999)), Some(json!(0.5))]
            {
                let mut sent = make();
                let body = sent.body.as_mut().unwrap().as_object_mut().unwrap();
                let left_out = wrong.is_none();
                match wrong.clone() {
                    Some(wrong) => body.insert(name.clone(), wrong),
                    None => body.remove(&name),
                };
                let fine = left_out && optional.contains(&name.as_str());
                if !fine {
                    assert!(sent.status(&servers) >= 400, "{}: {name} {wrong:?}", sent.path);
                }
            }
        }
        let mut sent = make();
        sent.body.as_mut().unwrap()["another"] = json!(1);
        assert_eq!(sent.status(&servers), 400, "{}", sent.path);
    }
}

#[test]
fn each_wrong_part_around_a_body_is_refused() {
    let servers = servers();
    for make in [v2, v1, history, || right(Method::GET, "inApps/v1/transactions/1", None)] {
        assert!(make().status(&servers) < 300, "{}", make().path);
        let path = make().path;
        let with_body = |body| Sent { body, ..make() };
        let body = if make().body.is_some() { None } else { Some(json!({})) };
        for wrong in [
            Sent { method: Method::DELETE, ..make() },
            Sent { path: path.replace("/v", "/w"), ..make() },
            Sent { path: format!("{path}/more"), ..make() },
            Sent { query: Some(("page", "1")), ..make() },
            Sent { accept: "text/html", ..make() },
            with_body(body),
        ] {
            let status = wrong.status(&servers);
            assert!(status >= 400, "{} {}: {status}", wrong.method, wrong.path);
        }
    }
}

#[test]
fn each_wrong_part_of_a_token_is_refused() {
    let servers = servers();
    let claim = |name: &str, value: Value| {
        let mut sent = v2();
        sent.claims[name] = value;
        sent
    };
    let header = |name: &str, value: Value| {
        let mut sent = v2();
        sent.header[name] = value;
        sent
    };
    let hour = i64::try_from(Duration::from_secs(3600).as_secs()).unwrap();
    for (n, wrong) in [
        claim("iss", json!("another")),
        claim("aud", json!("appstoreconnect-v2")),
        claim("bid", json!("com.example.other")),
        claim("iat", json!(NOW.secs() + 1)),
        claim("iat", json!(NOW.millis())),
        claim("exp", json!(NOW.secs())),
        claim("exp", json!(NOW.secs() + hour + 1)),
        claim("more", json!(1)),
        header("kid", json!("another")),
        header("alg", json!("ES384")),
        header("typ", json!("jwt")),
        header("more", json!(1)),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(wrong.status(&servers), 401, "{n}");
    }
    let another = AppStoreServers::start();
    let foreign = another.key.sign(&right_header(), &right_claims(APP, NOW));
    assert!(servers.key.fault(&foreign, APP, NOW).is_some());
}
