//! The book's table is what the data says.

use litmus::oracle::programs;
use litmus::table::{MODELS, PAGE, SHAPES, find, render};

#[test]
fn table_in_the_book_is_what_the_data_says() {
    let page = std::fs::read_to_string(catalog::root().join(PAGE)).expect("the book has the table");
    // A checkout may have changed the ends of lines.
    assert!(page.replace("\r\n", "\n") == render(), "run `cargo litmus write`");
}

#[test]
fn facts_that_the_book_states_are_in_the_data() {
    let programs = programs();
    let allowed =
        |name: &str| MODELS.map(|(_, model)| find(&programs, name).results[model].allowed);
    // SC, x86-TSO, Armv8, C++20, the checker.
    assert_eq!(allowed("MP+rlx-rlx+rlx-rlx"), [false, false, true, true, true]);
    assert_eq!(allowed("SB+rel-acq+rel-acq"), [false, true, false, true, true]);
    assert_eq!(allowed("LB+rlx-rlx+rlx-rlx"), [false, false, true, true, false]);
    assert_eq!(allowed("IRIW+rel+acq-acq+rel+acq-acq"), [false, false, false, true, true]);
}

#[test]
fn every_shape_has_an_outcome_that_interleaving_does_not_explain() {
    let programs = programs();
    for (title, _, names) in SHAPES {
        for name in *names {
            assert!(!find(&programs, name).results["sc"].allowed, "{title}: {name}");
        }
    }
}
