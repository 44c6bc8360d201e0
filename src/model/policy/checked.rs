//! What a list of rules must keep to, beside the types of its values.

use super::{Matcher, Policy, ReviewPolicy, ReviewRule, Rule};

/// The most rules of one list: a refund is compared with each of them until one matches.
pub const MAX_RULES: usize = 1000;

/// How the names of exclusions begin where a decision names its rule, so no rule's name may.
pub(super) const EXCLUSION: &str = "exclusion ";

/// Why a list of rules cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at {path}: {problem}")]
pub struct BadPolicy {
    /// The path within the list, such as `[3].match.share`; empty for the list itself.
    pub path: String,
    /// What is wrong and what was expected.
    pub problem: String,
}

impl Policy {
    /// As [`new`](Self::new), for rules that may be wrong.
    ///
    /// # Errors
    /// [`BadPolicy`] for more than [`MAX_RULES`] rules, for bounds that nothing is within, and for a name that begins
    /// with `exclusion `, as the decisions of exclusions do.
    pub fn checked(own: Vec<Rule>) -> Result<Self, BadPolicy> {
        check(own.iter().map(|rule| (rule.name.as_str(), &rule.matcher)))?;
        Ok(Self::new(own))
    }

    /// The same for rules that were not checked when they were made.
    pub(crate) fn check(&self) -> Result<(), BadPolicy> {
        check(self.own_rules().iter().map(|rule| (rule.name.as_str(), &rule.matcher)))
    }
}

impl ReviewPolicy {
    /// As [`new`](Self::new), for rules that may be wrong.
    ///
    /// # Errors
    /// As [`Policy::checked`].
    pub fn checked(own: Vec<ReviewRule>) -> Result<Self, BadPolicy> {
        check(own.iter().map(|rule| (rule.name.as_str(), &rule.matcher)))?;
        Ok(Self::new(own))
    }
}

fn check<'r>(rules: impl ExactSizeIterator<Item = (&'r str, &'r Matcher)>) -> Result<(), BadPolicy> {
    let count = rules.len();
    if count > MAX_RULES {
        let problem = format!(
            "{count} rules; the limit is {MAX_RULES}: join rules that differ in one value by a list of values"
        );
        return Err(BadPolicy { path: String::new(), problem });
    }
    for (place, (name, matcher)) in rules.enumerate() {
        let bad = |key: &str, problem: String| BadPolicy { path: format!("[{place}].{key}"), problem };
        if name.starts_with(EXCLUSION) {
            let problem =
                format!("{name:?} begins with {EXCLUSION:?}, which names exclusions: choose another name");
            return Err(bad("name", problem));
        }
        if let Some(condition) = impossible(matcher) {
            let problem = "at_least is above at_most, so that the rule matches nothing".to_owned();
            return Err(bad(&format!("match.{condition}"), problem));
        }
    }
    Ok(())
}

/// The first condition that no refund can meet.
fn impossible(matcher: &Matcher) -> Option<&'static str> {
    fn above<T: PartialOrd>(least: Option<T>, most: Option<T>) -> bool {
        least.zip(most).is_some_and(|(least, most)| least > most)
    }
    let amount = matcher.amount.as_ref().is_some_and(|amount| {
        let bounds = amount.at_least.zip(amount.at_most);
        bounds.is_some_and(|(least, most)| least.currency == most.currency && least.micros > most.micros)
    });
    let age = matcher.purchase_age.as_ref().is_some_and(|age| above(age.at_least, age.at_most));
    let quantity = matcher.quantity.is_some_and(|quantity| above(quantity.at_least, quantity.at_most));
    let share = matcher.share.is_some_and(|share| above(share.at_least, share.at_most));
    [("amount", amount), ("purchase_age", age), ("quantity", quantity), ("share", share)]
        .into_iter()
        .find_map(|(name, is_impossible)| is_impossible.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(rules: &str) -> (String, String) {
        let BadPolicy { path, problem } = Policy::checked(serde_json::from_str(rules).unwrap()).unwrap_err();
        (path, problem)
    }

    #[test]
    fn a_list_of_rules_has_a_limit() {
        let rules = |count: usize| vec![Policy::default_rules()[0].clone(); count];
        assert!(Policy::checked(rules(MAX_RULES)).is_ok());
        let BadPolicy { path, problem } = Policy::checked(rules(MAX_RULES + 1)).unwrap_err();
        assert!(path.is_empty() && problem.contains("1001 rules; the limit is 1000"), "{problem}");
        assert!(Policy::new(rules(MAX_RULES + 1)).check().is_err());
        assert!(Policy::new(rules(MAX_RULES)).check().is_ok(), "the default rules do not count");
        let review = ReviewRule {
            name: "a".to_owned(),
            matcher: Matcher::default(),
            answer: super::super::super::ReviewReply::DataOnly,
        };
        assert!(ReviewPolicy::checked(vec![review; MAX_RULES + 1]).is_err());
    }

    #[test]
    fn a_rule_that_can_match_nothing_is_refused_with_its_path() {
        let money = |micros: i64| format!(r#"{{"micros":{micros},"currency":"USD"}}"#);
        for (key, least, most) in [
            ("quantity", "2".to_owned(), "1".to_owned()),
            ("share", "50001".to_owned(), "50000".to_owned()),
            ("purchase_age", "\"2d\"".to_owned(), "\"47h\"".to_owned()),
            ("amount", money(2), money(1)),
        ] {
            let rules = |least: &str, most: &str| {
                format!(
                    r#"[{{"name":"a","action":"alert"}},
                        {{"name":"b","match":{{"{key}":{{"at_least":{least},"at_most":{most}}}}},"action":"alert"}}]"#
                )
            };
            let (path, problem) = refusal(&rules(&least, &most));
            assert_eq!(path, format!("[1].match.{key}"));
            assert!(problem.contains("at_least is above at_most"), "{problem}");
            assert!(Policy::checked(serde_json::from_str(&rules(&most, &most)).unwrap()).is_ok(), "{key}");
        }
    }

    #[test]
    fn no_rule_has_the_name_of_an_exclusion() {
        let (path, problem) = refusal(r#"[{"name":"exclusion 12","action":"alert"}]"#);
        assert_eq!(path, "[0].name");
        assert!(problem.contains("choose another name"), "{problem}");
        assert!(
            Policy::checked(serde_json::from_str(r#"[{"name":"exclusions","action":"alert"}]"#).unwrap())
                .is_ok()
        );
    }
}
