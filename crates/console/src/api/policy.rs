//! Rules: those in force, and drafts. A draft is tried here and switched on by the configuration file alone.

use std::collections::BTreeMap;

use recoup::{Config, ConfigError, FigureList, Policy, Question, RefundFilter, Span, TryOptions};
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
        let (pointer, detail) = place(&error);
        Problem::new(422, "bad_policy", error.to_string()).with_errors(&[(pointer, detail)])
    })
}

/// Where a draft is wrong, as a JSON pointer, and what was expected there.
fn place(error: &ConfigError) -> (String, String) {
    match error {
        ConfigError::Value { key, problem } => (pointer(key), problem.clone()),
        ConfigError::Missing { key, expected } => (pointer(key), format!("expected {expected}")),
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
    if call.state.jobs.end_trial(number) { Ok(Reply::done()) } else { Err(unknown(id)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_wrong_at_a_place() {
        assert_eq!(pointer("policy[3].match.share"), "/policy/3/match/share");
        let bad = r#"[{"name": "a", "match": {}, "action": "block"}, {"name": "a", "match": {}, "action": "alert"}]"#;
        let problem = read(bad).unwrap_err();
        assert_eq!((problem.status, problem.code.as_str()), (422, "bad_policy"));
        assert!(problem.facts["errors"][0]["pointer"].as_str().is_some(), "{problem:?}");
        assert!(read("[]").is_ok());
        assert!(read("no JSON").is_err());
    }
}
