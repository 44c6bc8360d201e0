//! All refunds as CSV, and how much memory that takes.

use std::io::{self, Write};

use recoup::{Engine, Export, ExportFormat, ExportKind};

use crate::stopwatch::Stopwatch;
use crate::table::{Table, rate};

/// A tenth more than before is noise of the allocator.
const MORE_MEMORY: f64 = 10.0;

/// Counts what is written.
struct Counted(u64);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += u64::try_from(bytes.len()).unwrap_or(0);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn refunds(engine: &Engine, table: &mut Table) {
    let what = "export of all refunds as CSV, rows a second";
    if !table.wants(what) {
        return;
    }
    // Reading begins with the connection's own memory.
    engine.refunds(&recoup::RefundFilter::default(), None, 1000).expect("a page");
    let before = high_water(true);
    let mut out = Counted(0);
    let begun = Stopwatch::start();
    let export = Export::new(ExportKind::Refunds, ExportFormat::Csv);
    let exported = engine.export(&export, &mut out).expect("an export");
    let took = begun.elapsed();
    table.at_least(what, 50_000.0, "", rate(u32::try_from(exported.rows).unwrap_or(u32::MAX), took));
    table.noted("  rows, MiB", &format!("{}, {}", exported.rows, out.0 >> 20));
    if let (Some(before), Some(after)) = (before, high_water(false)) {
        let more = 100.0 * (after - before) / before;
        table.no_more_than("  memory at its highest, beside before", MORE_MEMORY, " %", more);
    }
}

/// The most memory that this process has had, in KiB, since it was last forgotten (Linux).
fn high_water(forget: bool) -> Option<f64> {
    if forget {
        std::fs::write("/proc/self/clear_refs", "5").ok()?;
    }
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
