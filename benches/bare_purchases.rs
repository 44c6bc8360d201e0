//! Purchases through bare rusqlite: the columns and indexes of the ledger that a purchase of a game fills, with the same
//! durability, and nothing of what the engine does.

use std::path::Path;

use recoup::{Purchase, Timestamp};
use rusqlite::{Connection, params};

pub(crate) fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("a database");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE purchases (
               id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, user TEXT NOT NULL, order_id TEXT,
               purchase_token TEXT, product TEXT, quantity INTEGER, price_micros INTEGER, currency TEXT,
               purchased_at INTEGER, country TEXT, recorded_at INTEGER NOT NULL) STRICT;
             CREATE UNIQUE INDEX by_order ON purchases (order_id, store) WHERE order_id IS NOT NULL;
             CREATE INDEX by_token ON purchases (purchase_token, store) WHERE purchase_token IS NOT NULL;
             CREATE INDEX by_user ON purchases (user);
             CREATE INDEX by_product ON purchases (user, product) WHERE product IS NOT NULL;",
        )
        .expect("a schema");
    connection
}

pub(crate) fn insert(connection: &mut Connection, purchases: &[Purchase]) {
    let transaction = connection.transaction().expect("a transaction");
    {
        let mut statement = transaction
            .prepare_cached(
                "INSERT INTO purchases (store, user, order_id, purchase_token, product, quantity, price_micros,
                   currency, purchased_at, country, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )
            .expect("a statement");
        for purchase in purchases {
            let price = purchase.price.expect("a price");
            statement
                .execute(params![
                    purchase.store.as_str(),
                    purchase.user,
                    purchase.order_id,
                    purchase.purchase_token,
                    purchase.product,
                    purchase.quantity,
                    price.micros,
                    price.currency.as_str(),
                    purchase.purchased_at.map(Timestamp::millis),
                    purchase.country,
                    0
                ])
                .expect("a row");
        }
    }
    transaction.commit().expect("a commit");
}
