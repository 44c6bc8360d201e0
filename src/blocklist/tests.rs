use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use proptest::prelude::*;

use super::Blocklist;

fn name(number: usize) -> String {
    format!("player-{number:010}")
}

#[test]
fn holds_the_inserted_users_and_no_other() {
    let list = Blocklist::new();
    assert!(list.is_empty());
    assert!(!list.contains("ann"));
    assert!(list.insert("ann"));
    assert!(list.contains("ann"));
    assert!(!list.contains("Ann"));
    assert!(!list.contains("ann "));
    assert_eq!(list.len(), 1);
}

#[test]
fn a_user_inserted_twice_is_there_once_and_removed_by_one_removal() {
    let list = Blocklist::new();
    assert!(list.insert("ann"));
    assert!(!list.insert("ann"));
    list.extend(["ann", "bob", "ann"]);
    assert_eq!(list.len(), 2);
    assert!(list.remove("ann"));
    assert!(!list.contains("ann"));
    assert!(list.contains("bob"));
    assert_eq!(list.len(), 1);
}

#[test]
fn removing_an_absent_user_changes_nothing() {
    let list = Blocklist::new();
    assert!(!list.remove("ann"));
    list.insert("bob");
    assert!(!list.remove("ann"));
    assert_eq!(list.len(), 1);
}

#[test]
fn any_text_is_a_user_id() {
    let list = Blocklist::new();
    let ids =
        [String::new(), "\0".into(), "\0\0".into(), "ünïcödé".into(), "x".repeat(17), "x".repeat(100_000)];
    for (before, id) in ids.iter().enumerate() {
        assert!(!list.contains(id));
        assert!(list.insert(id));
        assert_eq!(list.len(), before + 1);
    }
    assert!(ids.iter().all(|id| list.contains(id)));
}

#[test]
fn a_bulk_load_is_the_same_as_inserting_one_by_one() {
    let (bulk, single) = (Blocklist::new(), Blocklist::new());
    bulk.extend((0..50_000).map(name));
    for number in 0..50_000 {
        assert!(single.insert(&name(number)));
    }
    for list in [&bulk, &single] {
        assert_eq!(list.len(), 50_000);
        assert!((0..50_000).all(|number| list.contains(&name(number))));
        assert!(!(50_000..100_000).any(|number| list.contains(&name(number))));
    }
}

#[test]
fn a_removed_user_stays_removed_beside_the_others() {
    let list = Blocklist::new();
    list.extend((0..200_000).map(name));
    for number in (1..200_000).step_by(2) {
        assert!(list.remove(&name(number)));
    }
    for number in 0..200_000 {
        assert_eq!(list.contains(&name(number)), number % 2 == 0, "{number}");
    }
}

#[test]
fn the_place_of_a_removed_user_is_used_again() {
    let list = Blocklist::new();
    list.extend((0..20_000).map(name));
    let bytes = list.bytes();
    for number in 0..200_000 {
        assert!(list.remove(&name(number)));
        assert!(list.insert(&name(number + 20_000)));
    }
    assert_eq!(list.len(), 20_000);
    assert!(list.bytes() <= 2 * bytes, "{} from {bytes}", list.bytes());
}

#[test]
fn a_user_takes_at_most_24_bytes_at_any_size_worth_counting() {
    let (bulk, single) = (Blocklist::new(), Blocklist::new());
    for from in (0..1_000_000).step_by(20_000) {
        bulk.extend((from..from + 20_000).map(name));
        for number in from..(from + 20_000).min(300_000) {
            single.insert(&name(number));
        }
        for list in [&bulk, &single].into_iter().filter(|list| list.len() >= 40_000) {
            assert!(list.bytes() <= 24 * list.len(), "{} for {}", list.bytes(), list.len());
        }
    }
    assert_eq!(bulk.len(), 1_000_000);
}

#[test]
fn readers_never_miss_a_user_while_others_come_and_go() {
    const STAYING: usize = 2_000;
    const COMING: usize = 60_000;
    let list = Blocklist::new();
    list.extend((0..STAYING).map(name));
    let (come, done) = (AtomicUsize::new(STAYING), AtomicBool::new(false));
    thread::scope(|threads| {
        for reader in 0..3 {
            let (list, come, done) = (&list, &come, &done);
            threads.spawn(move || {
                let mut step: usize = reader;
                while !done.load(Ordering::Relaxed) {
                    step = step.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(3_037_000_493);
                    let staying = (step >> 33) % come.load(Ordering::Acquire);
                    assert!(list.contains(&name(staying)), "{staying} was missed");
                    assert!(!list.contains(&format!("stranger-{step}")));
                }
            });
        }
        for number in STAYING..COMING {
            list.insert(&name(number));
            come.store(number + 1, Ordering::Release);
            list.insert(&format!("passing-{number}"));
            if number % 3 != 0 {
                list.remove(&format!("passing-{number}"));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn writers_may_be_many() {
    let list = Blocklist::new();
    thread::scope(|threads| {
        for writer in 0..4 {
            let list = &list;
            threads.spawn(move || {
                (0..10_000).for_each(|number| _ = list.insert(&name(number * 2 + writer % 2)))
            });
        }
    });
    assert_eq!(list.len(), 20_000);
    assert!((0..20_000).all(|number| list.contains(&name(number))));
}

#[derive(Clone, Debug)]
enum Step {
    Insert(usize),
    Remove(usize),
    Extend(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let user = 0..400_usize;
    prop_oneof![
        4 => user.clone().prop_map(Step::Insert),
        4 => user.clone().prop_map(Step::Remove),
        1 => (user, 0..3_000_usize).prop_map(|(from, count)| Step::Extend(from, count)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn does_as_a_plain_set_does(steps in prop::collection::vec(step(), 1..200)) {
        let list = Blocklist::new();
        let mut model = HashSet::new();
        for step in steps {
            match step {
                Step::Insert(user) => prop_assert_eq!(list.insert(&name(user)), model.insert(user)),
                Step::Remove(user) => prop_assert_eq!(list.remove(&name(user)), model.remove(&user)),
                Step::Extend(from, count) => {
                    list.extend((from..from + count).map(name));
                    model.extend(from..from + count);
                }
            }
            prop_assert_eq!(list.len(), model.len());
        }
        for user in 0..4_000 {
            prop_assert_eq!(list.contains(&name(user)), model.contains(&user));
        }
    }
}
