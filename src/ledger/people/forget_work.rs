//! Forgetting a user in operators' work, notices, access, exclusions, messages to webhook endpoints and sums.

use serde_json::Value as Json;

use super::Person;
use super::forget::{count, without};
use crate::ledger::columns::{column, json_column, json_column_or_null};
use crate::ledger::error::LedgerError;
use crate::ledger::purchases::{record_row, sale_of};
use crate::ledger::tx::Tx;
use crate::ledger::values::{to_json, values};
use crate::model::people::Replacements;
use crate::model::{ExclusionEnd, ExclusionKind, Timestamp};

/// What becomes of messages that were not sent yet.
const DROPPED: &str = "the user was forgotten";

impl Tx<'_> {
    /// Notices are the player's alone, and go; also those that would be made later.
    pub(super) fn forget_notices(&self, person: &Person) -> Result<u64, LedgerError> {
        for refund in &person.refunds {
            self.stop_expecting_report(*refund)?;
        }
        Ok(count(self.execute("DELETE FROM notices WHERE player = ?1", &values![&person.user])?))
    }

    /// Notes on the user and on the user's refunds go: they are free text about a person. In notes on others' refunds
    /// the names are replaced.
    pub(super) fn forget_notes(&self, person: &Person, names: &Replacements) -> Result<u64, LedgerError> {
        let mut removed = self.execute("DELETE FROM notes WHERE player = ?1", &values![&person.user])?;
        for refund in &person.refunds {
            removed += self.execute("DELETE FROM notes WHERE refund_id = ?1", &values![*refund])?;
        }
        for refund in &person.related {
            let notes: Vec<(i64, String, String)> = self.read().all(
                "SELECT id, who, text FROM notes WHERE refund_id = ?1",
                &values![*refund],
                |row| Ok((column(row, "id")?, column(row, "who")?, column(row, "text")?)),
            )?;
            for (id, who, text) in notes {
                let (who, text) = (in_words(names, who), in_words(names, text));
                self.execute(
                    "UPDATE notes SET who = ?2, text = ?3 WHERE id = ?1",
                    &values![id, &who, &text],
                )?;
            }
        }
        Ok(count(removed))
    }

    /// Operators' decisions on access stay, as the pseudonym's.
    pub(super) fn forget_in_access(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<u64, LedgerError> {
        let overrides: Vec<(i64, String, String)> = self.read().all(
            "SELECT id, who, why FROM access_overrides WHERE player = ?1",
            &values![&person.user],
            |row| Ok((column(row, "id")?, column(row, "who")?, column(row, "why")?)),
        )?;
        let changed = count(overrides.len());
        for (id, who, why) in overrides {
            self.execute(
                "UPDATE access_overrides SET player = ?2, who = ?3, why = ?4 WHERE id = ?1",
                &values![id, pseudonym, &in_words(names, who), &in_words(names, why)],
            )?;
        }
        Ok(changed)
    }

    /// Exclusions of the user, which the caller has ended, are the pseudonym's. Those of the user's orders stay, and lose
    /// the names that operators wrote.
    pub(super) fn forget_in_exclusions(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
    ) -> Result<u64, LedgerError> {
        struct Found {
            id: i64,
            who: String,
            why: String,
            ended: Option<ExclusionEnd>,
        }
        let mut changed = 0;
        let of_orders = person.orders.iter().map(|order| (ExclusionKind::Order, order));
        for (kind, value) in of_orders.chain([(ExclusionKind::User, &person.user)]) {
            let is_user = kind == ExclusionKind::User;
            let exclusions = self.read().all(
                "SELECT id, who, why, ended FROM exclusions WHERE value = ?1 AND kind = ?2",
                &values![value, if is_user { "user" } else { "order" }],
                |row| {
                    Ok(Found {
                        id: column(row, "id")?,
                        who: column(row, "who")?,
                        why: column(row, "why")?,
                        ended: json_column_or_null(row, "ended")?,
                    })
                },
            )?;
            changed += if is_user { count(exclusions.len()) } else { 0 };
            for Found { id, who, why, ended } in exclusions {
                self.execute(
                    "UPDATE exclusions SET value = ?2, who = ?3, why = ?4, ended = ?5 WHERE id = ?1",
                    &values![
                        id,
                        if is_user { pseudonym } else { value },
                        &in_words(names, who),
                        &in_words(names, why),
                        &ended.as_ref().map(|ended| without(names, ended)).transpose()?
                    ],
                )?;
            }
        }
        Ok(changed)
    }

    /// The user's messages to endpoints stay as the pseudonym's, with what was sent about the user taken out; those that
    /// are not settled are dropped. Others' messages that name the user lose the name.
    pub(super) fn forget_in_webhooks(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
        now: Timestamp,
    ) -> Result<u64, LedgerError> {
        self.execute(
            "UPDATE webhook_messages SET state = 'dropped', next_at = NULL, lease_owner = NULL, problem = ?2, settled_at = ?3
             WHERE player = ?1 AND settled_at IS NULL",
            &values![&person.user, DROPPED, now],
        )?;
        let mut ids = self
            .read()
            .numbers("SELECT id AS number FROM webhook_messages WHERE player = ?1", &values![&person.user])?;
        let changed = count(ids.len());
        for id in &ids {
            self.execute("UPDATE webhook_messages SET player = ?2 WHERE id = ?1", &values![*id, pseudonym])?;
        }
        for refund in person.all_refunds() {
            ids.extend(self.read().numbers(
                "SELECT id AS number FROM webhook_messages WHERE refund_id = ?1",
                &values![refund],
            )?);
        }
        ids.sort_unstable();
        ids.dedup();
        for id in ids {
            let row: Option<(Option<String>, Json, Option<String>)> = self.read().one(
                "SELECT player, event, problem FROM webhook_messages WHERE id = ?1",
                &values![id],
                |row| Ok((column(row, "player")?, json_column(row, "event")?, column(row, "problem")?)),
            )?;
            let Some((player, mut event, problem)) = row else { continue };
            // Of another's message only the names go.
            let is_others = player.as_deref().is_some_and(|player| player != pseudonym);
            if is_others && !names.are_in(&event) {
                continue;
            }
            names.in_value(&mut event);
            let problem = problem.map(|problem| in_words(names, problem));
            self.execute(
                "UPDATE webhook_messages SET event = ?2, problem = ?3 WHERE id = ?1",
                &values![id, &to_json(&event)?, &problem],
            )?;
        }
        self.forget_in_endpoints(&names.searchable())?;
        Ok(changed)
    }

    /// What an endpoint answered may name a user; so may the reason why an operator ended it.
    fn forget_in_endpoints(&self, names: &Replacements) -> Result<(), LedgerError> {
        let endpoints: Vec<(String, Option<String>, Option<String>)> =
            self.read().all("SELECT name, problem, ended FROM webhook_endpoints", &[], |row| {
                Ok((column(row, "name")?, column(row, "problem")?, column(row, "ended")?))
            })?;
        for (name, problem, ended) in endpoints {
            let replaced =
                [&problem, &ended].map(|words| words.as_ref().and_then(|words| names.in_words(words)));
            if replaced.iter().any(Option::is_some) {
                let [new_problem, new_ended] = replaced;
                self.execute(
                    "UPDATE webhook_endpoints SET problem = ?2, ended = ?3 WHERE name = ?1",
                    &values![&name, &new_problem.or(problem), &new_ended.or(ended)],
                )?;
            }
        }
        Ok(())
    }

    /// In the figures, what the user bought is bought in no known country.
    pub(super) fn forget_countries(&self, user: &str) -> Result<(), LedgerError> {
        let records = self.read().all(
            "SELECT * FROM purchases WHERE player = ?1 AND country IS NOT NULL",
            &values![user],
            record_row,
        )?;
        for before in records {
            let mut after = before.clone();
            after.recorded.purchase.country = None;
            self.count_sale(sale_of(&before.recorded).as_ref(), sale_of(&after.recorded).as_ref())?;
        }
        Ok(())
    }

    /// What the figures count for the user was moved to the pseudonym, which leaves zeros.
    pub(super) fn forget_in_sums(&self, user: &str) -> Result<(), LedgerError> {
        self.write_sums()?;
        self.execute("DELETE FROM players WHERE player = ?1", &values![user]).map(drop)
    }
}

fn in_words(names: &Replacements, words: String) -> String {
    names.in_words(&words).unwrap_or(words)
}
