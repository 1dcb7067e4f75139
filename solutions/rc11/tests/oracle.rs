//! Holds the checker against herd7: the complete outcomes of 1,735 programs, under RC11 with the C++20 release sequence and
//! under sequential consistency.

use rc11::atomic::AtomicU64;
use rc11::atomic::Ordering::{self, *};
use rc11::{Builder, FailureKind};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Instant;

#[derive(Deserialize)]
struct Program {
    name: String,
    threads: Vec<Vec<Op>>,
    vars: Vec<String>,
    outcome_sets: Vec<Vec<Vec<Value>>>,
    results: HashMap<String, Verdict>,
}

#[derive(Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(untagged)]
enum Value {
    Number(u64),
    Name(String),
}

#[derive(Deserialize)]
struct Verdict {
    set: usize,
    #[serde(default)]
    ub: bool,
}

#[derive(Deserialize, Clone)]
struct Op {
    op: String,
    #[serde(default)]
    loc: String,
    #[serde(default)]
    ord: String,
    val: Option<Value>,
    #[serde(default)]
    reg: String,
    #[serde(default)]
    rmw: String,
    expect: Option<u64>,
    #[serde(default)]
    fail_ord: String,
    #[serde(rename = "if")]
    condition: Option<Condition>,
}

#[derive(Deserialize, Clone)]
struct Condition {
    reg: String,
    eq: u64,
}

fn ordering(name: &str) -> Option<Ordering> {
    Some(match name {
        "relaxed" => Relaxed,
        "acquire" => Acquire,
        "release" => Release,
        "acqrel" => AcqRel,
        "seqcst" => SeqCst,
        "nonatomic" => return None,
        _ => panic!("no ordering is called {name}"),
    })
}

type Registers = BTreeMap<String, u64>;
type Locations = BTreeMap<String, AtomicU64>;

fn run_op(op: &Op, locations: &Locations, registers: &mut Registers, sc_only: bool) {
    let register = |name: &str, registers: &Registers| registers.get(name).copied().unwrap_or(0);
    if let Some(condition) = &op.condition
        && register(&condition.reg, registers) != condition.eq
    {
        return;
    }
    // Interleavings know no data races: there, a non-atomic access is one like any other.
    let order = ordering(&op.ord).or(sc_only.then_some(SeqCst));
    let value = match &op.val {
        Some(Value::Number(value)) => *value,
        Some(Value::Name(name)) => register(name, registers),
        None => 0,
    };
    if op.op == "fence" {
        return rc11::atomic::fence(order.expect("a fence has an ordering"));
    }
    let location = &locations[&op.loc];
    match (op.op.as_str(), order) {
        ("load", Some(order)) => {
            registers.insert(op.reg.clone(), location.load(order));
        }
        ("load", None) => {
            // SAFETY: in a model.
            registers.insert(op.reg.clone(), unsafe { location.unsync_load() });
        }
        ("store", Some(order)) => location.store(value, order),
        // SAFETY: in a model.
        ("store", None) => unsafe { location.unsync_store(value) },
        ("rmw", Some(order)) => {
            let old = match op.rmw.as_str() {
                "add" => location.fetch_add(value, order),
                "xchg" => location.swap(value, order),
                "cas" => {
                    let failure = ordering(&op.fail_ord).expect("a failure ordering");
                    let expected = op.expect.expect("an expected value");
                    match location.compare_exchange(expected, value, order, failure) {
                        Ok(old) | Err(old) => old,
                    }
                }
                other => panic!("no read-modify-write is called {other}"),
            };
            registers.insert(op.reg.clone(), old);
        }
        _ => panic!("no operation is called {}", op.op),
    }
}

struct Seen {
    outcomes: BTreeSet<Vec<u64>>,
    race: bool,
    executions: u64,
}

fn explore(program: &Program, sc_only: bool) -> Seen {
    let outcomes: Arc<Mutex<BTreeSet<Vec<u64>>>> = Arc::default();
    let sink = outcomes.clone();
    let threads = Arc::new(program.threads.clone());
    let vars = program.vars.clone();
    let names: BTreeSet<String> = program
        .threads
        .iter()
        .flatten()
        .filter(|op| !op.loc.is_empty())
        .map(|op| op.loc.clone())
        .collect();
    let result = Builder::new().sc_only(sc_only).check(move || {
        let locations: Locations = names.iter().map(|n| (n.clone(), AtomicU64::new(0))).collect();
        let locations = Arc::new(locations);
        let handles: Vec<_> = (0..threads.len())
            .map(|t| {
                let (threads, locations) = (threads.clone(), locations.clone());
                rc11::thread::spawn(move || {
                    let mut registers = Registers::new();
                    for op in &threads[t] {
                        run_op(op, &locations, &mut registers, sc_only);
                    }
                    registers
                })
            })
            .collect();
        let ends: Vec<Registers> = handles.into_iter().map(|h| h.join().unwrap()).collect();
        let value = |var: &String| match var.split_once(':') {
            Some((thread, register)) => {
                ends[thread.parse::<usize>().unwrap()].get(register).copied().unwrap_or(0)
            }
            // SAFETY: in a model, and all threads have ended.
            None => unsafe { locations[var].unsync_load() },
        };
        sink.lock().unwrap().insert(vars.iter().map(value).collect());
    });
    let (race, executions) = match result {
        Ok(report) => (false, report.executions),
        Err(failure) if failure.kind == FailureKind::Race => (true, failure.executions),
        Err(failure) => panic!("{}: {failure}", program.name),
    };
    let outcomes = outcomes.lock().unwrap().clone();
    Seen { outcomes, race, executions }
}

fn programs() -> Vec<Program> {
    let file = include_bytes!("data/oracle.json.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn expected(program: &Program, model: &str) -> Option<BTreeSet<Vec<u64>>> {
    let set = &program.outcome_sets[program.results[model].set];
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Name(_) => None,
    };
    set.iter().map(|row| row.iter().map(number).collect()).collect()
}

fn compare(model: &str, sc_only: bool) {
    let programs = programs();
    let (start, mut executions, mut wrong) = (Instant::now(), 0, Vec::new());
    for program in &programs {
        let seen = explore(program, sc_only);
        executions += seen.executions;
        let ub = program.results[model].ub && !sc_only;
        let agree = if ub || seen.race {
            // The outcomes of a program with undefined behaviour mean nothing.
            ub == seen.race
        } else {
            expected(program, model).as_ref() == Some(&seen.outcomes)
        };
        if !agree {
            wrong.push(program.name.clone());
        }
    }
    println!(
        "{model}: {} of {} programs, {executions} executions, {:.2?}",
        programs.len() - wrong.len(),
        programs.len(),
        start.elapsed()
    );
    assert!(wrong.is_empty(), "{} differ: {:?}", wrong.len(), &wrong[..wrong.len().min(30)]);
}

#[test]
fn outcomes_are_those_of_rc11_with_the_release_sequence_of_cpp20() {
    compare("rc11rs20", false);
}

#[test]
fn outcomes_in_sc_mode_are_those_of_interleaving() {
    compare("sc", true);
}
