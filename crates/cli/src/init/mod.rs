//! `recoup init`: the first configuration, and what to enter in the stores' consoles.

mod address;
mod answers;
mod dialogue;
mod flags;
mod new_file;
mod plan;
mod question;
mod section;
mod steps;
mod stores;
#[cfg(test)]
mod tests;

use std::io::{IsTerminal as _, stderr, stdin};
use std::path::{Path, PathBuf};

use recoup::{Config, DoctorOptions, DoctorReport, Health, Store};
use serde::Serialize;

use crate::config_file::ConfigFile;
use crate::doctor;
use crate::exit::{ExitReason, Failure};
use crate::input::store_names;
use crate::render::Output;
use address::Address;
use dialogue::Dialogue;
use flags::Flags;
use new_file::NewFile;
use plan::{Given, Plan};
use steps::Step;

/// The file without `--config` and `RECOUP_CONFIG`.
const CONFIG: &str = "recoup.json";

/// Write the first configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    #[command(flatten)]
    config: ConfigFile,
    /// A store in which the game sells; may be used several times. A flag of a store names it as well
    #[arg(long = "store", value_name = "STORE", value_parser = store_names())]
    stores: Vec<String>,
    /// The address at which the stores reach the webhook server, such as https://game.example.com
    #[arg(long = "url", value_name = "URL")]
    address: Option<Address>,
    /// The ledger's file; recoup.db beside the configuration if left out
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Ask nothing, and report missing answers as errors; the same if standard input is not a terminal
    #[arg(long)]
    no_input: bool,
    /// Do not run doctor on the new configuration; it sends each store a request
    #[arg(long)]
    skip_doctor: bool,
    #[command(flatten)]
    flags: Flags,
}

/// What is printed for programs.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a Path,
    stores: Vec<StoreReport<'a>>,
    doctor: Option<DoctorReport>,
}

#[derive(Serialize)]
struct StoreReport<'a> {
    store: &'a Store,
    webhook: String,
    steps: Vec<Step>,
}

impl Init {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let file = NewFile::at(self.config.path().unwrap_or_else(|_| CONFIG.into()))?;
        let (mut input, mut questions) = (stdin().lock(), stderr());
        let asks = !self.no_input && input.is_terminal();
        let mut dialogue = asks.then(|| Dialogue::new(&mut input, &mut questions));
        let plan = self.plan(file.path(), dialogue.as_mut())?;
        file.write(&plan.configuration()?)?;
        if !output.is_json() {
            print_written(&file, output)?;
        }
        let stores: Vec<StoreReport<'_>> = plan.stores.iter().map(StoreReport::of).collect();
        if !output.is_json() {
            print_steps(&stores, output)?;
        }
        let doctor = match self.skip_doctor {
            true => None,
            false => Some(doctor::examine(&Config::from_file(file.path())?, &DoctorOptions::new(), output)),
        };
        let is_broken = doctor.as_ref().is_some_and(|report| report.health == Health::Broken);
        if output.is_json() {
            output.document(&Report { file: file.path(), stores, doctor })?;
        } else if let Some(report) = &doctor {
            output.print("\nDoctor")?;
            doctor::print(file.path(), report, output)?;
        }
        Ok(if is_broken { ExitReason::Incomplete } else { ExitReason::Fine })
    }

    fn plan(&self, config: &Path, dialogue: Option<&mut Dialogue<'_>>) -> Result<Plan, Failure> {
        let beside = config.with_file_name("recoup.db");
        // The parser of the flag has accepted no other name.
        let stores: Vec<Store> = self.stores.iter().filter_map(|name| name.parse().ok()).collect();
        let given = Given {
            config,
            database: self.database.as_deref().unwrap_or(&beside),
            stores: &stores,
            address: self.address.as_ref(),
            flags: &self.flags,
            environment: &|name| std::env::var(name).ok(),
        };
        Plan::new(&given, dialogue)
    }
}

impl<'a> StoreReport<'a> {
    fn of(planned: &'a plan::Planned) -> Self {
        Self {
            store: &planned.setup.store,
            webhook: planned.answers.webhook.to_string(),
            steps: (planned.setup.steps)(&planned.answers),
        }
    }
}

fn print_written(file: &NewFile, output: &mut Output) -> Result<(), Failure> {
    let path = file.path().display();
    output.print(format_args!(
        "{path} is written. Only its owner can read it: the server must run as that user, or get it as a credential."
    ))?;
    if file.is_foreign_in_its_folder() {
        output.print(format_args!(
            "Its folder belongs to another user. If that is the user of the server, give it the file: chown"
        ))?;
    }
    Ok(())
}

fn print_steps(stores: &[StoreReport<'_>], output: &mut Output) -> Result<(), Failure> {
    output.print(
        "\nWhat to enter where. Start the webhook server first (recoup serve, or your own): some stores try the URL at \
         once. With a path secret it goes between /v1/ and the store's name.",
    )?;
    for report in stores {
        steps::print(report.store.title(), &report.steps, output)?;
    }
    Ok(())
}
