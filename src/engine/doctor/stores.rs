//! Checks of every section of every store in the table.

use std::slice::from_ref;

use super::store::{SectionCheck, unusable};
use super::{DoctorContext, Findings, Subject, store, test_notification};
use crate::config::Config;
use crate::model::{DoctorArea, Finding};
use crate::store_table::for_each_store;
use crate::stores::{self, BuiltInStore, Section as _, SectionFinding};

macro_rules! sections {
    ($({ $(#[$_doc:meta])* $_Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        /// Checks all sections.
        pub(super) fn check<P: FnMut(&Finding)>(config: &Config, context: &DoctorContext<'_>, findings: &mut Findings<P>) {
            let before = findings.findings.len();
            $(each::<stores::$folder::Description, P>(stringify!($folder), &config.$folder, context, findings);)*
            if findings.findings.len() == before {
                findings.add(None, DoctorArea::Configuration, SectionFinding::warning(
                    "no_store",
                    "no store is configured: every message is rejected",
                    "Add a section to the configuration, such as \"app_store\" or \"google_play\".",
                ));
            }
            if context.options.test_notification {
                test_notification::check(&config.app_store, context, findings);
            }
        }
    };
}

for_each_store!(sections);

/// Checks one store's sections. `key` is the configuration's.
fn each<S: BuiltInStore, P: FnMut(&Finding)>(
    key: &'static str,
    sections: &[S::Section],
    context: &DoctorContext<'_>,
    findings: &mut Findings<P>,
) {
    let (store, mut all_fine) = (S::STORE, true);
    let mut reported_hosts = Vec::new();
    for (n, section) in sections.iter().enumerate() {
        let of = Subject { store: &store, app: section.app() };
        let section_check = SectionCheck { of, key, n, context };
        match S::verifier(from_ref(section), &context.keys) {
            Ok(_) => store::keys(&section_check, section, findings),
            Err(error) => {
                all_fine = false;
                findings.add(Some(of), DoctorArea::Configuration, unusable(key, n, error));
            }
        }
        store::request(&section_check, section, &mut reported_hosts, findings);
        store::messages_and_sweeps(&section_check, section, findings);
    }
    if all_fine && let Some(first) = sections.first() {
        // Each section may be valid, and two not work together.
        if let Err(error) = S::verifier(sections, &context.keys) {
            let of = Subject { store: &store, app: first.app() };
            findings.add(Some(of), DoctorArea::Configuration, unusable(key, 0, error));
        }
    }
}
