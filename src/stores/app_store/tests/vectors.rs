//! Every entry of the public vectors' manifest, if `RECOUP_VECTORS` names a folder that has them.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::verify::{ChainError, ChainVerifier};

/// For entries without a date, which means "now": within every sample's validity.
const CLOCK: Timestamp = Timestamp::from_secs(1_761_962_975);

struct Vectors(PathBuf);

impl Vectors {
    fn bytes(&self, file: &str) -> Vec<u8> {
        let path = self.0.join(file);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_slice(&self.bytes(file)).unwrap()
    }

    fn app(&self, entry: &Value) -> AppStoreApp {
        AppStoreApp {
            bundle_id: entry["bundleId"].as_str().unwrap().to_owned(),
            app_apple_id: entry["appAppleId"].as_i64(),
            environments: vec![
                AppStoreEnvironment::from_name(entry["environment"].as_str().unwrap()).unwrap(),
            ],
            roots: vec![self.bytes(entry["root"].as_str().unwrap())],
            effective_date: EffectiveDate::Signed,
            max_age: AppStoreApp::DEFAULT_MAX_AGE,
        }
    }

    fn message(&self, entry: &Value) -> Result<(), Rejection> {
        assert_eq!(entry["effective"], "signedDate", "an effective date this test does not know");
        let verifier = AppStoreVerifier::new(vec![self.app(entry)]).unwrap();
        let body = self.bytes(entry["file"].as_str().unwrap());
        let text = || std::str::from_utf8(&body).unwrap();
        match entry["kind"].as_str().unwrap() {
            "notification" => {
                let verified = verifier.verify_notification(&Request::of_body(&body), CLOCK)?;
                verified.signal().map(|_| ())
            }
            "transaction" => verifier.verify_transaction(text(), CLOCK).map(|_| ()),
            "renewal" => verifier.verify_renewal_info(text(), CLOCK).map(|_| ()),
            kind => panic!("a kind this test does not know: {kind}"),
        }
    }

    fn chain(&self, entry: &Value) -> Result<(), Rejection> {
        let chain = self.json(entry["file"].as_str().unwrap());
        let roots: Vec<_> = chain["trusted_roots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| self.bytes(file.as_str().unwrap()))
            .collect();
        let x5c: Vec<String> = serde_json::from_value(chain["x5c"].clone()).unwrap();
        let at = Timestamp::from_secs(chain["effective_unix_s"].as_i64().unwrap());
        let prove = || -> Result<Vec<u8>, ChainError> {
            let verifier = ChainVerifier::new(&roots, routes::markers())?;
            let claimed = verifier.inspect(&x5c, at)?;
            Ok(claimed.prove(at)?.leaf_key.point().to_vec())
        };
        let point = prove()?;
        if let Some((_, key)) = entry["why"].as_str().unwrap().split_once("leaf SPKI must be ") {
            let info = STANDARD.decode(key.split(';').next().unwrap()).unwrap();
            assert!(info.ends_with(&point), "another leaf key than {key}");
        }
        Ok(())
    }
}

#[test]
fn every_entry_of_the_manifest_has_its_expected_result() {
    let Some(folder) = std::env::var_os("RECOUP_VECTORS") else {
        // Not `println!`, which the test runner hides from the reader.
        let note = "apple/manifest.json: NOT RUN, RECOUP_VECTORS is not set\n";
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
        return;
    };
    let vectors = Vectors(PathBuf::from(folder).join("apple"));
    let manifest = vectors.json("manifest.json");
    let mut wrong = Vec::new();
    for entry in manifest.as_array().unwrap() {
        let verdict = if entry["kind"] == "chain" { vectors.chain(entry) } else { vectors.message(entry) };
        let (verdict, why) = match &verdict {
            Ok(()) => ("accept", String::new()),
            Err(rejection) => ("reject", format!("{}: {rejection}", rejection.code())),
        };
        println!("{}: {verdict} {why}", entry["id"]);
        if entry["expect"] != verdict {
            wrong.push(format!("{}: {verdict} {why}", entry["id"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
