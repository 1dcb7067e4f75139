//! What is cut costs the word *complete*, and what does not fit is not decided.

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use rc11::cell::Probe;
use rc11::{Builder, FailureKind, hint, thread};
use std::cell::UnsafeCell;
use std::sync::Arc;

/// Waits for a flag that another thread sets, by `wait`.
fn waits(wait: fn(&AtomicUsize)) -> rc11::Report {
    let verdict = Builder::new().check(move || {
        let flag = Arc::new(AtomicUsize::new(0));
        let theirs = flag.clone();
        let other = thread::spawn(move || theirs.store(1, Release));
        wait(&flag);
        other.join().unwrap();
    });
    verdict.unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_loop_that_counts_on_its_stack_is_explored_up_to_a_bound() {
    assert!(
        waits(|flag| assert!((0..40).filter(|_| flag.load(Acquire) == 1).count() <= 40)).complete
    );
    let report = waits(|flag| assert!((0..150).filter(|_| flag.load(Acquire) == 1).count() <= 150));
    assert!(report.bounded && !report.complete);
    let report = waits(|flag| while (0..usize::MAX).all(|_| flag.load(Acquire) == 0) {});
    assert!(report.bounded && !report.complete);
}

/// This program does not tell of what it writes to memory.
#[test]
fn a_loop_whose_memory_is_not_seen_is_not_taken_to_wait_for_certain() {
    let report = waits(|flag| while flag.load(Acquire) == 0 {});
    assert!(report.bounded && !report.complete);
}

#[test]
fn a_third_try_with_another_ordering_is_another_operation() {
    struct Shared(AtomicBool, UnsafeCell<Probe>);
    // SAFETY: what the test is about; the checker finds the race before it happens.
    unsafe impl Sync for Shared {}
    let verdict = Builder::new().check(|| {
        let shared = Arc::new(Shared(AtomicBool::new(true), Probe::new(0).into()));
        let theirs = shared.clone();
        let other = thread::spawn(move || {
            let mut tries = 0;
            while theirs.0.load(if tries < 2 { Acquire } else { Relaxed }) {
                tries += 1;
                hint::spin_loop();
            }
            // SAFETY: as above.
            unsafe { (*theirs.1.get()).set(2) };
        });
        // SAFETY: as above.
        unsafe { (*shared.1.get()).set(1) };
        shared.0.store(false, Release);
        other.join().unwrap();
    });
    assert_eq!(verdict.expect_err("there is a race").kind, FailureKind::Race);
}

#[test]
fn what_has_too_many_events_or_atomics_is_not_decided() {
    let verdict = Builder::new().max_events(400_000).max_executions(3).check(|| {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || (0..70_000).for_each(|n| theirs.store(n, Relaxed)));
        other.join().unwrap();
    });
    refused(verdict, "60000 events. That is all that the checker has room for");
    let verdict = Builder::new().max_events(200_000).check(|| {
        let word = AtomicU32::new(0);
        (0..70_000).for_each(|n| word.store(n, Relaxed));
    });
    refused(verdict, "more than 60000 events");
    let verdict = Builder::new().max_events(1_000).check(|| {
        let word = AtomicU32::new(0);
        (0..2_000).for_each(|n| word.store(n, Relaxed));
    });
    refused(verdict, "more than 1000 events. `max_events` allows more");
    let verdict = Builder::new().max_events(200_000).check(|| {
        let words: Vec<AtomicU32> = (0..70_000).map(AtomicU32::new).collect();
        words.iter().for_each(|word| word.store(1, Relaxed));
    });
    refused(verdict, "more than 60000 events");
}

/// In words, which are not about the program's own mistakes.
#[track_caller]
fn refused(verdict: Result<rc11::Report, Box<rc11::Failure>>, words: &str) {
    let failure = verdict.expect_err("it does not fit");
    assert_eq!(failure.kind, FailureKind::TooLong, "{failure}");
    assert!(failure.message.contains(words), "{}", failure.message);
}

#[test]
fn what_fits_is_decided() {
    let verdict = Builder::new().max_events(60_000).check(|| {
        let word = AtomicU32::new(0);
        (0..25_000).for_each(|n| assert_eq!(word.fetch_add(1, Relaxed), n));
    });
    assert!(verdict.unwrap().complete);
}

/// A hint is advised where one is missing, and where it helps.
#[test]
fn what_is_advised_of_a_long_execution_would_help() {
    fn advised(turn: fn(&AtomicU32)) -> [bool; 3] {
        let verdict = Builder::new().max_events(500).check(move || {
            let turns = move || {
                let words: Vec<AtomicU32> = (0..1_000).map(AtomicU32::new).collect();
                words.iter().for_each(turn);
            };
            thread::spawn(turns).join().unwrap();
        });
        let failure = verdict.expect_err("it is too long");
        ["max_events", "max_busy_turns", "spin_loop"].map(|word| failure.message.contains(word))
    }
    let loads = |word: &AtomicU32| assert!(word.load(Relaxed) < 1_000);
    assert_eq!(advised(loads), [true, false, false], "it writes nothing");
    assert_eq!(advised(|word| word.store(1, Relaxed)), [true, true, true]);
    let with_hint = |word: &AtomicU32| {
        word.store(1, Relaxed);
        hint::spin_loop();
    };
    assert_eq!(advised(with_hint), [true, true, false], "it has the hint");
}

/// An operation that takes turns with another one, from run to run, where each run should do the same.
#[test]
fn a_program_that_takes_another_way_is_not_said_to_panic() {
    use std::sync::atomic::AtomicUsize as Count;
    const OPERATIONS: [fn(&AtomicU32); 6] = [
        |word| assert!(word.load(Relaxed) < 3),
        |word| word.store(2, Relaxed),
        |word| assert_eq!(word.fetch_add(1, Relaxed), 0),
        |_| rc11::atomic::fence(SeqCst),
        |_| thread::spawn(|| {}).join().unwrap(),
        |_| Probe::new(0).set(1),
    ];
    for one in OPERATIONS {
        for other in OPERATIONS.into_iter().filter(|other| !std::ptr::fn_addr_eq(*other, one)) {
            let runs = Count::new(0);
            let verdict = Builder::new().check(move || {
                let (word, flag) = (AtomicU32::new(0), AtomicBool::new(false));
                let is_even = runs.fetch_add(1, Relaxed).is_multiple_of(2);
                (if is_even { one } else { other })(&word);
                thread::scope(|scope| {
                    scope.spawn(|| flag.store(true, Relaxed));
                    let _ = flag.load(Relaxed);
                });
            });
            let failure = verdict.expect_err("it does something else each time");
            assert_eq!(failure.kind, FailureKind::Nondeterminism, "{failure}");
            assert!(failure.message.contains("install `rc11::alloc::Quarantine`"), "{failure}");
        }
    }
}
