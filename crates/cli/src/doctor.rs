//! `recoup doctor`: is everything as it should be, and if not, what to do?

use std::io;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use recoup::{Config, DoctorOptions, DoctorReport, EngineOptions, Finding, Health};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::render::{Output, Table, words};

/// Check credentials, clock, stores and ledger.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    config: ConfigFile,
    /// Have Apple send a test notification to the URLs in App Store Connect, and wait up to a minute for its outcome
    #[arg(long)]
    app_store_test_notification: bool,
}

impl Doctor {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let path = self.config.path()?;
        let config = self.config.load()?;
        let options = DoctorOptions::new().app_store_test_notification(self.app_store_test_notification);
        let report = examine(&config, &options, output);
        if output.is_json() {
            output.document(&report)?;
        } else {
            print(&path, &report, output)?;
        }
        Ok(if report.health == Health::Broken { ExitReason::Incomplete } else { ExitReason::Fine })
    }
}

/// Checks a configuration, and shows progress to a person.
pub(crate) fn examine(config: &Config, options: &DoctorOptions, output: &Output) -> DoctorReport {
    let is_watched = !output.is_json() && std::io::stderr().is_terminal();
    let mut count = 0_usize;
    EngineOptions::new().doctor(config, options, |_| {
        count += 1;
        if is_watched {
            // Without progress there is still the result.
            drop(write!(std::io::stderr(), "\r\u{1b}[Kchecked: {count} \u{1b}[K\r"));
        }
    })
}

/// Prints all findings, a table per section; then, at the end of the output, what to do, the worst first.
pub(crate) fn print(path: &Path, report: &DoctorReport, output: &mut Output) -> io::Result<()> {
    output.print(format_args!("{}, checked at {} UTC", path.display(), words::moment(report.at)))?;
    let mut sections: Vec<String> = Vec::new();
    for section in report.findings.iter().map(title) {
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    for section in &sections {
        let mut table = Table::with_columns(&["", "area", "found"]);
        for finding in report.findings.iter().filter(|finding| title(finding) == *section) {
            table.add_row([mark(finding.health), &words::name(&finding.area), &finding.facts]);
        }
        output.print(format_args!("\n{section}"))?;
        output.table(&table)?;
    }
    let mut to_do: Vec<&Finding> =
        report.findings.iter().filter(|finding| finding.health != Health::Ok).collect();
    to_do.sort_by_key(|finding| std::cmp::Reverse(finding.health));
    if !to_do.is_empty() {
        output.print("\nWhat to do, the worst first")?;
    }
    for (n, finding) in to_do.iter().enumerate() {
        output.print(format_args!(
            "\n{}. {}, {}: {}",
            n + 1,
            mark(finding.health),
            title(finding),
            finding.facts
        ))?;
        if let Some(advice) = &finding.advice {
            output.print(format_args!("   {advice}"))?;
        }
    }
    output.print(format_args!(
        "\n{} broken, {}, {} ok.",
        report.count(Health::Broken),
        words::counted(u64::try_from(report.count(Health::Warning)).unwrap_or(u64::MAX), "warning"),
        report.count(Health::Ok)
    ))
}

fn title(finding: &Finding) -> String {
    match (&finding.store, &finding.app) {
        (Some(store), Some(app)) => format!("{} ({app})", store.title()),
        (Some(store), None) => store.title().to_owned(),
        (None, _) => "This machine".to_owned(),
    }
}

const fn mark(health: Health) -> &'static str {
    match health {
        Health::Ok => "ok",
        Health::Warning => "warning",
        Health::Broken => "BROKEN",
    }
}
