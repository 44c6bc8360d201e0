//! Store actions: refunds and revocations at stores.

use recoup::{RefundOrder, RevokeSubscription, StoreActionFilter};
use serde::Deserialize;
use serde_json::json;

use crate::call::Call;
use crate::lists::{self, PAGING, Place};
use crate::query::Members;
use crate::reply::{Answer, Reply};

/// How the parameters of a filter of store actions are read.
const MEMBERS: Members = Members { lists: &[], numbers: &["refund_id"], flags: &[] };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssueRefund {
    order: RefundOrder,
    why: String,
    #[serde(default)]
    dry_run: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    order: RevokeSubscription,
    why: String,
    #[serde(default)]
    dry_run: bool,
}

pub(crate) fn list(call: &Call<'_>) -> Answer {
    let place = Place::of(call)?;
    let filter: StoreActionFilter = call.query.document(MEMBERS, PAGING)?;
    let page = call.engine().actions(&filter, place.id()?, place.limit)?;
    lists::page(call, &page)
}

pub(crate) fn refund(call: &Call<'_>) -> Answer {
    let IssueRefund { order, why, dry_run } = call.json()?;
    let (key, who) = (call.key()?, call.who()?);
    let id = match &order {
        RefundOrder::GooglePlay { order_id, .. } => order_id,
        RefundOrder::Stripe { payment, .. } => payment,
        _ => "",
    };
    call.about("order", id);
    if dry_run {
        call.engine().check_refund(&order, &who, &why, Some(key))?;
        return Reply::value(
            json!({"dry_run": true, "kind": "refund", "request": order, "who": who, "why": why}),
        );
    }
    Reply::json(&call.acting().issue_refund(order, &who, &why, Some(key))?)
}

pub(crate) fn revoke(call: &Call<'_>) -> Answer {
    let Revoke { order, why, dry_run } = call.json()?;
    let (key, who) = (call.key()?, call.who()?);
    call.about("app", &order.app);
    if dry_run {
        call.engine().check_revocation(&order, &who, &why, Some(key))?;
        let kind = "revoke_subscription";
        return Reply::value(
            json!({"dry_run": true, "kind": kind, "request": order, "who": who, "why": why}),
        );
    }
    Reply::json(&call.acting().revoke_subscription(order, &who, &why, Some(key))?)
}
