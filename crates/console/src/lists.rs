//! Pages of lists: how many items, after which, and where the next page is.

use recoup::Page;
use serde::Serialize;
use serde_json::{Value, json};

use crate::call::Call;
use crate::problem::Problem;
use crate::query::{Members, bad_filter};
use crate::reply::{Answer, Reply};

/// Items of a page where the request does not say.
const DEFAULT_LIMIT: usize = 50;

/// The most items of a page.
const MAX_LIMIT: usize = 200;

/// The parameters that every list has.
pub(crate) const PAGING: &[&str] = &["after", "limit"];

/// How the parameters of a refund filter are read.
pub(crate) const REFUNDS: Members = Members {
    lists: &["store", "state", "work_status", "reason"],
    numbers: &["amount_at_least", "amount_at_most"],
    flags: &["unattributed", "to_do", "blocked"],
};

/// The place in a list that a request asks for.
pub(crate) struct Place {
    pub(crate) after: Option<String>,
    pub(crate) limit: usize,
}

impl Place {
    /// # Errors
    /// `bad_filter`.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Problem> {
        let limit = match call.query.number("limit")? {
            None => DEFAULT_LIMIT,
            Some(number) => {
                usize::try_from(number).ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(
                    || bad_filter("limit", &format!("{number} is out of range: expected 1 to {MAX_LIMIT}")),
                )?
            }
        };
        Ok(Self { after: call.query.get("after").map(str::to_owned), limit })
    }

    /// `after` of a list that is sorted by id.
    ///
    /// # Errors
    /// `bad_cursor`.
    pub(crate) fn id(&self) -> Result<Option<i64>, Problem> {
        let number = |text: &String| {
            text.parse().map_err(|_| {
                Problem::new(
                    422,
                    "bad_cursor",
                    format!("after: {text:?} is no cursor of this list: give the next of the page before"),
                )
            })
        };
        self.after.as_ref().map(number).transpose()
    }
}

/// A page of a list that is sorted by id.
pub(crate) fn page<T: Serialize>(call: &Call<'_>, page: &Page<T>) -> Answer {
    list(call, &page.items, page.next.map(|next| next.to_string()))
}

/// A page of any list, with its `Link`.
pub(crate) fn list<T: Serialize>(call: &Call<'_>, items: &[T], next: Option<String>) -> Answer {
    let reply = Reply::value(json!({"items": items, "next": next}))?;
    Ok(match next {
        Some(next) => {
            let link = format!("<{}?{}>; rel=\"next\"", call.path, call.query.next(&next));
            reply.with_field("link", link)
        }
        None => reply,
    })
}

/// A list that is always whole.
pub(crate) fn whole<T: Serialize>(items: &[T]) -> Answer {
    Reply::value(json!({"items": items, "next": Value::Null}))
}
