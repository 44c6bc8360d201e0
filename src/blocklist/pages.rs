//! The storage of the fingerprints: pages of groups of places.
//!
//! A group has fifteen places: sixteen bytes that are searched at once (a tag for each place and, last, marks of
//! fingerprints that did not fit and went to the next group), and fifteen words that are read only if the tag
//! matches. Tags and words are in separate arrays, so that the tags of all users fit into the processor's cache: a
//! lookup of a user who is not blocked, which is the usual case, reads only those.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use super::fingerprint::Fingerprint;

const GROUPS: usize = 64;
const GROUP_PLACES: usize = 15;
/// The capacity of a page in fingerprints.
pub(super) const PAGE_PLACES: usize = GROUPS * GROUP_PLACES;

/// Enough for 2^32 pages, as [`locate`] counts them.
const SEGMENTS: usize = 28 * 16 + 16;

/// The tags of a page: of each group the first eight places' and the last seven's, lowest byte first, then the marks.
type Tags = [[AtomicU64; 2]; GROUPS];
type Words = [[AtomicU64; GROUP_PLACES]; GROUPS];

const EVERY_BYTE: u128 = u128::from_le_bytes([1; 16]);
const EVERY_TOP_BIT: u128 = EVERY_BYTE << 7;
const PLACES_ONLY: u128 = u128::MAX >> 8;

/// All pages, in segments that are allocated on demand and stay.
#[derive(Debug)]
pub(super) struct Pages {
    segments: Box<[OnceLock<Segment>]>,
}

/// Pages that were allocated together.
#[derive(Debug)]
struct Segment {
    tags: Box<[Tags]>,
    words: Box<[Words]>,
}

/// One page.
pub(super) struct Page<'a> {
    tags: &'a Tags,
    words: &'a Words,
}

impl Default for Pages {
    fn default() -> Self {
        Self { segments: (0..SEGMENTS).map(|_| OnceLock::new()).collect() }
    }
}

impl Pages {
    /// The page of this number, if it is allocated.
    #[inline]
    pub(super) fn page(&self, number: usize) -> Option<Page<'_>> {
        let (segment, at, _) = locate(number);
        let segment = self.segments.get(segment)?.get()?;
        Some(Page { tags: segment.tags.get(at)?, words: segment.words.get(at)? })
    }

    /// Allocates the page of this number, and those in the same segment.
    pub(super) fn make(&self, number: usize) {
        let (segment, _, len) = locate(number);
        if let Some(segment) = self.segments.get(segment) {
            segment.get_or_init(|| Segment {
                tags: (0..len).map(|_| [const { [const { AtomicU64::new(0) }; 2] }; GROUPS]).collect(),
                words: (0..len)
                    .map(|_| [const { [const { AtomicU64::new(0) }; GROUP_PLACES] }; GROUPS])
                    .collect(),
            });
        }
    }

    #[cfg(any(test, feature = "testing"))]
    /// Heap bytes.
    pub(super) fn bytes(&self) -> usize {
        let made = self.segments.iter().filter_map(OnceLock::get);
        size_of_val::<[_]>(&self.segments)
            + made
                .map(|segment| size_of_val::<[_]>(&segment.tags) + size_of_val::<[_]>(&segment.words))
                .sum::<usize>()
    }
}

/// The segment of a page, the page's index in it, and the segment's length.
///
/// A segment is a sixteenth to a thirty-second of all pages up to its end, so that little memory is allocated in
/// advance and the number of segments is bounded. A power of two of pages ends with a segment.
#[inline]
fn locate(number: usize) -> (usize, usize, usize) {
    let doubling = (number >> 4 | 1).ilog2();
    let len = 1 << doubling;
    let segment = usize::try_from(doubling * 16).unwrap_or(usize::MAX) + (number >> doubling);
    (segment, number & (len - 1), len)
}

impl Page<'_> {
    /// Whether the fingerprint is here.
    #[inline]
    pub(super) fn holds(&self, sought: Fingerprint) -> bool {
        self.find(sought).is_some()
    }

    /// Adds a fingerprint in the first free place from its group on; `false` if the page is full.
    pub(super) fn add(&self, new: Fingerprint) -> bool {
        for group in groups_from(new.word) {
            let tags = self.tags_of(group);
            let Some(place) = lowest(bytes_that_are(0, tags) & PLACES_ONLY) else {
                self.set_tags(group, tags | mark_of(new.tag));
                continue;
            };
            // Readers that see the tag see the word.
            self.words[group][place].store(new.word, Ordering::Release);
            self.set_tags(group, tags | (u128::from(new.tag) << (place * 8)));
            return true;
        }
        false
    }

    /// Removes a fingerprint; returns whether it was here.
    pub(super) fn remove(&self, sought: Fingerprint) -> bool {
        let Some((group, place)) = self.find(sought) else { return false };
        self.set_tags(group, self.tags_of(group) & !(0xff << (place * 8)));
        true
    }

    /// Removes every fingerprint that is not to be kept; returns how many.
    pub(super) fn keep_only(&self, is_kept: impl Fn(Fingerprint) -> bool) -> usize {
        let gone: Vec<_> = self.all().filter(|(.., fingerprint)| !is_kept(*fingerprint)).collect();
        for (group, place, _) in &gone {
            self.set_tags(*group, self.tags_of(*group) & !(0xff << (place * 8)));
        }
        gone.len()
    }

    /// Copies every fingerprint whose word has this bit to an empty page; returns how many.
    pub(super) fn copy_where(&self, bit: u64, other: &Page<'_>) -> usize {
        self.all().filter(|(.., copied)| copied.word & bit != 0 && other.add(*copied)).count()
    }

    /// Removes every fingerprint whose word has this bit, and the marks that no other needs.
    pub(super) fn remove_where(&self, bit: u64) {
        let mut kept = [0; GROUPS];
        for (group, place, fingerprint) in self.all().filter(|(.., kept)| kept.word & bit == 0) {
            kept[group] |= 0xff << (place * 8);
            for passed in groups_from(fingerprint.word).take_while(|passed| *passed != group) {
                kept[passed] |= mark_of(fingerprint.tag);
            }
        }
        for (group, kept) in kept.into_iter().enumerate() {
            self.set_tags(group, self.tags_of(group) & kept);
        }
    }

    /// Drops the marks that only removed fingerprints needed. With many additions and removals they would accumulate
    /// until every lookup went through the whole page.
    pub(super) fn tidy(&self) {
        self.remove_where(0);
    }

    /// Every fingerprint with its group and place.
    fn all(&self) -> impl Iterator<Item = (usize, usize, Fingerprint)> {
        (0..GROUPS).flat_map(move |group| {
            let tags = self.tags_of(group).to_le_bytes();
            let taken = self.words[group].iter().zip(tags).enumerate().filter(|(_, (_, tag))| *tag != 0);
            taken.map(move |(place, (word, tag))| {
                (group, place, Fingerprint { word: word.load(Ordering::Relaxed), tag })
            })
        })
    }

    #[inline]
    fn find(&self, sought: Fingerprint) -> Option<(usize, usize)> {
        for group in groups_from(sought.word) {
            let tags = self.tags_of(group);
            for place in places(bytes_that_are(sought.tag, tags) & PLACES_ONLY) {
                if self.words[group].get(place)?.load(Ordering::Acquire) == sought.word {
                    return Some((group, place));
                }
            }
            if tags & mark_of(sought.tag) == 0 {
                break;
            }
        }
        None
    }

    #[inline]
    fn tags_of(&self, group: usize) -> u128 {
        let [low, high] = &self.tags[group];
        u128::from(high.load(Ordering::Acquire)) << 64 | u128::from(low.load(Ordering::Acquire))
    }

    fn set_tags(&self, group: usize, tags: u128) {
        let bytes = tags.to_le_bytes();
        let (halves, _) = bytes.as_chunks();
        for (half, bytes) in self.tags[group].iter().zip(halves) {
            half.store(u64::from_le_bytes(*bytes), Ordering::Release);
        }
    }
}

/// Every group of a page, the word's own first.
#[inline]
fn groups_from(word: u64) -> impl Iterator<Item = usize> {
    let own = usize::from(word.to_le_bytes()[0]);
    (own..own + GROUPS).map(|group| group % GROUPS)
}

/// The mark that a group sent on fingerprints with tags like this: one of eight, so that few others have to be
/// searched in the next group too.
#[inline]
fn mark_of(tag: u8) -> u128 {
    1 << (120 + (tag & 7))
}

/// The top bit of each byte of `tags` that equals `tag`.
///
/// The subtraction may carry from such a byte into the one above, which is then reported too if it differs only in
/// the lowest bit: the lowest reported is always correct, others must be checked. A free place is never reported by
/// mistake, because no tag is 1; its word may be that of a removed user.
#[inline]
fn bytes_that_are(tag: u8, tags: u128) -> u128 {
    let differing = tags ^ u128::from_le_bytes([tag; 16]);
    differing.wrapping_sub(EVERY_BYTE) & !differing & EVERY_TOP_BIT
}

/// The places whose byte has a bit set.
#[inline]
fn places(mut marks: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = lowest(marks)?;
        marks &= marks - 1;
        Some(place)
    })
}

#[inline]
fn lowest(marks: u128) -> Option<usize> {
    if marks == 0 { None } else { usize::try_from(marks.trailing_zeros() / 8).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_page_sends_on_and_a_tidied_one_no_further_than_it_must() {
        let pages = Pages::default();
        pages.make(0);
        let page = pages.page(0).unwrap();
        let crowd =
            |number: u64| Fingerprint { word: number << 8, tag: 2 + u8::try_from(number % 250).unwrap() };
        let everyone = || (0..).map(crowd).take(PAGE_PLACES);
        assert!(everyone().all(|fingerprint| page.add(fingerprint)));
        assert!(!page.add(Fingerprint { word: 7, tag: 7 }));
        page.tidy();
        assert!(everyone().all(|fingerprint| page.holds(fingerprint)));
        assert!(everyone().skip(1).all(|fingerprint| page.remove(fingerprint)));
        page.tidy();
        assert!(page.holds(crowd(0)));
        assert_eq!((0..GROUPS).map(|group| page.tags_of(group)).sum::<u128>(), 2);
    }

    #[test]
    fn segments_follow_one_another() {
        let mut next = (0, 0);
        for number in 0..100_000 {
            let (segment, at, len) = locate(number);
            assert_eq!((segment, at), next, "page {number}");
            next = if at + 1 == len { (segment + 1, 0) } else { (segment, at + 1) };
        }
        let last = usize::try_from(u32::MAX).unwrap();
        assert_eq!(locate(last).0, SEGMENTS - 1);
    }
}
