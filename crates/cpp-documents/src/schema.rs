//! What the schemas say, as far as views need it. A keyword or form that is not known here is an error, so that nothing is
//! left out of the views in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::Error;
use crate::names::{class_of_type, has_default};

type Object = Map<String, Value>;

/// The type of a member.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Boolean,
    Integer,
    Text,
    Time,
    /// Anything.
    Json,
    /// A class or an enum by its name in C++.
    Named(String),
    List(Box<Type>),
    Map(Box<Type>),
    /// An item of a list or a map that may be null.
    Nullable(Box<Type>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) kind: Type,
    pub(crate) is_nullable: bool,
    pub(crate) is_required: bool,
    /// Left out where it is false or 0, and for no other reason.
    pub(crate) has_default: bool,
}

/// One of several things that a type may be, with what only that one has.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Variant {
    /// The tag's value, or the accessor's name.
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) class: Class,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Class {
    pub(crate) members: Vec<Member>,
    /// The member that says which variant it is.
    pub(crate) tag: Option<String>,
    pub(crate) variants: Vec<Variant>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) text: String,
    pub(crate) doc: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Class(Class),
    Enum(Vec<Named>),
    /// A text, or an object of one member that carries something.
    Choice(Vec<Named>, Vec<Member>),
    /// One of several classes, each by a required member that no other has.
    Either(Vec<Alternative>),
    /// Nothing but another type.
    Alias(Type),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alternative {
    pub(crate) accessor: String,
    pub(crate) doc: String,
    pub(crate) member: String,
    /// A class of its own, or the name of another.
    pub(crate) class: Result<Class, String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Definition {
    pub(crate) doc: String,
    pub(crate) shape: Shape,
}

/// All types, by their names in C++.
#[derive(Debug, Default)]
pub(crate) struct Definitions(BTreeMap<String, Definition>);

const KNOWN: [&str; 22] = [
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "format",
    "items",
    "maxItems",
    "maximum",
    "minItems",
    "minimum",
    "not",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
];

impl Definitions {
    /// Takes a document and the types that it needs.
    pub(crate) fn read(&mut self, class: &str, schema: &Value) -> Result<(), Error> {
        let schema = object(schema, class)?;
        let types = schema.get("$defs").map(|types| object(types, class)).transpose()?;
        let reader = Reader { types };
        for (name, value) in types.into_iter().flatten() {
            let definition = reader.definition(object(value, name)?, name)?;
            self.add(class_of_type(name), definition, false)?;
        }
        // A list has a name in C++ as it is, and so has what may be null.
        if schema.get("type").and_then(Value::as_str) == Some("array") || reader.nullable(schema)?.is_some() {
            return Ok(());
        }
        let definition = reader.definition(schema, class)?;
        self.add(class.to_owned(), definition, true)
    }

    /// Where a document and a type are the same, the type's comment counts.
    fn add(&mut self, name: String, mut definition: Definition, is_document: bool) -> Result<(), Error> {
        match &mut definition.shape {
            Shape::Alias(_) => return Ok(()),
            Shape::Class(class) => {
                for member in &mut class.members {
                    member.has_default = has_default(&name, &member.name);
                }
            }
            _ => {}
        }
        match self.0.get(&name) {
            Some(known) if known.shape != definition.shape => {
                Err(Error::Schema(format!("two documents describe {name} in different ways")))
            }
            Some(_) if is_document => Ok(()),
            _ => {
                self.0.insert(name, definition);
                Ok(())
            }
        }
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    pub(crate) fn get(&self, name: &str) -> Result<&Definition, Error> {
        self.0.get(name).ok_or_else(|| Error::Schema(format!("no schema describes {name}")))
    }

    pub(crate) fn has_member(&self, class: &str, member: &str) -> bool {
        let shape = self.0.get(class).map(|definition| &definition.shape);
        matches!(shape, Some(Shape::Class(class)) if class.members.iter().any(|own| own.name == member))
    }

    pub(crate) fn is_enum(&self, kind: &Type) -> bool {
        matches!(kind, Type::Named(name) if matches!(self.0.get(name), Some(Definition { shape: Shape::Enum(_), .. })))
    }

    /// The types whose definitions a type's own needs, in the order of their names.
    pub(crate) fn needs(&self, name: &str) -> Result<BTreeSet<String>, Error> {
        let mut needs = BTreeSet::new();
        match &self.get(name)?.shape {
            Shape::Class(class) => needs_of_class(class, &mut needs),
            Shape::Choice(_, members) => members.iter().for_each(|member| needs_of(&member.kind, &mut needs)),
            Shape::Either(alternatives) => {
                for alternative in alternatives {
                    match &alternative.class {
                        Ok(class) => needs_of_class(class, &mut needs),
                        Err(name) => _ = needs.insert(name.clone()),
                    }
                }
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        }
        Ok(needs)
    }
}

fn needs_of_class(class: &Class, needs: &mut BTreeSet<String>) {
    class.members.iter().for_each(|member| needs_of(&member.kind, needs));
    class.variants.iter().for_each(|variant| needs_of_class(&variant.class, needs));
}

fn needs_of(kind: &Type, needs: &mut BTreeSet<String>) {
    match kind {
        Type::Named(name) => _ = needs.insert(name.clone()),
        Type::List(item) | Type::Map(item) | Type::Nullable(item) => needs_of(item, needs),
        Type::Boolean | Type::Integer | Type::Text | Type::Time | Type::Json => {}
    }
}

/// Reads one document's schema.
struct Reader<'a> {
    types: Option<&'a Object>,
}

impl Reader<'_> {
    fn definition(&self, schema: &Object, place: &str) -> Result<Definition, Error> {
        check_keywords(schema, place)?;
        let doc = doc_of(schema);
        let shape = self.shape(schema, place)?;
        Ok(Definition { doc, shape })
    }

    fn shape(&self, schema: &Object, place: &str) -> Result<Shape, Error> {
        if place == "Timestamp" {
            return Ok(Shape::Alias(Type::Time));
        }
        let Some(alternatives) = schema.get("anyOf") else {
            let is_class = schema.contains_key("properties") || schema.contains_key("oneOf");
            return Ok(if is_class {
                Shape::Class(self.class(schema, None, place)?)
            } else {
                Shape::Alias(self.kind(schema, place)?)
            });
        };
        let alternatives = objects(alternatives, place)?;
        let is_of = |schema: &Object, kind: &str| schema.get("type").and_then(Value::as_str) == Some(kind);
        let is_later = |schema: &&Object| {
            is_of(schema, "string") && schema.keys().all(|key| key == "type" || key == "description")
        };
        if !alternatives.iter().any(is_later) {
            return self.either(&alternatives, place);
        }
        // What has values by a pattern is any text.
        if alternatives.iter().any(|schema| schema.contains_key("pattern")) {
            return Ok(Shape::Alias(Type::Text));
        }
        let (mut names, mut members) = (Vec::new(), Vec::new());
        for schema in alternatives {
            check_keywords(schema, place)?;
            let doc = doc_of(schema);
            if let Some(text) = schema.get("const") {
                names.push(Named { text: string(text, place)?, doc });
            } else if let Some(properties) = schema.get("properties") {
                let class = self.class(schema, None, place)?;
                // The one that is always there names the alternative.
                let Some(first) = class.members.first() else { return Err(unknown(place, properties)) };
                names.push(Named { text: first.name.clone(), doc: doc.clone() });
                for mut member in class.members {
                    member.is_required = false;
                    member.is_nullable = true;
                    if member.doc.is_empty() {
                        member.doc.clone_from(&doc);
                    }
                    members.push(member);
                }
            }
        }
        Ok(if members.is_empty() { Shape::Enum(names) } else { Shape::Choice(names, members) })
    }

    fn either(&self, alternatives: &[&Object], place: &str) -> Result<Shape, Error> {
        let mut found = Vec::new();
        for schema in alternatives {
            let (accessor, class, described) = match schema.get("$ref") {
                Some(_) => {
                    let name = referenced(schema, place)?;
                    (snake_case(name), Err(class_of_type(name)), object(self.type_of(name)?, place)?)
                }
                None => ("failure".to_owned(), Ok(self.class(schema, None, place)?), *schema),
            };
            found.push((accessor, doc_of(schema), class, described));
        }
        let all: Vec<BTreeSet<&String>> = found.iter().map(|(.., described)| members_of(described)).collect();
        let mut alternatives = Vec::new();
        for (accessor, doc, class, described) in found {
            let is_own = |name: &String| all.iter().filter(|members| members.contains(name)).count() == 1;
            let Some(member) = required_of(described).into_iter().find(is_own) else {
                return Err(Error::Schema(format!("{place}: no member distinguishes {accessor}")));
            };
            alternatives.push(Alternative { accessor, doc, member, class });
        }
        Ok(Shape::Either(alternatives))
    }

    /// An object's members and variants. Of a variant the tag is left out.
    fn class(&self, schema: &Object, without: Option<&str>, place: &str) -> Result<Class, Error> {
        check_keywords(schema, place)?;
        let mut class = Class::default();
        let required = required_of(schema);
        let properties = schema.get("properties").map(|properties| object(properties, place)).transpose()?;
        let mut names: Vec<&String> = properties.into_iter().flat_map(Object::keys).collect();
        // As they are declared, as far as the schema says so.
        names.sort_by_key(|name| {
            (required.iter().position(|required| required == *name).unwrap_or(usize::MAX), *name)
        });
        for name in names {
            if without == Some(name) {
                continue;
            }
            let place = format!("{place}.{name}");
            let schema =
                properties.and_then(|properties| properties.get(name)).map(|schema| object(schema, &place));
            let Some(schema) = schema.transpose()? else { continue };
            let (kind, is_nullable) = self.member(schema, &place)?;
            let is_required = required.contains(name);
            let (doc, has_default) = (doc_of(schema), false);
            class.members.push(Member {
                name: name.clone(),
                doc,
                kind,
                is_nullable,
                is_required,
                has_default,
            });
        }
        if let Some(variants) = schema.get("oneOf") {
            let variants = objects(variants, place)?;
            let tag = tag_of(&variants)
                .ok_or_else(|| Error::Schema(format!("{place}: no tag distinguishes the variants")))?;
            for variant in variants {
                let Some(name) =
                    variant.get("properties").and_then(|properties| properties.get(&tag)?.get("const"))
                else {
                    continue;
                };
                let name = string(name, place)?;
                let inner = self.class(variant, Some(&tag), &format!("{place}.{name}"))?;
                class.variants.push(Variant { name, doc: doc_of(variant), class: inner });
            }
            class.tag = Some(tag);
        }
        Ok(class)
    }

    fn member(&self, schema: &Object, place: &str) -> Result<(Type, bool), Error> {
        check_keywords(schema, place)?;
        match self.nullable(schema)? {
            Some(inner) => Ok((self.kind(&inner, place)?, true)),
            None => Ok((self.kind(schema, place)?, false)),
        }
    }

    /// What a schema is beside null, where it may be that.
    fn nullable(&self, schema: &Object) -> Result<Option<Object>, Error> {
        if let Some(Value::Array(types)) = schema.get("type") {
            let others: Vec<&Value> = types.iter().filter(|name| *name != "null").collect();
            if let ([other], true) = (others.as_slice(), others.len() < types.len()) {
                let mut inner = schema.clone();
                inner.insert("type".to_owned(), (*other).clone());
                return Ok(Some(inner));
            }
        }
        if let Some(Value::Array(alternatives)) = schema.get("anyOf")
            && let [inner, null] = alternatives.as_slice()
            && null.get("type").is_some_and(|name| name == "null")
        {
            return Ok(Some(object(inner, "anyOf")?.clone()));
        }
        Ok(None)
    }

    fn kind(&self, schema: &Object, place: &str) -> Result<Type, Error> {
        check_keywords(schema, place)?;
        if schema.contains_key("$ref") {
            let name = referenced(schema, place)?;
            let definition = self.definition(object(self.type_of(name)?, name)?, name)?;
            return Ok(match definition.shape {
                Shape::Alias(kind) => kind,
                _ => Type::Named(class_of_type(name)),
            });
        }
        let of = |key: &str| schema.get(key).map(|inner| object(inner, place)).transpose();
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => Ok(Type::Boolean),
            Some("integer") => Ok(Type::Integer),
            Some("string") => Ok(Type::Text),
            Some("array") => match of("items")? {
                Some(items) => Ok(Type::List(Box::new(self.item(items, place)?))),
                None => Err(unknown(place, &Value::Object(schema.clone()))),
            },
            Some("object") => match of("additionalProperties")? {
                Some(values) => Ok(Type::Map(Box::new(self.item(values, place)?))),
                None => Err(unknown(place, &Value::Object(schema.clone()))),
            },
            None if !schema.contains_key("anyOf")
                && !schema.contains_key("oneOf")
                && !schema.contains_key("type") =>
            {
                Ok(Type::Json)
            }
            _ => Err(unknown(place, &Value::Object(schema.clone()))),
        }
    }

    /// What a list or a map has.
    fn item(&self, schema: &Object, place: &str) -> Result<Type, Error> {
        let (kind, is_nullable) = self.member(schema, place)?;
        Ok(if is_nullable { Type::Nullable(Box::new(kind)) } else { kind })
    }

    fn type_of(&self, name: &str) -> Result<&Value, Error> {
        self.types
            .and_then(|types| types.get(name))
            .ok_or_else(|| Error::Schema(format!("$defs has no {name}")))
    }
}

/// The member that is a constant in every variant but the one of later versions.
fn tag_of(variants: &[&Object]) -> Option<String> {
    let first = variants.first()?.get("properties")?.as_object()?;
    first.iter().find(|(_, schema)| schema.get("const").is_some()).map(|(name, _)| name.clone())
}

fn referenced<'a>(schema: &'a Object, place: &str) -> Result<&'a str, Error> {
    let reference = schema.get("$ref").and_then(Value::as_str).unwrap_or_default();
    reference
        .strip_prefix("#/$defs/")
        .ok_or_else(|| Error::Schema(format!("{place}: {reference:?} is no reference into $defs")))
}

fn required_of(schema: &Object) -> Vec<String> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The names of all members, those of variants too.
fn members_of(schema: &Object) -> BTreeSet<&String> {
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Object::keys);
    let variants =
        schema.get("oneOf").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    own.chain(variants.flat_map(members_of)).collect()
}

fn doc_of(schema: &Object) -> String {
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn check_keywords(schema: &Object, place: &str) -> Result<(), Error> {
    match schema.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        Some(key) => Err(Error::Schema(format!("{place}: views are not made of the keyword {key} yet"))),
        None => Ok(()),
    }
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Object, Error> {
    value.as_object().ok_or_else(|| unknown(place, value))
}

fn objects<'a>(value: &'a Value, place: &str) -> Result<Vec<&'a Object>, Error> {
    value.as_array().ok_or_else(|| unknown(place, value))?.iter().map(|value| object(value, place)).collect()
}

fn string(value: &Value, place: &str) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| unknown(place, value))
}

fn unknown(place: &str, value: &Value) -> Error {
    Error::Schema(format!("{place}: views are not made of this yet: {value}"))
}

/// `CaptureReport` as `capture_report`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
