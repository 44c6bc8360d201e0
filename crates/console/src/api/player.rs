//! One player: what is known, why they are blocked, and what is changed for them. Ids of players may hold any character,
//! so they travel as parameters and in bodies, never in a path.

use std::collections::BTreeSet;

use recoup::{
    Access, AccessReason, Block, BlockCause, NoteOn, NoticeId, NoticeMark, Repayment, Span, Timestamp,
    UserHistory,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::problem::Problem;
use crate::query::bad_filter;
use crate::reply::{Answer, Reply};

/// The most products whose access is shown: the newest.
const MOST_PRODUCTS: usize = 100;

/// The most notices that are shown.
const MOST_NOTICES: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBlock {
    user: String,
    #[serde(default)]
    span: Option<Span>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unblock {
    user: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewNote {
    user: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccess {
    user: String,
    product: String,
    access: bool,
    #[serde(default)]
    until: Option<Timestamp>,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    user: String,
    id: NoticeId,
    mark: NoticeMark,
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    let user =
        call.query.get("user").ok_or_else(|| bad_filter("user", "is missing: expected a player's id"))?;
    let engine = call.engine();
    let history = engine.user(user)?;
    let locale = call.query.get("locale").unwrap_or("en");
    let notices = engine.pending_notices(user, locale, MOST_NOTICES)?;
    let document = json!({
        "why": why(&history),
        "debts": engine.debts(user)?,
        "notices": notices,
        "access": accesses(call, user, &history)?,
        "notes": engine.notes(&NoteOn::User(user.to_owned()))?,
        "user": history.user,
        "blocked": history.blocked,
        "blocks": history.blocks,
        "refunds": history.refunds,
        "purchases": history.purchases,
        "journal": history.journal,
    });
    Reply::value(document)
}

/// The player's access to each product that they bought and that gives any.
fn accesses(call: &Call<'_>, user: &str, history: &UserHistory) -> Result<Vec<Access>, Problem> {
    let mut known = BTreeSet::new();
    let products = history.purchases.iter().filter_map(|recorded| recorded.purchase.product.as_deref());
    let mut all = Vec::new();
    for product in products.filter(|product| known.insert(*product)).take(MOST_PRODUCTS) {
        let access = call.engine().access(user, product)?;
        if access.because != AccessReason::NoPurchase {
            all.push(access);
        }
    }
    Ok(all)
}

/// The parts of a sentence that says why the player is blocked; `null` if they are not. Of several active blocks it is
/// the one that ends last.
fn why(history: &UserHistory) -> Value {
    let active = history.blocks.iter().filter(|block| block.ended.is_none());
    // Without a time it ends after all others, and without anything that ends it, last.
    let last = |block: &&Block| (block.until.is_none(), !block.until_settled, block.until, block.id);
    let Some(block) = active.max_by_key(last) else { return Value::Null };
    let mut parts = json!({
        "block": block.id,
        "since": block.made_at,
        "until": block.until,
        "until_settled": block.until_settled,
        "owes": block.owes,
    });
    let Value::Object(members) = &mut parts else { return parts };
    match &block.cause {
        BlockCause::Operator { who, why } => {
            members.extend([
                ("by".to_owned(), json!("operator")),
                ("who".to_owned(), json!(who)),
                ("why".to_owned(), json!(why)),
            ]);
        }
        BlockCause::Refund { refund, rule } => {
            members.extend([
                ("by".to_owned(), json!("refund")),
                ("refund".to_owned(), json!(refund)),
                ("rule".to_owned(), json!(rule)),
            ]);
            if let Some(refund) = history.refunds.iter().find(|known| known.id == *refund) {
                let about = &refund.case.about;
                members.extend([
                    ("store".to_owned(), json!(refund.store)),
                    ("order_id".to_owned(), json!(about.order_id)),
                    ("product".to_owned(), json!(about.product)),
                    ("refunded_at".to_owned(), json!(refund.case.at)),
                    ("reason".to_owned(), json!(refund.case.reason)),
                    ("amount".to_owned(), json!(refund.case.amount)),
                ]);
            }
        }
    }
    parts
}

pub(crate) fn block(call: &Call<'_>) -> Answer {
    let NewBlock { user, span, why } = call.json()?;
    call.about("player", &user);
    Reply::json(&call.acting().block(&user, span, &call.who()?, &why)?)
}

pub(crate) fn unblock(call: &Call<'_>) -> Answer {
    let Unblock { user, why } = call.json()?;
    call.about("player", &user);
    let ended = call.acting().unblock(&user, &call.who()?, &why)?;
    Reply::value(json!({"user": user, "ended": ended}))
}

pub(crate) fn repay(call: &Call<'_>) -> Answer {
    let given = [("key", json!(call.key()?)), ("who", json!(call.who()?))];
    let (taken, repayment) = call.json_with::<Repayment>(&["user"], &given)?;
    let user = taken
        .first()
        .and_then(Value::as_str)
        .ok_or_else(|| crate::call::bad_body("user", "is missing: expected a player's id"))?;
    call.about("player", user);
    Reply::json(&call.acting().repay(user, &repayment)?)
}

pub(crate) fn note(call: &Call<'_>) -> Answer {
    let NewNote { user, text } = call.json()?;
    call.about("player", &user);
    Reply::json(&call.acting().add_note(&NoteOn::User(user), &text, &call.who()?)?)
}

pub(crate) fn access(call: &Call<'_>) -> Answer {
    let NewAccess { user, product, access, until, why } = call.json()?;
    call.about("player", &user);
    let (engine, who) = (call.acting(), call.who()?);
    let changed = match access {
        true => engine.grant_access(&user, &product, until, &who, &why)?,
        false => engine.revoke_access(&user, &product, until, &who, &why)?,
    };
    Reply::json(&changed)
}

pub(crate) fn notice(call: &Call<'_>) -> Answer {
    let Mark { user, id, mark } = call.json()?;
    call.about("player", &user);
    Reply::json(&call.acting().mark_notice(&user, id, mark)?)
}
