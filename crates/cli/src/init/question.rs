//! A question of `recoup init`: its flag, its words, and what its answer must be.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use recoup::transport::Secret;
use zeroize::Zeroizing;

use super::address::Address;

/// One question about a store, and the flag that answers it.
pub(super) struct Question {
    /// The flag without its dashes. It begins with the store's name.
    pub(super) flag: &'static str,
    /// What help shows in place of the value.
    pub(super) value: &'static str,
    /// What is asked for, as a noun.
    pub(super) name: &'static str,
    /// Where a person finds it.
    pub(super) source: &'static str,
    /// What the answer must be.
    pub(super) form: Form,
    /// Whether there must be one.
    pub(super) needed: Needed,
}

/// Whether a question needs an answer.
pub(super) enum Needed {
    Always,
    /// If the question with this flag has one, and that one if this has.
    With(&'static str),
    /// No. What is lost without it.
    Optional(&'static str),
    /// There is a value for those who give none: by the URL of the store's webhook, and in words.
    Else {
        value: fn(&Address) -> String,
        words: &'static str,
    },
}

/// What an answer must be.
pub(super) enum Form {
    /// A text without white space, and what else it must be.
    Word(fn(&str) -> Result<(), &'static str>),
    /// A text.
    Name,
    /// A number from 1.
    Number,
    /// A file that the configuration names; and what the steps need of its content.
    File(fn(&[u8]) -> Option<String>),
    /// A secret for which the configuration has no file: the text in a file, or in this environment variable. An
    /// argument would be visible in the list of processes.
    Secret { variable: &'static str },
}

/// An answer, as the configuration has it.
pub(super) enum Answer {
    Text(String),
    Number(i64),
    File { path: String, note: Option<String> },
    Secret(Secret),
}

/// The longest text, in bytes: a licence key is the longest.
const MAX_TEXT: usize = 4096;

/// The largest key file, in bytes.
const MAX_FILE: usize = 64 << 10;

/// One byte more shows that a file is larger.
const MOST_READ: usize = MAX_FILE + 1;

impl Question {
    /// The flag and its value, as a person types them.
    pub(super) fn usage(&self) -> String {
        let or = match self.form {
            Form::Secret { variable } => format!(" (or the environment variable {variable})"),
            _ => String::new(),
        };
        format!("--{} {}{or}", self.flag, self.value)
    }

    /// What it is, where it is, and what happens without it.
    pub(super) fn help(&self) -> String {
        let (name, source) = (self.name, self.source);
        match &self.needed {
            Needed::Always => format!("{name}. {source}"),
            Needed::With(flag) => format!("{name}, with --{flag}. {source}"),
            Needed::Optional(without) => format!("{name}. {source}. Without it {without}"),
            Needed::Else { words, .. } => format!("{name}; if left out, {words}. {source}"),
        }
    }

    /// Reads an answer. `beside` turns the path of a file into the one that the configuration has.
    ///
    /// # Errors
    /// What was expected; of a secret nothing is repeated.
    pub(super) fn read(&self, given: &str, beside: &ConfigFolder) -> Result<Answer, String> {
        match &self.form {
            Form::Word(check) => {
                let text = text(given)?;
                if text.contains(char::is_whitespace) {
                    return Err("expected one word without white space".to_owned());
                }
                check(text)?;
                Ok(Answer::Text(text.to_owned()))
            }
            Form::Name => text(given).map(|text| Answer::Text(text.to_owned())),
            Form::Number => match given.parse() {
                Ok(number) if number > 0 => Ok(Answer::Number(number)),
                _ => Err("expected a number, in digits alone".to_owned()),
            },
            Form::File(note) => {
                let path = Path::new(given);
                let content = content(path)?;
                Ok(Answer::File { path: beside.path_of(path)?, note: note(&content) })
            }
            Form::Secret { .. } => {
                let content = content(Path::new(given))?;
                let text =
                    std::str::from_utf8(&content).map_err(|_| "the file contains no text".to_owned())?;
                self.secret(text)
            }
        }
    }

    /// A secret out of its file or variable.
    pub(super) fn secret(&self, text: &str) -> Result<Answer, String> {
        match text.trim() {
            "" => Err(format!("it is empty: expected {}", self.name)),
            secret => Ok(Answer::Secret(Secret::new(secret))),
        }
    }
}

fn text(given: &str) -> Result<&str, String> {
    match given {
        "" => Err("expected a text that is not empty".to_owned()),
        long if long.len() > MAX_TEXT => Err(format!("expected at most {MAX_TEXT} bytes")),
        odd if odd.contains(char::is_control) => Err("expected a text without control characters".to_owned()),
        fine => Ok(fine),
    }
}

/// The content of a key file.
fn content(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!("{name} is a folder: expected a file"));
    }
    let content = read(path).map_err(|error| format!("{name} cannot be read: {error}"))?;
    match content.len() {
        0 => Err(format!("{name} is empty")),
        MOST_READ => Err(format!("{name} is too large: expected a key, and at most {MAX_FILE} bytes")),
        _ => Ok(content),
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    // With its room from the start, so that no copy of a secret is left behind.
    let mut content = Zeroizing::new(vec![0; MOST_READ]);
    let (mut file, mut size) = (File::open(path)?, 0);
    while let Some(rest) = content.get_mut(size..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => size += read,
        }
    }
    content.truncate(size);
    Ok(content)
}

/// Any word.
pub(super) const fn any(_: &str) -> Result<(), &'static str> {
    Ok(())
}

/// Of a file's content nothing is needed.
pub(super) const fn nothing(_: &[u8]) -> Option<String> {
    None
}

/// The folder of the new configuration, from which its relative paths start.
pub(super) struct ConfigFolder(PathBuf);

impl ConfigFolder {
    pub(super) fn of(config: &Path) -> Self {
        // `./recoup.json` is in the current folder too.
        let folder = config.parent().filter(|folder| *folder != Path::new("."));
        Self(folder.map(Path::to_owned).unwrap_or_default())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// A path from the current folder, as the configuration has to name it: from its own folder, if it is below that.
    pub(super) fn path_of(&self, given: &Path) -> Result<String, String> {
        let written = if self.0.as_os_str().is_empty() {
            given.to_owned()
        } else if let Ok(below) = given.strip_prefix(&self.0) {
            below.to_owned()
        } else {
            std::path::absolute(given).map_err(|error| format!("{}: {error}", given.display()))?
        };
        written
            .into_os_string()
            .into_string()
            .map_err(|_| "the path is not UTF-8, which the configuration is".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_from_the_configurations_own_folder() {
        let from = |config: &str, given: &str| {
            ConfigFolder::of(Path::new(config)).path_of(Path::new(given)).unwrap()
        };
        assert_eq!(from("recoup.json", "keys/a.p8"), "keys/a.p8");
        assert_eq!(from("./recoup.json", "keys/a.p8"), "keys/a.p8");
        assert_eq!(from("etc/recoup.json", "etc/keys/a.p8"), "keys/a.p8");
        assert_eq!(from("/etc/recoup/recoup.json", "/etc/recoup/a.p8"), "a.p8");
        assert_eq!(from("recoup.json", "/run/keys/a.p8"), "/run/keys/a.p8");
        let here = std::env::current_dir().unwrap();
        assert_eq!(from("etc/recoup.json", "a.p8"), here.join("a.p8").to_str().unwrap());
    }
}
