//! The ledger's file.

use crate::shop::Shop;

#[test]
fn a_backup_is_a_ledger_and_overwrites_nothing() {
    let shop = Shop::new();
    shop.run(&["block", "ada", "--why", "sold gems"]);
    let path = shop.folder.path().join("backup.db");
    let path = path.to_str().unwrap();
    let made = shop.run(&["--json", "ledger", "backup", path]);
    assert_eq!((made.code, &made.json()["path"]), (0, &path.into()), "{made:?}");
    assert_eq!(made.json()["bytes"].as_u64(), Some(std::fs::metadata(path).unwrap().len()));
    let again = shop.run(&["--json", "ledger", "backup", path]);
    assert_eq!((again.code, again.error_code()), (1, "backup_exists".to_owned()));
}
