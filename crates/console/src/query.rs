//! Query parameters as documents: by the documents' own names, lists by repetition.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::Problem;

/// The parameters of a request, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

/// How a document's members are read that are no plain text.
#[derive(Clone, Copy, Default)]
pub(crate) struct Members {
    pub(crate) lists: &'static [&'static str],
    pub(crate) numbers: &'static [&'static str],
    pub(crate) flags: &'static [&'static str],
}

impl Query {
    pub(crate) fn new(text: Option<&str>) -> Self {
        Self(form_urlencoded::parse(text.unwrap_or("").as_bytes()).into_owned().collect())
    }

    /// A parameter's value; `None` where it is missing or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a parameter is set.
    ///
    /// # Errors
    /// `bad_filter` for another value than `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(bad_filter(name, &format!("{other:?} is no choice: expected true or false"))),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// `bad_filter`.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Problem> {
        let number = |text: &str| {
            text.parse().map_err(|_| bad_filter(name, &format!("{text:?} is not a whole number")))
        };
        self.get(name).map(number).transpose()
    }

    /// A document of these parameters, without those that others read.
    ///
    /// # Errors
    /// `bad_filter`, with where and what was expected.
    pub(crate) fn document<T: DeserializeOwned>(&self, members: Members, but: &[&str]) -> Result<T, Problem> {
        let mut document = Map::new();
        for (name, text) in
            self.0.iter().filter(|(name, text)| !but.contains(&name.as_str()) && !text.is_empty())
        {
            let value = members.value(name, text)?;
            if !members.lists.contains(&name.as_str()) {
                if document.insert(name.clone(), value).is_some() {
                    return Err(bad_filter(name, "is there twice: expected one value"));
                }
                continue;
            }
            let list = document.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(value);
            }
        }
        serde_path_to_error::deserialize(Value::Object(document)).map_err(|error| {
            let path = error.path().to_string();
            bad_filter(&path, &error.into_inner().to_string())
        })
    }

    /// The same parameters with another `after`, as a query.
    pub(crate) fn next(&self, after: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(name, _)| name != "after"));
        query.append_pair("after", after).finish()
    }
}

impl Members {
    fn value(self, name: &str, text: &str) -> Result<Value, Problem> {
        if self.flags.contains(&name) {
            return match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(bad_filter(name, &format!("{text:?} is no choice: expected true or false"))),
            };
        }
        if self.numbers.contains(&name) {
            let number: i64 =
                text.parse().map_err(|_| bad_filter(name, &format!("{text:?} is not a whole number")))?;
            return Ok(number.into());
        }
        Ok(text.into())
    }
}

pub(crate) fn bad_filter(name: &str, problem: &str) -> Problem {
    let errors = [(format!("/{name}"), problem.to_owned())];
    Problem::new(422, "bad_filter", format!("{name}: {problem}")).with_errors(&errors)
}

#[cfg(test)]
mod tests {
    use recoup::RefundFilter;

    use super::*;
    use crate::lists::REFUNDS;

    #[test]
    fn a_filter_is_read_by_its_own_names() {
        let query = Query::new(Some(
            "store=stripe&store=amazon&to_do=true&since=2026-01-31T12:00:00Z&amount_at_least=5&currency=usd&sort=at&limit=3",
        ));
        let filter: RefundFilter = query.document(REFUNDS, &["limit"]).unwrap();
        assert_eq!((filter.store.len(), filter.to_do, filter.amount_at_least), (2, true, Some(5)));
        assert_eq!(filter.since.map(recoup::Timestamp::millis), Some(1_769_860_800_000));
        for (bad, pointer) in [
            ("stores=stripe", "stores"),
            ("store=moon", "store"),
            ("to_do=yes", "to_do"),
            ("user=a&user=b", "user"),
            ("amount_at_most=many", "amount_at_most"),
        ] {
            let problem = Query::new(Some(bad)).document::<RefundFilter>(REFUNDS, &[]).unwrap_err();
            assert_eq!((problem.status, problem.code.as_str()), (422, "bad_filter"));
            assert!(problem.detail.contains(pointer), "{}", problem.detail);
        }
    }

    #[test]
    fn ids_of_any_characters_come_through() {
        let query = Query::new(Some("user=%3Cscript%3E%26+%E2%80%AE&after=9"));
        assert_eq!(query.get("user"), Some("<script>& \u{202e}"));
        assert_eq!(query.next("7"), "user=%3Cscript%3E%26+%E2%80%AE&after=7");
    }
}
