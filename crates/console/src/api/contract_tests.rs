//! The OpenAPI document against the table of routes, both ways.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::contract::{OPENAPI, SCHEMAS};
use crate::routes::{May, ROUTES};

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[test]
fn the_document_and_the_table_of_routes_say_the_same() {
    let mut described = BTreeMap::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let flag = |name: &str| operation[name].as_bool().unwrap_or(false);
            let right = operation["x-right"].as_str().unwrap().to_owned();
            described.insert((method.to_uppercase(), path.clone()), (right, flag("x-key"), flag("x-proof")));
        }
    }
    let mut served = BTreeMap::new();
    for route in ROUTES {
        let right = match route.may {
            May::Anyone => "anyone",
            May::SignedIn => "signed_in",
            May::Has(right) => right.as_str(),
        };
        let key = (route.method.as_str().to_owned(), route.path.to_owned());
        served.insert(key, (right.to_owned(), route.is_keyed, route.is_proven));
    }
    assert_eq!(described, served);
}

#[test]
fn each_schema_that_the_document_names_is_served() {
    let mut named = BTreeSet::new();
    references(&document(), &mut named);
    assert!(named.len() > 40, "{named:?}");
    for reference in &named {
        let (schema, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let target = match schema.strip_prefix("/console/api/v1/schemas/") {
            Some(name) => {
                let found = SCHEMAS.iter().find(|(known, _)| *known == name);
                serde_json::from_str(found.unwrap_or_else(|| panic!("no schema {name}")).1).unwrap()
            }
            None => document(),
        };
        assert!(target.pointer(pointer).is_some(), "{reference}");
    }
}

fn references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(reference) if name == "$ref" => drop(into.insert(reference.to_owned())),
                    _ => references(member, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, into)),
        _ => {}
    }
}

#[test]
fn each_operation_has_a_name_of_its_own_and_names_its_path_parameters() {
    let mut names = BTreeSet::new();
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described: BTreeSet<String> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                .collect();
            let in_path: BTreeSet<String> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}').map(str::to_owned))
                .collect();
            assert_eq!(described, in_path, "{path}");
        }
    }
}
