//! The header and the library that belongs to it: complete, alone, in step with the source.

use std::process::Command;

use recoup_tests::workshop::{ROOT, Workshop, library, run, soname};

const HEADER: &str = include_str!("../../include/recoup.h");
const EXPORTS: &str = include_str!("../../include/recoup.exports");

#[test]
fn the_header_compiles_alone_twice_in_one_program_and_has_the_version() {
    let workshop = Workshop::new();
    let program = workshop.compile("header", &["tests/c/header.c", "tests/c/header.c"]);
    assert_eq!(run(&mut Command::new(program)).trim(), env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_header_compiles_among_macros_of_x11_windows_and_game_engines() {
    let workshop = Workshop::new();
    let program = workshop.compile("macros", &["tests/c/macros.c", "tests/c/macros.c"]);
    run(&mut Command::new(program));
}

#[test]
fn the_library_exports_what_is_listed_and_nothing_else() {
    let symbols = run(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(library()));
    let mut exported: Vec<&str> = symbols.lines().filter_map(|line| line.split(' ').next()).collect();
    exported.sort_unstable();
    let listed: Vec<&str> = EXPORTS.lines().collect();
    assert_eq!(exported, listed, "left: the library, right: include/recoup.exports");
    assert!(listed.iter().all(|name| name.starts_with("recoup_")));
}

#[test]
fn the_header_declares_what_is_listed_and_nothing_else() {
    let mut declared: Vec<&str> = HEADER
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#', '*']) && !line.starts_with("typedef"))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .collect();
    declared.sort_unstable();
    assert_eq!(declared, EXPORTS.lines().collect::<Vec<_>>(), "left: include/recoup.h, right: the list");
}

#[test]
fn everything_in_the_header_has_a_comment() {
    let lines: Vec<&str> = HEADER.lines().filter(|line| *line != "RECOUP_MUST_USE").collect();
    let mut declarations = 0;
    for pair in lines.windows(2) {
        let &[above, line] = pair else { continue };
        let is_member = line.starts_with("  ") && line.ends_with(';') && !line.contains(['(', ')']);
        let is_type = line.starts_with("typedef ");
        let is_constant = line.starts_with("#define RECOUP_") && line.split(' ').count() > 2;
        let is_function = line.contains('(') && !line.starts_with([' ', '*', '/', '#']);
        // The ways to spell RECOUP_MUST_USE share one comment.
        let is_alternative = above.starts_with("#if") || above.starts_with("#el");
        if (is_member || is_type || is_constant || is_function) && !is_alternative {
            assert!(above.trim_end().ends_with("*/"), "without a comment: {line}");
            declarations += 1;
        }
    }
    assert!(declarations > 100, "only {declarations} declarations were found");
}

#[test]
fn nothing_of_rust_and_of_the_building_machine_is_in_the_header() {
    let root = ROOT.trim_end_matches("/tests/..");
    for word in ["# Safety", "# Errors", "Option<", "Result<", "&str", "[`", "unsafe", root] {
        assert!(!HEADER.contains(word), "the header contains {word:?}");
    }
}

#[test]
fn the_library_stays_when_it_is_unloaded_while_its_threads_run() {
    let dynamic = run(Command::new("readelf").arg("-dW").arg(library()));
    assert!(dynamic.contains("NODELETE"), "{dynamic}");

    let workshop = Workshop::new();
    let program = workshop.folder.path().join("unload");
    let source = "tests/c/unload.c";
    let flags = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Iinclude", source, "-ldl", "-o"];
    run(Command::new("cc").current_dir(ROOT).args(flags).arg(&program));
    let ledger = workshop.folder.path().join("ledger");
    std::fs::create_dir(&ledger).unwrap();
    run(recoup_tests::workshop::program(program).arg(library()).arg(ledger));
}

#[test]
fn the_library_has_the_name_that_programs_look_for() {
    let dynamic = run(Command::new("readelf").arg("-d").arg(library()));
    assert!(dynamic.contains(&format!("[{}]", soname())), "{dynamic}");
}
