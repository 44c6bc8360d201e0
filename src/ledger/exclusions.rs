//! Exclusions: refunds that operators keep out of the rules.

use super::case::Case;
use super::columns::{column, json_column_or_null, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{to_json, to_name, values};
use crate::model::{
    Exclusion, ExclusionCandidate, ExclusionEnd, ExclusionKind, NewExclusion, RefundId, Store, Timestamp,
    UnknownStore,
};

impl Tx<'_> {
    /// Makes an exclusion. None of its kind, value and store is active.
    pub(crate) fn insert_exclusion(
        &self,
        new: &NewExclusion,
        now: Timestamp,
    ) -> Result<Exclusion, LedgerError> {
        let id = self.insert(
            "exclusions",
            &values! {
                kind: &to_name(&new.kind)?,
                value: &new.value,
                store: new.store.as_ref().map_or("", Store::as_str),
                action: &to_name(&new.action)?,
                who: &new.who,
                why: &new.why,
                made_at: now,
                until: new.until,
            },
        )?;
        Ok(Exclusion {
            id,
            kind: new.kind,
            value: new.value.clone(),
            store: new.store.clone(),
            action: new.action,
            who: new.who.clone(),
            why: new.why.clone(),
            made_at: now,
            until: new.until,
            uses: 0,
            ended: None,
        })
    }

    /// Ends an exclusion.
    pub(crate) fn end_exclusion(&self, id: i64, end: &ExclusionEnd) -> Result<(), LedgerError> {
        self.update("exclusions", id, &values! { ended_at: end.at, ended: &to_json(end)? })
    }

    /// Counts a refund that an exclusion was found for.
    pub(crate) fn count_use_of_exclusion(&self, id: i64) -> Result<(), LedgerError> {
        self.execute("UPDATE exclusions SET uses = uses + 1 WHERE id = ?1", &values![id]).map(drop)
    }
}

impl Read<'_> {
    /// An exclusion by its id.
    pub(crate) fn exclusion(&self, id: i64) -> Result<Option<Exclusion>, LedgerError> {
        self.one("SELECT * FROM exclusions WHERE id = ?1", &values![id], exclusion_row)
    }

    /// The exclusion of a kind, value and store that has not been ended; its time may be over.
    pub(crate) fn active_exclusion(
        &self,
        kind: ExclusionKind,
        value: &str,
        store: Option<&Store>,
    ) -> Result<Option<Exclusion>, LedgerError> {
        self.one(
            "SELECT * FROM exclusions WHERE kind = ?1 AND value = ?2 AND store = ?3 AND ended_at IS NULL",
            &values![&to_name(&kind)?, value, store.map_or("", Store::as_str)],
            exclusion_row,
        )
    }

    /// How many exclusions of a kind are active.
    pub(crate) fn count_exclusions(&self, kind: ExclusionKind, now: Timestamp) -> Result<i64, LedgerError> {
        self.number(
            "SELECT count(*) FROM exclusions WHERE kind = ?1 AND ended_at IS NULL AND (until IS NULL OR until > ?2)",
            &values![&to_name(&kind)?, now],
        )
    }

    /// The active exclusions that were made before a time and may fit a case: those by product are all of them.
    pub(crate) fn exclusions_for(
        &self,
        case: &Case,
        now: Timestamp,
        made_before: Timestamp,
    ) -> Result<Vec<ExclusionCandidate>, LedgerError> {
        let about = &case.refund.case.about;
        self.all(
            // A branch a kind, so that each goes by the index.
            "SELECT id, kind, value, action FROM exclusions WHERE id IN (
               SELECT id FROM exclusions WHERE ended_at IS NULL AND kind = 'order' AND value IN (?4, ?5)
               UNION ALL SELECT id FROM exclusions WHERE ended_at IS NULL AND kind = 'user' AND value = ?6
               UNION ALL SELECT id FROM exclusions WHERE ended_at IS NULL AND kind = 'product'
               UNION ALL SELECT id FROM exclusions WHERE ended_at IS NULL AND kind = 'own_refunds' AND EXISTS (
                 SELECT 1 FROM actions WHERE order_id IN (?4, ?5) AND actions.store = ?3
                   AND actions.kind IN ('refund', 'revoke_subscription') AND state <> 'failed'))
             AND (until IS NULL OR until > ?1) AND made_at < ?2 AND store IN ('', ?3)",
            &values![
                now,
                made_before,
                case.place.store.as_str(),
                &about.order_id,
                &about.purchase_token,
                &case.refund.user
            ],
            |row| {
                let (kind, action) = (name_column(row, "kind")?, name_column(row, "action")?);
                Ok(ExclusionCandidate {
                    id: column(row, "id")?,
                    kind: kind.ok_or_else(|| no_name("kind"))?,
                    value: column(row, "value")?,
                    action: action.ok_or_else(|| no_name("action"))?,
                })
            },
        )
    }

    /// The refunds of an order id or a token that are decided.
    pub(crate) fn decided_refunds_of(
        &self,
        order: &str,
        store: Option<&Store>,
        limit: i64,
    ) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT id FROM refunds WHERE decided = 1 AND merged_into IS NULL AND (?2 IS NULL OR +store = ?2)
               AND (order_id = ?1 OR purchase_token = ?1
                 OR id IN (SELECT refund_id FROM refund_ids WHERE id = ?1 AND exact = 1))
             ORDER BY id LIMIT ?3",
            &values![order, store.map(Store::as_str), limit],
            |row| column(row, "id"),
        )
    }

    /// Exclusions, newest first, from before the given id; with those that have ended or without.
    pub(crate) fn exclusions(
        &self,
        with_ended: bool,
        now: Timestamp,
        before: i64,
        limit: i64,
    ) -> Result<Vec<Exclusion>, LedgerError> {
        if with_ended {
            let sql = "SELECT * FROM exclusions WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
            return self.all(sql, &values![before, limit], exclusion_row);
        }
        self.all(
            "SELECT * FROM exclusions WHERE id < ?1 AND ended_at IS NULL AND (until IS NULL OR until > ?3)
             ORDER BY id DESC LIMIT ?2",
            &values![before, limit, now],
            exclusion_row,
        )
    }
}

fn no_name(what: &'static str) -> LedgerError {
    LedgerError::Unreadable { what, problem: "NULL instead of a name".to_owned() }
}

pub(super) fn exclusion_row(row: &Row<'_>) -> Result<Exclusion, LedgerError> {
    let store: String = column(row, "store")?;
    let store: Option<Store> =
        Some(store).filter(|store| !store.is_empty()).map(|store| store.parse()).transpose().map_err(
            |error: UnknownStore| LedgerError::Unreadable { what: "store", problem: error.to_string() },
        )?;
    Ok(Exclusion {
        id: column(row, "id")?,
        kind: name_column(row, "kind")?.ok_or_else(|| no_name("kind"))?,
        value: column(row, "value")?,
        store,
        action: name_column(row, "action")?.ok_or_else(|| no_name("action"))?,
        who: column(row, "who")?,
        why: column(row, "why")?,
        made_at: column(row, "made_at")?,
        until: column(row, "until")?,
        uses: column(row, "uses")?,
        ended: json_column_or_null(row, "ended")?,
    })
}
