//! "Is this user blocked?" against a plain hash set of 128-bit ids, which is given the ids ready made.
//!
//! Aims: a lookup within 1.3 times of the peer's, readers that never wait for a writer, at most 24 bytes a user.
#![allow(missing_docs, reason = "criterion_group! makes undocumented functions")]
#![allow(clippy::print_stdout, reason = "the table at the end is what this is run for")]

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use criterion::{Criterion, criterion_group};
use recoup::Blocklist;
use recoup_benches::{Comparison, by_turns};
use twox_hash::XxHash3_128;

const SIZES: [(&str, u64); 2] = [("1 M", 1_000_000), ("10 M", 10_000_000)];
/// Enough that what a round of them touches is not all in the cache.
const LOOKUPS: usize = 1 << 20;
const AIM: Option<f64> = Some(1.3);
/// Rounds, and lookups in each, where ours and the peer take turns.
const TURNS: (u32, u32) = (31, 1 << 17);

thread_local! {
    /// The lines of what was measured by turns, for the end of the run.
    static BY_TURNS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn name(number: u64) -> String {
    format!("player-{number:09}")
}

fn id(user: &str) -> u128 {
    XxHash3_128::oneshot(user.as_bytes())
}

/// The same random users for both sides: as the host has them, and as the peer's ids.
struct Users {
    /// One after the other, all of the same length, so that it is not the reading of them that is measured.
    names: String,
    ids: Vec<u128>,
    at: Cell<usize>,
}

impl Users {
    fn random(from: u64, count: u64) -> Self {
        let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut users = Self { names: String::new(), ids: Vec::new(), at: Cell::new(0) };
        for _ in 0..LOOKUPS {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let user = name(from + state % count);
            users.ids.push(id(&user));
            users.names += &user;
        }
        users
    }

    fn next(&self) -> usize {
        let at = self.at.get();
        self.at.set((at + 1) % LOOKUPS);
        at
    }

    fn next_name(&self) -> &str {
        let len = self.names.len() / LOOKUPS;
        let from = self.next() * len;
        &self.names[from..from + len]
    }

    fn next_id(&self) -> &u128 {
        &self.ids[self.next()]
    }
}

fn lookups(c: &mut Criterion) {
    for (size, count) in SIZES {
        let list = Blocklist::new();
        list.extend((0..count).map(name));
        let peer: HashSet<u128> = (0..count).map(|number| id(&name(number))).collect();
        let (blocked, others) = (Users::random(0, count), Users::random(count, count));

        for (kind, users) in [("hit", &blocked), ("miss", &others)] {
            let mut group = c.benchmark_group(format!("is_blocked, {kind}, {size}"));
            group.bench_function("hash set", |b| b.iter(|| peer.contains(black_box(users.next_id()))));
            group.bench_function("recoup", |b| b.iter(|| list.contains(black_box(users.next_name()))));
            group.finish();
            let line = by_turns(
                &format!("is_blocked, {kind}, {size}"),
                AIM,
                TURNS,
                || _ = black_box(list.contains(black_box(users.next_name()))),
                || _ = black_box(peer.contains(black_box(users.next_id()))),
            );
            BY_TURNS.with_borrow_mut(|lines| lines.push(line));
        }

        let done = AtomicBool::new(false);
        thread::scope(|threads| {
            threads.spawn(|| write_until(&done, &list, count * 2));
            let mut group = c.benchmark_group(format!("is_blocked while writing, {size}"));
            group.bench_function("hash set", |b| b.iter(|| peer.contains(black_box(blocked.next_id()))));
            group.bench_function("recoup", |b| b.iter(|| list.contains(black_box(blocked.next_name()))));
            group.finish();
            done.store(true, Ordering::Relaxed);
        });
    }
}

/// Blocks users without a pause, and unblocks each after a while so that the size stays.
fn write_until(done: &AtomicBool, list: &Blocklist, from: u64) {
    const STAY: u64 = 10_000;
    let mut user = String::new();
    for number in from.. {
        if done.load(Ordering::Relaxed) {
            return;
        }
        for (number, blocks) in [(number, true), (number.saturating_sub(STAY), false)] {
            user.clear();
            if write!(user, "guest-{number:010}").is_ok() {
                _ = if blocks { list.insert(&user) } else { list.remove(&user) };
            }
        }
    }
}

fn block(c: &mut Criterion) {
    let list = Blocklist::new();
    list.extend((0..1_000_000).map(name));
    let mut peer: HashSet<u128> = (0..1_000_000).map(|number| id(&name(number))).collect();
    let users = Users::random(1_000_000, 8_000_000);
    let mut group = c.benchmark_group("block, 1 M");
    group.bench_function("hash set", |b| b.iter(|| peer.insert(*users.next_id())));
    group.bench_function("recoup", |b| b.iter(|| list.insert(users.next_name())));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(50)
        .without_plots()
        .configure_from_args();
    targets = lookups, block
}

fn main() {
    let begun = SystemTime::now();
    benches();
    Criterion::default().configure_from_args().final_summary();
    let compare = |group, aim| Comparison { group, ours: "recoup", peer: "hash set", aim };
    recoup_benches::print(
        begun,
        &[
            compare("is_blocked, hit, 1 M", AIM),
            compare("is_blocked, miss, 1 M", AIM),
            compare("is_blocked, hit, 10 M", AIM),
            compare("is_blocked, miss, 10 M", AIM),
            compare("is_blocked while writing, 1 M", AIM),
            compare("is_blocked while writing, 10 M", AIM),
            compare("block, 1 M", None),
        ],
    );
    println!("\nby turns of {} lookups, medians of {} rounds", TURNS.1, TURNS.0);
    BY_TURNS.with_borrow(|lines| lines.iter().for_each(|line| println!("{line}")));
    println!();
    for (size, count) in SIZES {
        let users: Vec<String> = (0..count).map(name).collect();
        let list = Blocklist::new();
        let begin = Instant::now();
        list.extend(&users);
        let took = begin.elapsed();
        let hundredths = list.bytes() * 100 / list.len();
        println!(
            "{size} users: {}.{:02} bytes a user (aim: at most 24), loaded in {took:.2?}",
            hundredths / 100,
            hundredths % 100
        );
    }
}
