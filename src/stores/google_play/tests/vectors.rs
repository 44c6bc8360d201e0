//! Public vectors, if `RECOUP_VECTORS` names a folder that has them.

use std::path::PathBuf;

use super::*;
use crate::verify::{RsaPublicKey, verify_rs256};

/// One vector; `None`, with a printed note, if there are none.
fn vector(name: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("RECOUP_VECTORS") else {
        // Not `println!`, which the test runner hides from the reader.
        let note = format!("google/{name}: NOT RUN, RECOUP_VECTORS is not set\n");
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
        return None;
    };
    let text = std::fs::read(PathBuf::from(folder).join("google").join(name)).unwrap();
    Some(serde_json::from_slice(&text).unwrap())
}

#[test]
fn rfc_7515_a2_verifies_and_is_still_no_push_token() {
    let Some(vector) = vector("a2_rs256.json") else { return };
    let part = |name: &str| vector["jwk"][name].as_str().unwrap();
    let jws = vector["jws"].as_str().unwrap();
    let key = RsaPublicKey::from_jwk(part("n"), part("e")).unwrap();
    verify_rs256(jws, &key).unwrap();
    let tampered = jws.replace(".eyJpc3Mi", ".eyJpc3Nj");
    assert_ne!(tampered, jws);
    assert!(verify_rs256(&tampered, &key).is_err());
    assert_eq!(refusal(verdict(&push_with_token(jws))), ("no_key_id", 401));
}

#[test]
fn the_printed_push_token_is_of_an_unknown_key() {
    let Some(vector) = vector("push_jwt.json") else { return };
    let request = push_with_token(vector["jwt"].as_str().unwrap());
    assert_eq!(refusal(verdict(&request)), ("unknown_key", 401));
}
