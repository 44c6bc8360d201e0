//! The stores by name, as help texts list them.

use recoup::Store;

/// The stores whose messages Recoup verifies.
pub(crate) fn verified(about: &str) -> String {
    format!("{about}: {}", listed(Store::ALL.iter().map(|store| store.as_str().to_owned()).collect()))
}

/// Those, and the host's own.
pub(crate) fn any(about: &str) -> String {
    let mut names: Vec<String> = Store::ALL.iter().map(|store| store.as_str().to_owned()).collect();
    names.push("custom:NAME".to_owned());
    format!("{about}: {}", listed(names))
}

/// The configuration's keys for them.
pub(crate) fn sections() -> String {
    listed(Store::ALL.iter().map(|store| format!("{:?}", store.as_str().replace('-', "_"))).collect())
}

fn listed(mut names: Vec<String>) -> String {
    match names.pop() {
        Some(last) if !names.is_empty() => format!("{} or {last}", names.join(", ")),
        last => last.unwrap_or_default(),
    }
}
