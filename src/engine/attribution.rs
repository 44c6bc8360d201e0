//! Attributes refunds to players, by the rules of [`attribution`](crate::model::attribution).

use std::collections::BTreeMap;

use super::change::Change;
use crate::ledger::{Attribution, Case, LedgerError, OrdersReported};
use crate::model::attribution::{Family, Record};
use crate::model::{
    AccountTags, AttributedBy, Bought, Capture, CaseState, Environment, EventKind, Fact, Grant, Happening,
    OrderDetails, Purchase, RefundId,
};
use crate::stores::profile;

impl Change<'_> {
    /// Reads what the store reported about the order of these facts, and what the host recorded of its family; `None`
    /// without facts.
    pub(super) fn case_inputs(
        &self,
        case: &Case,
        facts: Vec<Fact>,
    ) -> Result<Option<CaseInputs>, LedgerError> {
        let Some(folded) = CaseState::fold(&facts, None) else { return Ok(None) };
        let read = self.tx.read();
        let mut orders = read.orders_reported(&case.place, case.same_within, &folded.about)?;
        if case.presumed {
            let presumed = OrderDetails { capture: Some(Capture::Presumed), ..OrderDetails::default() };
            orders.details.push(presumed);
        }
        let reported = CaseState::fold_with_orders(&facts, None, &orders.details).unwrap_or(folded);
        let family = family_of(case, &facts, &reported);
        let records = read.records_of(&case.place, &family)?;
        Ok(Some(CaseInputs { facts, orders, reported, family, records, is_ended: false }))
    }

    /// Folds a case from its inputs.
    pub(super) fn fold(&self, case: &Case, known: &CaseInputs) -> Result<Folded, LedgerError> {
        let CaseInputs { facts, orders, reported, family, records, is_ended } = known;
        let tag = reported.about.carried_tag(profile(&case.place.store).tags);
        let keeper = case.refund.user.as_deref().filter(|_| case.decided);
        let tags = self.rules.account_tags;
        let found = self.tx.read().attribute(&case.place, family, records, tag, tags, keeper)?;
        let attribution = settled(case, found);
        let recorded = self.recorded_order(case, known, attribution.as_ref())?;
        let with_record = recorded.as_ref().and_then(|recorded| {
            CaseState::fold_with_orders(facts, Some(&recorded.details), &orders.details)
        });
        let mut state = with_record.unwrap_or_else(|| reported.clone());
        if *is_ended {
            end_subscription(&mut state);
        }
        let RecordedOrder { environment: recorded_environment, grants, repays, bought, .. } =
            recorded.unwrap_or_default();
        let environment = case.place.environment.or(orders.environment).or(recorded_environment);
        Ok(Folded { state, attribution, environment, grants, repays, bought })
    }

    /// The host's record of exactly this order, if there is one.
    fn recorded_order(
        &self,
        case: &Case,
        known: &CaseInputs,
        attribution: Option<&Attribution>,
    ) -> Result<Option<RecordedOrder>, LedgerError> {
        let Some(id) = attribution.and_then(|attribution| attribution.purchase) else { return Ok(None) };
        let recorded = match known.records.iter().find(|record| record.id == id) {
            Some(record) => Some(record.recorded.clone()),
            None => self.tx.read().purchase(id)?,
        };
        let (Some(recorded), CaseInputs { reported, family, .. }) = (recorded, known) else {
            return Ok(None);
        };
        let bought = Bought::of(&recorded.purchase, recorded.recorded_at);
        let purchase = recorded.purchase;
        // All renewals of a subscription share its token, and another renewal has another price.
        let any_renewal = reported.about.order_id.is_none() && case.same_within.is_some();
        let environment = purchase.environment;
        if any_renewal || !family.is_of_this_order(&purchase) {
            return Ok(Some(RecordedOrder { environment, ..RecordedOrder::default() }));
        }
        let mut details = purchase.details();
        // An id in the wrong field identifies the order, but is not that field's value.
        let is_one_of = |id: &Option<String>, reported: &Option<String>| id.is_some() && id == reported;
        if is_one_of(&details.order_id, &reported.about.purchase_token) || reported.about.order_id.is_some() {
            details.order_id = None;
        }
        if is_one_of(&details.purchase_token, &reported.about.order_id) {
            details.purchase_token = None;
        }
        if is_one_of(&details.original_id, &reported.about.order_id) && reported.about.original_id.is_some() {
            details.original_id = None;
        }
        let repays = purchase.repays;
        // A purchase that repays a refund grants nothing, and that is known.
        let grants = Some(summed(purchase.grants)).filter(|grants| !grants.is_empty() || repays.is_some());
        Ok(Some(RecordedOrder { details, environment, grants, repays, bought }))
    }

    /// The purchase token of a case's order, from the case's own facts, the store's reports on the order, or the
    /// host's record.
    pub(super) fn token_of(&self, case: &Case, own: &CaseInputs) -> Result<Option<String>, LedgerError> {
        if own.reported.about.purchase_token.is_some() {
            return Ok(own.reported.about.purchase_token.clone());
        }
        let (family, records) = (&own.family, &own.records);
        let read = self.tx.read();
        let attribution = read.attribute(&case.place, family, records, None, AccountTags::Ignore, None)?;
        let recorded = self.recorded_order(case, own, attribution.as_ref())?;
        Ok(recorded.and_then(|recorded| recorded.details.purchase_token))
    }

    /// Sets the case's user. If the user changes, the consequences for the old one end.
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

    /// Records another user's claim to decided refunds, once each, and alerts an operator. The refunds stay with
    /// their user. Players may share a store account and with it a tag, so if ids determined the player, a record
    /// with only the same tag is no claim: `by_ids` are the refunds that the purchase names by an id.
    pub(super) fn record_claim(
        &self,
        refunds: &[RefundId],
        by_ids: &[RefundId],
        purchase: &Purchase,
    ) -> Result<(), LedgerError> {
        let claimant = purchase.user.as_str();
        for id in refunds {
            let Some(mut case) = self.tx.case(*id)? else { continue };
            let Some(keeper) = case.refund.user.clone() else { continue };
            let is_active =
                case.decided && case.refund.merged_into.is_none() && case.refund.case.state.is_refunded();
            let is_of_another_place = purchase.app.as_ref().is_some_and(|app| *app != case.place.app)
                || purchase.environment.zip(case.place.environment).is_some_and(|(one, other)| one != other);
            let is_known = keeper == claimant || case.refund.claimants.iter().any(|known| known == claimant);
            let is_weaker = !by_ids.contains(id)
                && case.refund.attributed_by.is_some_and(|by| by < AttributedBy::RecordedTag);
            if !is_active || is_known || is_of_another_place || is_weaker {
                continue;
            }
            case.refund.claimants.push(claimant.to_owned());
            case.refund.updated_at = self.now;
            self.tx.save_case(&mut case)?;
            self.journal(&case, &Happening::Claimed { keeper, claimant: claimant.to_owned() })?;
            self.queue(EventKind::Alert, &case, None)?;
        }
        Ok(())
    }
}

/// The inputs a case is folded from.
pub(super) struct CaseInputs {
    pub(super) facts: Vec<Fact>,
    orders: OrdersReported,
    /// The fold of the facts and the store's reports on the order, without any record.
    reported: CaseState,
    pub(super) family: Family,
    /// The host's records of the family.
    pub(super) records: Vec<Record>,
    /// Whether a case by token that this one represents reports that the subscription ended.
    pub(super) is_ended: bool,
}

impl CaseInputs {
    pub(super) fn with_end(self, is_ended: bool) -> Self {
        Self { is_ended, ..self }
    }
}

/// Notes in a folded case that the refund ended the subscription. The order's own message does not say so at Google Play:
/// only the one by token does, whose other facts are no further refund.
pub(super) fn end_subscription(state: &mut CaseState) {
    if state.state.is_refunded() {
        state.subscription_live.get_or_insert(false);
    }
}

/// A folded case.
pub(super) struct Folded {
    pub(super) state: CaseState,
    pub(super) attribution: Option<Attribution>,
    pub(super) environment: Option<Environment>,
    /// What the host's record of this order granted, if it is known.
    pub(super) grants: Option<Vec<Grant>>,
    /// The refund that the purchase repays.
    pub(super) repays: Option<RefundId>,
    /// The same record as the figures count it.
    pub(super) bought: Option<Bought>,
}

/// The host's record of an order.
#[derive(Default)]
struct RecordedOrder {
    details: OrderDetails,
    environment: Option<Environment>,
    grants: Option<Vec<Grant>>,
    repays: Option<RefundId>,
    bought: Option<Bought>,
}

/// Each item once, by name.
pub(super) fn summed(grants: Vec<Grant>) -> Vec<Grant> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for Grant { item, quantity } in grants {
        let sum = sums.entry(item).or_default();
        *sum = sum.saturating_add(quantity);
    }
    sums.into_iter().map(|(item, quantity)| Grant { item, quantity }).collect()
}

fn family_of(case: &Case, facts: &[Fact], reported: &CaseState) -> Family {
    let token_is_single = case.is_by_token() && case.same_within.is_none();
    let parts = facts.iter().map(|fact| &fact.about);
    Family::of(&case.place.store, &reported.about, parts, token_is_single, reported.at)
}

/// The new evidence, unless the refund is decided: then another user needs a record of exactly this order, and weaker
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
