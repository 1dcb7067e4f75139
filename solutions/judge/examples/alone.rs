//! Prints for each check how many wrong variants fail in it, and how many fail in no other: `ci/alone` makes the two reports.
//!
//! A check in which no variant fails alone finds nothing that another one does not find. It is worth its time if it is small or if it
//! says best what is wrong. A check that was not waited for, because another one had failed already, counts as one that has not failed.

use serde_json::Value;
use std::collections::BTreeMap;

/// What is said of a check.
#[derive(Default)]
struct Found {
    /// Executions of the reference.
    executions: u64,
    /// Their processor time, in milliseconds, as far as it was told.
    ms: u64,
    /// How many wrong variants fail in it.
    fail: u32,
    /// Those that fail in no other.
    alone: Vec<String>,
}

/// By exercise and check.
type Table = BTreeMap<(String, String), Found>;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The exercises of a report.
fn entries(path: &str) -> Vec<Value> {
    let report = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let report: Value = serde_json::from_str(&report).expect("a report is JSON");
    report["exercises"].as_array().expect("exercises").clone()
}

/// The verdicts of the model checker, and facts.
fn checks(entry: &Value) -> impl Iterator<Item = &Value> {
    let all = entry["checks"].as_array().expect("checks").iter();
    all.filter(|check| check["kind"] != "model" || check["real"] == false)
}

fn key(entry: &Value, check: &Value) -> (String, String) {
    (text(&entry["file"]).to_owned(), text(&check["name"]).to_owned())
}

/// Notes what came of a wrong variant.
fn note(table: &mut Table, variant: &Value) {
    let failed: Vec<_> = checks(variant).filter(|check| check["outcome"] == "failed").collect();
    for check in &failed {
        let found = table.entry(key(variant, check)).or_default();
        found.fail += 1;
        if failed.len() == 1 {
            let name = text(&variant["variant"]);
            found.alone.push(name.rsplit("::").next().unwrap_or(name).to_owned());
        }
    }
}

fn main() {
    let [references, variants] = [1, 2].map(|at| {
        let path = std::env::args().nth(at).expect("alone REFERENCES VARIANTS");
        entries(&path)
    });
    let mut table = Table::new();
    for reference in &references {
        for check in checks(reference) {
            let found = table.entry(key(reference, check)).or_default();
            let number = |field: &str| check[field].as_u64().unwrap_or_default();
            (found.executions, found.ms) = (number("executions"), number("cpu_ms"));
        }
    }
    variants.iter().for_each(|variant| note(&mut table, variant));
    println!("executions    ms  fail  alone  check");
    for ((file, check), Found { executions, ms, fail, alone }) in &table {
        let count = alone.len();
        let names = if count <= 3 { alone.join(", ") } else { String::new() };
        println!("{executions:>10} {ms:>5} {fail:>5} {count:>6}  {file}/{check}  {names}");
    }
    let never = table.values().filter(|found| found.alone.is_empty()).count();
    println!("{} checks, {never} of them with no variant that fails in no other", table.len());
}
