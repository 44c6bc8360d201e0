//! Forgotten users in late messages: what names them is replaced as it was then, so that it brings no forgotten user back.

use ring::hmac;

use crate::engine::change::Change;
use crate::ledger::LedgerError;
use crate::model::people::{Replacements, is_pseudonym};
use crate::model::{Meaning, OrderDetails, RefundId, Signal, Store};
use crate::uuid;

/// The code of a user id or an account tag. A tag of the App Store, which gives tags back in lower case, is a UUID and so
/// is the same in either case.
pub(super) fn code_of(key: &[u8], id: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), uuid::canonical(id).as_bytes())
}

impl Change<'_> {
    /// A message without what names a forgotten user; `None` if it names none.
    pub(in crate::engine) fn without_forgotten(
        &self,
        signal: &Signal,
    ) -> Result<Option<Signal>, LedgerError> {
        let Some(tag) = about(&signal.meaning).and_then(|about| about.account_tag.as_deref()) else {
            return Ok(None);
        };
        let Some(key) = self.tx.person_key()? else { return Ok(None) };
        let lower = tag.to_ascii_lowercase();
        let tag = if signal.place.store == Store::AppStore { &lower } else { tag };
        let Some(replacement) = self.tx.replacement(code_of(&key, tag).as_ref())? else { return Ok(None) };
        let names = Replacements::new([(tag.to_owned(), replacement)]);
        let mut signal = signal.clone();
        strip(&mut signal.meaning, &names)?;
        Ok(Some(signal))
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
