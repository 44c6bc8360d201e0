//! Checks of the ledger's file, and of what waits in it for an operator.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{DoctorContext, Findings};
use crate::ledger::{Amount, Backlog, KeptKind, LARGE_LOG, LedgerError, Readers, Since, Soundness, look_at};
use crate::model::{DoctorArea, Finding, Span};
use crate::stores::SectionFinding;

/// Older events are not reported.
const RECENT: Span = Span::from_days(7);

/// How late an action may be: it may be in progress for ten minutes.
const LATE: Span = Span::from_millis(15 * 60 * 1000);

/// How soon a review's deadline has to be to be reported.
const PRESSING: Span = Span::from_hours(3);

/// How long an event may wait: a game server polls all the time.
const WAITS_LONG: Span = Span::from_hours(1);

/// Checks the file, and opens it for reading if possible.
pub(super) fn file(database: Option<&Path>) -> (Vec<SectionFinding>, Option<Readers>) {
    let Some(path) = database else {
        let advice = "Set \"database\" to the path of the ledger's file.";
        return (
            vec![SectionFinding::broken("no_database", "the configuration names no ledger", advice)],
            None,
        );
    };
    if !path.exists() {
        return (vec![absent(path)], None);
    }
    match look_at(path) {
        Ok((soundness, readers)) => {
            let noted = sound(path, &soundness);
            // An older schema lacks some of what the checks read.
            let is_current = soundness.schema_version == soundness.known_version;
            (noted, is_current.then_some(readers))
        }
        Err(error) => {
            (vec![SectionFinding::broken("ledger_unusable", error.to_string(), unusable(path, &error))], None)
        }
    }
}

/// The open file is no longer the ledger.
pub(super) fn lost(error: &LedgerError) -> SectionFinding {
    SectionFinding::broken(
        "ledger_lost",
        error.to_string(),
        "Nothing more is stored until the engine is closed and reopened; until then messages are answered 500, which the \
         stores send again for a while. Find what touched the file: a backup that copies files, a second SQLite in the game \
         server, a deployment. Use `recoup ledger backup` for copies.",
    )
}

/// There is no ledger: whether one can be created.
fn absent(path: &Path) -> SectionFinding {
    let facts = format!("there is no ledger at {} yet", path.display());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return SectionFinding::broken(
            "no_folder",
            facts,
            format!("There is no folder {}: create it.", folder.display()),
        );
    }
    match try_to_make_a_file(folder) {
        Ok(()) => SectionFinding::warning(
            "no_ledger",
            facts,
            "The game server creates it at its first start. If it has run before, does it use the same \"database\" path?",
        ),
        Err(error) => SectionFinding::broken(
            "unwritable",
            format!("{facts}, and none can be created: {error}"),
            format!("Can this user write in {}, and is that disk mounted for writing?", folder.display()),
        ),
    }
}

/// Creates a file and removes it.
fn try_to_make_a_file(folder: &Path) -> std::io::Result<()> {
    let trial = folder.join(format!(".recoup-trial-{}", std::process::id()));
    match std::fs::OpenOptions::new().write(true).create_new(true).open(&trial) {
        Ok(_) => std::fs::remove_file(&trial),
        // Another doctor run of this process is doing the same.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

fn unusable(path: &Path, error: &LedgerError) -> &'static str {
    match error {
        _ if path.is_dir() => "Set \"database\" to the path of a file, not of a folder.",
        // The error's message has the advice.
        LedgerError::NewerSchema { .. } | LedgerError::NotALedger { .. } => {
            "Is \"database\" the intended path, and is this the newest Recoup in use?"
        }
        _ => {
            "Can this user read and write the file and its folder, and is it a ledger? If it is one that was damaged, put a \
             copy of it aside, and restore the last good one."
        }
    }
}

fn sound(path: &Path, soundness: &Soundness) -> Vec<SectionFinding> {
    let mut findings = Vec::new();
    let name = path.display();
    let size = match soundness.size {
        ..=0xF_FFFF => "under 1 MiB".to_owned(),
        large => format!("{} MiB", large.div_euclid(1 << 20)),
    };
    match &soundness.faults {
        Some(faults) if faults.is_empty() => {
            let facts = format!("{name} is intact: {size}, schema version {}", soundness.schema_version);
            findings.push(SectionFinding::ok("sound", facts));
        }
        Some(faults) => findings.push(SectionFinding::broken(
            "damaged",
            format!("{name} is damaged: {}", faults.join("; ")),
            "Stop the server, put a copy of the file and its -wal aside, and restore the last good copy. What the stores \
             reported since is found by `recoup reconcile`.",
        )),
        None => findings.push(SectionFinding::ok(
            "large",
            format!("{name} has {size} and was not read completely; schema version {}", soundness.schema_version),
        )),
    }
    if soundness.schema_version < soundness.known_version {
        findings.push(SectionFinding::warning(
            "older_schema",
            format!(
                "its schema version is {}, and this Recoup's {}",
                soundness.schema_version, soundness.known_version
            ),
            "The server upgrades it at its next start. The ledger's contents were not checked.",
        ));
    }
    if soundness.log_size >= LARGE_LOG {
        findings.push(SectionFinding::warning(
            "large_log",
            format!("its write-ahead log (-wal) has {} MiB", soundness.log_size >> 20),
            "A process has been reading an old state of the ledger for long, such as an open database browser: \
             find it with lsof or fuser, and end it. The server then shrinks the log within seconds.",
        ));
    }
    if let Some(error) = &soundness.unwritable {
        findings.push(unwritable(path, error));
    }
    if let Some(error) = &soundness.locked {
        findings.push(SectionFinding::broken(
            "locked",
            error.to_string(),
            "While a process holds that lock, no engine can open this ledger. End that process; if it is not yours, check \
             who may open the file, and set its mode to 0600.",
        ));
    }
    findings.extend(modes(&soundness.open_to_others));
    findings
}

/// Files that other users may read or write.
fn modes(open_to_others: &[(PathBuf, u32)]) -> Option<SectionFinding> {
    if open_to_others.is_empty() {
        return None;
    }
    let named: Vec<_> =
        open_to_others.iter().map(|(path, mode)| format!("{} ({mode:04o})", path.display())).collect();
    Some(SectionFinding::warning(
        "file_modes",
        format!("others than their owner may open {}", named.join(", ")),
        "A reader sees players and purchases, and can hold the files' locks, which stops the server. Recoup creates them \
         with mode 0600: restore it with chmod, unless a group should share them.",
    ))
}

fn unwritable(path: &Path, error: &LedgerError) -> SectionFinding {
    let advice = match error {
        LedgerError::Busy { .. } => {
            "A process is stuck while writing: find the one that has the file open (lsof, fuser), and end it."
        }
        LedgerError::DiskFull => {
            "Free space on that disk. Until then messages are answered 503, which the stores send again for a while, \
             and nothing is decided."
        }
        LedgerError::OutOf { .. } => "Raise that limit for this process, or reduce its use.",
        _ => {
            "Can this user write to the file, its -wal and -shm, and its folder? Is the disk mounted for writing, does it have \
             room, and does the system's log report errors? Until then messages are answered 503, which the stores send \
             again for a while."
        }
    };
    SectionFinding::broken(
        "unwritable",
        format!("nothing can be written to {}: {error}", path.display()),
        advice,
    )
}

/// Checks what waits for an operator.
pub(super) fn backlog<P: FnMut(&Finding)>(context: &DoctorContext<'_>, findings: &mut Findings<P>) {
    let now = context.now();
    let before = |span: Span| now.plus(Span::from_millis(-span.millis()));
    let since = Since { news: before(RECENT), due: before(LATE), pressing: now.plus(PRESSING) };
    let backlog = match context.read(|read| read.backlog(&since)) {
        None => return,
        Some(Err(noted)) => return findings.add(None, DoctorArea::Ledger, noted),
        Some(Ok(backlog)) => backlog,
    };
    let mut add = |noted| findings.add(None, DoctorArea::OpenWork, noted);
    add(match backlog.oldest_event.map(|at| now.since(at)) {
        Some(age) if age > WAITS_LONG => SectionFinding::warning(
            "events_wait",
            format!("{} for the game, the oldest for {}", waiting(backlog.events, "event"), age.words()),
            "Is the game server running, and does it acknowledge events? See `recoup events`. Until then players are \
             not blocked and items are not taken back.",
        ),
        _ => SectionFinding::ok("events", format!("{} for the game", waiting(backlog.events, "event"))),
    });
    add(match backlog.new_dead_letters {
        0 => SectionFinding::ok(
            "dead_letters",
            format!("{}, none new in 7 days", counted(backlog.dead_letters, "dead letter")),
        ),
        new => SectionFinding::warning(
            "dead_letters",
            format!(
                "{} of the last 7 days not understood ({} in all)",
                counted(new, "authentic message"),
                backlog.dead_letters
            ),
            "See `recoup dead-letters`: is there a newer Recoup that understands them?",
        ),
    });
    for (kind, limit, one, keys) in [
        (
            KeptKind::DeadLetters,
            context.limits.of_dead_letters(),
            "dead letter",
            "limits.dead_letters and limits.dead_letter_bytes",
        ),
        (KeptKind::Hints, context.limits.of_hints(), "hint", "limits.hints and limits.hint_bytes"),
    ] {
        if let Some(Ok(there)) = context.read(|read| read.kept(kind))
            && let Some(noted) = fullness(kind, there, limit, one, keys)
        {
            add(noted);
        }
    }
    let (unknown, overdue) = (backlog.unknown_actions, backlog.overdue_actions);
    if unknown > 0 {
        add(SectionFinding::warning(
            "actions_unknown",
            format!(
                "for {} of the last 7 days it is unknown whether the store did it",
                counted(unknown, "request")
            ),
            "They are not sent again. See `recoup actions`, and check each in the store's console; if it was \
             not done, request it again.",
        ));
    }
    if overdue > 0 {
        add(SectionFinding::warning(
            "actions_overdue",
            format!("{} overdue", counted(overdue, "store action")),
            "Is the server running, with background work on and credentials configured? See `recoup \
             actions`.",
        ));
    }
    if unknown == 0 && overdue == 0 {
        add(SectionFinding::ok("actions", "no store action is stuck"));
    }
    for noted in inquiries(&backlog) {
        add(noted);
    }
    if backlog.untaken_answers > 0 {
        add(SectionFinding::warning(
            "review_answers_refused",
            format!(
                "{} answers to refund reviews were not accepted by their stores, and are sent again until their deadlines; \
                 the most pressing: {}",
                backlog.untaken_answers,
                backlog.not_taken_since.as_deref().unwrap_or("no message")
            ),
            "If credentials are refused, correct them in time: Google Play's key file is reloaded automatically, the App \
             Store's key at the server's next start. See `recoup actions`.",
        ));
    }
    if let Some(deadline) = backlog.first_deadline {
        let (left, advice) = if deadline <= now {
            (
                "has passed",
                "Too late for that one: it will be recorded as missed. For the others, see \
                 `recoup review list`, and report what was used: `recoup review report ORDER`. Does the server run?",
            )
        } else {
            ("is close", "See `recoup review list`, and report what was used: `recoup review report ORDER`.")
        };
        let facts = format!(
            "{} for an answer, and the first deadline {left} ({deadline})",
            waiting(backlog.pressing_reviews, "refund review")
        );
        add(SectionFinding::warning("reviews_pressing", facts, advice));
    }
    match backlog.missed_reviews {
        0 if backlog.first_deadline.is_none() && backlog.untaken_answers == 0 => {
            add(SectionFinding::ok("reviews", "no refund review is urgent"))
        }
        0 => {}
        missed => add(SectionFinding::warning(
            "reviews_missed",
            format!("{} not answered in time in the last 7 days", counted(missed, "refund review")),
            "Does the game report consumption when a `review` event arrives? See `recoup review list`.",
        )),
    }
}

/// Warns if what is stored of a kind is near its limit, or at it.
fn fullness(kind: KeptKind, there: Amount, limit: Amount, one: &str, keys: &str) -> Option<SectionFinding> {
    let most = |limit: u64| limit.saturating_sub(limit / 10);
    let near = Amount { count: most(limit.count), bytes: most(limit.bytes) };
    if !there.is_full(near) {
        return None;
    }
    let facts = format!(
        "{} {one}s with {} bytes are stored; the limit is {} with {} ({keys})",
        there.count, there.bytes, limit.count, limit.bytes
    );
    Some(match (there.is_full(limit), kind) {
        (true, KeptKind::DeadLetters) => SectionFinding::broken(
            "dead_letters_full",
            facts,
            "Authentic messages that are not understood are answered 503 until there is room; the stores send them again for a \
             while. See `recoup dead-letters`, and raise the limit.",
        ),
        (true, KeptKind::Hints) => SectionFinding::warning(
            "hints_full",
            facts,
            "Unsigned messages are answered 503. Raise the limit, or refuse them: \"subscription_notifications\": \"refuse\".",
        ),
        (false, _) => SectionFinding::warning("nearly_full", facts, "Raise the limit before it is reached."),
    })
}

/// Checks the inquiries.
fn inquiries(backlog: &Backlog) -> Vec<SectionFinding> {
    let mut findings = Vec::new();
    let error = backlog.inquiry_error.as_ref().map_or_else(String::new, |error| format!("; last: {error}"));
    if let Some(until) = backlog.decisions_wait_until {
        let facts = format!(
            "{} for an inquiry, at most until {until}{error}",
            waiting(backlog.waiting_decisions, "decision")
        );
        findings.push(SectionFinding::ok("decisions_wait", facts));
    }
    if backlog.overdue_inquiries > 0 {
        let refunds = counted(backlog.overdue_inquiries, "refund");
        findings.push(SectionFinding::warning(
            "inquiries_overdue",
            format!("{refunds} decided without the store's reason{error}"),
            "The store is queried for a day. Is the server running, with background work on and credentials configured? May its \
             credentials read financial data (Google Play) and orders? `recoup order ID` shows each.",
        ));
    }
    if findings.is_empty() {
        findings.push(SectionFinding::ok("inquiries", "no refund waits for an inquiry"));
    }
    findings
}

fn counted(count: i64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn waiting(count: i64, one: &str) -> String {
    let wait = if count == 1 { "waits" } else { "wait" };
    format!("{} {wait}", counted(count, one))
}
