//! The command line's arguments.

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config_file::ConfigFile;
use crate::exit::write_error;
use crate::{
    access, account_tag, blocks, config_check, dead_letters, debts, doctor, events, exclusions, export, find,
    history, ingest, init, ledger, notices, operator, overrule, policy, privacy, prune, purchase, reconcile,
    recovery, refunds, review, serve, show, signed_purchase, stats, store_actions, verify, webhooks, work,
};

/// Recoup: refunds, and their consequences in the game.
#[derive(Debug, Parser)]
#[command(name = "recoup", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 fine, 2 rejected by verification, 1 anything else.\n\
                        Without --config, the environment variable RECOUP_CONFIG names the file.")]
pub(crate) struct Arguments {
    /// Print JSON instead of tables and sentences, for errors too
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log to standard error; twice for more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Accepted here for the command, which has its own.
    #[command(flatten)]
    config: ConfigFile,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands. Their long help is here too: clap takes it from the variant alone.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show a refund from start to end, with throw-away stores and a ledger in a temporary folder
    #[cfg(feature = "demo")]
    Demo(crate::demo::Demo),
    /// Write the first configuration, and print what to enter in the stores' consoles
    ///
    /// Asks which stores the game sells in and where the key files are; flags answer as well. Then prints for each store
    /// what to enter where, and runs doctor. An existing file is never overwritten. Secrets stay in their files, but
    /// for Stripe's webhook secret, which the configuration contains: only its owner can read the new file.
    ///
    /// Exits with 1 if doctor finds something broken; the file is written then.
    Init(Box<init::Init>),
    /// Verify a store's message without a ledger, and print its meaning
    ///
    /// Always prints one JSON object.
    Verify(verify::Verify),
    /// Ingest stores' requests, as the game server would
    ///
    /// Prints one outcome per line, each as soon as it is durable.
    Ingest(ingest::Ingest),
    /// Run the webhook server until it is stopped
    ///
    /// One POST route per store (/v1/app-store, /v1/google-play ...), /healthz, and /metrics for Prometheus. Belongs
    /// behind your TLS proxy. Ends on SIGINT or SIGTERM, after answering the requests in progress. If the
    /// configuration has credentials for the stores, it also sweeps them for what their webhooks missed, and sends
    /// store actions.
    Serve(Box<serve::Serve>),
    /// Query the stores for refunds that webhooks missed
    ///
    /// Known refunds change nothing. An interrupted sweep, by Ctrl-C too, is resumed the next time.
    ///
    /// Exits with 1 if a store failed, a period is past its retention, or another process on the same ledger is
    /// sweeping; and if no store has credentials.
    Reconcile(reconcile::Reconcile),
    /// Check credentials, clock, stores and ledger, and print what to do
    ///
    /// For each store: its section of the configuration, one harmless request with its credentials, its latest
    /// message and sweep. For this machine: its clock, what waits for an operator, the ledger. Changes nothing: the
    /// trial write to the ledger is rolled back.
    ///
    /// Exits with 1 if something is broken; a warning alone does not fail.
    Doctor(doctor::Doctor),
    /// Record what the game has delivered
    #[command(subcommand)]
    Purchase(PurchaseCommand),
    /// Print the account tag of a user, for the game's client to put on the user's purchases
    ///
    /// A random UUID, always the same for the same user. A refund with it is attributed to this user.
    AccountTag(account_tag::AccountTag),
    /// Refund a player
    ///
    /// Exits with 1 if the refund failed, or if its result is unknown. A refund that the store could not accept yet is
    /// sent again while the game server or `recoup serve` runs; see `recoup actions`.
    #[command(subcommand)]
    Refund(Box<store_actions::Refund>),
    /// End a Google Play subscription at once, and refund it
    ///
    /// Exits with 1 if the revocation failed, or if its result is unknown. It is not sent twice, since Google does
    /// not document repetitions.
    Revoke(Box<store_actions::Revoke>),
    /// List store actions
    Actions(store_actions::Actions),
    /// List and answer refund reviews
    #[command(subcommand)]
    Review(review::Review),
    /// List refunds, newest first; with --to-do, those that need work
    Refunds(Box<refunds::Refunds>),
    /// Show all that is known of one refund: what was decided, its books, what happened, notes
    Show(show::Show),
    /// Find what an id belongs to: an order, token, account tag or user
    Find(find::Find),
    /// Report items that were taken from the player for a refund
    ///
    /// It is booked even if more was taken than is owed. What exceeds all that the purchase granted is not booked, and
    /// printed: give it back.
    Take(recovery::Take),
    /// Report items that were returned to the player after a reversal
    Give(recovery::Give),
    /// Forgive what is owed for a refund, or write it off
    Forgive(recovery::Forgive),
    /// Report items that a player gave back of what they earned since
    ///
    /// They pay the player's oldest debts of each item first. What exceeds the debts is not booked, and printed: give
    /// it back.
    Repay(recovery::Repay),
    /// List what players owe
    Debts(debts::Debts),
    /// Cancel an entry of a refund's books that was a mistake
    Correct(recovery::Correct),
    /// Set what a purchase granted, where its record does not say so
    Granted(recovery::Granted),
    /// Close a refund of which the books do not know how much is due
    ///
    /// It is open again if more is refunded later. Where something is owed, report what was taken (`take`), or
    /// `forgive` it.
    Close(work::Close),
    /// Take back that a refund was closed
    Reopen(work::Reopen),
    /// Assign a refund to an operator
    Assign(work::Assign),
    /// Write a note on a refund or a user
    Note(work::Note),
    /// Set the status of a refund, by its id or its order's
    ///
    /// recovered: all that is owed is booked as taken. written-off: it is forgiven. Where the books do not know what is
    /// due, both close the refund. excluded: the refund does not count. open: all of these are undone.
    Status(work::Status),
    /// Show all that is known about a user: why is this player blocked?
    User(history::User),
    /// Show all that is known about an order, by order id or purchase token
    Order(history::Order),
    /// Show figures: purchases, refunds, money, rates; by store, product, country ...
    ///
    /// Of production, by whole days that begin at figures.utc_offset of the configuration; by months if there are more
    /// than 100 days. Currencies are never added up. --json also prints what each figure means.
    Stats(stats::Stats),
    /// List blocked users
    Blocks(blocks::Blocks),
    /// Block a user
    Block(blocks::Block),
    /// End all blocks of a user
    Unblock(blocks::Unblock),
    /// Keep refunds that have not come yet out of the rules: of an order, a user, products, or Recoup's own refunds
    ///
    /// The decision on such a refund is "exclusion 12", and stays after the exclusion has ended. A refund that is decided
    /// already stays as it is; see `recoup overrule`.
    Exclude(exclusions::Exclude),
    /// List exclusions, or end one
    Exclusions(exclusions::Exclusions),
    /// Decide one refund, before exclusions and rules
    ///
    /// Blocks are made or ended at once. The decision stays whatever becomes known about the refund; --as policy hands
    /// it back to the rules.
    Overrule(overrule::Overrule),
    /// List the notices that a user is to be shown
    ///
    /// Those that wait, and those that were shown and not acknowledged, as the game shows them.
    Notices(notices::Notices),
    /// Show whether a user has access to a product, and why
    Access(access::ShowAccess),
    /// List queued events; with --ack, acknowledge them
    ///
    /// Without --ack the events stay queued. With --json, prints one event per line.
    Events(events::Events),
    /// List the endpoints that get events by webhook, and their messages; test, replay and remove
    ///
    /// Without a subcommand, lists the endpoints.
    Webhooks(webhooks::Webhooks),
    /// Add, invite and end the operators of the console, and make tokens for programs
    Operator(operator::Operator),
    /// List authentic messages that could not be understood
    ///
    /// With --json, prints their bodies too.
    DeadLetters(dead_letters::DeadLetters),
    /// Write rows of the ledger to standard output, as CSV, for Excel or as JSON lines
    ///
    /// An export that was cut short exits with 1. As JSON lines, the last line of a complete export is
    /// {"end":{"rows":N}}.
    Export(export::ExportRows),
    /// Export or forget what the ledger has of one user
    #[command(subcommand)]
    Privacy(privacy::Privacy),
    /// Remove what is older than the configuration's retention
    ///
    /// Raw bodies of stores' messages, dead letters, and answers under keys. A running server does this by itself, once
    /// an hour.
    Prune(prune::Prune),
    /// Check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Try rules on past refunds before they are in force
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Handle the ledger's file
    #[command(subcommand)]
    Ledger(LedgerCommand),
}

/// Commands for the ledger's file.
#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Copy the ledger to a new file, while the game server is running
    ///
    /// The copy is one consistent state in one file. Only its owner can read it, and it appears once it is complete.
    Backup(ledger::Backup),
}

impl Command {
    /// Commands that keep running log reports.
    pub(crate) const fn least_logs(&self) -> u8 {
        match self {
            Self::Serve(_) => 1,
            _ => 0,
        }
    }
}

/// Commands for purchases.
#[derive(Debug, Subcommand)]
pub(crate) enum PurchaseCommand {
    /// Record purchases, and attribute the refunds that wait for them
    Add(Box<purchase::Add>),
    /// Record a signed purchase from the client, verified by the store's signature
    ///
    /// App Store: StoreKit 2's transaction, a JWS. Google Play and ONE Store: the purchase's original JSON and its
    /// signature, verified with the licence key of the configuration. Exits with 2 if it does not verify.
    AddSigned(Box<signed_purchase::AddSigned>),
    /// Move a purchase to another user, with the refunds of that order
    ///
    /// `purchase add` refuses an order that is recorded for another user; this command moves it. --who and --why go
    /// to the journal.
    Transfer(purchase::Transfer),
}

/// Commands for the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the configuration and all files it names, and print what would be verified
    Check(config_check::Check),
}

impl Arguments {
    /// Parses the command line. If that ends the run (help, or a mistake), prints it and returns the exit code.
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
            // Not clap's own 2, which means "rejected by verification" here.
            _ => {
                report_usage(&error);
                ExitCode::FAILURE
            }
        })
    }
}

fn report_usage(error: &clap::Error) {
    // The command line is invalid, so `--json` has to be searched for.
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

    /// Values for a required argument of any type.
    const VALUES: &[&str] = &[
        "app-store",
        "refunds",
        "google-play",
        "stripe",
        "record",
        "a",
        "1",
        "7d",
        "2026-01-31T12:00:00Z",
        "recovered",
        "gem=1",
    ];

    /// Every command without subcommands, by its words.
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

    /// All ways to provide the required arguments of a command.
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

    /// All ways to provide one optional argument, for commands that need one of several; none of them first.
    fn optional(command: &clap::Command) -> Vec<Vec<String>> {
        let mut ways = vec![Vec::new()];
        for argument in command.get_arguments().filter(|argument| !argument.is_required_set()) {
            let Some(flag) = argument.get_long().filter(|long| !["config", "json", "help"].contains(long))
            else {
                continue;
            };
            let flag = format!("--{flag}");
            if argument.get_action().takes_values() {
                ways.extend(VALUES.iter().map(|value| vec![flag.clone(), (*value).to_owned()]));
            } else {
                ways.push(vec![flag]);
            }
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
            let required = required(find(&command, &path));
            let ways: Vec<Vec<String>> = optional(find(&command, &path))
                .iter()
                .flat_map(|more| required.iter().map(|way| [way.clone(), more.clone()].concat()))
                .collect();
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
                // The demo, a check of rules and unsupported commands have no configuration.
                let shown = format!("{:?}", parsed.command);
                let takes_none =
                    path[0] == "demo" || path == ["policy", "check"] || shown.contains("Unsupported");
                let has = shown.matches(r#"config: Some("c.json")"#).count();
                assert_eq!(has, usize::from(!takes_none), "{path:?}: {shown}");
                assert!(!shown.contains("config: None"), "{path:?}: {shown}");
            }
        }
    }
}
