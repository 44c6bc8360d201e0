//! `recoup reconcile` as processes that run, are killed, and meet each other; by the machine's clock.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use recoup::{Clock as _, Engine, RefundFilter, SystemClock, Timestamp};
use serde_json::Value;

use super::{Seen, seen};
use crate::support::http_server::HttpServer;
use crate::support::ledger_file::AnotherProgram;

/// The machine's time.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// A game whose ledger is swept by processes.
pub(crate) struct Sweeping<'a> {
    pub(crate) folder: &'a Path,
    /// The configuration's name without its ending; the ledger's as well.
    pub(crate) ledger: &'a str,
    pub(crate) store: &'a str,
    pub(crate) server: &'a HttpServer,
}

/// How a process is cut short.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kill {
    /// While it waits for the answer after so many.
    AwaitingAnswer(usize),
    /// At whatever it does after so many lines of progress, before it has had so many answers.
    Reporting(usize, usize),
}

impl Sweeping<'_> {
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
        command
            .args(["--json", "reconcile", self.store, "--config", &format!("{}.json", self.ledger)])
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// A process that has had so many answers and waits for the next.
    pub(crate) fn until_held(&self, answers: usize) -> Child {
        self.server.hold_after(answers);
        let mut child = self.command().spawn().unwrap();
        while !self.server.holds_one() {
            if let Some(status) = child.try_wait().unwrap() {
                let mut said = String::new();
                child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
                panic!("it ended before so many requests: {status}: {said}");
            }
        }
        child
    }

    fn kill(&self, kill: Kill) {
        let mut child = match kill {
            Kill::AwaitingAnswer(answers) => self.until_held(answers),
            Kill::Reporting(lines, answers) => {
                self.server.hold_after(answers);
                let mut child = self.command().spawn().unwrap();
                let said = BufReader::new(child.stdout.take().unwrap()).lines().take(lines).count();
                assert_eq!(said, lines);
                child
            }
        };
        child.kill().unwrap();
        child.wait().unwrap();
        self.server.release();
        let ledger = self.folder.join(format!("{}.db", self.ledger));
        AnotherProgram::opens(&ledger).assert_sound();
    }

    /// Lets one run to its end, which must be a good one: its only sweep.
    pub(crate) fn run(&self) -> Value {
        swept(self.command().spawn().unwrap(), 0)
    }

    /// The ledger is whole after one run that is not killed, whatever was done to those before it: as the other one,
    /// which got every report. `open` opens a ledger by its name.
    pub(crate) fn is_whole_after(&self, kills: &[Kill], open: impl Fn(&str) -> Engine) {
        // As where the game's server has the ledger open all the while: what a dead process held must not wait for its end.
        let _server = open(self.ledger);
        let whole: Seen = seen(&open("whole"));
        let mut known = vec![count(&open(self.ledger))];
        for kill in kills {
            self.kill(*kill);
            known.push(count(&open(self.ledger)));
        }
        assert!(known.is_sorted() && known.last() > known.first(), "killed too early: {known:?}");
        assert!(*known.last().unwrap() < whole.refunds.len(), "killed too late: {known:?}");
        let swept = self.run();
        assert_eq!(swept["resumed"], true, "{swept}");
        assert_eq!(swept["gap"], Value::Null, "{swept}");
        let new = usize::try_from(swept["new"].as_i64().unwrap()).unwrap();
        assert_eq!(known.last().unwrap() + new, whole.refunds.len(), "{known:?} {swept}");
        assert_eq!(seen(&open(self.ledger)), whole);
        let again = self.run();
        assert_eq!((&again["new"], &again["changed"]), (&0.into(), &0.into()), "{again}");
        assert_eq!(seen(&open(self.ledger)).events, []);
    }
}

/// The only sweep of a process, once that has ended with `code`.
pub(crate) fn swept(child: Child, code: i32) -> Value {
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said} {errors}");
    let last: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(last["sweeps"].as_array().unwrap().len(), 1, "{said}");
    last["sweeps"][0].clone()
}

fn count(engine: &Engine) -> usize {
    let mut count = 0;
    let mut after = None;
    loop {
        let page = engine.refunds(&RefundFilter::default(), after, 1000).unwrap();
        count += page.items.len();
        after = page.next;
        if after.is_none() {
            return count;
        }
    }
}
