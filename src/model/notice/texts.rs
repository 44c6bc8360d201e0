//! The texts of notices: the built-in ones, and those of the configuration before them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::Catalogue;
use super::built_in::{LANGUAGES, Language};
use super::locale::{is_tag, lookup};
use super::template::{BadTemplate, Template};
use super::values::{Phrases, Values};
use super::{NoticeDetails, NoticeName};

/// The language if neither the player's nor the configured one has a text.
const LAST: &str = "en";

/// The longest title or text of the configuration, in bytes: a screen of a phone.
const MAX_TEXT: usize = 4096;

/// A title and a text of the configuration, with placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
}

/// Why the configuration's texts cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct BadNoticeText {
    /// The path to the value, from `notices`.
    pub path: String,
    /// What is wrong and what was expected.
    pub problem: String,
}

/// The texts of all notices, in all languages that there are.
#[derive(Clone, Debug)]
pub struct NoticeTexts {
    texts: BTreeMap<NoticeName, BTreeMap<String, Templates>>,
    default_locale: String,
}

#[derive(Clone, Debug)]
struct Templates {
    title: Template,
    text: Template,
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wording {
    /// The language.
    pub(crate) locale: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl NoticeTexts {
    /// The built-in texts, and `given`, by name and language, in their place or beside them. `default_locale` is the
    /// language of players whose own has no text.
    ///
    /// # Errors
    /// [`BadNoticeText`] for a placeholder that does not exist, an empty or overlong text, and what is no language tag.
    pub fn new(
        default_locale: &str,
        given: &BTreeMap<NoticeName, BTreeMap<String, NoticeText>>,
    ) -> Result<Self, BadNoticeText> {
        if !is_tag(default_locale) {
            return Err(bad("default_locale".to_owned(), NO_TAG));
        }
        let mut texts = BTreeMap::new();
        for name in NoticeName::ALL {
            let mut of_name = BTreeMap::new();
            for language in &LANGUAGES {
                let (title, text) = language.text(*name);
                let read = |text| {
                    Template::read(text)
                        .map_err(|error| bad(format!("{}.{}", name.as_str(), language.tag), error))
                };
                of_name.insert(language.tag.to_owned(), Templates { title: read(title)?, text: read(text)? });
            }
            for (tag, given) in given.get(name).into_iter().flatten() {
                let path = format!("texts.{}.{}", name.as_str(), shown_tag(tag));
                if !is_tag(tag) {
                    return Err(bad(path, NO_TAG));
                }
                of_name.retain(|known: &String, _| !known.eq_ignore_ascii_case(tag));
                let title = read(&given.title, || format!("{path}.title"))?;
                let text = read(&given.text, || format!("{path}.text"))?;
                of_name.insert(tag.clone(), Templates { title, text });
            }
            texts.insert(*name, of_name);
        }
        Ok(Self { texts, default_locale: default_locale.to_owned() })
    }

    /// The language of players whose own has no text.
    #[must_use]
    pub fn default_locale(&self) -> &str {
        &self.default_locale
    }

    /// A notice in the best language for the player's, by RFC 4647 lookup: the player's own without its subtags from
    /// the end, then the default one, then English.
    pub(crate) fn word(
        &self,
        name: NoticeName,
        details: &NoticeDetails,
        locale: &str,
        catalogue: &Catalogue,
    ) -> Wording {
        let of_name = self.texts.get(&name);
        let found = [locale, &self.default_locale, LAST]
            .into_iter()
            .find_map(|locale| of_name.and_then(|texts| lookup(texts, locale)));
        // Every name has an English text.
        let Some((tag, templates)) = found else {
            return Wording { locale: LAST.to_owned(), title: name.as_str().to_owned(), text: String::new() };
        };
        let values =
            Values { details, catalogue, phrases: phrases_of(tag), locales: [locale, &self.default_locale] };
        let fill = |template: &Template| template.fill(|placeholder| values.of(placeholder));
        Wording { locale: tag.to_owned(), title: fill(&templates.title), text: fill(&templates.text) }
    }
}

impl Default for NoticeTexts {
    fn default() -> Self {
        Self::new(LAST, &BTreeMap::new())
            .unwrap_or(Self { texts: BTreeMap::new(), default_locale: LAST.to_owned() })
    }
}

const NO_TAG: &str = "it is no language tag: expected one as in BCP 47, such as ko or pt-BR";

fn read(text: &str, path: impl Fn() -> String) -> Result<Template, BadNoticeText> {
    match text.len() {
        0 => Err(bad(path(), "it is empty: write what the player is shown")),
        size if size > MAX_TEXT => Err(bad(path(), format!("it has {size} bytes; the limit is {MAX_TEXT}"))),
        _ => Template::read(text).map_err(|error: BadTemplate| bad(path(), error)),
    }
}

fn bad(path: String, problem: impl ToString) -> BadNoticeText {
    BadNoticeText { path, problem: problem.to_string() }
}

/// A key of the configuration in an error; anything may have been pasted there.
fn shown_tag(tag: &str) -> String {
    if is_tag(tag) { tag.to_owned() } else { format!("<a key of {} characters>", tag.chars().count()) }
}

/// The words of the language of a text, which may be one of a region.
fn phrases_of(tag: &str) -> Phrases {
    let primary = tag.split('-').next().unwrap_or(tag);
    let known = LANGUAGES.iter().find(|language: &&Language| language.tag.eq_ignore_ascii_case(primary));
    known.map_or(Phrases::NEUTRAL, |language| language.phrases)
}
