//! What can be asked of the command line.

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config_file::ConfigFile;
use crate::exit::write_error;
use crate::{
    account_tag, act, blocks, config_check, dead_letters, doctor, events, history, ingest, ledger, purchase,
    reconcile, refunds, review, serve, signed_purchase, verify,
};

/// Recoup: who took their money back, and what that means for them in the game.
#[derive(Debug, Parser)]
#[command(name = "recoup", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 fine, 2 rejected by verification, 1 anything else.\n\
                        The environment variable RECOUP_CONFIG stands in for --config.")]
pub(crate) struct Arguments {
    /// Print JSON for programs instead of tables and sentences; errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log to the error output; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Here it is only taken for the command, which has one of its own.
    #[command(flatten)]
    config: ConfigFile,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is to be done. What `--help` of a command says at more length stands here too: clap takes it from the variant alone.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the whole way of a refund, with throw-away stores and a ledger in a temporary folder
    #[cfg(feature = "demo")]
    Demo(crate::demo::Demo),
    /// Verify a store's message without a ledger, and say what it means
    ///
    /// Always prints one JSON object.
    Verify(verify::Verify),
    /// Take stores' requests in, as the game server would
    ///
    /// Prints one outcome a line, each as soon as it is durable.
    Ingest(ingest::Ingest),
    /// Take the stores' webhooks over HTTP, until it is asked to stop
    ///
    /// One POST route a store (/v1/app-store, /v1/google-play ...), /healthz, and /metrics for Prometheus. Belongs behind
    /// what ends your TLS. Ends on SIGINT or SIGTERM, once what was asked is answered. Where the configuration has
    /// credentials for the stores, it also asks them what their webhooks missed, and sends what waits for them.
    Serve(serve::Serve),
    /// Ask the stores for refunds that their webhooks missed
    ///
    /// What is known changes nothing, and what is cut short, by Ctrl-C too, goes on from there the next time.
    ///
    /// Ends with 1 where a store failed, or a period is past its retention, or is being asked by
    /// another process on the same ledger; and where none can be asked.
    Reconcile(reconcile::Reconcile),
    /// Check credentials, clock, stores and ledger, and say what to do
    ///
    /// Of each store: its section of the configuration, one harmless question with its credentials, when it last spoke and
    /// was last asked what its messages missed. Of this machine: its clock, what waits for somebody, the ledger. Changes
    /// nothing: what is written to the ledger to see that it can be is taken back.
    ///
    /// Ends with 1 where something is broken; a warning alone does not fail.
    Doctor(doctor::Doctor),
    /// Record what the game has delivered
    #[command(subcommand)]
    Purchase(PurchaseCommand),
    /// Print the account tag of a user, for the game's client to put on the user's purchases
    ///
    /// A random UUID, the same each time for the same user. A refund that carries it back is this user's.
    AccountTag(account_tag::AccountTag),
    /// Give a player's money back
    ///
    /// Ends with 1 where it was not done and will not be, or nobody knows whether it was. What the store could not take
    /// yet is sent again while the game server or `recoup serve` runs, and `recoup actions` shows it.
    #[command(subcommand)]
    Refund(Box<act::Refund>),
    /// End a Google Play subscription at once, and give money back
    ///
    /// Ends with 1 where it was not done and will not be, or nobody knows whether it was. It is not sent twice, since
    /// Google does not say what that does.
    Revoke(Box<act::Revoke>),
    /// List what was asked of the stores
    Actions(act::Actions),
    /// See to stores' questions about refund requests
    #[command(subcommand)]
    Review(review::Review),
    /// List refunds, newest first
    Refunds(refunds::Refunds),
    /// Show all that is known of a user: why is this player blocked?
    User(history::User),
    /// Show all that is known of an order, by order id or purchase token
    Order(history::Order),
    /// List who is blocked
    Blocks(blocks::Blocks),
    /// Block a user manually
    Block(blocks::Block),
    /// End all blocks of a user manually
    Unblock(blocks::Unblock),
    /// Show the events that wait for the game, and acknowledge them
    ///
    /// Without --ack this only looks: the events are given back and wait on. With --json one a line.
    Events(events::Events),
    /// List authentic messages that could not be understood
    ///
    /// With --json their bodies too.
    DeadLetters(dead_letters::DeadLetters),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Look after the ledger's file
    #[command(subcommand)]
    Ledger(LedgerCommand),
}

/// What can be done with the ledger's file.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Copy the ledger to a new file, while the game server goes on
    ///
    /// The copy is one consistent state in one file. It can be read by its owner only, and appears once it is whole.
    Backup(ledger::Backup),
}

impl Command {
    /// What runs on reports it in logs.
    pub(crate) const fn least_logs(&self) -> u8 {
        match self {
            Self::Serve(_) => 1,
            _ => 0,
        }
    }
}

/// What can be done with purchases.
#[derive(Debug, Subcommand)]
pub(crate) enum PurchaseCommand {
    /// Record purchases; waiting refunds find their user by them
    Add(Box<purchase::Add>),
    /// Record a purchase by what the client holds of it, verified by the store's signature
    ///
    /// App Store: StoreKit 2's transaction, a JWS. Google Play and ONE Store: the purchase's original JSON and its
    /// signature, verified with the licence key of the configuration. Exits with 2 if it does not verify.
    AddSigned(Box<signed_purchase::AddSigned>),
    /// Move a purchase to another user, with the refunds of that order
    ///
    /// A second record of an order for another user is refused; this is how support moves one. Who and why go to the
    /// journal.
    Transfer(purchase::Transfer),
}

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the configuration and all files it names, and say what would be verified
    Check(config_check::Check),
}

impl Arguments {
    /// Reads the command line. Where that ends it all (help, or a mistake), says so and how to end.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        if std::env::args_os().len() <= 1 {
            let help = Self::command().render_help();
            return Err(if write!(std::io::stdout(), "{help}").is_ok() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        Self::try_parse().map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match error.print() {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            },
            // Not clap's own 2: that says "rejected by verification" here.
            _ => {
                report_usage(&error);
                ExitCode::FAILURE
            }
        })
    }
}

fn report_usage(error: &clap::Error) {
    // The command line could not be read, so `--json` has to be looked for manually.
    if std::env::args_os().any(|argument| argument == "--json") {
        let text = error.render().to_string();
        write_error(true, "usage", text.trim().trim_start_matches("error: "));
    } else if error.print().is_err() {
        // The error output is closed; the exit code still reports the failure.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a required argument may be, whichever its type is.
    const VALUES: &[&str] = &["app-store", "google-play", "stripe", "a", "1", "7d", "2026-01-31T12:00:00Z"];

    /// Every command that has no commands of its own, by the words that name it.
    fn leaves(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
        let subcommands: Vec<_> = command.get_subcommands().filter(|sub| sub.get_name() != "help").collect();
        if subcommands.is_empty() {
            found.push(path.to_vec());
        }
        for subcommand in subcommands {
            let path: Vec<String> = path.iter().cloned().chain([subcommand.get_name().to_owned()]).collect();
            leaves(subcommand, &path, found);
        }
    }

    fn find<'c>(command: &'c clap::Command, path: &[String]) -> &'c clap::Command {
        path.iter().fold(command, |command, name| command.find_subcommand(name).unwrap())
    }

    /// All ways to give the required arguments of a command.
    fn required(command: &clap::Command) -> Vec<Vec<String>> {
        let mut ways: Vec<Vec<String>> = vec![Vec::new()];
        for argument in command.get_arguments().filter(|argument| argument.is_required_set()) {
            let flag = argument.get_long().map(|long| format!("--{long}"));
            let values: Vec<String> = argument
                .get_possible_values()
                .iter()
                .map(|value| value.get_name().to_owned())
                .chain(VALUES.iter().map(|value| (*value).to_owned()))
                .collect();
            ways = ways
                .iter()
                .flat_map(|way| {
                    values
                        .iter()
                        .map(|value| way.iter().cloned().chain(flag.clone()).chain([value.clone()]).collect())
                })
                .collect();
        }
        ways
    }

    fn parse(words: &[&[String]]) -> Result<Arguments, clap::Error> {
        let words = std::iter::once("recoup".to_owned()).chain(words.concat());
        Arguments::try_parse_from(words)
    }

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn config_works_before_between_and_after_the_words_of_every_command() {
        let command = Arguments::command();
        let mut found = Vec::new();
        leaves(&command, &[], &mut found);
        assert!(found.len() > 20, "{found:?}");
        let config = ["--config".to_owned(), "c.json".to_owned()];
        for path in found {
            let ways = required(find(&command, &path));
            let arguments = ways.iter().find(|way| parse(&[&path, way]).is_ok()).unwrap_or_else(|| {
                panic!("{path:?}: no way to call it with {:?}", parse(&[&path, &ways[0]]))
            });
            let mut placed = vec![
                parse(&[&config, &path, arguments]),
                parse(&[&path, &config, arguments]),
                parse(&[&path, arguments, &config]),
            ];
            if let [first, rest @ ..] = &path[..] {
                placed.push(parse(&[std::slice::from_ref(first), &config, rest, arguments]));
            }
            for placed in placed {
                let parsed = placed.unwrap_or_else(|error| panic!("{path:?}: {error}"));
                // The demo has no configuration, and neither has what no store allows.
                let shown = format!("{:?}", parsed.command);
                let takes_none = path[0] == "demo" || shown.contains("Impossible");
                let has = shown.matches(r#"config: Some("c.json")"#).count();
                assert_eq!(has, usize::from(!takes_none), "{path:?}: {shown}");
                assert!(!shown.contains("config: None"), "{path:?}: {shown}");
            }
        }
    }
}
