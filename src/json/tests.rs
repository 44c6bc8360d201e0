use proptest::prelude::{
    Just, Strategy, any as any_of, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;

#[derive(Deserialize, Debug, PartialEq)]
struct Sample {
    data: Inner,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Inner {
    amount: i64,
}

fn read(text: &str) -> Result<Sample, JsonError> {
    from_slice(text.as_bytes())
}

#[test]
fn reads_what_is_right_and_ignores_what_it_does_not_know() {
    assert_eq!(read(r#"{"new":[1,{"a":null}],"data":{"amount":3}}"#).unwrap().data.amount, 3);
}

#[test]
fn every_fault_has_its_own_name() {
    assert!(matches!(from_slice::<Sample>(b"{\"data\":\"\xff\"}"), Err(JsonError::NotUtf8 { at: 9 })));
    assert!(matches!(read(r#"{"data":{"amount":3"#), Err(JsonError::Truncated { .. })));
    assert!(matches!(read(""), Err(JsonError::Truncated { .. })));
    assert!(matches!(read(r#"{"data":{amount:3}}"#), Err(JsonError::Syntax { .. })));
    assert!(matches!(read(r#"{"data":{"amount":3}} x"#), Err(JsonError::Syntax { .. })));
    assert_eq!(any(r#"{"data":1,"data":2}"#), Err(JsonError::DuplicateKey { key: "data".to_owned() }),);
    assert_eq!(any(&nested(MAX_READ_DEPTH + 1)), Err(JsonError::TooDeep { limit: MAX_READ_DEPTH }));
    assert!(any(&nested(MAX_READ_DEPTH)).is_ok());
    let unread = |depth| read(&format!(r#"{{"odd":{},"data":{{"amount":3}}}}"#, nested(depth)));
    assert!(unread(MAX_DEPTH - 1).is_ok());
    assert_eq!(unread(MAX_DEPTH), Err(JsonError::TooDeep { limit: MAX_DEPTH }));
    let deep = "[".repeat(200_000);
    assert_eq!(read(&deep), Err(JsonError::TooDeep { limit: MAX_DEPTH }));
}

fn any(text: &str) -> Result<Value, JsonError> {
    value_from_str(text)
}

fn nested(depth: usize) -> String {
    format!(
        "{}0{}",
        r#"{"a":["#.repeat(depth / 2) + &"[".repeat(depth % 2),
        "]".repeat(depth % 2) + &"]}".repeat(depth / 2)
    )
}

#[test]
fn text_that_is_no_json_is_reported_as_that_wherever_reading_stops() {
    for (text, truncated) in [
        (r#"{"data":{"amount":"3"},"x":[1"#, true),
        (r#"{"data":{"amount":"3"},"x":[1}"#, false),
        (r#"{"data":{"amount":"3"}} {"#, false),
    ] {
        match read(text).unwrap_err() {
            JsonError::Truncated { .. } => assert!(truncated, "{text}"),
            JsonError::Syntax { .. } => assert!(!truncated, "{text}"),
            other => panic!("{text}: {other}"),
        }
    }
}

#[test]
fn a_repeated_key_is_refused_where_it_is_read() {
    for text in [
        r#"{"data":{"amount":3,"amount":3}}"#,
        r#"{"data":{"amount":3},"data":{"amount":3}}"#,
        r#"{"data":{"amount":3},"\u0064ata":{"amount":4}}"#,
        r#"{"data":{"amount":3,"\ud800":1,"\udfff":1}}"#,
    ] {
        let problem = match text.contains("ud800") {
            true => value_from_str::<Value>(text).map(drop),
            false => read(text).map(drop),
        };
        assert!(matches!(problem, Err(JsonError::DuplicateKey { .. })), "{text}");
    }
    let many: String = (0..200).map(|n| format!("\"k{n}\":0,")).collect();
    assert!(any(&format!("{{{many}\"data\":{{\"amount\":3}}}}")).is_ok());
    let repeated = format!("{{{many}\"k150\":0}}");
    assert!(matches!(any(&repeated), Err(JsonError::DuplicateKey { key }) if key == "k150"));
    assert!(read(&format!("{{{many}\"k150\":0,\"data\":{{\"amount\":3}}}}")).is_ok());
}

/// A member that is passed over at first and read later, or the other way round, has two meanings as well.
#[test]
fn a_repeated_key_is_refused_where_one_of_its_values_is_read() {
    struct OneOfTwo {
        reads_first: bool,
    }

    impl<'de> Visitor<'de> for OneOfTwo {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            let mut is_first = true;
            while map.next_key::<String>()?.is_some() {
                if is_first == self.reads_first {
                    map.next_value::<Value>()?;
                } else {
                    map.next_value::<serde::de::IgnoredAny>()?;
                }
                is_first = false;
            }
            Ok(())
        }
    }

    for reads_first in [true, false] {
        let mut reader = Reader::new(r#"{"a":{"b":[1]},"a":[{"c":{}}]}"#);
        let fault = (&mut reader).deserialize_map(OneOfTwo { reads_first }).unwrap_err();
        assert_eq!(reader.described(fault), JsonError::DuplicateKey { key: "a".to_owned() });
    }
}

#[test]
fn an_unread_value_needs_only_keep_to_the_grammar() {
    for odd in [
        r#""\ud800""#,
        r#""\udc00\ud83d x""#,
        r#"{"\ud800":"\ud800"}"#,
        "1e999999",
        "-123456789012345678901234567890.5e-7",
        r#"{"x":1,"x":[2]}"#,
        r#"{"$serde_json::private::RawValue":"[[[["}"#,
        r#"{"$serde_json::private::Number":"x"}"#,
        &nested(MAX_DEPTH - 3),
    ] {
        let text = format!(r#"{{"odd":{odd},"data":{{"odd":[{odd}],"amount":3}},"odd":{odd}}}"#);
        assert_eq!(read(&text).unwrap().data.amount, 3, "{}", &odd[..odd.len().min(64)]);
    }
    for bad in [
        r#""\x""#,
        r#""\ud80""#,
        "\"\n\"",
        "01",
        "1.",
        "[1,]",
        r#"{"a":1,}"#,
        "{1:1}",
        "nul",
        "[1}",
        "+1",
        "'a'",
    ] {
        let text = format!(r#"{{"odd":{bad},"data":{{"amount":3}}}}"#);
        assert!(matches!(read(&text), Err(JsonError::Syntax { .. })), "{bad}: {:?}", read(&text));
    }
}

#[test]
fn a_value_that_no_type_can_hold_is_replaced_where_it_is_read() {
    assert_eq!(
        any(r#"["a\ud800b","\udc00","\ud83d\ude00","\ud800\n","\ud83d\ud83d\ude00"]"#).unwrap(),
        json!(["a\u{fffd}b", "\u{fffd}", "😀", "\u{fffd}\n", "\u{fffd}😀"])
    );
    assert_eq!(any("[1e999,-1e999,1e-999]").unwrap(), json!([null, null, 0.0]));
    assert!(value_from_str::<f64>("1e999").is_err());
    assert!(value_from_str::<Option<f64>>("1e999").is_err());
}

/// `serde_json` parses the text in such a member once more, and so on without a limit.
#[test]
fn no_key_re_enters_the_parser() {
    #[derive(Deserialize, Debug)]
    struct Flat {
        #[serde(flatten)]
        rest: serde_json::Map<String, Value>,
    }

    for key in [
        "$serde_json::private::RawValue",
        "$serde_json::private::Number",
        "\\u0024serde_json::private::RawValue",
    ] {
        for text in [r#""[[1]]""#, r#""{\"a\":1,\"a\":2}""#, "1", "{}"] {
            let text = format!(r#"{{"a":[{{"{key}":{text}}}]}}"#);
            assert!(matches!(any(&text), Err(JsonError::ReservedKey { .. })), "{text}");
            let flat = from_slice::<Flat>(text.as_bytes()).map(|flat| flat.rest.len());
            assert!(matches!(flat, Err(JsonError::ReservedKey { .. })), "{text}");
        }
    }
    let mut text = "1".to_owned();
    for _ in 0..12 {
        text = format!(r#"{{"$serde_json::private::RawValue":{}}}"#, json!(text));
    }
    assert!(matches!(any(&text), Err(JsonError::ReservedKey { .. })));
}

#[test]
fn raw_text_is_cut_out_unchanged() {
    #[derive(Deserialize)]
    struct List<'a> {
        #[serde(borrow)]
        items: Vec<Raw<'a>>,
    }

    let list: List<'_> = from_slice(br#"{"items":[ {"a": "\ud800"} , 1e999,null ]}"#).unwrap();
    assert_eq!(
        list.items.iter().map(|item| item.get()).collect::<Vec<_>>(),
        [r#"{"a": "\ud800"}"#, "1e999", "null"]
    );
    assert!(serde_json::from_str::<List<'_>>(r#"{"items":[1]}"#).is_err());
}

/// Debug builds have the largest frames. `tests/small_stack.rs` has the whole crate's parsers on such threads.
#[test]
fn a_value_fits_the_stack_of_a_small_thread() {
    let deepest = nested(MAX_READ_DEPTH);
    let thread = std::thread::Builder::new().stack_size(64 << 10);
    let read = thread.spawn(move || any(&deepest).map(|value| value.to_string().len()));
    assert_eq!(read.unwrap().join().unwrap(), Ok(nested(MAX_READ_DEPTH).len()));
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any_of::<bool>().prop_map(Value::from),
        any_of::<i64>().prop_map(Value::from),
        any_of::<u64>().prop_map(Value::from),
        any_of::<f64>().prop_map(Value::from),
        any_of::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any_of::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_reads_what_was_written(value in values()) {
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert_eq!(any(&text), Ok(value.clone()));
            Reader::new(&text).grammar().unwrap();
            // Cut off anywhere, it is cut short; `12` alone is a whole number as well.
            if let Some((at, _)) = text.char_indices().nth(text.chars().count() / 2).filter(|_| !value.is_number()) {
                prop_assert!(matches!(any(&text[..at]), Err(JsonError::Truncated { .. })), "{}", &text[..at]);
            }
        }
    }

    /// Text of JSON's own characters: both readers find it JSON, with the same meaning, or neither.
    #[test]
    fn it_agrees_with_serde_json_on_what_is_json(text in r#"[\[\]{},:"\\ue0-3.\-+ tfn\n]{0,12}"#) {
        let ours = any(&text);
        match serde_json::from_str::<Value>(&text) {
            Ok(theirs) => prop_assert!(ours == Ok(theirs) || matches!(ours, Err(JsonError::DuplicateKey { .. })), "{}", text),
            // Half a character and a number out of range are read.
            Err(error) if ours.is_ok() => prop_assert!(error.to_string().contains("surrogate") || error.to_string().contains("out of range") || error.to_string().contains("hex escape"), "{text}: {error}"),
            // For an escape with fewer than four characters left in the text, it reports that the text is cut short.
            Err(_) if text.contains(r"\u") => {}
            Err(error) => prop_assert_eq!(error.is_eof(), matches!(ours, Err(JsonError::Truncated { .. })), "{}: {} {:?}", text, error, ours),
        }
    }
}

#[test]
fn an_array_is_not_taken_for_an_object() {
    assert!(matches!(read(r#"[{"amount":3}]"#), Err(JsonError::Shape { .. })));
    assert!(matches!(read("7"), Err(JsonError::Shape { .. })));
}

#[test]
fn a_wrong_type_is_named_with_its_path() {
    let error = read(r#"{"data":{"amount":"3"}}"#).unwrap_err();
    assert_eq!(error.to_string(), "at data.amount: invalid type: string \"3\", expected i64");
}

/// What comes from outside is read by this module alone: `serde_json`'s own reader would be strict where nothing is read,
/// and would parse text inside text. The command line reads its operator's files, whose types hold no `Value`.
#[test]
fn nothing_from_outside_is_read_by_another_reader() {
    fn look(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.display().to_string();
            if ["/tests", "tests.rs", "/testing", "/bin/", "_tests.rs"]
                .iter()
                .any(|of_tests| name.contains(of_tests))
            {
                continue;
            }
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            let calls = [
                "serde_json::from_slice",
                "serde_json::from_str",
                "serde_json::from_reader",
                "serde_json::Deserializer",
            ];
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.extend(
                lines
                    .filter(|line| calls.iter().any(|call| line.contains(call)))
                    .map(|line| format!("{name}: {}", line.trim())),
            );
        }
    }

    let mut found = Vec::new();
    look(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    // Single strings of a text that was read before.
    found.retain(|line| !line.contains("one_store/signed_text.rs"));
    assert!(found.is_empty(), "{found:#?}");
}
