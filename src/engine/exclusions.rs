//! Exclusions: refunds that operators keep out of the rules before they come.

use super::change::Change;
use super::record::OperatorRemark;
use super::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Case, LedgerError, NewEntry};
use crate::model::{
    AppliedExclusion, Exclusion, ExclusionCandidate, ExclusionEnd, ExclusionKind, ExclusionMade, Happening,
    NewExclusion, Page, Timestamp,
};

/// The most active exclusions by product: every refund that is first decided is compared with each of their patterns.
const MAX_PATTERNS: i64 = 1000;

/// How many decided refunds of an order an answer names: an order has one, a subscription's token a few.
const MAX_DECIDED: i64 = 100;

impl Engine {
    /// Makes an exclusion: the refunds that it fits are not decided by the rules. It is looked for when a refund is first
    /// decided; a refund that is decided already stays as it is, see [`overrule`](Self::overrule). Waits for one commit.
    ///
    /// Of the exclusions that fit a refund, the first kind of [`ExclusionKind`] counts, and of one kind the oldest. The
    /// decision's rule is then `exclusion 12`, and stays, even after the exclusion has ended.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_exclusion`, or `standing_exclusion` if one of the same kind, value and store is
    /// active; [`Error::TooMany`] for more than 1000 active exclusions by product; [`Error::BadText`]; [`Error::Ledger`].
    pub fn exclude(&self, exclusion: &NewExclusion) -> Result<ExclusionMade, Error> {
        by_operator("-", &exclusion.who, &exclusion.why)?;
        if let Some(facts) = exclusion.problem(self.now()) {
            return Err(Error::Refused { code: "bad_exclusion", facts });
        }
        let new = exclusion.clone();
        self.change(move |change| change.exclude(&new))
    }

    /// Ends an exclusion, by an operator, and returns it. Refunds that it decided stay as they are. Ending it again
    /// changes nothing. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_exclusion`; [`Error::BadText`]; [`Error::Ledger`].
    pub fn end_exclusion(&self, id: i64, who: &str, why: &str) -> Result<Exclusion, Error> {
        let by = by_operator("-", who, why)?;
        self.change(move |change| change.end_exclusion(id, &by))
    }

    /// Exclusions, newest first: the active ones, or all with the ended ones; `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn exclusions(
        &self,
        with_ended: bool,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<Exclusion>, Error> {
        let now = self.now();
        self.page(
            after,
            limit,
            |read, before, limit| {
                let found = read.exclusions(with_ended, now, before, limit)?;
                let mut exclusions: Vec<Exclusion> = found.into_iter().map(|one| one.at(now)).collect();
                exclusions.iter_mut().try_for_each(|exclusion| read.spell_exclusion(exclusion))?;
                Ok(exclusions)
            },
            |exclusion| exclusion.id,
        )
    }
}

impl Change<'_> {
    fn exclude(&self, new: &NewExclusion) -> Result<ExclusionMade, Error> {
        let mut new = new.clone();
        if new.kind == ExclusionKind::User {
            new.value = self.tx.known_user(&new.value)?;
        }
        let read = self.tx.read();
        let (kind, store) = (new.kind, new.store.clone());
        if let Some(known) = read.active_exclusion(kind, &new.value, store.as_ref())? {
            match known.clone().at(self.now).ended {
                Some(end) => self.tx.end_exclusion(known.id, &end)?,
                None => {
                    let facts = format!(
                        "exclusion {} of the same kind, value and store is active: end it first",
                        known.id
                    );
                    return Err(Error::Refused { code: "standing_exclusion", facts });
                }
            }
        }
        if kind == ExclusionKind::Product {
            let count = read.count_exclusions(kind, self.now)?;
            if count >= MAX_PATTERNS {
                let number = |count: i64| usize::try_from(count).unwrap_or(usize::MAX);
                let (count, limit) = (number(count.saturating_add(1)), number(MAX_PATTERNS));
                return Err(Error::TooMany { what: "active exclusions by product", count, limit });
            }
        }
        let mut exclusion = self.tx.insert_exclusion(&new, self.now)?;
        let happening = Happening::ExclusionMade {
            exclusion: exclusion.id,
            kind,
            value: new.value.clone(),
            action: new.action,
            until: new.until,
            who: new.who.clone(),
            why: new.why.clone(),
        };
        self.journal_exclusion(&exclusion, &happening)?;
        let refunded_already = match kind {
            ExclusionKind::Order => read.decided_refunds_of(&new.value, store.as_ref(), MAX_DECIDED)?,
            _ => Vec::new(),
        };
        self.tx.read().spell_exclusion(&mut exclusion)?;
        Ok(ExclusionMade { exclusion, refunded_already })
    }

    fn end_exclusion(&self, id: i64, by: &OperatorRemark) -> Result<Exclusion, Error> {
        let Some(exclusion) = self.tx.read().exclusion(id)? else {
            let facts = format!("there is no exclusion {id}");
            return Err(Error::Refused { code: "unknown_exclusion", facts });
        };
        let mut exclusion = exclusion.at(self.now);
        if exclusion.ended.is_none() {
            let (who, why) = (by.who.clone(), by.why.clone());
            let end = ExclusionEnd { at: self.now, who: Some(who.clone()), why: Some(why.clone()) };
            self.tx.end_exclusion(id, &end)?;
            exclusion.ended = Some(end);
            self.journal_exclusion(&exclusion, &Happening::ExclusionEnded { exclusion: id, who, why })?;
        }
        self.tx.read().spell_exclusion(&mut exclusion)?;
        Ok(exclusion)
    }

    fn journal_exclusion(&self, exclusion: &Exclusion, happening: &Happening) -> Result<(), LedgerError> {
        let of = |kind| Some(exclusion.value.as_str()).filter(|_| exclusion.kind == kind);
        let entry = NewEntry {
            order: of(ExclusionKind::Order),
            user: of(ExclusionKind::User),
            ..NewEntry::default()
        };
        self.tx.write_journal(entry, self.now, happening)
    }

    /// Notes in a case the exclusion that fits it. If the case was decided before, more became known about it:
    /// then only exclusions count that were made before the ledger first received it, so that the order of the stores'
    /// messages does not matter.
    pub(super) fn look_for_exclusion(&self, case: &mut Case) -> Result<(), LedgerError> {
        let made_before = match case.decided {
            true => case.refund.first_seen_at,
            false => Timestamp::from_millis(i64::MAX),
        };
        let candidates = self.tx.read().exclusions_for(case, self.now, made_before)?;
        let product = case.refund.case.about.product.as_deref();
        if let Some(found) = ExclusionCandidate::best(candidates, product) {
            self.tx.count_use_of_exclusion(found.id)?;
            case.exclusion = Some(AppliedExclusion { id: found.id, action: found.action });
        }
        Ok(())
    }

    /// Looks again for the exclusion of a case that turned out to be another user's. One of the first user no longer
    /// fits. Any other stays, unless one comes before it that was made before the ledger first received the case.
    pub(super) fn look_for_another_exclusion(&self, case: &mut Case) -> Result<(), LedgerError> {
        let Some(applied) = case.exclusion.take() else { return Ok(()) };
        let Some(known) = self.tx.read().exclusion(applied.id)? else { return Ok(()) };
        if known.kind == ExclusionKind::User {
            return Ok(());
        }
        case.exclusion = Some(applied);
        let mut candidates = self.tx.read().exclusions_for(case, self.now, case.refund.first_seen_at)?;
        candidates.retain(|candidate| candidate.kind < known.kind);
        let product = case.refund.case.about.product.as_deref();
        if let Some(found) = ExclusionCandidate::best(candidates, product) {
            self.tx.count_use_of_exclusion(found.id)?;
            case.exclusion = Some(AppliedExclusion { id: found.id, action: found.action });
        }
        Ok(())
    }
}
