//! What the tests of the C++ binding need to call every accessor.

use std::fmt::Write as _;

use crate::Error;
use crate::emit::{WIDTH, filled, identifier};
use crate::names::camel_case as class_of_variant;
use crate::schema::{Class, Definitions, Shape};

/// A function for each view that hands each of its accessors' values to a visitor.
pub(crate) fn header(classes: &[String], definitions: &Definitions) -> Result<String, Error> {
    let mut text =
        "// Calls every accessor of every view. Made from schemas by crates/cpp-documents; do not edit.\n\
                    #ifndef RECOUP_TESTS_EVERY_ACCESSOR_HPP\n#define RECOUP_TESTS_EVERY_ACCESSOR_HPP\n\n\
                    #include \"recoup.hpp\"\n\nnamespace every_accessor {\n"
            .to_owned();
    for name in classes {
        match &definitions.get(name)?.shape {
            Shape::Class(class) => of_class(&mut text, name, class, definitions),
            Shape::Choice(_, members) => {
                let names = members.iter().map(|member| member.name.clone());
                of_names(
                    &mut text,
                    name,
                    ["kind".to_owned(), "kind_text".to_owned()].into_iter().chain(names),
                );
            }
            Shape::Either(alternatives) => {
                for alternative in alternatives {
                    if let Ok(class) = &alternative.class {
                        let inner = format!("{name}::{}", class_of_variant(&alternative.accessor));
                        of_class(&mut text, &inner, class, definitions);
                    }
                }
                of_names(
                    &mut text,
                    name,
                    alternatives.iter().map(|alternative| alternative.accessor.clone()),
                );
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        }
    }
    text += "\n}  // namespace every_accessor\n\n#endif  // RECOUP_TESTS_EVERY_ACCESSOR_HPP\n";
    Ok(text)
}

fn of_class(text: &mut String, name: &str, class: &Class, definitions: &Definitions) {
    let mut accessors = Vec::new();
    if let Some(tag) = &class.tag {
        accessors.extend([tag.clone(), format!("{tag}_text")]);
    }
    for member in &class.members {
        accessors.push(member.name.clone());
        if definitions.is_enum(&member.kind) {
            accessors.push(format!("{}_text", member.name));
        }
    }
    for variant in class.variants.iter().filter(|variant| variant.has_contents()) {
        of_class(text, &format!("{name}::{}", class_of_variant(&variant.name)), &variant.class, definitions);
        accessors.push(variant.name.clone());
    }
    of_names(text, name, accessors);
}

fn of_names(text: &mut String, name: &str, accessors: impl IntoIterator<Item = String>) {
    let calls = accessors.into_iter().map(|accessor| format!("visit(it.{}());", identifier(&accessor)));
    let calls = filled(WIDTH, "  ", "  ", calls).join("\n");
    write!(
        text,
        "\ntemplate <class Visit>\nvoid each(const recoup::{name} &it, Visit &visit) {{\n{calls}\n}}\n"
    )
    .ok();
}
