//! The section of the configuration.

use std::path::Path;

use super::*;
use crate::config::Config;
use crate::stores::Verifier;

fn problem_of(section: &Value) -> String {
    let config = json!({"one_store": [section]}).to_string();
    let error = match Config::from_json(config.as_bytes(), "") {
        Ok(config) => Verifier::new(&config).unwrap_err(),
        Err(error) => error,
    };
    error.to_string()
}

fn key() -> String {
    store().license_key().unwrap()
}

#[test]
fn the_key_may_be_inline_or_in_a_file_bare_or_as_pem() {
    let folder = tempfile::tempdir().unwrap();
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\r\n{}\r\n{}\r\n-----END PUBLIC KEY-----\r\n",
        &key()[..64],
        &key()[64..]
    );
    std::fs::write(folder.path().join("key.pem"), &pem).unwrap();
    std::fs::write(folder.path().join("key.txt"), format!("{}\n", key())).unwrap();
    let request = canceled(&store()).request().unwrap();
    for source in [
        json!({"license_key": key()}),
        json!({"license_key": format!(" {}\n", key())}),
        json!({"license_key_file": "key.txt"}),
        json!({"license_key_file": "key.pem"}),
    ] {
        let mut section = source.clone();
        section["client_id"] = json!("com.example.game");
        let config = json!({"one_store": [section]}).to_string();
        let config = Config::from_json(config.as_bytes(), folder.path()).unwrap();
        let verifier = Verifier::new(&config).unwrap();
        let signal = request.send(|request| verifier.signal(&crate::model::Store::OneStore, request, NOW));
        assert!(signal.is_ok(), "{source}: {signal:?}");
        let (_, summary) = &config.sections()[0];
        assert_eq!(summary.app, "com.example.game");
        assert!(!summary.checks.join(" ").contains(&key()[..40]));
    }
}

#[test]
fn exactly_one_key_is_needed_and_it_must_be_one() {
    let neither = problem_of(&json!({"client_id": "a"}));
    assert!(neither.contains("one_store[0]") && neither.contains("exactly one of license_key"), "{neither}");
    let both = problem_of(&json!({"client_id": "a", "license_key": key(), "license_key_file": "k"}));
    assert!(both.contains("exactly one"), "{both}");
    let missing = problem_of(&json!({"client_id": "a", "license_key_file": "/no/such/file"}));
    assert!(missing.contains("/no/such/file"), "{missing}");
    for (text, problem) in [
        ("%%%", "not base64"),
        ("", "SubjectPublicKeyInfo"),
        ("AAAA", "SubjectPublicKeyInfo"),
        (&key()[..80], "SubjectPublicKeyInfo"),
    ] {
        let error = problem_of(&json!({"client_id": "a", "license_key": text}));
        assert!(error.contains("one_store[0].license_key") && error.contains(problem), "{text}: {error}");
    }
    // An ECDSA key.
    let ec = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==";
    assert!(problem_of(&json!({"client_id": "a", "license_key": ec})).contains("RSA"));
}

#[test]
fn a_key_with_bytes_behind_it_is_refused() {
    use base64::Engine as _;
    let standard = base64::engine::general_purpose::STANDARD;
    let mut der = standard.decode(key()).unwrap();
    der.push(0);
    let refused = RsaPublicKey::from_license_key(&standard.encode(der)).unwrap_err();
    assert!(matches!(refused, RsaKeyError::Form { .. }));
}

#[test]
fn names_must_not_be_empty_and_members_must_be_known() {
    assert!(problem_of(&json!({"client_id": " ", "license_key": key()})).contains("client_id"));
    let package = problem_of(&json!({"client_id": "a", "package_name": "", "license_key": key()}));
    assert!(package.contains("package_name"), "{package}");
    assert!(problem_of(&json!({"client_id": "a", "licence_key": key()})).contains("licence_key"));
    assert_eq!(OneStoreVerifier::new(vec![]).unwrap_err(), OneStoreConfigError::NoApps);
}

#[test]
fn paths_are_taken_from_the_files_own_folder() {
    let config = br#"{"one_store":[{"client_id":"a","license_key_file":"k.txt"}]}"#;
    let config = Config::from_json(config, "/etc/recoup").unwrap();
    assert_eq!(config.one_store[0].license_key_file.as_deref(), Some(Path::new("/etc/recoup/k.txt")));
}

#[test]
fn an_app_goes_by_its_client_id_and_its_package_name() {
    let store = store();
    let mut named = app(&store);
    "0000000001".clone_into(&mut named.client_id);
    named.package_name = Some("com.example.game".to_owned());
    let old = canceled(&store).without("clientId").with("packageName", &json!("com.example.game"));
    let new = canceled(&store).with("clientId", &json!("0000000001"));
    let unquoted = canceled(&store).with_raw("clientId", "\"0000000001\"");
    for payment in [old, new, unquoted] {
        let notification = verdict_of(named.clone(), &payment.request().unwrap().body).unwrap();
        assert_eq!(notification.signal().unwrap().place.app, "0000000001");
    }
}
