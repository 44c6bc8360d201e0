//! One verifier for several accounts and endpoints.

use super::*;

fn named(name: &str, secret_text: &str, account: Option<&str>) -> StripeSection {
    StripeSection {
        account: account.map(str::to_owned),
        ..StripeSection::new(name, vec![secret(secret_text)])
    }
}

fn reported_by(
    verifier: &StripeVerifier,
    secret_text: &str,
    account: Option<&str>,
) -> Result<String, Rejection> {
    let stripe =
        Stripe { webhook_secret: secret_text.to_owned(), account: account.map(str::to_owned), ..stripe() };
    let event = stripe.event("evt_1", "customer.created", json!({}), NOW);
    let signal = verdict_of(verifier, &stripe.send(&event, NOW), NOW)?.signal()?;
    Ok(signal.place.app)
}

#[test]
fn an_event_is_of_the_section_with_the_secret_that_verifies_it() {
    let sections = vec![named("web", "whsec_web", None), named("phone", "whsec_phone", None)];
    let verifier = StripeVerifier::new(sections).unwrap();
    assert_eq!(reported_by(&verifier, "whsec_web", None).unwrap(), "web");
    assert_eq!(reported_by(&verifier, "whsec_phone", None).unwrap(), "phone");
    assert_eq!(refusal(reported_by(&verifier, "whsec_tablet", None)), ("bad_signature", 401));
}

#[test]
fn connected_accounts_behind_one_secret_are_distinguished() {
    let of = |name, account| named(name, "whsec_platform", account);
    let platform = vec![of("own", None), of("one", Some("acct_1")), of("two", Some("acct_2"))];
    let verifier = StripeVerifier::new(platform).unwrap();
    for (account, name) in [(None, "own"), (Some("acct_1"), "one"), (Some("acct_2"), "two")] {
        assert_eq!(reported_by(&verifier, "whsec_platform", account).unwrap(), name, "{account:?}");
    }
}

#[test]
fn an_event_of_an_account_that_no_section_names_is_refused_and_not_kept() {
    let of = |account| named("one", "whsec_platform", account);
    for (section, account, named) in [
        (None, Some("acct_2"), "acct_2"),
        (Some("acct_1"), Some("acct_2"), "acct_2"),
        (Some("acct_1"), None, "the account that the endpoint belongs to"),
    ] {
        let verifier = StripeVerifier::new(vec![of(section)]).unwrap();
        let rejection = reported_by(&verifier, "whsec_platform", account).unwrap_err();
        assert_eq!((rejection.code(), rejection.http_status()), ("unknown_account", 403));
        assert!(!rejection.is_authentic());
        let message = rejection.to_string();
        assert!(message.contains(named) && message.contains("add a section"), "{message}");
    }
}

#[test]
fn each_section_has_its_own_tolerance() {
    let patient = StripeSection { tolerance_seconds: 0, ..named("patient", "whsec_patient", None) };
    let verifier = StripeVerifier::new(vec![named("strict", "whsec_strict", None), patient]).unwrap();
    let late = |secret_text: &str| {
        let stripe = Stripe { webhook_secret: secret_text.to_owned(), ..stripe() };
        verdict_of(&verifier, &stripe.send_body(br#"{"id":"evt_1"}"#, ago(301)), NOW)
    };
    assert!(late("whsec_patient").is_ok());
    assert_eq!(refusal(late("whsec_strict")), ("signature_too_old", 401));
}
