//! Tables for eyes.

use std::io::IsTerminal as _;

pub(crate) use comfy_table::Table;
use comfy_table::{ContentArrangement, LineStyle, TableStyle};

/// One line under the header and no other: a journal of forty lines stays readable.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::new('─', '─', '─', '─'));

/// A table that fits the terminal; where there is none, lines are as long as they need to be, for `grep`.
pub(crate) fn with_columns(columns: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(columns);
    if std::io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table
}
