//! Every execution once: the number of executions, the outcomes and the data races of random programs, compared with those
//! of an enumeration that is slow and shares nothing with the checker.

mod brute;
mod grown;
mod told;

use brute::{Access, LOCATIONS, Op, Program, enumerate};
use proptest::prelude::*;
use rc11::atomic::Ordering::{self, *};
use rc11::atomic::{AtomicU64, fence};
use rc11::{FailureKind, hint, thread};
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
        (Access::Swap(value), order) => seen.push(location.swap(value, order.unwrap())),
        (Access::Exchange(expected, new, failure), order) => {
            let result = location.compare_exchange(expected, new, order.unwrap(), failure);
            seen.push(result.unwrap_or_else(|old| old));
        }
        (Access::Fence, order) => fence(order.unwrap()),
        (Access::Await(value), order) => {
            while location.load(order.unwrap()) != value {
                hint::spin_loop();
            }
            seen.push(value);
        }
        (Access::Bounded(value), order) => {
            let tries = (0..brute::TRIES).take_while(|_| {
                let hits = location.load(order.unwrap()) == value;
                if !hits {
                    hint::spin_loop();
                }
                !hits
            });
            // How many tries have failed: which one succeeds is a part of the outcome.
            seen.push(tries.count() as u64);
        }
        (Access::Turn { .. }, _) => unreachable!("only in the enumeration"),
        (Access::AwaitSwap, order) => {
            while location.swap(1, order.unwrap()) != 0 {
                hint::spin_loop();
            }
            seen.push(0);
        }
    }
}

struct Explored {
    executions: usize,
    distinct: BTreeSet<Vec<Vec<u64>>>,
    race: bool,
    livelock: bool,
    blocked: u64,
}

fn explore(program: &Program) -> Explored {
    let outcomes: Arc<Mutex<Vec<Vec<Vec<u64>>>>> = Arc::default();
    let (sink, program) = (outcomes.clone(), program.clone());
    let result = told::builder().check(move || {
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
    let mut explored = Explored {
        executions: 0,
        distinct: BTreeSet::new(),
        race: false,
        livelock: false,
        blocked: 0,
    };
    match result {
        Ok(report) => {
            explored.executions = report.executions as usize;
            explored.blocked = report.blocked;
        }
        Err(failure) if failure.kind == FailureKind::Race => explored.race = true,
        Err(failure) if failure.kind == FailureKind::Livelock => explored.livelock = true,
        Err(failure) => panic!("{failure}"),
    }
    let outcomes = outcomes.lock().unwrap();
    explored.distinct = outcomes.iter().cloned().collect();
    explored
}

fn compare(program: &Program) -> Result<usize, TestCaseError> {
    let found = enumerate(program);
    let explored = explore(program);
    let (grown, has_race) = grown::count(program);
    prop_assert_eq!(explored.race, found.race, "race");
    prop_assert_eq!(has_race, found.race, "a race of what is grown by hand");
    if !found.race {
        prop_assert_eq!(&explored.distinct, &found.outcomes, "outcomes");
        prop_assert_eq!(explored.executions, found.executions, "executions");
        prop_assert_eq!(explored.blocked, 0, "blocked");
        prop_assert_eq!(grown, found.executions, "executions that are grown by hand");
    }
    Ok(found.executions)
}

/// A program with loops that wait. A loop may fail once before it succeeds, so executions are not counted.
fn compare_waiting(program: &Program) -> Result<(), TestCaseError> {
    let found = enumerate(program);
    let explored = explore(program);
    prop_assert_eq!(explored.livelock, found.livelock, "livelock");
    if !found.livelock {
        prop_assert_eq!(&explored.distinct, &found.outcomes, "outcomes");
    }
    Ok(())
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

/// Location 0 has any value; location 1 is a flag or a lock, 0 or 1.
fn waiting_op() -> impl Strategy<Value = Op> {
    let orders = || any_of(&[Relaxed, Acquire, AcqRel, SeqCst]);
    let store = any_of(&[Relaxed, Release, SeqCst]);
    let load = || any_of(&[Relaxed, Acquire, SeqCst]);
    let on = |loc| move |(access, order)| Op { access, loc, order: Some(order) };
    let wait = (1..3u64, load()).prop_map(|(v, o)| (Access::Await(v), o)).prop_map(on(0));
    let flag = (0..2u64, load()).prop_map(|(v, o)| (Access::Await(v), o)).prop_map(on(1));
    let lock = orders().prop_map(|o| (Access::AwaitSwap, o)).prop_map(on(1));
    let unlock = (0..2u64, store).prop_map(|(v, o)| (Access::Store(v), o)).prop_map(on(1));
    let look = load().prop_map(|o| (Access::Load, o)).prop_map(on(1));
    let other = atomic_op().prop_map(|op| Op { loc: 0, ..op });
    prop_oneof![1 => wait, 1 => flag, 3 => lock, 3 => unlock, 1 => look, 3 => other]
}

/// Read-modify-writes that often write what they read.
fn idle_op() -> impl Strategy<Value = Op> {
    let orders = || any_of(&[Relaxed, Acquire, Release, AcqRel, SeqCst]);
    let swap = (0..2u64, orders()).prop_map(|(value, order)| (Access::Swap(value), order));
    let add = orders().prop_map(|order| (Access::Add(0), order));
    let exchange = (0..2u64, orders()).prop_map(|(v, o)| (Access::Exchange(v, v, Relaxed), o));
    let on = |((access, order), loc)| Op { access, loc, order: Some(order) };
    let idle = (prop_oneof![3 => swap, 1 => add, 1 => exchange], 0..LOCATIONS).prop_map(on);
    prop_oneof![1 => idle, 1 => any_op()]
}

fn bounded_op() -> impl Strategy<Value = Op> {
    let order = any_of(&[Relaxed, Acquire, SeqCst]);
    let bounded = (1..3u64, order).prop_map(|(value, order)| (Access::Bounded(value), order));
    let on = |((access, order), loc)| Op { access, loc, order: Some(order) };
    prop_oneof![1 => (bounded, 0..LOCATIONS).prop_map(on), 3 => any_op()]
}

/// Two or three threads with a critical section each, of any orderings.
fn sections() -> impl Strategy<Value = Program> {
    let on_lock = |(access, order)| Op { access, loc: 1, order: Some(order) };
    let lock = any_of(&[Relaxed, Acquire, AcqRel, SeqCst])
        .prop_map(|order| (Access::AwaitSwap, order))
        .prop_map(on_lock);
    let unlock = any_of(&[Relaxed, Release, SeqCst])
        .prop_map(|order| (Access::Store(0), order))
        .prop_map(on_lock);
    let inside = any_op().prop_map(|op| match op.access {
        Access::Fence => Op { access: Access::Load, order: Some(Relaxed), loc: 0 },
        _ => Op { loc: 0, ..op },
    });
    let section = (lock, inside, unlock, proptest::option::of(atomic_op()));
    let section = section.prop_map(|(lock, inside, unlock, after)| {
        let after = after.map(|op| Op { loc: 0, ..op });
        [lock, inside, unlock].into_iter().chain(after).collect::<Vec<_>>()
    });
    proptest::collection::vec(section, 2..=2)
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

fn small_program<S: Strategy<Value = Op> + Clone>(op: S) -> impl Strategy<Value = Program> {
    let two = proptest::collection::vec(proptest::collection::vec(op.clone(), 1..=3), 2..=2);
    let three = proptest::collection::vec(proptest::collection::vec(op, 1..=2), 3..=3);
    let is_small = |program: &Program| program.iter().flatten().count() <= 5;
    prop_oneof![two, three].prop_filter("five operations", is_small)
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
    fn waiting_loops_see_what_a_wait_would_see(program in program(waiting_op().boxed())) {
        compare_waiting(&program)?;
    }

    #[test]
    fn critical_sections_race_exactly_where_the_lock_is_too_weak(program in sections()) {
        let found = enumerate(&program);
        let explored = explore(&program);
        prop_assert_eq!(explored.race, found.race, "race");
        prop_assert!(!explored.livelock && !found.livelock);
        if !found.race {
            prop_assert_eq!(&explored.distinct, &found.outcomes, "outcomes");
        }
    }

    /// Several loops, too, at one place in the source and with nothing between.
    #[test]
    fn bounded_loops_end_in_all_ways(program in small_program(bounded_op().boxed())) {
        let found = enumerate(&program);
        let explored = explore(&program);
        prop_assert_eq!(explored.race, found.race, "race");
        prop_assert!(!explored.livelock);
        if !found.race {
            prop_assert_eq!(&explored.distinct, &found.outcomes, "outcomes");
        }
    }

    #[test]
    fn operations_that_write_what_they_read_are_as_any_other(program in small_program(idle_op().boxed())) {
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
    let at = |loc, op| Op { loc, ..op };
    for program in [
        vec![vec![store(1), load], vec![store(2), load], vec![store(3)]],
        vec![vec![add(1), add(2)], vec![add(4), add(8)]],
        vec![vec![add(1)], vec![add(2)], vec![add(4)], vec![add(8)]],
        vec![vec![add(1), load], vec![add(2)], vec![store(4)]],
        vec![vec![store(1), store(2)], vec![load, load], vec![load]],
        // Not both additions of 0 can come first: a read-modify-write that changes nothing is not a load.
        vec![vec![at(1, add(1)), add(0)], vec![add(1), at(1, add(0))]],
    ] {
        let count = compare(&program).unwrap();
        println!("{count:>5} executions of {} events", program.iter().flatten().count());
    }
}
