//! `recoup operator`: who works with the console, and what each may do.

use clap::ValueEnum;
use recoup::transport::Url;
use recoup::{Acting, Engine, EngineOptions, Invitation, Role, Span, Timestamp};
use serde_json::json;

use crate::blocks::or_system_user;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, Table, words};

/// The operators of the console.
#[derive(Debug, clap::Args)]
pub(crate) struct Operator {
    #[command(flatten)]
    config: ConfigFile,
    #[command(subcommand)]
    command: Subcommand,
}

#[derive(Debug, clap::Subcommand)]
enum Subcommand {
    /// Add an operator, and print an address where the operator chooses a password
    ///
    /// The address is good once and for a day. An operator who has ended can be added again.
    Add(Add),
    /// List the operators
    List,
    /// Give an operator another role
    ///
    /// The operator is signed out. Tokens stay, with at most the new role.
    Role(SetRole),
    /// Print another address where an operator chooses a password
    ///
    /// The address before is void. The old password is good until the new one is chosen.
    Invite(Invite),
    /// End an operator, with all sessions and tokens
    End(Name),
    /// End all sessions and tokens of an operator; the password stays
    SignOut(Name),
    /// Make a token for a program that calls the console's HTTP API, and print it once
    Token(MakeToken),
}

#[derive(Debug, clap::Args)]
struct Name {
    /// The operator
    name: String,
}

#[derive(Debug, clap::Args)]
struct Add {
    /// The operator's name, as the journal and the audit will have it
    name: String,
    /// What the operator may do
    #[arg(long, value_enum)]
    role: RoleName,
    #[command(flatten)]
    console: ConsoleAddress,
}

#[derive(Debug, clap::Args)]
struct SetRole {
    /// The operator
    name: String,
    /// What the operator may do from now on
    #[arg(value_enum)]
    role: RoleName,
}

#[derive(Debug, clap::Args)]
struct Invite {
    /// The operator
    name: String,
    #[command(flatten)]
    console: ConsoleAddress,
}

#[derive(Debug, clap::Args)]
struct MakeToken {
    /// The operator whose token it is
    name: String,
    /// What it is for, such as the program's name
    #[arg(long, value_name = "TEXT")]
    label: String,
    /// What the program may do; at most what the operator may
    #[arg(long, value_enum)]
    role: RoleName,
    /// How long it is good, such as 90d; at most 400d
    #[arg(long = "for", value_name = "SPAN")]
    span: Span,
}

/// Where the console is.
#[derive(Debug, clap::Args)]
struct ConsoleAddress {
    /// The address of the console, as the operator's browser opens it
    #[arg(long = "console", value_name = "URL", value_parser = console, default_value = DEFAULT_CONSOLE)]
    url: String,
}

/// Where `recoup serve` has the console if nothing else is said.
const DEFAULT_CONSOLE: &str = "http://127.0.0.1:8461";

fn console(text: &str) -> Result<String, String> {
    text.parse::<Url>().map_err(|error| error.to_string())?;
    Ok(text.trim_end_matches('/').to_owned())
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    /// Look at lists, refunds, players, figures and rules
    Viewer,
    /// Answer players: notes, reports of what came back, unblocking
    Support,
    /// Decide: forgive, close, overrule, block, exclude
    Operator,
    /// Move money at stores, export and forget users, manage operators
    Admin,
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Viewer => Self::Viewer,
            RoleName::Support => Self::Support,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl Operator {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = match &self.command {
            Subcommand::Add(_) => self.config.engine(EngineOptions::new())?,
            _ => self.config.existing_ledger()?,
        };
        match self.command {
            Subcommand::Add(add) => add.run(&engine, output)?,
            Subcommand::List => list(&engine, output)?,
            Subcommand::Role(role) => role.run(&engine, output)?,
            Subcommand::Invite(invite) => invite.run(&engine, output)?,
            Subcommand::End(Name { name }) => end(&engine, &name, output)?,
            Subcommand::SignOut(Name { name }) => sign_out(&engine, &name, output)?,
            Subcommand::Token(token) => token.run(&engine, output)?,
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

/// The engine for one change of an operator. The audit has it without an operator, and with the name of the system's user.
fn acting(engine: &Engine, what: &str, name: &str) -> Engine {
    engine.acting(Acting {
        what: what.to_owned(),
        target: Some(format!("operator:{name}")),
        details: Some(json!({ "command_line": or_system_user(None) })),
        ..Acting::default()
    })
}

impl Add {
    fn run(self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        let Self { name, role, console } = self;
        let role = Role::from(role);
        let invitation = acting(engine, "operator.add", &name).add_operator(&name, role)?;
        console.print(&invitation, &format!("Operator {name} ({role}) is added"), output)
    }
}

impl Invite {
    fn run(self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        let Self { name, console } = self;
        let invitation = acting(engine, "operator.invite", &name).invite_operator(&name)?;
        console.print(&invitation, &format!("Operator {name} is invited again"), output)
    }
}

impl ConsoleAddress {
    /// Prints what was done, and the address where the operator accepts the invitation. What follows `#` is sent to no server.
    fn print(&self, invitation: &Invitation, done: &str, output: &mut Output) -> Result<(), Failure> {
        let Invitation { operator, token, until } = invitation;
        let address = format!("{}/invite#{token}", self.url);
        if output.is_json() {
            output.document(
                &json!({ "operator": operator, "token": token, "until": until, "address": address }),
            )?;
        } else {
            output.print(format_args!("{done}. The password is chosen at this address:"))?;
            output.print(format_args!("\n{address}"))?;
            output.print(format_args!(
                "\nIt is good once, until {} UTC, for whoever opens it: give it to {operator} alone.",
                words::moment(*until)
            ))?;
        }
        Ok(())
    }
}

impl SetRole {
    fn run(self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        let operator =
            acting(engine, "operator.role", &self.name).set_operator_role(&self.name, self.role.into())?;
        if output.is_json() {
            output.document(&operator)?;
        } else {
            output.print(format_args!("Operator {} has the role {} now.", operator.name, operator.role))?;
        }
        Ok(())
    }
}

fn end(engine: &Engine, name: &str, output: &mut Output) -> Result<(), Failure> {
    let operator = acting(engine, "operator.end", name).end_operator(name)?;
    if output.is_json() {
        output.document(&operator)?;
    } else {
        output.print(format_args!("Operator {} has ended, with all sessions and tokens.", operator.name))?;
    }
    Ok(())
}

fn sign_out(engine: &Engine, name: &str, output: &mut Output) -> Result<(), Failure> {
    let ended = acting(engine, "operator.sign_out", name).sign_out(name)?;
    if output.is_json() {
        output.document(&json!({ "ended": ended }))?;
    } else {
        let ended = match ended {
            1 => "1 session or token has".to_owned(),
            count => format!("{count} sessions and tokens have"),
        };
        output.print(format_args!("{name} is signed out: {ended} ended."))?;
    }
    Ok(())
}

impl MakeToken {
    fn run(self, engine: &Engine, output: &mut Output) -> Result<(), Failure> {
        let Self { name, label, role, span } = self;
        let (token, session) =
            acting(engine, "operator.token", &name).make_token(&name, &label, role.into(), span)?;
        if output.is_json() {
            output.document(&json!({ "token": token, "session": session }))?;
        } else {
            output.print(format_args!(
                "Token {label:?} of {name} ({}), good until {} UTC:",
                session.role,
                words::moment(session.until)
            ))?;
            output.print(format_args!("\n{token}"))?;
            output.print("\nIt is printed this once: keep it where the program reads its secrets.")?;
        }
        Ok(())
    }
}

fn list(engine: &Engine, output: &mut Output) -> Result<(), Failure> {
    let operators = engine.operators()?;
    if output.is_json() {
        output.document(&operators)?;
        return Ok(());
    }
    if operators.is_empty() {
        output.print("There are no operators: add one by `recoup operator add NAME --role admin`.")?;
        return Ok(());
    }
    let mut table = Table::with_columns(&["operator", "role", "added (UTC)", "signs in"]);
    for operator in &operators {
        table.add_row([
            operator.name.clone(),
            operator.role.to_string(),
            words::moment(operator.made_at),
            signs_in(operator, engine.now()),
        ]);
    }
    output.table(&table)?;
    Ok(())
}

/// How an operator signs in, or why not.
fn signs_in(operator: &recoup::Operator, now: Timestamp) -> String {
    if let Some(at) = operator.ended_at {
        return format!("ended at {}", words::moment(at));
    }
    let invited = operator.invited_until.map(|until| match now < until {
        true => format!("invited until {}", words::moment(until)),
        false => "the invitation is past: invite again".to_owned(),
    });
    match (operator.has_password, invited) {
        (true, None) => "by password".to_owned(),
        (true, Some(invited)) => format!("by password; {invited}"),
        (false, Some(invited)) => invited,
        (false, None) => "has no password: invite again".to_owned(),
    }
}
