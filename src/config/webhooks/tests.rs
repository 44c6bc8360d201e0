use super::*;

const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn endpoints(members: &str) -> Result<Vec<Endpoint>, ConfigError> {
    in_folder(Path::new("/nowhere"), &format!(r#"[{{"name":"crm","url":"https://h/a/",{members}}}]"#))
}

fn in_folder(folder: &Path, sections: &str) -> Result<Vec<Endpoint>, ConfigError> {
    Config::from_json(format!(r#"{{"webhooks":{sections}}}"#).as_bytes(), folder)?.endpoints()
}

#[test]
fn a_section_has_defaults_and_its_url_as_it_is_written() {
    let read = endpoints(&format!(r#""secrets":["{SECRET}"]"#)).unwrap();
    let [endpoint] = &read[..] else { panic!("{read:?}") };
    assert_eq!(endpoint.url.expose(), "https://h/a/");
    assert_eq!((endpoint.kinds.as_ref(), endpoint.stores.as_ref()), (None, None));
    assert_eq!(endpoint.environments, [Environment::Production]);
    assert_eq!((endpoint.timeout.as_secs(), endpoint.in_flight, endpoint.skips_unsized), (15, 4, false));
}

#[test]
fn secrets_and_the_authorization_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    std::fs::write(folder.path().join("token"), "Bearer abc\n").unwrap();
    let section = r#"[{"name":"crm","url":"http://127.0.0.1:8080/x","secret_files":["secret"],"authorization_file":"token"}]"#;
    let read = in_folder(folder.path(), section).unwrap();
    assert_eq!(read[0].authorization.as_ref().unwrap().expose(), "Bearer abc");
    assert_eq!(read[0].keys.len(), 1);
    std::fs::write(folder.path().join("token"), "two\nlines").unwrap();
    let error = in_folder(folder.path(), section).unwrap_err().to_string();
    assert!(error.contains("webhooks[0].authorization_file") && !error.contains("lines"), "{error}");
    std::fs::write(folder.path().join("secret"), "whsec_c2hvcnQ=").unwrap();
    let error = in_folder(folder.path(), section).unwrap_err().to_string();
    assert!(error.contains("webhooks[0].secret_files[0]") && error.contains("5 bytes"), "{error}");
    assert!(in_folder(Path::new("/nowhere"), section).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn what_is_wrong_is_named_with_its_path_and_no_secret() {
    let with = |more: &str| format!(r#""secrets":["{SECRET}"],{more}"#);
    for (members, path, expected) in [
        (r#""secrets":[]"#.to_owned(), "webhooks[0].secrets", "1 to 4"),
        (r#""secrets":["whsec_c2hvcnQ="]"#.to_owned(), "webhooks[0].secrets[0]", "24 to 64"),
        (r#""secrets":[7]"#.to_owned(), "webhooks[0].secrets", "whsec_"),
        (
            format!(r#""secrets":["{SECRET}","{SECRET}","{SECRET}","{SECRET}","{SECRET}"]"#),
            "webhooks[0].secrets",
            "5 secrets",
        ),
        (with(r#""secret":"x""#), "webhooks[0].secret", "`secrets`"),
        (with(r#""format":"xml""#), "webhooks[0].format", "`iap_refund_event`"),
        (with(r#""events":["refunds"]"#), "webhooks[0].events[0]", "`refund`"),
        (with(r#""events":[]"#), "webhooks[0].events", "empty"),
        (with(r#""stores":["apple"]"#), "webhooks[0].stores[0]", "app-store"),
        (with(r#""environments":["prod"]"#), "webhooks[0].environments[0]", "`production`"),
        (with(r#""timeout":"5m""#), "webhooks[0].timeout", "60s"),
        (with(r#""in_flight":0"#), "webhooks[0].in_flight", "1 to 32"),
        (with(r#""partial":"skip""#), "webhooks[0].partial", "iap_refund_event"),
        (with(r#""one_store_as_android":true"#), "webhooks[0].one_store_as_android", "iap_refund_event"),
        (with(r#""format":"iap_refund_event","events":["block"]"#), "webhooks[0].events", "refunds alone"),
        (
            with(r#""format":"iap_refund_event","stores":["one-store"]"#),
            "webhooks[0].stores",
            "one_store_as_android",
        ),
    ] {
        let error = endpoints(&members).unwrap_err().to_string();
        assert!(error.contains(path), "{members}: {error} does not name {path}");
        assert!(error.contains(expected), "{members}: {error} does not contain {expected}");
        assert!(!error.contains("c2hvcnQ") && !error.contains("C2FVs"), "{error}");
    }
    let named = |name: &str, url: &str| {
        in_folder(Path::new("/"), &format!(r#"[{{"name":"{name}","url":"{url}","secrets":["{SECRET}"]}}]"#))
    };
    for (name, url, path) in [
        ("", "https://h/", "webhooks[0].name"),
        ("a b", "https://h/", "webhooks[0].name"),
        (&"x".repeat(33), "https://h/", "webhooks[0].name"),
        ("a", "http://crm.example.com/s3cret", "webhooks[0].url"),
        ("a", "crm.example.com/s3cret", "webhooks[0].url"),
    ] {
        let error = named(name, url).unwrap_err().to_string();
        assert!(error.contains(path) && !error.contains("s3cret"), "{error}");
    }
    let twice = format!(r#"{{"name":"a","url":"https://h","secrets":["{SECRET}"]}}"#);
    let error = in_folder(Path::new("/"), &format!("[{twice},{twice}]")).unwrap_err().to_string();
    assert!(error.contains("webhooks[1].name") && error.contains("twice"), "{error}");
}

#[test]
fn iap_refund_events_are_of_the_stores_that_the_format_has() {
    let of = |more: &str| {
        let members = format!(r#""secrets":["{SECRET}"],"format":"iap_refund_event"{more}"#);
        endpoints(&members).unwrap().remove(0)
    };
    let plain = of("");
    assert_eq!(plain.kinds, Some(vec![EventKind::Refund]));
    assert_eq!(plain.stores, Some(vec![Store::AppStore, Store::GooglePlay]));
    let with_one_store = of(r#","one_store_as_android":true,"partial":"skip""#);
    assert_eq!(with_one_store.stores.unwrap().last(), Some(&Store::OneStore));
    assert!(with_one_store.skips_unsized);
}

#[test]
fn a_section_shown_has_no_secret() {
    let text = format!(
        r#"{{"webhooks":[{{"name":"crm","url":"https://h/s3cret?k=s3cret","secrets":["{SECRET}"]}}]}}"#
    );
    let config = Config::from_json(text.as_bytes(), "/").unwrap();
    let shown = format!("{config:?} {:?}", config.endpoints().unwrap());
    assert!(!shown.contains("s3cret") && !shown.contains("C2FVs"), "{shown}");
}
