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
    assert!(stored().1 == data::text(), "type: cargo litmus write");
}

/// How long the file of the page is, and what is in it.
fn stored() -> (usize, String) {
    let bytes = std::fs::read(catalog::root().join(data::FILE)).expect("the book has the data");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&*bytes).read_to_string(&mut text).expect("compressed text");
    (bytes.len(), text)
}

/// The page promises them all, and that they are loaded quickly.
#[test]
fn each_outcome_of_each_program_has_its_execution_and_a_reason_in_every_model() {
    let (length, text) = stored();
    assert!(length < 300_000, "{length}");
    let data: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let programs = data["programs"].as_array().expect("a list");
    assert_eq!(programs.len(), 1_735);
    for program in programs {
        for outcome in program["o"].as_array().expect("a list") {
            if outcome["v"][0] == "*" {
                // Numbers out of thin air have no execution, and that is the reason.
                continue;
            }
            let about = format!("{} {}", program["n"], outcome);
            assert!(!outcome["g"][0].is_null(), "{about}");
            let allowed = &outcome["a"];
            for (at, (_, model)) in data::COLUMNS.iter().enumerate() {
                let column = at.to_string();
                if allowed[at].is_null() || *model == "c20" {
                    continue;
                }
                let is_explained = match (allowed[at] == 1, allowed[0] == 1) {
                    (true, true) => true,
                    (true, false) => outcome["r"][&column].is_array(),
                    (false, _) => outcome["w"][&column].is_array(),
                };
                assert!(is_explained, "{model}: {about}");
            }
        }
    }
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
