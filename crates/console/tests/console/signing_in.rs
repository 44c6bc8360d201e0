//! Invitations, passwords, sessions, proofs, tokens, proxies.

use std::net::IpAddr;
use std::sync::Arc;

use recoup::testing::GooglePlay;
use recoup::transport::Secret;
use recoup::{FetchedKeys, Freshness, IdTokens, KeyFetchError, KeySource, Role, Span};
use recoup_console::{JwtSignIn, ProxySignIn};
use serde_json::json;

use crate::contract::Contract;
use crate::fixture::{Desk, NOON, PASSWORD};

#[test]
fn an_invitation_is_good_once() {
    let desk = Desk::new();
    let contract = Contract::new();
    let invitation = desk.engine.add_operator("ann", Role::Support).unwrap();
    let path = format!("/invitations/{}", invitation.token);
    let shown = desk.client().get(&path);
    contract.check("GET", "/invitations/{token}", &shown);
    assert_eq!(shown.json(), json!({"operator": "ann", "role": "support"}));
    for weak in ["short", "passwordpassword", "ann ann ann ann", "Gem Quest 2026"] {
        let answer = desk.client().post(&path, &json!({"password": weak}));
        assert_eq!(answer.refusal(), (422, "weak_password".to_owned()), "{weak}");
        assert!(answer.json()["detail"].as_str().unwrap().len() > 20);
    }
    let accepted = desk.client().post(&path, &json!({"password": PASSWORD}));
    contract.check("POST", "/invitations/{token}", &accepted);
    let session = accepted.json();
    assert_eq!((session["operator"].as_str(), session["role"].as_str()), (Some("ann"), Some("support")));
    assert_eq!(session["way"], "password");
    assert_eq!(session["game"], "Gem Quest");
    assert!(session["rights"].as_array().unwrap().contains(&json!("note")));
    assert!(!session["rights"].as_array().unwrap().contains(&json!("forgive")));
    assert_eq!(desk.client().get(&path).refusal(), (410, "bad_invitation".to_owned()));
    let again = desk.client().post(&path, &json!({"password": "violin harbor 93 maple"}));
    assert_eq!(again.refusal(), (410, "bad_invitation".to_owned()));
    assert_eq!(desk.client().get("/invitations/i_guess").refusal(), (410, "bad_invitation".to_owned()));

    let late = desk.engine.add_operator("bob", Role::Viewer).unwrap();
    desk.clock.advance(Span::from_hours(25));
    let late = format!("/invitations/{}", late.token);
    assert_eq!(desk.client().post(&late, &json!({"password": PASSWORD})).code(), "bad_invitation");
}

#[test]
fn signing_in_begins_a_session_and_signing_out_ends_it() {
    let desk = Desk::new();
    drop(desk.operator("ann", Role::Operator));
    let wrong = desk.client().post("/session", &json!({"name": "ann", "password": "plum jacket orbit 72"}));
    assert_eq!(wrong.refusal(), (401, "wrong_password".to_owned()));
    assert_eq!(wrong.field("set-cookie"), None);
    let nobody =
        desk.client().post("/session", &json!({"name": "nobody", "password": "plum jacket orbit 72"}));
    assert_eq!(nobody.json(), wrong.json(), "a name that does not exist is answered the same");
    let answer = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    Contract::new().check("POST", "/session", &answer);
    let cookie = answer.field("set-cookie").unwrap();
    assert!(
        cookie.starts_with("recoup=s_") && cookie.contains("HttpOnly; SameSite=Strict; Path=/"),
        "{cookie}"
    );
    let client = desk.signed_in(&answer);
    assert_eq!(client.get("/session").json()["operator"], "ann");
    let again = client.post("/session", &json!({"name": "ann", "password": PASSWORD}));
    assert_eq!(client.get("/session").code(), "signed_out", "signing in again ends the session before");
    let client = desk.signed_in(&again);
    assert_eq!(client.json("DELETE", "/session", &json!({})).status, 204);
    assert_eq!(client.get("/session").refusal(), (401, "signed_out".to_owned()));
    let signed: Vec<_> = desk.audit().into_iter().filter(|(what, _, _)| what.starts_with("sign")).collect();
    let expected = [
        ("sign_in", "operator:ann", "wrong_password"),
        ("sign_in", "operator:nobody", "wrong_password"),
        ("sign_in", "operator:ann", "done"),
    ];
    for ((what, target, outcome), entry) in expected.iter().zip(&signed) {
        assert_eq!(entry, &((*what).to_owned(), Some((*target).to_owned()), (*outcome).to_owned()));
    }
    assert_eq!(
        signed.last().map(|(what, _, outcome)| (what.as_str(), outcome.as_str())),
        Some(("sign_out", "done"))
    );
}

#[test]
fn a_session_ends_when_it_is_idle_and_with_a_change_of_role() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Operator);
    desk.clock.advance(Span::from_hours(11));
    assert_eq!(client.get("/session").status, 200);
    desk.clock.advance(Span::from_hours(11));
    assert_eq!(client.get("/session").status, 200, "it was used meanwhile");
    desk.clock.advance(Span::from_hours(13));
    assert_eq!(client.get("/session").code(), "signed_out");

    let answer = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    let client = desk.signed_in(&answer);
    desk.engine.set_operator_role("ann", Role::Viewer).unwrap();
    assert_eq!(client.get("/session").code(), "signed_out");
    desk.engine.end_operator("ann").unwrap();
    let answer = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    assert_eq!(answer.code(), "wrong_password");
}

#[test]
fn guesses_become_slow_for_a_name() {
    let desk = Desk::new();
    drop(desk.operator("ann", Role::Operator));
    let try_it =
        |password: &str| desk.client().post("/session", &json!({"name": "ann", "password": password}));
    for _ in 0..5 {
        assert_eq!(try_it("wrong").code(), "wrong_password");
    }
    let slow = try_it(PASSWORD);
    assert_eq!(slow.refusal(), (429, "slow_down".to_owned()));
    assert_eq!(slow.field("retry-after"), Some("1"));
    desk.clock.advance(Span::from_millis(1000));
    assert_eq!(try_it("wrong").code(), "wrong_password");
    desk.clock.advance(Span::from_millis(1000));
    assert_eq!(try_it(PASSWORD).code(), "slow_down", "two seconds now");
    desk.clock.advance(Span::from_millis(1000));
    assert_eq!(try_it(PASSWORD).status, 200);
    assert_eq!(try_it("wrong").code(), "wrong_password", "a success ends it");
}

#[test]
fn a_peer_may_not_try_many_names() {
    let desk = Desk::new();
    let try_it = |n: u32| desk.client().post("/session", &json!({"name": format!("n{n}"), "password": "x"}));
    for n in 0..20 {
        assert_eq!(try_it(n).code(), "wrong_password");
    }
    assert_eq!(try_it(20).refusal(), (429, "slow_down".to_owned()));
    desk.clock.advance(Span::from_millis(61_000));
    assert_eq!(try_it(21).code(), "wrong_password");
}

#[test]
fn behind_a_proxy_each_client_has_tries_of_its_own() {
    let desk = Desk::with(|options| options.public_url("https://refunds.example.com".parse().unwrap()));
    let client = desk.client().with("Host", "refunds.example.com");
    let from = |address: &str, n: u32| {
        let client = client.with("X-Forwarded-For", &format!("10.9.9.9, {address}"));
        client.post("/session", &json!({"name": format!("n{n}"), "password": "x"})).code()
    };
    for n in 0..20 {
        assert_eq!(from("203.0.113.7", n), "wrong_password");
    }
    assert_eq!(from("203.0.113.7", 20), "slow_down");
    assert_eq!(from("203.0.113.8", 20), "wrong_password");
}

#[test]
fn what_concerns_people_asks_for_the_password_again() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "sword");
    let client = desk.operator("ann", Role::Admin);
    desk.clock.advance(Span::from_millis(5 * 60 * 1000));
    let forget = || client.post("/people/forget", &json!({"user": "kim", "why": "asked", "even_so": true}));
    assert_eq!(forget().refusal(), (403, "prove_it".to_owned()));
    let wrong = client.post("/session/prove", &json!({"password": "wrong"}));
    assert_eq!(wrong.code(), "wrong_password");
    assert_eq!(forget().code(), "prove_it");
    let proven = client.post("/session/prove", &json!({"password": PASSWORD}));
    assert_eq!(proven.status, 200, "{}", proven.text());
    let until = proven.json()["proven_until"].as_i64().unwrap();
    assert_eq!(until, desk.engine.now().plus(Span::from_millis(5 * 60 * 1000)).millis());
    let forgotten = forget();
    assert_eq!(forgotten.status, 200, "{}", forgotten.text());
    Contract::new().check("POST", "/people/forget", &forgotten);
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    let desk = Desk::new();
    let old = desk.operator("ann", Role::Viewer);
    let answer = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    let client = desk.signed_in(&answer);
    let change = |password: &str, new: &str| {
        client.post("/session/password", &json!({"password": password, "new_password": new}))
    };
    assert_eq!(change("wrong", "violin harbor 93 maple").code(), "wrong_password");
    assert_eq!(change(PASSWORD, "short").code(), "weak_password");
    let changed = change(PASSWORD, "violin harbor 93 maple");
    assert_eq!(changed.status, 204, "{}", changed.text());
    assert_eq!(old.get("/session").status, 401);
    let cookie = changed.field("set-cookie").unwrap().split(';').next().unwrap();
    assert_eq!(client.with("Cookie", cookie).get("/session").status, 200);
    let again = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    assert_eq!(again.code(), "wrong_password");
}

#[test]
fn one_sees_and_ends_ones_own_sessions() {
    let desk = Desk::new();
    let first = desk.operator("ann", Role::Viewer);
    let other = desk.operator("bob", Role::Viewer);
    let answer = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    let second = desk.signed_in(&answer);
    let sessions = first.get("/session/sessions");
    Contract::new().check("GET", "/session/sessions", &sessions);
    let ids: Vec<String> = sessions.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|session| session["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert!(!sessions.text().contains("s_"), "no secret is in it");
    for id in &ids {
        let answer = other.json("DELETE", &format!("/session/sessions/{id}"), &json!({}));
        assert_eq!(answer.refusal(), (404, "unknown_session".to_owned()));
    }
    assert_eq!(first.json("DELETE", &format!("/session/sessions/{}", ids[0]), &json!({})).status, 204);
    let alive = [&first, &second].iter().filter(|client| client.get("/session").status == 200).count();
    assert_eq!(alive, 1);
}

#[test]
fn a_program_has_a_token_and_needs_no_csrf_token() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "sword");
    let client = desk.operator("ann", Role::Admin);
    let made = client.post("/tokens", &json!({"label": "reports", "role": "support", "days": 90}));
    assert_eq!(made.status, 200, "{}", made.text());
    Contract::new().check("POST", "/tokens", &made);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    assert!(token.starts_with("rcp_"));
    let program = desk.client().without("Sec-Fetch-Site").with("Authorization", &format!("Bearer {token}"));
    assert_eq!(program.get("/session").json()["way"], "token");
    let noted = program.post("/refunds/1/notes", &json!({"text": "by a program"}));
    assert_eq!(noted.status, 200, "{}", noted.text());
    assert_eq!(noted.json()["who"], "console:ann");
    let forgiven = program.post("/refunds/1/forgive", &json!({"why": "w"}));
    assert_eq!(forgiven.code(), "not_allowed", "the token's role is support");
    let sessions = client.get("/session/sessions").json();
    let id = sessions["items"][0]["id"].as_str().unwrap();
    let ended = program.json("DELETE", &format!("/session/sessions/{id}"), &json!({}));
    assert_eq!(ended.code(), "not_by_token", "a stolen token must not sign its operator out");
    for bad in ["Bearer rcp_guess", "Bearer", "Basic YTpi", &format!("Basic {token}")] {
        let answer = desk.client().with("Authorization", bad).get("/refunds");
        assert_eq!(answer.refusal(), (401, "signed_out".to_owned()), "{bad}");
    }
    let admin = client.post("/tokens", &json!({"label": "ops", "role": "admin", "days": 1})).json();
    let admin = format!("Bearer {}", admin["token"].as_str().unwrap());
    let admin = desk.client().without("Sec-Fetch-Site").with("Authorization", &admin);
    assert_eq!(admin.get("/operators").status, 200);
    let more = admin.post("/tokens", &json!({"label": "more", "role": "admin", "days": 400}));
    assert_eq!(more.refusal(), (403, "not_by_token".to_owned()));
    let bob = admin.post("/operators", &json!({"name": "bob", "role": "admin"}));
    assert_eq!(bob.refusal(), (403, "not_by_token".to_owned()));
    // A proxy's own password in the same field is none of the console's business.
    assert_eq!(client.with("Authorization", "Basic YTpi").get("/session").json()["way"], "password");
    // A session's secret is no API token, and a token no cookie.
    let cookie = client.fields.iter().find(|(name, _)| name == "Cookie").unwrap().1.clone();
    let secret = cookie.strip_prefix("recoup=").unwrap();
    assert_eq!(desk.client().with("Authorization", &format!("Bearer {secret}")).get("/refunds").status, 401);
    assert_eq!(desk.client().with("Cookie", &format!("recoup={token}")).get("/refunds").status, 401);
    desk.clock.advance(Span::from_days(91));
    assert_eq!(program.get("/session").status, 401);
}

#[test]
fn a_proxy_names_the_operator_if_it_knows_the_secret() {
    let proxy = |from: &str| ProxySignIn {
        header: "x-user".parse().unwrap(),
        from: vec![from.parse::<IpAddr>().unwrap()],
        secret: Secret::new("a secret of the proxy's"),
    };
    let desk = Desk::with(|options| options.password(false).proxy(proxy("127.0.0.1")));
    desk.engine.add_operator("ann", Role::Support).unwrap();
    let client = desk.client().with("X-User", "ann").with("X-Recoup-Proxy-Secret", "a secret of the proxy's");
    let session = client.get("/session");
    assert_eq!(session.status, 200, "{}", session.text());
    assert_eq!(session.json()["way"], "proxy");
    let csrf = session.json()["csrf"].as_str().unwrap().to_owned();
    let note = json!({"user": "kim", "text": "x"});
    assert_eq!(client.post("/player/notes", &note).code(), "bad_csrf");
    assert_eq!(client.with("X-CSRF-Token", &csrf).post("/player/notes", &note).status, 200);
    let refused = |client: &crate::client::Client| client.get("/session").refusal();
    let signed_out = (401, "signed_out".to_owned());
    assert_eq!(refused(&client.without("X-Recoup-Proxy-Secret")), signed_out);
    assert_eq!(refused(&client.with("X-Recoup-Proxy-Secret", "guess")), signed_out);
    assert_eq!(refused(&client.with("X-User", "nobody")), signed_out);
    let mut twice = client.clone();
    twice.fields.push(("X-User".to_owned(), "admin".to_owned()));
    assert_eq!(refused(&twice), signed_out);
    assert_eq!(desk.client().get("/session").json()["ways"], json!(["proxy"]));
    let password = desk.client().post("/session", &json!({"name": "ann", "password": PASSWORD}));
    assert_eq!(password.refusal(), (403, "no_passwords".to_owned()));

    let elsewhere = Desk::with(|options| options.proxy(proxy("10.0.0.1")));
    elsewhere.engine.add_operator("ann", Role::Support).unwrap();
    let client =
        elsewhere.client().with("X-User", "ann").with("X-Recoup-Proxy-Secret", "a secret of the proxy's");
    assert_eq!(refused(&client), signed_out, "it comes from another address");
}

/// The keys that a proxy publishes; none while it cannot be reached.
struct Published(Option<String>);

impl KeySource for Published {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        let jwks =
            self.0.clone().ok_or_else(|| KeyFetchError { problem: "connection refused".to_owned() })?;
        Ok(FetchedKeys { jwks: jwks.into_bytes(), freshness: Freshness::default() })
    }
}

#[test]
fn a_proxys_signed_token_names_the_operator() {
    // Google signs its own tokens as a proxy does: RS256, by keys that it publishes.
    let google = GooglePlay::new().unwrap();
    let sign_in = |keys: Option<String>| JwtSignIn {
        header: "x-assertion".parse().unwrap(),
        tokens: Arc::new(IdTokens::new(
            Arc::new(Published(keys)),
            "https://accounts.google.com",
            google.audience.clone(),
        )),
        name: "email".to_owned(),
    };
    let token = |from: &GooglePlay| {
        let request = from.push(&from.test(NOON), "m1", NOON).unwrap();
        let field = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        field.unwrap().1.strip_prefix("Bearer ").unwrap().to_owned()
    };
    let desk = Desk::with(|options| options.password(false).jwt(sign_in(Some(google.jwks()))));
    let client = desk.client().with("X-Assertion", &token(&google));
    let signed_out = (401, "signed_out".to_owned());
    let unknown = client.get("/session");
    assert_eq!(unknown.refusal(), signed_out);
    assert!(unknown.json()["detail"].as_str().unwrap().contains("no operator here"), "{}", unknown.text());
    desk.engine.add_operator(&google.service_account_email, Role::Admin).unwrap();
    let session = client.get("/session");
    assert_eq!(session.status, 200, "{}", session.text());
    assert_eq!(session.json()["way"], "jwt");
    Contract::new().check("GET", "/session", &session);
    let csrf = session.json()["csrf"].as_str().unwrap().to_owned();
    let note = json!({"user": "kim", "text": "x"});
    assert_eq!(client.post("/player/notes", &note).code(), "bad_csrf");
    let client = client.with("X-CSRF-Token", &csrf);
    assert_eq!(client.post("/player/notes", &note).status, 200);
    let add = |name: &str| client.post("/operators", &json!({"name": name, "role": "viewer"}));
    assert_eq!(add("bob").status, 200, "the sign-in at the proxy is a moment ago");
    desk.clock.advance(Span::from_millis(6 * 60 * 1000));
    assert_eq!(add("cat").code(), "prove_it");
    let forger = GooglePlay::impostor().unwrap();
    assert_eq!(client.with("X-Assertion", &token(&forger)).get("/session").refusal(), signed_out);
    assert_eq!(client.with("X-Assertion", "").get("/session").refusal(), signed_out);
    let mut twice = client.clone();
    twice.fields.push(("X-Assertion".to_owned(), token(&google)));
    assert_eq!(twice.get("/session").refusal(), signed_out);
    desk.clock.advance(Span::from_hours(2));
    assert_eq!(client.get("/session").refusal(), signed_out, "the token has ended");
    assert_eq!(desk.client().get("/session").json()["ways"], json!(["jwt"]));

    let cut_off = Desk::with(|options| options.jwt(sign_in(None)));
    cut_off.engine.add_operator(&google.service_account_email, Role::Admin).unwrap();
    let answer = cut_off.client().with("X-Assertion", &token(&google)).get("/session");
    assert_eq!(answer.refusal(), (503, "no_keys".to_owned()));
}
