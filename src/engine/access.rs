//! Whether a player has access to a product, and who is notified when that changes.

use super::change::{Change, Rules};
use super::record::OperatorRemark;
use super::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Case, LedgerError, NewEntry, Read};
use crate::model::{
    Access, AccessOverride, AccessRefund, AccessView, Action, Event, EventKind, Happening, MAX_NAME,
    RecordedPurchase, Refund, RefundId, Timestamp, check_text, gives_access,
};
use crate::uuid;

impl Engine {
    /// Whether a user has access to a product, and why: an operator's decision, or else a recorded purchase that gives
    /// access, has begun, has not ended, and that no refund takes away. A user or product that is unknown has none.
    /// UUIDs are found regardless of case. Never waits for the writer.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn access(&self, user: &str, product: &str) -> Result<Access, Error> {
        let player = uuid::canonical(user);
        let now = self.clock.now();
        self.read(
            |read| Ok(AccessInputs::read(read, &self.rules, &player, product)?.answer(&self.rules, now)),
        )
    }

    /// Grants a user access to a product, until a time or until an operator decides otherwise, whatever was bought and
    /// refunded. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::BadText`] for an empty or overlong text; [`Error::Refused`] with the code `bad_until` for a time that
    /// is past; [`Error::Ledger`].
    pub fn grant_access(
        &self,
        user: &str,
        product: &str,
        until: Option<Timestamp>,
        who: &str,
        why: &str,
    ) -> Result<Access, Error> {
        self.override_access(user, product, true, until, by_operator(user, who, why)?)
    }

    /// Revokes a user's access to a product, until a time or until an operator decides otherwise, whatever was bought.
    /// Waits for one commit.
    ///
    /// # Errors
    /// As [`grant_access`](Self::grant_access).
    pub fn revoke_access(
        &self,
        user: &str,
        product: &str,
        until: Option<Timestamp>,
        who: &str,
        why: &str,
    ) -> Result<Access, Error> {
        self.override_access(user, product, false, until, by_operator(user, who, why)?)
    }

    fn override_access(
        &self,
        user: &str,
        product: &str,
        access: bool,
        until: Option<Timestamp>,
        by: OperatorRemark,
    ) -> Result<Access, Error> {
        check_text("product", product, MAX_NAME)?;
        let (user, product) = (user.to_owned(), product.to_owned());
        self.change(move |change| {
            if let Some(until) = until.filter(|until| *until <= change.now) {
                let facts = format!("{until} is past: give a later time, or none for no end");
                return Err(Error::Refused { code: "bad_until", facts });
            }
            let new = AccessOverride { access, who: by.who.clone(), why: by.why.clone(), until };
            Ok(change.override_access(&user, &product, new)?)
        })
    }
}

/// What the answer for one player and product depends on.
struct AccessInputs {
    player: String,
    product: String,
    by_operator: Option<AccessOverride>,
    purchases: Vec<RecordedPurchase>,
    /// Refunds that the host was notified of.
    cases: Vec<Case>,
}

impl AccessInputs {
    fn read(read: Read<'_>, rules: &Rules, player: &str, product: &str) -> Result<Self, LedgerError> {
        let with_consumables = rules.catalogue.is_access(product);
        let purchases = read.purchases_of_product(player, product, with_consumables)?;
        let cases = match purchases.is_empty() {
            true => Vec::new(),
            false => read.notified_cases(player, product)?,
        };
        let by_operator = read.access_override(player, product)?;
        Ok(Self { player: player.to_owned(), product: product.to_owned(), by_operator, purchases, cases })
    }

    fn answer(&self, rules: &Rules, now: Timestamp) -> Access {
        let refunds: Vec<AccessRefund<'_>> = self.cases.iter().map(of_case).collect();
        AccessView {
            product: &self.product,
            now,
            rules: rules.access,
            catalogue: &rules.catalogue,
            by_operator: self.by_operator.as_ref(),
            purchases: &self.purchases,
            refunds: &refunds,
        }
        .answer()
    }

    /// The inputs with these cases as they were before.
    fn before(mut self, before: &[Case]) -> Self {
        self.cases.retain(|case| !before.iter().any(|old| old.refund.id == case.refund.id));
        let are_theirs = |old: &&Case| {
            old.refund.user.as_deref() == Some(&self.player) && old.refund.merged_into.is_none()
        };
        self.cases.extend(before.iter().filter(are_theirs).cloned());
        self
    }
}

fn of_case(case: &Case) -> AccessRefund<'_> {
    AccessRefund {
        id: case.refund.id,
        store: &case.place.store,
        state: case.refund.case.state,
        at: case.refund.case.at,
        notified: case.notified.as_ref(),
        is_excluded: case.refund.decision.as_ref().is_some_and(|decision| decision.action == Action::Exclude),
        subscription_live: case.refund.case.subscription_live,
        about: &case.refund.case.about,
    }
}

impl Change<'_> {
    fn override_access(&self, user: &str, product: &str, new: AccessOverride) -> Result<Access, LedgerError> {
        let player = self.tx.known_user(user)?;
        let mut inputs = AccessInputs::read(self.tx.read(), self.rules, &player, product)?;
        let before = inputs.answer(self.rules, self.now);
        self.tx.override_access(&player, product, &new, self.now)?;
        let AccessOverride { access, who, why, until } = new.clone();
        let product = product.to_owned();
        let happening = match access {
            true => Happening::AccessGranted { product, until, who, why },
            false => Happening::AccessRevoked { product, until, who, why },
        };
        let entry = NewEntry { user: Some(&player), ..NewEntry::default() };
        self.tx.write_journal(entry, self.now, &happening)?;
        inputs.by_operator = Some(new);
        let after = inputs.answer(self.rules, self.now);
        if before.has != after.has {
            self.notify_of_access(&player, after.clone(), None)?;
        }
        Ok(after)
    }

    /// Notifies of access that refunds took or gave back. `before`: the cases that may have changed, as they were.
    pub(super) fn follow_access(&self, before: &[Case]) -> Result<(), LedgerError> {
        let mut changed: Vec<(String, String, RefundId)> = Vec::new();
        for old in before {
            let Some(now) = self.tx.case(old.refund.id)? else { continue };
            let (was, is) = (self.takes_from(old)?, self.takes_from(&now)?);
            // Of what it takes access depends on more than whether it does.
            if was != is || (is.is_some() && of_case(old) != of_case(&now)) {
                let both = [was, is].into_iter().flatten();
                changed.extend(both.map(|(player, product)| (player, product, old.refund.id)));
            }
        }
        changed.sort();
        changed.dedup_by(|one, other| (&one.0, &one.1) == (&other.0, &other.1));
        for (player, product, refund) in changed {
            let inputs = AccessInputs::read(self.tx.read(), self.rules, &player, &product)?;
            let after = inputs.answer(self.rules, self.now);
            let was = inputs.before(before).answer(self.rules, self.now);
            if was.has != after.has {
                let refund = self.tx.refund(refund)?;
                self.notify_of_access(&player, after, refund.as_ref())?;
            }
        }
        Ok(())
    }

    /// From whom a refund takes access, and to what.
    fn takes_from(&self, case: &Case) -> Result<Option<(String, String)>, LedgerError> {
        let takes = case.refund.merged_into.is_none() && self.rules.access.takes(&of_case(case));
        let Some(player) = case.refund.user.clone().filter(|_| takes) else { return Ok(None) };
        let about = &case.refund.case.about;
        let (mut product, mut kind) = (about.product.clone(), about.product_type);
        // A store that names a purchase by its token alone does not say of what product it is; others name the product and
        // not its kind.
        if (product.is_none() || kind.is_none())
            && let Some(purchase) = case.purchase
            && let Some(recorded) = self.tx.read().purchase(purchase)?
        {
            product = product.or(recorded.purchase.product);
            kind = kind.or(recorded.purchase.product_type);
        }
        let gives = |product: &String| gives_access(&self.rules.catalogue, &case.place.store, product, kind);
        Ok(product.filter(gives).map(|product| (player, product)))
    }

    fn notify_of_access(
        &self,
        player: &str,
        access: Access,
        refund: Option<&Refund>,
    ) -> Result<(), LedgerError> {
        self.notice_of_access(player, &access.product, access.has, refund)?;
        self.queue_event(Event {
            id: 0,
            kind: EventKind::Access,
            user: Some(player.to_owned()),
            refund_id: refund.map(|refund| refund.id),
            at: self.now,
            attempt: 0,
            refund: refund.cloned(),
            block: None,
            gap: None,
            recovery: None,
            notice: None,
            access: Some(access),
        })
    }
}
