//! Public vectors, if `RECOUP_VECTORS` names a folder that has them.

use std::path::PathBuf;

use super::*;
use crate::model::{Environment, Meaning};
use crate::stores::one_store::signed_text::SignedText;

/// One vector; `None`, with a printed note, if there are none.
fn vector(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("RECOUP_VECTORS") else {
        // Not `println!`, which the test runner hides from the reader.
        let note = format!("onestore/{name}: NOT RUN, RECOUP_VECTORS is not set\n");
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
        return None;
    };
    Some(std::fs::read(PathBuf::from(folder).join("onestore").join(name)).unwrap())
}

fn published_app(client_id: &str, key: &str) -> Option<OneStoreApp> {
    let license_key = RsaPublicKey::from_license_key(&String::from_utf8(vector(key)?).unwrap()).unwrap();
    assert_eq!(license_key.bits(), 1024);
    let subscription_notifications = SubscriptionNotifications::KnownTokens;
    Some(OneStoreApp {
        client_id: client_id.to_owned(),
        package_name: None,
        license_key,
        subscription_notifications,
    })
}

#[test]
fn the_real_message_verifies_and_its_text_is_cut_out_exactly() {
    let Some(body) = vector("real_message_2.0.0.D.json") else { return };
    assert_eq!(
        SignedText::of(&body).as_arrived(),
        vector("real_signed_text_2.0.0.D.txt").unwrap().trim_ascii()
    );
    for key in ["sample_public_key.b64", "sample_public_key.pem"] {
        let app = published_app("com.onestore.pns", key).unwrap();
        let signal = verdict_of(app, &body).unwrap().signal().unwrap();
        assert_eq!(signal.notification_id, "SANDBOX3000000004564:COMPLETED");
        assert_eq!(signal.place.environment, Some(Environment::Sandbox));
        let Meaning::Purchase(about) = signal.meaning else { panic!("no purchase") };
        assert_eq!(about.account_tag.as_deref(), Some("OS_000211234"));
        assert_eq!(about.product.as_deref(), Some("0900001234"));
        assert_eq!(about.purchased_at, Some(Timestamp::from_millis(24_431_212_233)));
        assert_eq!(about.price, None, "there is no currency in it");
    }
}

#[test]
fn the_documents_altered_message_and_the_sorted_one_do_not_verify() {
    let Some(sorted) = vector("NEG_sorted_keys.json") else { return };
    let app = published_app("com.onestore.pns", "sample_public_key.b64").unwrap();
    assert_eq!(refusal(verdict_of(app, &sorted)), ("bad_signature", 401));
    let documented = vector("NEG_sample_message_3.1.0D_as_documented.json").unwrap();
    let app = published_app("0000000001", "sample_public_key.b64").unwrap();
    assert_eq!(refusal(verdict_of(app, &documented)), ("bad_signature", 401));
}
