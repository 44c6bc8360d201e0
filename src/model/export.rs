//! Exports: what of the ledger is written out for a spreadsheet, a data warehouse or an auditor.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Store, Timestamp};

/// What can be exported. A new kind also needs a row in `Engine::export` and its columns in `src/export/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExportKind {
    /// Refunds.
    Refunds,
    /// Purchases that the host recorded.
    Purchases,
    /// Blocks, active and ended.
    Blocks,
    /// What players owe: a row a refund and item.
    Debts,
    /// The entries of the books.
    Recovery,
    /// The journal.
    Journal,
    /// Exclusions, active and ended.
    Exclusions,
    /// Notices for players, in the configured default language.
    Notices,
    /// Messages to webhook endpoints.
    WebhookMessages,
}

impl ExportKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Refunds,
        Self::Purchases,
        Self::Blocks,
        Self::Debts,
        Self::Recovery,
        Self::Journal,
        Self::Exclusions,
        Self::Notices,
        Self::WebhookMessages,
    ];

    /// The name used in JSON and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refunds => "refunds",
            Self::Purchases => "purchases",
            Self::Blocks => "blocks",
            Self::Debts => "debts",
            Self::Recovery => "recovery",
            Self::Journal => "journal",
            Self::Exclusions => "exclusions",
            Self::Notices => "notices",
            Self::WebhookMessages => "webhook_messages",
        }
    }
}

impl FromStr for ExportKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            format!("{name:?} cannot be exported: expected one of {}", names.join(", "))
        })
    }
}

/// How an export is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExportFormat {
    /// One JSON document a line, as queries return it. The last line of a complete export is `{"end":{"rows":N}}`.
    #[default]
    Ndjson,
    /// RFC 4180 in UTF-8, with a header. What is unknown is empty.
    Csv,
    /// As CSV, so that Excel shows it as it is: with a byte-order mark, times it can read, long ids that keep their
    /// digits, and no text that it would run as a formula.
    Excel,
}

/// A request for an export. The default exports all refunds as NDJSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// What is exported.
    pub what: ExportKind,
    /// How it is written.
    #[serde(default)]
    pub format: ExportFormat,
    /// Of this user only. Exclusions are of no user.
    #[serde(default)]
    pub user: Option<String>,
    /// Of this store only: refunds and purchases.
    #[serde(default)]
    pub store: Option<Store>,
    /// At this time or later: refunds by the store's clock, purchases by when they were recorded, entries by
    /// when they were written, all else by when it was made. Debts have no time.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// Before this time.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Changed at this time or later, the longest unchanged first: refunds only. A change has the time at which
    /// it was requested, shortly before it is in the ledger: whoever passes the start of the previous export less a minute
    /// misses none.
    #[serde(default)]
    pub changed_since: Option<Timestamp>,
}

impl Export {
    /// All of a kind.
    #[must_use]
    pub const fn new(what: ExportKind, format: ExportFormat) -> Self {
        Self { what, format, user: None, store: None, since: None, until: None, changed_since: None }
    }
}

impl Default for Export {
    fn default() -> Self {
        Self::new(ExportKind::Refunds, ExportFormat::Ndjson)
    }
}

/// What an export wrote. Only a complete export returns it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Exported {
    /// How many rows.
    pub rows: u64,
}
