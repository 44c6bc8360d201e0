//! Questions to a person, over any input and output.

use std::io::{BufRead, Read as _, Write};

use recoup::shown_lines;

use crate::exit::Failure;

/// The longest line that is read, in bytes.
const MAX_LINE: u64 = 64 << 10;

/// A person who is asked.
pub(super) struct Dialogue<'io> {
    input: &'io mut dyn BufRead,
    output: &'io mut dyn Write,
}

impl<'io> Dialogue<'io> {
    pub(super) fn new(input: &'io mut dyn BufRead, output: &'io mut dyn Write) -> Self {
        Self { input, output }
    }

    /// Writes a line.
    ///
    /// # Errors
    /// The output cannot be written.
    pub(super) fn say(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.output, "{}", shown_lines(text))?)
    }

    /// Asks until `read` accepts the answer. Without an answer it gets the value in brackets, or an empty text.
    ///
    /// # Errors
    /// The input ended, or cannot be read.
    pub(super) fn ask<T>(
        &mut self,
        question: &str,
        value: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, Failure> {
        self.say(&format!("\n{question}"))?;
        loop {
            let brackets = value.map_or_else(String::new, |value| format!("[{value}] "));
            write!(self.output, "{}> ", shown_lines(&brackets))?;
            self.output.flush()?;
            let line = self.line()?;
            let given = if line.is_empty() { value.unwrap_or_default() } else { &line };
            match read(given) {
                Ok(answer) => return Ok(answer),
                Err(problem) => self.say(&problem)?,
            }
        }
    }

    fn line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        let read = (&mut *self.input).take(MAX_LINE).read_line(&mut line);
        let size = read.map_err(|error| Failure::Usage(format!("an answer cannot be read: {error}")))?;
        if size == 0 {
            return Err(Failure::Usage(
                "the input ended before all questions were answered; nothing was written. Flags answer questions \
                 as well: recoup init --help"
                    .to_owned(),
            ));
        }
        Ok(line.trim().to_owned())
    }
}
