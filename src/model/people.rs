//! Which members of JSON documents in the ledger can hold something of a player, and taking it out of them.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::encoded::texts_in;
use crate::uuid;

/// What begins the pseudonym of a forgotten user.
pub(crate) const PSEUDONYM: &str = "forgotten-";

/// How many base32 letters follow: 65 random bits, so that no two users get the same.
const PSEUDONYM_LETTERS: usize = 13;

/// The letters of base32 (RFC 4648 §6), in lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The pseudonym that random bytes make.
pub(crate) fn pseudonym_of(random: &[u8; 16]) -> String {
    let mut bits = u128::from_be_bytes(*random);
    let mut text = PSEUDONYM.to_owned();
    for _ in 0..PSEUDONYM_LETTERS {
        let letter = usize::try_from(bits & 31).ok().and_then(|letter| BASE32.get(letter));
        text.push(char::from(letter.copied().unwrap_or(b'a')));
        bits >>= 5;
    }
    text
}

/// Whether a user is the pseudonym of a forgotten one.
pub(crate) fn is_pseudonym(user: &str) -> bool {
    user.strip_prefix(PSEUDONYM).is_some_and(|letters| {
        letters.len() == PSEUDONYM_LETTERS && letters.bytes().all(|letter| BASE32.contains(&letter))
    })
}

/// The shortest id that is looked for outside of the user's own rows, in bytes. User 7 is in every text with a 7.
const SHORTEST_SEARCHED: usize = 4;

/// What a text or a list in the ledger can hold of a player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Nothing: it is the store's, the product's, an operator's or Recoup's own.
    Nothing,
    /// A user id or an account tag, and nothing else.
    Id,
    /// Words of people, which may name a player.
    Words,
    /// A key that the host made, of ids and what joins them.
    Key,
    /// Something of the player that goes entirely: it becomes absent, or an empty list.
    Personal,
}

/// Every member of a JSON document in the ledger that is a text, by its name, or by `what.name` for one kind of
/// document. A test compares them with the documents' schemas.
#[rustfmt::skip]
pub(crate) const MEMBERS: &[(&str, Holds)] = &[
    // Users and their tags.
    ("user", Holds::Id),
    ("claimants", Holds::Id),
    ("before", Holds::Id),
    ("keeper", Holds::Id),
    ("claimant", Holds::Id),
    ("purchase_transferred.from", Holds::Id),
    ("purchase_transferred.to", Holds::Id),
    ("exclusion_made.value", Holds::Id),
    ("account_tag", Holds::Id),
    // What hosts make keys of.
    ("key", Holds::Key),
    // Words of operators, hosts and stores.
    ("who", Holds::Words),
    ("why", Holds::Words),
    ("message", Holds::Words),
    ("error", Holds::Words),
    ("problem", Holds::Words),
    ("title", Holds::Words),
    ("text", Holds::Words),
    ("assignee", Holds::Words),
    ("assigned.to", Holds::Words),
    // The App Store's id of a download; when, how and from where something was used; where the buyer lives.
    ("app_transaction_id", Holds::Personal),
    ("usage", Holds::Personal),
    ("ip_address", Holds::Personal),
    ("country", Holds::Personal),
    // Of the store, the order, the product, the rules.
    ("store", Holds::Nothing),
    ("app", Holds::Nothing),
    ("name", Holds::Nothing),
    ("notification_id", Holds::Nothing),
    ("order_id", Holds::Nothing),
    ("payment", Holds::Nothing),
    ("purchase_token", Holds::Nothing),
    ("original_id", Holds::Nothing),
    ("web_order_line_item_id", Holds::Nothing),
    ("linked_token", Holds::Nothing),
    ("latest_order_id", Holds::Nothing),
    ("related_ids", Holds::Nothing),
    ("product", Holds::Nothing),
    ("item", Holds::Nothing),
    ("currency", Holds::Nothing),
    ("step", Holds::Nothing),
    ("failure", Holds::Nothing),
    ("token", Holds::Nothing),
    ("rule", Holds::Nothing),
    ("block", Holds::Nothing),
    ("id", Holds::Nothing),
    ("code", Holds::Nothing),
    ("order", Holds::Nothing),
    ("endpoint", Holds::Nothing),
    ("locale", Holds::Nothing),
    ("what", Holds::Nothing),
    // Times.
    ("at", Holds::Nothing),
    ("deadline", Holds::Nothing),
    ("ended_at", Holds::Nothing),
    ("expires_at", Holds::Nothing),
    ("first_seen_at", Holds::Nothing),
    ("grace", Holds::Nothing),
    ("made_at", Holds::Nothing),
    ("next_at", Holds::Nothing),
    ("paid_at", Holds::Nothing),
    ("purchased_at", Holds::Nothing),
    ("settled_at", Holds::Nothing),
    ("shown_at", Holds::Nothing),
    ("until", Holds::Nothing),
    ("updated_at", Holds::Nothing),
];

fn holds(what: Option<&str>, member: &str) -> Holds {
    let by = |name: &str| MEMBERS.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds);
    let of_kind = what.and_then(|what| by(&format!("{what}.{member}")));
    of_kind.or_else(|| by(member)).unwrap_or(Holds::Nothing)
}

/// What replaces a user's id and account tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Replacements(Vec<(String, String)>);

impl Replacements {
    /// Each id or tag with what replaces it.
    pub(crate) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// Each id or tag with what replaces it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(from, to)| (from.as_str(), to.as_str()))
    }

    /// Those that are long enough to be looked for where others' texts are too: a short one is in many.
    pub(crate) fn searchable(&self) -> Self {
        Self(self.0.iter().filter(|(from, _)| from.len() >= SHORTEST_SEARCHED).cloned().collect())
    }

    /// What replaces exactly this id or tag.
    pub(crate) fn of(&self, id: &str) -> Option<&str> {
        self.pairs().find(|(from, _)| uuid::is_same(from, id)).map(|(_, to)| to)
    }

    /// Words with every id and tag in them replaced; `None` if there is none. What is only a part of a longer id or
    /// word stays.
    pub(crate) fn in_words(&self, words: &str) -> Option<String> {
        self.replaced(words, |letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'))
    }

    /// As [`in_words`](Self::in_words), of a key: there `-` and `_` join ids, and are no part of them.
    pub(crate) fn in_key(&self, key: &str) -> Option<String> {
        self.replaced(key, char::is_alphanumeric)
    }

    /// As [`in_words`](Self::in_words), of what an entry of the audit is about: `player:kim`, `refund:93`. The kind before
    /// the colon stays.
    pub(crate) fn in_target(&self, target: &str) -> Option<String> {
        let Some((kind, about)) = target.split_once(':') else { return self.in_words(target) };
        let replaced = self.of(about).map(str::to_owned).or_else(|| self.in_words(about))?;
        Some(format!("{kind}:{replaced}"))
    }

    /// As [`in_words`](Self::in_words), of the query of an address, whose values are percent-encoded. An id that is too
    /// short to be looked for is replaced where the parameter is an id.
    pub(crate) fn in_query(&self, query: &str) -> Option<String> {
        let searchable = self.searchable();
        let mut is_changed = false;
        let mut replace = |pair: &str| {
            let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
            let spaced = value.replace('+', " ");
            let plain = percent_decode_str(&spaced).decode_utf8_lossy();
            let is_id = holds(None, name) == Holds::Id;
            let of_id = self.of(&plain).filter(|_| is_id).map(str::to_owned);
            let Some(replaced) = of_id.or_else(|| searchable.in_words(&plain)) else {
                return pair.to_owned();
            };
            is_changed = true;
            format!("{name}={}", utf8_percent_encode(&replaced, NON_ALPHANUMERIC))
        };
        let pairs: Vec<String> = query.split('&').map(&mut replace).collect();
        is_changed.then(|| pairs.join("&"))
    }

    /// Replaces ids and tags in all texts of a document whose members are not known here; whether there was any.
    pub(crate) fn in_texts(&self, document: &mut Value) -> bool {
        let mut is_changed = false;
        match document {
            Value::String(text) => {
                if let Some(replaced) = self.in_words(text) {
                    *text = replaced;
                    is_changed = true;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| is_changed |= self.in_texts(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| is_changed |= self.in_texts(member));
            }
            _ => {}
        }
        is_changed
    }

    fn replaced(&self, text: &str, is_part: impl Fn(char) -> bool) -> Option<String> {
        let mut replaced = None;
        for (from, to) in self.pairs() {
            let text = replaced.as_deref().unwrap_or(text);
            if let Some(text) = replace_whole(text, from, to, &is_part) {
                replaced = Some(text);
            }
        }
        replaced
    }

    /// Whether an id or a tag is anywhere in the texts of a document.
    pub(crate) fn are_in(&self, document: &Value) -> bool {
        match document {
            Value::String(text) => self.in_words(text).is_some(),
            Value::Array(items) => items.iter().any(|item| self.are_in(item)),
            Value::Object(members) => members.values().any(|member| self.are_in(member)),
            _ => false,
        }
    }

    /// Whether an id or a tag is a whole text of a store's message, also of what is encoded in it.
    pub(crate) fn are_in_message(&self, body: &[u8]) -> bool {
        texts_in(body).iter().any(|text| {
            self.pairs().any(|(from, _)| {
                let is_there = |text: &str, from: &str| {
                    text.contains(&format!("\"{from}\"")) || text.contains(&format!("\\\"{from}\\\""))
                };
                match uuid::lower_case(from) {
                    Some(_) => is_there(&text.to_ascii_lowercase(), &from.to_ascii_lowercase()),
                    None => is_there(text, from),
                }
            })
        })
    }

    /// A document without anything of the user.
    pub(crate) fn in_document<T: Serialize + DeserializeOwned>(
        &self,
        document: &T,
    ) -> Result<T, serde_json::Error> {
        let mut value = serde_json::to_value(document)?;
        self.in_value(&mut value);
        serde_json::from_value(value)
    }

    /// As [`in_document`](Self::in_document), of any JSON.
    pub(crate) fn in_value(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.in_value(item)),
            Value::Object(members) => {
                let what = members.get("what").and_then(Value::as_str).map(str::to_owned);
                let mut absent = Vec::new();
                for (name, member) in members.iter_mut() {
                    match (holds(what.as_deref(), name), &mut *member) {
                        (Holds::Personal, Value::Array(items)) => items.clear(),
                        (Holds::Personal, _) => absent.push(name.clone()),
                        (Holds::Id, Value::String(id)) => self.replace(id),
                        (Holds::Id, Value::Array(ids)) => ids.iter_mut().for_each(|id| {
                            if let Value::String(id) = id {
                                self.replace(id);
                            }
                        }),
                        (Holds::Words, Value::String(words)) => {
                            if let Some(replaced) = self.in_words(words) {
                                *words = replaced;
                            }
                        }
                        (Holds::Key, Value::String(key)) => {
                            if let Some(replaced) = self.in_key(key) {
                                *key = replaced;
                            }
                        }
                        (_, member) => self.in_value(member),
                    }
                }
                for name in absent {
                    members.remove(&name);
                }
            }
            _ => {}
        }
    }

    fn replace(&self, id: &mut String) {
        if let Some(to) = self.of(id) {
            *id = to.to_owned();
        }
    }
}

/// Replaces `from` wherever it is a whole word or id of `text`; UUIDs in either case. `is_part`: what a longer word or id
/// goes on with.
fn replace_whole(text: &str, from: &str, to: &str, is_part: &impl Fn(char) -> bool) -> Option<String> {
    if from.is_empty() {
        return None;
    }
    let is_uuid = uuid::lower_case(from).is_some();
    // ASCII case changes no byte's place.
    let (searched, sought) = match is_uuid {
        true => (text.to_ascii_lowercase(), from.to_ascii_lowercase()),
        false => (text.to_owned(), from.to_owned()),
    };
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = searched.get(at..).and_then(|rest| rest.find(&sought)) {
        let (start, end) = (at + found, at + found + sought.len());
        let before = searched.get(..start).and_then(|before| before.chars().next_back());
        let after = searched.get(end..).and_then(|after| after.chars().next());
        // An id that begins or ends with another sign needs no bound there.
        let is_inside = before.is_some_and(is_part) && sought.starts_with(is_part)
            || after.is_some_and(is_part) && sought.chars().next_back().is_some_and(is_part);
        if !is_inside {
            out.push_str(text.get(copied..start).unwrap_or_default());
            out.push_str(to);
            copied = end;
        }
        at = end;
    }
    (copied > 0).then(|| {
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Happening, Store};

    const UPPER: &str = "ABCDEF00-0000-4000-8000-00000000000B";

    fn kim() -> Replacements {
        let pairs = [("kim", "forgotten-x"), ("abcdef00-0000-4000-8000-00000000000b", "other")];
        Replacements::new(pairs.map(|(from, to)| (from.to_owned(), to.to_owned())))
    }

    #[test]
    fn a_pseudonym_has_thirteen_letters_of_base32() {
        assert_eq!(pseudonym_of(&[0; 16]), "forgotten-aaaaaaaaaaaaa");
        assert_eq!(pseudonym_of(&[0xff; 16]), "forgotten-7777777777777");
        assert!(is_pseudonym(&pseudonym_of(&[0x5a; 16])));
        for other in [
            "forgotten-",
            "forgotten-aaaaaaaaaaaa",
            "forgotten-AAAAAAAAAAAAA",
            "kim",
            "forgotten-aaaaaaaaaaaa1",
        ] {
            assert!(!is_pseudonym(other), "{other}");
        }
    }

    #[test]
    fn words_lose_whole_ids_alone() {
        for (words, replaced) in [
            ("kim", Some("forgotten-x")),
            ("kim's, of kim", Some("forgotten-x's, of forgotten-x")),
            ("kimono, kim-2, a_kim, 김kim", None),
            (UPPER, Some("other")),
            ("", None),
        ] {
            assert_eq!(kim().in_words(words).as_deref(), replaced, "{words}");
        }
        for (key, replaced) in [
            ("take-kim-17", Some("take-forgotten-x-17")),
            ("refund_kim_9:kim", Some("refund_forgotten-x_9:forgotten-x")),
            (&format!("take-{UPPER}-17"), Some("take-other-17")),
            ("take-kimono-17, kim42", None),
        ] {
            assert_eq!(kim().in_key(key).as_deref(), replaced, "{key}");
        }
        let by_mail = Replacements::new([("@kim".to_owned(), "x".to_owned())]);
        assert_eq!(by_mail.in_words("a@kim b").as_deref(), Some("ax b"));
    }

    #[test]
    fn targets_of_the_audit_lose_the_id_and_keep_the_kind() {
        let names = Replacements::new([("player".to_owned(), "forgotten-x".to_owned())]);
        for (target, replaced) in [
            ("player:player", Some("player:forgotten-x")),
            ("player:lee", None),
            ("refund:93", None),
            ("player", Some("forgotten-x")),
        ] {
            assert_eq!(names.in_target(target).as_deref(), replaced, "{target}");
        }
        let upper = format!("player:{UPPER}");
        assert_eq!(kim().in_target(&upper).as_deref(), Some("player:other"));
    }

    #[test]
    fn queries_of_addresses_lose_encoded_ids() {
        let names = [("kim", "forgotten-x"), ("a b/c", "forgotten-y"), ("1", "forgotten-z")];
        let names = Replacements::new(names.map(|(from, to)| (from.to_owned(), to.to_owned())));
        for (query, replaced) in [
            ("user=kim&state=refunded", Some("user=forgotten%2Dx&state=refunded")),
            ("user=a+b%2Fc&limit=1", Some("user=forgotten%2Dy&limit=1")),
            ("text=of%20a%20b%2Fc", Some("text=of%20forgotten%2Dy")),
            ("state=kim&limit=1&open", None),
            ("user=1", Some("user=forgotten%2Dz")),
            ("", None),
        ] {
            assert_eq!(names.in_query(query).as_deref(), replaced, "{query}");
        }
    }

    #[test]
    fn every_text_of_a_document_of_unknown_members_is_searched() {
        let mut value = json!({"filter": {"user": "kim"}, "refunds": [1, "of kim"], "kim": null});
        assert!(kim().in_texts(&mut value));
        assert_eq!(
            value,
            json!({"filter": {"user": "forgotten-x"}, "refunds": [1, "of forgotten-x"], "kim": null})
        );
        assert!(!kim().in_texts(&mut value));
    }

    #[test]
    fn documents_lose_ids_by_the_members_that_hold_them() {
        let mut value = json!({
            "what": "purchase_transferred", "from": "kim", "to": UPPER, "store": "kim", "why": "kim, kim",
            "refund": {"claimants": ["kim", "lee"], "product": "kim", "about": {"account_tag": "kim",
                "app_transaction_id": "7", "related_ids": ["kim"]}},
            "usage": [{"ip_address": "1"}], "country": "KR",
        });
        kim().in_value(&mut value);
        let expected = json!({
            "what": "purchase_transferred", "from": "forgotten-x", "to": "other", "store": "kim",
            "why": "forgotten-x, forgotten-x",
            "refund": {"claimants": ["forgotten-x", "lee"], "product": "kim", "about": {"account_tag": "forgotten-x",
                "related_ids": ["kim"]}},
            "usage": [],
        });
        assert_eq!(value, expected);
        // `from` is a state here.
        let mut value = json!({"what": "state_changed", "from": "kim", "to": "kim"});
        let before = value.clone();
        kim().in_value(&mut value);
        assert_eq!(value, before);
    }

    #[test]
    fn a_journal_entry_keeps_its_meaning() {
        let happening = Happening::PurchaseTransferred {
            store: Store::Stripe,
            from: Some("kim".to_owned()),
            to: "lee".to_owned(),
            who: "eve".to_owned(),
            why: "kim wrote to us".to_owned(),
        };
        let without = kim().in_document(&happening).unwrap();
        let Happening::PurchaseTransferred { from, to, why, .. } = without else { panic!("{without:?}") };
        assert_eq!((from.as_deref(), to.as_str()), (Some("forgotten-x"), "lee"));
        assert_eq!(why, "forgotten-x wrote to us");
    }

    /// The names of all members of a schema that are texts, or lists of texts, without those of a few fixed values.
    #[cfg(feature = "schemas")]
    fn texts(schema: &Value, root: &Value, found: &mut std::collections::BTreeSet<String>) {
        fn resolve<'s>(schema: &'s Value, root: &'s Value) -> &'s Value {
            match schema["$ref"].as_str() {
                Some(path) => root.pointer(path.trim_start_matches('#')).unwrap(),
                None => schema,
            }
        }
        fn is_text(schema: &Value, root: &Value) -> bool {
            let schema = resolve(schema, root);
            let is_string = |kind: &Value| {
                kind == "string" || kind.as_array().is_some_and(|of| of.contains(&json!("string")))
            };
            let is_fixed = schema.get("enum").is_some() || schema.get("const").is_some();
            let any = ["anyOf", "oneOf"].iter().filter_map(|key| schema[*key].as_array()).flatten();
            (is_string(&schema["type"]) && !is_fixed)
                || schema.get("items").is_some_and(|items| is_text(items, root))
                || any.into_iter().any(|one| is_text(one, root))
        }
        match schema {
            Value::Object(members) => {
                if let Some(properties) = members.get("properties").and_then(Value::as_object) {
                    found.extend(
                        properties.iter().filter(|(_, of)| is_text(of, root)).map(|(name, _)| name.clone()),
                    );
                }
                members.values().for_each(|member| texts(member, root, found));
            }
            Value::Array(items) => items.iter().for_each(|item| texts(item, root, found)),
            _ => {}
        }
    }

    /// A new member of a document must be listed, so that it is not overlooked when a user is forgotten.
    #[test]
    #[cfg(feature = "schemas")]
    fn every_text_of_a_stored_document_is_listed() {
        use crate::model::{
            Block, Consumption, Event, ExclusionEnd, Fact, JournalEntry, ReportOutcome, StoreAction,
        };
        let schemas = [
            schemars::schema_for!(Fact),
            schemars::schema_for!(JournalEntry),
            schemars::schema_for!(Event),
            schemars::schema_for!(Block),
            schemars::schema_for!(StoreAction),
            schemars::schema_for!(Consumption),
            schemars::schema_for!(ReportOutcome),
            schemars::schema_for!(ExclusionEnd),
        ];
        let mut found = std::collections::BTreeSet::new();
        for schema in &schemas {
            let schema = serde_json::to_value(schema).unwrap();
            texts(&schema, &schema, &mut found);
        }
        assert!(found.len() > 20, "{found:?}");
        let is_listed = |name: &String| {
            MEMBERS.iter().any(|(known, _)| known == name || known.rsplit('.').next() == Some(name))
        };
        let missing: Vec<&String> = found.iter().filter(|name| !is_listed(name)).collect();
        assert!(missing.is_empty(), "list in MEMBERS what these hold of a player: {missing:?}");
    }
}
