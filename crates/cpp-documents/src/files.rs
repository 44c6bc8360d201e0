//! Which header has which types.

use std::collections::{BTreeMap, BTreeSet};

use crate::Error;
use crate::names::{DEFAULTS, numbered_in};
use crate::schema::Definitions;
use crate::{emit, every_accessor};

/// The folder of the headers, which holds nothing else.
pub const VIEWS: &str = "include/recoup/documents";

/// What tests call every accessor with.
const EVERY_ACCESSOR: &str = "bindings/cpp/tests/every_accessor.hpp";

/// A header, what it is about, and the types that it is for. A type that several need is in the first of them.
struct Header {
    name: &'static str,
    about: &'static str,
    types: &'static [&'static str],
}

const HEADERS: [Header; 19] = [
    Header {
        name: "orders",
        about: "What is known of an order, and purchases as they were recorded",
        types: &["OrderDetails", "RecordedPurchase"],
    },
    Header {
        name: "refunds",
        about: "Refunds, and what the policy decided",
        types: &["Refund", "RefundPage", "Inquiry"],
    },
    Header {
        name: "recovery",
        about: "The books of refunds: what is due, what came back, what is owed",
        types: &[
            "Recovery",
            "RecoveryEntry",
            "ToDo",
            "ReportOutcome",
            "Debts",
            "DebtorPage",
            "RepaymentOutcome",
        ],
    },
    Header { name: "blocks", about: "Blocks", types: &["Block", "BlockPage"] },
    Header { name: "access", about: "Players' access to products", types: &["Access"] },
    Header { name: "notices", about: "Notices for players", types: &["Notice"] },
    Header { name: "events", about: "Events with all that is known of them", types: &["EventDetails"] },
    Header {
        name: "reviews",
        about: "Refund reviews: what a store asks before it decides on a refund",
        types: &["RefundReview", "RefundReviewPage", "ReviewFigures"],
    },
    Header {
        name: "decisions",
        about: "Operators' decisions above the rules, and trials of rules",
        types: &["Exclusion", "ExclusionMade", "ExclusionPage", "PolicyTrial", "Tried"],
    },
    Header { name: "figures", about: "Figures of purchases and refunds", types: &["Figures", "WorkCount"] },
    Header {
        name: "store_actions",
        about: "Store actions: requests to the stores",
        types: &["StoreAction", "StoreActionPage"],
    },
    Header { name: "journal", about: "The journal", types: &["JournalEntry"] },
    Header {
        name: "case_files",
        about: "What operators read of refunds, and their notes",
        types: &["Note", "CaseFile", "Found", "RefundCount"],
    },
    Header {
        name: "histories",
        about: "All that is known of a user or an order",
        types: &["UserHistory", "OrderHistory", "TransferResult"],
    },
    Header {
        name: "sweeps",
        about: "What the stores reported when they were asked",
        types: &["Sweep", "ReconcileResult", "ReconcileOrderResult", "WorkResult"],
    },
    Header { name: "doctor", about: "What doctor found", types: &["Finding", "DoctorReport", "Stats"] },
    Header {
        name: "outcomes",
        about: "What became of stores' requests",
        types: &["OutcomeDetails", "CompletionDetails", "DeadLetter", "DeadLetterPage"],
    },
    Header {
        name: "webhooks",
        about: "Webhook endpoints, and the messages to them",
        types: &["WebhookEndpoint", "WebhookMessagePage", "WebhookEvent", "WebhookTest"],
    },
    Header {
        name: "exports",
        about: "Exports, and what forgetting and pruning removed",
        types: &["Exported", "UserExport", "Forgotten", "Pruned"],
    },
];

/// The files, by their paths in the repository.
pub(crate) fn files(definitions: &Definitions) -> Result<BTreeMap<String, String>, Error> {
    let mut placed: BTreeMap<String, &str> = BTreeMap::new();
    let mut files = BTreeMap::new();
    let mut all = Vec::new();
    for header in &HEADERS {
        let mut own = Vec::new();
        let mut includes = BTreeSet::new();
        for class in header.types {
            place(definitions, class, header.name, &mut placed, &mut own, &mut includes)?;
        }
        let text = emit::header(header.name, header.about, &includes, &own, definitions)?;
        files.insert(format!("{VIEWS}/{}.hpp", header.name), text);
        all.append(&mut own);
    }
    files.insert(EVERY_ACCESSOR.to_owned(), every_accessor::header(&all, definitions)?);
    for (class, member) in DEFAULTS {
        if !definitions.has_member(class, member) {
            return Err(Error::Schema(format!("{class} has no {member} any more")));
        }
    }
    match definitions.names().find(|name| !placed.contains_key(*name)) {
        Some(name) => Err(Error::Schema(format!("{name} is in no header: add it to one in src/files.rs"))),
        None => Ok(files),
    }
}

/// Puts a type behind those that it needs.
fn place<'a>(
    definitions: &Definitions,
    class: &str,
    header: &'a str,
    placed: &mut BTreeMap<String, &'a str>,
    own: &mut Vec<String>,
    includes: &mut BTreeSet<String>,
) -> Result<(), Error> {
    if let Some(elsewhere) = placed.get(class) {
        if *elsewhere != header {
            includes.insert(format!("{elsewhere}.hpp"));
        }
        return Ok(());
    }
    placed.insert(class.to_owned(), header);
    if let Some(numbered) = numbered_in(class) {
        includes.insert(format!("../{numbered}"));
    }
    for needed in definitions.needs(class)? {
        place(definitions, &needed, header, placed, own, includes)?;
    }
    own.push(class.to_owned());
    Ok(())
}
