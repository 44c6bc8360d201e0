//! What the writer promises: shared commits, failures that stay with their own, nothing lost in between.

use std::sync::Arc;

use super::*;
use crate::ledger::columns::column;
use crate::ledger::values::values;
use crate::ledger::{Ledger, NewEntry, Presence};

pub(in crate::ledger) struct NoHooks;

impl WriterHooks for NoHooks {
    fn committed(&mut self, _: Vec<MemoryUpdate>) {}

    fn idle(&mut self, _: &mut Idle<'_>) -> Result<(), LedgerError> {
        Ok(())
    }
}

/// Begins something, and panics in the midst of it.
struct PanickingHooks(SyncSender<()>);

impl WriterHooks for PanickingHooks {
    fn committed(&mut self, _: Vec<MemoryUpdate>) {}

    fn idle(&mut self, ledger: &mut Idle<'_>) -> Result<(), LedgerError> {
        ledger
            .change(|_| -> Result<(), LedgerError> {
                let _ = self.0.try_send(());
                panic!("on purpose");
            })
            .map(drop)
    }
}

#[test]
fn a_panic_beside_the_jobs_leaves_the_writer_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let (notify, reported) = sync_channel(1);
    let path = folder.path().join("ledger.db");
    let hooks = PanickingHooks(notify);
    let ledger = Ledger::open(&path, |_: &Tx<'_>, _: &Presence| Ok(()), |(), _| Ok(hooks)).unwrap();
    reported.recv().unwrap();
    ledger.writer.run(|tx| put(tx, "kept")).unwrap();
    assert_eq!(kept(&ledger), 1);
}

pub(in crate::ledger) fn ledger() -> (tempfile::TempDir, Arc<Ledger>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let ledger = Ledger::open(&path, |_: &Tx<'_>, _: &Presence| Ok(()), |(), _| Ok(NoHooks)).unwrap();
    (folder, Arc::new(ledger))
}

pub(in crate::ledger) fn put(tx: &Tx<'_>, name: &str) -> Result<(), LedgerError> {
    tx.insert("policies", &values! { rules: name, since: 0_i64 }).map(drop)
}

pub(in crate::ledger) fn kept(ledger: &Ledger) -> i64 {
    ledger.readers.read(|read| read.number("SELECT count(*) FROM policies", &[])).unwrap()
}

#[test]
fn callers_that_wait_together_share_one_commit() {
    let (_folder, ledger) = ledger();
    let (reply, answers) = sync_channel(10);
    let queue = ledger.writer.jobs.clone();
    ledger
        .writer
        .run(move |tx| {
            for n in 0..10 {
                let job = move |tx: &Tx<'_>| put(tx, &n.to_string());
                let call = Call { job, outcome: None::<Result<(), LedgerError>>, reply: reply.clone() };
                queue.send(Message::Job(Box::new(call))).unwrap();
            }
            put(tx, "first")
        })
        .unwrap();
    assert_eq!(kept(&ledger), 11, "the first was answered before those queued behind it were durable");
    assert_eq!(answers.iter().take(10).filter(Result::is_ok).count(), 10);
}

#[test]
fn a_job_that_runs_again_is_answered_once_and_by_its_last_run() {
    let (_folder, ledger) = ledger();
    let (reply, answers) = sync_channel(2);
    let run = move |tx: &Tx<'_>| {
        let job = |tx: &Tx<'_>| tx.read().number("SELECT count(*) FROM policies", &[]);
        let mut call = Call { job, outcome: None::<Result<i64, LedgerError>>, reply: reply.clone() };
        assert!(call.run(tx));
        put(tx, "another")?;
        assert!(call.run(tx));
        Box::new(call).answer(Ok(()));
        Ok::<_, LedgerError>(())
    };
    ledger.writer.run(run).unwrap();
    assert_eq!(answers.try_iter().collect::<Vec<_>>(), [Ok(1)]);
}

#[test]
fn a_job_that_fails_is_rolled_back_alone() {
    let (_folder, ledger) = ledger();
    ledger.writer.run(|tx| put(tx, "kept")).unwrap();
    let failed: Result<(), LedgerError> = ledger.writer.run(|tx| {
        put(tx, "half")?;
        Err(LedgerError::Internal("on purpose".to_owned()))
    });
    assert_eq!(failed, Err(LedgerError::Internal("on purpose".to_owned())));
    assert_eq!(kept(&ledger), 1);
    ledger.writer.run(|tx| put(tx, "after")).unwrap();
    assert_eq!(kept(&ledger), 2);
}

#[test]
fn a_job_that_panics_is_rolled_back_and_the_writer_lives_on() {
    let (_folder, ledger) = ledger();
    let failed: Result<(), LedgerError> = ledger.writer.run(|tx| {
        put(tx, "half")?;
        panic!("on purpose");
    });
    assert_eq!(failed, Err(LedgerError::Internal("on purpose".to_owned())));
    assert_eq!(kept(&ledger), 0);
    ledger.writer.run(|tx| put(tx, "after")).unwrap();
    assert_eq!(kept(&ledger), 1);
}

#[test]
fn a_closed_writer_reports_that() {
    let (_folder, ledger) = ledger();
    ledger.close();
    ledger.close();
    assert_eq!(ledger.writer.run(|tx| put(tx, "late")), Err(LedgerError::Closed));
}

#[test]
fn the_history_cannot_be_edited() {
    let (_folder, ledger) = ledger();
    let write = |tx: &Tx<'_>| {
        let what = crate::model::Happening::ConsentRescinded;
        tx.write_journal(Default::default(), crate::model::Timestamp::from_millis(0), &what)
    };
    ledger.writer.run(write).unwrap();
    for sql in ["UPDATE journal SET at = 1 WHERE id = 1", "DELETE FROM journal WHERE id = 1"] {
        let edited: Result<usize, LedgerError> = ledger.writer.run(move |tx| tx.execute(sql, &[]));
        assert!(edited.unwrap_err().to_string().contains("never edited"));
    }
}

/// Writes so many entries of a user.
fn write_entries(tx: &Tx<'_>, user: &str, count: usize) -> Result<(), LedgerError> {
    let at = crate::model::Timestamp::from_millis(0);
    let about = NewEntry { user: Some(user), ..NewEntry::default() };
    (0..count).try_for_each(|_| tx.write_journal(about, at, &crate::model::Happening::ConsentRescinded))
}

fn users_in_journal(ledger: &Ledger) -> Vec<String> {
    let sql = "SELECT player FROM journal WHERE id > 0 ORDER BY id";
    ledger.readers.read(|read| read.all(sql, &[], |row| column(row, "player"))).unwrap()
}

#[test]
fn journal_entries_are_written_in_their_order_and_with_their_job_only() {
    let (_folder, ledger) = ledger();
    for count in [1, 16, 17] {
        ledger
            .writer
            .run(move |tx| {
                write_entries(tx, "ann", count)?;
                write_entries(tx, "bob", 1)
            })
            .unwrap();
        let failed: Result<(), LedgerError> = ledger.writer.run(move |tx| {
            write_entries(tx, "eve", count)?;
            Err(LedgerError::Internal("on purpose".to_owned()))
        });
        assert!(failed.is_err());
    }
    let expected: Vec<&str> =
        [1, 16, 17].iter().flat_map(|count| [["ann"].repeat(*count), vec!["bob"]].concat()).collect();
    assert_eq!(users_in_journal(&ledger), expected);
}

#[test]
fn a_job_whose_journal_cannot_be_written_fails_alone() {
    let (_folder, ledger) = ledger();
    let failed: Result<(), LedgerError> = ledger.writer.run(|tx| {
        put(tx, "half")?;
        // No such refund.
        let about = NewEntry { refund: Some(7), ..NewEntry::default() };
        let at = crate::model::Timestamp::from_millis(0);
        tx.write_journal(about, at, &crate::model::Happening::ConsentRescinded)
    });
    assert!(failed.is_err());
    ledger.writer.run(|tx| put(tx, "kept")).unwrap();
    assert_eq!(kept(&ledger), 1);
}
