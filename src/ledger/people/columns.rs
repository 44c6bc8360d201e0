//! Every column of the ledger that holds text or bytes, and what becomes of it when a user is forgotten: a list for a test.

/// What a column can hold of a player, and what [`forget`](crate::ledger::Tx::forget) does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// The store's, the product's, an operator's or Recoup's own.
    Nothing,
    /// A user id: the pseudonym replaces it.
    User,
    /// An account tag: another one replaces it.
    Tag,
    /// A JSON document: its members are in [`MEMBERS`](crate::model::people::MEMBERS).
    Document,
    /// Words of people: ids in them are replaced.
    Words,
    /// It goes: it becomes NULL, or its row is removed.
    Goes,
    /// Not touched, for the reason that is given.
    Stays(&'static str),
}

use Column::{Document, Goes, Nothing, Stays, Tag, User, Words};

/// The tables with their columns of text or bytes. A test compares them with the schema, so that a new column has a
/// place here.
#[rustfmt::skip]
const COLUMNS: &[(&str, &[(&str, Column)])] = &[
    ("access_overrides", &[("player", User), ("product", Nothing), ("who", Words), ("why", Words)]),
    ("account_tags", &[("player", User), ("tag", Tag)]),
    ("actions", &[
        ("key", Words), ("send_key", Nothing), ("store", Nothing), ("app", Nothing), ("kind", Nothing),
        ("order_id", Nothing), ("request", Document), ("who", Words), ("why", Words), ("state", Nothing),
        ("answer", Document), ("store_refund_id", Nothing),
    ]),
    ("audit", &[
        ("operator", Nothing), ("role", Nothing), ("peer", Nothing), ("what", Nothing), ("target", User),
        ("outcome", Nothing), ("details", Document),
    ]),
    ("balances", &[("player", User), ("item", Nothing)]),
    ("blocks", &[("player", User), ("cause", Document), ("ended", Document)]),
    ("consumption", &[("order_id", Nothing), ("report", Goes)]),
    ("counters", &[("name", Nothing)]),
    ("cursors", &[
        ("store", Nothing), ("app", Nothing), ("next_page", Nothing), ("error_code", Nothing), ("error", Nothing),
        ("lease_owner", Nothing),
    ]),
    ("dead_letters", &[
        ("store", Nothing), ("sha256", Nothing), ("code", Nothing), ("message", Goes), ("body", Goes),
    ]),
    ("exclusions", &[
        ("kind", Nothing), ("value", User), ("store", Nothing), ("action", Nothing), ("who", Words), ("why", Words),
        ("ended", Document),
    ]),
    ("facts", &[("fact", Document)]),
    ("forgotten", &[("code", Stays("a code under the ledger's key")), ("player", Nothing), ("replacement", Nothing)]),
    ("inbox", &[
        ("store", Nothing), ("app", Nothing), ("notification_id", Nothing), ("name", Nothing), ("meaning", Nothing),
        ("body", Goes), ("body_sha256", Stays("it identifies the message and says nothing of it")),
    ]),
    ("inquiries", &[("state", Nothing), ("error", Words)]),
    ("journal", &[("order_id", Nothing), ("player", User), ("happening", Document)]),
    ("kept", &[("kind", Nothing)]),
    ("lags", &[("store", Nothing), ("stage", Nothing)]),
    ("meta", &[("name", Nothing), ("value", Nothing)]),
    ("notes", &[("player", Goes), ("who", Words), ("text", Goes)]),
    ("notices", &[("player", Goes), ("name", Goes), ("details", Goes), ("state", Goes)]),
    ("operators", &[
        ("name", Nothing), ("role", Nothing), ("password", Nothing), ("invited", Nothing), ("settings", Document),
    ]),
    ("order_ids", &[("id", Nothing)]),
    ("orders", &[
        ("store", Nothing), ("app", Nothing), ("environment", Nothing), ("order_id", Nothing),
        ("purchase_token", Nothing), ("original_id", Nothing), ("account_tag", Tag), ("product_type", Nothing),
        ("details", Document),
    ]),
    ("outbox", &[("kind", Nothing), ("player", Goes), ("event", Document), ("lease_owner", Nothing)]),
    ("players", &[("player", User)]),
    ("policies", &[("rules", Stays("the operator's configuration, of every version that decided something"))]),
    ("purchases", &[
        ("store", Nothing), ("app", Nothing), ("environment", Nothing), ("player", User), ("order_id", Nothing),
        ("purchase_token", Nothing), ("original_id", Nothing), ("web_order_line_item_id", Nothing),
        ("account_tag", Tag), ("linked_token", Nothing), ("product", Nothing), ("product_type", Nothing),
        ("currency", Nothing), ("country", Goes), ("grants", Nothing),
    ]),
    ("receipts", &[("store", Nothing), ("app", Nothing), ("receipt_id", Nothing), ("problem", Nothing)]),
    ("recovery", &[("player", User), ("item", Nothing), ("kind", Nothing), ("how", Nothing), ("who", Words)]),
    ("refund_ids", &[("id", Nothing), ("store", Nothing)]),
    ("refunds", &[
        ("store", Nothing), ("app", Nothing), ("environment", Nothing), ("case_key", Nothing), ("order_id", Nothing),
        ("purchase_token", Nothing), ("original_id", Nothing), ("account_tag", Tag), ("app_transaction_id", Goes),
        ("player", User), ("attributed_by", Nothing), ("claimants", User), ("effective_environment", Nothing),
        ("state", Nothing), ("product", Nothing), ("folded", Document), ("work_status", Nothing),
        ("granted", Nothing), ("closed", Nothing), ("assignee", Words), ("overruled", Document),
        ("exclusion", Nothing), ("decision", Nothing), ("notified", Nothing), ("marks", Document),
        ("reason", Nothing), ("trust", Nothing), ("country", Goes), ("currency", Nothing), ("rule", Nothing),
        ("action", Nothing),
    ]),
    ("refunded", &[
        ("dated", Nothing), ("store", Nothing), ("environment", Nothing), ("product", Nothing),
        ("country", Stays("a sum; the user's part moves to the sum without a country")), ("currency", Nothing),
        ("reason", Nothing), ("rule", Nothing), ("work_status", Nothing),
    ]),
    ("refusals", &[("store", Nothing), ("code", Nothing), ("message", Words)]),
    ("requests", &[
        ("key", Goes), ("fingerprint", Nothing),
        ("answer", Stays("books of a refund, by item; users are not among them")),
    ]),
    ("rescissions", &[("store", Nothing), ("app", Nothing), ("app_transaction_id", Goes)]),
    ("reviews", &[("state", Nothing), ("rule", Nothing), ("answer", Nothing), ("outcome", Nothing)]),
    ("sessions", &[
        ("token", Nothing), ("kind", Nothing), ("operator", Nothing), ("role", Nothing), ("label", Nothing),
    ]),
    ("sold", &[
        ("store", Nothing), ("environment", Nothing), ("product", Nothing),
        ("country", Stays("a sum; the user's part moves to the sum without a country")), ("currency", Nothing),
    ]),
    ("user_spellings", &[("player", Goes), ("spelling", Goes)]),
    ("views", &[("operator", Nothing), ("page", Nothing), ("name", Words), ("query", Words)]),
    ("webhook_endpoints", &[
        ("name", Nothing), ("format", Nothing), ("kinds", Nothing), ("stores", Nothing), ("environments", Nothing),
        ("target", Nothing), ("rendered_by", Nothing), ("problem", Words), ("ended", Words),
    ]),
    ("webhook_messages", &[
        ("endpoint", Nothing), ("kind", Nothing), ("player", User), ("event", Document), ("state", Nothing),
        ("problem", Words), ("lease_owner", Nothing),
    ]),
    ("work_counts", &[("environment", Nothing), ("store", Nothing), ("work_status", Nothing)]),
];

mod tests {
    use std::collections::BTreeSet;

    use super::COLUMNS;
    use crate::ledger::another_program;
    use crate::ledger::writer::tests::ledger;

    /// A new table or column must say what becomes of it when a user is forgotten.
    #[test]
    fn every_column_of_text_or_bytes_is_listed() {
        let (folder, _ledger) = ledger();
        let there: BTreeSet<(String, String)> = another_program::rows(
            &folder.path().join("ledger.db"),
            "SELECT tables.name, columns.name FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite_%' AND columns.type IN ('TEXT', 'BLOB')",
        )
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
        let listed: BTreeSet<(String, String)> = COLUMNS
            .iter()
            .flat_map(|(table, columns)| {
                columns.iter().map(|(column, _)| ((*table).to_owned(), (*column).to_owned()))
            })
            .collect();
        let missing: Vec<_> = there.difference(&listed).collect();
        assert!(
            missing.is_empty(),
            "list what becomes of these when a user is forgotten, and do it: {missing:?}"
        );
        let gone: Vec<_> = listed.difference(&there).collect();
        assert!(gone.is_empty(), "{gone:?}");
    }
}
