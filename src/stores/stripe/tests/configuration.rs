//! Sections: what they require, and that a secret stays one.

use super::*;
use crate::config::Config;

fn config(section: &str) -> Result<crate::Verifier, String> {
    let text = format!(r#"{{"stripe":[{section}]}}"#);
    let config = Config::from_json(text.as_bytes(), "").map_err(|error| error.to_string())?;
    crate::Verifier::new(&config).map_err(|error| error.to_string())
}

#[test]
fn a_section_needs_a_name_and_a_secret_and_has_defaults_for_the_rest() {
    let text = br#"{"stripe":[{"name":"web","webhook_secrets":["whsec_a","whsec_b"]}]}"#;
    let section = &Config::from_json(text, "").unwrap().stripe[0];
    assert_eq!((section.name.as_str(), section.webhook_secrets.len()), ("web", 2));
    assert_eq!(
        (section.tolerance_seconds, &section.user_metadata_key, &section.account),
        (300, &None, &None)
    );
    assert!(
        config(
            r#"{"name":"web","webhook_secrets":["whsec_a"],"tolerance_seconds":0,
        "user_metadata_key":"user_id","account":"acct_1"}"#
        )
        .is_ok()
    );
}

#[test]
fn what_cannot_be_used_is_refused_with_what_to_do_and_without_the_secret() {
    for (section, expected) in [
        (r#"{"webhook_secrets":["whsec_hush"]}"#, "`name`"),
        (r#"{"name":"web"}"#, "`webhook_secrets`"),
        (r#"{"name":"web","webhook_secrets":[]}"#, "signing secret of its endpoint"),
        (r#"{"name":"","webhook_secrets":["whsec_hush"]}"#, "name of section"),
        (r#"{"name":"web","webhook_secrets":"whsec_hush"}"#, "a list"),
        (r#"{"name":"web","webhook_secrets":["whsec_a",["whsec_hush"]]}"#, "secret 1: expected text"),
        (r#"{"name":"web","webhook_secrets":["sk_live_hush"]}"#, "not an API key"),
        (r#"{"name":"web","webhook_secrets":["hush"]}"#, "does not begin with whsec_"),
        (r#"{"name":"web","webhook_secrets":["whsec_"]}"#, "or ends there"),
        (r#"{"name":"web","webhook_secrets":["whsec_hush "]}"#, "white space"),
        (r#"{"name":"web","webhook_secrets":["whsec_hu\nsh"]}"#, "white space"),
        (r#"{"name":"web","webhook_secrets":[" whsec_hush"]}"#, "white space"),
        (r#"{"name":"web","webhook_secrets":["whsec_hush"],"tolerance_seconds":-1}"#, "tolerance_seconds"),
        (r#"{"name":"web","webhook_secrets":["whsec_hush"],"tolerance":1}"#, "`tolerance_seconds`"),
        (r#"{"name":"web","webhook_secrets":["whsec_hush"],"account":""}"#, "account of section"),
        (
            r#"{"name":"web","webhook_secrets":["whsec_hush"],"user_metadata_key":" "}"#,
            "user_metadata_key of",
        ),
        (
            r#"{"name":"web","webhook_secrets":["whsec_hush"],"refund_early_fraud_warnings":true}"#,
            "needs an API key",
        ),
        (
            r#"{"name":"web","webhook_secrets":["whsec_hush"]},{"name":"app","webhook_secrets":["whsec_hush"]}"#,
            "\"web\" and \"app\"",
        ),
    ] {
        let message = config(section).unwrap_err();
        assert!(message.contains(expected), "{section}: {message} does not say {expected}");
        assert!(!message.contains("hush"), "{section}: {message}");
    }
}

#[test]
fn sixteen_secrets_are_accepted_and_no_more() {
    let with = |count: usize| {
        let secrets = (0..count).map(|n| secret(&format!("whsec_{n}"))).collect();
        StripeVerifier::new(vec![StripeSection::new("web", secrets)])
    };
    assert!(with(16).is_ok());
    let error = with(17).unwrap_err();
    assert_eq!(error, StripeConfigError::TooManySecrets { name: "web".to_owned(), count: 17, limit: 16 });
    assert_eq!(StripeVerifier::new(vec![]).unwrap_err(), StripeConfigError::NoSections);
}

#[test]
fn one_secret_in_two_sections_needs_two_accounts() {
    let of = |name: &str, account: Option<&str>| StripeSection {
        account: account.map(str::to_owned),
        ..StripeSection::new(name, vec![secret("whsec_a")])
    };
    assert!(StripeVerifier::new(vec![of("a", None), of("b", Some("acct_1"))]).is_ok());
    let error = StripeVerifier::new(vec![of("a", Some("acct_1")), of("b", Some("acct_1"))]).unwrap_err();
    assert!(matches!(error, StripeConfigError::SharedSecret { .. }));
}

#[test]
fn a_secret_shows_in_no_debug_text_error_or_summary() {
    let text = br#"{"stripe":[{"name":"web","webhook_secrets":["whsec_hush"],"user_metadata_key":"u"}]}"#;
    let config = Config::from_json(text, "").unwrap();
    let verifier = StripeVerifier::new(config.stripe.clone()).unwrap();
    let stripe = Stripe { webhook_secret: "whsec_other".to_owned(), ..stripe() };
    let forged = verdict_of(&verifier, &stripe.send_body(b"{}", NOW), NOW).unwrap_err();
    let ours = Stripe { webhook_secret: "whsec_hush".to_owned(), ..stripe };
    let dead = verdict_of(&verifier, &ours.send_body(b"{}", NOW), NOW).unwrap_err();
    let good = verdict_of(&verifier, &ours.send_body(br#"{"id":"evt_1"}"#, NOW), NOW).unwrap();
    for shown in [
        format!("{config:?}"),
        format!("{verifier:?}"),
        format!("{:?}", config.sections()),
        format!("{forged:?} {forged}"),
        format!("{dead:?} {dead}"),
        format!("{good:?} {}", serde_json::to_string(&good).unwrap()),
        format!("{ours:?}"),
    ] {
        assert!(!shown.contains("hush"), "{shown}");
    }
}

#[test]
fn optional_settings_are_off_by_default_and_their_summary_explains_them() {
    use crate::stores::Section as _;

    let section = |members: &str| {
        let text = format!(r#"{{"stripe":[{{"name":"web","webhook_secrets":["whsec_a"]{members}}}]}}"#);
        Config::from_json(text.as_bytes(), "").unwrap().stripe.remove(0)
    };
    let plain = section("");
    assert_eq!((plain.client_reference_id, plain.refund_early_fraud_warnings), (false, false));
    assert_eq!(plain.warning_refunds(), None);
    let words = plain.summary().checks.join("; ");
    assert!(!words.contains("client_reference_id") && !words.contains("early fraud"), "{words}");

    let enabled =
        section(r#","client_reference_id":true,"refund_early_fraud_warnings":true,"api_key":"rk_live_1""#);
    let environment = crate::model::Environment::Production;
    assert_eq!(enabled.warning_refunds(), Some(("web".to_owned(), environment)));
    let words = enabled.summary().checks.join("; ");
    assert!(words.contains("client_reference_id") && words.contains("early fraud warning"), "{words}");
}
