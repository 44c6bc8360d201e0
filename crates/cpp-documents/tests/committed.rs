//! The committed C++ views are those of the committed schemas, and nothing of a schema is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use recoup_cpp_documents::{VIEWS, files};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// `RECOUP_ACCEPT=1 cargo test -p recoup-cpp-documents` writes them.
#[test]
fn committed_headers_are_made_from_the_schemas() {
    let made = files(&root().join("schemas")).unwrap();
    if std::env::var_os("RECOUP_ACCEPT").is_some() {
        _ = fs::remove_dir_all(root().join(VIEWS));
        fs::create_dir_all(root().join(VIEWS)).unwrap();
        for (path, text) in &made {
            fs::write(root().join(path), text).unwrap();
        }
    }
    for (path, text) in &made {
        let committed = fs::read_to_string(root().join(path)).unwrap_or_default();
        assert!(
            committed == *text,
            "{path} is not made from the schemas: run `RECOUP_ACCEPT=1 cargo test -p recoup-cpp-documents`"
        );
    }
    for entry in fs::read_dir(root().join(VIEWS)).unwrap() {
        let path = format!("{VIEWS}/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(made.contains_key(&path), "no schema asks for {path}");
    }
}

/// Looks at the schemas and at the headers as text, and knows nothing of how the ones are made from the others.
#[test]
fn every_property_and_every_value_of_a_schema_is_in_the_headers() {
    let schemas = root().join("schemas");
    let mut headers = String::new();
    for (path, text) in files(&schemas).unwrap() {
        if path.starts_with(VIEWS) {
            headers += &text;
        }
    }
    let taken = [
        "access-decision",
        "configuration",
        "consumption",
        "export",
        "figures-question",
        "forget",
        "new-exclusion",
        "overrule",
        "policy",
        "webhook-replay",
        "listen-options",
        "message",
        "purchase",
        "purchases",
        "issue-refund",
        "revoke-subscription",
    ];
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&schemas).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().replace(".schema.json", "");
        if !name.ends_with("-filter") && !name.ends_with("-options") && !taken.contains(&name.as_str()) {
            collect(&serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(), &mut names);
        }
    }
    assert!(names.len() > 150, "{} names are too few: {names:?}", names.len());
    for name in names {
        assert!(headers.contains(&format!("\"{name}\"")), "no header knows {name}");
    }
}

fn collect(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Object(properties)) = object.get("properties") {
                names.extend(properties.keys().cloned());
            }
            // Stores are text, since a game may have its own.
            let is_store =
                object.get("description").is_some_and(|doc| doc == "An app store or payment provider.");
            if let Some(Value::String(value)) = object.get("const") {
                names.insert(value.clone());
            }
            if !is_store {
                object.values().for_each(|inner| collect(inner, names));
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| collect(inner, names)),
        _ => {}
    }
}
