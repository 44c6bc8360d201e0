//! `recoup`, the command line of a refund ledger: for people with tables, for programs with `--json`.
//!
//! Exit codes: 0 fine, 2 rejected by verification, 1 anything else.

mod account_tag;
mod arguments;
mod blocks;
mod config_check;
mod config_file;
mod dead_letters;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod events;
mod exit;
mod history;
mod ingest;
mod input;
mod ledger;
mod purchase;
mod reconcile;
mod refunds;
mod render;
mod review;
mod serve;
mod signed_purchase;
mod store_actions;
mod verify;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use arguments::{Arguments, Command, PurchaseCommand};
use exit::{ExitReason, Failure};
use render::Output;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format;

const REJECTED: u8 = 2;

/// The longest value in a line of the log, in characters.
const MAX_LOGGED: usize = 2000;

fn main() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(ended) => return ended,
    };
    let mut output = Output::to_stdout(arguments.json);
    start_logs(arguments.verbose.max(arguments.command.least_logs()));
    let ended = run(arguments.command, &mut output).and_then(|ended| {
        output.flush()?;
        Ok(ended)
    });
    match ended {
        Ok(ExitReason::Fine) => ExitCode::SUCCESS,
        Ok(ExitReason::Rejected) => ExitCode::from(REJECTED),
        Ok(ExitReason::Incomplete) => ExitCode::FAILURE,
        Err(failure) => {
            failure.report(output.is_json());
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, output: &mut Output) -> Result<ExitReason, Failure> {
    match command {
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run(output),
        Command::Verify(verify) => verify.run(output),
        Command::Ingest(ingest) => ingest.run(output),
        Command::Serve(serve) => serve.run(output),
        Command::Reconcile(reconcile) => reconcile.run(output),
        Command::Doctor(doctor) => doctor.run(output),
        Command::Purchase(PurchaseCommand::Add(add)) => add.run(output),
        Command::Purchase(PurchaseCommand::AddSigned(add)) => add.run(output),
        Command::Purchase(PurchaseCommand::Transfer(transfer)) => transfer.run(output),
        Command::AccountTag(tag) => tag.run(output),
        Command::Refund(refund) => refund.run(output),
        Command::Revoke(revoke) => revoke.run(output),
        Command::Actions(actions) => actions.run(output),
        Command::Review(review) => review.run(output),
        Command::Refunds(refunds) => refunds.run(output),
        Command::User(user) => user.run(output),
        Command::Order(order) => order.run(output),
        Command::Blocks(blocks) => blocks.run(output),
        Command::Block(block) => block.run(output),
        Command::Unblock(unblock) => unblock.run(output),
        Command::Events(events) => events.run(output),
        Command::DeadLetters(letters) => letters.run(output),
        Command::Ledger(arguments::LedgerCommand::Backup(backup)) => backup.run(output),
        Command::Config(arguments::ConfigCommand::Check(check)) => check.run(output),
    }
}

/// Without `-v` only commands that keep running log: the others print what matters.
fn start_logs(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => tracing_subscriber::filter::LevelFilter::INFO,
        2 => tracing_subscriber::filter::LevelFilter::DEBUG,
        _ => tracing_subscriber::filter::LevelFilter::TRACE,
    };
    // Colours are only for terminals, and only if wanted (https://no-color.org).
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colours = std::io::stderr().is_terminal() && !no_color;
    // These lines contain what stores and strangers sent.
    let fields = format::debug_fn(|writer, field, value| {
        let value = recoup::shown(&format!("{value:?}"), MAX_LOGGED);
        if field.name() == "message" { write!(writer, "{value}") } else { write!(writer, "{field}={value}") }
    })
    .delimited(" ");
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .fmt_fields(fields)
        .init();
}
