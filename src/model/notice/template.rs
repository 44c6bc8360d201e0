//! Texts with placeholders.

/// What a placeholder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placeholder {
    Store,
    Product,
    Amount,
    Items,
    Until,
    Owed,
}

const PLACEHOLDERS: [(&str, Placeholder); 6] = [
    ("store", Placeholder::Store),
    ("product", Placeholder::Product),
    ("amount", Placeholder::Amount),
    ("items", Placeholder::Items),
    ("until", Placeholder::Until),
    ("owed", Placeholder::Owed),
];

/// A text that was read once: its placeholders are known, so a value is never read as a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Value(Placeholder),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadTemplate {
    /// A placeholder that does not exist.
    #[error(
        "{placeholder} does not exist: expected {{store}}, {{product}}, {{amount}}, {{items}}, {{until}} or {{owed}}"
    )]
    Unknown {
        /// The placeholder with its braces, or a description of it where it is no name.
        placeholder: String,
    },
    /// A brace that is never closed.
    #[error("a {{ has no }}: write placeholders as {{product}}")]
    Unclosed,
}

impl Template {
    pub(super) fn read(text: &str) -> Result<Self, BadTemplate> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(BadTemplate::Unclosed)?;
            let known = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
            let (_, placeholder) = known.ok_or_else(|| BadTemplate::Unknown { placeholder: shown(name) })?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Value(*placeholder));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Self(parts))
    }

    /// The text with the values in their places.
    pub(super) fn fill(&self, value: impl Fn(Placeholder) -> String) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Value(placeholder) => text.push_str(&value(*placeholder)),
            }
        }
        text
    }
}

/// A placeholder for an error: something may have been pasted between braces that is not to be repeated.
fn shown(name: &str) -> String {
    const LONGEST: usize = 24;
    let is_name =
        name.len() <= LONGEST && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if is_name {
        format!("{{{name}}}")
    } else {
        format!("a placeholder of {} characters", name.chars().count())
    }
}
