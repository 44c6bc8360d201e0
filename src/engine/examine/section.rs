//! One section: its keys, its credentials, the hosts it is asked at, and when its store last spoke.

use std::sync::Arc;

use super::stores::unusable;
use super::witness::Seen;
use super::{Bench, Found, Of};
use crate::model::{Examined, Finding, Health, Span, Store, Timestamp};
use crate::stores::{ApiError, ExaminedSection, Kit, Noted};
use crate::transport::{Transport, TransportError};

/// From when on a clock that differs is worth a word: Google Play's pushes are refused when it differs by a minute.
const CLOCK_DIFFERS: Span = Span::from_millis(60 * 1000);

/// From when on it breaks things: a token for the App Store is good for five minutes, and so is Stripe's signature.
const CLOCK_IS_WRONG: Span = Span::from_millis(5 * 60 * 1000);

/// How far back refunds are looked for that no message told.
const UNTOLD_IN: Span = Span::from_days(30);

/// What one section is examined with.
pub(super) struct Examining<'a> {
    pub(super) of: Of<'a>,
    pub(super) n: usize,
    pub(super) bench: &'a Bench<'a>,
}

impl Examining<'_> {
    fn kit<'k>(&'k self, transport: &'k Arc<dyn Transport>) -> Kit<'k> {
        Kit { keys: &self.bench.keys, transport, now: self.bench.now() }
    }
}

/// The keys that messages are verified by.
pub(super) fn keys<S: ExaminedSection, P: FnMut(&Finding)>(
    examining: &Examining<'_>,
    section: &S,
    found: &mut Found<P>,
) {
    let transport: Arc<dyn Transport> = match &examining.bench.witness {
        Some(witness) => Arc::<super::Witness>::clone(witness),
        None => Arc::new(NoTransport),
    };
    for noted in section.keys(&examining.kit(&transport)) {
        found.add(Some(examining.of), Examined::Configuration, noted);
    }
}

/// Asks the store, and looks at how it answered. `sights` are the hosts told of already.
pub(super) fn ask<S: ExaminedSection, P: FnMut(&Finding)>(
    examining: &Examining<'_>,
    section: &S,
    sights: &mut Vec<String>,
    found: &mut Found<P>,
) {
    let of = Some(examining.of);
    if let Some((key, lost)) = section.without_credentials() {
        found.add(
            of,
            Examined::Credentials,
            Noted::warning(
                "no_credentials",
                format!("the store cannot be asked anything: {lost}"),
                format!("Give {key}."),
            ),
        );
        // Its keys may have been fetched.
        hosts(examining, sights, found);
        return;
    }
    let Some(witness) = &examining.bench.witness else {
        found.add(
            of,
            Examined::Reachability,
            Noted::broken(
                "no_client",
                "nothing is there to send requests with",
                "Open the engine with a transport, or build with the Cargo feature http.",
            ),
        );
        return;
    };
    let transport: Arc<dyn Transport> = Arc::<super::Witness>::clone(witness);
    let answers = match section.ask(&examining.kit(&transport)) {
        Ok(answers) => answers,
        Err(error) => {
            found.add(of, Examined::Configuration, unusable(S::FOLDER, examining.n, error));
            return;
        }
    };
    // Before the credentials: a clock that is wrong is why they are refused.
    let clock_is_wrong = hosts(examining, sights, found);
    for answer in answers {
        let at = answer.place.map_or_else(String::new, |place| format!("{place}: "));
        match answer.said {
            Ok(noted) => {
                for mut noted in noted {
                    noted.facts = format!("{at}{}", noted.facts);
                    let examined = match noted.code {
                        "delivered" | "undelivered" => Examined::Webhooks,
                        _ => Examined::Credentials,
                    };
                    found.add(of, examined, noted);
                }
            }
            Err(ApiError::Transport { source }) => {
                found.add(of, Examined::Reachability, unreachable(&at, &source))
            }
            Err(error) => {
                let advice = match &error {
                    ApiError::Credentials { .. } if clock_is_wrong => {
                        "Set this machine's clock first: with a wrong one no token is taken.".to_owned()
                    }
                    error => section.advice(answer.place, error),
                };
                found.add(of, Examined::Credentials, refused(&at, &error, advice));
            }
        }
    }
}

fn refused(at: &str, error: &ApiError, advice: String) -> Noted {
    let facts = format!("{at}{error}");
    match error {
        ApiError::Credentials { .. } => Noted::broken("credentials_refused", facts, advice),
        error if error.is_retryable() => Noted::warning("store_unwell", facts, advice),
        ApiError::Unreadable { .. } => Noted::broken("unreadable", facts, advice),
        _ => Noted::broken("refused", facts, advice),
    }
}

/// The hosts that have answered since; whether a clock is so wrong that tokens are not taken.
fn hosts<P: FnMut(&Finding)>(
    examining: &Examining<'_>,
    sights: &mut Vec<String>,
    found: &mut Found<P>,
) -> bool {
    let Some(witness) = &examining.bench.witness else { return false };
    let mut is_wrong = false;
    for seen in witness.take() {
        let ahead = seen.ahead(examining.bench.now(), witness.elapsed());
        is_wrong |= ahead.is_some_and(|ahead| size(ahead) >= CLOCK_IS_WRONG);
        if sights.contains(&seen.host) {
            continue;
        }
        sights.push(seen.host.clone());
        let facts = format!("{} answers in {} ms", seen.host, seen.took.as_millis());
        found.add(Some(examining.of), Examined::Reachability, Noted::ok("reached", facts));
        if let Some(ahead) = ahead {
            found.add(Some(examining.of), Examined::Clock, clock(&seen, ahead));
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
    // To the second: the store's clock is told no finer.
    let by = Span::from_millis(size(ahead).millis() / 1000 * 1000);
    let facts = format!("this clock is {} {way} that of {}", by.words(), seen.host);
    match size(ahead) {
        by if by >= CLOCK_IS_WRONG => Noted::broken("clock_wrong", facts, ADVICE),
        by if by >= CLOCK_DIFFERS => Noted::warning("clock_differs", facts, ADVICE),
        _ => Noted::ok("clock", format!("this clock agrees with that of {}", seen.host)),
    }
}

/// Why there was no answer, with what to do about each kind.
pub(super) fn unreachable(at: &str, error: &TransportError) -> Noted {
    let advice = match error {
        TransportError::Timeout { .. } => {
            "Does a firewall drop what goes out to port 443? From this machine, try the host by curl."
        }
        TransportError::Connect { .. } => {
            "Does this machine resolve the name (DNS), and may it go out to port 443? Where a proxy is needed, set \
             HTTPS_PROXY. Where the configuration names an address for the store's API, is it right?"
        }
        TransportError::Proxy { .. } => "Is the proxy in HTTPS_PROXY up, and may it connect to this host?",
        TransportError::Tls { .. } => {
            "Install the system's root certificates (ca-certificates); where a proxy looks into TLS, add its root to \
             them. Is this machine's clock right?"
        }
        TransportError::Redirect { .. } | TransportError::Malformed { .. } => {
            "Something else than the store answers there: a captive proxy, or a wrong address in the configuration."
        }
        _ => "Run this again; if it stays, look at the network between here and the store.",
    };
    let code = match error {
        TransportError::Timeout { .. } => "timeout",
        TransportError::Connect { .. } => "no_connection",
        TransportError::Proxy { .. } => "proxy",
        TransportError::Tls { .. } => "tls",
        _ => "no_answer",
    };
    Noted::broken(code, format!("{at}{error}; so its credentials could not be checked"), advice)
}

/// When the store last spoke, by itself and when asked.
pub(super) fn told<S: ExaminedSection, P: FnMut(&Finding)>(
    examining: &Examining<'_>,
    section: &S,
    found: &mut Found<P>,
) {
    let (bench, of) = (examining.bench, examining.of);
    let now = bench.now();
    let since = now.plus(Span::from_millis(-UNTOLD_IN.millis()));
    let asked = bench.ask(|read| {
        let last = read.latest_webhook(of.store, of.app)?;
        Ok((last, read.untold_refunds(of.store, of.app, since)?, read.sweep(of.store, of.app)?))
    });
    match asked {
        None => {}
        Some(Err(noted)) => found.add(Some(of), Examined::Webhooks, noted),
        Some(Ok((last, untold, row))) => {
            let route =
                format!("{}. It has to name this server's route for {}", S::WEBHOOKS, of.store.title());
            found.add(Some(of), Examined::Webhooks, webhooks(of.store, last, &untold, &route, now));
            if S::IS_SWEPT && section.without_credentials().is_none() {
                for noted in sweeps(row.as_ref(), bench.every, of.store, now) {
                    found.add(Some(of), Examined::Sweeps, noted);
                }
            }
        }
    }
}

fn webhooks(
    store: &Store,
    last: Option<Timestamp>,
    untold: &crate::ledger::Untold,
    route: &str,
    now: Timestamp,
) -> Noted {
    let path = format!("/v1/{store} where `recoup serve` runs");
    match (last, untold.latest) {
        (None, None) => Noted::warning(
            "never_heard",
            "no message has ever come",
            format!("If this shop is open, look at {route} ({path})."),
        ),
        (None, Some(_)) => Noted::warning(
            "webhooks_lost",
            format!("no message has ever come, and sweeps found {} refunds", untold.count),
            format!("Messages do not arrive. Look at {route} ({path})."),
        ),
        (Some(last), Some(latest)) if last < latest => Noted::warning(
            "webhooks_lost",
            format!(
                "the last message came {} ago, and a sweep found refunds since that none told",
                now.since(last).words()
            ),
            format!("Messages have stopped to arrive. Look at {route} ({path})."),
        ),
        (Some(last), _) => {
            Noted::ok("heard", format!("the last message came {} ago", now.since(last).words()))
        }
    }
}

fn sweeps(
    row: Option<&crate::ledger::SweepRow>,
    every: Option<Span>,
    store: &Store,
    now: Timestamp,
) -> Vec<Noted> {
    let by_hand = format!("run `recoup reconcile {store}`");
    let Some(row) = row else {
        let advice = match every {
            Some(every) => {
                format!("The engine does it every {every} while the server runs: does it? Or {by_hand}.")
            }
            None => format!("reconcile.off is set, so {by_hand} every few hours."),
        };
        return vec![Noted::warning(
            "never_swept",
            "the store was never asked for what its messages missed",
            advice,
        )];
    };
    let mut found = Vec::new();
    let last = row.swept_at.map_or_else(|| "never".to_owned(), |at| format!("{} ago", now.since(at).words()));
    match (&row.error, row.swept_at, every) {
        (Some((code, words)), _, _) => {
            let facts =
                format!("the last sweep failed ({code}): {words}. The last that came to its end: {last}");
            found.push(Noted::warning("sweep_failed", facts, format!("Mend what it says; then {by_hand}.")));
        }
        (None, Some(at), Some(every)) if now.since(at).millis() > every.millis().saturating_mul(2) => {
            found.push(Noted::warning(
                "sweep_late",
                format!("the last sweep came to its end {last}, and one is due every {every}"),
                format!("Does the server run, with an engine that works with the stores? Or {by_hand}."),
            ));
        }
        (None, None, _) => {
            let facts = "a sweep was begun and has not come to its end";
            found.push(Noted::warning("sweep_unfinished", facts, format!("If none is running, {by_hand}.")));
        }
        _ => found.push(Noted::ok("swept", format!("the last sweep came to its end {last}"))),
    }
    if let Some((from, to)) = row.gap {
        found.push(Noted {
            health: Health::Warning,
            code: "gap",
            facts: format!("of the time from {from} to {to} the store no longer tells"),
            advice: Some(
                "Refunds of that time that no message told are lost to Recoup: look for them in the store's console."
                    .to_owned(),
            ),
        });
    }
    found
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
