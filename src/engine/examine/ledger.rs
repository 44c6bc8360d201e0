//! The ledger's file, and what waits in it for somebody.

use std::path::Path;

use super::{Bench, Found};
use crate::ledger::{Readers, Since, Soundness, look_at};
use crate::model::{Examined, Finding, Span};
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
        let facts = format!("there is no ledger at {} yet", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let noted = match folder.filter(|folder| !folder.is_dir()) {
            Some(folder) => Noted::broken(
                "no_folder",
                facts,
                format!("There is no folder {}: make it.", folder.display()),
            ),
            None => Noted::warning(
                "no_ledger",
                facts,
                "The game server makes it when it first starts. If it has run, is \"database\" the same path as its?",
            ),
        };
        return (vec![noted], None);
    }
    match look_at(path) {
        Ok((soundness, readers)) => {
            let noted = sound(path, &soundness);
            // An older schema has not all that is asked for.
            let is_current = soundness.schema_version == soundness.known_version;
            (noted, is_current.then_some(readers))
        }
        Err(error) => {
            let advice = "May this user read the file and write in its folder, and is it a ledger? Otherwise restore \
                          the last good copy.";
            (vec![Noted::broken("ledger_unusable", error.to_string(), advice)], None)
        }
    }
}

fn sound(path: &Path, soundness: &Soundness) -> Vec<Noted> {
    let mut found = Vec::new();
    let name = path.display();
    let size = soundness.size.div_euclid(1 << 20);
    match &soundness.faults {
        Some(faults) if faults.is_empty() => {
            let facts = format!("{name} is sound: {size} MiB, schema version {}", soundness.schema_version);
            found.push(Noted::ok("sound", facts));
        }
        Some(faults) => found.push(Noted::broken(
            "damaged",
            format!("{name} is damaged: {}", faults.join("; ")),
            "Stop the server, put a copy of the file and its -wal aside, and restore the last good copy. What the stores \
             told since is found by `recoup reconcile`.",
        )),
        None => found.push(Noted::ok(
            "large",
            format!("{name} has {size} MiB and was not read to its end; schema version {}", soundness.schema_version),
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
    if let Some(error) = &soundness.unwritable {
        found.push(Noted::broken(
            "unwritable",
            format!("nothing can be written to {name}: {error}"),
            "May this user write to the file and its folder, is the disk mounted for writing, and does no other process \
             hold the file?",
        ));
    }
    found
}

/// What waits for somebody.
pub(super) fn backlog<P: FnMut(&Finding)>(bench: &Bench<'_>, found: &mut Found<P>) {
    let now = bench.now();
    let before = |span: Span| now.plus(Span::from_millis(-span.millis()));
    let since = Since { news: before(NEWS), due: before(LATE), pressing: now.plus(PRESSING) };
    let backlog = match bench.ask(|read| read.backlog(&since)) {
        None => return,
        Some(Err(noted)) => return found.add(None, Examined::Ledger, noted),
        Some(Ok(backlog)) => backlog,
    };
    let mut add = |noted| found.add(None, Examined::OpenWork, noted);
    add(match backlog.oldest_event.map(|at| now.since(at)) {
        Some(age) if age > WAITS_LONG => Noted::warning(
            "events_wait",
            format!("{} events wait for the game, the oldest for {}", backlog.events, age.words()),
            "Does the game server run, and does it acknowledge events? Look at `recoup events`. Until then players are \
             neither told nor is anything taken back.",
        ),
        _ => Noted::ok("events", format!("{} events wait for the game", backlog.events)),
    });
    add(match backlog.new_dead_letters {
        0 => Noted::ok("dead_letters", format!("{} dead letters, none new in 7 days", backlog.dead_letters)),
        new => Noted::warning(
            "dead_letters",
            format!(
                "{new} authentic messages of the last 7 days were not understood ({} in all)",
                backlog.dead_letters
            ),
            "Look at `recoup dead-letters`: is there a newer Recoup that understands them?",
        ),
    });
    let (unknown, overdue) = (backlog.unknown_actions, backlog.overdue_actions);
    if unknown > 0 {
        add(Noted::warning(
            "actions_unknown",
            format!("of {unknown} requests of the last 7 days nobody knows whether the store did them"),
            "Look at `recoup actions`, and for each in the store's own console.",
        ));
    }
    if overdue > 0 {
        add(Noted::warning(
            "actions_overdue",
            format!("{overdue} requests to stores should have gone on by now"),
            "Does the server run, with an engine that works with the stores? Look at `recoup actions`.",
        ));
    }
    if unknown == 0 && overdue == 0 {
        add(Noted::ok("actions", "no request to a store is stuck"));
    }
    if backlog.untaken_answers > 0 {
        add(Noted::warning(
            "answers_not_taken",
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
        let left = if deadline <= now {
            "it has passed".to_owned()
        } else {
            format!("in {}", deadline.since(now).words())
        };
        add(Noted::warning(
            "reviews_pressing",
            format!(
                "{} questions about refund requests wait for an answer; the first deadline: {left}",
                backlog.pressing_reviews
            ),
            "Look at `recoup review list`, and report what was used: `recoup review report ORDER`.",
        ));
    }
    match backlog.missed_reviews {
        0 if backlog.first_deadline.is_none() && backlog.untaken_answers == 0 => {
            add(Noted::ok("reviews", "no question about a refund request is pressing"))
        }
        0 => {}
        missed => add(Noted::warning(
            "reviews_missed",
            format!("{missed} questions about refund requests of the last 7 days were not answered in time"),
            "Does the game report consumption when the `review` event comes? Look at `recoup review list`.",
        )),
    }
}
