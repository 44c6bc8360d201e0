//! Commands one after another and what they print, compared with a file in `snapshots/`.

use std::path::Path;

use recoup::testing::StoreRequest;

use crate::shop::{Run, Shop, run_in};

/// What differs from one run or machine to the next, and its replacement. Times keep their width, so that tables do.
pub(crate) const REDACTED: [(&str, &str); 6] = [
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "YYYY-MM-DD hh:mm:ss"),
    (r"\b\d{13}\b", "[milliseconds]"),
    (r"\b(i|rcp)_[A-Za-z0-9_-]{43}", "${1}_[token]"),
    (r"answers in [^\n]+", "answers in [so long]"),
    (r"\(os error \d+\)", "(os error [number])"),
    (r"(?m)^recoup \d+\.\d+\.\d+$", "recoup [version]"),
];

/// Compares a session with `snapshots/NAME.snap`.
macro_rules! assert_session {
    ($name:literal, $session:expr) => {
        insta::with_settings!({
            filters => $crate::session::REDACTED,
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/commands/snapshots"),
        }, {
            insta::assert_snapshot!($name, $session.text);
        });
    };
}
pub(crate) use assert_session;

/// The commands that a person types in a folder with a configuration, and what they print.
pub(crate) struct Session<'a> {
    folder: &'a Path,
    pub(crate) text: String,
}

impl<'a> Session<'a> {
    pub(crate) const fn new(folder: &'a Path) -> Self {
        Self { folder, text: String::new() }
    }

    /// Runs commands, one a line, and gives what the last one left behind. An argument with spaces is in single quotes.
    pub(crate) fn run(&mut self, commands: &str) -> Run {
        let mut last = None;
        for line in commands.trim().lines().map(str::trim) {
            let run = run_in(self.folder, &arguments(line));
            self.show(line, &run);
            last = Some(run);
        }
        last.unwrap()
    }

    /// `verb` on a store's request, as [`Shop::give`].
    pub(crate) fn give(&mut self, shop: &Shop, verb: &str, store: &str, request: &StoreRequest) {
        let run = shop.give(verb, store, request, &[]);
        self.show(&format!("--json {verb} {store} request"), &run);
    }

    /// Writes a file.
    pub(crate) fn file(&mut self, name: &str, content: &str) {
        std::fs::write(self.folder.join(name), content).unwrap();
        self.push(&format!("{name} is now: {content}\n\n"));
    }

    fn show(&mut self, line: &str, run: &Run) {
        let folder = self.folder.to_str().unwrap();
        let code = if run.code == 0 { String::new() } else { format!("? {}\n", run.code) };
        let errors: String = run.stderr.lines().map(|line| format!("! {line}\n")).collect();
        self.push(&format!("$ recoup {line}\n{code}{}{errors}\n", run.stdout).replace(folder, "[folder]"));
    }

    /// Adds text without the spaces at the ends of its lines.
    fn push(&mut self, text: &str) {
        for line in text.split_inclusive('\n') {
            self.text.push_str(line.trim_end_matches([' ', '\n']));
            self.text.push('\n');
        }
    }
}

/// Its arguments, as a shell would split them.
pub(crate) fn arguments(line: &str) -> Vec<&str> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(n, part)| if n % 2 == 0 { part.split_whitespace().collect() } else { vec![part] })
        .collect()
}
