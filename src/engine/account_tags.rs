//! Account tags that Recoup issues: the game's client puts one on a purchase, and the store returns it with the
//! refund.

use super::Engine;
use super::clock::random_bytes;
use crate::error::Error;
use crate::model::{AccountTags, Store, TagWriter, check_user};
use crate::stores::profile;
use crate::uuid;

impl Engine {
    /// The account tag of a user: a random UUID, always the same for the same user. The game's client puts it on each
    /// purchase; a refund that carries it is attributed to this user
    /// ([`AttributedBy::IssuedTag`](crate::AttributedBy::IssuedTag)). Unlike a user id it cannot be guessed, so no
    /// player can put another player's tag on a purchase.
    ///
    /// It fits every store that carries a tag: App Store `appAccountToken` (a UUID), Google Play
    /// `obfuscatedAccountId` (at most 64 characters), ONE Store `developerPayload` (at most 200), Stripe's metadata
    /// under `user_metadata_key`, and the host's own stores. Upper and lower case are equivalent.
    ///
    /// Waits for one commit the first time, later only for a read.
    ///
    /// # Errors
    /// [`Error::BadAction`] for Amazon, which carries no tag of the game's, and with `"account_tags": "ignore"` in
    /// the configuration; [`Error::BadText`] for an invalid user id; [`Error::Ledger`].
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
        if let Some(tag) = self.read(|read| read.issued_tag(&known))? {
            return Ok(tag);
        }
        let new = uuid::version_4(random_bytes(self.randomness.as_ref())?);
        let (user, now) = (user.to_owned(), self.clock.now());
        self.run(move |tx| Ok(tx.issue_tag(&tx.known_user(&user)?, &new, now)?))
    }
}
