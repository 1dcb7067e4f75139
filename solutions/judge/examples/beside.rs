//! Prints two reports of the reference beside each other, one from each engine of the model checker, and says where they
//! differ. `ci/engines` makes the reports.
//!
//! A check must pass with our engine. Where it fails with loom, the difference must be in [`KNOWN`], with an argument. That
//! loom needs more time than a check has, after which the rest of an exercise may not be run, is told and no failure.

use serde_json::Value;
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Checks that the reference passes with our engine and not with loom: exercise, check, and why loom is wrong there. An
/// entry that is no longer true is a failure too.
const KNOWN: &[(&str, &str, &str)] = &[];

/// What one engine says of a check.
struct Said {
    outcome: String,
    executions: u64,
    bounded: bool,
    report: String,
}

impl Said {
    fn passed(&self) -> bool {
        self.outcome == "passed"
    }

    /// It was ended before it had seen all.
    fn took_too_long(&self) -> bool {
        matches!(self.outcome.as_str(), "does not end" | "not decided")
    }

    fn cell(&self) -> String {
        if self.took_too_long() {
            return "not finished".into();
        }
        let looked_at = match self.executions {
            0 => "not looked at".into(),
            executions => format!("{executions}"),
        };
        match (self.passed(), self.bounded) {
            (false, _) => self.outcome.to_uppercase(),
            (true, true) if self.executions > 0 => format!("{looked_at} within bounds"),
            (true, _) => looked_at,
        }
    }
}

/// Exercise and check, in the order of the report.
type Report = (Vec<(String, String)>, BTreeMap<(String, String), Said>);

fn read(path: &str) -> Report {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let report: Value = serde_json::from_str(&text).expect("a report is JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut order = Vec::new();
    let mut said = BTreeMap::new();
    for exercise in report["exercises"].as_array().expect("exercises") {
        let stem = format!("{}/{}", text(&exercise["chapter"]), text(&exercise["file"]));
        for check in exercise["checks"].as_array().expect("checks") {
            let key = (stem.clone(), text(&check["title"]));
            let verdict = Said {
                outcome: text(&check["outcome"]),
                executions: check["executions"].as_u64().unwrap_or_default(),
                bounded: check["bounded"].as_bool().unwrap_or_default(),
                report: text(&check["report"]),
            };
            order.push(key.clone());
            said.insert(key, verdict);
        }
    }
    (order, said)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [ours, loom] = &arguments[..] else {
        eprintln!("beside REPORT_OF_RC11 REPORT_OF_LOOM");
        return ExitCode::from(2);
    };
    let (order, ours) = read(ours);
    let (_, loom) = read(loom);
    let (mut wrong, mut exercise) = (Vec::new(), "");
    for key in &order {
        let (stem, check) = key;
        let known = KNOWN.iter().find(|(s, c, _)| s == stem && c == check);
        let (ours, loom) = (&ours[key], loom.get(key));
        if stem != exercise {
            println!("\n{stem:<58} {:>24} {:>24}", "rc11", "loom");
            exercise = stem;
        }
        let loom_passed = loom.is_none_or(|loom| loom.passed() || loom.took_too_long());
        // With one execution there is nothing to compare.
        if ours.executions > 1 || !ours.passed() || !loom_passed {
            let loom = loom.map_or("not run".into(), Said::cell);
            println!("  {check:<56} {:>24} {loom:>24}", ours.cell());
        }
        match (ours.passed(), loom_passed, known) {
            (false, ..) => wrong.push(format!("{stem} {check}: fails\n{}", ours.report)),
            (true, false, None) => {
                let report = loom.map_or("", |loom| &loom.report);
                wrong.push(format!("{stem} {check}: fails with loom alone\n{report}"));
            }
            (true, false, Some((.., why))) => println!("    known: {why}"),
            (true, true, Some(_)) => {
                wrong.push(format!("{stem} {check}: a known difference that is none"));
            }
            (true, true, None) => {}
        }
    }
    println!(
        "\nThese are executions of the reference. Checks: {}, to be explained: {}",
        order.len(),
        wrong.len()
    );
    for difference in &wrong {
        println!("\n{difference}");
    }
    if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
