//! Backups of a ledger in use.

use super::*;

fn users(folder: &std::path::Path, name: &str) -> Vec<String> {
    let text = format!(r#"{{"database":"{name}"}}"#);
    let config = Config::from_json(text.as_bytes(), folder).unwrap();
    let engine = EngineOptions::new().clock(ManualClock::new(NOON)).open(config).unwrap();
    let mut users: Vec<String> =
        engine.blocks(false, None, 1000).unwrap().items.into_iter().map(|block| block.user).collect();
    users.sort_unstable();
    users
}

#[test]
fn a_backup_has_all_that_was_acknowledged_and_is_one_file() {
    let fixture = Fixture::new("[]");
    fixture.engine.block("ann", None, "test", "kept").unwrap();
    let backup = fixture.folder.path().join("backup.db");
    fixture.engine.backup(&backup).unwrap();
    fixture.engine.block("bob", None, "test", "later").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let names: Vec<String> = std::fs::read_dir(fixture.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("backup"))
        .collect();
    assert_eq!(names, ["backup.db"]);
    assert_eq!(users(fixture.folder.path(), "backup.db"), ["ann"]);
    assert_eq!(users(fixture.folder.path(), "ledger.db"), ["ann", "bob"]);
}

#[test]
fn a_backup_overwrites_nothing() {
    let fixture = Fixture::new("[]");
    let taken = fixture.folder.path().join("taken");
    std::fs::write(&taken, "mine").unwrap();
    let error = fixture.engine.backup(&taken).unwrap_err();
    assert_eq!((error.code(), error.is_retryable()), ("backup_exists", false));
    assert_eq!(std::fs::read(&taken).unwrap(), b"mine");
    let ledger = fixture.folder.path().join("ledger.db");
    assert_eq!(fixture.engine.backup(&ledger).unwrap_err().code(), "backup_exists");
    let nowhere = fixture.folder.path().join("no-folder/backup.db");
    assert_eq!(fixture.engine.backup(&nowhere).unwrap_err().code(), "backup_failed");
}

#[test]
fn backups_made_while_others_write_are_each_one_state() {
    let fixture = Fixture::new("[]");
    let other = open(fixture.folder.path(), &fixture.clock, "[]");
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (engine, name) in [(&fixture.engine, "a"), (&other, "b")] {
            let done = &done;
            scope.spawn(move || {
                let mut count = 0;
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    engine.block(&format!("{name}-{count:05}"), None, "test", "busy").unwrap();
                    count += 1;
                }
            });
        }
        for n in 0..5 {
            fixture.engine.block(&format!("before-{n}"), None, "test", "before").unwrap();
            fixture.engine.backup(fixture.folder.path().join(format!("copy-{n}.db"))).unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    for n in 0..5 {
        let copy = fixture.folder.path().join(format!("copy-{n}.db"));
        assert_eq!(another_program::rows(&copy, "PRAGMA integrity_check"), [["ok"]]);
        let users = another_program::rows(&copy, "SELECT player FROM blocks ORDER BY id").concat();
        assert!(users.contains(&format!("before-{n}")), "an acknowledged block is missing");
        let other = users.iter().filter(|user| user.starts_with("a-")).count();
        assert_eq!(
            users.iter().rfind(|user| user.starts_with("a-")),
            (other > 0).then(|| format!("a-{:05}", other - 1)).as_ref()
        );
    }
}

#[test]
fn a_closed_engine_makes_no_backup() {
    let fixture = Fixture::new("[]");
    fixture.engine.close().unwrap();
    assert_eq!(fixture.engine.backup(fixture.folder.path().join("late.db")).unwrap_err().code(), "closed");
}
