//! Output for people and programs: tables, sentences, and JSON that is safe on a terminal. A closed pipe is an error to
//! handle, and never a panic.

pub(crate) mod actions;
pub(crate) mod books;
pub(crate) mod chart;
pub(crate) mod journal;
pub(crate) mod recovery_journal;
pub(crate) mod words;

use std::fmt::{self, Display};
use std::io::{self, IsTerminal as _, Stdout, Write as _};

use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use recoup::{shown, shown_lines};
use serde::Serialize;

/// The longest line for people, in characters.
const MAX_LINE: usize = 8000;

/// Standard output, for people or for programs.
pub(crate) struct Output {
    stdout: Stdout,
    json: bool,
}

impl Output {
    pub(crate) fn to_stdout(json: bool) -> Self {
        Self { stdout: io::stdout(), json }
    }

    /// Whether it is for programs.
    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    /// A line for people; leading line breaks are empty lines before it. It may contain names from stores and games,
    /// which must not control the terminal or add a line.
    pub(crate) fn print(&mut self, text: impl Display) -> io::Result<()> {
        let text = text.to_string();
        let line = text.trim_start_matches('\n');
        for _ in line.len()..text.len() {
            writeln!(self.stdout)?;
        }
        writeln!(self.stdout, "{}", shown(line, MAX_LINE).trim_end())
    }

    /// A table.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        for line in table.to_string().lines() {
            // Tables pad their last column.
            writeln!(self.stdout, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// A JSON document: indented on a terminal, one line elsewhere.
    pub(crate) fn document(&mut self, value: &impl Serialize) -> io::Result<()> {
        if self.stdout.is_terminal() {
            let text = serde_json::to_string_pretty(value)?;
            writeln!(self.stdout, "{}", without_unseen(text))
        } else {
            self.json_line(value)
        }
    }

    /// A JSON value on one line, flushed: its reader may act on it at once.
    pub(crate) fn json_line(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = serde_json::to_string(value)?;
        writeln!(self.stdout, "{}", without_unseen(text))?;
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// One line under the header and no other: a journal of forty lines stays readable.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// The longest cell, in characters.
const MAX_CELL: usize = 2000;

/// A table whose cells may contain any text: it cannot add a row or control the terminal.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table that fits the terminal; elsewhere, lines are as long as they need to be, for `grep`.
    pub(crate) fn with_columns(columns: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE).set_header(columns);
        if io::stdout().is_terminal() {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn add_row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.add_row(cells.into_iter().map(|cell| shown(cell.as_ref(), MAX_CELL)).collect::<Vec<_>>());
    }

    /// Adds a row with cells of several lines; only for our own text and the configuration's.
    pub(crate) fn add_row_of_lines<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.add_row(cells.into_iter().map(|cell| shown_lines(cell.as_ref())).collect::<Vec<_>>());
    }

    /// The same, with this width in characters.
    #[cfg(feature = "demo")]
    pub(crate) fn fitted(mut self, width: u16) -> Self {
        self.0.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// JSON with invisible characters as escapes, which mean the same: they can only be in strings.
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
