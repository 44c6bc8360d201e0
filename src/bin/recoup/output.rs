//! The one way to standard output: a closed pipe is an error to handle, and never a panic.

use std::fmt::Display;
use std::io::{IsTerminal as _, Stdout, Write as _};

use serde::Serialize;

use recoup::{shown, shown_lines};

use crate::failure::Failure;
use crate::table::Table;

/// The longest line for people, in characters.
const MAX_LINE: usize = 8000;

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

    /// A line for people; line breaks that it begins with are empty lines before it.
    ///
    /// Stores' and games' names end up here; none of them may drive the terminal, or make a line of its own.
    pub(crate) fn say(&mut self, text: impl Display) -> Result<(), Failure> {
        let text = text.to_string();
        let line = text.trim_start_matches('\n');
        for _ in line.len()..text.len() {
            writeln!(self.stdout)?;
        }
        Ok(writeln!(self.stdout, "{}", shown(line, MAX_LINE).trim_end())?)
    }

    /// A table.
    pub(crate) fn table(&mut self, table: &Table) -> Result<(), Failure> {
        for line in table.to_string().lines() {
            // Tables fill their last column up to its width.
            writeln!(self.stdout, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// A JSON document: easy to read on a terminal, one line elsewhere.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        if self.stdout.is_terminal() {
            let text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
            Ok(writeln!(self.stdout, "{}", without_unseen(text))?)
        } else {
            self.json_line(value)
        }
    }

    /// A JSON value on a line of its own, out at once: its reader may act on it while we still work.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
        writeln!(self.stdout, "{}", without_unseen(text))?;
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.stdout.flush()?)
    }
}

/// JSON with what is not seen written as escapes, which mean the same: it may only stand in strings.
pub(crate) fn without_unseen(json: String) -> String {
    if json.is_ascii() {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        let is_seen = letter.is_ascii() || shown_lines(letter.encode_utf8(&mut [0; 4])).starts_with(letter);
        if is_seen {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_unseen;

    #[test]
    fn json_means_the_same_without_what_is_not_seen() {
        let text = "a\u{202e}b\u{e0041}게임\u{7f}\u{9b}\n";
        let json = serde_json::to_string(text).unwrap();
        let escaped = without_unseen(json.clone());
        assert_eq!(escaped, "\"a\\u202eb\\udb40\\udc41게임\u{7f}\\u009b\\n\"");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}
