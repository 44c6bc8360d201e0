//! All that is kept under a user id, as one JSON document.

use std::io::{self, Write};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Serialize;

use crate::engine::Engine;
use crate::engine::export::output;
use crate::engine::notices::worded;
use crate::error::Error;
use crate::ledger::{LedgerError, Read};
use crate::model::{
    Exclusion, Export, ExportFormat, ExportKind, Exported, NoteOn, RecoveryEntry, RefundId, ReviewFilter,
    UserConsumption, UserRefund, UserWebhookMessage, check_user,
};
use crate::uuid;

/// How many rows one read gives.
const ROWS_AT_ONCE: i64 = 2000;

/// How many messages one read gives: each may have a body of a megabyte.
const MESSAGES_AT_ONCE: usize = 16;

/// How many orders or refunds one read looks up.
const LOOKED_UP_AT_ONCE: usize = 200;

impl Engine {
    /// Writes all that the ledger has under a user id to `out`, as one JSON document of the form of
    /// [`UserExport`](crate::UserExport): in
    /// steps, so that a user of any size needs little memory and no writer waits. A list is as it was when it was read.
    ///
    /// Raw bodies of stores' messages are in it, in base64. Journal entries may name other users, who had or claimed the
    /// same order: look before handing it out. Returns the number of rows of all lists.
    ///
    /// # Errors
    /// [`Error::BadText`] for an invalid user id; [`Error::Output`] if `out` fails; [`Error::Ledger`]. The document is
    /// then cut short, and no JSON.
    pub fn export_user(&self, user: &str, out: &mut dyn Write) -> Result<Exported, Error> {
        check_user(user)?;
        let known = uuid::canonical(user);
        let (person, spelling) = self.read(|read| Ok((read.person(&known)?, read.spelling(&known)?)))?;
        let mut document =
            Document { out, rows: 0, is_first_member: true, is_in_list: false, is_first_row: true };
        document.member("user", if spelling == known { user } else { &spelling })?;
        document.member("at", &self.now())?;
        document.list("account_tags")?;
        person.tags.iter().try_for_each(|tag| document.row(&tag.tag))?;

        document.list("purchases")?;
        let of_user =
            Export { user: Some(known.clone()), ..Export::new(ExportKind::Purchases, ExportFormat::Ndjson) };
        let mut after = Some(0);
        while let Some(from) = after {
            let step = self.read(|read| {
                let mut step = read.export_purchases(&of_user, from)?;
                step.rows.iter_mut().try_for_each(|row| read.spell(&mut row.recorded.purchase.user))?;
                Ok(step)
            })?;
            step.rows.iter().try_for_each(|row| document.row(&row.recorded))?;
            after = step.next;
        }

        document.list("orders")?;
        self.write_each(&mut document, person.reports.iter().copied(), LOOKED_UP_AT_ONCE, |read, id| {
            Ok(read.report(id)?.into_iter().collect())
        })?;
        document.list("refunds")?;
        self.write_each(&mut document, person.refunds.iter().copied(), LOOKED_UP_AT_ONCE, |read, id| {
            let Some(mut refund) = read.refund(id)? else { return Ok(Vec::new()) };
            read.spell_refund(&mut refund)?;
            let (facts, recovery) = (read.facts(id)?, entries_of(read, id, &known)?);
            Ok(vec![UserRefund { refund, facts, recovery }])
        })?;
        document.list("recovery")?;
        self.write_each(&mut document, person.related.iter().copied(), LOOKED_UP_AT_ONCE, |read, id| {
            entries_of(read, id, &known)
        })?;
        document.list("messages")?;
        self.write_each(&mut document, person.messages.iter().copied(), MESSAGES_AT_ONCE, |read, id| {
            let Some((mut message, body)) = read.user_message(id)? else { return Ok(Vec::new()) };
            message.body_base64 = body.map(|body| BASE64_STANDARD.encode(body));
            Ok(vec![message])
        })?;
        document.list("blocks")?;
        self.in_steps(&mut document, |read, after| {
            let mut blocks = read.blocks_after(&known, after, ROWS_AT_ONCE)?;
            blocks.iter_mut().try_for_each(|block| read.spell(&mut block.user))?;
            let next = blocks.last().map(|block| block.id);
            Ok((blocks, next))
        })?;
        document.list("notices")?;
        self.in_steps(&mut document, |read, after| {
            let rows = read.notices_after(&known, after, ROWS_AT_ONCE)?;
            let next = rows.last().map(|row| row.id);
            let locale = self.rules.notices.texts.default_locale();
            let mut notices: Vec<_> = rows.into_iter().map(|row| worded(row, locale, &self.rules)).collect();
            notices.iter_mut().try_for_each(|notice| read.spell(&mut notice.user))?;
            Ok((notices, next))
        })?;
        document.list("notes")?;
        self.in_steps(&mut document, |read, after| {
            let mut notes = read.notes_after(&known, after, ROWS_AT_ONCE)?;
            for note in &mut notes {
                if let NoteOn::User(user) = &mut note.on {
                    read.spell(user)?;
                }
            }
            let next = notes.last().map(|note| note.id);
            Ok((notes, next))
        })?;
        document.list("access_overrides")?;
        self.in_steps(&mut document, |read, after| {
            let overrides = read.access_overrides_after(&known, after, ROWS_AT_ONCE)?;
            let next = overrides.last().map(|row| row.id);
            Ok((overrides, next))
        })?;
        document.list("exclusions")?;
        let now = self.now();
        let exclusions = self.read(|read| read.exclusions_of_user(&known))?;
        for exclusion in exclusions {
            document.row(&Exclusion { value: spelling.clone(), ..exclusion.at(now) })?;
        }
        document.list("consumption")?;
        let orders = || person.orders.iter().map(String::as_str);
        self.write_each(&mut document, orders(), LOOKED_UP_AT_ONCE, |read, order| {
            let report = read.consumption(order)?;
            Ok(report
                .map(|report| UserConsumption { order_id: order.to_owned(), report })
                .into_iter()
                .collect())
        })?;
        document.list("actions")?;
        self.write_each(&mut document, orders(), LOOKED_UP_AT_ONCE, |read, order| {
            read.actions_of_order(order)
        })?;
        document.list("reviews")?;
        self.write_each(&mut document, person.refunds.iter().copied(), LOOKED_UP_AT_ONCE, |read, id| {
            let filter = ReviewFilter { refund_id: Some(id), ..ReviewFilter::default() };
            read.reviews(&filter, i64::MAX, ROWS_AT_ONCE)
        })?;
        document.list("events")?;
        let events = self.read(|read| read.events_of_user(&known))?;
        self.write_each(&mut document, events.into_iter(), LOOKED_UP_AT_ONCE, |read, id| {
            Ok(read.event(id)?.into_iter().collect())
        })?;
        document.list("webhook_messages")?;
        self.in_steps(&mut document, |read, after| {
            let found = read.messages_after(&known, after, ROWS_AT_ONCE)?;
            let next = found.last().map(|(message, _)| message.id);
            let mut messages = Vec::with_capacity(found.len());
            for (mut message, event) in found {
                self.complete(read, &mut message)?;
                messages.push(UserWebhookMessage { message, event });
            }
            Ok((messages, next))
        })?;
        document.list("journal")?;
        self.in_steps(&mut document, |read, after| {
            let mut entries = read.journal_after(&known, after, ROWS_AT_ONCE)?;
            entries.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
            let next = entries.last().map(|entry| entry.id);
            Ok((entries, next))
        })?;
        document.end()
    }

    /// Writes what `find` has for each of these keys, some keys a read.
    fn write_each<K: Copy, R: Serialize>(
        &self,
        document: &mut Document<'_>,
        keys: impl Iterator<Item = K>,
        at_once: usize,
        find: impl Fn(Read<'_>, K) -> Result<Vec<R>, LedgerError>,
    ) -> Result<(), Error> {
        let keys: Vec<K> = keys.collect();
        for keys in keys.chunks(at_once) {
            let found = self.read(|read| {
                let mut found = Vec::new();
                for key in keys {
                    found.extend(find(read, *key)?);
                }
                Ok(found)
            })?;
            found.iter().try_for_each(|row| document.row(row))?;
        }
        Ok(())
    }

    /// Writes rows in the order of their numbers; `step` gives those after a number, and the last one's.
    fn in_steps<R: Serialize>(
        &self,
        document: &mut Document<'_>,
        step: impl Fn(Read<'_>, i64) -> Result<(Vec<R>, Option<i64>), LedgerError>,
    ) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let (rows, next) = self.read(|read| step(read, after))?;
            rows.iter().try_for_each(|row| document.row(row))?;
            match next {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }
}

/// A user's entries in the books of a refund.
fn entries_of(read: Read<'_>, refund: RefundId, user: &str) -> Result<Vec<RecoveryEntry>, LedgerError> {
    let mut entries = read.recovery_entries(refund)?;
    entries.retain(|entry| entry.user == user);
    entries.iter_mut().try_for_each(|entry| read.spell(&mut entry.user))?;
    Ok(entries)
}

/// A JSON object that is being written, a member at a time.
struct Document<'w> {
    out: &'w mut dyn Write,
    rows: u64,
    is_first_member: bool,
    is_in_list: bool,
    /// Of the list that is open.
    is_first_row: bool,
}

impl Document<'_> {
    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let text = serde_json::to_string(value).map_err(io::Error::from);
        let begin = if self.is_first_member { "{" } else { "," };
        self.is_first_member = false;
        text.and_then(|text| write!(self.out, "{begin}\"{name}\":{text}")).map_err(|error| output(&error))
    }

    /// Begins a list, and ends the one before.
    fn list(&mut self, name: &str) -> Result<(), Error> {
        let end = if self.is_in_list { "]" } else { "" };
        (self.is_in_list, self.is_first_row) = (true, true);
        write!(self.out, "{end},\n\"{name}\":[").map_err(|error| output(&error))
    }

    fn row<T: Serialize>(&mut self, row: &T) -> Result<(), Error> {
        let begin = if self.is_first_row { "\n" } else { ",\n" };
        self.is_first_row = false;
        self.rows = self.rows.saturating_add(1);
        let text = serde_json::to_string(row).map_err(io::Error::from);
        text.and_then(|text| write!(self.out, "{begin}{text}")).map_err(|error| output(&error))
    }

    fn end(self) -> Result<Exported, Error> {
        let written = self.out.write_all(b"]}\n").and_then(|()| self.out.flush());
        written.map_err(|error| output(&error))?;
        Ok(Exported { rows: self.rows })
    }
}
