//! What players are shown about refunds, and what refunds do to their access.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Config, ConfigError, span_or_none_at_all};
use crate::model::{AccessRules, NoticeName, NoticeText, NoticeTexts, PartialRefunds, Span};

/// Notices for players.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NoticesSection {
    /// Which ones are made; all but `items_taken` and `unblocked`. An empty list: none.
    pub make: Option<Vec<NoticeName>>,
    /// How long one waits to be shown, and then acknowledged; 30 days.
    pub keep: Option<Span>,
    /// How long after a refund the player is notified of a debt if the game has reported nothing; 10 minutes. `"0s"`: at
    /// once.
    #[serde(deserialize_with = "span_or_none_at_all")]
    pub owed_after: Option<Span>,
    /// Whether each makes an event as well, for players who are online.
    pub events: bool,
    /// The language of players whose own has no text, a BCP 47 tag; `en`.
    pub default_locale: Option<String>,
    /// Texts in place of the built-in ones or beside them, by name and language.
    pub texts: BTreeMap<NoticeName, BTreeMap<String, NoticeText>>,
}

impl NoticesSection {
    /// A player who does not play for a month finds no reminders of what was settled long ago.
    const KEEP: Span = Span::from_days(30);

    /// A game that is running has reported long before, and its report has the better numbers.
    const OWED_AFTER: Span = Span::from_millis(10 * 60 * 1000);

    pub(crate) fn make(&self) -> BTreeSet<NoticeName> {
        match &self.make {
            Some(names) => names.iter().copied().collect(),
            None => NoticeName::ALL.iter().copied().filter(|name| name.is_made_by_default()).collect(),
        }
    }

    pub(crate) fn keep(&self) -> Span {
        self.keep.unwrap_or(Self::KEEP)
    }

    pub(crate) fn owed_after(&self) -> Span {
        self.owed_after.unwrap_or(Self::OWED_AFTER)
    }
}

/// What refunds do to players' access to products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AccessSection {
    /// Whether a refund takes access; `true`.
    pub off_at_refund: bool,
    /// Whether a partial refund takes it, except at the App Store, where every refund revokes; `keep`.
    pub partial: PartialRefunds,
}

impl Default for AccessSection {
    fn default() -> Self {
        Self { off_at_refund: true, partial: PartialRefunds::Keep }
    }
}

impl AccessSection {
    pub(crate) const fn rules(self) -> AccessRules {
        AccessRules { off_at_refund: self.off_at_refund, partial: self.partial }
    }
}

impl Config {
    /// The texts of notices.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the path of a text with a placeholder that does not exist, or of a language that is
    /// none.
    pub fn checked_notices(&self) -> Result<NoticeTexts, ConfigError> {
        let default_locale = self.notices.default_locale.as_deref().unwrap_or("en");
        NoticeTexts::new(default_locale, &self.notices.texts)
            .map_err(|bad| ConfigError::Value { key: format!("notices.{}", bad.path), problem: bad.problem })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Result<Config, ConfigError> {
        Config::from_json(text.as_bytes(), ".")
    }

    #[test]
    fn notices_have_defaults() {
        let config = config("{}").unwrap();
        let all_but = [NoticeName::ItemsTaken, NoticeName::Unblocked];
        assert!(
            NoticeName::ALL.iter().all(|name| config.notices.make().contains(name) != all_but.contains(name))
        );
        assert_eq!(
            (config.notices.keep(), config.notices.owed_after().to_string()),
            (Span::from_days(30), "10m".to_owned())
        );
        assert_eq!(config.checked_notices().unwrap().default_locale(), "en");
        assert_eq!(config.access, AccessSection { off_at_refund: true, partial: PartialRefunds::Keep });
    }

    #[test]
    fn notices_are_read() {
        let config = config(
            r#"{"notices":{"make":["blocked","blocked"],"keep":"7d","owed_after":"0s","events":true,"default_locale":"ko",
                "texts":{"blocked":{"ko-KR":{"title":"a","text":"{until}"}}}},"access":{"off_at_refund":false,"partial":"revoke"}}"#,
        )
        .unwrap();
        assert_eq!(config.notices.make().len(), 1);
        assert_eq!(config.notices.owed_after(), Span::from_millis(0));
        assert_eq!(config.checked_notices().unwrap().default_locale(), "ko");
        assert!(!config.access.off_at_refund && config.access.partial == PartialRefunds::Revoke);
    }

    #[test]
    fn mistakes_are_named_with_their_path() {
        for (text, path) in [
            (r#"{"notices":{"make":["bloked"]}}"#, "notices.make[0]"),
            (r#"{"notices":{"texts":{"bloked":{}}}}"#, "notices.texts"),
            (r#"{"notices":{"texts":{"blocked":{"en":{"title":"a"}}}}}"#, "notices.texts.blocked.en"),
            (r#"{"access":{"partial":"some"}}"#, "access.partial"),
        ] {
            let message = config(text).unwrap_err().to_string();
            assert!(message.contains(path), "{message} does not name {path}");
        }
        let text = r#"{"notices":{"texts":{"blocked":{"ko-KR":{"title":"a","text":"{gems}"}}}}}"#;
        let message = config(text).unwrap().checked_notices().unwrap_err().to_string();
        assert!(
            message.starts_with("at notices.texts.blocked.ko-KR.text: {gems} does not exist"),
            "{message}"
        );
        let message =
            config(r#"{"notices":{"default_locale":"a b"}}"#).unwrap().checked_notices().unwrap_err();
        assert!(message.to_string().starts_with("at notices.default_locale: "));
    }
}
