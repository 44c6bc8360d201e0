//! The ledger's file, and what waits in it for somebody.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Bench, Found};
use crate::ledger::{Amount, Backlog, KeptKind, LARGE_LOG, LedgerError, Readers, Since, Soundness, look_at};
use crate::model::{DoctorArea, Finding, Span};
use crate::stores::Noted;

/// What is older was seen before.
const NEWS: Span = Span::from_days(7);

/// How late an action may be: its sender may be at it for ten minutes.
const LATE: Span = Span::from_millis(15 * 60 * 1000);

/// How soon a review's deadline has to be for a word.
const PRESSING: Span = Span::from_hours(3);

/// How long an event may wait: a game server polls all the time.
const WAITS_LONG: Span = Span::from_hours(1);

/// The file, and the way to read it where it can be.
pub(super) fn file(database: Option<&Path>) -> (Vec<Noted>, Option<Readers>) {
    let Some(path) = database else {
        let advice = "Give \"database\", the path of the ledger's file.";
        return (vec![Noted::broken("no_database", "the configuration names no ledger", advice)], None);
    };
    if !path.exists() {
        return (vec![absent(path)], None);
    }
    match look_at(path) {
        Ok((soundness, readers)) => {
            let noted = sound(path, &soundness);
            // An older schema has not all that is asked for.
            let is_current = soundness.schema_version == soundness.known_version;
            (noted, is_current.then_some(readers))
        }
        Err(error) => {
            (vec![Noted::broken("ledger_unusable", error.to_string(), unusable(path, &error))], None)
        }
    }
}

/// What this engine has open is not the ledger any more.
pub(super) fn lost(error: &LedgerError) -> Noted {
    Noted::broken(
        "ledger_lost",
        error.to_string(),
        "Nothing more is kept until the engine is closed and opened again; until then messages are answered 500, which the \
         stores send again for a while. Find what touched the file: a backup that copies files, a second SQLite in the game \
         server, a deployment. Use `recoup ledger backup` for copies.",
    )
}

/// None is there, and whether one can be made.
fn absent(path: &Path) -> Noted {
    let facts = format!("there is no ledger at {} yet", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Noted::broken(
            "no_folder",
            facts,
            format!("There is no folder {}: make it.", folder.display()),
        );
    }
    match try_to_make_a_file(folder) {
        Ok(()) => Noted::warning(
            "no_ledger",
            facts,
            "The game server makes it when it first starts. If it has run, is \"database\" the same path as its?",
        ),
        Err(error) => Noted::broken(
            "unwritable",
            format!("{facts}, and none can be made: {error}"),
            format!("May this user write in {}, and is that disk mounted for writing?", folder.display()),
        ),
    }
}

/// Makes one and takes it away.
fn try_to_make_a_file(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(format!(".recoup-trial-{}", std::process::id()));
    match std::fs::OpenOptions::new().write(true).create_new(true).open(&trial) {
        Ok(_) => std::fs::remove_file(&trial),
        // Another doctor run of this process is at it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn unusable(path: &Path, error: &LedgerError) -> &'static str {
    match error {
        _ if path.is_dir() => "Give \"database\" the path of a file, not of a folder.",
        // Its own words say what to do.
        LedgerError::NewerSchema { .. } | LedgerError::NotALedger { .. } => {
            "Is \"database\" the path that was meant, and this the newest Recoup that is in use?"
        }
        _ => {
            "May this user read and write the file and its folder, and is it a ledger? If it is one that was damaged, put a \
             copy of it aside, and restore the last good one."
        }
    }
}

fn sound(path: &Path, soundness: &Soundness) -> Vec<Noted> {
    let mut found = Vec::new();
    let name = path.display();
    let size = match soundness.size {
        ..=0xF_FFFF => "under 1 MiB".to_owned(),
        large => format!("{} MiB", large.div_euclid(1 << 20)),
    };
    match &soundness.faults {
        Some(faults) if faults.is_empty() => {
            let facts = format!("{name} is sound: {size}, schema version {}", soundness.schema_version);
            found.push(Noted::ok("sound", facts));
        }
        Some(faults) => found.push(Noted::broken(
            "damaged",
            format!("{name} is damaged: {}", faults.join("; ")),
            "Stop the server, put a copy of the file and its -wal aside, and restore the last good copy. What the stores \
             reported since is found by `recoup reconcile`.",
        )),
        None => found.push(Noted::ok(
            "large",
            format!("{name} has {size} and was not read to its end; schema version {}", soundness.schema_version),
        )),
    }
    if soundness.schema_version < soundness.known_version {
        found.push(Noted::warning(
            "older_schema",
            format!(
                "its schema version is {}, and this Recoup's {}",
                soundness.schema_version, soundness.known_version
            ),
            "The server brings it up to date when it next starts. What the ledger holds was not looked at.",
        ));
    }
    if soundness.log_size >= LARGE_LOG {
        found.push(Noted::warning(
            "large_log",
            format!("the log beside it (-wal) has {} MiB", soundness.log_size >> 20),
            "Something has been reading an old state of the ledger for long, such as a database browser that was left open: \
             find it with lsof or fuser, and end it. The server makes the log small again within seconds.",
        ));
    }
    if let Some(error) = &soundness.unwritable {
        found.push(unwritable(path, error));
    }
    if let Some(error) = &soundness.locked {
        found.push(Noted::broken(
            "locked",
            error.to_string(),
            "While somebody holds that lock no engine can be opened on this ledger. End what holds it; if it is not yours, see \
             who may open the file, and set its mode to 0600.",
        ));
    }
    found.extend(modes(&soundness.open_to_others));
    found
}

/// Files that others may read or write.
fn modes(open_to_others: &[(PathBuf, u32)]) -> Option<Noted> {
    if open_to_others.is_empty() {
        return None;
    }
    let named: Vec<_> =
        open_to_others.iter().map(|(path, mode)| format!("{} ({mode:04o})", path.display())).collect();
    Some(Noted::warning(
        "file_modes",
        format!("others than their owner may open {}", named.join(", ")),
        "Whoever reads them sees players and purchases, and can hold their locks, which stops the server. Recoup makes them \
         with mode 0600: set that by chmod, unless a group is meant to share them.",
    ))
}

fn unwritable(path: &Path, error: &LedgerError) -> Noted {
    let advice = match error {
        LedgerError::Busy { .. } => {
            "A process hangs in the middle of writing: find which has the file open (lsof, fuser), and end it."
        }
        LedgerError::DiskFull => {
            "Free space on that disk. Until then messages are answered 503, which the stores send again for a while, \
             and nothing is decided."
        }
        LedgerError::OutOf { .. } => "Raise that limit for this process, or have it hold less.",
        _ => {
            "May this user write to the file, its -wal and -shm, and its folder? Is the disk mounted for writing, has it \
             room, and what does the system's log say of it? Until then messages are answered 503, which the stores send \
             again for a while."
        }
    };
    Noted::broken("unwritable", format!("nothing can be written to {}: {error}", path.display()), advice)
}

/// What waits for somebody.
pub(super) fn backlog<P: FnMut(&Finding)>(bench: &Bench<'_>, found: &mut Found<P>) {
    let now = bench.now();
    let before = |span: Span| now.plus(Span::from_millis(-span.millis()));
    let since = Since { news: before(NEWS), due: before(LATE), pressing: now.plus(PRESSING) };
    let backlog = match bench.ask(|read| read.backlog(&since)) {
        None => return,
        Some(Err(noted)) => return found.add(None, DoctorArea::Ledger, noted),
        Some(Ok(backlog)) => backlog,
    };
    let mut add = |noted| found.add(None, DoctorArea::OpenWork, noted);
    add(match backlog.oldest_event.map(|at| now.since(at)) {
        Some(age) if age > WAITS_LONG => Noted::warning(
            "events_wait",
            format!("{} for the game, the oldest for {}", waiting(backlog.events, "event"), age.words()),
            "Does the game server run, and does it acknowledge events? Look at `recoup events`. Until then players are \
             neither reported nor is anything taken back.",
        ),
        _ => Noted::ok("events", format!("{} for the game", waiting(backlog.events, "event"))),
    });
    add(match backlog.new_dead_letters {
        0 => Noted::ok(
            "dead_letters",
            format!("{}, none new in 7 days", counted(backlog.dead_letters, "dead letter")),
        ),
        new => Noted::warning(
            "dead_letters",
            format!(
                "{} of the last 7 days not understood ({} in all)",
                counted(new, "authentic message"),
                backlog.dead_letters
            ),
            "Look at `recoup dead-letters`: is there a newer Recoup that understands them?",
        ),
    });
    for (kind, limit, one, keys) in [
        (
            KeptKind::DeadLetters,
            bench.limits.of_dead_letters(),
            "dead letter",
            "limits.dead_letters and limits.dead_letter_bytes",
        ),
        (KeptKind::Hints, bench.limits.of_hints(), "hint", "limits.hints and limits.hint_bytes"),
    ] {
        if let Some(Ok(there)) = bench.ask(|read| read.kept(kind))
            && let Some(noted) = fullness(kind, there, limit, one, keys)
        {
            add(noted);
        }
    }
    let (unknown, overdue) = (backlog.unknown_actions, backlog.overdue_actions);
    if unknown > 0 {
        add(Noted::warning(
            "actions_unknown",
            format!(
                "of {} of the last 7 days nobody knows whether the store did it",
                counted(unknown, "request")
            ),
            "Nothing more is sent for them. Look at `recoup actions`, and for each in the store's own console; where it was \
             not done, ask for it again.",
        ));
    }
    if overdue > 0 {
        add(Noted::warning(
            "actions_overdue",
            format!("{} to stores should have gone on by now", counted(overdue, "request")),
            "Does the server run, with an engine that works with the stores, and credentials for them? Look at `recoup \
             actions`.",
        ));
    }
    if unknown == 0 && overdue == 0 {
        add(Noted::ok("actions", "no request to a store is stuck"));
    }
    for noted in inquiries(&backlog) {
        add(noted);
    }
    if backlog.untaken_answers > 0 {
        add(Noted::warning(
            "review_answers_refused",
            format!(
                "{} answers to refund reviews were not taken by their stores, and are sent again until their deadlines; \
                 the most pressing: {}",
                backlog.untaken_answers,
                backlog.not_taken_since.as_deref().unwrap_or("no words")
            ),
            "Where credentials are refused, mend them in time: Google Play's key file is read again by itself, of the App \
             Store's key the server learns when it next starts. Look at `recoup actions`.",
        ));
    }
    if let Some(deadline) = backlog.first_deadline {
        let (left, advice) = if deadline <= now {
            (
                "has passed",
                "Too late for that one: when the server next works on it, it becomes missed. For the others, look at \
                 `recoup review list`, and report what was used: `recoup review report ORDER`. Does the server run?",
            )
        } else {
            (
                "is close",
                "Look at `recoup review list`, and report what was used: `recoup review report ORDER`.",
            )
        };
        let facts = format!(
            "{} for an answer about a refund request, and the first deadline {left} ({deadline})",
            waiting(backlog.pressing_reviews, "question")
        );
        add(Noted::warning("reviews_pressing", facts, advice));
    }
    match backlog.missed_reviews {
        0 if backlog.first_deadline.is_none() && backlog.untaken_answers == 0 => {
            add(Noted::ok("reviews", "no question about a refund request is pressing"))
        }
        0 => {}
        missed => add(Noted::warning(
            "reviews_missed",
            format!(
                "{} about refund requests not answered in time in the last 7 days",
                counted(missed, "question")
            ),
            "Does the game report consumption when the `review` event comes? Look at `recoup review list`.",
        )),
    }
}

/// What is kept of a kind that is near its limit, or at it.
fn fullness(kind: KeptKind, there: Amount, limit: Amount, one: &str, keys: &str) -> Option<Noted> {
    let most = |limit: u64| limit.saturating_sub(limit / 10);
    let near = Amount { count: most(limit.count), bytes: most(limit.bytes) };
    if !there.is_full(near) {
        return None;
    }
    let facts = format!(
        "{} {one}s with {} bytes are kept, of {} with {} that may be ({keys})",
        there.count, there.bytes, limit.count, limit.bytes
    );
    Some(match (there.is_full(limit), kind) {
        (true, KeptKind::DeadLetters) => Noted::broken(
            "dead_letters_full",
            facts,
            "Authentic messages that are not understood are answered 503 until there is room; the stores send them again for a \
             while. Look at `recoup dead-letters`, and raise the limit.",
        ),
        (true, KeptKind::Hints) => Noted::warning(
            "hints_full",
            facts,
            "Unsigned messages are answered 503. Raise the limit, or refuse them: \"subscription_notifications\": \"refuse\".",
        ),
        (false, _) => Noted::warning("nearly_full", facts, "Raise the limit before it is reached."),
    })
}

/// What stores are asked about refunds that they pushed without a reason.
fn inquiries(backlog: &Backlog) -> Vec<Noted> {
    let mut found = Vec::new();
    let error = backlog.inquiry_error.as_ref().map_or_else(String::new, |error| format!("; last: {error}"));
    if let Some(until) = backlog.decisions_wait_until {
        let facts = format!(
            "{} for a store's answer, at most until {until}{error}",
            waiting(backlog.waiting_decisions, "decision")
        );
        found.push(Noted::ok("decisions_wait", facts));
    }
    if backlog.overdue_inquiries > 0 {
        let refunds = counted(backlog.overdue_inquiries, "refund");
        found.push(Noted::warning(
            "inquiries_overdue",
            format!("{refunds} decided without the store's answer why they were made{error}"),
            "The store is asked for a day. Does the server run, with an engine that works with the stores? May its \
             credentials read financial data (Google Play) and orders? `recoup order ID` shows each.",
        ));
    }
    if found.is_empty() {
        found.push(Noted::ok("inquiries", "no refund waits for a store's answer"));
    }
    found
}

fn counted(count: i64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn waiting(count: i64, one: &str) -> String {
    let wait = if count == 1 { "waits" } else { "wait" };
    format!("{} {wait}", counted(count, one))
}
