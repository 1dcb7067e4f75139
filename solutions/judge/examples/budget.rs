//! Prints how large the checks of a report are, as a table: `ci/budget` makes the report.
//!
//! A reader waits for a check at each save, so it has a budget. What is over it is marked; that is no failure.

use serde_json::Value;

/// Executions of a check.
const EXECUTIONS: u64 = 20_000;

/// Processor time of a check, in milliseconds.
const TIME: u64 = 2_000;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A number with its thousands apart.
fn thousands(number: u64) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        more => format!("{},{:03}", thousands(more), number % 1_000),
    }
}

fn main() {
    let path = std::env::args().nth(1).expect("budget REPORT");
    let report = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let report: Value = serde_json::from_str(&report).expect("a report is JSON");
    println!(
        "{:<28} {:>6} {:>11} {:>9}  largest check",
        "exercise", "checks", "executions", "time"
    );
    let (mut all, mut spent) = (0, 0);
    for exercise in report["exercises"].as_array().expect("exercises") {
        let checks = exercise["checks"].as_array().expect("checks");
        let size = |check: &Value| check["executions"].as_u64().unwrap_or_default();
        let time = |check: &Value| check["cpu_ms"].as_u64().unwrap_or_default();
        let (executions, ms): (u64, u64) =
            (checks.iter().map(size).sum(), checks.iter().map(time).sum());
        let largest = checks.iter().max_by_key(|check| (size(check), time(check)));
        let largest = largest.map_or_else(String::new, |check| {
            format!("{} ({})", text(&check["name"]), thousands(size(check)))
        });
        let is_over = |check: &Value| size(check) > EXECUTIONS || time(check) > TIME;
        let mark = if checks.iter().any(is_over) { "  OVER" } else { "" };
        println!(
            "{:<28} {:>6} {:>11} {:>7.1} s  {largest}{mark}",
            text(&exercise["file"]),
            checks.len(),
            thousands(executions),
            ms as f64 / 1e3
        );
        all += executions;
        spent += ms;
    }
    println!("{:<28} {:>6} {:>11} {:>7.1} s", "all", "", thousands(all), spent as f64 / 1e3);
}
