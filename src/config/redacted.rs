//! Errors of a configuration without its contents: a secret may have been pasted into any value, or in place of a
//! key.

use serde_json::Value;

use crate::json::{self, JsonError};

/// The longest key has about half of it.
const LONGEST_KEY: usize = 40;

/// The error without the values and unusual keys of `text`. Known keys and typos are named.
pub(super) fn without_values(error: JsonError, text: &[u8]) -> JsonError {
    match error {
        JsonError::Shape { path, problem } => {
            let problem = match json::value_from_slice::<Value>(text) {
                Ok(whole) => {
                    let mut found = Vec::new();
                    gather(part_of(&whole, &path), &mut found);
                    found.iter().fold(problem, |problem, found| hide(problem, found))
                }
                // Its message cannot be separated from the values, since another part is ambiguous or nested too
                // deep.
                Err(_) => "it has another form than expected".to_owned(),
            };
            JsonError::Shape { path: path_of_keys(&path), problem }
        }
        JsonError::DuplicateKey { key } if !is_key(&key) => JsonError::DuplicateKey { key: unnamed(&key) },
        JsonError::ReservedKey { key } => JsonError::ReservedKey { key: unnamed(&key) },
        other => other,
    }
}

/// Whether text looks like a configuration key, so that it can be named: lower-case letters and underscores.
fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_KEY
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && !crate::shown::holds_secret(text)
}

fn unnamed(text: &str) -> String {
    format!("<a key of {} characters, not shown>", text.chars().count())
}

/// The path, such as `stripe[0].name`, without unusual keys.
fn path_of_keys(path: &str) -> String {
    let shown = |part: &str| {
        let (name, index) = part.split_at(part.find('[').unwrap_or(part.len()));
        let is_index =
            index.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inside| {
                inside
                    .split("][")
                    .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
            });
        // The JSON reader writes `.` for the whole.
        let is_fine = (is_key(name) || name.is_empty() || name == "?") && (index.is_empty() || is_index);
        if is_fine { part.to_owned() } else { unnamed(part) }
    };
    path.split('.').map(shown).collect::<Vec<_>>().join(".")
}

/// The value at the path; if a key on the way is missing, the value that should contain it; the whole, if its keys
/// cannot be separated from the path.
fn part_of<'a>(whole: &'a Value, path: &str) -> &'a Value {
    let mut at = whole;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        let mut next = if name.is_empty() { Some(at) } else { at.get(name) };
        for index in indices.split(['[', ']']).filter(|index| !index.is_empty()) {
            next = next.and_then(|value| value.get(index.parse::<usize>().ok()?));
        }
        match next {
            Some(next) => at = next,
            None => return at,
        }
    }
    // The key itself, if that is what is wrong.
    match path.rsplit_once('.') {
        Some((above, last)) if !is_key(last.split('[').next().unwrap_or(last)) => part_of(whole, above),
        None if !is_key(path.split('[').next().unwrap_or(path)) => whole,
        _ => at,
    }
}

/// All values and unusual keys.
fn gather(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(members) => {
            for (key, value) in members {
                if !is_key(key) {
                    found.push(key.clone());
                }
                gather(value, found);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// The message without the found text, as serde and the types' own errors quote it.
fn hide(problem: String, found: &str) -> String {
    let hidden = format!("of {} characters, not shown", found.chars().count());
    let problem = problem
        .replace(&format!("unknown field `{found}`"), &format!("unknown field ({hidden})"))
        .replace(&format!("unknown variant `{found}`"), &format!("unknown value ({hidden})"))
        .replace(&format!("{found:?}"), &format!("a text ({hidden})"))
        .replace(&format!("`{found}`"), &format!("({hidden})"));
    hide_cut(problem, found, &hidden)
}

/// The same if only the beginning of the found text is quoted.
fn hide_cut(problem: String, found: &str, hidden: &str) -> String {
    const BEGINNING: usize = 12;
    let beginning: String = found.chars().take(BEGINNING).flat_map(char::escape_debug).collect();
    if found.chars().count() <= BEGINNING {
        return problem;
    }
    match problem.find(&format!("\"{beginning}")) {
        Some(at) => {
            let (before, quoted) = problem.split_at(at);
            let after = quoted.rsplit_once('"').map_or("", |(_, after)| after);
            format!("{before}a text ({hidden}){after}")
        }
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    /// Secrets of all kinds; none of them may be repeated, in whole or in part.
    const SECRETS: [&str; 7] = [
        "SEKRET_VALUE_123456",
        "whsec_abcdefghijklmnop",
        "rk_live_abcdefghijkl",
        "-----BEGIN PRIVATE KEY-----\\nMIGHAgEAMBMGByqGSM49\\n-----END PRIVATE KEY-----",
        "a.b[c]`d`",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/x+y==",
        "1234567890123",
    ];

    fn error(text: &str) -> Option<String> {
        Config::from_json(text.as_bytes(), "/etc/recoup").err().map(|error| error.to_string())
    }

    #[test]
    fn no_value_and_no_odd_key_is_repeated() {
        let mut refused = 0;
        for secret in SECRETS {
            let bare = secret.split("\\n").max_by_key(|part| part.len()).unwrap();
            for (before, after) in [
                ("{\"app_store\":[{\"bundle_id\":\"b\",", "}]}"),
                (
                    "{\"google_play\":[{\"package_name\":\"b\",\"push\":{\"audience\":\"a\",\"service_account_email\":\"e\",",
                    "}}]}",
                ),
                ("{\"google_play\":[{\"package_name\":\"b\",", "}]}"),
                ("{\"one_store\":[{\"client_id\":\"b\",", "}]}"),
                ("{\"stripe\":[{", "}]}"),
                ("{\"amazon\":[{\"package_name\":\"b\",", "}]}"),
                ("{\"policy\":[{\"name\":\"b\",\"action\":\"alert\",\"match\":{", "}}]}"),
                ("{\"policy\":[{\"name\":\"b\",", "}]}"),
                ("{\"reviews\":[{\"name\":\"b\",", "}]}"),
                ("{\"delivery\":{", "}}"),
                ("{\"reconcile\":{", "}}"),
                ("{", "}"),
            ] {
                for key in [
                    "market_code",
                    "max_age",
                    "effective_date",
                    "environments",
                    "action",
                    "lease",
                    "every",
                    "account_tags",
                    "database",
                    "name",
                    "webhook_secrets",
                    "webhook_secret",
                    "api_url",
                    "rvs_url",
                    "jwks_url",
                    "api_key",
                    "license_key",
                    "sandbox",
                    "tolerance_seconds",
                    "app_apple_id",
                    "answer",
                    "match",
                    "product",
                    "amount",
                    "subscription_notifications",
                    "topic_arn",
                    "stripe",
                    "delivery",
                    "api",
                    "push",
                    "off",
                    "extra_roots",
                    secret,
                ] {
                    for value in [
                        format!("\"{secret}\""),
                        format!("[\"{secret}\"]"),
                        format!("{{\"{secret}\":1}}"),
                        format!("[[{{\"micros\":\"{secret}\"}}]]"),
                        "5".to_owned(),
                    ] {
                        let text = format!("{before}\"{key}\":{value}{after}");
                        if let Some(error) = error(&text) {
                            refused += 1;
                            assert!(
                                !error.contains(bare) && !error.contains(&bare[..bare.len() / 2]),
                                "{text}: {error}"
                            );
                        }
                    }
                }
            }
        }
        assert!(refused > 5000, "{refused}");
    }

    #[test]
    fn a_misspelt_key_is_named_and_an_odd_one_is_counted() {
        assert!(error(r#"{"databse":"x"}"#).unwrap().contains("at databse: unknown field `databse`"));
        let odd = error(r#"{"stripe":[{"SEKRET9":1}]}"#).unwrap();
        assert!(
            odd.starts_with(
                "at stripe[0].<a key of 7 characters, not shown>: unknown field (of 7 characters"
            ),
            "{odd}"
        );
        let twice = error(r#"{"database":"a","SEKRET9":1,"SEKRET9":2}"#).unwrap();
        assert!(twice.contains("7 characters") && !twice.contains("SEKRET9"), "{twice}");
        assert!(error(r#"{"database":"a","database":"b"}"#).unwrap().contains("\"database\" occurs twice"));
    }
}
