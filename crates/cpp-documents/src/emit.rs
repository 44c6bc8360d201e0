//! How types are written in C++.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::Error;
use crate::names::{camel_case as class_of_variant, numbered_in};
use crate::schema::{Alternative, Class, Definition, Definitions, Member, Named, Shape, Type, Variant};

pub(crate) const WIDTH: usize = 120;

/// Names that C++ has a use of its own for, as far as JSON may have them.
const KEYWORDS: &str = "and auto bool break case catch char class concept const continue default delete do double else enum \
    explicit export extern false float for friend goto if inline int long mutable namespace new not \
    operator or private protected public register requires return short signed static struct switch \
    template true union unsigned virtual";

/// What every view or document has, so that no member may have its name.
const TAKEN: [&str; 10] =
    ["choice", "fits", "indexed", "json", "member", "raw", "read", "read_text", "variant", "variant_with"];

pub(crate) fn header(
    name: &str,
    about: &str,
    includes: &BTreeSet<String>,
    classes: &[String],
    definitions: &Definitions,
) -> Result<String, Error> {
    let mut out = Out::default();
    for class in classes {
        out.definition(class, definitions.get(class)?, definitions)?;
    }
    let body = out.text;
    let guard = format!("RECOUP_DOCUMENTS_{}_HPP", name.to_uppercase());
    let mut text = format!(
        "// {about}. Part of recoup.hpp. SPDX-License-Identifier: MIT OR Apache-2.0\n//\n// Made from schemas by \
         crates/cpp-documents; do not edit.\n#ifndef {guard}\n#define {guard}\n\n#include \"../document.hpp\"\n"
    );
    for include in includes {
        writeln!(text, "#include \"{include}\"").ok();
    }
    text.push('\n');
    for (standard, word) in
        [("array", "std::array"), ("cstdint", "std::int64_t"), ("optional", "std::optional")]
    {
        if body.contains(word) {
            writeln!(text, "#include <{standard}>").ok();
        }
    }
    write!(text, "#include <string_view>\n\nnamespace recoup {{\n{body}\n}}  // namespace recoup\n\n#endif  // {guard}\n").ok();
    Ok(text)
}

#[derive(Default)]
struct Out {
    text: String,
    indent: usize,
}

impl Out {
    fn definition(
        &mut self,
        name: &str,
        definition: &Definition,
        definitions: &Definitions,
    ) -> Result<(), Error> {
        self.text.push('\n');
        match &definition.shape {
            Shape::Enum(names) if numbered_in(name).is_some() => self.named(name, names, "inline constexpr"),
            Shape::Enum(names) => {
                self.enumeration(name, &definition.doc, "its accessor that ends in _text has it", names);
                self.named(name, names, "inline constexpr");
            }
            Shape::Class(class) => self.class(name, &definition.doc, class, definitions)?,
            Shape::Choice(names, members) => {
                self.choice(name, &definition.doc, names, members, definitions)?
            }
            Shape::Either(alternatives) => self.either(name, &definition.doc, alternatives, definitions)?,
            Shape::Alias(_) => {}
        }
        Ok(())
    }

    fn enumeration(&mut self, name: &str, doc: &str, elsewhere: &str, names: &[Named]) {
        self.doc(doc);
        self.line(&format!("enum class {name} {{"));
        self.indent += 2;
        self.doc(&format!("A value that has no name here; {elsewhere}."));
        self.line("unnamed = -1,");
        for Named { text, doc } in names {
            self.doc(doc);
            self.line(&format!("{},", identifier(text)));
        }
        self.indent -= 2;
        self.line("};");
    }

    /// The texts of an enum's values, which detail::names finds.
    fn named(&mut self, name: &str, names: &[Named], before: &str) {
        self.line(&format!(
            "{before} std::array<detail::Named<{name}>, {}> named({name}) noexcept {{",
            names.len()
        ));
        let last = names.len().saturating_sub(1);
        let parts = names.iter().enumerate().map(|(at, Named { text, .. })| {
            format!("{{\"{text}\", {name}::{}}}{}", identifier(text), if at == last { "}};" } else { "," })
        });
        self.filled("  return {{", "           ", parts);
        self.line("}");
    }

    fn class(
        &mut self,
        name: &str,
        doc: &str,
        class: &Class,
        definitions: &Definitions,
    ) -> Result<(), Error> {
        self.begin(name, doc);
        let checks = self.contents(class, definitions)?;
        self.end(&["shape.is_object()".to_owned()].into_iter().chain(checks).collect::<Vec<_>>());
        Ok(())
    }

    /// The class of a variant inside of another. Its accessor says what it is.
    fn variant(&mut self, name: &str, class: &Class, definitions: &Definitions) -> Result<(), Error> {
        self.begin(&class_of_variant(name), "");
        let checks = self.contents(class, definitions)?;
        self.end(&checks);
        self.text.push('\n');
        Ok(())
    }

    /// Members and variants; what has to be checked of them.
    fn contents(&mut self, class: &Class, definitions: &Definitions) -> Result<Vec<String>, Error> {
        let mut checks = Vec::new();
        if let Some(tag) = &class.tag {
            let kind = class_of_variant(tag);
            let names: Vec<Named> = class
                .variants
                .iter()
                .map(|Variant { name, doc, .. }| Named { text: name.clone(), doc: doc.clone() })
                .collect();
            self.enumeration(&kind, "Which of these it is.", &format!("{tag}_text() has it"), &names);
            self.named(&kind, &names, "friend constexpr");
            self.text.push('\n');
            for variant in class.variants.iter().filter(|variant| variant.has_contents()) {
                self.variant(&variant.name, &variant.class, definitions)?;
            }
            let doc = "Which of these it is.".to_owned();
            let kind = Type::Named(kind);
            let member = Member {
                name: tag.clone(),
                doc,
                kind,
                is_nullable: false,
                is_required: true,
                has_default: false,
            };
            self.accessor(&member, true)?;
            checks.push(check(&member));
        }
        for member in &class.members {
            self.accessor(member, definitions.is_enum(&member.kind))?;
            checks.push(check(member));
        }
        if let Some(tag) = &class.tag {
            for Variant { name, doc, .. } in class.variants.iter().filter(|variant| variant.has_contents()) {
                let kind = class_of_variant(name);
                self.doc(doc);
                self.function(
                    &format!("std::optional<{kind}>"),
                    name,
                    &format!("variant<{kind}>(\"{tag}\", \"{name}\")"),
                )?;
                checks.push(format!("shape.fits<{kind}>(\"{tag}\", \"{name}\")"));
            }
        }
        Ok(checks)
    }

    fn choice(
        &mut self,
        name: &str,
        doc: &str,
        names: &[Named],
        members: &[Member],
        definitions: &Definitions,
    ) -> Result<(), Error> {
        self.begin(name, doc);
        self.enumeration("Kind", "Which of these it is.", "kind_text() has it", names);
        self.named("Kind", names, "friend constexpr");
        self.text.push('\n');
        self.doc("Which of these it is.");
        self.function("Kind", "kind", "detail::Reading<Kind>::of(choice())")?;
        self.function("std::string_view", "kind_text", "choice()")?;
        let mut checks = vec!["shape.is_choice()".to_owned()];
        for member in members {
            self.accessor(member, definitions.is_enum(&member.kind))?;
            checks.push(check(member));
        }
        self.end(&checks);
        Ok(())
    }

    fn either(
        &mut self,
        name: &str,
        doc: &str,
        alternatives: &[Alternative],
        definitions: &Definitions,
    ) -> Result<(), Error> {
        self.begin(name, doc);
        let mut checks = vec!["shape.is_object()".to_owned()];
        for Alternative { accessor, class, .. } in alternatives {
            if let Ok(class) = class {
                self.variant(accessor, class, definitions)?;
            }
        }
        for Alternative { accessor, doc, member, class } in alternatives {
            let kind = class.as_ref().map_or_else(Clone::clone, |_| class_of_variant(accessor));
            self.doc(doc);
            self.function(
                &format!("std::optional<{kind}>"),
                accessor,
                &format!("variant_with<{kind}>(\"{member}\")"),
            )?;
            checks.push(format!("shape.fits_with<{kind}>(\"{member}\")"));
        }
        self.end(&checks);
        Ok(())
    }

    fn begin(&mut self, name: &str, doc: &str) {
        self.doc(doc);
        self.line(&format!("struct {name} : View {{"));
        self.indent += 2;
        self.line("using View::View;");
        self.text.push('\n');
    }

    fn end(&mut self, checks: &[String]) {
        let before = "static bool fits(detail::Shape &shape) noexcept {";
        let line = format!("{before} return {}; }}", checks.join(" && "));
        if self.indent + line.len() <= WIDTH {
            self.line(&line);
            self.indent -= 2;
            self.line("};");
            return;
        }
        self.line(before);
        let last = checks.len().saturating_sub(1);
        let parts = checks
            .iter()
            .enumerate()
            .map(|(at, check)| format!("{check}{}", if at == last { ";" } else { " &&" }));
        self.filled("  return ", "         ", parts);
        self.line("}");
        self.indent -= 2;
        self.line("};");
    }

    fn filled(&mut self, first: &str, further: &str, parts: impl IntoIterator<Item = String>) {
        for line in filled(WIDTH - self.indent, first, further, parts) {
            self.line(&line);
        }
    }

    /// A member, and where it is an enum, its text as well.
    fn accessor(&mut self, member: &Member, is_enum: bool) -> Result<(), Error> {
        let kind = reading(member);
        self.doc(&member.doc);
        self.function(&kind, &member.name, &format!("read<{kind}>(\"{}\")", member.name))?;
        if is_enum {
            self.function(
                "std::string_view",
                &format!("{}_text", member.name),
                &format!("read_text(\"{}\")", member.name),
            )?;
        }
        Ok(())
    }

    fn function(&mut self, kind: &str, name: &str, value: &str) -> Result<(), Error> {
        if TAKEN.contains(&name) {
            return Err(Error::Schema(format!("every view has {name}() already: rename the member")));
        }
        let before = format!("[[nodiscard]] {kind} {}() const noexcept {{", identifier(name));
        let line = format!("{before} return {value}; }}");
        if self.indent + line.len() <= WIDTH {
            self.line(&line);
        } else {
            self.line(&before);
            self.line(&format!("  return {value};"));
            self.line("}");
        }
        Ok(())
    }

    fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', self.indent));
        self.text += line;
        self.text.push('\n');
    }

    /// A comment, in words for C++.
    fn doc(&mut self, doc: &str) {
        let doc = doc.replace("`null`", "empty").replace("null", "empty");
        let doc = doc.replace("absent", "empty").replace("Absent", "Empty");
        for (number, paragraph) in doc.lines().enumerate() {
            if number > 0 {
                self.line("///");
            }
            let mut line = "///".to_owned();
            for word in paragraph.split_whitespace() {
                if self.indent + line.len() + 1 + word.len() > WIDTH {
                    self.line(&line);
                    line = "///".to_owned();
                }
                line.push(' ');
                line += word;
            }
            self.line(&line);
        }
    }
}

/// As many parts a line as fit.
pub(crate) fn filled(
    width: usize,
    first: &str,
    further: &str,
    parts: impl IntoIterator<Item = String>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for part in parts {
        if !is_empty && line.len() + part.len() > width {
            lines.push(line.trim_end().to_owned());
            line = further.to_owned();
        }
        line += &part;
        line.push(' ');
        is_empty = false;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

impl Variant {
    pub(crate) fn has_contents(&self) -> bool {
        self.class != Class::default()
    }
}

fn check(member: &Member) -> String {
    let kind = reading(member);
    let has = if member.is_required { "has" } else { "may_have" };
    format!("shape.{has}<{kind}>(\"{}\")", member.name)
}

/// The C++ type that an accessor returns. A list that is left out is empty; one that is null means something else.
fn reading(member: &Member) -> String {
    let kind = spelled(&member.kind);
    let is_value = match member.kind {
        Type::Json => true,
        Type::List(_) | Type::Map(_) => !member.is_nullable,
        _ => member.has_default || (member.is_required && !member.is_nullable),
    };
    if is_value { kind } else { format!("std::optional<{kind}>") }
}

fn spelled(kind: &Type) -> String {
    match kind {
        Type::Boolean => "bool".to_owned(),
        Type::Integer => "std::int64_t".to_owned(),
        Type::Text => "std::string_view".to_owned(),
        Type::Time => "Time".to_owned(),
        Type::Json => "json::Value".to_owned(),
        Type::Named(name) => name.clone(),
        Type::List(item) => format!("List<{}>", spelled(item)),
        Type::Map(item) => format!("Map<{}>", spelled(item)),
        Type::Nullable(item) => format!("std::optional<{}>", spelled(item)),
    }
}

pub(crate) fn identifier(name: &str) -> String {
    let name = name.replace('-', "_");
    if KEYWORDS.split(' ').any(|keyword| keyword == name) { name + "_" } else { name }
}
