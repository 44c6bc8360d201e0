//! Behaviour common to every store's messages, tested with the throw-away stores. A new store is included by its row.

use serde_json::json;

use crate::engine::{Engine, EngineOptions, ManualClock, OutcomeKind};
use crate::model::{EventKind, Meaning, Purchase, Refund, RefundFilter, StoreState, Timestamp, Trust};
use crate::stores::{Rejection, Verified, Verifier};
use crate::testing::{StoreRequest, TestSigner, every_store, sections};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// One store, and a shop that sells in it and no other.
struct Shop {
    signer: Box<dyn TestSigner>,
    verifier: Verifier,
    config: crate::Config,
    _folder: tempfile::TempDir,
}

impl Shop {
    fn new(signer: Box<dyn TestSigner>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let signers = [signer];
        let mut config = sections(&signers, folder.path()).unwrap();
        let [signer] = signers;
        config.insert("database".to_owned(), json!("ledger.db"));
        config.insert("policy".to_owned(), json!([{"name": "all", "action": {"block": "permanently"}}]));
        let text = serde_json::to_vec(&config).unwrap();
        let config = crate::Config::from_json(&text, folder.path()).unwrap();
        let shop = Self { verifier: Verifier::new(&config).unwrap(), signer, config, _folder: folder };
        // Some stores detect only with their first message whether a configured key is their own.
        shop.verdict(&shop.refund(0)).unwrap();
        shop
    }

    fn refund(&self, number: u32) -> StoreRequest {
        self.signer.full_refund(number, NOW).unwrap().request
    }

    fn verdict(&self, request: &StoreRequest) -> Result<Verified, Rejection> {
        request.send(|request| self.verifier.notification(&self.signer.store(), request, NOW))
    }

    /// That a request is refused, and nothing is kept of it.
    fn refuses(&self, request: &StoreRequest, how: &str) -> u16 {
        let store = self.signer.store();
        let rejection = match self.verdict(request) {
            Ok(verified) => panic!("{store}: {how} is accepted: {:?}", verified.signal),
            Err(rejection) => rejection,
        };
        assert!(!rejection.is_authentic(), "{store}: {how} is kept: {rejection}");
        assert!(rejection.http_status() >= 400, "{store}: {how}: {rejection}");
        rejection.http_status()
    }
}

fn shops() -> impl Iterator<Item = Shop> {
    every_store().unwrap().into_iter().map(Shop::new)
}

#[test]
fn a_refund_of_every_store_verifies_and_names_its_order() {
    let mut stores = Vec::new();
    for shop in shops() {
        let store = shop.signer.store();
        let refund = shop.signer.full_refund(1, NOW).unwrap();
        let Verified { signal, decoded } = shop.verdict(&refund.request).unwrap();
        assert_eq!((&signal.place.store, signal.at), (&store, NOW), "{store}");
        let Meaning::Case { key, fact } = &signal.meaning else { panic!("{store}: {signal:?}") };
        assert_eq!(*key, crate::model::CaseKey::Order(refund.order_id), "{store}");
        assert_eq!((fact.at, fact.trust), (NOW, Trust::Signed), "{store}");
        assert!(decoded.is_object(), "{store}: {decoded}");
        let delivered = refund.request.send(|request| shop.verifier.delivered(&store, request, NOW)).unwrap();
        assert_eq!(delivered, signal, "{store}");
        assert!(!shop.verifier.is_unsigned(&store, &refund.request.body), "{store}");
        // Another refund is another message, even if the rest is the same.
        let of = |request: &StoreRequest| shop.verifier.signed_content(&store, &request.body).unwrap();
        assert_ne!(of(&refund.request), of(&shop.refund(2)), "{store}");
        stores.push(store);
    }
    assert_eq!(stores, crate::Store::ALL);
}

/// Another byte of the same class, so that the altered text still has the same form.
fn altered(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        _ => byte ^ 1,
    }
}

#[test]
fn no_signed_byte_can_be_altered() {
    for shop in shops() {
        let store = shop.signer.store();
        let genuine = shop.refund(1);
        let signal = shop.verdict(&genuine).unwrap().signal;
        let (mut refused, mut tried) = (0, 0);
        let mut judge = |request: &StoreRequest, how: &str| {
            tried += 1;
            match shop.verdict(request) {
                // Unsigned content changes nothing.
                Ok(verified) => assert_eq!(verified.signal, signal, "{store}: {how}"),
                Err(_) => {
                    shop.refuses(request, how);
                    refused += 1;
                }
            }
        };
        if shop.signer.signs_the_body() {
            // Chains of certificates take long to read; so not each of the bytes of a long message.
            for at in (0..genuine.body.len()).step_by(genuine.body.len() / 400 + 1) {
                let mut request = genuine.clone();
                request.body[at] = altered(request.body[at]);
                judge(&request, &format!("byte {at} of the body altered"));
            }
        } else {
            let (name, value) = genuine.headers[0].clone();
            for at in 0..value.len() {
                let mut request = genuine.clone();
                let mut bytes = value.clone().into_bytes();
                bytes[at] = altered(bytes[at]);
                request.headers[0].1 = String::from_utf8(bytes).unwrap();
                judge(&request, &format!("byte {at} of {name} altered"));
            }
        }
        assert!(refused * 10 > tried * 8 && refused > 50, "{store}: {refused} of {tried} refused");
    }
}

#[test]
fn a_message_that_is_cut_short_is_refused_and_not_kept() {
    for shop in shops() {
        let genuine = shop.refund(1);
        for length in (0..genuine.body.len()).step_by(genuine.body.len() / 100 + 1) {
            let mut request = genuine.clone();
            request.body.truncate(length);
            shop.refuses(&request, &format!("a body of {length} bytes"));
        }
    }
}

#[test]
fn a_message_without_header_fields_or_with_a_large_body_is_refused() {
    for shop in shops() {
        let genuine = shop.refund(1);
        if !genuine.headers.is_empty() && !genuine.headers.iter().all(|(name, _)| is_decoration(name)) {
            shop.refuses(&StoreRequest { headers: Vec::new(), ..genuine.clone() }, "no header fields");
        }
        let mut large = genuine;
        large.body.resize(4 << 20, b' ');
        assert_eq!(shop.refuses(&large, "a body of 4 MiB"), 413);
    }
}

/// Whether a header field proves nothing.
fn is_decoration(name: &str) -> bool {
    name.eq_ignore_ascii_case("Content-Type") || name.starts_with("x-amz-sns-")
}

#[test]
fn a_forger_with_other_keys_is_refused_with_401() {
    for shop in shops() {
        let forged = shop.signer.forger().unwrap().full_refund(1, NOW).unwrap().request;
        assert_eq!(shop.refuses(&forged, "a forgery"), 401, "{}", shop.signer.store());
    }
}

#[test]
fn a_message_of_another_app_makes_no_refund() {
    for mut shop in shops() {
        let store = shop.signer.store();
        shop.signer.set_app("com.example.other");
        let rejection = shop.verdict(&shop.refund(1)).unwrap_err();
        let status = rejection.http_status();
        assert!(status == 403 || (status == 200 && rejection.is_authentic()), "{store}: {rejection}");
    }
}

#[test]
fn an_engine_ingests_every_stores_refund_once_and_blocks_its_player() {
    for shop in shops() {
        let store = shop.signer.store();
        let engine = open(&shop);
        let refund = shop.signer.full_refund(1, NOW).unwrap();
        engine.record_purchase(Purchase::new(store.clone(), "ann", &refund.order_id)).unwrap();
        let ingest = |request: &StoreRequest| request.send(|request| engine.ingest(&store, request)).unwrap();

        let forged = shop.signer.forger().unwrap().full_refund(1, NOW).unwrap().request;
        let outcome = ingest(&forged);
        assert!(matches!(outcome.what, OutcomeKind::Rejected(_)), "{store}: {outcome:?}");
        assert!(outcome.http_status >= 400 && !engine.is_blocked("ann"), "{store}: {outcome:?}");
        assert!(refunds(&engine).is_empty() && engine.poll(10).unwrap().is_empty(), "{store}");

        for new in [true, false] {
            let outcome = ingest(&refund.request);
            assert_eq!((outcome.http_status, outcome.new), (200, new), "{store}: {outcome:?}");
            assert_eq!(outcome.user.as_deref(), Some("ann"), "{store}");
        }
        assert!(engine.is_blocked("ann"), "{store}");
        let all = refunds(&engine);
        assert_eq!(all.len(), 1, "{store}: {all:?}");
        assert_eq!((&all[0].store, all[0].case.state), (&store, StoreState::Refunded), "{store}");
        let kinds: Vec<_> = engine.poll(10).unwrap().iter().map(|event| event.kind).collect();
        assert!(kinds.contains(&EventKind::Refund), "{store}: {kinds:?}");
    }
}

#[test]
fn what_is_authentic_but_not_understood_is_kept_once_and_answered_with_success() {
    for shop in shops() {
        let store = shop.signer.store();
        let engine = open(&shop);
        let odd = shop.signer.not_understood(1, NOW).unwrap();
        for new in [true, false] {
            let outcome = odd.send(|request| engine.ingest(&store, request)).unwrap();
            assert_eq!((outcome.http_status, outcome.new), (200, new), "{store}: {outcome:?}");
            assert!(matches!(outcome.what, OutcomeKind::DeadLetter(_)), "{store}: {outcome:?}");
        }
        let letters = engine.dead_letters(None, 10).unwrap().items;
        assert_eq!(letters.len(), 1, "{store}");
        assert_eq!((&letters[0].store, &letters[0].body), (&store, &odd.body));
        assert!(refunds(&engine).is_empty(), "{store}");
    }
}

fn open(shop: &Shop) -> Engine {
    EngineOptions::new().clock(ManualClock::new(NOW)).background(false).open(shop.config.clone()).unwrap()
}

fn refunds(engine: &Engine) -> Vec<Refund> {
    engine.refunds(&RefundFilter::default(), None, 10).unwrap().items
}
