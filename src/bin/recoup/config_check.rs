//! `recoup config check`: would the game server start with this configuration?

use std::path::Path;

use recoup::{AppStoreSection, Config, EffectiveDateSetting, GooglePlaySection, Policy, Verifier};
use serde_json::json;

use crate::Ended;
use crate::config_file::ConfigFile;
use crate::failure::Failure;
use crate::output::Output;
use crate::{table, words};

/// Read the configuration and all files it names, and say what would be verified. Makes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    config: ConfigFile,
}

/// One app whose messages are taken.
struct App<'a> {
    store: recoup::Store,
    app: &'a str,
    checks: Vec<String>,
}

impl Check {
    pub(crate) fn run(self, output: &mut Output) -> Result<Ended, Failure> {
        let path = self.config.path()?;
        let config = self.config.load()?;
        Verifier::new(&config)?;
        let database = config.database.as_deref();
        if let Some(problem) = database.and_then(unusable) {
            return Err(recoup::ConfigError::Value { key: "database".to_owned(), problem }.into());
        }

        let apps: Vec<App<'_>> = config
            .app_store
            .iter()
            .map(app_store)
            .chain(config.google_play.iter().map(google_play))
            .collect();
        let rules = Policy::new(config.policy.clone());
        if output.is_json() {
            let apps: Vec<_> = apps
                .iter()
                .map(|app| json!({"store": app.store, "app": app.app, "checks": app.checks}))
                .collect();
            output.document(&json!({
                "usable": true,
                "database": database,
                "apps": apps,
                "rules": rules.rules(),
            }))?;
            return Ok(Ended::Fine);
        }
        output.say(format_args!("{} can be used.", path.display()))?;
        say_ledger(&config, output)?;
        let mut table = table::with_columns(&["store", "app", "what a message must pass"]);
        for app in &apps {
            table.add_row([words::store(&app.store), app.app, &app.checks.join("\n")]);
        }
        output.say(if apps.is_empty() {
            "\nNo store is configured: every message would be rejected. Add \"app_store\" or \"google_play\"."
                .to_owned()
        } else {
            format!("\n{table}")
        })?;
        let mut table = table::with_columns(&["rule", "name", "does"]);
        for (n, rule) in rules.rules().iter().enumerate() {
            table.add_row([(n + 1).to_string(), rule.name.clone(), rule.action.to_string()]);
        }
        output.say(format_args!("\nThe first rule that fits a refund decides.\n{table}"))?;
        Ok(Ended::Fine)
    }
}

fn say_ledger(config: &Config, output: &mut Output) -> Result<(), Failure> {
    match config.database.as_deref() {
        None => output.say("No \"database\" is named: enough for `recoup verify`, and for nothing else."),
        Some(path) if path.exists() => output.say(format_args!("The ledger is {}.", path.display())),
        Some(path) => output.say(format_args!("The ledger will be made at {}.", path.display())),
    }
}

/// Why no ledger can be there, as far as that shows without opening it: opening may bring its schema up to date,
/// which a check must not.
fn unusable(database: &Path) -> Option<String> {
    if database.is_dir() {
        return Some(format!("{} is a folder: expected the path of the ledger's file", database.display()));
    }
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty())?;
    (!folder.is_dir()).then(|| format!("there is no folder {}: make it first", folder.display()))
}

fn app_store(section: &AppStoreSection) -> App<'_> {
    let environments = section.environments.as_ref().map_or_else(
        || "production and sandbox".to_owned(),
        |named| {
            named
                .iter()
                .map(|environment| format!("{environment:?}").to_lowercase())
                .collect::<Vec<_>>()
                .join(", ")
        },
    );
    let more = section.extra_roots.len();
    let roots = match (section.only_extra_roots, more) {
        (false, 0) => "Apple Root CA - G3".to_owned(),
        (false, more) => format!("Apple Root CA - G3, or the roots of {more} further file(s)"),
        (true, more) => format!("the roots of {more} file(s), and not Apple's own"),
    };
    let when = match section.effective_date {
        EffectiveDateSetting::Signed => "when the message was signed",
        EffectiveDateSetting::Now => "now",
    };
    let mut checks = vec![
        format!("environments: {environments}"),
        format!("signed under {roots}"),
        format!("certificates valid {when}"),
    ];
    if let Some(id) = section.app_apple_id {
        checks.push(format!("app id {id} in production"));
    }
    App { store: recoup::Store::AppStore, app: &section.bundle_id, checks }
}

fn google_play(section: &GooglePlaySection) -> App<'_> {
    let push = &section.push;
    let mut checks = vec![
        format!("token for {}", push.audience),
        format!("of {}", push.service_account_email),
        format!("subscription: {}", push.subscription.as_deref().unwrap_or("any of that account")),
    ];
    checks.push(match &push.jwks {
        Some(jwks) => format!("keys from {}", jwks.display()),
        None => "keys fetched from Google".to_owned(),
    });
    App { store: recoup::Store::GooglePlay, app: &section.package_name, checks }
}
