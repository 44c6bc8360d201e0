//! What sweeps find, and that it counts once beside what was pushed.

use super::*;

fn row(order: &str, voided: i64) -> Value {
    json!({
        "kind": "androidpublisher#voidedPurchase", "purchaseToken": format!("token of {order}"), "orderId": order,
        "purchaseTimeMillis": "1789000000000", "voidedTimeMillis": voided.to_string(),
        "voidedSource": 0, "voidedReason": 1,
    })
}

#[test]
fn a_month_of_2500_rows_is_read_page_by_page_and_the_same_every_time() {
    let bench = Bench::new();
    for n in 0..2500_i64 {
        bench.void(
            NOW.plus(Span::from_millis(n - 1_000_000)),
            row(&format!("GPA.{n}"), 1_789_999_000_000 + n),
        );
    }
    let since = NOW.plus(Span::from_days(-5));
    let found = bench.sweep(since);
    let calls = bench.calls();
    assert_eq!(calls.len(), 3);
    assert!(
        calls[1].line.contains("&token=1000%2F") && !calls[1].line.contains("startTime"),
        "{}",
        calls[1].line
    );
    let ids: BTreeSet<_> = found.iter().map(|(signal, _)| signal.notification_id.clone()).collect();
    assert_eq!((found.len(), ids.len()), (2500, 2500));
    assert_eq!(found[2499].0.notification_id, "voided:GPA.2499:1789999002499:full");
    bench.google.pass(DAY);
    assert_eq!(bench.sweep(since), found);
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn a_row_becomes_what_google_wrote() {
    let bench = Bench::new();
    let mut chargeback = row("GPA.1", 1_789_999_000_000);
    (chargeback["voidedSource"], chargeback["voidedReason"]) = (json!("2"), json!("7"));
    let mut partial = row("GPA.2", 1_789_999_000_001);
    partial["voidedQuantity"] = json!(3);
    let nameless = json!({"voidedTimeMillis": "1789999000002", "voidedSource": 0});
    let strange = json!({"orderId": "GPA.3", "purchaseTimeMillis": {}, "voidedSource": "NOBODY", "voidedReason": null,
                         "voidedQuantity": "some"});
    let by_token = json!({"purchaseToken": "t", "voidedTimeMillis": 1_789_999_000_003_i64});
    for row in [&chargeback, &partial, &nameless, &strange, &by_token] {
        bench.void(NOW, row.clone());
    }
    let page = bench.api.page(PACKAGE, (NOW.plus(Span::from_days(-1)), NOW), None, NOW).unwrap();
    let [(problem, kept)] = page.unread.as_slice() else { panic!("{:?}", page.unread) };
    assert!(problem.contains("neither orderId nor purchaseToken"), "{problem}");
    assert_eq!(serde_json::from_slice::<Value>(kept).unwrap(), nameless);
    let found = page.found;
    let raw: Vec<Value> = found.iter().map(|(_, row)| serde_json::from_slice(row).unwrap()).collect();
    assert_eq!(raw, [chargeback, partial, strange, by_token]);

    let (signal, _) = &found[0];
    assert_eq!(
        (signal.name.as_str(), signal.at, signal.place.app.as_str()),
        ("voidedPurchase", at(1_789_999_000_000), PACKAGE)
    );
    let (key, row) = fact(signal);
    assert_eq!(key, &CaseKey::Order("GPA.1".to_owned()));
    assert_eq!((row.trust, row.at), (Trust::Confirmed, at(1_789_999_000_000)));
    assert_eq!(row.about.purchase_token.as_deref(), Some("token of GPA.1"));
    assert_eq!(row.about.purchased_at, Some(at(1_789_000_000_000)));
    let case = CaseState::fold(std::slice::from_ref(row), None).unwrap();
    assert_eq!(
        (case.state, case.reason, case.initiator),
        (StoreState::Refunded, Some(Reason::Chargeback), Some(Initiator::Store))
    );

    let case = CaseState::fold(std::slice::from_ref(fact(&found[1].0).1), None).unwrap();
    assert_eq!(
        (case.state, case.quantity, case.reason),
        (StoreState::PartlyRefunded, Some(3), Some(Reason::Remorse))
    );
    assert_eq!(found[1].0.notification_id, "voided:GPA.2:1789999000001:3");
    // What is strange about a row costs no refund: of a part, without a reason, from when it was first seen.
    let (signal, row) = (&found[2].0, fact(&found[2].0).1);
    assert_eq!((signal.notification_id.as_str(), row.at), ("voided:GPA.3:untimed:\"some\"", NOW));
    let case = CaseState::fold(std::slice::from_ref(row), None).unwrap();
    assert_eq!((case.state, case.quantity, case.reason), (StoreState::PartlyRefunded, None, None));
    assert_eq!(fact(&found[3].0).0, &CaseKey::Token { token: "t".to_owned(), same_within_millis: None });
}

#[test]
fn no_period_is_requested_that_google_would_refuse() {
    let bench = Bench::new();
    bench.void(NOW.plus(Span::from_days(-29)), row("GPA.1", 1));
    // Older than the window, nearly as old, and an end that is not past.
    for since in [0, NOW.plus(Span::from_days(-30)).millis() + 60_000] {
        let page = bench.api.page(PACKAGE, (at(since), NOW.plus(DAY)), None, NOW).unwrap();
        assert_eq!((page.found.len(), page.next), (1, None));
        let line = bench.calls().last().unwrap().line.clone();
        assert!(!line.contains("startTime") && !line.contains("endTime"), "{line}");
    }
    bench.google.state.lock().unwrap().voided.clear();
    assert_eq!(bench.sweep(at(0)), [], "an empty list has no member voidedPurchases");
}

#[test]
fn a_page_that_cannot_be_right_is_an_error() {
    let bench = Bench::new();
    let page = |body: &str, token: Option<&str>| {
        bench.google.fault("voidedpurchases", answer(200, body));
        bench.api.page(PACKAGE, (at(0), NOW), token, NOW)
    };
    let endless = r#"{"tokenPagination":{"nextPageToken":"a"}}"#;
    assert_eq!(page(endless, None).unwrap().next.as_deref(), Some("a"));
    assert_eq!(page(r#"{"tokenPagination":{"nextPageToken":""}}"#, None).unwrap().next, None);
    for (body, token) in [
        (endless, Some("a")),
        ("", None),
        ("[]", None),
        (r#"{"voidedPurchases":{}}"#, None),
        (r#"{"voidedPurchases":[{"#, None),
    ] {
        let error = page(body, token).unwrap_err();
        assert!(matches!(error, ApiError::Unreadable { .. }) && !error.is_retryable(), "{body}: {error}");
    }
    // What is wrong with one row is that row's alone.
    let odd =
        r#"{"voidedPurchases":[{"orderId":"A","orderId":"B"},{"orderId":"C","new":"\ud800","n":1e999}]}"#;
    let page = page(odd, None).unwrap();
    assert_eq!((page.found.len(), page.unread.len()), (1, 1));
    assert!(page.unread[0].0.contains("orderId"), "{}", page.unread[0].0);
}

// ---- one refund, pushed and swept ----

/// The content of a push, through the verifier.
fn pushed(order: &str, refund_type: RefundType, at: Timestamp) -> Fact {
    let google = GooglePlay::new().unwrap();
    let keys = Arc::new(CachedKeys::fixed(Jwks::parse(google.jwks().as_bytes()).unwrap()));
    let push = PushAuthentication {
        audience: google.audience.clone(),
        service_account_email: google.service_account_email.clone(),
        subscription: None,
        keys,
    };
    let app = GooglePlayApp {
        package_name: google.package_name.clone(),
        push,
        skew: GooglePlayApp::DEFAULT_SKEW,
        license_keys: Vec::new(),
    };
    let verifier = GooglePlayVerifier::new(vec![app]).unwrap();
    let token = format!("token of {order}");
    let message = google.voided_purchase(order, &token, VoidedProductType::OneTime, refund_type, at);
    let request = google.push(&message, "m", at).unwrap();
    let signal = request.send(|request| verifier.verify_notification(request, at)).unwrap().signal().unwrap();
    let (key, fact) = fact(&signal);
    assert_eq!(key, &CaseKey::Order(order.to_owned()));
    fact.clone()
}

#[test]
fn a_refund_reported_by_push_and_by_sweep_counts_once() {
    let bench = Bench::new();
    let moment = |minutes: i64| NOW.plus(Span::from_millis(minutes * 60_000 - 86_400_000));
    // Ten bought; two, three and the rest go back. Google's times of push and void differ.
    let mut rows = [
        row("GPA.1", moment(0).millis()),
        row("GPA.1", moment(60).millis()),
        row("GPA.1", moment(120).millis()),
    ];
    (rows[0]["voidedQuantity"], rows[1]["voidedQuantity"]) = (json!(2), json!("3"));
    for row in rows {
        bench.void(moment(200), row);
    }
    let swept: Vec<Fact> = bench.sweep(moment(0)).iter().map(|(signal, _)| fact(signal).1.clone()).collect();
    let partial = |minutes| pushed("GPA.1", RefundType::QuantityBasedPartial, moment(minutes));
    let reported = [partial(1), partial(63), pushed("GPA.1", RefundType::Full, moment(121))];
    let fold = |facts: &[&Fact]| {
        let facts: Vec<Fact> = facts.iter().copied().cloned().collect();
        CaseState::fold(&facts, None).unwrap()
    };
    let both = fold(&[&reported[0], &reported[1], &swept[0], &swept[1]]);
    assert_eq!(
        (both.state, both.quantity, both.reported_total.parts),
        (StoreState::PartlyRefunded, Some(5), 0)
    );
    assert_eq!((both.trust, both.reason), (Trust::Confirmed, Some(Reason::Remorse)));
    assert_eq!(both.reported_total, fold(&[&swept[0], &swept[1]]).reported_total);
    let waiting = fold(&[&reported[0], &reported[1], &swept[0]]);
    assert_eq!((waiting.reported_total.parts, waiting.reported_total.quantity), (1, Some(2)));
    let whole = fold(&[&reported[0], &reported[1], &reported[2], &swept[0], &swept[1], &swept[2]]);
    assert_eq!(
        (whole.state, whole.reported_total),
        (StoreState::Refunded, fold(&[&reported[2]]).reported_total)
    );
    // Nothing that becomes known by the sweep looks like money that came back.
    let steps = [fold(&[&reported[0]]), fold(&[&reported[0], &swept[0]]), both, whole];
    for pair in steps.windows(2) {
        assert!(!pair[1].reported_total.is_less_than(&pair[0].reported_total), "{pair:?}");
    }
}
