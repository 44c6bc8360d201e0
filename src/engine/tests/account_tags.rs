//! Tags: those that Recoup issued, those recorded with a purchase, and bare ones.

use super::*;
use crate::engine::Randomness;

fn text(id: &str) -> Option<String> {
    Some(id.to_owned())
}

fn tagged(tag: &str) -> OrderDetails {
    OrderDetails { account_tag: text(tag), ..order("C1") }
}

const STORES_WITH_TAGS: [Store; 4] = [Store::AppStore, Store::GooglePlay, Store::OneStore, Store::Stripe];

#[test]
fn an_issued_tag_is_stable_fits_every_store_and_finds_its_user() {
    for store in STORES_WITH_TAGS {
        for spelled in [str::to_ascii_lowercase, str::to_ascii_uppercase] {
            let fixture = Fixture::with_tags("issued", BLOCKS_ALL);
            let tag = fixture.engine.account_tag(&store, "ann").unwrap();
            assert!(crate::uuid::lower_case(&tag).is_some(), "{tag}");
            for again in &STORES_WITH_TAGS {
                assert_eq!(fixture.engine.account_tag(again, "ann").unwrap(), tag);
            }
            assert_ne!(fixture.engine.account_tag(&store, "bob").unwrap(), tag);
            fixture.ingest_order_of(store.clone(), refunded(tagged(&spelled(&tag)), 0));
            assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::IssuedTag)), "{store}");
            assert!(fixture.engine.is_blocked("ann"));
        }
    }
}

#[test]
fn an_issued_tag_is_known_after_a_restart() {
    let fixture = Fixture::new("[]");
    let tag = fixture.engine.account_tag(&Store::AppStore, "ann").unwrap();
    fixture.engine.close().unwrap();
    let engine = open(fixture.folder.path(), &fixture.clock, "[]");
    assert_eq!(engine.account_tag(&Store::AppStore, "ann").unwrap(), tag);
}

#[test]
fn amazon_has_no_issued_tags_and_ids_with_control_characters_get_none() {
    let fixture = Fixture::new("[]");
    let error = fixture.engine.account_tag(&Store::Amazon, "ann").unwrap_err();
    assert!(error.to_string().contains("its own id of the customer"), "{error}");
    let error = fixture.engine.account_tag(&Store::AppStore, "ann\0").unwrap_err();
    assert!(error.to_string().contains("user has a control character (byte 3)"), "{error}");
    let ignoring = Fixture::with_tags("ignore", "[]");
    let error = ignoring.engine.account_tag(&Store::AppStore, "ann").unwrap_err();
    assert!(error.to_string().contains("\"ignore\""), "{error}");
}

#[test]
fn tags_are_made_of_the_given_random_bytes() {
    struct Fixed(Option<u8>);
    impl Randomness for Fixed {
        fn fill(&self, bytes: &mut [u8]) -> bool {
            bytes.fill(self.0.unwrap_or(0));
            self.0.is_some()
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let config = || Config::from_json(br#"{"database":"l.db"}"#, folder.path()).unwrap();
    let engine = EngineOptions::new().randomness(Fixed(Some(7))).open(config()).unwrap();
    assert_eq!(engine.account_tag(&Store::Stripe, "ann").unwrap(), "07070707-0707-4707-8707-070707070707");
    drop(engine);
    assert!(EngineOptions::new().randomness(Fixed(None)).open(config()).is_err());
}

#[test]
fn a_bare_tag_is_ignored_by_default_and_never_blocks() {
    for store in STORES_WITH_TAGS {
        for victim_is_recorded in [false, true] {
            for (tags, found) in
                [("issued", None), ("user_ids", Some(AttributedBy::BareTag)), ("ignore", None)]
            {
                let fixture = Fixture::with_tags(tags, "[]");
                if victim_is_recorded {
                    // Recorded with the id as the tag: anyone who has the id has the tag.
                    let own = Purchase {
                        account_tag: text("victim"),
                        ..Purchase::new(store.clone(), "victim", "V1")
                    };
                    fixture.engine.record_purchase(own).unwrap();
                }
                fixture.ingest_order_of(store.clone(), refunded(tagged("victim"), 0));
                assert_eq!(fixture.refund().attributed_by, found, "{store} {tags} {victim_is_recorded}");
                assert!(!fixture.engine.is_blocked("victim"));
                let kinds = fixture.kinds();
                assert_eq!(kinds.contains(&EventKind::Alert), found.is_some(), "{kinds:?}");
                assert_eq!(kinds.contains(&EventKind::Unattributed), found.is_none(), "{kinds:?}");
            }
        }
    }
}

#[test]
fn a_recorded_tag_finds_the_first_player_who_recorded_it_unless_tags_are_ignored() {
    for (tags, found) in [("issued", true), ("user_ids", true), ("ignore", false)] {
        let fixture = Fixture::with_tags(tags, "[]");
        let with_tag = |user: &str, id: &str| Purchase {
            account_tag: text("Opaque"),
            ..Purchase::new(Store::GooglePlay, user, id)
        };
        fixture.engine.record_purchases(vec![with_tag("ann", "1"), with_tag("bob", "2")]).unwrap();
        fixture.ingest_order_of(Store::GooglePlay, refunded(tagged("Opaque"), 0));
        let wanted = found.then(|| ("ann".to_owned(), AttributedBy::RecordedTag));
        assert_eq!(fixture.found(), wanted, "{tags}");
    }
    // Only the App Store's are compared without regard to case.
    for (store, found) in [(Store::GooglePlay, false), (Store::AppStore, true)] {
        let fixture = Fixture::new("[]");
        let known = Purchase { account_tag: text("Opaque"), ..Purchase::new(store.clone(), "ann", "1") };
        fixture.engine.record_purchase(known).unwrap();
        fixture.ingest_order_of(store, refunded(tagged("opaque"), 0));
        assert_eq!(fixture.found().is_some(), found);
    }
}

#[test]
fn amazons_customer_id_counts_where_it_was_recorded_whatever_the_setting() {
    for tags in ["issued", "user_ids", "ignore"] {
        let fixture = Fixture::with_tags(tags, "[]");
        fixture.ingest_order_of(Store::Amazon, refunded(tagged("amzn1"), 0));
        assert_eq!(fixture.found(), None);
        let known =
            Purchase { account_tag: text("amzn1"), ..Purchase::new(Store::Amazon, "ann", "receipt-9") };
        fixture.engine.record_purchase(known).unwrap();
        assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::RecordedTag)), "{tags}");
    }
}

#[test]
fn an_issued_tag_outranks_a_recorded_one() {
    let fixture = Fixture::new("[]");
    let tag = fixture.engine.account_tag(&Store::OneStore, "ann").unwrap();
    let planted = Purchase { account_tag: Some(tag.clone()), ..Purchase::new(Store::OneStore, "bob", "B1") };
    fixture.engine.record_purchase(planted).unwrap();
    fixture.ingest_order_of(Store::OneStore, refunded(tagged(&tag), 0));
    assert_eq!(fixture.found(), Some(("ann".to_owned(), AttributedBy::IssuedTag)));
}
