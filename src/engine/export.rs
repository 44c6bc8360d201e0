//! Exports: rows of the ledger, read in steps and written to the host's writer.

use std::io::{self, Write};

use super::Engine;
use super::notices::worded;
use crate::error::Error;
use crate::export::{Debtor, PurchaseRow, Record, Sheet};
use crate::ledger::{LedgerError, Read, Step};
use crate::model::{Exclusion, Export, ExportKind, Exported, RefundId};
use crate::uuid;

impl Engine {
    /// Writes rows of the ledger to `out`, in steps of 2,000, each of which reads one state of the ledger. So an export
    /// of any size needs little memory and delays no writer; a row is as it was when it was read.
    ///
    /// An error leaves an export cut short. The last line of a complete NDJSON export is `{"end":{"rows":N}}`; with the
    /// other formats only the result tells.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_filter` for a condition that this kind of row has nothing for;
    /// [`Error::Output`] if `out` fails; [`Error::Ledger`].
    pub fn export(&self, export: &Export, out: &mut dyn Write) -> Result<Exported, Error> {
        check(export)?;
        let export = &Export { user: export.user.as_deref().map(uuid::canonical), ..export.clone() };
        match (export.what, export.changed_since) {
            (ExportKind::Refunds, None) => self.rows(export, out, 0, |read, export, after| {
                let mut step = read.export_refunds(export, *after)?;
                step.rows.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
                Ok(step)
            }),
            (ExportKind::Refunds, Some(since)) => {
                self.rows(export, out, (since.millis(), 0), |read, export, after| {
                    let mut step = read.export_changed_refunds(export, *after)?;
                    step.rows.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
                    Ok(step)
                })
            }
            (ExportKind::Purchases, _) => self.rows(export, out, 0, |read, export, after| {
                let step = read.export_purchases(export, *after)?;
                let row = |record: crate::model::attribution::Record| {
                    let mut row = PurchaseRow { id: record.id, recorded: record.recorded };
                    read.spell(&mut row.recorded.purchase.user).map(|()| row)
                };
                let rows = step.rows.into_iter().map(row).collect::<Result<_, _>>()?;
                Ok(Step { rows, next: step.next })
            }),
            (ExportKind::Blocks, _) => self.rows(export, out, 0, |read, export, after| {
                let mut step = read.export_blocks(export, *after)?;
                step.rows.iter_mut().try_for_each(|block| read.spell(&mut block.user))?;
                Ok(step)
            }),
            (ExportKind::Debts, _) => {
                let first = (String::new(), String::new(), 0);
                self.rows(export, out, first, |read, export, after: &(String, String, RefundId)| {
                    let step = read.export_debts(export, after)?;
                    let row = |(refund, balance): (RefundId, crate::ledger::Balance)| {
                        let user = read.spelling(&balance.player)?;
                        Ok::<_, LedgerError>(Debtor {
                            user,
                            refund,
                            granted: balance.granted,
                            due: balance.due,
                            taken: balance.taken,
                            forgiven: balance.forgiven,
                            owed: balance.due.saturating_sub(balance.taken).saturating_sub(balance.forgiven),
                            item: balance.item,
                        })
                    };
                    let rows = step.rows.into_iter().map(row).collect::<Result<_, _>>()?;
                    Ok(Step { rows, next: step.next })
                })
            }
            (ExportKind::Recovery, _) => self.rows(export, out, 0, |read, export, after| {
                let mut step = read.export_recovery(export, *after)?;
                step.rows.iter_mut().try_for_each(|entry| read.spell(&mut entry.user))?;
                Ok(step)
            }),
            (ExportKind::Journal, _) => self.rows(export, out, 0, |read, export, after| {
                let mut step = read.export_journal(export, *after)?;
                step.rows.iter_mut().try_for_each(|entry| read.spell_entry(entry))?;
                Ok(step)
            }),
            (ExportKind::Exclusions, _) => self.rows(export, out, 0, |read, export, after| {
                let Step { rows, next } = read.export_exclusions(export, *after)?;
                let mut rows: Vec<Exclusion> = rows.into_iter().map(|row| row.at(self.now())).collect();
                rows.iter_mut().try_for_each(|row| read.spell_exclusion(row))?;
                Ok(Step { rows, next })
            }),
            (ExportKind::Notices, _) => self.rows(export, out, 0, |read, export, after| {
                let Step { mut rows, next } = read.export_notices(export, *after)?;
                rows.iter_mut().try_for_each(|row| read.spell(&mut row.player))?;
                let locale = self.rules.notices.texts.default_locale();
                let rows = rows.into_iter().map(|row| worded(row, locale, &self.rules)).collect();
                Ok(Step { rows, next })
            }),
            (ExportKind::WebhookMessages, _) => self.rows(export, out, 0, |read, export, after| {
                let mut step = read.export_messages(export, *after)?;
                step.rows.iter_mut().try_for_each(|message| self.complete(read, message))?;
                Ok(step)
            }),
        }
    }

    /// Writes all rows of one kind, step by step from a key.
    fn rows<R: Record, K>(
        &self,
        export: &Export,
        out: &mut dyn Write,
        first: K,
        step: impl Fn(Read<'_>, &Export, &K) -> Result<Step<R, K>, LedgerError>,
    ) -> Result<Exported, Error> {
        let mut sheet = Sheet::begin(export.format, out).map_err(|error| output(&error))?;
        let mut after = Some(first);
        while let Some(key) = after {
            let read = self.read(|read| step(read, export, &key))?;
            for row in &read.rows {
                sheet.row(row).map_err(|error| output(&error))?;
            }
            after = read.next;
        }
        Ok(Exported { rows: sheet.end().map_err(|error| output(&error))? })
    }
}

pub(super) fn output(error: &io::Error) -> Error {
    Error::Output { kind: error.kind(), problem: error.to_string() }
}

/// Refuses conditions that would otherwise be ignored.
fn check(export: &Export) -> Result<(), Error> {
    let by_store = matches!(export.what, ExportKind::Refunds | ExportKind::Purchases);
    let by_time = export.what != ExportKind::Debts;
    for (condition, is_given, has) in [
        ("store", export.store.is_some(), by_store),
        ("since", export.since.is_some(), by_time),
        ("until", export.until.is_some(), by_time),
        ("user", export.user.is_some(), export.what != ExportKind::Exclusions),
        ("changed_since", export.changed_since.is_some(), export.what == ExportKind::Refunds),
    ] {
        if is_given && !has {
            let facts = format!("{} cannot be selected by {condition}: leave it out", export.what.as_str());
            return Err(Error::Refused { code: "bad_filter", facts });
        }
    }
    Ok(())
}
