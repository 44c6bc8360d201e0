//! One section: its keys, its credentials, the hosts it is asked at, and when its store last spoke.

use std::sync::Arc;

use super::no_answer::{refused, unreachable};
use super::sweeps::sweeps;
use super::witness::Seen;
use super::{Bench, Found, Of};
use crate::config::ConfigError;
use crate::ledger::FailingReceipt;
use crate::model::{DoctorArea, Environment, Finding, Span, Store, Timestamp};
use crate::stores::{ApiError, Credentials, Kit, Noted, SectionChecks, profile};
use crate::transport::{Transport, TransportError};

/// From when on a clock that differs is worth a word: Google Play's pushes are refused when it differs by a minute.
const CLOCK_DIFFERS: Span = Span::from_millis(60 * 1000);

/// From when on it breaks things: a token for the App Store is good for five minutes, and so is Stripe's signature.
const CLOCK_IS_WRONG: Span = Span::from_millis(5 * 60 * 1000);

/// How far back refunds are looked for that no message reported.
const UNTOLD_IN: Span = Span::from_days(30);

/// What one section is checked with.
pub(super) struct SectionCheck<'a> {
    pub(super) of: Of<'a>,
    /// The configuration's key of the store's sections, and which of them it is.
    pub(super) key: &'static str,
    pub(super) n: usize,
    pub(super) bench: &'a Bench<'a>,
}

impl SectionCheck<'_> {
    fn kit<'k>(&'k self, transport: &'k Arc<dyn Transport>) -> Kit<'k> {
        Kit { keys: &self.bench.keys, transport, now: self.bench.now() }
    }
}

/// The keys that messages are verified by.
pub(super) fn keys<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    found: &mut Found<P>,
) {
    let transport: Arc<dyn Transport> = match &section_check.bench.witness {
        Some(witness) => Arc::<super::Witness>::clone(witness),
        None => Arc::new(NoTransport),
    };
    for noted in section.keys(&section_check.kit(&transport)) {
        found.add(Some(section_check.of), DoctorArea::Configuration, noted);
    }
}

/// Asks the store, and looks at how it answered. `sights` are the hosts reported about already.
pub(super) fn ask<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    sights: &mut Vec<String>,
    found: &mut Found<P>,
) {
    let of = Some(section_check.of);
    if !section.has_credentials() {
        if let Some(Credentials { key, without }) = profile(section_check.of.store).credentials {
            found.add(
                of,
                DoctorArea::Credentials,
                Noted::warning(
                    "no_credentials",
                    format!("the store cannot be asked anything: {without}"),
                    format!("Give {key}."),
                ),
            );
        }
        // Its keys may have been fetched.
        hosts(section_check, sights, found);
        return;
    }
    let Some(witness) = &section_check.bench.witness else {
        found.add(
            of,
            DoctorArea::Reachability,
            Noted::broken(
                "no_client",
                "nothing is there to send requests with",
                "Open the engine with a transport, or build with the Cargo feature http.",
            ),
        );
        return;
    };
    let transport: Arc<dyn Transport> = Arc::<super::Witness>::clone(witness);
    let answers = match section.ask(&section_check.kit(&transport)) {
        Ok(answers) => answers,
        Err(error) => {
            found.add(of, DoctorArea::Configuration, unusable(section_check.key, section_check.n, error));
            return;
        }
    };
    // Before the credentials: a clock that is wrong is why they are refused.
    let clock_is_wrong = hosts(section_check, sights, found);
    for answer in answers {
        let at = answer.place.map_or_else(String::new, |place| format!("{place}: "));
        match answer.said {
            Ok(noted) => {
                for mut noted in noted {
                    noted.facts = format!("{at}{}", noted.facts);
                    let area = match noted.code {
                        "delivered" | "undelivered" => DoctorArea::Webhooks,
                        _ => DoctorArea::Credentials,
                    };
                    found.add(of, area, noted);
                }
            }
            Err(ApiError::Transport { source }) => {
                found.add(of, DoctorArea::Reachability, unreachable(&at, &source))
            }
            Err(error) => {
                let noted = refused(&at, &error, clock_is_wrong, || section.advice(answer.place, &error));
                found.add(of, DoctorArea::Credentials, noted);
            }
        }
    }
}

/// The hosts that have answered since; whether a clock is so wrong that tokens are not taken.
fn hosts<P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    sights: &mut Vec<String>,
    found: &mut Found<P>,
) -> bool {
    let Some(witness) = &section_check.bench.witness else { return false };
    let mut is_wrong = false;
    for seen in witness.take() {
        let ahead = seen.ahead(section_check.bench.now(), witness.elapsed());
        is_wrong |= ahead.is_some_and(|ahead| size(ahead) >= CLOCK_IS_WRONG);
        if sights.contains(&seen.host) {
            continue;
        }
        sights.push(seen.host.clone());
        let facts = format!("{} answers in {} ms", seen.host, seen.took.as_millis());
        found.add(Some(section_check.of), DoctorArea::Reachability, Noted::ok("reached", facts));
        if let Some(ahead) = ahead {
            found.add(Some(section_check.of), DoctorArea::Clock, clock(&seen, ahead));
        }
    }
    is_wrong
}

fn size(span: Span) -> Span {
    Span::from_millis(span.millis().saturating_abs())
}

fn clock(seen: &Seen, ahead: Span) -> Noted {
    const ADVICE: &str = "Set this machine's clock by a time daemon (chrony, systemd-timesyncd, w32time), and see that \
                          it runs: tokens, signatures and deadlines go by it.";
    let way = if ahead.millis() > 0 { "ahead of" } else { "behind" };
    // To the second: the store's clock is reported no finer.
    let by = Span::from_millis(size(ahead).millis() / 1000 * 1000);
    let facts = format!("this clock is {} {way} that of {}", by.words(), seen.host);
    match size(ahead) {
        by if by >= CLOCK_IS_WRONG => Noted::broken("clock_wrong", facts, ADVICE),
        by if by >= CLOCK_DIFFERS => Noted::warning("clock_differs", facts, ADVICE),
        _ => Noted::ok("clock", format!("this clock agrees with that of {}", seen.host)),
    }
}

/// When the store last spoke, by itself and when asked.
pub(super) fn reported<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    found: &mut Found<P>,
) {
    let (bench, of) = (section_check.bench, section_check.of);
    let now = bench.now();
    let since = now.plus(Span::from_millis(-UNTOLD_IN.millis()));
    let asked = bench.ask(|read| {
        let last = read.latest_webhook(of.store, of.app)?;
        let wrong = match section.moves_money() {
            Some(environment) => read.all_reported_of_another(of.store, of.app, environment, since)?,
            None => false,
        };
        let failing = read.failing_receipts(of.store, of.app)?;
        Ok((
            last,
            read.unreported_refunds(of.store, of.app, since)?,
            read.sweep(of.store, of.app)?,
            wrong,
            failing,
        ))
    });
    match asked {
        None => {}
        Some(Err(noted)) => found.add(Some(of), DoctorArea::Webhooks, noted),
        Some(Ok((last, unreported, row, wrong, failing))) => {
            if let Some(environment) = section.moves_money().filter(|_| wrong) {
                found.add(Some(of), DoctorArea::Credentials, another_mode(environment));
            }
            let route =
                format!("{}. It has to name this server's route for {}", S::WEBHOOKS, of.store.title());
            found.add(Some(of), DoctorArea::Webhooks, webhooks(of.store, last, &unreported, &route, now));
            if section.has_credentials() {
                for noted in sweeps(row.as_ref(), bench.every, of.store, now) {
                    found.add(Some(of), DoctorArea::Sweeps, noted);
                }
                if let Some((count, receipt)) = failing {
                    found.add(Some(of), DoctorArea::Sweeps, receipts_failing(count, &receipt));
                }
            }
        }
    }
}

/// Receipts that the store does not answer of, while it answers of others.
fn receipts_failing(count: i64, worst: &FailingReceipt) -> Noted {
    let receipts = if count == 1 { "1 receipt".to_owned() } else { format!("{count} receipts") };
    Noted::warning(
        "receipts_failing",
        format!(
            "the store gives no answer about {receipts}: {} failed {} times in a row, the last time with: {}",
            worst.receipt_id.escape_debug(),
            worst.failures,
            worst.problem
        ),
        format!(
            "The other receipts are asked about all the same, and this one again from {} on. Is it a receipt of this app? If \
             it stays so, ask the store's support about it.",
            worst.retry_at
        ),
    )
}

/// The messages are of the one environment, and the credentials of the other.
fn another_mode(of_credentials: Environment) -> Noted {
    let (is, reported) = match of_credentials {
        Environment::Production => ("live", "of test mode"),
        Environment::Sandbox => ("test", "real"),
    };
    Noted::broken(
        "wrong_mode",
        format!(
            "the key is a {is} key, and all refunds that messages reported in the last 30 days are {reported}"
        ),
        "Give the key of the mode that the webhook secrets are of: with this one sweeps do not find these refunds, and \
         the game cannot refund these payments.",
    )
}

fn webhooks(
    store: &Store,
    last: Option<Timestamp>,
    unreported: &crate::ledger::Unreported,
    route: &str,
    now: Timestamp,
) -> Noted {
    let path = format!("/v1/{store} where `recoup serve` runs");
    match (last, unreported.latest) {
        (None, None) => Noted::warning(
            "no_webhook_received",
            "no message has ever come",
            format!("If this shop is open, look at {route} ({path})."),
        ),
        (None, Some(_)) => Noted::warning(
            "webhooks_lost",
            format!("no message has ever come, and sweeps found refunds: {}", unreported.count),
            format!("Messages do not arrive. Look at {route} ({path})."),
        ),
        (Some(last), Some(latest)) if last < latest => Noted::warning(
            "webhooks_lost",
            format!(
                "the last message came {} ago, and a sweep found refunds since that none reported",
                now.since(last).words()
            ),
            format!("Messages have stopped to arrive. Look at {route} ({path})."),
        ),
        (Some(last), _) => {
            Noted::ok("webhook_received", format!("the last message came {} ago", now.since(last).words()))
        }
    }
}

/// Stands in where nothing can be sent.
struct NoTransport;

impl Transport for NoTransport {
    fn send(
        &self,
        request: &crate::transport::HttpRequest,
    ) -> Result<crate::transport::HttpResponse, TransportError> {
        let host = request.url().host().to_owned();
        Err(TransportError::Unsendable { host, problem: "there is no HTTP client".to_owned() })
    }
}

/// A section was looked at by itself, as if it were the first.
pub(super) fn unusable(key: &str, n: usize, error: ConfigError) -> Noted {
    let words = error.to_string().replace(&format!("{key}[0]"), &format!("{key}[{n}]"));
    Noted::broken(
        "unusable",
        format!("{key}[{n}] cannot be used: {words}"),
        "With this the game server does not start. Mend the configuration, and try it by `recoup config check`.",
    )
}
