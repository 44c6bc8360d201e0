//! Refunds as rows.

use std::borrow::Cow;

use super::{Column, Record, name, text};
use crate::model::Refund;

impl Record for Refund {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |refund| Some(refund.id)),
        Column::Text("store", |refund| Some(refund.store.as_str().into())),
        Column::Text("app", |refund| Some(refund.app.as_str().into())),
        Column::Text("environment", |refund| refund.environment.map(|it| it.as_str().into())),
        Column::Text("user", |refund| text(&refund.user)),
        Column::Text("attributed_by", |refund| refund.attributed_by.map(|by| by.as_str().into())),
        Column::Text("state", |refund| Some(refund.case.state.as_str().into())),
        Column::Time("at", |refund| Some(refund.case.at)),
        Column::Text("reason", |refund| name(&refund.case.reason)),
        Column::Text("initiator", |refund| name(&refund.case.initiator)),
        Column::Text("trust", |refund| name(&refund.case.trust)),
        Column::Money("amount", |refund| refund.case.amount),
        Column::Number("quantity", |refund| refund.case.quantity.map(i64::from)),
        Column::Text("share_percent", |refund| refund.case.share.map(|share| percent(share.get()))),
        Column::Text("order_id", |refund| text(&refund.case.about.order_id)),
        Column::Text("purchase_token", |refund| text(&refund.case.about.purchase_token)),
        Column::Text("original_id", |refund| text(&refund.case.about.original_id)),
        Column::Text("product", |refund| text(&refund.case.about.product)),
        Column::Text("product_type", |refund| name(&refund.case.about.product_type)),
        Column::Number("order_quantity", |refund| refund.case.about.quantity.map(i64::from)),
        Column::Money("price", |refund| refund.case.about.price),
        Column::Time("purchased_at", |refund| refund.case.about.purchased_at),
        Column::Number("merged_into", |refund| refund.merged_into),
        Column::Text("work_status", |refund| name(&refund.work_status)),
        Column::Text("action", |refund| {
            refund.decision.as_ref().map(|decision| decision.action.to_string().into())
        }),
        Column::Text("rule", |refund| refund.decision.as_ref().map(|decision| decision.rule.as_str().into())),
        Column::Number("policy_version", |refund| refund.policy_version),
        Column::Time("first_seen_at", |refund| Some(refund.first_seen_at)),
        Column::Time("updated_at", |refund| Some(refund.updated_at)),
    ];
}

/// Thousandths of a percent as percent: 33333 is `33.333`.
fn percent(thousandths: u32) -> Cow<'static, str> {
    Cow::Owned(format!("{}.{:03}", thousandths / 1000, thousandths % 1000))
}
