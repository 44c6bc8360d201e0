//! Exports of what the ledger has, for spreadsheets and warehouses.

use std::str::FromStr as _;

use recoup::{Export, ExportFormat, ExportKind};
use serde_json::json;

use crate::call::Call;
use crate::problem::Problem;
use crate::query::Members;
use crate::reply::{Answer, Body, Reply};

pub(crate) fn export(call: &Call<'_>) -> Answer {
    let kind = call.parameter("kind");
    let kind = ExportKind::from_str(kind).map_err(|problem| Problem::new(404, "unknown_export", problem))?;
    call.about("export", kind.as_str());
    let options: Options = call.query.document(Members::default(), &[])?;
    let export = Export {
        what: kind,
        format: options.format,
        user: options.user,
        store: options.store,
        since: options.since,
        until: options.until,
        changed_since: options.changed_since,
    };
    let (content_type, ending) = match export.format {
        ExportFormat::Ndjson => ("application/x-ndjson", "ndjson"),
        _ => ("text/csv; charset=utf-8", "csv"),
    };
    let mut acting = call.audited();
    acting.details = Some(json!(export));
    let engine = std::sync::Arc::clone(&call.state.engine);
    // Before anything leaves.
    engine.write_audit(&acting, "begun")?;
    // What it wrote, or why it ended early, is known only then.
    let writing = move |out: &mut dyn std::io::Write| {
        let written = engine.export(&export, out).map(drop);
        let outcome = written.as_ref().err().map_or("done", recoup::Error::code);
        engine.write_audit(&acting, outcome)?;
        written
    };
    Ok(Reply::file(content_type, &format!("{}.{ending}", kind.as_str()), Body::Stream(Box::new(writing))))
}

/// An export without its kind, which the path has.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Options {
    #[serde(default)]
    format: ExportFormat,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    store: Option<recoup::Store>,
    #[serde(default)]
    since: Option<recoup::Timestamp>,
    #[serde(default)]
    until: Option<recoup::Timestamp>,
    #[serde(default)]
    changed_since: Option<recoup::Timestamp>,
}
