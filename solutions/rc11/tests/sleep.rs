//! Sleeping and waking, compared with an interpreter that tries all interleavings.

use proptest::prelude::*;
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::SeqCst;
use rc11::{Builder, FailureKind, Memory, futex, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

const LOCATIONS: usize = 2;

#[derive(Clone, Copy, Debug)]
enum Op {
    Load(usize),
    Store(usize, u32),
    Add(usize),
    Wait(usize, u32),
    WakeOne(usize),
    WakeAll(usize),
}

type Program = Vec<Vec<Op>>;
type Outcome = Vec<Vec<u32>>;

#[derive(Default, PartialEq, Debug)]
struct Found {
    outcomes: BTreeSet<Outcome>,
    deadlock: bool,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    memory: [u32; LOCATIONS],
    next: Vec<usize>,
    asleep: Vec<Option<usize>>,
    seen: Outcome,
}

fn interpret(program: &Program, state: State, known: &mut BTreeSet<State>, found: &mut Found) {
    if !known.insert(state.clone()) {
        return;
    }
    let mut ended = true;
    let mut moved = false;
    for (t, ops) in program.iter().enumerate() {
        ended &= state.next[t] == ops.len() && state.asleep[t].is_none();
        if state.next[t] == ops.len() || state.asleep[t].is_some() {
            continue;
        }
        moved = true;
        let mut s = state.clone();
        s.next[t] += 1;
        match ops[state.next[t]] {
            Op::Load(loc) => s.seen[t].push(s.memory[loc]),
            Op::Store(loc, value) => s.memory[loc] = value,
            Op::Add(loc) => {
                s.seen[t].push(s.memory[loc]);
                s.memory[loc] += 1;
            }
            Op::Wait(loc, value) => s.asleep[t] = (s.memory[loc] == value).then_some(loc),
            Op::WakeAll(loc) => {
                s.asleep.iter_mut().filter(|a| **a == Some(loc)).for_each(|a| *a = None);
            }
            Op::WakeOne(loc) => {
                let sleepers: Vec<_> =
                    (0..program.len()).filter(|&t| s.asleep[t] == Some(loc)).collect();
                for &sleeper in sleepers.iter().skip(1) {
                    let mut other = s.clone();
                    other.asleep[sleeper] = None;
                    interpret(program, other, known, found);
                }
                if let Some(&first) = sleepers.first() {
                    s.asleep[first] = None;
                }
            }
        }
        interpret(program, s, known, found);
    }
    if ended {
        found.outcomes.insert(state.seen);
    } else if !moved {
        found.deadlock = true;
    }
}

fn run(ops: &[Op], memory: &[AtomicU32; LOCATIONS]) -> Vec<u32> {
    let mut seen = Vec::new();
    for &op in ops {
        match op {
            Op::Load(loc) => seen.push(memory[loc].load(SeqCst)),
            Op::Store(loc, value) => memory[loc].store(value, SeqCst),
            Op::Add(loc) => seen.push(memory[loc].fetch_add(1, SeqCst)),
            Op::Wait(loc, value) => futex::wait(&memory[loc], value),
            Op::WakeOne(loc) => futex::wake_one(&memory[loc]),
            Op::WakeAll(loc) => futex::wake_all(&memory[loc]),
        }
    }
    seen
}

fn explore(program: &Program) -> Found {
    let outcomes: Arc<Mutex<BTreeSet<Outcome>>> = Arc::default();
    let (sink, program) = (outcomes.clone(), program.clone());
    let result = Builder::new().memory(Memory::Interleaving).check(move || {
        let memory = [AtomicU32::new(0), AtomicU32::new(0)];
        let seen = thread::scope(|s| {
            let handles: Vec<_> = (program.iter().cloned())
                .map(|ops| {
                    let memory = &memory;
                    s.spawn(move || run(&ops, memory))
                })
                .collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).collect::<Vec<_>>()
        });
        sink.lock().unwrap().insert(seen);
    });
    let deadlock = match result {
        Ok(report) => {
            assert_eq!(report.blocked, 0);
            false
        }
        Err(failure) if failure.kind == FailureKind::Deadlock => true,
        Err(failure) => panic!("{failure}"),
    };
    Found { outcomes: outcomes.lock().unwrap().clone(), deadlock }
}

fn op() -> impl Strategy<Value = Op> {
    let loc = || 0..LOCATIONS;
    prop_oneof![
        2 => loc().prop_map(Op::Load),
        3 => (loc(), 0..3u32).prop_map(|(loc, value)| Op::Store(loc, value)),
        1 => loc().prop_map(Op::Add),
        4 => (loc(), 0..2u32).prop_map(|(loc, value)| Op::Wait(loc, value)),
        3 => loc().prop_map(Op::WakeOne),
        2 => loc().prop_map(Op::WakeAll),
    ]
}

/// Programs in a test; `RC11_CASES` asks for more.
fn cases() -> ProptestConfig {
    let cases = std::env::var("RC11_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn program() -> impl Strategy<Value = Program> {
    let two = proptest::collection::vec(proptest::collection::vec(op(), 1..=4), 2..=2);
    let three = proptest::collection::vec(proptest::collection::vec(op(), 1..=3), 3..=3);
    prop_oneof![two, three]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn sleepers_wake_and_stay_asleep_as_in_the_interleavings(program in program()) {
        let state = State {
            memory: [0; LOCATIONS],
            next: vec![0; program.len()],
            asleep: vec![None; program.len()],
            seen: vec![Vec::new(); program.len()],
        };
        let mut found = Found::default();
        interpret(&program, state, &mut BTreeSet::new(), &mut found);
        let explored = explore(&program);
        prop_assert_eq!(explored.deadlock, found.deadlock);
        if !found.deadlock {
            prop_assert_eq!(explored.outcomes, found.outcomes);
        }
    }
}
