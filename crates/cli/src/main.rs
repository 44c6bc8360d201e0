//! `recoup`, the command line of a refund ledger: for people with tables, for programs with `--json`.
//!
//! Exit codes: 0 fine, 2 rejected by verification, 1 anything else.

mod access;
mod account_tag;
mod arguments;
mod blocks;
mod case;
mod config_check;
mod config_file;
mod console_flags;
mod dead_letters;
mod debts;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod events;
mod exclusions;
mod exit;
mod export;
mod find;
mod history;
mod ingest;
mod init;
mod input;
mod ledger;
mod notices;
mod operator;
mod overrule;
mod policy;
mod privacy;
mod prune;
mod purchase;
mod reconcile;
mod recovery;
mod refunds;
mod render;
mod review;
mod serve;
mod show;
mod signals;
mod signed_purchase;
mod stats;
mod store_actions;
mod verify;
mod webhooks;
mod work;

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
        Command::Init(init) => init.run(output),
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
        Command::Show(show) => show.run(output),
        Command::Find(find) => find.run(output),
        Command::Take(take) => take.run(output),
        Command::Give(give) => give.run(output),
        Command::Forgive(forgive) => forgive.run(output),
        Command::Repay(repay) => repay.run(output),
        Command::Debts(debts) => debts.run(output),
        Command::Correct(correct) => correct.run(output),
        Command::Granted(granted) => granted.run(output),
        Command::Close(close) => close.run(output),
        Command::Reopen(reopen) => reopen.run(output),
        Command::Assign(assign) => assign.run(output),
        Command::Note(note) => note.run(output),
        Command::Status(status) => status.run(output),
        Command::User(user) => user.run(output),
        Command::Order(order) => order.run(output),
        Command::Stats(stats) => stats.run(output),
        Command::Blocks(blocks) => blocks.run(output),
        Command::Block(block) => block.run(output),
        Command::Unblock(unblock) => unblock.run(output),
        Command::Exclude(exclude) => exclude.run(output),
        Command::Exclusions(exclusions) => exclusions.run(output),
        Command::Overrule(overrule) => overrule.run(output),
        Command::Notices(notices) => notices.run(output),
        Command::Access(access) => access.run(output),
        Command::Events(events) => events.run(output),
        Command::DeadLetters(letters) => letters.run(output),
        Command::Policy(policy) => policy.run(output),
        Command::Webhooks(webhooks) => webhooks.run(output),
        Command::Operator(operator) => operator.run(output),
        Command::Export(export) => export.run(output),
        Command::Privacy(privacy) => privacy.run(output),
        Command::Prune(prune) => prune.run(output),
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
