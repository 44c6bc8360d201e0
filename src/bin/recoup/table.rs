//! Tables for eyes.

use std::fmt;
use std::io::IsTerminal as _;

use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use recoup::{shown, shown_lines};

/// One line under the header and no other: a journal of forty lines stays readable.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// The longest cell, in characters.
const MAX_CELL: usize = 2000;

/// A table whose cells may hold any text: none of it can make a row, or drive the terminal.
pub(crate) struct Table(comfy_table::Table);

/// A table that fits the terminal; where there is none, lines are as long as they need to be, for `grep`.
pub(crate) fn with_columns(columns: &[&str]) -> Table {
    let mut table = comfy_table::Table::new();
    table.load_style(STYLE).set_header(columns);
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    Table(table)
}

impl Table {
    /// Adds a row.
    pub(crate) fn add_row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.add_row(cells.into_iter().map(|cell| shown(cell.as_ref(), MAX_CELL)).collect::<Vec<_>>());
    }

    /// Adds a row whose cells may have several lines each; only for text of ours and the configuration's.
    pub(crate) fn add_row_of_lines<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.0.add_row(cells.into_iter().map(|cell| shown_lines(cell.as_ref())).collect::<Vec<_>>());
    }

    /// The same, so many characters wide.
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
