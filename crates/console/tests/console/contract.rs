//! The console's own contract: answers are compared with it.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::Answer;

/// Where the document is found by those that it names; nothing is ever sent there.
const PLACE: &str = "https://console.test/console/api/v1/openapi.json";

pub(crate) struct Contract {
    document: Value,
}

struct Schemas {
    document: Value,
}

impl jsonschema::Retrieve for Schemas {
    fn retrieve(&self, uri: &jsonschema::Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let path = uri.path().as_str();
        if path.ends_with("/openapi.json") {
            return Ok(self.document.clone());
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        let file =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../schemas/{name}.schema.json"));
        Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
    }
}

impl Contract {
    pub(crate) fn new() -> Self {
        let document = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
        Self { document }
    }

    /// Each operation: method, path, `x-right`, whether it needs a key, whether it needs a proof.
    pub(crate) fn operations(&self) -> Vec<(String, String, String, bool, bool)> {
        let mut all = Vec::new();
        for (path, methods) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let flag = |name: &str| operation[name].as_bool().unwrap_or(false);
                let right = operation["x-right"].as_str().unwrap().to_owned();
                all.push((method.to_uppercase(), path.clone(), right, flag("x-key"), flag("x-proof")));
            }
        }
        all
    }

    /// Compares an answer with what the document promises for the route.
    pub(crate) fn check(&self, method: &str, path: &str, answer: &Answer) {
        let operation = &self.document["paths"][path][method.to_lowercase()];
        assert!(operation.is_object(), "{method} {path} is not in the document");
        let responses = &operation["responses"];
        let promised = &responses[answer.status.to_string()];
        if answer.status >= 400 {
            let schema = json!({"$ref": format!("{PLACE}#/components/schemas/Problem")});
            return self.validate(&schema, answer, path);
        }
        assert!(promised.is_object(), "{method} {path} answers {} {}", answer.status, answer.text());
        let Some(content) = promised["content"].as_object() else {
            assert!(answer.body.is_empty(), "{method} {path}");
            return;
        };
        let kind = answer.field("content-type").unwrap().split(';').next().unwrap().to_owned();
        let schema = &content.get(&kind).unwrap_or_else(|| panic!("{method} {path} is {kind}"))["schema"];
        if kind == "application/json" {
            self.validate(schema, answer, path);
        }
    }

    fn validate(&self, schema: &Value, answer: &Answer, path: &str) {
        let mut schema = schema.clone();
        resolve(&mut schema);
        let schemas = Schemas { document: absolute(&self.document) };
        let validator = jsonschema::options().with_retriever(schemas).build(&schema).unwrap();
        let document = answer.json();
        let faults: Vec<String> = validator
            .iter_errors(&document)
            .map(|fault| format!("{}: {fault}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{path}: {faults:#?}\n{document:#}");
    }
}

/// The document with references that lead to it and to the schemas from anywhere.
fn absolute(document: &Value) -> Value {
    let mut document = document.clone();
    resolve(&mut document);
    document
}

fn resolve(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::String(reference) if name == "$ref" => {
                        if reference.starts_with('#') {
                            *reference = format!("{PLACE}{reference}");
                        } else if reference.starts_with('/') {
                            *reference = format!("https://console.test{reference}");
                        }
                    }
                    _ => resolve(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(resolve),
        _ => {}
    }
}
