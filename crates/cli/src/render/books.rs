//! The books of refunds in words: what is due, what came back, and what is still owed.

use recoup::{EntryKind, Grant, GrantSource, How, Recovery, RecoveryEntry, Refund, WorkStatus};

use crate::render::{Table, words};

/// Items in one line, such as "gem 400, chest 1".
pub(crate) fn items(items: &[Grant]) -> String {
    let items: Vec<String> = items.iter().map(|grant| format!("{} {}", grant.item, grant.quantity)).collect();
    items.join(", ")
}

/// What is owed for a refund, for a column: empty where nothing is due.
pub(crate) fn owed(refund: &Refund, books: &Recovery) -> String {
    let owed: Vec<String> = books
        .items
        .iter()
        .filter(|item| item.owed > 0)
        .map(|item| format!("{} {} of {}", item.item, item.owed, item.due))
        .collect();
    let is_known = books.is_complete() && refund.user.is_some();
    match (owed.is_empty(), to_return(books)) {
        (false, _) if is_known => owed.join(", "),
        (false, _) => format!("at least {}", owed.join(", ")),
        (true, Some(items)) => format!("to return: {items}"),
        (true, None) if !is_known && refund.work_status.is_to_do() => "not known".to_owned(),
        (true, None) => String::new(),
    }
}

/// What is owed after a change, as a sentence.
pub(crate) fn owed_sentence(books: &Recovery) -> String {
    let owed: Vec<Grant> = books
        .items
        .iter()
        .filter(|item| item.owed > 0)
        .map(|item| Grant { item: item.item.clone(), quantity: item.owed })
        .collect();
    match (owed.is_empty(), to_return(books)) {
        (false, _) => format!("Owed: {}.", items(&owed)),
        (true, Some(back)) => format!("To be returned to the player: {back}."),
        (true, None) if books.is_complete() => "Nothing is owed.".to_owned(),
        (true, None) => "How much is due is not known.".to_owned(),
    }
}

fn to_return(books: &Recovery) -> Option<String> {
    let back: Vec<Grant> = books
        .items
        .iter()
        .filter(|item| item.to_return > 0)
        .map(|item| Grant { item: item.item.clone(), quantity: item.to_return })
        .collect();
    (!back.is_empty()).then(|| items(&back))
}

/// The status of the work, as the predicate of a sentence.
pub(crate) fn status(status: WorkStatus) -> String {
    match status {
        WorkStatus::NothingDue => "has nothing due".to_owned(),
        other => format!("is {}", words::name(&other)),
    }
}

/// The books as a table, one row an item.
pub(crate) fn table(books: &Recovery) -> Table {
    let mut table =
        Table::with_columns(&["item", "granted", "due", "taken", "forgiven", "owed", "to return"]);
    for item in &books.items {
        let numbers = [item.granted, item.due, item.taken, item.forgiven, item.owed, item.to_return];
        table.add_row([item.item.clone()].into_iter().chain(numbers.iter().map(ToString::to_string)));
    }
    table
}

/// Where it is known from what was granted, and what is missing, as sentences with what to do.
pub(crate) fn sources(refund: &Refund, books: &Recovery) -> Vec<String> {
    let mut lines = Vec::new();
    match books.granted_by {
        Some(GrantSource::Purchase) => lines.push("Granted: by the recorded purchase.".to_owned()),
        Some(GrantSource::Operator) => lines.push("Granted: by an operator.".to_owned()),
        Some(GrantSource::Catalogue) => lines.push("Granted: by the catalogue.".to_owned()),
        Some(_) => {}
        None if refund.case.state.is_refunded() => lines.push(format!(
            "What the purchase granted is not known: record it with the purchase or in the catalogue, or run `recoup \
             granted {} ITEM=QUANTITY`.",
            refund.id
        )),
        None => {}
    }
    if books.known && !books.sized && refund.case.state.is_refunded() {
        lines.push(
            "The store did not report how much of the order is refunded: more may be due than the books show."
                .to_owned(),
        );
    }
    lines
}

/// The entries of the books as a table, oldest first.
pub(crate) fn entries(entries: &[RecoveryEntry]) -> Table {
    let mut table =
        Table::with_columns(&["entry", "when (UTC)", "user", "item", "kind", "number", "how", "by"]);
    for entry in entries {
        let how = match (entry.corrects, entry.purchase) {
            (Some(corrected), _) => format!("cancels entry {corrected}"),
            (None, Some(purchase)) => format!("{}, purchase {purchase}", how(entry.how)),
            (None, None) => how(entry.how).to_owned(),
        };
        table.add_row([
            entry.id.to_string(),
            words::moment(entry.at),
            entry.user.clone(),
            entry.item.clone(),
            kind(entry.kind).to_owned(),
            format!("{:+}", entry.quantity),
            how,
            entry.who.clone().unwrap_or_default(),
        ]);
    }
    table
}

pub(crate) const fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Due => "due",
        EntryKind::Taken => "taken",
        EntryKind::Forgiven => "forgiven",
        _ => "other",
    }
}

const fn how(how: How) -> &'static str {
    match how {
        How::Decided => "by the refund and the purchase",
        How::Reported => "reported",
        How::Repaid => "repaid by the player",
        How::Bought => "bought again",
        How::StatusSet => "status set",
        How::Returned => "returned to the player",
        How::Forgiven => "forgiven",
        How::WrittenOff => "written off",
        How::Carried => "carried between two reports of one refund",
        How::Corrected => "corrected",
        _ => "other",
    }
}
