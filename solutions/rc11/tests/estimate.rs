//! How large a search is, told before it has ended, and what is drawn from one that is too large.

mod told;

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicUsize};
use rc11::{Builder, Estimate, FailureKind, Report, thread};
use std::sync::{Arc, Mutex};

/// What thread `me` of `n` does.
type Program = fn(me: usize, n: usize, memory: &[AtomicUsize; 4]);

fn start(program: Program, n: usize) -> impl Fn() + Send + Sync + 'static {
    move || {
        let memory = Default::default();
        thread::scope(|scope| {
            for me in 0..n {
                let memory = &memory;
                scope.spawn(move || program(me, n, memory));
            }
        });
    }
}

/// Explores, and lists what is told meanwhile.
fn explore(builder: Builder, program: Program, n: usize) -> (Report, Vec<Estimate>) {
    let told: Arc<Mutex<Vec<Estimate>>> = Arc::default();
    let sink = told.clone();
    let builder = builder.on_estimate(move |estimate| sink.lock().unwrap().push(*estimate));
    let report = builder.check(start(program, n)).unwrap_or_else(|failure| panic!("{failure}"));
    let told = std::mem::take(&mut *told.lock().unwrap());
    (report, told)
}

/// Programs whose trees have different shapes.
const PROGRAMS: [(&str, Program, usize); 6] = [
    (
        "additions",
        |_, _, [x, y, z, _]| {
            x.fetch_add(1, Relaxed);
            y.fetch_add(1, Relaxed);
            z.fetch_add(1, Relaxed);
        },
        4,
    ),
    (
        "stores and loads in a ring",
        |me, n, memory| {
            for round in 1..3 {
                memory[me].store(round, SeqCst);
                memory[(me + 1) % n].load(SeqCst);
                memory[(me + 2) % n].load(Relaxed);
            }
        },
        3,
    ),
    (
        "exchanges and stores",
        |me, _, [x, ..]| {
            let _ = x.compare_exchange(0, 1, Relaxed, Relaxed);
            x.store(me + 3, Release);
            x.load(Acquire);
        },
        4,
    ),
    (
        "a lock that looks first",
        |_, _, [lock, x, ..]| {
            while lock.load(Relaxed) != 0 || lock.swap(1, Acquire) != 0 {}
            x.store(x.load(Relaxed) + 1, Relaxed);
            lock.store(0, Release);
        },
        4,
    ),
    (
        "a ticket lock",
        |_, _, [next, owner, x, _]| {
            let mine = next.fetch_add(1, Relaxed);
            while owner.load(Acquire) != mine {}
            x.store(x.load(Relaxed) + 1, Relaxed);
            owner.store(mine + 1, Release);
        },
        5,
    ),
    (
        "a reader and writers",
        |me, _, [x, y, ..]| {
            if me == 0 {
                for _ in 0..3 {
                    x.load(Acquire);
                    y.load(Acquire);
                }
            } else {
                x.store(me, Release);
                y.store(me, Release);
            }
        },
        4,
    ),
];

#[test]
fn most_estimates_are_within_a_factor_of_two_once_a_twentieth_was_explored() {
    let (mut near, mut all) = (0, 0);
    for (name, program, n) in PROGRAMS {
        let (report, told) = explore(told::builder(), program, n);
        let there_are = (report.begun() + report.drawn) as f64;
        for Estimate { begun, all: told } in told {
            let factor = told as f64 / there_are;
            println!("{name:>28}: {told:>7} of {there_are:>7} after {begun:>7} ({factor:.2})");
            if begun as f64 >= there_are / 20.0 {
                all += 1;
                near += usize::from((0.5..=2.0).contains(&factor));
            }
        }
    }
    assert!(all >= 8 && 10 * near >= 9 * all, "{near} of {all}");
}

#[test]
fn what_is_drawn_changes_nothing_of_what_the_search_sees() {
    for (name, program, n) in PROGRAMS {
        let alone = told::builder().check(start(program, n)).unwrap();
        let builder = told::builder().draw_if_too_large(true).max_executions(10_000_000);
        let (report, told) = explore(builder, program, n);
        assert!(report.drawn > 0 && report.estimate.is_some() && !told.is_empty(), "{name}");
        // How often a loop is met that waits depends on what its stack holds, too, so those that are blocked are not compared.
        let counts = |report: &Report| (report.executions, report.complete, report.depth);
        assert_eq!(counts(&report), counts(&alone), "{name}");
        assert_eq!((alone.drawn, alone.estimate), (0, None), "{name}: nobody has asked");
        assert!(report.drawn < report.begun(), "{name}: {} were drawn", report.drawn);
    }
}

/// Dekker's entry protocol with release and acquire, which do not suffice (store buffering: Owens, Sarkar, Sewell, *A Better x86 Memory
/// Model: x86-TSO*, 2009). What comes after it has millions of executions, and the search goes through all of them before it changes what
/// came first.
fn both_enter_before_much_else_happens() {
    #[derive(Default)]
    struct Shared {
        wants: [AtomicBool; 2],
        inside: AtomicUsize,
        counts: [AtomicUsize; 2],
    }
    let shared = Shared::default();
    thread::scope(|scope| {
        for me in 0..2 {
            let shared = &shared;
            scope.spawn(move || {
                shared.wants[me].store(true, Release);
                if !shared.wants[1 - me].load(Acquire) {
                    assert_eq!(shared.inside.fetch_add(1, Relaxed), 0, "both are inside");
                }
                for count in &shared.counts {
                    for _ in 0..6 {
                        count.fetch_add(1, Relaxed);
                    }
                }
            });
        }
    });
}

#[test]
fn a_failure_that_the_search_does_not_come_to_is_drawn_each_time() {
    const MOST: u64 = 40_000;
    let builder = || told::builder().max_executions(MOST);
    let alone = builder().check(both_enter_before_much_else_happens).expect("nothing is found");
    assert!(!alone.complete && alone.begun() == MOST, "{alone:?}");
    let find = || {
        let verdict = builder().draw_if_too_large(true).check(both_enter_before_much_else_happens);
        verdict.expect_err("both are inside")
    };
    let failure = find();
    assert_eq!(failure.kind, FailureKind::Panic, "{failure}");
    assert_eq!(failure.trail, find().trail);
    let again = told::builder().replay(&failure.trail, both_enter_before_much_else_happens);
    let again = again.and_then(|execution| execution.failure).expect("it fails again");
    assert_eq!(again.message, failure.message);
}

#[test]
fn half_of_what_may_begin_is_drawn_from_a_program_that_is_too_large() {
    const MOST: u64 = 40_000;
    let program: Program = |_, _, [x, y, ..]| {
        for count in [x, y] {
            for _ in 0..6 {
                count.fetch_add(1, Relaxed);
            }
        }
    };
    let builder = told::builder().max_executions(MOST).draw_if_too_large(true);
    let (report, told) = explore(builder.clone(), program, 2);
    assert!(!report.complete);
    assert_eq!(report.begun() + report.drawn, MOST);
    let is_half = |part: u64| (MOST / 3..=MOST / 2).contains(&part);
    assert!(is_half(report.drawn), "{report:?}");
    assert!(told.last().is_some_and(|last| last.all > MOST), "{told:?}");
    // The same each time.
    assert_eq!(explore(builder, program, 2).1, told);
}

#[test]
fn a_small_search_is_not_estimated() {
    let program: Program = |_, _, [x, ..]| {
        x.fetch_add(1, Relaxed);
    };
    let (report, told) = explore(told::builder(), program, 6);
    assert_eq!((report.executions, report.drawn, told), (720, 0, Vec::new()));
}
