//! The rules for a section.

use super::*;
use crate::config::Config;
use crate::stores::{KeySources, Request, Verifier};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:game";

fn config(section: &Value) -> Config {
    let text = json!({"amazon": [section]}).to_string();
    Config::from_json(text.as_bytes(), "/etc/recoup").unwrap()
}

#[test]
fn every_mandatory_setting_is_required() {
    let change = |change: fn(&mut AmazonApp)| {
        let mut app = app(&amazon());
        change(&mut app);
        AmazonVerifier::new(vec![app]).map(|_| ())
    };
    assert_eq!(AmazonVerifier::new(vec![]).map(|_| ()), Err(AmazonConfigError::NoApps));
    assert!(matches!(
        change(|app| app.package_name = " ".to_owned()),
        Err(AmazonConfigError::NoPackageName { .. })
    ));
    for bad in [
        "",
        "game",
        "arn:aws:sqs:us-east-1:1:x",
        "arn:aws:sns:us-east-1:1",
        "arn:aws:sns:us-east-1:1:",
        "arn:aws:sns::1:x",
        "arn:aws:sns:us-east-1:1:x:subscription",
        " arn:aws:sns:us-east-1:1:x",
        "arn:aws:sns:us-east-1:1:x\n",
    ] {
        let mut app = app(&amazon());
        app.topic_arn = bad.to_owned();
        assert!(matches!(AmazonVerifier::new(vec![app]), Err(AmazonConfigError::TopicArn { .. })), "{bad}");
    }
    assert!(change(|app| app.topic_arn = "arn:aws-cn:sns:cn-north-1:1:x.fifo".to_owned()).is_ok());
    let short = change(|app| app.max_age = Span::from_millis(3_599_999));
    assert!(matches!(short, Err(AmazonConfigError::MaxAge { .. })));
    assert!(change(|app| app.max_age = Span::from_hours(1)).is_ok());
}

#[test]
fn a_section_without_a_certificate_or_a_source_answers_503_with_advice() {
    let config = config(&json!({"package_name": "com.example.game", "topic_arn": TOPIC}));
    let verifier = Verifier::new(&config).unwrap();
    let rejection = refund(&amazon())
        .send(|request: &Request<'_>| verifier.signal(&crate::model::Store::Amazon, request, NOW))
        .unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("certificate_unavailable", 503));
    assert!(rejection.to_string().contains("amazon[].certificate"), "{rejection}");
}

#[test]
fn sections_without_certificates_share_one_cache() {
    let amazon = amazon();
    let section = |package: &str| json!({"package_name": package, "topic_arn": TOPIC});
    let text = json!({"amazon": [section("com.example.game"), section("com.example.other")]}).to_string();
    let config = Config::from_json(text.as_bytes(), "").unwrap();
    let source = amazon.certificates().unwrap();
    let keys = KeySources { certificates: Some(Arc::new(source.clone())), ..KeySources::default() };
    let verifier = Verifier::with_keys(&config, &keys).unwrap();
    for package in ["com.example.game", "com.example.other"] {
        let amazon = changed(self::amazon(), |changed| changed.package_name = package.to_owned());
        let signal = refund(&amazon)
            .send(|request: &Request<'_>| verifier.signal(&crate::model::Store::Amazon, request, NOW))
            .unwrap();
        assert_eq!(signal.place.app, package);
    }
    assert_eq!(source.fetches(), 1);
}

#[test]
fn a_certificate_file_is_pem_or_der_of_an_rsa_certificate_taken_from_the_files_own_folder() {
    let folder = tempfile::tempdir().unwrap();
    let pem = amazon().certificate().unwrap();
    let (_, parsed) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap();
    let ec = {
        let key = rcgen::KeyPair::generate().unwrap();
        rcgen::CertificateParams::default().self_signed(&key).unwrap().pem()
    };
    let verifier = |content: &[u8]| {
        std::fs::write(folder.path().join("sns"), content).unwrap();
        let section = json!({"package_name": "p", "topic_arn": TOPIC, "certificate": "sns"});
        let text = json!({"amazon": [section]}).to_string();
        Verifier::new(&Config::from_json(text.as_bytes(), folder.path()).unwrap()).map(|_| ())
    };
    assert_eq!(verifier(pem.as_bytes()), Ok(()));
    assert_eq!(verifier(format!("Certificate:\n    Data:\n{pem}").as_bytes()), Ok(()));
    assert_eq!(verifier(&parsed.contents), Ok(()));
    let mut behind = parsed.contents.clone();
    behind.push(0);
    for bad in [&b""[..], b"certificate", ec.as_bytes(), &behind, &parsed.contents[..100]] {
        let error = verifier(bad).unwrap_err().to_string();
        assert!(error.contains("amazon[0].certificate"), "{error}");
    }
}

#[test]
fn a_misspelt_key_or_a_bad_topic_is_named() {
    let text = r#"{"amazon":[{"package_name":"p","topic_arn":"t","certifikate":"x"}]}"#;
    let error = Config::from_json(text.as_bytes(), "").unwrap_err().to_string();
    assert!(error.contains("amazon[0].certifikate") && error.contains("`certificate`"), "{error}");
    let bad = config(&json!({"package_name": "p", "topic_arn": "t"}));
    let error = Verifier::new(&bad).unwrap_err().to_string();
    assert!(error.contains("amazon") && error.contains("arn:aws:sns:REGION:ACCOUNT:NAME"), "{error}");
}
