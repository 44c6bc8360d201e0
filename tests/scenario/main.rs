//! The scenario, played by the C host and by its twin in Rust, which must print the same; and what the hosts rest on.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]
#![allow(unreachable_pub, reason = "the modules are those of other programs too")]

mod documents;
mod host;
mod shop;

use recoup_tests::workshop::{Workshop, program, run};

const HEADER: &str = include_str!("../../include/recoup.h");
const EXPORTS: &str = include_str!("../../include/recoup.exports");

#[test]
fn the_hosts_in_c_and_in_rust_print_what_is_expected() {
    let workshop = Workshop::new();
    let host = workshop.compile("host", &["tests/scenario/host.c"]);
    let folder = |name: &str| {
        let folder = workshop.folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        shop::fill(&folder).unwrap();
        folder
    };
    let in_c = run(program(host).arg(folder("c")));
    let in_rust = host::play(&folder("rust")).unwrap();
    compare("Rust and C", &in_rust, &in_c);
    if std::env::var_os("RECOUP_ACCEPT").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/scenario/expected.txt"), &in_c).unwrap();
    }
    let expected = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/scenario/expected.txt"));
    compare("the hosts and expected.txt", &in_c, &expected.unwrap());
}

fn compare(what: &str, left: &str, right: &str) {
    let mut lines = left.lines().zip(right.lines()).zip(1..);
    if let Some(((left, right), number)) = lines.find(|((left, right), _)| left != right) {
        panic!("{what} differ in line {number}:\n{left}\n{right}");
    }
    assert_eq!(left.len(), right.len(), "{what}: one is longer");
}

#[test]
fn the_scenario_uses_every_function_of_the_header() {
    let host = include_str!("host.c");
    let unused: Vec<&str> =
        EXPORTS.lines().filter(|name| !host.split(|c: char| !is_name(c)).any(|word| word == *name)).collect();
    assert!(unused.is_empty(), "not in tests/scenario/host.c: {unused:?}");
}

#[test]
fn the_layout_that_hosts_print_is_the_headers() {
    let workshop = Workshop::new();
    let host = workshop.compile("host", &["tests/scenario/host.c"]);
    let layout = run(program(host).arg("--layout"));
    assert_eq!(layout, include_str!("layout.txt"), "left: C, right: layout.txt");

    let listed: Vec<String> = include_str!("layout.inc")
        .lines()
        .filter_map(|line| line.trim().split_once('('))
        .map(|(_, rest)| rest.trim_end_matches(");").replace(", ", "."))
        .collect();
    assert_eq!(listed, members_of(HEADER), "left: layout.inc, right: include/recoup.h");
}

/// Every struct of a header and every member, as `struct` and `struct.member`.
fn members_of(header: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    for line in header.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("typedef struct ").and_then(|rest| rest.strip_suffix(" {")) {
            found.push(name.to_owned());
            inside = Some(name.to_owned());
        } else if line.starts_with('}') {
            inside = None;
        } else if let Some(name) = &inside
            && let Some(member) = line.strip_suffix(';')
            && !line.starts_with('*')
        {
            let member = member.split('[').next().unwrap_or_default();
            let member = member.rsplit(|c: char| !is_name(c)).next().unwrap_or_default();
            found.push(format!("{name}.{member}"));
        }
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
