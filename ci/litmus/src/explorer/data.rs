//! The data of the page: one file, compressed, which the page asks for when a reader opens the explorer.
//!
//! Events are numbered as in an [`Execution`]: first the initial writes, then thread by thread.

use super::axioms::{Broken, MODELS, lifts};
use super::executions::{self, Execution};
use crate::oracle::{Op, Program, programs};
use crate::table::SHAPES;
use flate2::{Compression, GzBuilder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;

/// Where the data lies, from the root of the workspace.
pub const FILE: &str = "src/ch03_memory_ordering/litmus/programs.json.gz";

/// The columns: as the book calls a model, and as the data does.
pub const COLUMNS: [(&str, &str); 5] = [
    ("SC", "sc"),
    ("x86-TSO", "x86tso"),
    ("Armv8", "armv8"),
    ("C++20", "c20"),
    ("RC11", "rc11rs20"),
];

/// The file.
///
/// # Panics
///
/// If there is no memory for it.
pub fn render() -> Vec<u8> {
    // Without a time in it, the same data is the same file.
    let mut out = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    out.write_all(text().as_bytes()).expect("memory");
    out.finish().expect("memory")
}

/// What is in the file, as JSON.
pub fn text() -> String {
    let programs: Vec<Value> = programs().iter().map(of).collect();
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let shapes: BTreeMap<&str, &str> =
        SHAPES.iter().filter_map(|(title, ..)| title.split_once(", ")).collect();
    json!({ "models": names, "shapes": shapes, "programs": programs }).to_string()
}

/// A program: its name, its shape, the operations of each thread, the locations, the variables, and its outcomes.
fn of(program: &Program) -> Value {
    let threads: Vec<Vec<[String; 3]>> =
        program.threads.iter().map(|ops| ops.iter().map(in_parts).collect()).collect();
    let races: Vec<bool> = COLUMNS
        .iter()
        .map(|(_, model)| program.results.get(*model).is_some_and(|verdict| verdict.ub))
        .collect();
    let mut value = json!({
        "n": program.name, "s": program.shape, "t": threads, "l": executions::locations(program),
        "v": program.vars, "o": outcomes(program),
    });
    if races.contains(&true) {
        value["ub"] = json!(races);
    }
    value
}

/// What stands before the ordering, the ordering, and what stands behind it.
fn in_parts(op: &Op) -> [String; 3] {
    let text = op.to_string();
    let at = ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"]
        .iter()
        .filter_map(|name| Some((text.find(name)?, name.len())))
        .min();
    match at {
        Some((at, len)) => {
            [text[..at].to_owned(), text[at..at + len].to_owned(), text[at + len..].to_owned()]
        }
        None => [text, String::new(), String::new()],
    }
}

/// Each outcome that some candidate has, or that some model allows: its values (`v`), who allows it (`a`), executions that have it (`g`), which of them is that of a model
/// (`i`), of each other model what the first of them breaks (`w`), and of each that allows what no interleaving does the step that orders nothing in it (`r`).
fn outcomes(program: &Program) -> Vec<Value> {
    let set = |model: &str| Some(&program.outcome_sets[program.results.get(model)?.set]);
    let mut candidates: BTreeMap<Vec<u64>, Vec<Judged>> = BTreeMap::new();
    executions::all(program, &mut |execution| {
        let broken = MODELS.map(|(_, model)| model(&execution));
        let outcome = execution.outcome.clone();
        candidates.entry(outcome).or_default().push(Judged { execution, broken });
    });
    let found =
        candidates.keys().map(|outcome| outcome.iter().map(|&value| value.into()).collect());
    let allowed = COLUMNS.iter().filter_map(|(_, model)| set(model)).flatten().cloned();
    let mut rows: Vec<Vec<Value>> = allowed.chain(found).collect();
    let number = |value: &Value| value.as_u64().unwrap_or(u64::MAX);
    rows.sort_by_key(|row| row.iter().map(number).collect::<Vec<_>>());
    rows.dedup();
    let row = |row: &Vec<Value>| {
        let allowed: Vec<Option<bool>> =
            COLUMNS.iter().map(|(_, model)| Some(set(model)?.contains(row))).collect();
        let mut value =
            json!({ "v": row, "a": allowed.iter().map(|is| is.map(u8::from)).collect::<Vec<_>>() });
        let outcome: Option<Vec<u64>> = row.iter().map(Value::as_u64).collect();
        if let Some(found) = outcome.and_then(|outcome| candidates.get(&outcome)) {
            explain(&mut value, found);
        }
        value
    };
    rows.iter().map(row).collect()
}

/// An execution, and what it breaks of each of the models.
struct Judged {
    execution: Execution,
    broken: [Option<Broken>; MODELS.len()],
}

impl Judged {
    fn is_of(&self, model: usize) -> bool {
        self.broken[model].is_none()
    }
}

fn explain(value: &mut Value, found: &[Judged]) {
    let length =
        |it: &Judged| -> usize { it.broken.iter().flatten().map(|it| it.cycle.len()).sum() };
    let count = |it: &Judged| (0..MODELS.len()).filter(|&model| it.is_of(model)).count();
    let best = found.iter().min_by_key(|it| (MODELS.len() - count(it), length(it)));
    let mut shown = vec![best.expect("an execution")];
    let mut of_models = json!({});
    let mut why = json!({});
    for (model, (name, _)) in MODELS.iter().enumerate() {
        let column = column(name);
        if let Some(broken) = &shown[0].broken[model] {
            match found.iter().find(|it| it.is_of(model)) {
                Some(other) => {
                    of_models[column.to_string()] = json!(shown.len());
                    shown.push(other);
                }
                None => why[column.to_string()] = json!([broken.axiom, broken.cycle]),
            }
        }
    }
    let is_weak = found.iter().all(|it| !it.is_of(0));
    let mut lifted = json!({});
    for (model, (name, _)) in MODELS.iter().enumerate().skip(1) {
        let execution = shown.iter().copied().find(|it| it.is_of(model)).filter(|_| is_weak);
        let step = execution.and_then(|it| lifts(name, &it.execution, it.broken[0].as_ref()?));
        if let Some(step) = step {
            lifted[column(name).to_string()] = json!(step);
        }
    }
    if lifted != json!({}) {
        value["r"] = lifted;
    }
    value["e"] = json!(found.len());
    value["g"] = shown.iter().map(|it| graph(&it.execution)).collect();
    if of_models != json!({}) {
        value["i"] = of_models;
    }
    if why != json!({}) {
        value["w"] = why;
    }
}

/// The column of a model.
fn column(name: &str) -> usize {
    COLUMNS.iter().position(|(_, column)| *column == name).expect("a column")
}

/// The events that are no initial writes as thread and operation, what each reads from, and the order of the writes.
fn graph(execution: &Execution) -> Value {
    let events: Vec<[usize; 2]> =
        execution.events.iter().filter_map(|event| Some([event.thread?, event.op])).collect();
    let initial = execution.events.len() - events.len();
    let rf: Vec<Option<usize>> = execution.rf[initial..].to_vec();
    json!([events, rf, execution.mo])
}
