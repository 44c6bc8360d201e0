//! `recoup config check`: would the game server start with this configuration?

use std::io;
use std::path::Path;

use recoup::{Config, ReviewReply, Verifier, shown};
use serde_json::json;

use crate::config_file::{self, ConfigFile};
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::policy;
use crate::render::{Output, Table};

/// Read the configuration and all files it names, and print what would be verified. Creates nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    config: ConfigFile,
}

impl Check {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let path = self.config.path()?;
        let config = self.config.load()?;
        check(&config)?;
        let database = config.database.as_deref();
        let apps = config.sections();
        let rules = config.checked_policy()?;
        let reviews = config.checked_reviews()?;
        if output.is_json() {
            let apps: Vec<_> = apps
                .iter()
                .map(|(store, section)| json!({"store": store, "app": section.app, "checks": section.checks}))
                .collect();
            output.document(&json!({
                "usable": true,
                "database": database,
                "apps": apps,
                "rules": rules.rules(),
                "reviews": reviews.rules(),
            }))?;
            return Ok(ExitReason::Fine);
        }
        output.print(format_args!("{} is valid.", path.display()))?;
        print_ledger(&config, output)?;
        let mut table = Table::with_columns(&["store", "app", "checks on its messages"]);
        for (store, section) in &apps {
            table.add_row_of_lines([store.title(), &shown(&section.app, 200), &checks(&section.checks)]);
        }
        if apps.is_empty() {
            let sections = input::store_sections();
            output.print(format_args!(
                "\nNo store is configured: every message would be rejected. Add {sections}."
            ))?;
        } else {
            output.print("\n")?;
            output.table(&table)?;
        }
        output.print("\nThe first rule that matches a refund decides.")?;
        output.table(&policy::rules_of(&rules))?;
        let mut table = Table::with_columns(&["rule", "name", "answers the store"]);
        for (n, rule) in reviews.rules().iter().enumerate() {
            table.add_row([(n + 1).to_string(), rule.name.clone(), reported(rule.answer).to_owned()]);
        }
        output.print("\nThe first rule that matches a refund review answers it.")?;
        output.table(&table)?;
        Ok(ExitReason::Fine)
    }
}

/// Whether an engine can use it, as far as that is known without a ledger and without a request. Reads the files it
/// names.
pub(crate) fn check(config: &Config) -> Result<(), Failure> {
    Verifier::new(config)?;
    // The keys and accounts for the stores' APIs; no request is sent.
    config_file::apis(config)?;
    config.checked_catalogue()?;
    config.checked_notices()?;
    config.check_webhooks()?;
    if let Some(problem) = config.database.as_deref().and_then(unusable) {
        return Err(recoup::ConfigError::Value { key: "database".to_owned(), problem }.into());
    }
    config.checked_policy()?;
    config.checked_reviews()?;
    Ok(())
}

/// One per line.
fn checks(checks: &[String]) -> String {
    checks.iter().map(|check| shown(check, 500)).collect::<Vec<_>>().join("\n")
}

fn reported(answer: ReviewReply) -> &'static str {
    match answer {
        ReviewReply::Decline => "decline",
        ReviewReply::Grant => "grant",
        ReviewReply::Prorated => "grant the share that was not used",
        ReviewReply::Neutral => "no preference",
        ReviewReply::DataOnly => {
            "the facts without a preference, once the game has reported and the player has consented"
        }
        _ => "nothing",
    }
}

fn print_ledger(config: &Config, output: &mut Output) -> io::Result<()> {
    match config.database.as_deref() {
        None => {
            output.print("There is no \"database\": enough for `recoup verify`, but for no other command.")
        }
        Some(path) if path.exists() => output.print(format_args!("The ledger is {}.", path.display())),
        Some(path) => output.print(format_args!("The ledger will be created at {}.", path.display())),
    }
}

/// Why there cannot be a ledger, as far as that is visible without opening it: opening may upgrade its schema, which
/// a check must not.
fn unusable(database: &Path) -> Option<String> {
    if database.is_dir() {
        return Some(format!("{} is a folder: expected the path of the ledger's file", database.display()));
    }
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty())?;
    (!folder.is_dir()).then(|| format!("there is no folder {}: create it first", folder.display()))
}
