//! Maps fingerprints to pages.

use std::iter::repeat_n;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// 2^32 pages, the range of a page number.
const DEEPEST: u32 = 32;
/// One for each depth from 0.
const TABLES: usize = 33;

/// Maps the first bits of a word to the number of a page.
///
/// Its size doubles when a page with only one entry is split. The smaller tables stay for readers that still use
/// them: together they are as large as the last, and that is less than a hundredth of the pages' size.
#[derive(Debug)]
pub(super) struct Directory {
    /// How many bits are used; also the index of the table in use.
    depth: AtomicU32,
    /// The table of each depth, by the first bits.
    tables: [OnceLock<Box<[AtomicU32]>>; TABLES],
}

impl Default for Directory {
    fn default() -> Self {
        let mut tables = [const { OnceLock::new() }; TABLES];
        let [undivided, ..] = &mut tables;
        *undivided = OnceLock::from(Box::from([AtomicU32::new(0)]));
        Self { depth: AtomicU32::new(0), tables }
    }
}

impl Directory {
    /// The page number of this word.
    #[inline]
    pub(super) fn lead(&self, word: u64) -> usize {
        let depth = self.depth.load(Ordering::Acquire);
        self.table(depth)
            .get(first_bits(word, depth))
            .map_or(usize::MAX, |entry| index(entry.load(Ordering::Acquire)))
    }

    /// Whether pages can be this deep.
    pub(super) fn reaches(&self, depth: u32) -> bool {
        depth <= DEEPEST
    }

    /// Maps all words that share the first `depth` bits of `prefix` to a page. For the one writer.
    pub(super) fn lead_to(&self, prefix: u64, depth: u32, page: usize) {
        let Ok(page) = u32::try_from(page) else { return };
        let mut table_depth = self.depth.load(Ordering::Relaxed);
        while table_depth < depth {
            self.double(table_depth);
            table_depth += 1;
        }
        let from = first_bits(prefix, table_depth);
        let entries = 1 << (table_depth - depth);
        for entry in self.table(table_depth).iter().skip(from).take(entries) {
            entry.store(page, Ordering::Release);
        }
    }

    #[cfg(any(test, feature = "testing"))]
    /// Heap bytes.
    pub(super) fn bytes(&self) -> usize {
        self.tables.iter().filter_map(OnceLock::get).map(|table| size_of_val::<[AtomicU32]>(table)).sum()
    }

    fn double(&self, depth: u32) {
        let old = self.table(depth);
        let twice = old.iter().flat_map(|entry| repeat_n(entry.load(Ordering::Relaxed), 2));
        if let Some(table) = self.tables.get(index(depth + 1)) {
            table.get_or_init(|| twice.map(AtomicU32::new).collect());
        }
        self.depth.store(depth + 1, Ordering::Release);
    }

    #[inline]
    fn table(&self, depth: u32) -> &[AtomicU32] {
        self.tables.get(index(depth)).and_then(OnceLock::get).map_or(&[], |table| table)
    }
}

#[inline]
fn first_bits(word: u64, depth: u32) -> usize {
    usize::try_from(word.checked_shr(u64::BITS - depth).unwrap_or(0)).unwrap_or(usize::MAX)
}

#[inline]
fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
