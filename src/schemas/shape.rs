//! What a derived schema still needs: openness, and words for readers who do not know Rust.

use schemars::Schema;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Map, Value, json};

/// A schema of what the library returns: a later version may add members, values and variants.
pub(super) struct Open;

/// A schema of what the library takes.
pub(super) struct Strict;

impl Transform for Open {
    /// From the inside out, since what is added is finished.
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        for strict in ["additionalProperties", "unevaluatedProperties"] {
            if object.get(strict) == Some(&Value::Bool(false)) {
                object.remove(strict);
            }
        }
        object.remove("default");
        open_variants(object);
        never_null_where_left_out(object);
        reword(object);
    }
}

impl Transform for Strict {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else { return };
        if object.get("default") == Some(&Value::Null) {
            object.remove("default");
        }
        reword(object);
    }
}

/// Adds to a list of variants the ones that this version does not know, as far apart from the known ones as can be said.
fn open_variants(object: &mut Map<String, Value>) {
    if let Some(Value::Array(names)) = object.remove("enum") {
        object.remove("type");
        let known: Vec<Value> =
            names.into_iter().map(|name| json!({ "const": name, "type": "string" })).collect();
        object.insert("oneOf".to_owned(), known.into());
    }
    let Some(Value::Array(variants)) = object.get_mut("oneOf") else { return };
    let of_type = |name: &str| variants.iter().any(|variant| variant.get("type") == Some(&json!(name)));
    let (has_texts, has_objects) = (of_type("string"), of_type("object"));
    let mut later = Vec::new();
    if has_texts {
        later.push(json!({ "description": "A value of a later version.", "type": "string" }));
    }
    if has_objects {
        later.push(later_object(variants));
    }
    variants.extend(later);
    // A known name fits the open one as well.
    if has_texts && let Some(variants) = object.remove("oneOf") {
        object.insert("anyOf".to_owned(), variants);
    }
}

/// A variant of a later version: one with another tag, or where there is no tag, without the members of the known ones.
fn later_object(variants: &[Value]) -> Value {
    let description = "A variant of a later version.";
    let objects = || variants.iter().filter_map(|variant| variant.get("properties")?.as_object());
    let tag = objects().next().and_then(|first| {
        first.keys().find(|name| {
            objects().all(|members| members.get(*name).is_some_and(|it| it.get("const").is_some()))
        })
    });
    match tag {
        Some(tag) => {
            let known: Vec<&Value> = objects().filter_map(|members| members.get(tag)?.get("const")).collect();
            json!({
                "description": description,
                "type": "object",
                "properties": { tag: { "type": "string", "not": { "enum": known } } },
                "required": [tag],
            })
        }
        None => {
            let known: Vec<Value> =
                objects().flat_map(Map::keys).map(|member| json!({ "required": [member] })).collect();
            json!({ "description": description, "type": "object", "not": { "anyOf": known } })
        }
    }
}

/// What may be absent is left out instead of null.
fn never_null_where_left_out(object: &mut Map<String, Value>) {
    let required = required(object);
    let Some(Value::Object(members)) = object.get_mut("properties") else { return };
    for member in members.iter_mut().filter(|(name, _)| !required.contains(name)).map(|(_, member)| member) {
        let Some(member) = member.as_object_mut() else { continue };
        if let Some(Value::Array(types)) = member.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                member.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = member.get_mut("anyOf") {
            choices.retain(|choice| choice.get("type") != Some(&json!("null")));
            if let [only] = choices.as_slice() {
                let only = only.as_object().cloned().unwrap_or_default();
                member.remove("anyOf");
                member.extend(only);
            }
        }
    }
}

fn required(object: &Map<String, Value>) -> Vec<String> {
    let names = object.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Says in JSON's terms what a doc comment says in Rust's, here and of the members.
fn reword(object: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = object.get_mut("description") {
        *text = plain(text);
    }
    let required = required(object);
    let members = object.get_mut("properties").and_then(Value::as_object_mut);
    for (name, member) in members.into_iter().flatten() {
        if required.contains(name)
            && let Some(Value::String(text)) = member.get_mut("description")
        {
            *text = text.replace(NONE, "null");
        }
    }
}

const NONE: &str = "`None`";

/// Whatever is `None` and not null is absent.
pub(super) struct Absent;

impl Transform for Absent {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace(&format!(". {NONE}"), ". Absent").replace(NONE, "absent");
        }
    }
}

/// Without links and code, a paragraph a line.
fn plain(text: &str) -> String {
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let paragraphs: Vec<String> = prose
        .concat()
        .split("\n\n")
        .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|paragraph| !paragraph.is_empty())
        .collect();
    without_paths(&without_links(&paragraphs.join("\n")))
}

/// `Engine::work` and `crate::Engine` become `work` and `Engine`.
fn without_paths(text: &str) -> String {
    let words = text.split('`').enumerate().map(|(index, word)| match word.rsplit_once("::") {
        Some((_, name)) if index % 2 == 1 => name,
        _ => word,
    });
    words.collect::<Vec<_>>().join("`")
}

/// `[text](target)` and `[text]` become their text.
fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('[') {
        plain.push_str(before);
        let Some((name, behind)) = from.split_once(']') else {
            plain.push('[');
            rest = from;
            continue;
        };
        let target = behind.strip_prefix('(').and_then(|behind| behind.split_once(')'));
        match target {
            Some((_, behind)) => {
                plain.push_str(name);
                rest = behind;
            }
            // `app_store[].max_age` and lists in JSON stay as they are.
            None if name.starts_with('`') && name.ends_with('`') => {
                plain.push_str(name);
                rest = behind;
            }
            None => {
                plain.push('[');
                rest = from;
            }
        }
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_text_and_code_goes() {
        assert_eq!(
            plain("See [`a`](crate::a) and\n[the b](b).\n\nOf `c[].d`\n```\nlet x;\n```\n"),
            "See `a` and the b.\nOf `c[].d`"
        );
        assert_eq!(plain("Not [\"a\", \"b\"], but [`Self`]."), "Not [\"a\", \"b\"], but `Self`.");
    }
}
