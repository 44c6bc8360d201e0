//! What `recoup init` knows of each store: a file and a row.

mod amazon;
mod app_store;
mod google_play;
mod one_store;
mod stripe;

use recoup::Store;

use super::answers::Answers;
use super::question::Question;
use super::section::Members;
use super::steps::Step;

/// One store: what is asked, what the configuration gets, and what a person enters in the store's console.
pub(super) struct Setup {
    pub(super) store: Store,
    /// In the order in which they are asked.
    pub(super) questions: &'static [Question],
    /// Its section of the configuration, by complete answers.
    pub(super) section: fn(&Answers) -> Members,
    /// Its steps, by complete answers.
    pub(super) steps: fn(&Answers) -> Vec<Step>,
}

/// The table of stores.
pub(super) static SETUPS: &[Setup] =
    &[app_store::SETUP, google_play::SETUP, one_store::SETUP, stripe::SETUP, amazon::SETUP];

impl Setup {
    /// The key of its sections in the configuration.
    pub(super) fn key(&self) -> String {
        self.store.as_str().replace('-', "_")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::question::Needed;
    use super::*;

    #[test]
    fn every_store_has_a_row() {
        let rows: Vec<&Store> = SETUPS.iter().map(|setup| &setup.store).collect();
        assert_eq!(rows, Store::ALL.iter().collect::<Vec<_>>());
    }

    #[test]
    fn every_flag_begins_with_its_store_and_is_there_once() {
        let mut flags = BTreeSet::new();
        for setup in SETUPS {
            for question in setup.questions {
                assert!(
                    question.flag.starts_with(&format!("{}-", setup.store.as_str())),
                    "{}",
                    question.flag
                );
                assert!(flags.insert(question.flag), "{} is there twice", question.flag);
            }
        }
    }

    #[test]
    fn what_belongs_together_is_optional_as_a_whole() {
        for setup in SETUPS {
            for (n, question) in setup.questions.iter().enumerate() {
                let Needed::With(flag) = question.needed else { continue };
                // The one that decides is asked first.
                let before = setup.questions[..n].iter().find(|other| other.flag == flag);
                assert!(
                    before.is_some_and(|other| matches!(other.needed, Needed::Optional(_))),
                    "{}: --{flag}",
                    question.flag
                );
            }
        }
    }
}
