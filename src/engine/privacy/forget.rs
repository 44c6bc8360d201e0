//! Forgetting a user.

use ring::hmac;

use super::remembered::code_of;
use crate::engine::change::Change;
use crate::engine::clock::random_bytes;
use crate::engine::record::OperatorRemark;
use crate::engine::recovery::{owed, to_return};
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{Balance, LedgerError, NewCode, NewEntry, Person};
use crate::model::people::{Replacements, pseudonym_of};
use crate::model::{
    Block, EndedBy, EntryKind, ExclusionEnd, Forget, Forgotten, ForgottenCounts, Happening, How, RefundId,
    ReviewCase, ReviewState,
};
use crate::uuid;

/// What a forgetting needs of chance, drawn before its transaction.
#[derive(Clone, Copy)]
struct Chance {
    pseudonym: [u8; 16],
    /// Replaces each tag by what only this draw makes of it.
    tags: [u8; 32],
    /// The key of the codes, unless the ledger has one.
    key: [u8; 32],
}

impl Engine {
    /// Forgets a user. In every table a random pseudonym replaces the user id, and other tags the user's account tags.
    /// What only describes the user goes: raw bodies of stores' messages, reports on use, the country, ids of downloads,
    /// notices, notes on the user and the user's refunds, events and messages that wait. Exclusions of the user end.
    /// Orders, amounts, states, books and the journal stay: they are the studio's accounts, and a refund that is reported
    /// again must be known. Waits for one commit, and for programs that read the ledger to let its log be
    /// emptied, at most 5 seconds. There is no way back.
    ///
    /// A late message that names the user by an account tag is the pseudonym's, for the configuration's
    /// `privacy.remember_forgotten`; one about the user's order always. Both are stored without what only describes the user.
    /// If a purchase is recorded for the same id again, that is a new person.
    ///
    /// Backups keep what they have: remove them by your own rules.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `still_needed` while the user is blocked, owes something, should get something back,
    /// or a store waits for an answer, unless `options.even_so`, which ends these; [`Error::BadText`]; [`Error::Ledger`].
    pub fn forget_user(
        &self,
        user: &str,
        options: &Forget,
        who: &str,
        why: &str,
    ) -> Result<Forgotten, Error> {
        let by = by_operator(user, who, why)?;
        let randomness = self.randomness.as_ref();
        let chance = Chance {
            pseudonym: random_bytes(randomness)?,
            tags: random_bytes(randomness)?,
            key: random_bytes(randomness)?,
        };
        let (user, options) = (uuid::canonical(user), *options);
        let (pseudonym, counts) =
            self.change(move |change| change.forget_user(&user, options, &by, &chance))?;
        let emptied = self.ledger.empty_log();
        let mark = pseudonym.clone();
        match &emptied {
            Ok(()) => {
                let noted =
                    self.view().change(move |change| Ok(change.tx.log_is_emptied(mark.as_bytes())?));
                if let Err(error) = noted {
                    tracing::debug!(%error, "the log beside the ledger will be emptied once more");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the log beside the ledger still has what was forgotten, until it is emptied");
            }
        }
        Ok(Forgotten { pseudonym, counts, log_emptied: emptied.is_ok() })
    }
}

/// What is still needed of a user.
#[derive(Default)]
struct Needed {
    blocks: Vec<Block>,
    /// Balances with something owed or to be returned.
    balances: Vec<(RefundId, Balance, Open)>,
    reviews: Vec<ReviewCase>,
}

/// How many of an item a user owes, or should get back.
struct Open {
    owed: i64,
    to_return: i64,
}

impl Change<'_> {
    fn forget_user(
        &self,
        user: &str,
        options: Forget,
        by: &OperatorRemark,
        chance: &Chance,
    ) -> Result<(String, ForgottenCounts), Error> {
        let person = self.tx.read().person(user)?;
        let needed = self.still_needed(&person)?;
        if !needed.is_nothing() && !options.even_so {
            return Err(Error::Refused { code: "still_needed", facts: needed.words() });
        }
        self.end(needed, by)?;
        self.end_exclusions_of(user, by)?;
        let pseudonym = pseudonym_of(&chance.pseudonym);
        let names = self.names(&person, &pseudonym, chance);
        self.remember(&person, &names, &pseudonym, chance)?;
        let counts = self.tx.forget(&person, &names, &pseudonym, self.now)?;
        let words = |words: &String| names.in_words(words).unwrap_or_else(|| words.clone());
        let happening = Happening::UserForgotten { counts, who: words(&by.who), why: words(&by.why) };
        let entry = NewEntry { user: Some(&pseudonym), ..NewEntry::default() };
        self.tx.write_journal(entry, self.now, &happening)?;
        self.tx.note_log_to_empty(pseudonym.as_bytes())?;
        Ok((pseudonym, counts))
    }

    fn still_needed(&self, person: &Person) -> Result<Needed, LedgerError> {
        let read = self.tx.read();
        let mut needed = Needed { blocks: read.standing_blocks(&person.user)?, ..Needed::default() };
        for refund in person.all_refunds() {
            let Some(case) = self.tx.case(refund)? else { continue };
            for balance in read.balances(refund)? {
                let open =
                    Open { owed: owed(&balance), to_return: to_return(&case, &balance, self.rules.rounding) };
                if balance.player == person.user && (open.owed > 0 || open.to_return > 0) {
                    needed.balances.push((refund, balance, open));
                }
            }
        }
        for refund in &person.refunds {
            needed.reviews.extend(read.latest_review(*refund)?.filter(|review| review.state.is_open()));
        }
        Ok(needed)
    }

    /// Ends what is still needed.
    fn end(&self, needed: Needed, by: &OperatorRemark) -> Result<(), LedgerError> {
        for block in needed.blocks {
            self.end_block(block, EndedBy::Forgotten, None)?;
        }
        for (refund, mut balance, Open { owed, to_return }) in needed.balances {
            let who = Some(by.who.as_str());
            self.add(refund, &mut balance, EntryKind::Forgiven, owed, How::WrittenOff, who)?;
            // What was taken and not given back: no player is left to get it.
            let kept = to_return.saturating_neg();
            self.add(refund, &mut balance, EntryKind::Taken, kept, How::WrittenOff, who)?;
            if let Some(mut case) = self.tx.case(refund)? {
                self.book(&mut case)?;
                self.tx.save_case(&mut case)?;
            }
        }
        for mut review in needed.reviews {
            self.withdraw_answer(&mut review)?;
            review.state = ReviewState::Closed;
            self.tx.save_review(&review)?;
            let happening =
                Happening::ReviewSettled { review: review.id, state: review.state, rule: None, reply: None };
            let entry = NewEntry { refund: Some(review.refund_id), ..NewEntry::default() };
            self.tx.write_journal(entry, self.now, &happening)?;
        }
        Ok(())
    }

    /// Exclusions of the user apply to no one any more.
    fn end_exclusions_of(&self, user: &str, by: &OperatorRemark) -> Result<(), LedgerError> {
        for exclusion in self.tx.read().exclusions_of_user(user)? {
            if exclusion.ended.is_some() {
                continue;
            }
            let (who, why) = (by.who.clone(), by.why.clone());
            let end = ExclusionEnd { at: self.now, who: Some(who.clone()), why: Some(why.clone()) };
            self.tx.end_exclusion(exclusion.id, &end)?;
            let entry = NewEntry { user: Some(user), ..NewEntry::default() };
            let happening = Happening::ExclusionEnded { exclusion: exclusion.id, who, why };
            self.tx.write_journal(entry, self.now, &happening)?;
        }
        Ok(())
    }

    /// What replaces the user's id, and each tag: another UUID for a UUID, so that who was found by a tag is still found
    /// by it. A tag that is the user's id stays that.
    fn names(&self, person: &Person, pseudonym: &str, chance: &Chance) -> Replacements {
        let mut names = vec![(person.user.clone(), pseudonym.to_owned())];
        let key = hmac::Key::new(hmac::HMAC_SHA256, &chance.tags);
        for tag in person.tags.iter().map(|tag| &tag.tag).filter(|tag| !uuid::is_same(tag, &person.user)) {
            let mut random = [0; 16];
            let drawn = hmac::sign(&key, uuid::canonical(tag).as_bytes());
            random.iter_mut().zip(drawn.as_ref()).for_each(|(to, from)| *to = *from);
            let replacement = match uuid::lower_case(tag) {
                Some(_) => uuid::version_4(random),
                None => pseudonym_of(&random),
            };
            names.push((tag.clone(), replacement));
        }
        Replacements::new(names)
    }

    /// Keeps the codes by which late messages are recognised: of the id, and of the tags that no other user has.
    fn remember(
        &self,
        person: &Person,
        names: &Replacements,
        pseudonym: &str,
        chance: &Chance,
    ) -> Result<(), LedgerError> {
        let key = self.tx.make_person_key(&chance.key)?;
        let until = self.now.plus(self.rules.kept.privacy.remember_forgotten());
        let is_shared = |id: &str| person.tags.iter().any(|tag| tag.tag == id && tag.is_shared);
        for (id, replacement) in names.pairs().filter(|(id, _)| !is_shared(id)) {
            let code = code_of(&key, id);
            let new = NewCode { code: code.as_ref(), player: pseudonym, replacement, until };
            self.tx.remember_code(&new, self.now)?;
        }
        Ok(())
    }
}

impl Needed {
    fn is_nothing(&self) -> bool {
        self.blocks.is_empty() && self.balances.is_empty() && self.reviews.is_empty()
    }

    /// What, for an operator; without the user's id, which goes to logs.
    fn words(&self) -> String {
        let mut parts = Vec::new();
        for block in &self.blocks {
            parts.push(format!("block {} is active", block.id));
        }
        for (refund, Balance { item, .. }, Open { owed, to_return }) in &self.balances {
            parts.push(match owed {
                0 => format!("{to_return} {item} should be given back for refund {refund}"),
                owed => format!("{owed} {item} are owed for refund {refund}"),
            });
        }
        for review in &self.reviews {
            parts.push(format!("the store waits for an answer to refund review {}", review.id));
        }
        // A user may have hundreds.
        let more = parts.len().saturating_sub(MAX_NAMED);
        parts.truncate(MAX_NAMED);
        let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
        format!("{}{rest}: settle these first, or forget the user even so, which ends them", parts.join("; "))
    }
}

/// How many reasons an error names.
const MAX_NAMED: usize = 10;
