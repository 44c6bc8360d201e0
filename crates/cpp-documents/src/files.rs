//! Which documents there are, what they are called in C++, and which header has them.

use std::collections::{BTreeMap, BTreeSet};

use crate::Error;
use crate::schema::Definitions;
use crate::{emit, every_accessor};

/// The folder of the headers, which holds nothing else.
pub const VIEWS: &str = "include/recoup/documents";

/// What tests call every accessor with.
const EVERY_ACCESSOR: &str = "bindings/cpp/tests/every_accessor.hpp";

/// Documents that programs give to the library. C++ programs write these themselves.
const TAKEN: [&str; 13] = [
    "action-filter",
    "configuration",
    "consumption",
    "doctor-options",
    "issue-refund",
    "listen-options",
    "message",
    "purchase",
    "purchases",
    "reconcile-options",
    "refund-filter",
    "review-filter",
    "revoke-subscription",
];

/// Names that differ from the schema's: by document or by type. A document and the type of the same thing have one name.
const RENAMED: [(&str, &str); 18] = [
    ("action", "StoreAction"),
    ("action-page", "StoreActionPage"),
    ("completion", "CompletionDetails"),
    ("event", "EventDetails"),
    ("order", "OrderHistory"),
    ("outcome", "OutcomeDetails"),
    ("review", "RefundReview"),
    ("review-page", "RefundReviewPage"),
    ("user", "UserHistory"),
    ("Action", "RuleAction"),
    ("Event", "EventDetails"),
    ("LookedUp", "ReconcileOrderResult"),
    ("MeaningKind", "Meaning"),
    ("Outcome", "OutcomeDetails"),
    ("Reconciled", "ReconcileResult"),
    ("ReviewCase", "RefundReview"),
    ("Swept", "Sweep"),
    ("Worked", "WorkResult"),
];

/// Enums that the C functions have as numbers, and the headers that have them: the same type in C++, whose enumerators have
/// the same names.
const NUMBERED: [(&str, &str); 5] = [
    ("AttributedBy", "outputs.hpp"),
    ("Environment", "inputs.hpp"),
    ("EventKind", "outputs.hpp"),
    ("Meaning", "outputs.hpp"),
    ("ProductType", "inputs.hpp"),
];

/// Members that the library leaves out where they are false or 0. What else is left out is not known, or does not apply.
const DEFAULTS: [(&str, &str); 4] = [
    ("OrderDetails", "family_shared"),
    ("OrderDetails", "tag_by_merchant"),
    ("Refund", "paid_back_twice"),
    ("WorkResult", "inquiries"),
];

/// A header, what it is about, and the types that it is for. A type that several need is in the first of them.
struct Header {
    name: &'static str,
    about: &'static str,
    types: &'static [&'static str],
}

const HEADERS: [Header; 11] = [
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
    Header { name: "blocks", about: "Blocks", types: &["Block", "BlockPage"] },
    Header { name: "events", about: "Events with all that is known of them", types: &["EventDetails"] },
    Header {
        name: "reviews",
        about: "Refund reviews: what a store asks before it decides on a refund",
        types: &["RefundReview", "RefundReviewPage", "ReviewFigures"],
    },
    Header {
        name: "store_actions",
        about: "Store actions: requests to the stores",
        types: &["StoreAction", "StoreActionPage"],
    },
    Header { name: "journal", about: "The journal", types: &["JournalEntry"] },
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
];

/// Whether a document is one that the library takes.
pub(crate) fn is_taken(document: &str) -> bool {
    TAKEN.contains(&document)
}

/// The class of a document, by its file's name.
pub(crate) fn class_of_document(document: &str) -> String {
    renamed(document).unwrap_or_else(|| document.split('-').map(capitalised).collect())
}

/// The class of a type in a schema's `$defs`.
pub(crate) fn class_of_type(name: &str) -> String {
    renamed(name).unwrap_or_else(|| name.to_owned())
}

/// The header that has an enum already.
pub(crate) fn numbered_in(class: &str) -> Option<&'static str> {
    NUMBERED.iter().find(|(name, _)| *name == class).map(|(_, header)| *header)
}

pub(crate) fn has_default(class: &str, member: &str) -> bool {
    DEFAULTS.contains(&(class, member))
}

fn renamed(name: &str) -> Option<String> {
    RENAMED.iter().find(|(from, _)| *from == name).map(|(_, to)| (*to).to_owned())
}

/// `state_changed` as `StateChanged`.
pub(crate) fn camel_case(name: &str) -> String {
    name.split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

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
