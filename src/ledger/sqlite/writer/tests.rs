//! How SQLite's writer handles transactions that SQLite ends by itself, and a log that grows.

use super::*;
use crate::ledger::writer::tests::{kept, ledger, put};

#[test]
fn a_transaction_that_sqlite_rolled_back_by_itself_fails_for_all_callers_that_shared_it() {
    let (_folder, ledger) = ledger();
    let undone: Result<(), LedgerError> = ledger.writer.run(|tx| {
        put(tx, "half")?;
        // What SQLite does by itself on a full disk.
        tx.execute("ROLLBACK", &[])?;
        Err(LedgerError::DiskFull)
    });
    assert_eq!(undone, Err(LedgerError::DiskFull));
    ledger.writer.run(|tx| put(tx, "after")).unwrap();
    assert_eq!(kept(&ledger), 1);
}

#[test]
fn a_log_that_a_reader_made_large_is_small_again_once_the_reader_ends() {
    let (folder, ledger) = ledger();
    let path = folder.path().join("ledger.db");
    ledger.writer.run(|tx| put(tx, "before")).unwrap();
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM policies").unwrap();
    for letter in 'a'..='t' {
        ledger.writer.run(move |tx| put(tx, &letter.to_string().repeat(1 << 20))).unwrap();
    }
    assert!(ledger.file.files.log_size() > 20 << 20);
    reader.execute_batch("COMMIT").unwrap();
    let begun = Instant::now();
    while ledger.file.files.log_size() > 1 << 20 {
        assert!(begun.elapsed() < Duration::from_secs(30), "still {} bytes", ledger.file.files.log_size());
        std::thread::yield_now();
    }
    drop(reader);
    ledger.writer.run(|tx| put(tx, "after")).unwrap();
    assert_eq!(kept(&ledger), 22);
}
