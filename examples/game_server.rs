//! A game server's side of refunds, in Rust. The arguments say what happens to the server, in order:
//!
//! ```text
//! game_server CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]...
//! ```
//!
//! BODY is a file with a store's raw request body, HEADERS one with its header fields, "Name: value" a line, or "-".
//! A real server does the same from its shop, its webhook, its login and its game loop.
#![allow(clippy::print_stdout, reason = "it is what the example is for")]

use std::error::Error;
use std::fs;

use recoup::{Config, Engine, Purchase, PurchaseOutcome, Request, Store};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (config, mut happenings) = arguments.split_first().ok_or("which configuration?")?;
    let engine = Engine::open(Config::from_file(config)?)?;
    pump(&engine)?;
    while let [what, rest @ ..] = happenings {
        happenings = match (what.as_str(), rest) {
            ("buy", [store, user, order, rest @ ..]) => {
                buy(&engine, store.parse()?, user, order)?;
                rest
            }
            ("request", [store, body, headers, rest @ ..]) => {
                request(&engine, &store.parse()?, body, headers)?;
                rest
            }
            ("login", [user, rest @ ..]) => {
                login(&engine, user);
                rest
            }
            _ => return Err(format!("not understood: {what}").into()),
        };
        pump(&engine)?;
    }
    engine.close()?;
    Ok(())
}

/// The shop has delivered something.
fn buy(engine: &Engine, store: Store, user: &str, order: &str) -> Result<(), Box<dyn Error>> {
    let recorded = engine.record_purchase(Purchase::new(store, user, order))?;
    let is_new = recorded == PurchaseOutcome::Recorded;
    println!("buy {order}: {}", if is_new { "recorded" } else { "known" });
    Ok(())
}

/// A store has called the webhook. Whatever happens, it gets an HTTP status.
fn request(engine: &Engine, store: &Store, body: &str, headers: &str) -> Result<(), Box<dyn Error>> {
    let body = fs::read(body)?;
    let lines = if headers == "-" { String::new() } else { fs::read_to_string(headers)? };
    let headers: Vec<(&str, &str)> = lines
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name, value.trim()))
        .collect();
    match engine.ingest(store, &Request { headers: &headers, body: &body }) {
        Ok(outcome) => {
            let new = if outcome.new { "new" } else { "nothing new" };
            let details = serde_json::to_string(&outcome)?;
            println!("request from {store}: answer {}, {new}: {details}", outcome.http_status);
            Ok(())
        }
        Err(error) => {
            println!("request from {store}: answer {}", error.http_status());
            Err(error.into())
        }
    }
}

/// A player knocks. Who is blocked stays out.
fn login(engine: &Engine, user: &str) {
    println!("login {user}: {}", if engine.is_blocked(user) { "refused" } else { "welcome" });
}

/// One turn of the game loop: act on each event, then settle it. An event may come twice: act on its id once.
fn pump(engine: &Engine) -> Result<(), Box<dyn Error>> {
    loop {
        let events = engine.poll(32)?;
        if events.is_empty() {
            return Ok(());
        }
        for event in events {
            let user = event.user.as_deref().unwrap_or("(nobody known)");
            println!("event {}: {} {user}", event.id, event.kind.as_str());
            engine.ack(event.id)?;
        }
    }
}
