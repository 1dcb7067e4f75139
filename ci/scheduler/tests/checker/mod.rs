//! A level as a program that the model checker runs.

use rc11::atomic::{AtomicU64, fence};
use rc11::cell::Watch;
use rc11::{Builder, FailureKind, hint, thread};
use scheduler::level::{LEVELS, Level};
use scheduler::play::Play;
use scheduler::program::{Line, Operation, Test, Value, Verb};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

type Registers = BTreeMap<&'static str, u64>;

/// How an execution has ended. Of plain data nothing is told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Outcome {
    /// Is it what must not be?
    pub is_broken: bool,
    /// What the registers hold.
    pub registers: Vec<(String, u64)>,
    /// The last values of the atomics.
    pub memory: Vec<u64>,
}

enum Place {
    Atomic(AtomicU64),
    Plain(Watch),
}

/// Does the checker find a data race?
pub fn races(level: &'static Level) -> bool {
    let failure = Builder::new().check(move || {
        run(level);
    });
    failure.is_err_and(|failure| failure.kind == FailureKind::Race)
}

/// How every execution ends.
pub fn outcomes(level: &'static Level) -> Vec<Outcome> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = seen.clone();
    let report = Builder::new().check(move || {
        let outcome = run(level);
        sink.lock().expect("nobody panics").push(outcome);
    });
    let report = report.unwrap_or_else(|failure| panic!("{}: {failure:?}", level.id));
    let seen = std::mem::take(&mut *seen.lock().expect("nobody panics"));
    assert_eq!(report.executions, seen.len() as u64, "{}", level.id);
    seen
}

/// How a level stands.
pub fn outcome(play: &Play<'_>) -> Outcome {
    let registers = play.registers.iter().filter(|(name, _)| !is_plain(play.level, name));
    let memory = play.level.memory.iter().enumerate().filter(|(_, place)| !place.is_plain);
    Outcome {
        is_broken: play.broken.is_some(),
        registers: registers.map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        memory: memory
            .map(|(at, _)| play.execution.writes(at).last().expect("the initial write").value)
            .collect(),
    }
}

/// Does the register hold plain data?
fn is_plain(level: &Level, register: &str) -> bool {
    let mut lines = level.threads.iter().flat_map(|(_, lines)| lines);
    lines.any(|(_, line)| match line {
        Line::Does(operation) => {
            operation.register.as_deref() == Some(register) && matches!(operation.verb, Verb::Read)
        }
        _ => false,
    })
}

fn run(level: &'static Level) -> Outcome {
    let places = level.memory.iter().map(|place| match place.is_plain {
        true => Place::Plain(Watch::new()),
        false => Place::Atomic(AtomicU64::new(place.value)),
    });
    let places: Arc<Vec<Place>> = Arc::new(places.collect());
    let threads: Vec<_> = (0..level.threads.len())
        .map(|index| {
            let places = places.clone();
            thread::spawn(move || run_thread(level, index, &places))
        })
        .collect();
    let ends = threads.into_iter().flat_map(|thread| thread.join().expect("nobody panics"));
    let registers: Registers = ends.collect();
    let memory: Vec<Option<u64>> = places
        .iter()
        .map(|place| match place {
            Place::Atomic(atomic) => Some(atomic.load(rc11::atomic::Ordering::Relaxed)),
            Place::Plain(_) => None,
        })
        .collect();
    let know = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Register(name, more) => {
            let last = || memory[level.memory.iter().position(|place| place.name == *name)?];
            Some(registers.get(name.as_str()).copied().or_else(last)? + more)
        }
    };
    let holds = |test: &Test| {
        let sides = know(&test.left).zip(know(&test.right));
        sides.is_some_and(|(left, right)| (left == right) == test.equal)
    };
    Outcome {
        is_broken: !level.broken.is_empty() && level.broken.iter().all(holds),
        registers: registers
            .iter()
            .filter(|(name, _)| !is_plain(level, name))
            .map(|(name, value)| ((*name).to_owned(), *value))
            .collect(),
        memory: memory.into_iter().flatten().collect(),
    }
}

fn run_thread(level: &'static Level, index: usize, places: &[Place]) -> Registers {
    let mut registers = Registers::new();
    let lines = &level.threads[index].1;
    let mut at = 0;
    while let Some((_, line)) = lines.get(at) {
        at += 1;
        match line {
            Line::End => {}
            Line::If(test, end) => {
                let holds = know(&registers, &test.left) == know(&registers, &test.right);
                if holds != test.equal {
                    at = *end;
                }
            }
            Line::Does(operation) => {
                let read = loop {
                    let read = run_operation(level, operation, places, &registers);
                    match &operation.again {
                        Some((equal, value)) if (read == know(&registers, value)) == *equal => {
                            hint::spin_loop();
                        }
                        _ => break read,
                    }
                };
                if let Some(register) = &operation.register {
                    let ok = operation.is_ok.as_ref();
                    let ok = ok.map(|value| u64::from(read == know(&registers, value)));
                    registers.insert(register, ok.unwrap_or(read));
                }
            }
        }
    }
    registers
}

fn run_operation(
    level: &Level,
    operation: &Operation,
    places: &[Place],
    registers: &Registers,
) -> u64 {
    let order = operation.order;
    let know = |value: &Value| know(registers, value);
    if matches!(operation.verb, Verb::Fence) {
        fence(order);
        return 0;
    }
    match (&places[level.location(&operation.location)], &operation.verb) {
        (Place::Plain(data), Verb::Read) => data.read(),
        (Place::Plain(data), Verb::Write(_)) => data.write(),
        (Place::Atomic(atomic), verb) => {
            return match verb {
                Verb::Load => atomic.load(order),
                Verb::Store(value) => {
                    atomic.store(know(value), order);
                    0
                }
                Verb::Add(value, false) => atomic.fetch_add(know(value), order),
                Verb::Add(value, true) => atomic.fetch_sub(know(value), order),
                Verb::Swap(value) => atomic.swap(know(value), order),
                Verb::Exchange(old, new, failure) => {
                    let result = atomic.compare_exchange(know(old), know(new), order, *failure);
                    result.unwrap_or_else(|old| old)
                }
                Verb::Read | Verb::Write(_) | Verb::Fence => unreachable!("that is for plain data"),
            };
        }
        (Place::Plain(_), verb) => unreachable!("{verb:?} of plain data"),
    }
    0
}

fn know(registers: &Registers, value: &Value) -> u64 {
    match value {
        Value::Number(number) => *number,
        Value::Register(name, more) => registers[name.as_str()] + more,
    }
}

#[test]
fn levels_have_different_names() {
    let names: std::collections::BTreeSet<_> = LEVELS.iter().map(|level| &level.id).collect();
    assert_eq!(names.len(), LEVELS.len());
}
