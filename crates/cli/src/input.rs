//! Files and standard input, within bounds.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

use crate::exit::Failure;

/// Far more than any store sends. What is beyond is not read: the verifier refuses what was read as too large.
const MOST_READ: u64 = 16 << 20;

/// The beginning of a file, or of standard input for `-`, as far as it can matter.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST_READ).read_to_end(&mut bytes).map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

/// A file, or standard input for `-`, to be read bit by bit.
pub(crate) fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(stdin().lock()));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(BufReader::new(file)))
}

/// What people call it.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Input { path: name(path), problem: format!("cannot be read: {error}") }
}
