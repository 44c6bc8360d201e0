//! The token's checks, in their order.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::stores::google_play::push_token::PushToken;
use crate::stores::google_play::push_token::{KnownToken, digest_of};
use crate::verify::{FetchedKeys, Freshness, JwsError, KeyFetchError, KeySource};

fn token() -> String {
    let google = google();
    google.token(&google.claims(NOW)).unwrap()
}

fn with_authorization(value: &str) -> StoreRequest {
    let mut request = push(&google());
    request.headers[0].1 = value.to_owned();
    request
}

fn with_header(header: &Value) -> StoreRequest {
    let google = google();
    push_with_token(&google.sign(header, google.claims(NOW).to_string().as_bytes()).unwrap())
}

fn later(seconds: i64) -> Timestamp {
    NOW.plus(Span::from_millis(seconds * 1000))
}

#[test]
fn exactly_one_bearer_field() {
    assert!(verdict(&push(&google())).is_ok());
    for scheme in ["bearer", "BEARER"] {
        assert!(verdict(&with_authorization(&format!("{scheme} {}", token()))).is_ok(), "{scheme}");
    }
    for value in ["", "Bearer", "Basic dTpw", &token(), &format!("BearerX {}", token())] {
        assert_eq!(refusal(verdict(&with_authorization(value))), ("not_bearer", 401), "{value}");
    }
    let mut none = push(&google());
    none.headers.clear();
    assert_eq!(refusal(verdict(&none)), ("no_authorization", 401));
    let mut two = push(&google());
    two.headers.push(("AUTHORIZATION".to_owned(), two.headers[0].1.clone()));
    assert_eq!(refusal(verdict(&two)), ("several_authorizations", 401));
}

#[test]
fn the_header_is_bounded() {
    let filled = |size: usize| with_authorization(&format!("Bearer {}", "a".repeat(size - "Bearer ".len())));
    assert_eq!(refusal(verdict(&filled(8 * 1024))), ("jws_segments", 400));
    assert_eq!(refusal(verdict(&filled(8 * 1024 + 1))), ("too_large", 413));
}

#[test]
fn three_strict_segments() {
    let good = token();
    let (signing_input, signature) = good.rsplit_once('.').unwrap();
    assert_eq!(refusal(verdict(&push_with_token(signing_input))), ("jws_segments", 400));
    assert_eq!(refusal(verdict(&push_with_token(&format!("{good}.AAAA")))), ("jws_segments", 400));
    assert_eq!(refusal(verdict(&push_with_token(&format!("{good}==")))), ("jws_base64", 400));
    assert_eq!(
        refusal(verdict(&push_with_token(&format!("{signing_input}.+{signature}")))),
        ("jws_base64", 400)
    );
}

#[test]
fn the_algorithm_is_not_negotiated() {
    for alg in ["none", "HS256", "PS256", "RS384", "ES256", "rs256"] {
        let forged = with_header(&json!({"alg": alg, "kid": "throw-away", "typ": "JWT"}));
        assert_eq!(refusal(verdict(&forged)), ("wrong_algorithm", 401), "{alg}");
    }
    let critical = with_header(&json!({"alg": "RS256", "kid": "throw-away", "crit": ["exp"]}));
    assert_eq!(refusal(verdict(&critical)), ("critical_extension", 401));
}

#[test]
fn the_key_is_named_and_known() {
    assert_eq!(refusal(verdict(&with_header(&json!({"alg": "RS256"})))), ("no_key_id", 401));
    let unknown = with_header(&json!({"alg": "RS256", "kid": "another"}));
    assert_eq!(refusal(verdict(&unknown)), ("unknown_key", 401));
}

#[test]
fn the_signature_is_over_these_bytes_by_this_key() {
    let forged = push(&GooglePlay::impostor().unwrap());
    assert_eq!(refusal(verdict(&forged)), ("bad_signature", 401));

    let google = google();
    let good = token();
    let (_, signature) = good.rsplit_once('.').unwrap();
    let header = good.split('.').next().unwrap();
    let mut claims = google.claims(NOW);
    claims["exp"] = json!(NOW.secs() + 3601);
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let tampered = push_with_token(&format!("{header}.{payload}.{signature}"));
    assert_eq!(refusal(verdict(&tampered)), ("bad_signature", 401));
    let unsigned = push_with_token(&format!("{header}.{payload}."));
    assert_eq!(refusal(verdict(&unsigned)), ("bad_signature", 401));
}

#[test]
fn a_forgery_is_reported_before_its_claims_are() {
    let mut forger = GooglePlay::impostor().unwrap();
    forger.audience = "https://elsewhere.example".to_owned();
    assert_eq!(refusal(verdict(&push(&forger))), ("bad_signature", 401));
    let impostor = GooglePlay::impostor().unwrap();
    let header = json!({"alg": "RS256", "kid": impostor.key_id});
    let unreadable = push_with_token(&impostor.sign(&header, b"no JSON").unwrap());
    assert_eq!(refusal(verdict(&unreadable)), ("bad_signature", 401));
}

#[test]
fn a_signed_payload_must_be_an_object_without_repeated_keys() {
    let google = google();
    let header = json!({"alg": "RS256", "kid": google.key_id});
    for (payload, code) in [
        (&b"no JSON"[..], "not_json"),
        (b"", "truncated"),
        (b"[]", "wrong_shape"),
        (b"{\"iss\":1,\"iss\":1}", "duplicate_key"),
        (b"\xff", "not_utf8"),
    ] {
        let request = push_with_token(&google.sign(&header, payload).unwrap());
        assert_eq!(refusal(verdict(&request)), (code, 400));
    }
}

#[test]
fn the_issuer_is_google_accounts() {
    assert!(verdict(&push_claiming(|claims| claims["iss"] = json!("accounts.google.com"))).is_ok());
    for issuer in ["https://accounts.google.com/", "http://accounts.google.com", "https://example.com", ""] {
        let request = push_claiming(|claims| claims["iss"] = json!(issuer));
        assert_eq!(refusal(verdict(&request)), ("wrong_issuer", 401), "{issuer}");
    }
}

#[test]
fn the_audience_is_one_string_and_ours() {
    let wrong = push_claiming(|claims| claims["aud"] = json!("https://game.example/google-play/"));
    assert_eq!(refusal(verdict(&wrong)), ("wrong_audience", 403));
    let array = push_claiming(|claims| claims["aud"] = json!([claims["aud"]]));
    let rejection = verdict(&array).unwrap_err();
    let facts = PushTokenError::Claim { claim: "aud", found: "an array", expected: "a string" };
    assert_eq!(rejection, facts.into());
    assert_eq!((rejection.code(), rejection.http_status()), ("wrong_claim", 401));
}

#[test]
fn the_email_is_the_configured_service_account_verified() {
    let stranger = push_claiming(|claims| claims["email"] = json!("evil@attacker.iam.gserviceaccount.com"));
    assert_eq!(refusal(verdict(&stranger)), ("wrong_email", 403));
    let cased = push_claiming(|claims| claims["email"] = json!("Push@game.example"));
    assert_eq!(refusal(verdict(&cased)), ("wrong_email", 403));
    let unverified = push_claiming(|claims| claims["email_verified"] = json!(false));
    assert_eq!(refusal(verdict(&unverified)), ("email_not_verified", 401));
    for value in [json!("true"), json!(1), json!(null)] {
        let request = push_claiming(|claims| claims["email_verified"] = value.clone());
        assert_eq!(refusal(verdict(&request)), ("wrong_claim", 401), "{value}");
    }
}

#[test]
fn no_claim_may_be_absent() {
    for claim in ["iss", "aud", "email", "email_verified", "iat", "exp"] {
        let request = push_claiming(|claims| {
            claims.as_object_mut().unwrap().remove(claim);
        });
        assert_eq!(refusal(verdict(&request)), ("wrong_claim", 401), "{claim}");
    }
}

#[test]
fn times_are_whole_numbers() {
    for claim in ["iat", "exp"] {
        let number = google().claims(NOW)[claim].as_i64().unwrap();
        for value in [json!(number.to_string()), json!(1.8e9), json!(null)] {
            let request = push_claiming(|claims| claims[claim] = value.clone());
            assert_eq!(refusal(verdict(&request)), ("wrong_claim", 401), "{claim} {value}");
        }
    }
}

#[test]
fn a_token_is_good_from_its_issue_to_its_expiry_give_or_take_the_skew() {
    let google = google();
    for (skew, first, last) in [(60, -60, 3660), (0, 0, 3600), (300, -300, 3900)] {
        let mut app = app(&google);
        app.skew = Span::from_millis(skew * 1000);
        let verifier = GooglePlayVerifier::new(vec![app]).unwrap();
        let request = push(&google);
        for seconds in [first, 0, 1800, last] {
            assert!(verdict_of(&verifier, &request, later(seconds)).is_ok(), "{skew} s, at {seconds} s");
        }
        let early = verdict_of(&verifier, &request, later(first - 1));
        assert_eq!(refusal(early), ("issued_in_the_future", 401));
        let late = verdict_of(&verifier, &request, later(last + 1));
        assert_eq!(refusal(late), ("token_expired", 401));
    }
}

#[test]
fn a_token_ends_after_it_begins_and_within_a_day() {
    for (life, code) in
        [(0, "expires_before_issue"), (-1, "expires_before_issue"), (86_401, "expires_too_late")]
    {
        let request = push_claiming(|claims| claims["exp"] = json!(NOW.secs() + life));
        assert_eq!(refusal(verdict(&request)), (code, 401), "{life}");
    }
    assert!(verdict(&push_claiming(|claims| claims["exp"] = json!(NOW.secs() + 86_400))).is_ok());
    assert!(verdict(&push_claiming(|claims| claims["exp"] = json!(NOW.secs() + 1))).is_ok());
    let endless = push_claiming(|claims| claims["exp"] = json!(i64::MAX));
    assert_eq!(refusal(verdict(&endless)), ("expires_too_late", 401));
}

#[test]
fn an_accepted_token_is_known_and_its_claims_are_checked_again_all_the_same() {
    let google = google();
    let verifier = verifier(&google);
    let request = push(&google);
    assert!(verdict_of(&verifier, &request, NOW).is_ok());
    assert_eq!(verifier.known_tokens.len(), 1);
    let another_message = google.push(&google.test(NOW), "m-2", NOW).unwrap();
    assert!(verdict_of(&verifier, &another_message, later(10)).is_ok());
    assert_eq!(verifier.known_tokens.len(), 1, "one token, many messages");
    assert_eq!(refusal(verdict_of(&verifier, &request, later(3661))), ("token_expired", 401));
}

#[test]
fn the_signature_of_a_known_token_is_not_verified_again() {
    let google = google();
    let verifier = verifier(&google);
    let forged = push_with_token(&GooglePlay::impostor().unwrap().token(&google.claims(NOW)).unwrap());
    assert_eq!(refusal(verdict_of(&verifier, &forged, NOW)), ("bad_signature", 401));
    // The forged token passes only because it is in the set of known tokens: this shows that the RSA work is skipped.
    let text = forged.headers[0].1.trim_start_matches("Bearer ");
    let token = Arc::new(PushToken::parse(text).unwrap());
    let signed_by = app(&google).push.keys.key("throw-away", NOW).unwrap();
    verifier.known_tokens.remember(digest_of(text), KnownToken { token, signed_by, expires: later(3600) });
    assert!(verdict_of(&verifier, &forged, NOW).is_ok());
}

#[test]
fn a_refused_token_does_not_become_known() {
    let verifier = verifier(&google());
    for request in [
        push(&GooglePlay::impostor().unwrap()),
        push_claiming(|claims| claims["email"] = json!("evil@attacker.example")),
        push_claiming(|claims| claims["exp"] = json!(NOW.secs() - 1)),
    ] {
        assert!(verdict_of(&verifier, &request, NOW).is_err());
    }
    assert_eq!(verifier.known_tokens.len(), 0);
}

#[test]
fn known_tokens_are_bounded() {
    let google = google();
    let verifier = verifier(&google);
    for seconds in 0..80 {
        let request = google.push(&google.test(NOW), "m-1", later(seconds)).unwrap();
        assert!(verdict_of(&verifier, &request, later(seconds)).is_ok());
    }
    assert_eq!(verifier.known_tokens.len(), 64);
}

/// Google's present keys.
struct Published(Mutex<Result<String, KeyFetchError>>);

impl KeySource for Published {
    fn fetch(&self) -> Result<FetchedKeys, KeyFetchError> {
        let jwks = self.0.lock().unwrap().clone()?.into_bytes();
        Ok(FetchedKeys { jwks, freshness: Freshness { max_age: Some(600), age: 0 } })
    }
}

fn fetching(
    google: &GooglePlay,
    jwks: Result<String, KeyFetchError>,
) -> (Arc<Published>, GooglePlayVerifier) {
    let published = Arc::new(Published(Mutex::new(jwks)));
    let mut app = app(google);
    app.push.keys = Arc::new(CachedKeys::fetched_from(published.clone()));
    (published, GooglePlayVerifier::new(vec![app]).unwrap())
}

#[test]
fn without_keys_the_answer_has_google_send_again() {
    let google = google();
    let down = KeyFetchError { problem: "no route".to_owned() };
    let (published, verifier) = fetching(&google, Err(down));
    let rejection = verdict_of(&verifier, &push(&google), NOW).unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("keys_unavailable", 503));
    assert!(!rejection.is_authentic());
    *published.0.lock().unwrap() = Ok(google.jwks());
    assert!(verdict_of(&verifier, &push(&google), later(60)).is_ok());
}

#[test]
fn a_token_of_a_withdrawn_key_is_refused_though_known() {
    let google = google();
    let (published, verifier) = fetching(&google, Ok(google.jwks()));
    let request = push(&google);
    assert!(verdict_of(&verifier, &request, NOW).is_ok());
    let mut rotated = GooglePlay::impostor().unwrap();
    rotated.key_id = "next".to_owned();
    *published.0.lock().unwrap() = Ok(rotated.jwks());
    assert!(verdict_of(&verifier, &request, later(599)).is_ok());
    assert_eq!(refusal(verdict_of(&verifier, &request, later(600))), ("unknown_key", 401));
    assert!(verdict_of(&verifier, &push(&rotated), later(601)).is_ok());
}

#[test]
fn a_key_replaced_under_its_id_does_not_vouch_for_a_known_token() {
    let google = google();
    let (published, verifier) = fetching(&google, Ok(google.jwks()));
    let request = push(&google);
    assert!(verdict_of(&verifier, &request, NOW).is_ok());
    *published.0.lock().unwrap() = Ok(GooglePlay::impostor().unwrap().jwks());
    let refused = verdict_of(&verifier, &request, later(600)).unwrap_err();
    assert_eq!(refused, JwsError::Signature.into());
}

/// Each refusal names what was found, what was expected and what to do, in plain words.
#[test]
fn a_token_of_another_sender_is_named_with_what_was_expected() {
    let google = google();
    let words = |request: &StoreRequest| verdict(request).unwrap_err().to_string();
    let slash = format!("{}/", google.audience);
    let message = words(&push_claiming(|claims| claims["aud"] = json!(slash)));
    assert!(
        message.contains(&slash)
            && message.contains(&google.audience)
            && message.contains("slash at the end"),
        "{message}"
    );
    let message = words(&push_claiming(|claims| claims["aud"] = json!("https://gateway.example")));
    assert!(message.contains("https://gateway.example") && message.contains("gateway in front"), "{message}");
    let message = words(&push_claiming(|claims| claims["email"] = json!("gateway@example.com")));
    assert!(
        message.contains("gateway@example.com") && message.contains(&google.service_account_email),
        "{message}"
    );
    assert!(message.contains("gateway in front"), "{message}");
    let message = words(&push_claiming(|claims| claims["iss"] = json!("https://gateway.example")));
    assert!(
        message.contains("https://gateway.example") && message.contains("https://accounts.google.com"),
        "{message}"
    );
}

#[test]
fn a_signature_that_google_removed_is_named() {
    let token = google().token(&google().claims(NOW)).unwrap();
    let (signed, _) = token.rsplit_once('.').unwrap();
    let rejection = verdict(&push_with_token(&format!("{signed}.SIGNATURE_REMOVED_BY_GOOGLE"))).unwrap_err();
    assert_eq!((rejection.code(), rejection.http_status()), ("signature_removed", 401));
    let message = rejection.to_string();
    assert!(message.contains("SIGNATURE_REMOVED_BY_GOOGLE") && message.contains("Cloud Run"), "{message}");
}
