//! What the new configuration will have: the stores, and the answers about each.

use std::path::Path;

use recoup::{Config, Store};
use serde_json::to_vec_pretty;
use zeroize::Zeroizing;

use super::address::Address;
use super::answers::{Answers, Environment};
use super::dialogue::Dialogue;
use super::flags::Flags;
use super::question::ConfigFolder;
use super::section::Members;
use super::stores::{SETUPS, Setup};
use crate::config_check;
use crate::exit::Failure;

/// What the command line and the environment have.
pub(super) struct Given<'a> {
    /// The new configuration.
    pub(super) config: &'a Path,
    pub(super) database: &'a Path,
    pub(super) stores: &'a [Store],
    pub(super) address: Option<&'a Address>,
    pub(super) flags: &'a Flags,
    pub(super) environment: Environment<'a>,
}

/// All that is needed to write the configuration. It has passed the checks of `recoup config check`.
pub(super) struct Plan {
    pub(super) stores: Vec<Planned>,
    database: String,
}

/// One store of it.
pub(super) struct Planned {
    pub(super) setup: &'static Setup,
    pub(super) answers: Answers,
}

impl Plan {
    /// Takes the flags' answers and requests the rest, or names all of the rest as missing if standard input is no terminal.
    ///
    /// # Errors
    /// What is given cannot be used, or answers are missing.
    pub(super) fn new(given: &Given<'_>, mut dialogue: Option<&mut Dialogue<'_>>) -> Result<Self, Failure> {
        let folder = ConfigFolder::of(given.config);
        let database = folder.path_of(given.database).map_err(|problem| answers(vec![problem]))?;
        // Before any question, so that no one answers all of them in vain.
        check(&Members::default().with("database", Some(database.clone())), &folder)?;

        let mut problems = Vec::new();
        let setups = match (chosen(given), dialogue.as_deref_mut()) {
            (setups, _) if !setups.is_empty() => setups,
            (_, Some(dialogue)) => ask_stores(dialogue)?,
            (none, None) => {
                problems.push(format!("--store STORE is missing. One or more of {}", names(", ")));
                none
            }
        };
        let address = match (given.address, dialogue.as_deref_mut()) {
            (Some(address), _) => address.clone(),
            (None, Some(dialogue)) => ask_address(dialogue)?,
            (None, None) => {
                problems.push(format!("--url URL is missing. {ADDRESS}"));
                Address::example()
            }
        };
        let mut stores = Vec::new();
        for setup in setups {
            let mut answers = planned(setup, &address, given);
            problems.extend(answers.take_given(setup, given.flags, given.environment, &folder));
            stores.push(Planned { setup, answers });
        }
        if dialogue.is_some() && !problems.is_empty() {
            return Err(answers(problems));
        }
        for store in &mut stores {
            match dialogue.as_deref_mut() {
                Some(dialogue) => store.ask_until_usable(&address, given, &folder, dialogue)?,
                None => problems.extend(store.complete(&folder)),
            }
        }
        if problems.is_empty() { Ok(Self { stores, database }) } else { Err(answers(problems)) }
    }

    /// The configuration's text.
    pub(super) fn configuration(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let whole = Members::default().with("database", Some(self.database.clone()));
        let whole = self.stores.iter().fold(whole, |whole, store| {
            whole.with(store.setup.key(), Some(vec![(store.setup.section)(&store.answers)]))
        });
        let mut text = text(&whole)?;
        text.push(b'\n');
        Ok(text)
    }
}

impl Planned {
    /// Asks for what is missing. Answers that cannot be used are all asked for once more: each may be the wrong one.
    fn ask_until_usable(
        &mut self,
        address: &Address,
        given: &Given<'_>,
        folder: &ConfigFolder,
        dialogue: &mut Dialogue<'_>,
    ) -> Result<(), Failure> {
        dialogue.say(&format!("\n{}", self.setup.store.title()))?;
        loop {
            self.answers.ask(self.setup, folder, dialogue)?;
            match self.check(folder) {
                Ok(()) => return Ok(()),
                Err(problem) => {
                    dialogue
                        .say(&format!("{problem}\nAll answers about {} again:", self.setup.store.title()))?;
                }
            }
            self.answers = planned(self.setup, address, given);
        }
    }

    /// Fills in what may be left out. Gives what is missing, or else what cannot be used.
    fn complete(&mut self, folder: &ConfigFolder) -> Vec<String> {
        let missing = self.answers.complete(self.setup);
        if !missing.is_empty() || self.answers.has_refused() {
            return missing;
        }
        self.check(folder).err().map(|problem| problem.to_string()).into_iter().collect()
    }

    fn check(&self, folder: &ConfigFolder) -> Result<(), Failure> {
        let section = (self.setup.section)(&self.answers);
        check(&Members::default().with(self.setup.key(), Some(vec![section])), folder)
    }
}

fn planned(setup: &Setup, address: &Address, given: &Given<'_>) -> Answers {
    Answers::new(address.webhook(&setup.store), given.config.display().to_string())
}

/// The stores that flags name, by `--store` or by a flag of theirs.
fn chosen(given: &Given<'_>) -> Vec<&'static Setup> {
    let is_chosen = |setup: &&Setup| given.stores.contains(&setup.store) || given.flags.name(setup);
    SETUPS.iter().filter(is_chosen).collect()
}

const ADDRESS: &str = "The address at which the stores reach the webhook server, such as https://game.example.com. \
                       The webhooks are below it, at /v1/STORE";

fn ask_address(dialogue: &mut Dialogue<'_>) -> Result<Address, Failure> {
    dialogue.ask(&format!("{ADDRESS}."), None, str::parse)
}

fn ask_stores(dialogue: &mut Dialogue<'_>) -> Result<Vec<&'static Setup>, Failure> {
    let question =
        format!("In which stores does the game sell? {}; several with commas between.", names(", "));
    dialogue.ask(&question, None, |text| {
        let mut stores = Vec::new();
        for name in text.split([',', ' ']).filter(|name| !name.is_empty()) {
            match SETUPS.iter().find(|setup| setup.store.as_str() == name) {
                Some(setup) => stores.push(&setup.store),
                None => return Err(format!("there is no store {name:?}: expected {}", names(" or "))),
            }
        }
        if stores.is_empty() {
            return Err("an answer is needed".to_owned());
        }
        Ok(SETUPS.iter().filter(|setup| stores.contains(&&setup.store)).collect())
    })
}

fn names(between: &str) -> String {
    SETUPS.iter().map(|setup| setup.store.as_str()).collect::<Vec<_>>().join(between)
}

fn check(configuration: &Members, folder: &ConfigFolder) -> Result<(), Failure> {
    let config = Config::from_json(&text(configuration)?, folder.path())?;
    config_check::check(&config)
}

fn text(configuration: &Members) -> Result<Zeroizing<Vec<u8>>, Failure> {
    Ok(Zeroizing::new(to_vec_pretty(configuration).map_err(std::io::Error::from)?))
}

const fn answers(problems: Vec<String>) -> Failure {
    Failure::Answers { problems }
}
