//! Checks of one section: its keys, its credentials, the hosts of its API, and its store's latest messages.

use std::sync::Arc;

use super::no_answer::{refused, unreachable};
use super::recording::HostAnswer;
use super::sweeps::sweeps;
use super::{DoctorContext, Findings, Subject};
use crate::config::ConfigError;
use crate::ledger::FailingReceipt;
use crate::model::{DoctorArea, Environment, Finding, Span, Store, Timestamp};
use crate::stores::{ApiError, CheckContext, Credentials, SectionChecks, SectionFinding, profile};
use crate::transport::{Transport, TransportError};

/// A clock difference from here on is reported: Google Play's pushes are refused at a minute.
const CLOCK_DIFFERS: Span = Span::from_millis(60 * 1000);

/// From here on it breaks things: a token for the App Store is valid for five minutes, and so is Stripe's signature.
const CLOCK_IS_WRONG: Span = Span::from_millis(5 * 60 * 1000);

/// The period in which unreported refunds are searched.
const UNREPORTED_WITHIN: Span = Span::from_days(30);

/// The context of one section's checks.
pub(super) struct SectionCheck<'a> {
    pub(super) of: Subject<'a>,
    /// The configuration's key of the store's sections, and the section's index.
    pub(super) key: &'static str,
    pub(super) n: usize,
    pub(super) context: &'a DoctorContext<'a>,
}

impl SectionCheck<'_> {
    fn context<'k>(&'k self, transport: &'k Arc<dyn Transport>) -> CheckContext<'k> {
        CheckContext { keys: &self.context.keys, transport, now: self.context.now() }
    }
}

/// Checks the keys for messages.
pub(super) fn keys<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    findings: &mut Findings<P>,
) {
    let transport: Arc<dyn Transport> = match &section_check.context.recording {
        Some(recording) => Arc::<super::RecordingTransport>::clone(recording),
        None => Arc::new(NoTransport),
    };
    for noted in section.keys(&section_check.context(&transport)) {
        findings.add(Some(section_check.of), DoctorArea::Configuration, noted);
    }
}

/// Sends the store's request, and checks the answer. `reported_hosts` are already reported.
pub(super) fn request<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    reported_hosts: &mut Vec<String>,
    findings: &mut Findings<P>,
) {
    let of = Some(section_check.of);
    if !section.has_credentials() {
        if let Some(Credentials { key, without }) = profile(section_check.of.store).credentials {
            findings.add(
                of,
                DoctorArea::Credentials,
                SectionFinding::warning(
                    "no_credentials",
                    format!("no request can be sent to the store: {without}"),
                    format!("Set {key}."),
                ),
            );
        }
        // Its keys may have been fetched.
        hosts(section_check, reported_hosts, findings);
        return;
    }
    let Some(recording) = &section_check.context.recording else {
        findings.add(
            of,
            DoctorArea::Reachability,
            SectionFinding::broken(
                "no_client",
                "there is no HTTP client",
                "Open the engine with a transport, or build with the Cargo feature http.",
            ),
        );
        return;
    };
    let transport: Arc<dyn Transport> = Arc::<super::RecordingTransport>::clone(recording);
    let answers = match section.ask(&section_check.context(&transport)) {
        Ok(answers) => answers,
        Err(error) => {
            findings.add(of, DoctorArea::Configuration, unusable(section_check.key, section_check.n, error));
            return;
        }
    };
    // Before the credentials: a wrong clock is why they are refused.
    let clock_is_wrong = hosts(section_check, reported_hosts, findings);
    for answer in answers {
        let at = answer.place.map_or_else(String::new, |place| format!("{place}: "));
        match answer.result {
            Ok(noted) => {
                for mut noted in noted {
                    noted.facts = format!("{at}{}", noted.facts);
                    let area = match noted.code {
                        "delivered" | "undelivered" => DoctorArea::Webhooks,
                        _ => DoctorArea::Credentials,
                    };
                    findings.add(of, area, noted);
                }
            }
            Err(ApiError::Transport { source }) => {
                findings.add(of, DoctorArea::Reachability, unreachable(&at, &source))
            }
            Err(error) => {
                let noted = refused(&at, &error, clock_is_wrong, || section.advice(answer.place, &error));
                findings.add(of, DoctorArea::Credentials, noted);
            }
        }
    }
}

/// Reports new hosts; returns whether a clock is so wrong that tokens are refused.
fn hosts<P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    reported_hosts: &mut Vec<String>,
    findings: &mut Findings<P>,
) -> bool {
    let Some(recording) = &section_check.context.recording else { return false };
    let mut is_wrong = false;
    for seen in recording.take() {
        let ahead = seen.ahead(section_check.context.now(), recording.elapsed());
        is_wrong |= ahead.is_some_and(|ahead| size(ahead) >= CLOCK_IS_WRONG);
        if reported_hosts.contains(&seen.host) {
            continue;
        }
        reported_hosts.push(seen.host.clone());
        let facts = format!("{} answers in {} ms", seen.host, seen.took.as_millis());
        findings.add(Some(section_check.of), DoctorArea::Reachability, SectionFinding::ok("reached", facts));
        if let Some(ahead) = ahead {
            findings.add(Some(section_check.of), DoctorArea::Clock, clock(&seen, ahead));
        }
    }
    is_wrong
}

fn size(span: Span) -> Span {
    Span::from_millis(span.millis().saturating_abs())
}

fn clock(seen: &HostAnswer, ahead: Span) -> SectionFinding {
    const ADVICE: &str = "Set this machine's clock with a time daemon (chrony, systemd-timesyncd, w32time), and check that \
                          it runs: tokens, signatures and deadlines depend on it.";
    let way = if ahead.millis() > 0 { "ahead of" } else { "behind" };
    // In seconds: the store's clock is no more exact.
    let by = Span::from_millis(size(ahead).millis() / 1000 * 1000);
    let facts = format!("this clock is {} {way} that of {}", by.words(), seen.host);
    match size(ahead) {
        by if by >= CLOCK_IS_WRONG => SectionFinding::broken("clock_wrong", facts, ADVICE),
        by if by >= CLOCK_DIFFERS => SectionFinding::warning("clock_differs", facts, ADVICE),
        _ => SectionFinding::ok("clock", format!("this clock agrees with that of {}", seen.host)),
    }
}

/// Checks the store's latest messages and sweeps.
pub(super) fn messages_and_sweeps<S: SectionChecks, P: FnMut(&Finding)>(
    section_check: &SectionCheck<'_>,
    section: &S,
    findings: &mut Findings<P>,
) {
    let (context, of) = (section_check.context, section_check.of);
    let now = context.now();
    let since = now.plus(Span::from_millis(-UNREPORTED_WITHIN.millis()));
    let result = context.read(|read| {
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
    match result {
        None => {}
        Some(Err(noted)) => findings.add(Some(of), DoctorArea::Webhooks, noted),
        Some(Ok((last, unreported, row, wrong, failing))) => {
            if let Some(environment) = section.moves_money().filter(|_| wrong) {
                findings.add(Some(of), DoctorArea::Credentials, another_mode(environment));
            }
            let route =
                format!("{}. It has to name this server's route for {}", S::WEBHOOKS, of.store.title());
            findings.add(Some(of), DoctorArea::Webhooks, webhooks(of.store, last, &unreported, &route, now));
            if section.has_credentials() {
                for noted in sweeps(row.as_ref(), context.every, of.store, now) {
                    findings.add(Some(of), DoctorArea::Sweeps, noted);
                }
                if let Some((count, receipt)) = failing {
                    findings.add(Some(of), DoctorArea::Sweeps, receipts_failing(count, &receipt));
                }
            }
        }
    }
}

/// Receipts that the store gives no answer about, while it answers for others.
fn receipts_failing(count: i64, worst: &FailingReceipt) -> SectionFinding {
    let receipts = if count == 1 { "1 receipt".to_owned() } else { format!("{count} receipts") };
    SectionFinding::warning(
        "receipts_failing",
        format!(
            "there is no answer about {receipts}: {} failed {} times in a row, the last time with: {}",
            worst.receipt_id.escape_debug(),
            worst.failures,
            worst.problem
        ),
        format!(
            "The other receipts are checked regardless, and this one again from {} on. Is it a receipt of this app? If \
             this persists, contact the store's support.",
            worst.retry_at
        ),
    )
}

/// The messages and the credentials are of different environments.
fn another_mode(of_credentials: Environment) -> SectionFinding {
    let (is, reported) = match of_credentials {
        Environment::Production => ("live", "of test mode"),
        Environment::Sandbox => ("test", "real"),
    };
    SectionFinding::broken(
        "wrong_mode",
        format!(
            "the key is a {is} key, and all refunds that messages reported in the last 30 days are {reported}"
        ),
        "Use the key of the webhook secrets' mode: with this one sweeps do not find these refunds, and \
         the game cannot refund these payments.",
    )
}

fn webhooks(
    store: &Store,
    last: Option<Timestamp>,
    unreported: &crate::ledger::Unreported,
    route: &str,
    now: Timestamp,
) -> SectionFinding {
    let path = format!("/v1/{store} where `recoup serve` runs");
    match (last, unreported.latest) {
        (None, None) => SectionFinding::warning(
            "no_webhook_received",
            "no message has been received yet",
            format!("If players can buy already, check {route} ({path})."),
        ),
        (None, Some(_)) => SectionFinding::warning(
            "webhooks_lost",
            format!("no message has been received yet, but sweeps found refunds: {}", unreported.count),
            format!("Messages do not arrive. Check {route} ({path})."),
        ),
        (Some(last), Some(latest)) if last < latest => SectionFinding::warning(
            "webhooks_lost",
            format!(
                "the last message came {} ago, and sweeps found unreported refunds since",
                now.since(last).words()
            ),
            format!("Messages have stopped arriving. Check {route} ({path})."),
        ),
        (Some(last), _) => SectionFinding::ok(
            "webhook_received",
            format!("the last message came {} ago", now.since(last).words()),
        ),
    }
}

/// The section was checked on its own, as if it were the first.
pub(super) fn unusable(key: &str, n: usize, error: ConfigError) -> SectionFinding {
    let words = error.to_string().replace(&format!("{key}[0]"), &format!("{key}[{n}]"));
    SectionFinding::broken(
        "unusable",
        format!("{key}[{n}] cannot be used: {words}"),
        "The game server does not start with it. Correct the configuration, and test it with `recoup config check`.",
    )
}

/// Used if there is no HTTP client.
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
