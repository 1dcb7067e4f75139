//! What is kept of earlier runs still fits: without judging anything.

use catalog::{Catalog, root};
use mutants::edit::Edit;
use mutants::page::{Results, pages};
use mutants::survivors::Survivors;
use mutants::{found, run};
use std::collections::BTreeSet;

#[test]
fn every_survivor_of_the_list_is_still_a_mutant() {
    let root = root();
    let list = Survivors::read(&root).unwrap();
    let mut met = BTreeSet::new();
    for exercise in &Catalog::read(&root).exercises {
        let text = run::reference(&root, exercise).unwrap();
        for mutant in found::mutants(&text).unwrap() {
            let edit = Edit::of(&text, &mutant);
            met.extend(list.find(&exercise.id, mutant.operator, &mutant.place, &edit));
        }
    }
    let gone = list.all.iter().enumerate().filter(|(at, _)| !met.contains(at));
    let gone: Vec<_> = gone.map(|(_, entry)| entry).collect();
    assert!(gone.is_empty(), "no mutant is made any more that fits {gone:#?}");
}

#[test]
fn the_book_shows_the_numbers_that_are_kept() {
    let root = root();
    let results = Results::read(&root).unwrap();
    for (file, text) in pages(&Catalog::read(&root), &results) {
        let shown = std::fs::read_to_string(root.join(file)).unwrap().replace("\r\n", "\n");
        assert!(shown == text, "{file} is not what `cargo mutate --page` writes");
    }
}
