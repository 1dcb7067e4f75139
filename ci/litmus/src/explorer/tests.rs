use super::axioms::{self, MODELS};
use super::data;
use super::executions;
use crate::oracle::programs;
use crate::table;
use std::collections::BTreeSet;
use std::io::Read as _;

/// Herd7 has computed the same.
#[test]
fn executions_that_break_no_axiom_have_the_outcomes_of_the_data() {
    for program in programs() {
        // Numbers out of thin air are any number.
        for (model, broken) in MODELS {
            let Some(verdict) = program.results.get(model) else { continue };
            let mut found = BTreeSet::new();
            executions::all(&program, &mut |execution| {
                if !found.contains(&execution.outcome) && broken(&execution).is_none() {
                    found.insert(execution.outcome);
                }
            });
            let wanted: BTreeSet<Vec<u64>> = program.outcome_sets[verdict.set]
                .iter()
                .map(|row| row.iter().map(|value| value.as_u64().unwrap_or(u64::MAX)).collect())
                .collect();
            assert_eq!(found, wanted, "{} under {model}", program.name);
        }
    }
}

#[test]
fn data_of_the_page_is_what_is_computed() {
    let bytes = std::fs::read(catalog::root().join(data::FILE)).expect("the book has the data");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).expect("compressed text");
    assert!(text == data::text(), "type: cargo litmus write");
}

#[test]
fn what_is_broken_is_a_circle_of_the_relations_that_it_names() {
    let programs = programs();
    let program = table::find(&programs, "MP+rlx-rel+acq-rlx");
    let mut seen = 0;
    executions::all(program, &mut |execution| {
        if execution.outcome[..2] != [1, 0] {
            return;
        }
        seen += 1;
        let broken = axioms::rc11(&execution).expect("the message is there");
        assert_eq!(broken.axiom, "coherence");
        // The store of the message happens before the load, which reads an older value.
        assert_eq!(broken.cycle, [(2, "hb"), (5, "fr")]);
    });
    assert_eq!(seen, 1);
}
