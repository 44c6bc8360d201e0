//! How long what is not the ledger's own history is kept, and how long forgotten users are recognised.

use serde::Deserialize;

use crate::model::Span;

/// How long things are kept. Facts, purchases, refunds, blocks, books and the journal have no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RetentionSection {
    /// Raw bodies of stores' messages; without it, no limit.
    pub bodies: Option<Span>,
    /// Dead letters; without it, no limit.
    pub dead_letters: Option<Span>,
    /// Answers under keys; 30 days. A key of an event is kept at least as long as the event or its refund is open.
    pub requests: Option<Span>,
    /// Settled messages to webhook endpoints; 30 days. One that was removed cannot be replayed.
    pub webhooks: Option<Span>,
    /// Notices that were acknowledged, withdrawn or have expired; 90 days.
    pub notices: Option<Span>,
    /// Entries of the operators' audit; 2 years.
    pub audit: Option<Span>,
    /// Operators' sessions and tokens that have ended; 30 days.
    pub sessions: Option<Span>,
}

impl RetentionSection {
    /// Hosts retry within minutes, and after an outage within days.
    const REQUESTS: Span = Span::from_days(30);

    /// An endpoint's operator notices within days what it lost.
    const WEBHOOKS: Span = Span::from_days(30);
    /// A player's complaint about a notice comes within weeks.
    const NOTICES: Span = Span::from_days(90);
    /// Who did what is asked in yearly reviews, and the year before is compared.
    const AUDIT: Span = Span::from_days(2 * 365);
    /// A misused session is noticed within weeks.
    const SESSIONS: Span = Span::from_days(30);

    pub(crate) fn webhooks(&self) -> Span {
        self.webhooks.unwrap_or(Self::WEBHOOKS)
    }

    pub(crate) fn notices(&self) -> Span {
        self.notices.unwrap_or(Self::NOTICES)
    }

    pub(crate) fn audit(&self) -> Span {
        self.audit.unwrap_or(Self::AUDIT)
    }

    pub(crate) fn sessions(&self) -> Span {
        self.sessions.unwrap_or(Self::SESSIONS)
    }

    pub(crate) fn requests(&self) -> Span {
        self.requests.unwrap_or(Self::REQUESTS)
    }
}

/// Forgotten users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PrivacySection {
    /// How long a forgotten user is recognised in late messages; 3 years.
    pub remember_forgotten: Option<Span>,
}

impl PrivacySection {
    /// Longer than any store refunds: Google Play orders up to three years old.
    const REMEMBER: Span = Span::from_days(3 * 365);

    pub(crate) fn remember_forgotten(&self) -> Span {
        self.remember_forgotten.unwrap_or(Self::REMEMBER)
    }
}
