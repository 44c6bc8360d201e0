//! Every section of every store, by the table.

use std::slice::from_ref;

use super::store::{SectionCheck, unusable};
use super::{Bench, Found, Of, store, test_notification};
use crate::config::Config;
use crate::model::{DoctorArea, Finding};
use crate::store_table::for_each_store;
use crate::stores::{self, BuiltInStore, Noted, Section as _};

macro_rules! sections {
    ($({ $(#[$_doc:meta])* $_Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        /// Checks all of them.
        pub(super) fn check<P: FnMut(&Finding)>(config: &Config, bench: &Bench<'_>, found: &mut Found<P>) {
            let before = found.findings.len();
            $(each::<stores::$folder::Description, P>(stringify!($folder), &config.$folder, bench, found);)*
            if found.findings.len() == before {
                found.add(None, DoctorArea::Configuration, Noted::warning(
                    "no_store",
                    "no store is configured: every message is rejected",
                    "Add a section to the configuration, such as \"app_store\" or \"google_play\".",
                ));
            }
            if bench.options.test_notification {
                test_notification::check(&config.app_store, bench, found);
            }
        }
    };
}

for_each_store!(sections);

/// Checks one store's. `key` is the configuration's.
fn each<S: BuiltInStore, P: FnMut(&Finding)>(
    key: &'static str,
    sections: &[S::Section],
    bench: &Bench<'_>,
    found: &mut Found<P>,
) {
    let (store, mut all_fine) = (S::STORE, true);
    let mut sights = Vec::new();
    for (n, section) in sections.iter().enumerate() {
        let of = Of { store: &store, app: section.app() };
        let section_check = SectionCheck { of, key, n, bench };
        match S::verifier(from_ref(section), &bench.keys) {
            Ok(_) => store::keys(&section_check, section, found),
            Err(error) => {
                all_fine = false;
                found.add(Some(of), DoctorArea::Configuration, unusable(key, n, error));
            }
        }
        store::ask(&section_check, section, &mut sights, found);
        store::reported(&section_check, section, found);
    }
    if all_fine && let Some(first) = sections.first() {
        // Each may be fine, and two not go together.
        if let Err(error) = S::verifier(sections, &bench.keys) {
            let of = Of { store: &store, app: first.app() };
            found.add(Some(of), DoctorArea::Configuration, unusable(key, 0, error));
        }
    }
}
