//! Every execution once: the number of executions, the outcomes and the data races of random programs, compared with those
//! of an enumeration that is slow and shares nothing with the checker.

mod brute;

use brute::{Access, LOCATIONS, Op, Program, enumerate};
use proptest::prelude::*;
use rc11::atomic::Ordering::{self, *};
use rc11::atomic::{AtomicU64, fence};
use rc11::{Builder, FailureKind, thread};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

fn run(op: Op, locations: &[AtomicU64], seen: &mut Vec<u64>) {
    let location = &locations[op.loc];
    match (op.access, op.order) {
        (Access::Load, Some(order)) => seen.push(location.load(order)),
        // SAFETY: in a model.
        (Access::Load, None) => seen.push(unsafe { location.unsync_load() }),
        (Access::Store(value), Some(order)) => location.store(value, order),
        // SAFETY: in a model.
        (Access::Store(value), None) => unsafe { location.unsync_store(value) },
        (Access::Add(n), order) => seen.push(location.fetch_add(n, order.unwrap())),
        (Access::Exchange(expected, new, failure), order) => {
            let result = location.compare_exchange(expected, new, order.unwrap(), failure);
            seen.push(result.unwrap_or_else(|old| old));
        }
        (Access::Fence, order) => fence(order.unwrap()),
    }
}

struct Explored {
    executions: usize,
    distinct: BTreeSet<Vec<Vec<u64>>>,
    race: bool,
}

fn explore(program: &Program) -> Explored {
    let outcomes: Arc<Mutex<Vec<Vec<Vec<u64>>>>> = Arc::default();
    let (sink, program) = (outcomes.clone(), program.clone());
    let result = Builder::new().check(move || {
        let locations: Arc<Vec<AtomicU64>> =
            Arc::new((0..LOCATIONS).map(|_| AtomicU64::new(0)).collect());
        let handles: Vec<_> = (program.iter().cloned())
            .map(|ops| {
                let locations = locations.clone();
                thread::spawn(move || {
                    let mut seen = Vec::new();
                    for op in ops {
                        run(op, &locations, &mut seen);
                    }
                    seen
                })
            })
            .collect();
        let ends = handles.into_iter().map(|handle| handle.join().unwrap()).collect();
        sink.lock().unwrap().push(ends);
    });
    let race = match result {
        Ok(report) => {
            assert_eq!(report.blocked, 0);
            false
        }
        Err(failure) if failure.kind == FailureKind::Race => true,
        Err(failure) => panic!("{failure}"),
    };
    let outcomes = outcomes.lock().unwrap();
    let distinct = outcomes.iter().cloned().collect();
    Explored { executions: outcomes.len(), distinct, race }
}

fn compare(program: &Program) -> Result<usize, TestCaseError> {
    let found = enumerate(program);
    let explored = explore(program);
    prop_assert_eq!(explored.race, found.race, "race");
    if !found.race {
        prop_assert_eq!(&explored.distinct, &found.outcomes, "outcomes");
        prop_assert_eq!(explored.executions, found.executions, "executions");
    }
    Ok(found.executions)
}

fn any_of(orders: &'static [Ordering]) -> impl Strategy<Value = Ordering> {
    proptest::sample::select(orders)
}

fn atomic_op() -> impl Strategy<Value = Op> {
    let loads = any_of(&[Relaxed, Acquire, SeqCst]).prop_map(|order| (Access::Load, order));
    let stores = (1..3u64, any_of(&[Relaxed, Release, SeqCst]))
        .prop_map(|(value, order)| (Access::Store(value), order));
    let adds = (1..3u64, any_of(&[Relaxed, Acquire, Release, AcqRel, SeqCst]))
        .prop_map(|(n, order)| (Access::Add(n), order));
    let exchanges = (
        0..3u64,
        3..5u64,
        any_of(&[Relaxed, Acquire, Release, AcqRel, SeqCst]),
        any_of(&[Relaxed, Acquire, SeqCst]),
    )
        .prop_map(|(expected, new, order, failure)| {
            (Access::Exchange(expected, new, failure), order)
        });
    let fences =
        any_of(&[Acquire, Release, AcqRel, SeqCst]).prop_map(|order| (Access::Fence, order));
    let access = prop_oneof![3 => loads, 3 => stores, 1 => adds, 1 => exchanges, 1 => fences];
    (access, 0..LOCATIONS).prop_map(|((access, order), loc)| Op { access, loc, order: Some(order) })
}

fn any_op() -> impl Strategy<Value = Op> {
    let plain = prop_oneof![Just(Access::Load), (1..3u64).prop_map(Access::Store)];
    let plain = (plain, 0..LOCATIONS).prop_map(|(access, loc)| Op { access, loc, order: None });
    prop_oneof![4 => atomic_op(), 1 => plain]
}

fn program<S: Strategy<Value = Op> + Clone>(op: S) -> impl Strategy<Value = Program> {
    let two = proptest::collection::vec(proptest::collection::vec(op.clone(), 1..=4), 2..=2);
    let three = proptest::collection::vec(proptest::collection::vec(op.clone(), 1..=2), 3..=3);
    let four = proptest::collection::vec(proptest::collection::vec(op, 1..=1), 4..=4);
    prop_oneof![3 => two, 3 => three, 1 => four]
}

/// Programs in a test; `RC11_CASES` asks for more.
fn cases() -> ProptestConfig {
    let cases = std::env::var("RC11_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn every_execution_of_an_atomic_program_is_explored_once(program in program(atomic_op().boxed())) {
        compare(&program)?;
    }

    #[test]
    fn races_are_found_exactly_where_an_execution_has_one(program in program(any_op().boxed())) {
        compare(&program)?;
    }
}

/// Loads, stores and additions on one location by three threads: the numbers are large enough to find a graph that is
/// reached twice.
#[test]
fn executions_of_known_shapes_are_counted() {
    let op = |access, loc, order| Op { access, loc, order: Some(order) };
    let (store, load, add) = (
        |v| op(Access::Store(v), 0, Relaxed),
        op(Access::Load, 0, Relaxed),
        |v| op(Access::Add(v), 0, Relaxed),
    );
    for program in [
        vec![vec![store(1), load], vec![store(2), load], vec![store(3)]],
        vec![vec![add(1), add(2)], vec![add(4), add(8)]],
        vec![vec![add(1)], vec![add(2)], vec![add(4)], vec![add(8)]],
        vec![vec![add(1), load], vec![add(2)], vec![store(4)]],
        vec![vec![store(1), store(2)], vec![load, load], vec![load]],
    ] {
        let count = compare(&program).unwrap();
        println!("{count:>5} executions of {} events", program.iter().flatten().count());
    }
}
