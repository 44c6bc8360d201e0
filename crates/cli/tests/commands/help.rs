//! What `--help` says.

use crate::session::assert_session;
use crate::shop::{Shop, recoup};

#[test]
fn without_arguments_there_is_help() {
    let output = recoup::<&str>(&[]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("Usage: recoup"));
}

/// The demo is among them.
#[cfg(feature = "demo")]
#[test]
fn help_of_every_command() {
    let shop = Shop::new();
    let mut session = shop.session();
    session.run("--version");
    let mut commands = vec![String::new()];
    while let Some(command) = commands.pop() {
        let help = session.run(&format!("{command} --help"));
        let listed = help.stdout.split("\nCommands:\n").nth(1).and_then(|rest| rest.split("\n\n").next());
        let names =
            listed.unwrap_or_default().lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
        let below = names.filter(|name| !["", "help"].contains(name)).map(|name| format!("{command} {name}"));
        commands.extend(below.collect::<Vec<_>>().into_iter().rev());
    }
    assert_session!("help", session);
}

#[test]
fn help_names_every_store() {
    let shop = Shop::new();
    for verb in ["verify", "ingest", "reconcile"] {
        let help = shop.run(&[verb, "--help"]).stdout;
        assert!(recoup::Store::ALL.iter().all(|store| help.contains(store.as_str())), "{help}");
    }
}
