//! `recoup reconcile`: sweeps the stores for what their webhooks missed.

use std::io;
use std::io::{IsTerminal as _, Write as _};

use recoup::{
    Clock as _, EngineOptions, Progress, ReconcileOptions, ReconcileOrderResult, ReconcileResult, Store,
    Sweep, SweepEnd, SystemClock,
};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::Since;
use crate::render::{Output, words};

/// Sweep the stores for refunds.
#[derive(Debug, clap::Args)]
pub(crate) struct Reconcile {
    #[arg(help = input::verified_stores("Only this store"))]
    store: Option<Store>,
    /// App Store only: look up all refunds of one customer, by any of the customer's transaction ids
    #[arg(long, value_name = "ID", requires = "store", conflicts_with = "since")]
    order: Option<String>,
    /// The order's app, by its bundle id; by default, all configured apps are tried
    #[arg(long, value_name = "APP", requires = "order")]
    app: Option<String>,
    #[command(flatten)]
    config: ConfigFile,
    /// Start from this time instead of the end of the last sweep: a time, a day (2026-01-31), or how long ago (30d)
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<Since>,
}

impl Reconcile {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        if let Some(store) = self.store.as_ref().filter(|store| !Store::ALL.contains(store)) {
            let problem = format!("{store} is a store of your own, without an API: record what it reports");
            return Err(Failure::Usage(problem));
        }
        let since = self.since.map(Since::at);
        if since.is_some_and(|since| since > SystemClock.now()) {
            let problem = "--since is in the future: use a time in the past";
            return Err(Failure::Usage(problem.to_owned()));
        }
        let engine = self.config.engine(EngineOptions::new())?;
        if let (Some(store), Some(order)) = (&self.store, &self.order) {
            let looked_up = engine.reconcile_order(store, self.app.as_deref(), order)?;
            engine.close()?;
            let ReconcileOrderResult { app, found, new, changed, unread, .. } = &looked_up;
            if output.is_json() {
                output.json_line(&looked_up)?;
            } else {
                let place = if looked_up.sandbox { ", sandbox" } else { "" };
                let mut counts = format!("{found} found, {new} new, {changed} changed");
                if *unread > 0 {
                    counts.push_str(&format!(", {unread} NOT UNDERSTOOD (see recoup dead-letters)"));
                }
                output.print(format_args!("{} ({app}{place}): {counts}", store.title()))?;
            }
            return Ok(ExitReason::Fine);
        }
        let options = ReconcileOptions { stores: self.store.into_iter().collect(), since };
        // A display failure must not interrupt the sweep: its result is displayed, or fails, at the end.
        let mut shown = Ok(());
        let reconciled = engine.reconcile(&options, |progress| {
            if shown.is_ok() {
                shown = show(progress, output);
            }
        })?;
        engine.close()?;
        shown?;
        if output.is_json() {
            output.json_line(&reconciled)?;
        } else {
            summarize(&reconciled, output)?;
        }
        // A requested sweep must have something to sweep.
        let is_whole = reconciled.is_whole() && !reconciled.sweeps.is_empty();
        Ok(if is_whole { ExitReason::Fine } else { ExitReason::Incomplete })
    }
}

/// For programs a line per page, on a terminal one that is overwritten.
fn show(progress: &Progress, output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return output.json_line(progress);
    }
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let swept = &progress.swept;
        let line = recoup::shown(&format!("{}: page {}, {}", of(swept), swept.pages, counts(swept)), 500);
        let end = if matches!(swept.ended, SweepEnd::UnderWay) { "" } else { "\r\u{1b}[K" };
        write!(stderr, "\r\u{1b}[K{line}{end}")?;
    }
    Ok(())
}

fn summarize(reconciled: &ReconcileResult, output: &mut Output) -> io::Result<()> {
    if reconciled.sweeps.is_empty() {
        output.print(
            "No store can be swept: no section of the configuration has credentials for its store's API. `recoup doctor` \
             lists the missing keys.",
        )?;
    }
    for swept in &reconciled.sweeps {
        let range = format!("{} to {}", words::moment(swept.from), words::moment(swept.to));
        output.print(match &swept.ended {
            SweepEnd::Complete => format!("{}: {range}: {}", of(swept), counts(swept)),
            SweepEnd::Failed { message, .. } => {
                format!(
                    "{}: FAILED after {}, {}: {message}. The next one resumes there",
                    of(swept),
                    words::counted(swept.pages, "page"),
                    counts(swept)
                )
            }
            SweepEnd::Elsewhere { process } => {
                let process = process.map(|process| format!(" ({process})")).unwrap_or_default();
                format!("{}: SKIPPED, {}: another process{process} is sweeping", of(swept), counts(swept))
            }
            _ => format!("{}: {range}: NOT AT ITS END, {}", of(swept), counts(swept)),
        })?;
        if let Some(gap) = swept.gap {
            output.print(format_args!(
                "  GAP: refunds from {} to {} are past the store's retention. What was refunded then and is not known is lost",
                words::moment(gap.from),
                words::moment(gap.to)
            ))?;
        }
    }
    Ok(())
}

fn of(swept: &Sweep) -> String {
    format!("{} ({})", swept.store.title(), swept.app)
}

fn counts(swept: &Sweep) -> String {
    let Sweep { found, new, changed, unread, refused, postponed, .. } = swept;
    let mut counts = format!("{found} found, {new} new, {changed} changed");
    if *unread > 0 {
        counts.push_str(&format!(", {unread} NOT UNDERSTOOD (see recoup dead-letters)"));
    }
    if *refused > 0 {
        counts.push_str(&format!(", {} that the store does not know", words::counted(*refused, "receipt")));
    }
    if *postponed > 0 {
        counts.push_str(&format!(
            ", {} WITHOUT AN ANSWER, to be checked later (see recoup doctor)",
            words::counted(*postponed, "receipt")
        ));
    }
    counts
}
