//! Forgetting a user: in every table a pseudonym replaces the user's id, and what only describes the user goes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{Download, Person};
use crate::ledger::columns::{column, json_column, json_column_or_null};
use crate::ledger::error::LedgerError;
use crate::ledger::session::Row;
use crate::ledger::tx::Tx;
use crate::ledger::values::{to_json, values};
use crate::model::people::Replacements;
use crate::model::{
    BlockCause, BlockEnd, CaseState, Event, Fact, ForgottenCounts, Happening, OrderDetails, RefundId,
    Timestamp,
};

impl Tx<'_> {
    /// Takes a user out of every table. `names` has the pseudonym of the user's id, and a replacement of each tag.
    ///
    /// The caller has ended what is still active, and writes the journal entry about it.
    pub(crate) fn forget(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<ForgottenCounts, LedgerError> {
        self.write_entries()?;
        self.memo.forget_all();
        let key = "forgetting";
        self.insert_all("meta", &[values! { name: key, value: &b"1"[..] }], "")?;
        let mut counts = ForgottenCounts {
            purchases: self.forget_in_purchases(person, names, pseudonym)?,
            blocks: self.forget_in_blocks(person, names, pseudonym)?,
            events: self.forget_in_outbox(person, names)?,
            consumption: self.forget_in_reviews(person, names)?,
            messages: self.forget_messages(person, names)?,
            ..ForgottenCounts::default()
        };
        counts.notices = self.forget_notices(person)?;
        counts.notes = self.forget_notes(person, names)?;
        counts.access_overrides = self.forget_in_access(person, names, pseudonym)?;
        counts.exclusions = self.forget_in_exclusions(person, names, pseudonym)?;
        counts.webhook_messages = self.forget_in_webhooks(person, names, pseudonym, now)?;
        counts.refunds = self.forget_in_refunds(person, names, pseudonym, now)?;
        self.forget_in_reports(person, names)?;
        for refund in person.all_refunds() {
            self.forget_in_books(refund, person, names, pseudonym)?;
        }
        counts.journal = self.forget_in_journal(person, names, pseudonym)?;
        self.forget_in_operators_work(person, names)?;
        self.forget_in_requests(names)?;
        self.forget_in_sums(&person.user)?;
        self.execute("DELETE FROM meta WHERE name = ?1", &values![key])?;
        #[cfg(feature = "operators")]
        self.forgotten.replace(names.clone());
        Ok(counts)
    }

    fn forget_in_purchases(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<u64, LedgerError> {
        let user = &person.user;
        for tag in &person.tags {
            self.execute(
                "UPDATE purchases SET account_tag = ?3 WHERE player = ?1 AND account_tag = ?2",
                &values![user, &tag.tag, names.of(&tag.tag)],
            )?;
        }
        self.execute("DELETE FROM user_spellings WHERE player = ?1", &values![user])?;
        if let Some(tag) = self.read().issued_tag(user)? {
            self.execute(
                "UPDATE account_tags SET player = ?2, tag = ?3 WHERE player = ?1",
                &values![user, pseudonym, names.of(&tag)],
            )?;
        }
        self.forget_countries(user)?;
        let moved = self.execute(
            "UPDATE purchases SET player = ?2, country = NULL WHERE player = ?1",
            &values![user, pseudonym],
        )?;
        Ok(count(moved))
    }

    fn forget_in_blocks(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<u64, LedgerError> {
        let blocks: Vec<(i64, BlockCause, Option<BlockEnd>)> = self.read().all(
            "SELECT id, cause, ended FROM blocks WHERE player = ?1",
            &values![&person.user],
            |row| Ok((column(row, "id")?, json_column(row, "cause")?, json_column_or_null(row, "ended")?)),
        )?;
        for (id, cause, ended) in &blocks {
            let cause = without(names, cause)?;
            let ended = ended.as_ref().map(|ended| without(names, ended)).transpose()?;
            self.execute(
                "UPDATE blocks SET player = ?2, cause = ?3, ended = ?4 WHERE id = ?1",
                &values![*id, pseudonym, &cause, &ended],
            )?;
        }
        Ok(count(blocks.len()))
    }

    /// The user's own events go; others' events that name the user lose the name.
    fn forget_in_outbox(&self, person: &Person, names: &Replacements) -> Result<u64, LedgerError> {
        let settled = self.execute("DELETE FROM outbox WHERE player = ?1", &values![&person.user])?;
        for refund in person.all_refunds() {
            let read = |row: &Row<'_>| Ok((column(row, "id")?, json_column(row, "event")?));
            let mut others: Vec<(i64, Event)> = self.read().all(
                "SELECT outbox.id, outbox.event FROM outbox JOIN refunds ON refunds.id = ?1
                 WHERE outbox.player = refunds.player AND outbox.refund_id = ?1",
                &values![refund],
                read,
            )?;
            // Events of refunds without a user name the tag.
            others.extend(self.read().all(
                "SELECT id, event FROM outbox WHERE player IS NULL AND refund_id = ?1",
                &values![refund],
                read,
            )?);
            for (id, event) in &others {
                let event = without(names, event)?;
                self.execute("UPDATE outbox SET event = ?2 WHERE id = ?1", &values![*id, &event])?;
            }
        }
        Ok(count(settled))
    }

    /// Reports on use, withdrawn consents, and what store actions say about the user.
    fn forget_in_reviews(&self, person: &Person, names: &Replacements) -> Result<u64, LedgerError> {
        let mut removed = 0;
        for order in &person.orders {
            removed += self.execute("DELETE FROM consumption WHERE order_id = ?1", &values![order])?;
            self.forget_in_actions(order, names)?;
        }
        for Download { store, app, id } in &person.downloads {
            self.execute(
                "DELETE FROM rescissions WHERE store = ?1 AND app = ?2 AND app_transaction_id = ?3",
                &values![store, app, id],
            )?;
        }
        for refund in &person.refunds {
            let error: Option<Option<String>> = self.read().one(
                "SELECT error FROM inquiries WHERE refund_id = ?1",
                &values![*refund],
                |row| column(row, "error"),
            )?;
            if let Some(error) = error.flatten().and_then(|error| names.in_words(&error)) {
                self.execute(
                    "UPDATE inquiries SET error = ?2 WHERE refund_id = ?1",
                    &values![*refund, &error],
                )?;
            }
        }
        Ok(count(removed))
    }

    fn forget_in_actions(&self, order: &str, names: &Replacements) -> Result<(), LedgerError> {
        struct Action {
            id: i64,
            key: Option<String>,
            request: Json,
            who: String,
            why: String,
            answer: Option<Json>,
        }
        let actions =
            self.read().all("SELECT * FROM actions WHERE order_id = ?1", &values![order], |row| {
                Ok(Action {
                    id: column(row, "id")?,
                    key: column(row, "key")?,
                    request: json_column(row, "request")?,
                    who: column(row, "who")?,
                    why: column(row, "why")?,
                    answer: json_column_or_null(row, "answer")?,
                })
            })?;
        for mut action in actions {
            names.in_value(&mut action.request);
            action.answer.iter_mut().for_each(|answer| names.in_value(answer));
            // No two actions have the same key.
            let key = action.key.map(|key| match names.in_key(&key) {
                Some(_) => format!("forgotten:{}", action.id),
                None => key,
            });
            self.execute(
                "UPDATE actions SET key = ?2, request = ?3, who = ?4, why = ?5, answer = ?6 WHERE id = ?1",
                &values![
                    action.id,
                    &key,
                    &to_json(&action.request)?,
                    &names.in_words(&action.who).unwrap_or(action.who),
                    &names.in_words(&action.why).unwrap_or(action.why),
                    &action.answer.as_ref().map(to_json).transpose()?
                ],
            )?;
        }
        Ok(())
    }

    /// Raw bodies, and dead letters that name the user.
    fn forget_messages(&self, person: &Person, names: &Replacements) -> Result<u64, LedgerError> {
        let mut removed = 0;
        for message in &person.messages {
            removed += u64::from(self.drop_body(*message)?);
        }
        let names = names.searchable();
        let mut named = Vec::new();
        self.read().each("SELECT id, message, body FROM dead_letters", &[], |row| {
            let (message, body): (String, Vec<u8>) = (column(row, "message")?, column(row, "body")?);
            if names.are_in_message(&body) || names.in_words(&message).is_some() {
                let bytes = body.len().saturating_add(message.len());
                named.push((column(row, "id")?, i64::try_from(bytes).unwrap_or(i64::MAX)));
            }
            Ok(())
        })?;
        for (id, bytes) in named {
            removed += u64::from(self.drop_dead_letter(id, bytes)?);
        }
        let refusals: Vec<(String, String, String)> =
            self.read().all("SELECT store, code, message FROM refusals", &[], |row| {
                Ok((column(row, "store")?, column(row, "code")?, column(row, "message")?))
            })?;
        for (store, code, message) in refusals {
            if let Some(message) = names.in_words(&message) {
                self.execute(
                    "UPDATE refusals SET message = ?3 WHERE store = ?1 AND code = ?2",
                    &values![&store, &code, &message],
                )?;
            }
        }
        Ok(removed)
    }

    fn forget_in_refunds(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<u64, LedgerError> {
        let mut moved = 0;
        struct Found {
            tag: Option<String>,
            folded: CaseState,
            marks: Option<Json>,
            overruled: Option<Json>,
            assignee: Option<String>,
        }
        for refund in &person.refunds {
            let before = self.read().case(*refund)?;
            let row: Option<Found> = self.read().one(
                "SELECT account_tag, folded, marks, overruled, assignee FROM refunds WHERE id = ?1",
                &values![*refund],
                |row| {
                    Ok(Found {
                        tag: column(row, "account_tag")?,
                        folded: json_column(row, "folded")?,
                        marks: json_column_or_null(row, "marks")?,
                        overruled: json_column_or_null(row, "overruled")?,
                        assignee: column(row, "assignee")?,
                    })
                },
            )?;
            let Some(mut found) = row else { continue };
            let tag = found.tag.map(|tag| names.of(&tag).map_or(tag.clone(), str::to_owned));
            found.marks.iter_mut().chain(&mut found.overruled).for_each(|document| names.in_value(document));
            let assignee = found.assignee.map(|name| names.in_words(&name).unwrap_or(name));
            self.execute(
                "UPDATE refunds SET account_tag = ?2, app_transaction_id = NULL, folded = ?3, updated_at = ?4,
                   marks = ?5, overruled = ?6, assignee = ?7, country = NULL,
                   revision = revision + 1 WHERE id = ?1",
                &values![
                    *refund,
                    &tag,
                    &without(names, &found.folded)?,
                    now,
                    &found.marks.as_ref().map(to_json).transpose()?,
                    &found.overruled.as_ref().map(to_json).transpose()?,
                    &assignee
                ],
            )?;
            moved += self.execute(
                "UPDATE refunds SET player = ?3 WHERE id = ?1 AND player = ?2",
                &values![*refund, &person.user, pseudonym],
            )?;
            // The figures count it for the pseudonym now, and in no country.
            if let Some(after) = self.read().case(*refund)? {
                self.count_case(before.as_ref(), &after)?;
            }
            self.forget_in_facts(*refund, names)?;
        }
        for refund in person.all_refunds() {
            let claimants: Option<Vec<String>> = self
                .read()
                .one("SELECT claimants FROM refunds WHERE id = ?1", &values![refund], |row| {
                    json_column_or_null(row, "claimants")
                })?
                .flatten();
            let Some(mut claimants) = claimants else { continue };
            for claimant in &mut claimants {
                if let Some(to) = names.of(claimant) {
                    *claimant = to.to_owned();
                }
            }
            self.execute(
                "UPDATE refunds SET claimants = ?2, revision = revision + 1 WHERE id = ?1",
                &values![refund, &to_json(&claimants)?],
            )?;
        }
        Ok(count(moved))
    }

    /// Facts that are the same without what was taken out become one.
    fn forget_in_facts(&self, refund: RefundId, names: &Replacements) -> Result<(), LedgerError> {
        let facts: Vec<(i64, Fact)> = self.read().all(
            "SELECT id, fact FROM facts WHERE refund_id = ?1 ORDER BY id",
            &values![refund],
            |row| Ok((column(row, "id")?, json_column(row, "fact")?)),
        )?;
        for (id, fact) in &facts {
            let fact = without(names, fact)?;
            let is_there = self.read().number(
                "SELECT EXISTS (SELECT 1 FROM facts WHERE refund_id = ?1 AND fact = ?2 AND id <> ?3)",
                &values![refund, &fact, *id],
            )?;
            match is_there {
                1 => self.execute("DELETE FROM facts WHERE id = ?1", &values![*id])?,
                _ => self.execute("UPDATE facts SET fact = ?2 WHERE id = ?1", &values![*id, &fact])?,
            };
        }
        Ok(())
    }

    fn forget_in_reports(&self, person: &Person, names: &Replacements) -> Result<(), LedgerError> {
        for report in &person.reports {
            let row: Option<(Option<String>, OrderDetails)> = self.read().one(
                "SELECT account_tag, details FROM orders WHERE id = ?1",
                &values![*report],
                |row| Ok((column(row, "account_tag")?, json_column(row, "details")?)),
            )?;
            let Some((tag, details)) = row else { continue };
            let tag = tag.map(|tag| names.of(&tag).map_or(tag.clone(), str::to_owned));
            self.execute(
                "UPDATE orders SET account_tag = ?2, details = ?3 WHERE id = ?1",
                &values![*report, &tag, &without(names, &details)?],
            )?;
        }
        Ok(())
    }

    fn forget_in_books(
        &self,
        refund: RefundId,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<(), LedgerError> {
        let entries: Vec<(i64, String)> = self.read().all(
            "SELECT id, who FROM recovery WHERE refund_id = ?1 AND player = ?2 AND who IS NOT NULL",
            &values![refund, &person.user],
            |row| Ok((column(row, "id")?, column(row, "who")?)),
        )?;
        for (id, who) in entries {
            if let Some(who) = names.in_words(&who) {
                self.execute("UPDATE recovery SET who = ?2 WHERE id = ?1", &values![id, &who])?;
            }
        }
        for sql in [
            "UPDATE recovery SET player = ?3 WHERE refund_id = ?1 AND player = ?2",
            "UPDATE balances SET player = ?3 WHERE refund_id = ?1 AND player = ?2",
        ] {
            self.execute(sql, &values![refund, &person.user, pseudonym])?;
        }
        Ok(())
    }

    fn forget_in_journal(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<u64, LedgerError> {
        let user = &person.user;
        let mut entries: Vec<i64> =
            self.read().numbers("SELECT id AS number FROM journal WHERE player = ?1", &values![user])?;
        for refund in person.all_refunds() {
            entries.extend(
                self.read()
                    .numbers("SELECT id AS number FROM journal WHERE refund_id = ?1", &values![refund])?,
            );
        }
        // Orders that were this user's before have entries in others' histories that name the user.
        let mut orders = person.orders.clone();
        orders.extend(self.read().texts(
            "SELECT DISTINCT order_id AS text FROM journal WHERE player = ?1 AND order_id IS NOT NULL",
            user,
        )?);
        for order in &orders {
            entries.extend(
                self.read()
                    .numbers("SELECT id AS number FROM journal WHERE order_id = ?1", &values![order])?,
            );
        }
        entries.sort_unstable();
        entries.dedup();
        let mut changed = 0;
        for entry in entries {
            let row: Option<(Option<String>, Happening)> = self.read().one(
                "SELECT player, happening FROM journal WHERE id = ?1",
                &values![entry],
                |row| Ok((column(row, "player")?, json_column(row, "happening")?)),
            )?;
            let Some((player, before)) = row else { continue };
            let after = names.in_document(&before).map_err(|error| unreadable(&error))?;
            let is_theirs = player.as_ref() == Some(user);
            if is_theirs || after != before {
                let player = if is_theirs { Some(pseudonym.to_owned()) } else { player };
                self.execute(
                    "UPDATE journal SET player = ?2, happening = ?3 WHERE id = ?1",
                    &values![entry, &player, &to_json(&after)?],
                )?;
                changed += 1;
            }
        }
        Ok(changed)
    }

    /// Keys are the host's own text, and may name the user; then they go, with their answers. Answers have no users.
    fn forget_in_requests(&self, names: &Replacements) -> Result<(), LedgerError> {
        let names = names.searchable();
        let mut named = Vec::new();
        self.read().each("SELECT key FROM requests", &[], |row| {
            let key: String = column(row, "key")?;
            if !key.starts_with("event:") && names.in_key(&key).is_some() {
                named.push(key);
            }
            Ok(())
        })?;
        for key in named {
            self.execute("DELETE FROM requests WHERE key = ?1", &values![&key])?;
        }
        Ok(())
    }
}

/// A document as JSON text without anything of the user.
pub(super) fn without<T: Serialize + DeserializeOwned>(
    names: &Replacements,
    document: &T,
) -> Result<String, LedgerError> {
    to_json(&names.in_document(document).map_err(|error| unreadable(&error))?)
}

fn unreadable(error: &serde_json::Error) -> LedgerError {
    LedgerError::Internal(format!("a document without what it held of a user: {error}"))
}

pub(super) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
