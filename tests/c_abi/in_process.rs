//! The library inside a host that is written in C and has the system's signal settings: forks, locks and files that go, signals,
//! and limits. A Rust program would hide most of it: it ignores SIGPIPE from its start.

use std::path::{Path, PathBuf};
use std::process::Command;

use recoup_tests::workshop::{Workshop, run};

/// Runs a program, and expects it to come to its end.
fn comes_to_its_end(program: &Path, arguments: &[&str]) {
    assert_eq!(run(Command::new(program).args(arguments)), "ok\n", "{arguments:?}");
}

fn compiled(workshop: &Workshop, name: &str) -> PathBuf {
    workshop.compile(name, &[&format!("tests/c/{name}.c")])
}

/// A folder in the workshop that other users may read: a program may continue as another user.
fn folder(workshop: &Workshop, name: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = workshop.folder.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    for path in [workshop.folder.path(), &folder] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn what_a_forked_child_was_answered_is_kept() {
    let workshop = Workshop::new();
    let ledger = folder(&workshop, "of-fork") + "/ledger.db";
    comes_to_its_end(&compiled(&workshop, "fork_durable"), &[&ledger]);
}

#[test]
fn a_lost_ledger_is_never_answered_ok() {
    let workshop = Workshop::new();
    let program = compiled(&workshop, "lost");
    let harms = [
        "read",
        "read-shm",
        "unlink",
        "unlink-wal",
        "unlink-shm",
        "cut",
        "replace",
        "replace-wal",
        "rename",
        "folder",
        "link",
    ];
    for (harm, when) in harms.iter().flat_map(|harm| [(harm, "at-once"), (harm, "later")]) {
        let folder = workshop.folder.path().join(format!("{harm}-{when}"));
        comes_to_its_end(&program, &[folder.to_str().unwrap(), harm, when]);
    }
}

#[test]
fn no_signal_reaches_the_host_and_none_is_taken_from_it() {
    let workshop = Workshop::new();
    let ledger = folder(&workshop, "of-signals") + "/ledger.db";
    comes_to_its_end(&compiled(&workshop, "signals"), &[&ledger]);
}

#[test]
fn limits_on_threads_descriptors_and_files_are_errors() {
    let workshop = Workshop::new();
    let program = compiled(&workshop, "limits");
    for limit in ["threads", "descriptors", "sizes"] {
        comes_to_its_end(&program, &[&folder(&workshop, limit), limit]);
    }
}
