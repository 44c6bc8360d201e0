//! `recoup demo --console`: the console over a ledger full of history, and a sign-in that is good once.

use std::net::SocketAddr;
use std::sync::Arc;

use recoup::{Engine, Role};
use recoup_console::{Console, ConsoleOptions};
use serde_json::json;
use tempfile::TempDir;

use super::history;
use crate::exit::{ExitReason, Failure};
use crate::render::Output;
use crate::signals::Signals;

/// Where it listens unless another address is given.
pub(super) const ADDRESS: &str = "127.0.0.1:8461";

/// The operator that the sign-in makes: an admin, who sees every page.
const OPERATOR: &str = "demo";

/// Serves the console until a signal ends it. Port 0 of the address takes any free one.
pub(super) fn serve(address: SocketAddr, output: &mut Output) -> Result<ExitReason, Failure> {
    let signals = Signals::new()?;
    let folder = TempDir::new()?;
    if !output.is_json() {
        output.print("Making a ledger with four months of a game's history…")?;
        output.flush()?;
    }
    let config = history::make(folder.path())?;
    let engine = Arc::new(Engine::open(config)?);
    let invitation = engine.add_operator(OPERATOR, Role::Admin)?;
    let options = ConsoleOptions::new(address).game("Gem Quest");
    let console = Console::bind(Arc::clone(&engine), options)?;
    console.examine();
    let sign_in = format!("{}/invite#{}", console.url(), invitation.token);
    if output.is_json() {
        output.json_line(&json!({"listening": console.local_addr().to_string(), "sign_in": sign_in}))?;
    } else {
        output.print(format_args!("\nThe console is at {}", console.url()))?;
        output.print(format_args!("Sign in here, good once: {sign_in}"))?;
        output.print("Choose a password there. The ledger is removed when this ends: Ctrl-C ends it.")?;
    }
    output.flush()?;
    let signal = signals.wait();
    tracing::info!(signal, "stopping");
    console.shutdown();
    engine.close()?;
    Ok(ExitReason::Fine)
}
