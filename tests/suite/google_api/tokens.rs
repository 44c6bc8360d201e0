//! Access tokens: kept, replaced, and what their endpoint can answer.

use super::*;

#[test]
fn a_token_is_kept_until_five_minutes_before_its_end() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    let ask = || bench.api.order(PACKAGE, "GPA.1", bench.now()).unwrap();
    ask();
    bench.google.pass(Span::from_millis(55 * 60_000 - 1));
    ask();
    assert_eq!(bench.assertions(), 1);
    bench.google.pass(Span::from_millis(1));
    ask();
    assert_eq!(bench.assertions(), 2);
    assert_eq!(bench.google.complaints(), [""; 0]);
}

#[test]
fn a_token_may_be_as_long_as_google_documents() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.google.state.lock().unwrap().token_size = 2048;
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    let sent = bench.calls()[0].header("Authorization").unwrap().to_owned();
    assert_eq!(sent.len(), "Bearer ".len() + 2048);
}

#[test]
fn a_token_withdrawn_before_its_time_is_replaced_once() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    bench.google.withdraw_tokens();
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!((bench.assertions(), bench.calls().len()), (2, 3));

    for _ in 0..2 {
        bench.google.fault(
            "/orders/",
            error(401, "permissionDenied", "The current user has insufficient permissions."),
        );
    }
    let refused = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    assert!(
        matches!(&refused, ApiError::Credentials { problem } if problem.contains("permissionDenied")),
        "{refused}"
    );
    assert!(!refused.is_retryable());
    assert_eq!((bench.assertions(), bench.calls().len()), (3, 5), "no third try");
}

#[test]
fn many_threads_without_a_token_ask_for_one() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| bench.api.order(PACKAGE, "GPA.1", NOW).unwrap());
        }
    });
    assert_eq!((bench.assertions(), bench.calls().len()), (1, 8));
}

#[test]
fn a_key_that_google_does_not_take_is_looked_up_in_its_file_again() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    bench.google.state.lock().unwrap().keys = vec![Key::number(1)];
    let refused = bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err();
    let ApiError::Credentials { problem } = &refused else { panic!("{refused:?}") };
    assert!(problem.contains("invalid_grant") && problem.contains(CLIENT_EMAIL), "{problem}");
    assert!(!refused.is_retryable());
    assert_eq!(bench.assertions(), 1, "the same key is not tried again");

    Key::number(1).write_file(&key_file(&bench.folder), &token_uri(&bench.google));
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    bench.google.withdraw_tokens();
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
    assert_eq!(bench.assertions(), 4, "the old key, the new one, and then the new one");
}

#[test]
fn what_the_token_endpoint_can_answer() {
    let bench = Bench::new();
    bench.order("GPA.1", json!({"orderId": "GPA.1"}));
    let after = |reply: Reply| {
        bench.google.fault("/token", reply);
        bench.api.order(PACKAGE, "GPA.1", NOW).unwrap_err()
    };
    let oauth =
        |status, code: &str| answer(status, &json!({"error": code, "error_description": "d"}).to_string());
    for reply in [
        oauth(500, "internal_failure"),
        oauth(400, "temporarily_unavailable"),
        answer(503, "<html>"),
        answer(429, ""),
    ] {
        let error = after(reply);
        assert!(matches!(error, ApiError::Refused { .. }) && error.is_retryable(), "{error:?}");
    }
    for reply in [
        oauth(400, "invalid_grant"),
        oauth(401, "invalid_client"),
        oauth(403, "disabled_client"),
        answer(404, ""),
    ] {
        let error = after(reply);
        assert!(matches!(error, ApiError::Credentials { .. }) && !error.is_retryable(), "{error:?}");
    }
    for body in [
        "",
        "{}",
        r#"{"access_token":"","expires_in":1}"#,
        r#"{"access_token":"s3cret"}"#,
        r#"{"access_token":"s3cret","expires_in":"soon"}"#,
        r#"{"access_token":"s3cret\r\nx: y","expires_in":3600}"#,
    ] {
        let error = after(answer(200, body));
        assert!(matches!(error, ApiError::Unreadable { .. }), "{error:?}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    let error = after(answer(200, &" ".repeat(64 * 1024 + 1)));
    assert!(matches!(error, ApiError::Transport { source: TransportError::TooLarge { .. } }), "{error:?}");
    assert_eq!(bench.calls().len(), 0);
    bench.api.order(PACKAGE, "GPA.1", NOW).unwrap();
}

#[test]
fn sections_without_a_service_account_are_not_queried() {
    let bench = Bench::new();
    let mut without = section(&bench.google, &bench.folder);
    without.service_account = None;
    without.package_name = "com.example.other".to_owned();
    assert!(GooglePlayApi::new(&[without.clone()], transport()).unwrap().is_none());
    let both = [without, section(&bench.google, &bench.folder)];
    let api = GooglePlayApi::new(&both, transport()).unwrap().unwrap();
    assert_eq!(api.apps(), [PACKAGE]);
    let error = api.refund("com.example.other", "GPA.1", true, NOW).unwrap_err();
    assert!(
        matches!(&error, ApiError::NotConfigured { key: "google_play[].service_account", .. }),
        "{error}"
    );
    assert_eq!((api.window(PACKAGE, NOW), api.overlap()), (Span::from_days(30), Span::from_days(2)));
}

#[test]
fn a_sections_fault_is_reported_without_the_key() {
    let bench = Bench::new();
    let good: Value = serde_json::from_slice(&std::fs::read(key_file(&bench.folder)).unwrap()).unwrap();
    let attempt = |change: &dyn Fn(&mut Value, &mut GooglePlaySection)| {
        let (mut file, mut section) = (good.clone(), section(&bench.google, &bench.folder));
        change(&mut file, &mut section);
        std::fs::write(key_file(&bench.folder), file.to_string()).unwrap();
        let error = GooglePlayApi::new(&[section], transport()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("MII") && !shown.contains("s3cret"), "{shown}");
        error
    };
    type Change<'a> = &'a dyn Fn(&mut Value, &mut GooglePlaySection);
    let cases: [(Change<'_>, &str); 8] = [
        (&|file, _| file["private_key"] = json!("s3cret"), "PEM"),
        (
            &|file, _| {
                file["private_key"] =
                    json!("-----BEGIN PRIVATE KEY-----\nczNjcmV0\n-----END PRIVATE KEY-----\n")
            },
            "RSA",
        ),
        (&|file, _| file["private_key"] = json!({"s3cret": 1}), "private_key"),
        (
            &|file, _| {
                file.as_object_mut().unwrap().remove("private_key_id");
            },
            "private_key_id",
        ),
        (&|file, _| file["client_email"] = json!(" "), "client_email"),
        (&|file, _| file["token_uri"] = json!("http://example.com/token"), "token_uri"),
        (&|_, section| section.api_url = Some("http://example.com".to_owned()), "api_url"),
        (&|file, _| *file = json!("s3cret"), "JSON key file"),
    ];
    for (change, named) in cases {
        let error = attempt(change);
        assert!(error.to_string().contains(named) && error.to_string().contains("google_play[0]"), "{error}");
    }
    let missing = attempt(&|_, section| section.service_account = Some("/nowhere/key.json".into()));
    assert!(matches!(missing, ConfigError::Unreadable { .. }), "{missing}");

    std::fs::write(key_file(&bench.folder), good.to_string()).unwrap();
    let mut other = section(&bench.google, &bench.folder);
    other.api_url = None;
    let error = GooglePlayApi::new(&[section(&bench.google, &bench.folder), other], transport()).unwrap_err();
    assert!(error.to_string().contains("google_play[1]"), "{error}");
    let shown = format!("{:?}", bench.api);
    assert!(shown.contains(PACKAGE) && !shown.contains("ya29") && !shown.contains("PRIVATE"), "{shown}");
}

#[test]
fn a_request_without_an_access_token_was_not_sent() {
    for (reply, passes) in [
        (Reply::Raw(Vec::new()), true),
        (error(503, "backendError", "Later."), true),
        (answer(200, "no JSON"), false),
    ] {
        for withdrawn in [false, true] {
            let bench = Bench::new();
            if withdrawn {
                // The first try finds its token withdrawn, and Google has done nothing.
                let _ = bench.api.order(PACKAGE, "GPA.1", bench.now());
                bench.google.withdraw_tokens();
            }
            bench.google.fault("/token", reply.clone());
            let refused = bench.api.refund(PACKAGE, "GPA.1", false, bench.now()).unwrap_err();
            let ApiError::Transport { source } = &refused else { panic!("{refused}") };
            assert!(source.was_never_sent(), "{refused}");
            assert_eq!(refused.is_retryable(), passes, "{refused}");
            assert!(bench.google.state.lock().unwrap().done.is_empty());
        }
    }
}
