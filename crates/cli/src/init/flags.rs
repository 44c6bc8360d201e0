//! The flags of `recoup init` that answer the stores' questions: one a question, by the table of stores.

use std::collections::BTreeMap;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command};

use super::question::{Form, Question};
use super::stores::{SETUPS, Setup};

/// What was given for each flag. No secret is among them: of a secret a flag names the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Flags(BTreeMap<&'static str, String>);

impl Flags {
    pub(super) fn get(&self, flag: &str) -> Option<&str> {
        self.0.get(flag).map(String::as_str)
    }

    /// Whether any answers a question about this store.
    pub(super) fn name(&self, setup: &Setup) -> bool {
        setup.questions.iter().any(|question| self.0.contains_key(question.flag))
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for question in SETUPS.iter().flat_map(|setup| setup.questions) {
            if let Some(given) = matches.get_one::<String>(question.flag) {
                self.0.insert(question.flag, given.clone());
            }
        }
        Ok(())
    }
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        SETUPS.iter().fold(command, |command, setup| {
            let heading = setup.store.title();
            command.args(setup.questions.iter().map(|question| argument(question).help_heading(heading)))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn argument(question: &'static Question) -> Arg {
    let from = match question.form {
        Form::Secret { variable } => format!(". A file that contains it; or set {variable}"),
        _ => String::new(),
    };
    Arg::new(question.flag)
        .long(question.flag)
        .value_name(question.value)
        .value_parser(NonEmptyStringValueParser::new())
        .help(format!("{}{from}", question.help()))
}
