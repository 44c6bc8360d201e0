//! The in-memory answer to "is this user blocked?", for every login and every match.
//!
//! It stores only fingerprints of user ids (see [`fingerprint`]), in an extendible hash table: a [`Directory`] maps
//! the first bits of a fingerprint to a page, and a full page is split in two by the next bit. The layout has three
//! properties:
//!
//! - **A reader takes no lock and does no atomic read-modify-write**, only loads. Counting readers in and out (an
//!   `Arc`, an epoch, a read lock) costs as much as the lookup itself, because such an instruction keeps the
//!   processor from starting the next lookup while this one waits for memory.
//! - **Nothing that a reader may be reading is ever freed or moved**: pages live as long as the list. A writer puts a
//!   fingerprint into a free place, and a split copies half a page to a new one, directs readers there, and only then
//!   frees the places in the old page. A reader that came too late for its place finds on a miss that the directory now
//!   points elsewhere, and looks there. Each such turn goes one bit deeper, so it ends, whatever the writer does and
//!   wherever it was stopped.
//! - **Memory follows the largest number of users there ever was**: 12 to 24 bytes per user, depending on how long
//!   ago the pages were split. Space of unblocked users is reused.

mod directory;
mod fingerprint;
mod pages;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use directory::Directory;
use fingerprint::{Fingerprint, HashSecret};
use pages::{PAGE_PLACES, Pages};

/// A page with this many is split before it takes another. Fuller pages would send too many lookups to a second
/// group; emptier ones would need more than 24 bytes per user just after their split.
const SPLIT_AT: usize = PAGE_PLACES / 6 * 5;
/// The number per page that a bulk load plans for: lower, so that chance alone seldom splits a page.
const PLANNED: usize = PAGE_PLACES / 5 * 4;
/// How many removals from a page may leave marks behind before a walk over the page is worthwhile to drop them.
const TIDY_AFTER: usize = PAGE_PLACES / 10;
/// How many users a bulk load sorts at a time: enough for many to fall on each page, while the page is in the cache.
const BATCH: usize = 1 << 20;

/// A set of blocked users that any number of threads read without waiting.
#[derive(Debug)]
#[cfg_attr(not(feature = "testing"), allow(unreachable_pub, reason = "public for the benchmarks only"))]
pub struct Blocklist {
    secret: HashSecret,
    directory: Directory,
    pages: Pages,
    len: AtomicUsize,
    leaves: Mutex<Vec<Leaf>>,
}

/// A writer's data about a page. Readers need none of it.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    /// The first bits, of `depth`, of every fingerprint on the page; the rest is zero.
    prefix: u64,
    depth: u32,
    count: usize,
    /// How many were removed since the page was last tidied.
    removed: usize,
}

impl Default for Blocklist {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg_attr(not(feature = "testing"), allow(unreachable_pub, reason = "public for the benchmarks only"))]
impl Blocklist {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        let pages = Pages::default();
        pages.make(0);
        Self {
            secret: HashSecret::random(),
            directory: Directory::default(),
            pages,
            len: AtomicUsize::new(0),
            leaves: Mutex::new(vec![Leaf { prefix: 0, depth: 0, count: 0, removed: 0 }]),
        }
    }

    /// Whether the user is on the list. Never waits.
    #[must_use]
    #[inline]
    pub fn contains(&self, user: &str) -> bool {
        self.holds(self.secret.fingerprint(user))
    }

    /// Adds a user; returns whether the user is new.
    pub fn insert(&self, user: &str) -> bool {
        self.add(&mut self.write(), self.secret.fingerprint(user))
    }

    /// Removes a user; returns whether the user was on the list.
    pub fn remove(&self, user: &str) -> bool {
        let sought = self.secret.fingerprint(user);
        let mut leaves = self.write();
        let number = self.directory.lead(sought.word);
        let (Some(page), Some(leaf)) = (self.pages.page(number), leaves.get_mut(number)) else {
            return false;
        };
        if !page.remove(sought) {
            return false;
        }
        self.len.fetch_sub(1, Ordering::Relaxed);
        leaf.count -= 1;
        leaf.removed += 1;
        if leaf.removed >= TIDY_AFTER {
            page.tidy();
            leaf.removed = 0;
        }
        true
    }

    /// Removes everyone who is not one of these users.
    pub fn keep_only<U: AsRef<str>>(&self, users: impl IntoIterator<Item = U>) {
        let fingerprint = |user: U| self.secret.fingerprint(user.as_ref());
        let kept: BTreeSet<(u64, u8)> =
            users.into_iter().map(fingerprint).map(|kept| (kept.word, kept.tag)).collect();
        for (number, leaf) in self.write().iter_mut().enumerate() {
            let Some(page) = self.pages.page(number) else { continue };
            let removed = page.keep_only(|fingerprint| kept.contains(&(fingerprint.word, fingerprint.tag)));
            page.tidy();
            self.len.fetch_sub(removed, Ordering::Relaxed);
            leaf.count = leaf.count.saturating_sub(removed);
            leaf.removed = 0;
        }
    }

    /// Adds many users, as at start-up, one page at a time.
    pub fn extend<U: AsRef<str>>(&self, users: impl IntoIterator<Item = U>) {
        let mut users = users.into_iter();
        let mut batch = Vec::new();
        loop {
            batch.clear();
            batch.extend(users.by_ref().take(BATCH).map(|user| self.secret.fingerprint(user.as_ref())));
            if batch.is_empty() {
                return;
            }
            batch.sort_unstable_by_key(|fingerprint| fingerprint.word);
            let mut leaves = self.write();
            self.plan_for(&mut leaves, self.len() + batch.len());
            for &fingerprint in &batch {
                self.add(&mut leaves, fingerprint);
            }
        }
    }

    /// How many users are on the list.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    #[cfg(any(test, feature = "testing"))]
    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[cfg(any(test, feature = "testing"))]
    /// The list's size on the heap, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let leaves = self.write().capacity() * size_of::<Leaf>();
        leaves + self.directory.bytes() + self.pages.bytes()
    }

    #[inline]
    fn holds(&self, sought: Fingerprint) -> bool {
        let mut number = self.directory.lead(sought.word);
        loop {
            if self.pages.page(number).is_some_and(|page| page.holds(sought)) {
                return true;
            }
            let now = self.directory.lead(sought.word);
            if now == number {
                return false;
            }
            number = now;
        }
    }

    /// A writer that panicked left a duplicate fingerprint or a count that is too low at worst, and neither loses a
    /// block.
    fn write(&self) -> MutexGuard<'_, Vec<Leaf>> {
        self.leaves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, leaves: &mut Vec<Leaf>, new: Fingerprint) -> bool {
        if self.holds(new) {
            return false;
        }
        let mut number = self.directory.lead(new.word);
        while leaves.get(number).is_some_and(|leaf| leaf.count >= SPLIT_AT) && self.split(leaves, number) {
            number = self.directory.lead(new.word);
        }
        let added = self.pages.page(number).is_some_and(|page| page.add(new));
        if let Some(leaf) = leaves.get_mut(number).filter(|_| added) {
            leaf.count += 1;
            self.len.fetch_add(1, Ordering::Relaxed);
        }
        added
    }

    /// Splits pages in advance until `users` fit.
    ///
    /// Without it, the users of a sorted batch would all fall on the page that the batch has reached, and leave a trail
    /// of half-empty ones.
    fn plan_for(&self, leaves: &mut Vec<Leaf>, users: usize) {
        let depth = users.div_ceil(PLANNED).next_power_of_two().ilog2();
        let mut number = 0;
        while let Some(leaf) = leaves.get(number) {
            if leaf.depth >= depth || !self.split(leaves, number) {
                number += 1;
            }
        }
    }

    /// Moves half of a page to a new one; `false` if the directory cannot grow deeper, which is beyond any machine's
    /// memory.
    fn split(&self, leaves: &mut Vec<Leaf>, number: usize) -> bool {
        let upper_number = leaves.len();
        let Some(leaf) = leaves.get_mut(number) else { return false };
        if !self.directory.reaches(leaf.depth + 1) {
            return false;
        }
        self.pages.make(upper_number);
        let (Some(lower), Some(upper)) = (self.pages.page(number), self.pages.page(upper_number)) else {
            return false;
        };
        let bit = 1 << (u64::BITS - 1 - leaf.depth);
        let moved = lower.copy_where(bit, &upper);
        leaf.depth += 1;
        leaf.count -= moved;
        let upper_leaf = Leaf { prefix: leaf.prefix | bit, depth: leaf.depth, count: moved, removed: 0 };
        // Readers rely on this order: the copies are complete before the directory points to them, and it does before
        // the originals are removed.
        self.directory.lead_to(upper_leaf.prefix, upper_leaf.depth, upper_number);
        lower.remove_where(bit);
        leaf.removed = 0;
        leaves.push(upper_leaf);
        true
    }
}
