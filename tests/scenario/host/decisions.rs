//! Commands on operators' decisions, and on what leaves the ledger.

use std::ops::ControlFlow;

use recoup::{Action, Forget, NoticeMark, Policy, TryOptions, WebhookReplay};

use super::commands::read;
use super::*;

pub(super) fn command(engine: &Engine, words: &[&str]) -> Played {
    let after = |text: &str| Some(number(text)).filter(|after| *after != 0);
    let mut lines = String::new();
    let document = match *words {
        ["exclude", exclusion] => json(&engine.exclude(&read(exclusion)?)?),
        ["end_exclusion", id, who, why] => json(&engine.end_exclusion(number(id), who, why)?),
        ["exclusions", with_ended, from, limit] => {
            page(&engine.exclusions(with_ended != "0", after(from), limit.parse().unwrap())?)
        }
        ["debtors", from, limit] => {
            let from = Some(from).filter(|from| !from.is_empty());
            json(&engine.debtors(from, limit.parse().unwrap())?)
        }
        ["overrule", id, request] => {
            let Overrule { action, who, why } = read(request)?;
            json(&engine.overrule(number(id), action, &who, &why)?)
        }
        ["try_policy", answer, rules, options] => {
            let policy: Policy = read(rules)?;
            let options: TryOptions = if options.is_empty() { TryOptions::default() } else { read(options)? };
            let trial = engine.try_policy(&policy, &options, &mut |so_far| {
                writeln!(lines, "progress {}", json(&so_far)).unwrap();
                if answer == "0" { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })?;
            json(&trial)
        }
        ["notices", user, locale, limit] => {
            json(&engine.pending_notices(user, locale, limit.parse().unwrap())?)
        }
        ["mark_notice", user, id, mark] => {
            let mark: NoticeMark =
                serde_json::from_value(mark.into()).map_err(|_| argument("unknown_mark"))?;
            json(&engine.mark_notice(user, number(id), mark)?)
        }
        ["has_access", user, product] => u8::from(engine.access(user, product)?.has).to_string(),
        ["access", user, product] => json(&engine.access(user, product)?),
        ["set_access", user, product, decision] => {
            let SetAccess { access, until, who, why } = read(decision)?;
            json(&match access {
                true => engine.grant_access(user, product, until, &who, &why)?,
                false => engine.revoke_access(user, product, until, &who, &why)?,
            })
        }
        ["figures", ""] => json(&engine.figures(&recoup::Question::default())?),
        ["figures", question] => json(&engine.figures(&read(question)?)?),
        ["work_counts"] => json(&engine.work_counts()?),
        ["export", export] => {
            let mut written = Vec::new();
            let exported = engine.export(&read(export)?, &mut written)?;
            lines = whole_lines(written);
            json(&exported)
        }
        ["export_user", user] => {
            let mut written = Vec::new();
            let exported = engine.export_user(user, &mut written)?;
            lines = whole_lines(written);
            json(&exported)
        }
        ["forget_user", user, request] => {
            let ForgetUser { even_so, who, why } = read(request)?;
            json(&engine.forget_user(user, &Forget { even_so }, &who, &why)?)
        }
        ["prune"] => json(&engine.prune()?),
        ["webhooks"] => json(&engine.webhooks()?),
        ["webhook_messages", filter, from, limit] => {
            page(&engine.webhook_messages(&read(filter)?, after(from), limit.parse().unwrap())?)
        }
        ["replay_webhooks", request] => {
            let Replay { replay, who, why } = read(request)?;
            format!("replayed {}", engine.replay_webhooks(&replay, &who, &why)?)
        }
        ["end_webhook", name, who, why] => {
            engine.end_webhook(name, who, why)?;
            "ok".to_owned()
        }
        ["test_webhook", name] => json(&engine.test_webhook(name)?),
        ["send_webhooks"] => format!("sent {}", engine.send_webhooks()?),
        _ => return super::books::command(engine, words),
    };
    line(lasting(&(lines + &document)))
}

/// What was written, with a newline at its end.
fn whole_lines(written: Vec<u8>) -> String {
    let mut text = String::from_utf8(written).unwrap();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Text without what is another one each time the scenario is played.
pub(super) fn lasting(text: &str) -> String {
    let mut lasting = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = ["evt_", "forgotten-", "\"ledger\":\"", "\"millis\":"];
        if let Some(before) = before.into_iter().find(|before| rest.starts_with(before)) {
            lasting.push_str(before);
            rest = rest[before.len()..]
                .trim_start_matches(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        } else {
            lasting.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    lasting
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrule {
    #[serde(default)]
    action: Option<Action>,
    who: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetAccess {
    access: bool,
    #[serde(default)]
    until: Option<Timestamp>,
    who: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForgetUser {
    #[serde(default)]
    even_so: bool,
    who: String,
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    replay: WebhookReplay,
    who: String,
    why: String,
}
