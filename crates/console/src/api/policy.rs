//! Rules: those in force, and drafts. A draft is tried here and switched on by the configuration file alone.

use std::collections::BTreeMap;

use recoup::{Config, ConfigError, FigureList, JsonError, Policy, Question, RefundFilter, Span, TryOptions};
use serde::Deserialize;
use serde_json::json;

use crate::call::{Call, bad_body};
use crate::problem::Problem;
use crate::reply::{Answer, Reply};

/// The days of which hits are counted, and of a trial that does not say.
const DAYS: i64 = 30;

/// The most days of a trial: the longest that the figures have.
const MOST_DAYS: i64 = 36_525;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    policy: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTrial {
    policy: String,
    #[serde(default)]
    days: Option<i64>,
}

pub(crate) fn show(call: &Call<'_>) -> Answer {
    let engine = call.engine();
    let (version, policy) = engine.policy_in_force();
    let since = engine.now().plus(Span::from_days(1 - DAYS));
    let question = Question { since: Some(since), lists: [FigureList::Rules].into(), ..Question::default() };
    let rules = engine.figures(&question)?.rules.unwrap_or_default();
    let hits: BTreeMap<String, i64> = rules.into_iter().map(|rule| (rule.rule, rule.refunds)).collect();
    Reply::value(json!({
        "version": version,
        "policy": policy,
        "own_rules": policy.own_rules().len(),
        "hits": hits,
    }))
}

/// The rules of a draft: a list, or a configuration with one.
fn read(text: &str) -> Result<Policy, Problem> {
    Config::policy_from_json(text.as_bytes()).map_err(|error| {
        let (place, detail) = place(&error);
        // A list alone is read as the configuration's policy.
        let is_list = text.trim_start().starts_with('[');
        let pointer = if is_list { place.strip_prefix("/policy").unwrap_or(&place) } else { &place };
        let errors = [(pointer.to_owned(), detail)];
        Problem::new(422, "bad_policy", error.to_string()).with_errors(&errors)
    })
}

/// Where a draft is wrong, as a JSON pointer, and what was expected there.
fn place(error: &ConfigError) -> (String, String) {
    match error {
        ConfigError::Value { key, problem } => (pointer(key), problem.clone()),
        ConfigError::Missing { key, expected } => (pointer(key), format!("expected {expected}")),
        ConfigError::Json { problem: JsonError::Shape { path, problem }, .. } => {
            (pointer(path), problem.clone())
        }
        ConfigError::Json { problem, .. } => (String::new(), problem.to_string()),
        other => (String::new(), other.to_string()),
    }
}

/// `policy[3].match.share` as `/policy/3/match/share`.
fn pointer(key: &str) -> String {
    let parts = key.split(['.', '[', ']']).filter(|part| !part.is_empty());
    parts.map(|part| format!("/{part}")).collect()
}

pub(crate) fn check(call: &Call<'_>) -> Answer {
    let Draft { policy } = call.json()?;
    let policy = read(&policy)?;
    Reply::value(json!({"ok": true, "rules": policy.rules(), "own_rules": policy.own_rules().len()}))
}

pub(crate) fn begin(call: &Call<'_>) -> Answer {
    let NewTrial { policy, days } = call.json()?;
    let days = days.unwrap_or(DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(bad_body("days", &format!("{days} is out of range: expected 1 to {MOST_DAYS}")));
    }
    let policy = read(&policy)?;
    let engine = call.engine();
    let since = engine.now().plus(Span::from_days(-days));
    let filter = RefundFilter { since: Some(since), ..RefundFilter::default() };
    let counted = engine.count_refunds(&filter)?;
    let of = (!counted.more).then_some(counted.count);
    let options = TryOptions { since: Some(since), ..TryOptions::default() };
    let id = call.state.jobs.try_policy(&call.state.engine, policy, options, of)?;
    call.about("trial", id);
    call.audit("done")?;
    Reply::value(json!({"id": id}))
}

fn unknown(id: i64) -> Problem {
    let detail = format!(
        "there is no trial {id}: trials live in the running program, which keeps the last few. Start another one"
    );
    Problem::new(404, "unknown_trial", detail)
}

pub(crate) fn trial(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    let number = u64::try_from(id).map_err(|_| unknown(id))?;
    Reply::value(call.state.jobs.trial(number).ok_or_else(|| unknown(id))?)
}

pub(crate) fn end_trial(call: &Call<'_>) -> Answer {
    let id = call.id("id")?;
    let number = u64::try_from(id).map_err(|_| unknown(id))?;
    call.about("trial", id);
    if !call.state.jobs.end_trial(number) {
        return Err(unknown(id));
    }
    call.audit("done")?;
    Ok(Reply::done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_wrong_at_a_place() {
        assert_eq!(pointer("policy[3].match.share"), "/policy/3/match/share");
        let bad = r#"[{"name": "a", "action": "alert"}, {"name": "exclusion 1", "action": "alert"}]"#;
        let problem = read(bad).unwrap_err();
        assert_eq!((problem.status, problem.code.as_str()), (422, "bad_policy"));
        let at =
            |text: &str| read(text).unwrap_err().facts["errors"][0]["pointer"].as_str().unwrap().to_owned();
        assert!(at(bad).starts_with("/1"), "{}", at(bad));
        let unknown = r#"[{"name": "a", "match": {"moon": 1}, "action": "alert"}]"#;
        assert!(at(unknown).starts_with("/0/match"), "{}", at(unknown));
        let whole = format!(r#"{{"policy": {unknown}}}"#);
        assert!(at(&whole).starts_with("/policy/0/match"), "{}", at(&whole));
        assert_eq!(at("no JSON"), "");
        assert!(read("[]").is_ok());
    }
}
