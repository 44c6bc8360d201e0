//! The network between this machine and a store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use recoup::transport::{HttpClientOptions, Proxy};
use recoup::{DoctorArea, DoctorOptions, Health, Store};
use recoup_tests::certificates::issue;
use recoup_tests::http_server::{HttpServer, Reply, answer};
use serde_json::json;

use super::shop::{Shop, mentions, of, the};

const PAGE: &str = "<!DOCTYPE html><html><body>Please log in to the hotel's network</body></html>";

#[test]
fn a_certificate_of_an_unknown_issuer_and_one_of_another_name_are_distinguished() {
    let issued = issue("localhost");
    let server = HttpServer::with_tls(&issued.certificate, &issued.key, |_, _| answer(200, "{}"));
    let mut shop = Shop::of("stripe");
    shop.config["stripe"][0]["api_url"] = json!(server.url_by_name().expose());
    let report = shop.doctor();
    let unknown = the(&report, "tls");
    assert_eq!((unknown.health, unknown.area), (Health::Broken, DoctorArea::Reachability));
    mentions(unknown, "issuer", "ca-certificates");
    assert_eq!(of(&report, &Store::Stripe, DoctorArea::Credentials), []);

    shop.transport = Some(Arc::new(HttpClientOptions::new().extra_root(issued.root).build().unwrap()));
    shop.config["stripe"][0]["api_url"] = json!(server.url().expose());
    let report = shop.doctor();
    mentions(the(&report, "tls"), "name", "the address in the configuration is wrong");
    assert!(server.received().is_empty(), "credentials were sent to another server");
}

#[test]
fn a_proxy_that_refuses_is_reported_and_the_others_are_queried() {
    let proxy = HttpServer::proxy(HashMap::new());
    let through = Proxy::new(&format!("http://user:pa55word@{}", proxy.address), &[]).unwrap();
    let mut shop = Shop::new();
    shop.transport = Some(Arc::new(HttpClientOptions::new().proxy(Some(through)).build().unwrap()));
    shop.config["stripe"][0]["api_url"] = json!("https://stripe.example");
    let report = shop.doctor();
    let refused = the(&report, "proxy");
    assert_eq!((refused.health, &refused.store), (Health::Broken, &Some(Store::Stripe)));
    mentions(refused, "403", "HTTPS_PROXY");
    assert!(!format!("{report:?}").contains("pa55word"));
    assert_eq!(of(&report, &Store::OneStore, DoctorArea::Credentials)[0].0, Health::Ok);
}

#[test]
fn queries_to_a_store_that_never_answers_end_after_the_limit() {
    let silent = HttpServer::in_turn(vec![Reply::Silence]);
    let mut shop = Shop::of("stripe");
    shop.config["stripe"][0]["api_url"] = json!(silent.url().expose());
    let limit = Duration::from_millis(20);
    let report = shop.doctor_with(DoctorOptions::new().time_limit(limit));
    let finding = the(&report, "timeout");
    assert_eq!((finding.health, finding.area), (Health::Broken, DoctorArea::Reachability));
    mentions(finding, "within 20ms", "did not answer in time");
}

#[test]
fn an_answer_that_is_not_the_stores_is_reported_as_possibly_another_servers() {
    let stripe = |reply: Reply| {
        let server = HttpServer::in_turn(vec![reply]);
        let mut shop = Shop::of("stripe");
        shop.config["stripe"][0]["api_url"] = json!(server.url().expose());
        shop.doctor()
    };
    let to = vec![("Location", "https://login.example".to_owned())];
    for (reply, code, facts) in [
        (answer(200, PAGE), "unreadable", "cannot be read"),
        (answer(200, "{\"data\": 5}"), "unreadable", "cannot be read"),
        (answer(200, ""), "unreadable", "cannot be read"),
        (answer(404, PAGE), "refused", "answered 404: "),
        (Reply::Answer(302, to, Vec::new()), "no_answer", "302"),
        (Reply::Raw(b"220 mail.example ESMTP\r\n".to_vec()), "no_answer", "HTTP"),
    ] {
        let report = stripe(reply);
        let finding = the(&report, code);
        assert_eq!(finding.health, Health::Broken);
        mentions(finding, facts, "The answer may not be the store's");
    }
    mentions(the(&stripe(answer(502, PAGE)), "store_unwell"), "502", "in some minutes");
}

#[test]
fn a_page_in_every_stores_place_is_no_credential_of_any() {
    let page = HttpServer::in_turn(vec![answer(200, PAGE)]);
    let mut shop = Shop::new();
    let url = json!(page.url().expose());
    for (store, key) in
        [("google_play", "api_url"), ("one_store", "api_url"), ("stripe", "api_url"), ("amazon", "rvs_url")]
    {
        shop.config[store][0][key] = url.clone();
    }
    for key in ["production_url", "sandbox_url"] {
        shop.config["app_store"][0]["api"][key] = url.clone();
    }
    let report = shop.doctor();
    assert_eq!(report.health, Health::Broken);
    for store in &shop.stores() {
        let found = of(&report, store, DoctorArea::Credentials);
        assert!(!found.is_empty() && found.iter().all(|found| found.1 == "unreadable"), "{store}: {found:?}");
    }
}
