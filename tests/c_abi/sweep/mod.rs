//! Every function of the header with everything that may go wrong, by a C program that is made from the header.

mod generate;
mod prototypes;

use crate::workshop::{Workshop, run};

#[test]
fn every_call_survives_whatever_it_is_given_and_writes_nothing_where_it_fails() {
    let functions = prototypes::read(include_str!("../../../include/recoup.h"));
    let names: Vec<&str> = {
        let mut names: Vec<&str> = functions.iter().map(|function| function.name.as_str()).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(names, include_str!("../../../include/recoup.exports").lines().collect::<Vec<_>>());

    let workshop = Workshop::new();
    let source = workshop.folder.path().join("sweep.c");
    std::fs::write(&source, generate::program(&functions)).unwrap();
    let program = workshop.compile("sweep", &[source.to_str().unwrap()]);
    let ledger = workshop.folder.path().join("ledger");
    std::fs::create_dir(&ledger).unwrap();
    let said = run(crate::workshop::program(program).arg(&ledger).current_dir(&ledger));
    let calls: u64 = said.split(' ').next().unwrap().parse().unwrap();
    assert!(calls > 20_000, "only {said}");
    assert!(said.ends_with(" 0 faults\n"), "{said}");
}
