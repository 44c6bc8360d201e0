//! Forgotten users in late messages: what names them is replaced as it was then, so that it brings no forgotten user back.

use ring::hmac;

use crate::engine::change::Change;
use crate::ledger::LedgerError;
use crate::model::attribution::Family;
use crate::model::people::{Replacements, is_pseudonym};
use crate::model::{
    CaseKey, CaseState, Extent, Fact, FactKind, Meaning, OrderDetails, RefundId, Signal, Store, Trust,
};
use crate::stores::profile;
use crate::uuid;

/// The code of a user id or an account tag. A tag of the App Store, which gives tags back in lower case, is a UUID and so
/// is the same in either case.
pub(super) fn code_of(key: &[u8], id: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), uuid::canonical(id).as_bytes())
}

impl Change<'_> {
    /// A message without what names a forgotten user; `None` if it is of none. It is of one by its account tag, and also
    /// by its order: the first message about an order may come after its player was forgotten.
    pub(in crate::engine) fn without_forgotten(
        &self,
        signal: &Signal,
    ) -> Result<Option<Signal>, LedgerError> {
        let (Some(about), Some(key)) = (about(&signal.meaning), self.tx.person_key()?) else {
            return Ok(None);
        };
        let replacement = match about.account_tag.as_deref() {
            Some(tag) => {
                let lower = tag.to_ascii_lowercase();
                let tag = if signal.place.store == Store::AppStore { &lower } else { tag };
                let replacement = self.tx.replacement(code_of(&key, tag).as_ref())?;
                replacement.map(|replacement| (tag.to_owned(), replacement))
            }
            None => None,
        };
        let mut signal = signal.clone();
        if replacement.is_none() {
            let Some(pseudonym) = self.forgotten_player(&signal)? else { return Ok(None) };
            self.drop_unknown_tag(&mut signal, &pseudonym)?;
        }
        strip(&mut signal.meaning, &Replacements::new(replacement))?;
        Ok(Some(signal))
    }

    /// The pseudonym to whom the order of a message belongs, by all that decides whose a refund is.
    fn forgotten_player(&self, signal: &Signal) -> Result<Option<String>, LedgerError> {
        let Some(about) = about(&signal.meaning) else { return Ok(None) };
        let (place, read) = (&signal.place, self.tx.read());
        let mut about = about.clone();
        let (mut same_within, mut is_single) = (None, false);
        if let Meaning::Case { key, .. } = &signal.meaning {
            match key {
                CaseKey::Order(order) => drop(about.order_id.get_or_insert_with(|| order.clone())),
                CaseKey::Token { token, same_within_millis, .. } => {
                    about.purchase_token.get_or_insert_with(|| token.clone());
                    (same_within, is_single) = (*same_within_millis, same_within_millis.is_none());
                }
            }
        }
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason: None,
            initiator: None,
            subscription_live: None,
        };
        // As a case with this report alone would be attributed.
        let facts = [Fact { at: signal.at, what, trust: Trust::Signed, about: about.clone() }];
        let Some(folded) = CaseState::fold(&facts, None) else { return Ok(None) };
        let orders = read.orders_reported(place, same_within, &folded.about)?;
        let reported = CaseState::fold_with_orders(&facts, None, &orders.details).unwrap_or(folded);
        let family = Family::of(&place.store, &reported.about, [&about], is_single, reported.at);
        let records = read.records_of(place, &family)?;
        let tag = reported.about.carried_tag(profile(&place.store).tags);
        let found = read.attribute(place, &family, &records, tag, self.rules.account_tags, None)?;
        if let Some(found) = found {
            return Ok(Some(found.user).filter(|user| is_pseudonym(user)));
        }
        // Or a refund of the same order is the pseudonym's, by what another message had.
        let ids = [&about.order_id, &about.purchase_token, &about.original_id].map(Option::as_deref);
        let relatives = read.relatives(place, ids)?;
        let users =
            relatives.into_iter().filter(|relative| relative.exact).filter_map(|of| of.case.refund.user);
        Ok(users.into_iter().find(|user| is_pseudonym(user)))
    }

    /// Takes out the tag of a message about a forgotten user's order, if it was not known when the user was forgotten.
    /// Another user's stays.
    fn drop_unknown_tag(&self, signal: &mut Signal, pseudonym: &str) -> Result<(), LedgerError> {
        let tag = about(&signal.meaning).and_then(|about| about.account_tag.clone());
        let Some(tag) = tag else { return Ok(()) };
        if !self.tx.read().is_of_another(&tag, pseudonym)?
            && let Some(about) = about_mut(&mut signal.meaning)
        {
            about.account_tag = None;
        }
        Ok(())
    }

    /// A message about a forgotten user's refund, without what only describes the user; `None` if it is another's.
    pub(in crate::engine) fn without_personal(
        &self,
        signal: &Signal,
        refund: RefundId,
    ) -> Result<Option<Signal>, LedgerError> {
        let user = self.tx.case(refund)?.and_then(|case| case.refund.user);
        if !user.is_some_and(|user| is_pseudonym(&user)) {
            return Ok(None);
        }
        let mut signal = signal.clone();
        strip(&mut signal.meaning, &Replacements::default())?;
        Ok(Some(signal))
    }

    /// A user of whom a purchase is recorded is no longer forgotten: a new person with that id.
    pub(in crate::engine) fn meet_again(&self, user: &str) -> Result<(), LedgerError> {
        match self.tx.person_key()? {
            Some(key) => self.tx.drop_codes(code_of(&key, user).as_ref()),
            None => Ok(()),
        }
    }
}

fn about(meaning: &Meaning) -> Option<&OrderDetails> {
    match meaning {
        Meaning::Case { fact, .. } => Some(&fact.about),
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => Some(about),
        Meaning::Confirmation { .. } | Meaning::Test | Meaning::Nothing => None,
    }
}

const fn about_mut(meaning: &mut Meaning) -> Option<&mut OrderDetails> {
    match meaning {
        Meaning::Case { fact, .. } => Some(&mut fact.about),
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => Some(about),
        Meaning::Confirmation { .. } | Meaning::Test | Meaning::Nothing => None,
    }
}

fn strip(meaning: &mut Meaning, names: &Replacements) -> Result<(), LedgerError> {
    let unreadable =
        |error: serde_json::Error| LedgerError::Internal(format!("a message without a user: {error}"));
    match meaning {
        Meaning::Case { fact, .. } => *fact = names.in_document(fact).map_err(unreadable)?,
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => {
            *about = names.in_document(about).map_err(unreadable)?;
        }
        Meaning::Confirmation { .. } | Meaning::Test | Meaning::Nothing => {}
    }
    Ok(())
}
