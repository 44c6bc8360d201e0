//! What the engine and the rules need of a store without any request to it: plain data, which each store's folder
//! defines as [`BuiltInStore::PROFILE`](super::BuiltInStore::PROFILE).

use crate::model::{TagWriter, Unacknowledged};

/// A store as the engine and the rules see it.
#[derive(Debug)]
pub(crate) struct StoreProfile {
    /// Who writes the account tags that its messages carry.
    pub(crate) tags: TagWriter,
    /// When the store itself refunds what the game did not acknowledge; `None`: never.
    pub(crate) unacknowledged: Option<Unacknowledged>,
    /// Whether it requests what the game knows of a refund request, and has a place for the answer.
    pub(crate) asks_for_reviews: bool,
    /// The credentials of its server API; `None`: it has none.
    pub(crate) credentials: Option<Credentials>,
    /// The purchase that it signs for the client; `None`: it signs none.
    pub(crate) signed_purchase: Option<KnownText>,
    /// Other JSON texts of the store that games confuse with such a purchase.
    pub(crate) other_texts: &'static [KnownText],
    /// The kind of a JWS by its payload, if it is one that the store signs.
    pub(crate) jws: fn(&[u8]) -> Option<&'static str>,
}

impl StoreProfile {
    /// A store without special properties: the game writes the tags, and there is no API. So are the stores that the
    /// host verifies itself.
    pub(crate) const PLAIN: Self = Self {
        tags: TagWriter::Game,
        unacknowledged: None,
        asks_for_reviews: false,
        credentials: None,
        signed_purchase: None,
        other_texts: &[],
        jws: |_| None,
    };
}

/// The credentials of a store's server API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credentials {
    /// The key of the configuration.
    pub(crate) key: &'static str,
    /// What is lost without them, for doctor.
    pub(crate) without: &'static str,
}

/// A text that is recognised by its form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownText {
    /// What it is, for people.
    pub(crate) name: &'static str,
    /// Members of a JSON object, one of which it has,
    pub(crate) has: &'static [&'static str],
    /// and members that it has not.
    pub(crate) has_not: &'static [&'static str],
}

impl KnownText {
    /// Whether a JSON object with these members is one.
    pub(crate) fn fits(&self, is_member: impl Fn(&str) -> bool) -> bool {
        self.has.iter().any(|name| is_member(name)) && !self.has_not.iter().any(|name| is_member(name))
    }
}
