//! Refund cases and the facts they are folded from.

use super::case::Case;
use super::columns::{
    column, environment_column, json_column, json_column_or_null, name_column, store_column,
};
use super::error::LedgerError;
use super::purchases::normal_tag;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::{to_json, to_name, values};
use crate::model::{
    CaseKey, CaseState, Country, Environment, Fact, FigureMarks, Place, Refund, RefundId, Timestamp,
    WorkStatus,
};

impl Tx<'_> {
    /// Adds a fact to a case; `false` where the case has it already.
    pub(crate) fn add_fact(&self, refund: RefundId, inbox: i64, fact: &Fact) -> Result<bool, LedgerError> {
        let json = to_json(fact)?;
        let row = values! { refund_id: refund, inbox_id: inbox, fact: &json };
        let added = self.insert_all("facts", &[row], "ON CONFLICT (refund_id, fact) DO NOTHING")?;
        if added == 1 {
            self.memo.added(refund, fact);
        }
        Ok(added == 1)
    }

    /// Makes a new case.
    pub(crate) fn insert_case(
        &self,
        place: &Place,
        key: &CaseKey,
        folded: CaseState,
        now: Timestamp,
    ) -> Result<Case, LedgerError> {
        let same_within = match key {
            CaseKey::Token { same_within_millis, .. } => *same_within_millis,
            CaseKey::Order(_) => None,
        };
        let key = key.as_text();
        let id = self.insert(
            "refunds",
            &values! {
                store: place.store.as_str(),
                app: &place.app,
                environment: place.environment.map_or("", Environment::as_str),
                case_key: &key,
                same_within: same_within,
                state: folded.state.as_str(),
                at: folded.at,
                folded: &to_json(&folded)?,
                first_seen_at: now,
                updated_at: now,
            },
        )?;
        let refund = Refund {
            id,
            revision: 1,
            store: place.store.clone(),
            app: place.app.clone(),
            environment: None,
            user: None,
            attributed_by: None,
            claimants: Vec::new(),
            case: folded,
            merged_into: None,
            work_status: WorkStatus::Open,
            assignee: None,
            decision: None,
            policy_version: None,
            first_seen_at: now,
            updated_at: now,
        };
        let case = Case {
            refund,
            place: place.clone(),
            effective_environment: None,
            key,
            same_within,
            purchase: None,
            decided: false,
            notified: None,
            alerted: false,
            owed_before: None,
            confirm_by: None,
            presumed: false,
            granted: None,
            repays: None,
            booked: false,
            reported_at: None,
            closed: None,
            owing: false,
            marks: FigureMarks::default(),
            overruled: None,
            exclusion: None,
            unpaid: false,
        };
        self.count_case(None, &case)?;
        self.memo.is_new(&case);
        Ok(case)
    }

    /// Notes in which environment a case is, where that was not reported before; whether it was not.
    pub(crate) fn report_environment(
        &self,
        case: &mut Case,
        environment: Environment,
    ) -> Result<bool, LedgerError> {
        if case.place.environment.is_some() {
            return Ok(false);
        }
        self.execute(
            "UPDATE refunds SET environment = ?2 WHERE id = ?1",
            &values![case.refund.id, environment.as_str()],
        )?;
        case.place.environment = Some(environment);
        self.memo.saved(case);
        Ok(true)
    }

    /// Writes what was decided on a case, which is otherwise as it was saved last.
    pub(crate) fn save_decision(&self, case: &mut Case) -> Result<(), LedgerError> {
        let before = self.case(case.refund.id)?;
        self.revise(before.as_ref(), case);
        let refund = &case.refund;
        self.update(
            "refunds",
            refund.id,
            &values! {
                work_status: &to_name(&refund.work_status)?,
                decision: &refund.decision.as_ref().map(to_json).transpose()?,
                policy_version: refund.policy_version,
                updated_at: refund.updated_at,
                revision: refund.revision,
                notified: &case.notified.as_ref().map(to_json).transpose()?,
                alerted: case.alerted,
                owed_before: case.owed_before,
                decided: case.decided,
                granted: &case.granted.as_ref().map(to_json).transpose()?,
                booked: case.booked,
                to_do: case.is_to_do(),
                rule: refund.decision.as_ref().map(|decision| decision.rule.as_str()),
                action: refund.decision.as_ref().map(|decision| decision.action.kind().as_str()),
                closed: &case.closed.as_ref().map(to_json).transpose()?,
                counted: case.counted().counts(),
                owing: case.owing,
                marks: &marks_text(case)?,
                exclusion: &case.exclusion.as_ref().map(to_json).transpose()?,
                unpaid: case.unpaid,
            },
        )?;
        self.count_case(before.as_ref(), case)?;
        self.memo.saved(case);
        Ok(())
    }

    /// Writes a case in its present state.
    pub(crate) fn save_case(&self, case: &mut Case) -> Result<(), LedgerError> {
        let before = self.case(case.refund.id)?;
        self.revise(before.as_ref(), case);
        let refund = &case.refund;
        let (about, amount) = (&refund.case.about, refund.case.amount);
        let claimants = Some(&refund.claimants).filter(|claimants| !claimants.is_empty());
        self.update(
            "refunds",
            refund.id,
            &values! {
                order_id: &about.order_id,
                purchase_token: &about.purchase_token,
                original_id: &about.original_id,
                account_tag: &about.account_tag.as_deref().map(|tag| normal_tag(&case.place.store, tag)),
                player: &refund.user,
                attributed_by: &refund.attributed_by.map(|by| to_name(&by)).transpose()?,
                purchase_id: case.purchase,
                merged_into: refund.merged_into,
                effective_environment: case.effective_environment.map(Environment::as_str),
                state: refund.case.state.as_str(),
                at: refund.case.at,
                product: &about.product,
                folded: &to_json(&refund.case)?,
                reason: &refund.case.reason.map(|reason| to_name(&reason)).transpose()?,
                trust: &to_name(&refund.case.trust)?,
                country: about.country.as_ref().map(Country::as_str),
                currency: amount.as_ref().map(|amount| amount.currency.as_str()),
                amount_micros: amount.map(|amount| amount.micros),
                work_status: &to_name(&refund.work_status)?,
                decision: &refund.decision.as_ref().map(to_json).transpose()?,
                policy_version: refund.policy_version,
                updated_at: refund.updated_at,
                revision: refund.revision,
                notified: &case.notified.as_ref().map(to_json).transpose()?,
                alerted: case.alerted,
                owed_before: case.owed_before,
                confirm_by: case.confirm_by,
                presumed: case.presumed,
                decided: case.decided,
                claimants: &claimants.map(to_json).transpose()?,
                app_transaction_id: &about.app_transaction_id,
                granted: &case.granted.as_ref().map(to_json).transpose()?,
                repays: case.repays,
                booked: case.booked,
                reported_at: case.reported_at,
                closed: &case.closed.as_ref().map(to_json).transpose()?,
                assignee: &refund.assignee,
                to_do: case.is_to_do(),
                rule: refund.decision.as_ref().map(|decision| decision.rule.as_str()),
                action: refund.decision.as_ref().map(|decision| decision.action.kind().as_str()),
                counted: case.counted().counts(),
                owing: case.owing,
                marks: &marks_text(case)?,
                overruled: &case.overruled.as_ref().map(to_json).transpose()?,
                exclusion: &case.exclusion.as_ref().map(to_json).transpose()?,
                unpaid: case.unpaid,
            },
        )?;
        self.count_case(before.as_ref(), case)?;
        self.memo.saved(case);
        Ok(())
    }
}

impl Tx<'_> {
    /// Gives a case that is saved its new revision: one more than before this transaction, however often the transaction
    /// saves it, since only its end is ever seen.
    fn revise(&self, before: Option<&Case>, case: &mut Case) {
        if let Some(before) = before {
            let grows = self.memo.revised.borrow_mut().insert(case.refund.id);
            case.refund.revision = before.refund.revision.saturating_add(i64::from(grows));
        }
    }

    /// A case by its id.
    pub(crate) fn case(&self, id: RefundId) -> Result<Option<Case>, LedgerError> {
        let known = self.memo.cases.borrow().get(&id).cloned();
        if known.is_some() {
            #[cfg(test)]
            super::tx::ran::unnoted(|| assert_eq!(self.read().case(id), Ok(known.clone()), "refund {id}"));
            return Ok(known);
        }
        self.remember(self.read().case(id)?)
    }

    /// A refund by its id.
    pub(crate) fn refund(&self, id: RefundId) -> Result<Option<Refund>, LedgerError> {
        Ok(self.case(id)?.map(|case| case.refund))
    }

    /// As [`Read::case_of_key`](super::Read::case_of_key).
    pub(crate) fn case_of_key(&self, place: &Place, key: &CaseKey) -> Result<Option<Case>, LedgerError> {
        self.remember(self.read().case_of_key(place, key)?)
    }

    /// As [`Read::cases_of_user`](super::Read::cases_of_user): they are about to be decided on and saved.
    pub(crate) fn cases_of_user(
        &self,
        user: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Case>, LedgerError> {
        let cases = self.read().cases_of_user(user, from, to)?;
        cases.iter().for_each(|case| self.memo.saved(case));
        Ok(cases)
    }

    fn remember(&self, case: Option<Case>) -> Result<Option<Case>, LedgerError> {
        case.iter().for_each(|case| self.memo.saved(case));
        Ok(case)
    }

    /// The facts of a case.
    pub(crate) fn facts(&self, id: RefundId) -> Result<Vec<Fact>, LedgerError> {
        let known = self.memo.facts.borrow().get(&id).cloned();
        if let Some(facts) = known {
            #[cfg(test)]
            super::tx::ran::unnoted(|| assert_eq!(self.read().facts(id).as_ref(), Ok(&facts), "refund {id}"));
            return Ok(facts);
        }
        let facts = self.read().facts(id)?;
        self.memo.facts.borrow_mut().insert(id, facts.clone());
        Ok(facts)
    }
}

impl Read<'_> {
    /// The case with a key, if it is known: in its environment, or else where no environment was reported yet. Where
    /// this case's own environment is not reported, it is the known one of that key, in whatever environment.
    pub(crate) fn case_of_key(&self, place: &Place, key: &CaseKey) -> Result<Option<Case>, LedgerError> {
        let (first, second, third) = match place.environment {
            Some(reported) => (reported.as_str(), "", ""),
            None => ("", "production", "sandbox"),
        };
        self.one(
            "SELECT * FROM refunds
             WHERE store = ?1 AND app = ?2 AND environment IN (?3, ?4, ?5) AND case_key = ?6
             ORDER BY CASE environment WHEN ?3 THEN 1 WHEN ?4 THEN 2 ELSE 3 END LIMIT 1",
            &values![place.store.as_str(), &place.app, first, second, third, &key.as_text()],
            case_row,
        )
    }

    /// A time at which the purchase of a case's very order or token had been made, by the host's record.
    pub(crate) fn known_since(&self, case: &Case) -> Result<Option<Timestamp>, LedgerError> {
        let about = &case.refund.case.about;
        self.one(
            "SELECT CASE WHEN purchased_at < recorded_at THEN purchased_at ELSE recorded_at END AS known_since FROM purchases
             WHERE id = ?1 AND (order_id IN (?2, ?3) OR purchase_token IN (?2, ?3))",
            &values![case.purchase, &about.order_id, &about.purchase_token],
            |row| column(row, "known_since"),
        )
    }

    /// A case by its id.
    pub(crate) fn case(&self, id: RefundId) -> Result<Option<Case>, LedgerError> {
        self.one("SELECT * FROM refunds WHERE id = ?1", &values![id], case_row)
    }

    /// The facts of a case.
    pub(crate) fn facts(&self, id: RefundId) -> Result<Vec<Fact>, LedgerError> {
        self.all("SELECT fact FROM facts WHERE refund_id = ?1", &values![id], |row| json_column(row, "fact"))
    }

    /// The other cases of the same app that carry this purchase token; as far as it is reported, in the same environment.
    pub(crate) fn cases_of_token(&self, case: &Case, token: &str) -> Result<Vec<Case>, LedgerError> {
        self.all(
            // The unary plus keeps SQLite on the token's index.
            "SELECT * FROM refunds WHERE purchase_token = ?1 AND +store = ?2 AND +app = ?3
               AND (environment = ?4 OR environment = '' OR ?4 = '') AND id <> ?5 ORDER BY case_key",
            &values![
                token,
                case.place.store.as_str(),
                &case.place.app,
                case.place.environment.map_or("", Environment::as_str),
                case.refund.id
            ],
            case_row,
        )
    }

    /// A user's cases whose time lies between these two, in the order of their times.
    pub(crate) fn cases_of_user(
        &self,
        user: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Case>, LedgerError> {
        self.all(
            "SELECT * FROM refunds WHERE player = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at, case_key",
            &values![user, from, to],
            case_row,
        )
    }

    /// Users of refunds from a time until before another, in the order of their ids, after the given one.
    pub(crate) fn users_refunded(
        &self,
        (from, to): (Timestamp, Timestamp),
        after: &str,
        limit: i64,
    ) -> Result<Vec<String>, LedgerError> {
        self.all(
            "SELECT DISTINCT player FROM refunds WHERE player > ?1 AND at >= ?2 AND at < ?3 ORDER BY player LIMIT ?4",
            &values![after, from, to, limit],
            |row| column(row, "player"),
        )
    }

    /// The cases that have waited long enough for a message about the capture, or longer than any waits: their clock was
    /// set back.
    pub(crate) fn cases_to_presume(
        &self,
        now: Timestamp,
        at_most: Timestamp,
        limit: i64,
    ) -> Result<Vec<RefundId>, LedgerError> {
        self.all(
            "SELECT id FROM refunds WHERE state = 'unconfirmed' AND presumed = 0 AND merged_into IS NULL
               AND (confirm_by <= ?1 OR confirm_by > ?2)
             ORDER BY confirm_by LIMIT ?3",
            &values![now, at_most, limit],
            |row| column(row, "id"),
        )
    }

    /// A refund by its id.
    pub(crate) fn refund(&self, id: RefundId) -> Result<Option<Refund>, LedgerError> {
        self.one("SELECT * FROM refunds WHERE id = ?1", &values![id], refund_row)
    }

    /// The refunds of an order id, purchase token, original id or account tag.
    pub(crate) fn refunds_of_id(&self, id: &str, limit: i64) -> Result<Vec<Refund>, LedgerError> {
        self.all(
            "SELECT * FROM refunds WHERE order_id = ?1 OR purchase_token = ?1 OR original_id = ?1 OR account_tag = ?1
               OR id IN (SELECT refund_id FROM refund_ids WHERE id = ?1) ORDER BY id LIMIT ?2",
            &values![id, limit],
            refund_row,
        )
    }

    /// The refunds of an order id or a token.
    pub(crate) fn refunds_of_order(&self, order: &str, limit: i64) -> Result<Vec<Refund>, LedgerError> {
        self.all(
            "SELECT * FROM refunds WHERE order_id = ?1 OR purchase_token = ?1
               OR id IN (SELECT refund_id FROM refund_ids WHERE id = ?1 AND exact = 1) ORDER BY id LIMIT ?2",
            &values![order, limit],
            refund_row,
        )
    }
}

/// What the public type shows of a row. The columns are read in the order of the table, in which each is found at once.
pub(super) fn refund_row(row: &Row<'_>) -> Result<Refund, LedgerError> {
    Ok(Refund {
        id: column(row, "id")?,
        store: store_column(row)?,
        app: column(row, "app")?,
        user: column(row, "player")?,
        attributed_by: name_column(row, "attributed_by")?,
        merged_into: column(row, "merged_into")?,
        claimants: json_column_or_null(row, "claimants")?.unwrap_or_default(),
        environment: name_column(row, "effective_environment")?,
        case: json_column(row, "folded")?,
        work_status: name_column(row, "work_status")?.unwrap_or(WorkStatus::Open),
        assignee: column(row, "assignee")?,
        decision: json_column_or_null(row, "decision")?,
        policy_version: column(row, "policy_version")?,
        first_seen_at: column(row, "first_seen_at")?,
        updated_at: column(row, "updated_at")?,
        revision: column(row, "revision")?,
    })
}

/// The whole row, again in the order of the table.
pub(super) fn case_row(row: &Row<'_>) -> Result<Case, LedgerError> {
    let refund = refund_row(row)?;
    let environment = environment_column(row)?;
    Ok(Case {
        place: Place { store: refund.store.clone(), app: refund.app.clone(), environment },
        effective_environment: refund.environment,
        key: column(row, "case_key")?,
        same_within: column(row, "same_within")?,
        purchase: column(row, "purchase_id")?,
        decided: column(row, "decided")?,
        granted: json_column_or_null(row, "granted")?,
        repays: column(row, "repays")?,
        booked: column(row, "booked")?,
        reported_at: column(row, "reported_at")?,
        closed: json_column_or_null(row, "closed")?,
        overruled: json_column_or_null(row, "overruled")?,
        exclusion: json_column_or_null(row, "exclusion")?,
        unpaid: column(row, "unpaid")?,
        notified: json_column_or_null(row, "notified")?,
        alerted: column(row, "alerted")?,
        owed_before: column(row, "owed_before")?,
        confirm_by: column(row, "confirm_by")?,
        presumed: column(row, "presumed")?,
        owing: column(row, "owing")?,
        marks: json_column_or_null(row, "marks")?.unwrap_or_default(),
        refund,
    })
}

fn marks_text(case: &Case) -> Result<Option<String>, LedgerError> {
    if case.marks == FigureMarks::default() { Ok(None) } else { to_json(&case.marks).map(Some) }
}

/// Names of states in SQL must be those in JSON.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::StoreState;

    #[test]
    fn state_names_are_the_same_in_sql_and_in_json() {
        for state in [
            StoreState::PendingReview,
            StoreState::Declined,
            StoreState::PartlyRefunded,
            StoreState::Refunded,
            StoreState::Reversed,
            StoreState::Unconfirmed,
            StoreState::Released,
        ] {
            assert_eq!(to_name(&state).unwrap(), state.as_str());
        }
    }
}
