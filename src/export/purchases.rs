//! Recorded purchases as rows.

use serde::Serialize;

use super::{Column, Record, json, name, text};
use crate::model::RecordedPurchase;

/// A recorded purchase with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct PurchaseRow {
    pub(crate) id: i64,
    #[serde(flatten)]
    pub(crate) recorded: RecordedPurchase,
}

impl Record for PurchaseRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |row| Some(row.id)),
        Column::Text("store", |row| Some(row.recorded.purchase.store.as_str().into())),
        Column::Text("app", |row| text(&row.recorded.purchase.app)),
        Column::Text("environment", |row| row.recorded.purchase.environment.map(|it| it.as_str().into())),
        Column::Text("user", |row| Some(row.recorded.purchase.user.as_str().into())),
        Column::Text("order_id", |row| text(&row.recorded.purchase.order_id)),
        Column::Text("purchase_token", |row| text(&row.recorded.purchase.purchase_token)),
        Column::Text("original_id", |row| text(&row.recorded.purchase.original_id)),
        Column::Text("web_order_line_item_id", |row| text(&row.recorded.purchase.web_order_line_item_id)),
        Column::Text("account_tag", |row| text(&row.recorded.purchase.account_tag)),
        Column::Text("linked_token", |row| text(&row.recorded.purchase.linked_token)),
        Column::Text("product", |row| text(&row.recorded.purchase.product)),
        Column::Text("product_type", |row| name(&row.recorded.purchase.product_type)),
        Column::Number("quantity", |row| row.recorded.purchase.quantity.map(i64::from)),
        Column::Money("price", |row| row.recorded.purchase.price),
        Column::Time("purchased_at", |row| row.recorded.purchase.purchased_at),
        Column::Time("expires_at", |row| row.recorded.purchase.expires_at),
        Column::Text("country", |row| text(&row.recorded.purchase.country)),
        Column::Text("grants", |row| {
            let grants = &row.recorded.purchase.grants;
            if grants.is_empty() { None } else { json(grants) }
        }),
        Column::Number("repays", |row| row.recorded.purchase.repays),
        Column::Time("recorded_at", |row| Some(row.recorded.recorded_at)),
    ];
}
