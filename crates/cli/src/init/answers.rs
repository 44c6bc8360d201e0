//! The answers about one store: from flags and the environment, and where these leave something out, from a person.

use std::collections::{BTreeMap, BTreeSet};

use recoup::transport::Secret;

use super::address::Address;
use super::dialogue::Dialogue;
use super::flags::Flags;
use super::question::{Answer, ConfigFolder, Form, Needed, Question};
use super::stores::Setup;
use crate::exit::Failure;

/// An environment variable by its name.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is known of one store, for its section of the configuration and its steps.
pub(super) struct Answers {
    /// The URL of its webhook.
    pub(super) webhook: Address,
    /// The configuration's path, for commands in steps.
    pub(super) config: String,
    given: BTreeMap<&'static str, Answer>,
    /// The flags with a value that cannot be used.
    refused: BTreeSet<&'static str>,
}

impl Answers {
    pub(super) const fn new(webhook: Address, config: String) -> Self {
        Self { webhook, config, given: BTreeMap::new(), refused: BTreeSet::new() }
    }

    /// Takes the answers that flags and the environment have. Gives the problems with them, one a flag.
    pub(super) fn take_given(
        &mut self,
        setup: &Setup,
        flags: &Flags,
        environment: Environment<'_>,
        beside: &ConfigFolder,
    ) -> Vec<String> {
        let mut problems = Vec::new();
        for question in setup.questions {
            let answer = match (flags.get(question.flag), &question.form) {
                (Some(given), _) => {
                    question.read(given, beside).map_err(|problem| format!("--{}: {problem}", question.flag))
                }
                (None, Form::Secret { variable }) => match environment(variable) {
                    Some(text) => question.secret(&text).map_err(|problem| format!("{variable}: {problem}")),
                    None => continue,
                },
                (None, _) => continue,
            };
            match answer {
                Ok(answer) => drop(self.given.insert(question.flag, answer)),
                Err(problem) => {
                    self.refused.insert(question.flag);
                    problems.push(problem);
                }
            }
        }
        problems
    }

    /// Asks for what has no answer yet.
    ///
    /// # Errors
    /// The input ended, or cannot be read.
    pub(super) fn ask(
        &mut self,
        setup: &Setup,
        beside: &ConfigFolder,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<(), Failure> {
        for question in setup.questions {
            let is_left_out = matches!(question.needed, Needed::With(_)) && !self.needs(setup, question);
            if self.given.contains_key(question.flag) || is_left_out {
                continue;
            }
            let value = self.value_if_left_out(question);
            let needed = self.needs(setup, question);
            let answer = dialogue.ask(&question.prompt(), value.as_deref(), |text| match text {
                "" if needed => Err("an answer is needed".to_owned()),
                "" => Ok(None),
                text => question.read(text, beside).map(Some),
            })?;
            if let Some(answer) = answer {
                self.given.insert(question.flag, answer);
            }
        }
        Ok(())
    }

    /// Fills in what has a value for those who give none, and gives the flags that are missing, each with what it is.
    pub(super) fn complete(&mut self, setup: &Setup) -> Vec<String> {
        let mut missing = Vec::new();
        for question in setup.questions {
            if self.given.contains_key(question.flag) || self.refused.contains(question.flag) {
                continue;
            }
            if let Some(value) = self.value_if_left_out(question) {
                self.given.insert(question.flag, Answer::Text(value));
            } else if self.needs(setup, question) {
                missing.push(format!(
                    "{} is missing. {}. {}",
                    question.usage(),
                    question.name,
                    question.source
                ));
            }
        }
        missing
    }

    /// Whether something was given that cannot be used.
    pub(super) fn has_refused(&self) -> bool {
        !self.refused.is_empty()
    }

    fn value_if_left_out(&self, question: &Question) -> Option<String> {
        match question.needed {
            Needed::Else { value, .. } => Some(value(&self.webhook)),
            _ => None,
        }
    }

    /// Whether a question must be answered, by the answers so far.
    fn needs(&self, setup: &Setup, question: &Question) -> bool {
        let needs_this = |other: &Question| match other.needed {
            Needed::With(flag) => flag == question.flag && self.given.contains_key(other.flag),
            _ => false,
        };
        match question.needed {
            Needed::Always => true,
            Needed::With(flag) => {
                // Of three that belong together, the third is needed with the second as well.
                self.given.contains_key(flag)
                    || setup.questions.iter().any(|other| match other.needed {
                        Needed::With(its) => its == flag && self.given.contains_key(other.flag),
                        _ => false,
                    })
            }
            Needed::Optional(_) => setup.questions.iter().any(needs_this),
            Needed::Else { .. } => false,
        }
    }

    pub(super) fn text(&self, flag: &str) -> Option<String> {
        match self.given.get(flag) {
            Some(Answer::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }

    pub(super) fn number(&self, flag: &str) -> Option<i64> {
        match self.given.get(flag) {
            Some(Answer::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// A file's path, as the configuration has it.
    pub(super) fn file(&self, flag: &str) -> Option<String> {
        match self.given.get(flag) {
            Some(Answer::File { path, .. }) => Some(path.clone()),
            _ => None,
        }
    }

    /// What was noted of a file's content.
    pub(super) fn note(&self, flag: &str) -> Option<String> {
        match self.given.get(flag) {
            Some(Answer::File { note, .. }) => note.clone(),
            _ => None,
        }
    }

    pub(super) fn secret(&self, flag: &str) -> Option<Secret> {
        match self.given.get(flag) {
            Some(Answer::Secret(secret)) => Some(secret.clone()),
            _ => None,
        }
    }
}

impl Question {
    /// The question for a person.
    fn prompt(&self) -> String {
        let hint = match (&self.needed, &self.form) {
            (Needed::Optional(without), _) => format!(" Enter alone leaves it out: then {without}."),
            (_, Form::Secret { .. }) => " Give the name of a file that contains it.".to_owned(),
            _ => String::new(),
        };
        format!("{}. {}.{hint}", self.name, self.source)
    }
}
