//! The ledger's file.

use recoup::Health;
use serde_json::json;

use super::shop::{Shop, has, mentions, the};
use recoup_tests::ledger_file::AnotherProgram;

#[test]
fn a_file_that_is_no_ledger_or_damaged_is_reported_as_broken_and_not_changed() {
    let shop = Shop::new();
    let path = shop.folder.path().join("ledger.db");
    std::fs::write(&path, "no database at all, but long enough for a header to be looked for").unwrap();
    assert!(has(&shop.doctor(), Health::Broken, "ledger_unusable"));
    std::fs::remove_file(&path).unwrap();
    drop(shop.engine());
    let mut bytes = std::fs::read(&path).unwrap();
    // A page of the schema, behind the header.
    bytes[8192..12288].fill(0xFF);
    std::fs::write(&path, &bytes).unwrap();
    let report = shop.doctor();
    assert!(has(&report, Health::Broken, "damaged"), "{report:#?}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_ledger_that_cannot_be_at_its_path_is_reported_with_the_cause() {
    let mut shop = Shop::of("stripe");
    for (database, code, advice) in [
        (json!("no/such/folder/ledger.db"), "no_folder", "create it"),
        (json!("."), "ledger_unusable", "not of a folder"),
    ] {
        shop.config["database"] = database;
        let report = shop.doctor();
        let finding = the(&report, code);
        assert_eq!(finding.health, Health::Broken);
        mentions(finding, "", advice);
    }
    shop.config.as_object_mut().unwrap().remove("database");
    assert!(has(&shop.doctor(), Health::Broken, "no_database"));

    shop.config["database"] = json!("another.db");
    AnotherProgram::opens(&shop.folder.path().join("another.db")).run("CREATE TABLE scores (player TEXT)");
    mentions(the(&shop.doctor(), "ledger_unusable"), "no Recoup ledger", "the intended path");
}

/// No user can create a file there, not even the superuser.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_ledger_is_reported_of_before_the_server_starts() {
    let mut shop = Shop::of("stripe");
    shop.config["database"] = json!("/proc/self/ledger.db");
    let report = shop.doctor();
    let finding = the(&report, "unwritable");
    assert_eq!(finding.health, Health::Broken);
    mentions(finding, "none can be created", "/proc/self");
}

#[test]
fn the_trial_write_leaves_no_trace() {
    let shop = Shop::of("stripe");
    let path = shop.folder.path().join("ledger.db");
    drop(shop.engine());
    let before = std::fs::read(&path).unwrap();
    let report = shop.doctor();
    assert!(!has(&report, Health::Broken, "unwritable"), "{report:#?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // Beside an engine that has it open, too.
    let engine = shop.engine();
    let report = engine.doctor(&recoup::DoctorOptions::new(), |_| {});
    assert!(!has(&report, Health::Broken, "unwritable"), "{report:#?}");
    engine.block("ada", None, "eve", "still writes").unwrap();
}

/// By another open of the same file, as another process holds it.
#[test]
fn a_lock_that_another_program_holds_and_modes_that_are_too_wide_are_named() {
    let shop = Shop::of("stripe");
    let path = shop.folder.path().join("ledger.db");
    drop(shop.engine());
    assert!(!has(&shop.doctor(), Health::Broken, "locked"));
    let lock = shop.folder.path().join("ledger.db-engines");
    let held = std::fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    mentions(the(&shop.doctor(), "locked"), "ledger.db-engines", "0600");
    drop(held);
    assert!(!has(&shop.doctor(), Health::Broken, "locked"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert!(!has(&shop.doctor(), Health::Warning, "file_modes"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::set_permissions(&lock, std::fs::Permissions::from_mode(0o666)).unwrap();
        let report = shop.doctor();
        let finding = the(&report, "file_modes");
        mentions(finding, "ledger.db (0644)", "chmod");
        mentions(finding, "ledger.db-engines (0666)", "0600");
    }
}
