//! The one way to standard output: a closed pipe is an error to handle, and never a panic.

use std::fmt::Display;
use std::io::{IsTerminal as _, Stdout, Write as _};

use serde::Serialize;

use crate::failure::Failure;

/// Standard output, for people or for programs.
pub(crate) struct Output {
    stdout: Stdout,
    json: bool,
}

impl Output {
    pub(crate) fn to_stdout(json: bool) -> Self {
        Self { stdout: std::io::stdout(), json }
    }

    /// Whether programs read along.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// A line, or several, for people.
    pub(crate) fn say(&mut self, text: impl Display) -> Result<(), Failure> {
        // Stores' and games' names end up here; none of them may drive the terminal.
        let text: String = text
            .to_string()
            .chars()
            .map(
                |letter| {
                    if letter.is_control() && letter != '\n' { char::REPLACEMENT_CHARACTER } else { letter }
                },
            )
            .collect();
        for line in text.split('\n') {
            // Tables fill their last column up to its width.
            writeln!(self.stdout, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// A JSON document: easy to read on a terminal, one line elsewhere.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        if self.stdout.is_terminal() {
            let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
            Ok(writeln!(self.stdout, "{text}")?)
        } else {
            self.json_line(value)
        }
    }

    /// A JSON value on a line of its own, out at once: its reader may act on it while we still work.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
        writeln!(self.stdout, "{text}")?;
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }
}
