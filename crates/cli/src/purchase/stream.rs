//! Purchases out of JSON of any length: one object, a list, or one after another.

use std::io::BufRead;

use recoup::Purchase;
use serde_json::value::RawValue;

use crate::exit::Failure;

/// Hands purchases on in batches of at most `size`, so that a file of any length fits in memory.
pub(super) fn each_batch(
    from: impl BufRead,
    size: usize,
    name: &str,
    record: &mut impl FnMut(Vec<Purchase>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bad = |problem: String| Failure::Input { path: name.to_owned(), problem };
    let mut batch = Vec::new();
    let mut seen = 0_usize;
    for text in serde_json::Deserializer::from_reader(from).into_iter::<Box<RawValue>>() {
        let text = text.map_err(|error| bad(format!("after {seen} purchases: {error}")))?;
        for purchase in
            purchases(text.get()).map_err(|problem| bad(format!("after {seen} purchases: {problem}")))?
        {
            seen += 1;
            batch.push(purchase);
            if batch.len() == size {
                record(std::mem::take(&mut batch))?;
            }
        }
    }
    if seen == 0 {
        return Err(bad(
            "holds no purchase: expected JSON with \"store\", \"user\" and \"order_id\"".to_owned()
        ));
    }
    if batch.is_empty() { Ok(()) } else { record(batch) }
}

fn purchases(text: &str) -> Result<Vec<Purchase>, String> {
    let json = &mut serde_json::Deserializer::from_str(text);
    let read = if text.starts_with('[') {
        serde_path_to_error::deserialize(json)
    } else {
        serde_path_to_error::deserialize(json).map(|purchase| vec![purchase])
    };
    read.map_err(|error| match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("at {path}: {}", error.inner()),
    })
}
