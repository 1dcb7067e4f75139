//! Holds the checker against herd7: the complete outcomes of 1,735 programs, under RC11 with the C++20 release sequence,
//! under x86-TSO, and under sequential consistency.
//!
//! herd7 does not say what a processor makes of the 66 programs with non-atomic accesses. The machine of the paper
//! (`store_buffers`) does, and it is held against the checker on all programs.

mod store_buffers;

use rc11::atomic::AtomicU64;
use rc11::atomic::Ordering::{self, *};
use rc11::{Builder, FailureKind, Memory};
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

fn run_op(op: &Op, locations: &Locations, registers: &mut Registers, memory: Memory) {
    let register = |name: &str, registers: &Registers| registers.get(name).copied().unwrap_or(0);
    if let Some(condition) = &op.condition
        && register(&condition.reg, registers) != condition.eq
    {
        return;
    }
    // Machines know no data races: there, a non-atomic access is one like any other.
    let order = ordering(&op.ord).or((memory != Memory::Rc11).then_some(Relaxed));
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

fn explore(program: &Program, memory: Memory) -> Seen {
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
    let result = Builder::new().memory(memory).check(move || {
        let locations: Locations = names.iter().map(|n| (n.clone(), AtomicU64::new(0))).collect();
        let locations = Arc::new(locations);
        let handles: Vec<_> = (0..threads.len())
            .map(|t| {
                let (threads, locations) = (threads.clone(), locations.clone());
                rc11::thread::spawn(move || {
                    let mut registers = Registers::new();
                    for op in &threads[t] {
                        run_op(op, &locations, &mut registers, memory);
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

/// What herd7 says, if it says anything. Of undefined behaviour only the language knows.
fn herd(program: &Program, model: &str, memory: Memory) -> Option<BTreeSet<Vec<u64>>> {
    let result = program.results.get(model)?;
    if result.ub && memory == Memory::Rc11 {
        return None;
    }
    let set = &program.outcome_sets[result.set];
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Name(_) => None,
    };
    set.iter().map(|row| row.iter().map(number).collect()).collect()
}

/// The complete outcomes of the programs are those that are `expected`; `None` if the program has undefined behaviour.
fn compare(model: &str, memory: Memory, expected: impl Fn(&Program) -> Option<BTreeSet<Vec<u64>>>) {
    let programs = programs();
    let (start, mut executions, mut wrong) = (Instant::now(), 0, Vec::new());
    for program in &programs {
        let seen = explore(program, memory);
        executions += seen.executions;
        // The outcomes of a program with undefined behaviour mean nothing.
        let outcomes = (!seen.race).then_some(seen.outcomes);
        if expected(program) != outcomes {
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
    compare("rc11rs20", Memory::Rc11, |program| herd(program, "rc11rs20", Memory::Rc11));
}

#[test]
fn outcomes_in_sc_mode_are_those_of_interleaving() {
    let memory = Memory::Interleaving;
    compare("sc", memory, |program| herd(program, "sc", memory));
}

#[test]
fn outcomes_in_tso_mode_are_those_of_x86() {
    let memory = Memory::X86Tso;
    let known = std::cell::Cell::new(0);
    compare("x86tso", memory, |program| {
        let machine = store_buffers::outcomes(program);
        if let Some(outcomes) = herd(program, "x86tso", memory) {
            known.set(known.get() + 1);
            assert_eq!(outcomes, machine, "{}: herd7 and the machine", program.name);
        }
        Some(machine)
    });
    assert_eq!(known.get(), 1_669);
}
