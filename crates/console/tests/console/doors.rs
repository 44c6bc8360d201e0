//! What every answer has, and what is refused before anything is looked at.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use recoup::Role;
use recoup::transport::Secret;
use recoup_console::{Console, ConsoleError, ConsoleOptions, ProxySignIn};
use serde_json::json;

use crate::client::Answer;
use crate::fixture::Desk;

fn check_fields(answer: &Answer, what: &str) {
    let policy = answer.field("content-security-policy").unwrap_or_else(|| panic!("{what} has no policy"));
    for part in [
        "default-src 'none'",
        "script-src 'self' 'sha256-",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.field(name), Some(value), "{what}");
    }
    assert!(answer.field("permissions-policy").unwrap().contains("camera=()"), "{what}");
    assert!(answer.field("cache-control").is_some(), "{what}");
}

#[test]
fn each_answer_has_the_fields_that_keep_browsers_out_of_trouble() {
    let desk = Desk::new();
    desk.refund("kim", "o-1", "sword");
    let client = desk.operator("ann", Role::Admin);
    let answers = [
        ("a document", client.get("/refunds"), 200),
        ("nothing", client.get("/nothing"), 404),
        ("a path that is no text", client.get("/refunds/%FF"), 404),
        ("the same of another host", desk.client().with("Host", "evil.example").get("/refunds/%FF"), 421),
        ("another method", client.json("PUT", "/refunds", &json!({})), 405),
        ("nobody", desk.client().get("/refunds"), 401),
        ("another host", desk.client().with("Host", "evil.example").get("/refunds"), 421),
        ("a stream", client.get("/exports/refunds"), 200),
        ("a body", client.get("/messages/1"), 200),
        ("a file that is not there", desk.client().send("GET", "/assets/none.js", None), 404),
        ("a page of another host", desk.client().with("Host", "evil.example").send("GET", "/", None), 421),
        ("a change of a page", desk.client().send("POST", "/refunds", Some(b"{}")), 405),
    ];
    for (what, answer, status) in answers {
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        check_fields(&answer, what);
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{what}");
        assert_eq!(answer.field("strict-transport-security"), None, "{what}");
    }
}

#[test]
fn behind_tls_the_cookie_is_the_hosts_alone() {
    let desk = Desk::with(|options| options.public_url("https://refunds.example.com".parse().unwrap()));
    let invitation = desk.engine.add_operator("ann", Role::Admin).unwrap();
    let client = desk.client().with("Host", "refunds.example.com");
    let path = format!("/invitations/{}", invitation.token);
    let answer = client.post(&path, &json!({"password": crate::fixture::PASSWORD}));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let cookie = answer.field("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-recoup=s_") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly; SameSite=Strict; Path=/"), "{cookie}");
    assert_eq!(answer.field("strict-transport-security"), Some("max-age=31536000"));
    let signed_in = client.with("Cookie", cookie.split(';').next().unwrap());
    assert_eq!(signed_in.get("/session").json()["operator"], "ann");
    let by_another_name = signed_in.with("Cookie", &cookie.replace("__Host-recoup", "recoup"));
    assert_eq!(by_another_name.get("/session").status, 401);
    let answer = signed_in.without("Sec-Fetch-Site").with("Origin", "https://refunds.example.com");
    let token = signed_in.get("/session").json()["csrf"].as_str().unwrap().to_owned();
    assert_eq!(answer.with("X-CSRF-Token", &token).json("PUT", "/settings", &json!({})).status, 200);
}

#[test]
fn bodies_have_a_limit_and_have_to_be_json() {
    let desk = Desk::new();
    let client = desk.operator("ann", Role::Admin);
    let large = json!({"text": "x".repeat(1 << 20)});
    assert_eq!(client.post("/refunds/1/notes", &large).refusal(), (413, "too_large".to_owned()));
    let raw = |text: &str| {
        let client = client.with("Content-Type", "application/json");
        client.send("POST", "/console/api/v1/player/notes", Some(text.as_bytes()))
    };
    for bad in [
        "{",
        "[]",
        "null",
        r#"{"user": "kim"}"#,
        r#"{"user": "kim", "text": 3}"#,
        r#"{"user": "a", "text": "b", "who": "c"}"#,
        r#"{"user": "a", "user": "b", "text": "c"}"#,
        r#"{"user": "a", "text": "b"} x"#,
        "\u{feff}{}",
    ] {
        let answer = raw(bad);
        assert_eq!(answer.refusal(), (422, "bad_body".to_owned()), "{bad}");
        assert!(answer.json()["errors"][0]["detail"].is_string(), "{bad}");
    }
    assert_eq!(raw(r#"{"user": "a", "text": 3}"#).json()["errors"][0]["pointer"], "/text");
    let mut deep = "[".repeat(100_000);
    deep.push_str(&"]".repeat(100_000));
    assert_eq!(raw(&deep).status, 422);
}

#[test]
fn what_is_no_http_closes_the_connection_and_nothing_else() {
    let desk = Desk::new();
    for bytes in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET / HTTP/9.9\r\n\r\n", b"\0\0\0\0\r\n\r\n"] {
        let mut stream = TcpStream::connect(desk.console.local_addr()).unwrap();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{answer:?}");
    }
    assert_eq!(desk.client().get("/session").status, 401);
}

#[test]
fn an_address_that_others_reach_needs_tls_in_front() {
    let desk = Desk::new();
    let open = ConsoleOptions::new("0.0.0.0:0".parse().unwrap());
    let refused = Console::bind(std::sync::Arc::clone(&desk.engine), open.clone()).unwrap_err();
    assert!(matches!(refused, ConsoleError::Public { .. }));
    let url = "https://refunds.example.com".parse().unwrap();
    let bound =
        Console::bind(std::sync::Arc::clone(&desk.engine), open.public(true).public_url(url)).unwrap();
    assert_eq!(bound.url(), "https://refunds.example.com");
    let proxy = ProxySignIn {
        header: "x-operator".parse().unwrap(),
        from: vec!["127.0.0.1".parse().unwrap()],
        secret: Secret::new(""),
    };
    let open = ConsoleOptions::new("127.0.0.1:0".parse().unwrap()).proxy(proxy);
    let refused = Console::bind(std::sync::Arc::clone(&desk.engine), open).unwrap_err();
    assert_eq!(refused, ConsoleError::ShortSecret, "without a secret everybody is the proxy");
    let taken = ConsoleOptions::new(desk.console.local_addr());
    let refused = Console::bind(std::sync::Arc::clone(&desk.engine), taken).unwrap_err();
    assert!(refused.to_string().contains("is another server running there"), "{refused}");
}

#[test]
fn shutdown_ends_it_and_leaves_the_engine_open() {
    let desk = Desk::new();
    let address = desk.console.local_addr();
    assert_eq!(desk.client().get("/session").status, 401);
    let Desk { console, engine, .. } = desk;
    console.shutdown();
    assert!(TcpStream::connect(address).is_err());
    assert!(engine.stats().is_ok());
}
