//! Forgetting a user in what operators leave in the console: the audit, saved views, the pages' settings.

use serde_json::Value as Json;

use super::Person;
use crate::ledger::columns::{column, json_column, json_column_or_null};
use crate::ledger::error::LedgerError;
use crate::ledger::tx::Tx;
use crate::ledger::values::{to_json, values};
use crate::model::people::Replacements;

impl Tx<'_> {
    /// These have no column for the player, so all of them are looked through.
    pub(super) fn forget_in_operators_work(
        &self,
        person: &Person,
        names: &Replacements,
    ) -> Result<(), LedgerError> {
        self.forget_in_audit(person, names)?;
        self.forget_in_views(names)?;
        self.forget_in_settings(&names.searchable())
    }

    /// Entries about the user, or about one of the user's refunds, lose every id; all others those that are long enough to
    /// be looked for.
    fn forget_in_audit(&self, person: &Person, names: &Replacements) -> Result<(), LedgerError> {
        let searchable = names.searchable();
        let mut changed = Vec::new();
        self.read().each("SELECT id, target, details FROM audit", &[], |row| {
            let target: Option<String> = column(row, "target")?;
            let mut details: Option<Json> = json_column_or_null(row, "details")?;
            let is_theirs = target.as_deref().is_some_and(|target| is_about(person, names, target));
            let names = if is_theirs { names } else { &searchable };
            let replaced = target.as_deref().and_then(|target| names.in_target(target));
            let is_in_details = details.as_mut().is_some_and(|details| names.in_texts(details));
            if replaced.is_some() || is_in_details {
                changed.push((column::<i64>(row, "id")?, replaced.or(target), details));
            }
            Ok(())
        })?;
        for (id, target, details) in changed {
            self.execute(
                "UPDATE audit SET target = ?2, details = ?3 WHERE id = ?1",
                &values![id, &target, &details.as_ref().map(to_json).transpose()?],
            )?;
        }
        Ok(())
    }

    fn forget_in_views(&self, names: &Replacements) -> Result<(), LedgerError> {
        let searchable = names.searchable();
        let mut changed = Vec::new();
        self.read().each("SELECT id, name, query FROM views", &[], |row| {
            let (name, query): (String, String) = (column(row, "name")?, column(row, "query")?);
            let (new_name, new_query) = (searchable.in_words(&name), names.in_query(&query));
            if new_name.is_some() || new_query.is_some() {
                let id: i64 = column(row, "id")?;
                changed.push((id, new_name.unwrap_or(name), new_query.unwrap_or(query)));
            }
            Ok(())
        })?;
        for (id, name, query) in changed {
            self.execute(
                "UPDATE views SET name = ?2, query = ?3 WHERE id = ?1",
                &values![id, &name, &query],
            )?;
        }
        Ok(())
    }

    fn forget_in_settings(&self, names: &Replacements) -> Result<(), LedgerError> {
        let all: Vec<(String, Json)> =
            self.read().all("SELECT name, settings FROM operators", &[], |row| {
                Ok((column(row, "name")?, json_column(row, "settings")?))
            })?;
        for (name, mut settings) in all {
            if names.in_texts(&mut settings) {
                self.execute(
                    "UPDATE operators SET settings = ?2 WHERE name = ?1",
                    &values![&name, &to_json(&settings)?],
                )?;
            }
        }
        Ok(())
    }
}

/// Whether an entry's target is the user or one of the user's refunds.
fn is_about(person: &Person, names: &Replacements, target: &str) -> bool {
    match target.split_once(':') {
        Some(("player", user)) => names.of(user).is_some(),
        Some(("refund", id)) => id.parse().is_ok_and(|id| person.refunds.contains(&id)),
        _ => false,
    }
}
