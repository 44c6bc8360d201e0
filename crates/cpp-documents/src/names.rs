//! What documents and types are called in C++, and what the schemas do not say of them.

/// Documents that programs give to the library. C++ programs write these themselves.
const TAKEN: [&str; 29] = [
    "access-decision",
    "action-filter",
    "configuration",
    "consumption",
    "doctor-options",
    "export",
    "figures-question",
    "forget",
    "forgive",
    "granted",
    "issue-refund",
    "listen-options",
    "message",
    "new-exclusion",
    "new-note",
    "note-on",
    "overrule",
    "policy",
    "purchase",
    "purchases",
    "reconcile-options",
    "recovery-report",
    "refund-filter",
    "repayment",
    "review-filter",
    "revoke-subscription",
    "try-options",
    "webhook-message-filter",
    "webhook-replay",
];

/// Names that differ from the schema's: by document or by type. A document and the type of the same thing have one name.
const RENAMED: [(&str, &str); 16] = [
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
    ("EntryKind", "RecoveryEntryKind"),
    ("Event", "EventDetails"),
    ("How", "RecoveryHow"),
    ("MeaningKind", "Meaning"),
    ("Outcome", "OutcomeDetails"),
    ("ReviewCase", "RefundReview"),
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
pub(crate) const DEFAULTS: [(&str, &str); 13] = [
    ("OrderDetails", "family_shared"),
    ("OrderDetails", "tag_by_merchant"),
    ("PolicyTrial", "stopped"),
    ("Pruned", "audit"),
    ("Pruned", "bodies"),
    ("Pruned", "dead_letters"),
    ("Pruned", "forgotten"),
    ("Pruned", "notices"),
    ("Pruned", "requests"),
    ("Pruned", "sessions"),
    ("Pruned", "webhooks"),
    ("Refund", "paid_back_twice"),
    ("WorkResult", "inquiries"),
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
