//! A game server's side of refunds, in Rust. The arguments are what happens to the server, in order:
//!
//! ```text
//! game_server CONFIG.json [buy STORE USER ORDER | request STORE BODY HEADERS | login USER]...
//! ```
//!
//! BODY is a file with a store's raw request body, HEADERS one with its header fields, "Name: value" a line, or "-".
//! A real server does the same from its shop, its webhook, its login and its game loop.

use std::error::Error;
use std::fs;
use std::io::Write;

use recoup::{Config, Engine, Purchase, PurchaseOutcome, Request, Store};

type Done = Result<(), Box<dyn Error>>;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    play(&arguments, &mut std::io::stdout().lock())
}

/// Lets things happen to a game server, which prints to `out` what it does.
fn play(arguments: &[String], out: &mut impl Write) -> Done {
    let (config, mut happenings) = arguments.split_first().ok_or("which configuration?")?;
    let engine = Engine::open(Config::from_file(config)?)?;
    pump(&engine, out)?;
    while let [what, rest @ ..] = happenings {
        happenings = match (what.as_str(), rest) {
            ("buy", [store, user, order, rest @ ..]) => {
                buy(&engine, out, store.parse()?, user, order)?;
                rest
            }
            ("request", [store, body, headers, rest @ ..]) => {
                request(&engine, out, &store.parse()?, body, headers)?;
                rest
            }
            ("login", [user, rest @ ..]) => {
                login(&engine, out, user)?;
                rest
            }
            _ => return Err(format!("not understood: {what}").into()),
        };
        pump(&engine, out)?;
    }
    engine.close()?;
    Ok(())
}

/// The shop has delivered something.
fn buy(engine: &Engine, out: &mut impl Write, store: Store, user: &str, order: &str) -> Done {
    let recorded = engine.record_purchase(Purchase::new(store, user, order))?;
    let is_new = recorded == PurchaseOutcome::Recorded;
    writeln!(out, "buy {order}: {}", if is_new { "recorded" } else { "known" })?;
    Ok(())
}

/// A store has called the webhook. Whatever happens, it gets an HTTP status.
fn request(engine: &Engine, out: &mut impl Write, store: &Store, body: &str, headers: &str) -> Done {
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
            writeln!(out, "request from {store}: answer {}, {new}: {details}", outcome.http_status)?;
            Ok(())
        }
        Err(error) => {
            writeln!(out, "request from {store}: answer {}", error.http_status())?;
            Err(error.into())
        }
    }
}

/// A player logs in. A blocked player is refused.
fn login(engine: &Engine, out: &mut impl Write, user: &str) -> Done {
    writeln!(out, "login {user}: {}", if engine.is_blocked(user) { "refused" } else { "welcome" })?;
    Ok(())
}

/// One turn of the game loop. An event may come twice: act on its id once, then settle it.
fn pump(engine: &Engine, out: &mut impl Write) -> Done {
    loop {
        let events = engine.poll(32)?;
        if events.is_empty() {
            return Ok(());
        }
        for event in events {
            let user = event.user.as_deref().unwrap_or("(player unknown)");
            writeln!(out, "event {}: {} {user}", event.id, event.kind.as_str())?;
            engine.ack(event.id)?;
        }
    }
}
