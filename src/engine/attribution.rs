//! Gives refunds their players, by the rules of [`attribution`](crate::model::attribution).

use super::change::Change;
use crate::ledger::{Attribution, Case, LedgerError};
use crate::model::attribution::Family;
use crate::model::{
    AccountTags, AttributedBy, Capture, CaseState, Environment, EventKind, Fact, Happening, OrderDetails,
    Purchase, RefundId,
};

impl Change<'_> {
    /// Folds a case from these facts, what the store told of the order and what the host recorded; `None` without facts.
    pub(super) fn fold_facts(&self, case: &Case, facts: &[Fact]) -> Result<Option<Folded>, LedgerError> {
        let Some(said) = CaseState::fold(facts, None) else { return Ok(None) };
        let read = self.tx.read();
        let mut orders = read.orders_told(case, &said.about)?;
        if case.presumed {
            let presumed = OrderDetails { capture: Some(Capture::Presumed), ..OrderDetails::default() };
            orders.details.push(presumed);
        }
        let fold = |recorded| CaseState::fold_with_orders(facts, recorded, &orders.details);
        let told = fold(None).unwrap_or(said);
        let family = family_of(case, facts, &told);
        let tag = told.about.carried_tag();
        let keeper = case.refund.user.as_deref().filter(|_| case.decided);
        let found = read.attribute(&case.place, &family, tag, self.rules.account_tags, keeper)?;
        let attribution = settled(case, found);
        let recorded = self.recorded_order(case, &family, &told, attribution.as_ref())?;
        let state = match &recorded {
            Some((details, _)) => fold(Some(details)).unwrap_or(told),
            None => told,
        };
        let recorded_environment = recorded.and_then(|(_, environment)| environment);
        let environment = case.place.environment.or(orders.environment).or(recorded_environment);
        Ok(Some(Folded { state, family, attribution, environment }))
    }

    /// What the host recorded of this very order, where it did.
    fn recorded_order(
        &self,
        case: &Case,
        family: &Family,
        told: &CaseState,
        attribution: Option<&Attribution>,
    ) -> Result<Option<(OrderDetails, Option<Environment>)>, LedgerError> {
        let Some(id) = attribution.and_then(|attribution| attribution.purchase) else { return Ok(None) };
        let Some(purchase) = self.tx.read().purchase(id)? else { return Ok(None) };
        // All renewals of a subscription share its token: another renewal's price is not this one's.
        let any_renewal = told.about.order_id.is_none() && case.same_within.is_some();
        let environment = purchase.environment;
        if any_renewal || !family.is_of_this_order(&purchase) {
            return Ok(Some((OrderDetails::default(), environment)));
        }
        let mut details = purchase.details();
        // What stands in the wrong field names the order, and is not its name.
        let is_one_of = |id: &Option<String>, told: &Option<String>| id.is_some() && id == told;
        if is_one_of(&details.order_id, &told.about.purchase_token) || told.about.order_id.is_some() {
            details.order_id = None;
        }
        if is_one_of(&details.purchase_token, &told.about.order_id) {
            details.purchase_token = None;
        }
        if is_one_of(&details.original_id, &told.about.order_id) && told.about.original_id.is_some() {
            details.original_id = None;
        }
        Ok(Some((details, environment)))
    }

    /// The purchase token of a case's order, by the case's own facts, what was told of the order, or the host's record.
    pub(super) fn token_of(
        &self,
        case: &Case,
        own: &[Fact],
        said: &CaseState,
    ) -> Result<Option<String>, LedgerError> {
        let read = self.tx.read();
        let orders = read.orders_told(case, &said.about)?.details;
        let Some(told) = CaseState::fold_with_orders(own, None, &orders) else { return Ok(None) };
        if told.about.purchase_token.is_some() {
            return Ok(told.about.purchase_token);
        }
        let family = family_of(case, own, &told);
        let attribution = read.attribute(&case.place, &family, None, AccountTags::Ignore, None)?;
        let recorded = self.recorded_order(case, &family, &told, attribution.as_ref())?;
        Ok(recorded.and_then(|(details, _)| details.purchase_token))
    }

    /// Gives the case its user. Where that is another than before, what the old one had to bear for this refund ends.
    pub(super) fn attribute(
        &self,
        case: &mut Case,
        found: Option<Attribution>,
        first: bool,
    ) -> Result<(), LedgerError> {
        let before = (case.refund.user.clone(), case.refund.attributed_by);
        let (user, by): (Option<String>, Option<AttributedBy>) =
            found.map(|found| (found.user, found.by)).unzip();
        case.refund.user = user;
        case.refund.attributed_by = by;
        if (&case.refund.user, case.refund.attributed_by) == (&before.0, before.1) && !first {
            return Ok(());
        }
        match by {
            Some(by) => self.journal(
                case,
                &Happening::Attributed {
                    by,
                    before: before.0.clone().filter(|before| Some(before) != case.refund.user.as_ref()),
                },
            )?,
            None => self.journal(case, &Happening::Unattributed)?,
        }
        case.refund.claimants.retain(|claimant| Some(claimant) != case.refund.user.as_ref());
        if let Some(before) = before.0.filter(|before| Some(before) != case.refund.user.as_ref()) {
            self.withdraw_from(case, &before)?;
        }
        Ok(())
    }

    /// Notes that another user has a claim to decided refunds, once each, and has a person look. Whoever has them keeps
    /// them. Players may share a store's account and with it a tag, so where ids have found the player, a record that has
    /// only the tag is no claim: `by_ids` are the refunds that the purchase names by an id.
    pub(super) fn note_claim(
        &self,
        refunds: &[RefundId],
        by_ids: &[RefundId],
        purchase: &Purchase,
    ) -> Result<(), LedgerError> {
        let claimant = purchase.user.as_str();
        for id in refunds {
            let Some(mut case) = self.tx.read().case(*id)? else { continue };
            let Some(keeper) = case.refund.user.clone() else { continue };
            let stands =
                case.decided && case.refund.merged_into.is_none() && case.refund.case.state.is_refunded();
            let is_of_another_place = purchase.app.as_ref().is_some_and(|app| *app != case.place.app)
                || purchase.environment.zip(case.place.environment).is_some_and(|(one, other)| one != other);
            let is_known = keeper == claimant || case.refund.claimants.iter().any(|known| known == claimant);
            let is_weaker = !by_ids.contains(id)
                && case.refund.attributed_by.is_some_and(|by| by < AttributedBy::RecordedTag);
            if !stands || is_known || is_of_another_place || is_weaker {
                continue;
            }
            case.refund.claimants.push(claimant.to_owned());
            case.refund.updated_at = self.now;
            self.tx.save_case(&case)?;
            self.journal(&case, &Happening::Claimed { keeper, claimant: claimant.to_owned() })?;
            self.tell(EventKind::Alert, &case, None)?;
        }
        Ok(())
    }
}

/// A case as it folds now.
pub(super) struct Folded {
    pub(super) state: CaseState,
    pub(super) family: Family,
    pub(super) attribution: Option<Attribution>,
    pub(super) environment: Option<Environment>,
}

fn family_of(case: &Case, facts: &[Fact], told: &CaseState) -> Family {
    let token_is_single = case.is_by_token() && case.same_within.is_none();
    let parts = facts.iter().map(|fact| &fact.about);
    Family::of(&case.place.store, &told.about, parts, token_is_single, told.at)
}

/// What is found counts, unless the refund is decided: then another user needs a record of this very order, and weaker
/// evidence for the same user changes nothing.
fn settled(case: &Case, found: Option<Attribution>) -> Option<Attribution> {
    let (Some(user), Some(by)) =
        (case.refund.user.clone().filter(|_| case.decided), case.refund.attributed_by)
    else {
        return found;
    };
    match found {
        Some(found) if found.by == AttributedBy::Order || (found.user == user && found.by <= by) => {
            Some(found)
        }
        _ => Some(Attribution { user, by, purchase: case.purchase }),
    }
}
