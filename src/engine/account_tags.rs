//! Account tags that Recoup issues: the one that a game's client puts on a purchase, so that the store carries it back.

use super::Engine;
use super::randomness::random_bytes;
use crate::error::Error;
use crate::model::{AccountTags, Store, TagWriter, check_user};
use crate::stores::profile;
use crate::uuid;

impl Engine {
    /// The account tag of a user: a random UUID, the same each time for the same user. Give it to the game's client,
    /// which puts it on the purchase; a refund that carries it back is then this user's
    /// ([`AttributedBy::IssuedTag`](crate::AttributedBy::IssuedTag)). Unlike a user id it cannot be guessed, so that no
    /// player can put another player's tag on a purchase.
    ///
    /// It fits every store that carries a tag: App Store `appAccountToken` (a UUID), Google Play
    /// `obfuscatedAccountId` (at most 64 characters), ONE Store `developerPayload` (at most 200), Stripe's metadata under
    /// `user_metadata_key`, and the host's own stores. It is recognised in upper and in lower case.
    ///
    /// Waits for one commit the first time, then for a look into the ledger.
    ///
    /// # Errors
    /// [`Error::BadAction`] for Amazon, which carries no tag of the game's, and where the configuration has
    /// `"account_tags": "ignore"`; [`Error::BadText`] for a user id that cannot be one; [`Error::Ledger`].
    pub fn account_tag(&self, store: &Store, user: &str) -> Result<String, Error> {
        check_user(user)?;
        if profile(store).tags == TagWriter::Store {
            let problem = format!(
                "{} puts its own id of the customer on a purchase and carries no tag of the game's: record each \
                 purchase with that id as its account_tag instead",
                store.title()
            );
            return Err(Error::BadAction { problem });
        }
        if self.rules.account_tags == AccountTags::Ignore {
            let problem = "the configuration has \"account_tags\": \"ignore\", so no tag would be recognised: set it to \
                           \"issued\""
                .to_owned();
            return Err(Error::BadAction { problem });
        }
        let known = uuid::canonical(user);
        if let Some(tag) = self.ask(|read| read.issued_tag(&known))? {
            return Ok(tag);
        }
        let new = uuid::version_4(random_bytes(self.randomness.as_ref())?);
        let (user, now) = (user.to_owned(), self.clock.now());
        self.ledger.writer.run(move |tx| Ok(tx.issue_tag(&tx.known_user(&user)?, &new, now)?))
    }
}
