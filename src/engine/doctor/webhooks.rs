//! Checks of the webhook endpoints for the studio's own services.

use super::{DoctorContext, Findings};
use crate::config::Config;
use crate::ledger::{EndpointRow, MessageCounts};
use crate::model::{DoctorArea, Finding, Span, Timestamp};
use crate::stores::SectionFinding;

/// How long messages may wait for a process that sends them, or for what is missing: an hour bridges a deployment.
const WAITS_LONG: Span = Span::from_hours(1);

/// Checks the configuration's endpoints, and those of the ledger.
pub(super) fn check<P: FnMut(&Finding)>(
    config: &Config,
    context: &DoctorContext<'_>,
    findings: &mut Findings<P>,
) {
    if let Err(error) = config.check_webhooks() {
        let noted = SectionFinding::broken(
            "webhooks_unusable",
            error.to_string(),
            "Correct \"webhooks\": until then no engine opens with this configuration.",
        );
        findings.add(None, DoctorArea::Configuration, noted);
    }
    let rows = context.read(|read| {
        let rows = read.endpoints()?;
        rows.into_iter().map(|row| Ok((read.message_counts(&row.name)?, row))).collect::<Result<Vec<_>, _>>()
    });
    let rows = match rows {
        None => return,
        Some(Err(noted)) => return findings.add(None, DoctorArea::Ledger, noted),
        Some(Ok(rows)) => rows,
    };
    let mut active = 0_usize;
    for (counts, row) in &rows {
        let is_configured = config.webhooks.iter().any(|section| section.name == row.name);
        active += usize::from(row.ended.is_none());
        for noted in endpoint(row, counts, is_configured, context.now()) {
            findings.add(None, DoctorArea::OpenWork, noted);
        }
    }
    if active > 0 {
        let named =
            if active == 1 { "1 webhook endpoint".to_owned() } else { format!("{active} webhook endpoints") };
        let facts = format!("{named}; see `recoup webhooks`");
        findings.add(None, DoctorArea::OpenWork, SectionFinding::ok("webhook_endpoints", facts));
    }
}

fn endpoint(
    row: &EndpointRow,
    counts: &MessageCounts,
    is_configured: bool,
    now: Timestamp,
) -> Vec<SectionFinding> {
    let name = &row.name;
    let mut findings = Vec::new();
    let is_long = |since: Timestamp| now.since(since).millis() > WAITS_LONG.millis();
    match &row.ended {
        Some((at, why)) if is_configured => findings.push(SectionFinding::warning(
            "webhook_ended",
            format!("the webhook endpoint {name} ended at {at}: {why}"),
            "Nothing is queued for it. Remove it from \"webhooks\", or give it another url or name to send to it again.",
        )),
        Some(_) => {}
        None => {
            let served = row.served_at.unwrap_or(row.since);
            if is_long(served) {
                findings.push(SectionFinding::warning(
                    "unserved_webhook",
                    format!(
                        "no process has sent to the webhook endpoint {name} for {}; {} wait",
                        now.since(served).words(),
                        messages(counts.waiting)
                    ),
                    format!(
                        "Is a server with it in \"webhooks\" running, with background work on? If it is no longer wanted: \
                         `recoup webhooks remove {name} --why TEXT`."
                    ),
                ));
            }
        }
    }
    if counts.dead > 0 {
        findings.push(SectionFinding::warning(
            "dead_messages",
            format!("{} to the webhook endpoint {name} are dead: their last try failed", messages(counts.dead)),
            format!(
                "See `recoup webhooks messages --endpoint {name} --state dead`. Once the receiver works: `recoup webhooks \
                 replay {name} --dead --why TEXT`."
            ),
        ));
    }
    if counts.held_since.is_some_and(is_long) {
        let problem =
            row.problem.as_ref().map_or_else(String::new, |(_, problem)| format!("; the last: {problem}"));
        findings.push(SectionFinding::warning(
            "held_messages",
            format!("{} to the webhook endpoint {name} are held{problem}", messages(counts.held)),
            format!(
                "`recoup webhooks messages --endpoint {name} --state held` names what is missing of each, and what to do. \
                 Later messages of the same players wait."
            ),
        ));
    }
    findings
}

fn messages(count: i64) -> String {
    if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
}
