//! Ingesting a store's request: what happened, and how to answer the store.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::Engine;
use super::change::{Change, Ingested};
use crate::error::Error;
use crate::ledger::{Amount, KeptKind, LedgerError};
use crate::model::{CaseKey, CustomMessage, DeadLetter, Meaning, MeaningKind, RefundId, Signal, Store};
use crate::shown::shown;
use crate::stores::{Rejection, Request};
use crate::transport::{HttpRequest, Transport, Url};

/// The outcome of a store's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What happened.
    pub what: OutcomeKind,
    /// The HTTP status to answer the store with. It is a success only once the fact is durable.
    pub http_status: u16,
    /// Whether it reported anything new: `false` for a repetition, under the same id or a new one.
    pub new: bool,
    /// The refund it is about.
    pub refund: Option<RefundId>,
    /// That refund's user, if known.
    pub user: Option<String>,
    /// If the engine has no transport, or could not do it: send a GET request to this URL, without following
    /// redirects; until then the store sends nothing more. Amazon SNS `SubscribeURL`.
    pub confirm_url: Option<String>,
}

/// What happened to a store's request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutcomeKind {
    /// Authentic and ingested.
    Accepted {
        /// The store's own name for it.
        name: String,
        /// What it means.
        meaning: MeaningKind,
    },
    /// Authentic but not understood: stored as a dead letter for an operator.
    DeadLetter(Rejection),
    /// Not accepted: nothing was changed.
    Rejected(Rejection),
}

/// The outcome of a store's request.
#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub(crate) struct OutcomeDocument<'a> {
    #[serde(flatten)]
    outcome: OutcomeWords<'a>,
    /// The HTTP status to answer the store with.
    http_status: u16,
    /// Whether it reported anything that was not known: `false` for a repetition.
    new: bool,
    /// The refund it is about.
    refund: Option<RefundId>,
    /// That refund's user, where known.
    user: Option<&'a str>,
    /// Send a GET request to this URL, without following redirects: the store sends nothing more before it has this
    /// confirmation that the endpoint is yours. Amazon SNS `SubscribeURL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_url: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum OutcomeWords<'a> {
    /// Authentic and ingested.
    Accepted {
        /// The store's name for it.
        name: &'a str,
        /// What it means.
        meaning: MeaningKind,
    },
    /// Authentic but not understood: kept as a dead letter for a person to look at.
    DeadLetter {
        /// A stable name for programs, in snake case.
        code: &'static str,
        /// Why it was not understood, for people.
        message: String,
    },
    /// Not accepted: nothing was changed.
    Rejected {
        /// A stable name for programs, in snake case.
        code: &'static str,
        /// Why it was rejected, for people.
        message: String,
    },
}

impl Serialize for Outcome {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let words = |why: &Rejection| (why.code(), shown(&why.to_string(), MAX_WORDS));
        let outcome = match &self.what {
            OutcomeKind::Accepted { name, meaning } => OutcomeWords::Accepted { name, meaning: *meaning },
            OutcomeKind::DeadLetter(why) => {
                let (code, message) = words(why);
                OutcomeWords::DeadLetter { code, message }
            }
            OutcomeKind::Rejected(why) => {
                let (code, message) = words(why);
                OutcomeWords::Rejected { code, message }
            }
        };
        let document = OutcomeDocument {
            outcome,
            http_status: self.http_status,
            new: self.new,
            refund: self.refund,
            user: self.user.as_deref(),
            confirm_url: self.confirm_url.as_deref(),
        };
        document.serialize(serializer)
    }
}

/// The longest rejection message that is stored or returned, in characters: it repeats what strangers sent.
const MAX_WORDS: usize = 1000;

/// The largest body of a custom store's message, in bytes; the limit of the known stores is no higher.
const MAX_CUSTOM_BODY: usize = 256 * 1024;

impl Engine {
    /// Ingests a store's request: authenticates and parses it, and makes it and its consequences durable. Waits for
    /// one commit, which concurrent callers share; a rejected request waits for nothing.
    ///
    /// An App Store message that was signed longer ago than `app_store[].max_age` (180 days) is rejected; sweeps have
    /// no such limit, and [`EngineOptions::allow_old_messages`](crate::EngineOptions::allow_old_messages) removes it.
    ///
    /// Answer the store with [`Outcome::http_status`], or with [`Error::http_status`] if this fails.
    ///
    /// # Errors
    /// [`Error::Ledger`]: the request may be genuine and was not stored; the store must send it again.
    pub fn ingest(&self, store: &Store, request: &Request<'_>) -> Result<Outcome, Error> {
        match self.verifier.delivered(store, request, self.clock.now()) {
            Ok(signal) if self.verifier.is_unsigned(store, request.body) => {
                self.ingest_hint(signal, request.body)
            }
            Ok(signal) => self.ingest_signal(signal, request.body),
            Err(rejection) if rejection.is_authentic() => {
                self.store_dead_letter(store, rejection, request.body)
            }
            Err(rejection) => Ok(self.reject(store, rejection)),
        }
    }

    /// Rejects a request: nothing is changed.
    fn reject(&self, store: &Store, rejection: Rejection) -> Outcome {
        if rejection.http_status() == 200 {
            tracing::debug!(%store, code = rejection.code(), "request ignored: {rejection}");
        } else {
            self.count_refusal(Some(store), rejection.code(), &rejection.to_string());
        }
        Outcome {
            http_status: rejection.http_status(),
            what: OutcomeKind::Rejected(rejection),
            new: false,
            refund: None,
            user: None,
            confirm_url: None,
        }
    }

    /// Ingests a message of a store that Recoup does not know, authenticated by the host. Duplicates, attribution,
    /// policy, blocks and journal work as for any other store. `body` is the original message, for the journal; up to
    /// 256 KiB. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::BadMessage`], [`Error::TooMany`] for a body beyond its limit; [`Error::Ledger`].
    pub fn record_message(&self, message: CustomMessage, body: &[u8]) -> Result<Outcome, Error> {
        if body.len() > MAX_CUSTOM_BODY {
            return Err(Error::TooMany { what: "bytes of body", count: body.len(), limit: MAX_CUSTOM_BODY });
        }
        self.ingest_signal(message.signal()?, body)
    }

    /// Ingests an authenticated signal.
    pub(crate) fn ingest_signal(&self, signal: Signal, body: &[u8]) -> Result<Outcome, Error> {
        self.ingest_signal_or_hint(signal, body, false)
    }

    /// `is_hint`: it was counted as one.
    fn ingest_signal_or_hint(&self, signal: Signal, body: &[u8], is_hint: bool) -> Result<Outcome, Error> {
        let (rules, now) = (Arc::clone(&self.rules), self.clock.now());
        let what = OutcomeKind::Accepted { name: signal.name.clone(), meaning: signal.meaning.kind() };
        let confirm_url = match &signal.meaning {
            Meaning::Confirmation { url } => Some(url.clone()),
            _ => None,
        };
        let body = body.to_vec();
        let Ingested { new, refund, opens_inquiry } = self.ledger.writer.run(move |tx| {
            let ingested = Change::ingest(tx, &rules, now, &signal, &body)?;
            if is_hint {
                let place = &signal.place;
                tx.note_hint((&place.store, &place.app, &signal.notification_id), body.len())?;
            }
            Ok::<_, LedgerError>(ingested)
        })?;
        if opens_inquiry {
            self.stores.stopping.wake();
        }
        let user = refund.as_ref().and_then(|refund| refund.user.as_deref());
        let user = user.map(|user| self.read(|read| read.spelling(user))).transpose()?;
        let refund = refund.map(|refund| refund.id);
        let outcome = Outcome { what, http_status: 200, new, refund, user, confirm_url };
        Ok(match &self.transport {
            Some(transport) => confirm(transport.as_ref(), outcome),
            None => outcome,
        })
    }

    /// Ingests an unsigned message, if its purchase is known, and within limits.
    pub(super) fn ingest_hint(&self, signal: Signal, body: &[u8]) -> Result<Outcome, Error> {
        let store = signal.place.store.clone();
        let (size, limit) = (body.len(), self.config.limits.of_hints());
        let wanted = signal.clone();
        let refused = self.ledger.writer.run(move |tx| {
            let (read, place) = (tx.read(), &wanted.place);
            let seen = read.refund_of_notification(&place.store, &place.app, &wanted.notification_id)?;
            if seen.is_some() {
                return Ok::<_, LedgerError>(None);
            }
            let (order, token) = ids_of(&wanted);
            if !read.knows_purchase(place.store.as_str(), order, token)? {
                return Ok(Some(Rejection::UnknownPurchase));
            }
            let there = read.kept(KeptKind::Hints)?;
            if there.is_full(limit) {
                let Amount { count, bytes } = there;
                let (key, bytes_key) = ("limits.hints", "limits.hint_bytes");
                return Ok(Some(Rejection::NoRoom { what: "hints", count, bytes, key, bytes_key }));
            }
            // Counted before it is ingested: if that fails, the count is too high and never too low.
            tx.count_kept(KeptKind::Hints, size)?;
            Ok(None)
        })?;
        match refused {
            Some(rejection) => Ok(self.reject(&store, rejection)),
            None => self.ingest_signal_or_hint(signal, body, true),
        }
    }

    fn store_dead_letter(&self, store: &Store, rejection: Rejection, body: &[u8]) -> Result<Outcome, Error> {
        let Some(signed) = self.verifier.signed_content(store, body) else {
            return Ok(self.reject(store, Rejection::NotANotification { problem: rejection.to_string() }));
        };
        let digest = ring::digest::digest(&ring::digest::SHA256, &signed);
        let letter = DeadLetter {
            id: 0,
            store: store.clone(),
            received_at: self.clock.now(),
            code: rejection.code().to_owned(),
            message: shown(&rejection.to_string(), MAX_WORDS),
            body: body.to_vec(),
        };
        let limit = self.config.limits.of_dead_letters();
        let kept = self.ledger.writer.run(move |tx| {
            if tx.has_dead_letter(&letter.store, digest.as_ref())? {
                return Ok::<_, LedgerError>(Ok(false));
            }
            let there = tx.read().kept(KeptKind::DeadLetters)?;
            if there.is_full(limit) {
                return Ok(Err(there));
            }
            tx.keep_dead_letter(&letter, digest.as_ref()).map(Ok)
        })?;
        let new = match kept {
            Ok(new) => new,
            Err(Amount { count, bytes }) => {
                let (key, bytes_key) = ("limits.dead_letters", "limits.dead_letter_bytes");
                let full = Rejection::NoRoom { what: "dead letters", count, bytes, key, bytes_key };
                return Ok(self.reject(store, full));
            }
        };
        if new {
            let words = shown(&rejection.to_string(), MAX_WORDS);
            tracing::error!(store = %store, code = rejection.code(), "kept as a dead letter: {words}");
        }
        Ok(Outcome {
            http_status: rejection.http_status(),
            what: OutcomeKind::DeadLetter(rejection),
            new,
            refund: None,
            user: None,
            confirm_url: None,
        })
    }
}

/// The order id and the token of the refund.
fn ids_of(signal: &Signal) -> (Option<&str>, Option<&str>) {
    let Meaning::Case { key, fact } = &signal.meaning else { return (None, None) };
    let (of_key, token_of_key) = match key {
        CaseKey::Order(order) => (Some(order.as_str()), None),
        CaseKey::Token { token, .. } => (None, Some(token.as_str())),
    };
    let about = &fact.about;
    (about.order_id.as_deref().or(of_key), about.purchase_token.as_deref().or(token_of_key))
}

/// How long the confirmation of an endpoint may take: SNS waits 15 seconds for our answer.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);

/// Confirms the endpoint to the store, if it requests that. If the confirmation fails, the store is answered 503 and
/// requests it again.
fn confirm(transport: &dyn Transport, mut outcome: Outcome) -> Outcome {
    let Some(url) = outcome.confirm_url.take() else { return outcome };
    let answer = url.parse::<Url>().map_err(|error| error.to_string()).and_then(|url| {
        let request = HttpRequest::get(url).timeout(CONFIRM_WITHIN);
        transport.send(&request).map_err(|error| error.to_string())
    });
    let problem = match answer {
        Ok(answer) if answer.is_success() => {
            tracing::info!("endpoint confirmed to the store");
            return outcome;
        }
        Ok(answer) => format!("it answered {}", answer.status().as_u16()),
        Err(problem) => problem,
    };
    tracing::error!("the endpoint could not be confirmed; the store will request it again: {problem}");
    outcome.http_status = 503;
    outcome.confirm_url = Some(url);
    outcome
}

impl From<Error> for LedgerError {
    /// For jobs that can only fail because of the ledger.
    fn from(error: Error) -> Self {
        match error {
            Error::Ledger(error) => error,
            other => Self::Internal(other.to_string()),
        }
    }
}
