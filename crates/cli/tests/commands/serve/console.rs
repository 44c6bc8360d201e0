//! The console beside the webhook server: each at its own address alone.

use std::net::SocketAddr;

use serde_json::Value;

use super::{Game, Served};
use crate::support::raw_http::{Connection, ask, get};

/// The console's address, from what was printed.
fn address(served: &Served) -> SocketAddr {
    let url = served.printed["console"].as_str().unwrap();
    url.strip_prefix("http://").unwrap().parse().unwrap()
}

fn request(address: SocketAddr, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")
}

#[test]
fn an_operator_accepts_an_invitation_in_the_console_that_is_served() {
    let game = Game::new();
    let served = Served::start(&mut game.command(&["--listen", "127.0.0.1:0", "--console", "127.0.0.1:0"]));
    let console = address(&served);
    let operator = std::process::Command::new(env!("CARGO_BIN_EXE_recoup"))
        .args(["--json", "operator", "add", "ann", "--role", "support", "--config", "recoup.json"])
        .current_dir(game.folder.path())
        .output()
        .unwrap();
    let invitation: Value = serde_json::from_slice(&operator.stdout).unwrap();
    let path = format!("/console/api/v1/invitations/{}", invitation["token"].as_str().unwrap());
    let shown = ask(console, request(console, &path));
    assert_eq!(shown.json()["operator"], "ann");
    let body = r#"{"password": "plum jacket orbit 71"}"#;
    let accepted = ask(
        console,
        format!(
            "POST {path} HTTP/1.1\r\nHost: {console}\r\nOrigin: http://{console}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let cookie = accepted.header("Set-Cookie").unwrap().split(';').next().unwrap();
    let session =
        format!("GET /console/api/v1/session HTTP/1.1\r\nHost: {console}\r\nCookie: {cookie}\r\n\r\n");
    let session = ask(console, session).json();
    assert_eq!(
        (session["operator"].as_str(), &session["stores"][0]),
        (Some("ann"), &Value::from("google-play"))
    );

    // Neither answers what is the other's.
    assert_eq!(get(served.address, "/console/api/v1/session").status, 404);
    assert!(!ask(console, request(console, "/metrics")).body.contains("recoup_"));
    let stores = ask(
        console,
        format!("POST /v1/google-play HTTP/1.1\r\nHost: {console}\r\nContent-Length: 2\r\n\r\n{{}}"),
    );
    assert_eq!(stores.status, 405);

    let idle = Connection::to(console);
    let (code, logged) = served.end("-TERM");
    drop(idle);
    assert_eq!(code, Some(0), "{logged}");
    assert!(Connection::try_to(console).is_none(), "it has ended");
}

#[test]
fn a_console_that_others_reach_needs_its_options() {
    let game = Game::new();
    for (more, words) in [
        (&["--console", "0.0.0.0:0"][..], "--console-public"),
        (&["--console", "0.0.0.0:0", "--console-public"], "--console-url"),
        (&["--console", "127.0.0.1:0", "--console-url", "http://a.example"], "https"),
        (&["--console-public"], "--console"),
    ] {
        let more: Vec<&str> = ["--listen", "127.0.0.1:0"].iter().chain(more).copied().collect();
        let output = game.command(&more).output().unwrap();
        assert!(!output.status.success());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(words), "{more:?}: {error}");
    }
}
