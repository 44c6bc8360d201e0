//! What is signed, by which key, and every way to damage it.

use super::*;

const FORGED: (&str, u16) = ("bad_signature", 401);

#[test]
fn the_signature_may_be_anywhere_and_the_message_may_be_spaced() {
    let store = store();
    for place in [0, 1, 8, usize::MAX] {
        let request = canceled(&store).request_with_signature_at(place).unwrap();
        let notification = verdict(&request.body).unwrap();
        assert_eq!(notification.client_id(), "com.example.game");
        let spaced = text(&request).replace("\",\"", "\" ,\r\n\t\"").replace("\":", "\" : ");
        let spaced = format!("\n{spaced} \n");
        assert_eq!(verdict(spaced.as_bytes()).unwrap(), notification, "{spaced}");
    }
}

#[test]
fn every_byte_that_is_signed_counts() {
    let request = canceled(&store()).request().unwrap();
    for (part, by) in [
        ("\"P1\"", "\"P2\""),
        ("token-of-P1", "token-of-P3"),
        ("CANCELED", "COMPLETED"),
        ("\"4900\"", "\"4901\""),
        ("\"4900\"", "4900"),
        ("\"amount\":4900", "\"amount\":4900.0"),
        ("보석", "보선"),
        ("gems_100", "gems_10"),
        ("gems_100", "gems_100 "),
        ("KRW", "USD"),
        ("false", "true"),
        ("null", "\"\""),
        ("COMMERCIAL", "SANDBOX"),
        ("\"3.1.0\"", "\"3.1.0D\""),
        ("\"marketCode\":\"MKT_ONE\",", ""),
        ("\"signature\"", "\"more\":1,\"signature\""),
        ("\"signature\"", "\"Signature\":\"\",\"signature\""),
    ] {
        assert_eq!(refusal(verdict(&altered(&request, part, by))), FORGED, "{part} by {by}");
    }
}

#[test]
fn the_order_of_members_counts() {
    let store = store();
    let request = canceled(&store).request().unwrap();
    let sorted = serde_json::from_slice::<Value>(&request.body).unwrap();
    let names: Vec<_> = sorted.as_object().unwrap().keys().collect();
    assert!(names.is_sorted());
    assert_eq!(refusal(verdict(sorted.to_string().as_bytes())), FORGED);
    let swapped = altered(
        &request,
        "\"environment\":\"COMMERCIAL\",\"marketCode\":\"MKT_ONE\"",
        "\"marketCode\":\"MKT_ONE\",\"environment\":\"COMMERCIAL\"",
    );
    assert_eq!(refusal(verdict(&swapped)), FORGED);
}

#[test]
fn a_damaged_or_missing_signature_is_refused() {
    let store = store();
    let payment = canceled(&store);
    let (request, signature) = (payment.request().unwrap(), payment.signature().unwrap());
    let flipped = format!("{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
    let of_another = store.payment("P2", PurchaseState::Canceled, PAID).signature().unwrap();
    let with = |by: &str| refusal(verdict(&altered(&request, &format!("\"{signature}\""), by)));
    assert_eq!(with(&format!("\"{flipped}\"")), FORGED);
    assert_eq!(with(&format!("\"{of_another}\"")), FORGED);
    assert_eq!(with("\"AAAA\""), FORGED);
    assert_eq!(with(&format!("\"{}\"", &signature[4..])), FORGED);
    assert_eq!(
        with(&format!("\"{}\"", signature.replacen(&signature[..1], "!", 1))),
        ("signature_encoding", 401)
    );
    assert_eq!(with("null"), ("missing_signature", 401));
    assert_eq!(with("\"\""), ("missing_signature", 401));
    assert_eq!(with("[1]"), ("wrong_shape", 400));
    assert_eq!(with(&format!("\"{}\"", "A".repeat(2048))), FORGED);
    assert_eq!(with(&format!("\"{}\"", "A".repeat(2049))), ("too_large", 413));
    assert_eq!(refusal(verdict(payment.text().as_bytes())), ("missing_signature", 401));
}

#[test]
fn only_the_apps_own_key_counts() {
    let forged = canceled(&OneStore::impostor().unwrap()).request().unwrap();
    assert_eq!(refusal(verdict(&forged.body)), FORGED);

    let mut other = OneStore::impostor().unwrap();
    "com.example.other".clone_into(&mut other.client_id);
    let verifier = OneStoreVerifier::new(vec![app(&store()), app(&other)]).unwrap();
    let verdict = |body: &[u8]| verifier.verify_notification(&Request::of_body(body), NOW);
    assert_eq!(refusal(verdict(&forged.body)), FORGED);
    let genuine = canceled(&other).request().unwrap();
    assert_eq!(verdict(&genuine.body).unwrap().client_id(), "com.example.other");
}

#[test]
fn while_a_key_is_replaced_either_counts() {
    let (old, new) = (store(), OneStore::with_longer_key().unwrap());
    let verifier = OneStoreVerifier::new(vec![app(&old), app(&new)]).unwrap();
    for store in [&old, &new] {
        let request = canceled(store).request().unwrap();
        assert!(verifier.verify_notification(&Request::of_body(&request.body), NOW).is_ok());
    }
}

#[test]
fn keys_of_1024_and_of_2048_bits_verify() {
    for (store, bits) in [(store(), 1024), (OneStore::with_longer_key().unwrap(), 2048)] {
        let app = app(&store);
        assert_eq!(app.license_key.bits(), bits);
        assert!(verdict_of(app, &canceled(&store).request().unwrap().body).is_ok());
    }
}

/// Escaped on its way: PHP writes `\/` and `\uXXXX`, Gson `\u003d`.
#[test]
fn a_message_that_was_escaped_on_its_way_verifies() {
    let store = store();
    let request = canceled(&store).with("purchaseToken", &json!("a/b=c\"\\\n😀")).request().unwrap();
    assert!(verdict(&request.body).is_ok());
    let escaped: String = text(&request)
        .replace('/', "\\/")
        .replace("a\\/b=c", "a\\/b\\u003dc")
        .chars()
        .map(|letter| if letter.is_ascii() { letter.to_string() } else { utf16_escapes(letter) })
        .collect();
    assert!(escaped.contains("\\ud83d") && escaped.contains("\\ubcf4") && escaped.is_ascii());
    let signal = verdict(escaped.as_bytes()).unwrap().signal().unwrap();
    assert_eq!(signal, verdict(&request.body).unwrap().signal().unwrap());
    assert_eq!(refusal(verdict(escaped.replace("\\ud83d", "\\ud83c").as_bytes())), FORGED);
}

/// The signed text may itself contain escapes.
#[test]
fn a_message_that_was_signed_with_its_escapes_verifies_as_it_arrived() {
    let escaped = signed_with(|payment| payment.with_raw("productName", r#""50\/50 \ud55c\u003d""#)).unwrap();
    let Content::Payment(payment) = escaped.content() else { panic!("no payment") };
    assert_eq!(payment.members()["productName"], "50/50 한=");
    let store = store();
    let escaped = canceled(&store).with_raw("productName", r#""50\/50""#).request().unwrap();
    assert_eq!(refusal(verdict(&altered(&escaped, r"\/", "/"))), FORGED);
}

fn utf16_escapes(letter: char) -> String {
    letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}

#[test]
fn what_is_no_message_is_refused_before_any_signature() {
    let request = canceled(&store()).request().unwrap();
    let repeated = altered(&request, "\"marketCode\"", "\"purchaseState\":\"COMPLETED\",\"marketCode\"");
    assert_eq!(refusal(verdict(&repeated)), ("duplicate_key", 400));
    let repeated = altered(&request, "\"marketCode\"", "\"signatur\\u0065\":\"AAAA\",\"marketCode\"");
    assert_eq!(refusal(verdict(&repeated)), ("duplicate_key", 400));
    let cut = &request.body[..request.body.len() - 1];
    assert_eq!(refusal(verdict(cut)), ("truncated", 400));
    assert_eq!(refusal(verdict(b"")), ("truncated", 400));
    assert_eq!(refusal(verdict(b"hello")), ("not_json", 400));
    assert_eq!(refusal(verdict(b"[]")), ("wrong_shape", 400));
    assert_eq!(refusal(verdict(b"{}")), ("wrong_shape", 400));
    assert_eq!(refusal(verdict(b"\xff")), ("not_utf8", 400));
    let deep = format!("{{\"clientId\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    assert_eq!(refusal(verdict(deep.as_bytes())), ("too_deep", 400));
}

#[test]
fn bodies_have_a_limit() {
    let store = store();
    let of_size = |size: usize| {
        let plain = canceled(&store).with("more", &json!("")).request().unwrap().body.len();
        canceled(&store).with("more", &json!("x".repeat(size - plain))).request().unwrap().body
    };
    assert_eq!(of_size(64 * 1024).len(), 64 * 1024);
    assert!(verdict(&of_size(64 * 1024)).is_ok());
    assert_eq!(refusal(verdict(&of_size(64 * 1024 + 1))), ("too_large", 413));
}

#[test]
fn a_message_of_another_app_is_refused_whoever_signed_it() {
    let mut stranger = store();
    "com.example.stranger".clone_into(&mut stranger.client_id);
    let request = canceled(&stranger).request().unwrap();
    assert_eq!(refusal(verdict(&request.body)), ("unknown_app", 403));
    assert_eq!(refusal(signed_with(|payment| payment.without("clientId"))), ("wrong_shape", 400));
}
