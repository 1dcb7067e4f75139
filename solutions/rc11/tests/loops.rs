//! Loops that wait, and loops that only look as if they did: what is cut is known to add nothing, or the verdict is not *complete*.

mod told;

use rc11::atomic::Ordering::*;
use rc11::atomic::{AtomicBool, AtomicU32, AtomicUsize};
use rc11::cell::Probe;
use rc11::{Failure, FailureKind, Report, hint, thread};
use std::cell::UnsafeCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use told::builder;

type Verdict = Result<Report, Box<Failure>>;

#[track_caller]
fn kind(verdict: Verdict) -> FailureKind {
    verdict.expect_err("the program is wrong").kind
}

#[track_caller]
fn complete(verdict: Verdict) -> Report {
    let report = verdict.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(report.complete, "{report}");
    report
}

/// What `f` returns in the executions of a model, with another thread that stores 1 into the flag.
fn outcomes(f: fn(&AtomicUsize) -> usize) -> BTreeSet<usize> {
    let seen: Arc<Mutex<BTreeSet<usize>>> = Arc::default();
    let sink = seen.clone();
    complete(builder().check(move || {
        let flag = Arc::new(AtomicUsize::new(0));
        let theirs = flag.clone();
        let writer = thread::spawn(move || theirs.store(1, Release));
        let outcome = f(&flag);
        sink.lock().unwrap().insert(outcome);
        writer.join().unwrap();
    }));
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[test]
fn a_getter_that_is_asked_five_times_may_change_its_answer_at_any() {
    struct Count(AtomicUsize);
    impl Count {
        fn get(&self) -> usize {
            self.0.load(Acquire)
        }
    }
    let verdict = builder().check(|| {
        let count = Arc::new(Count(AtomicUsize::new(2)));
        let theirs = count.clone();
        let other = thread::spawn(move || {
            theirs.0.fetch_sub(1, Release);
        });
        assert!(count.get() > 0);
        assert!(count.get() < 3);
        if count.get() == 2 && count.get() == 2 {
            assert_eq!(count.get(), 2, "the fifth answer differs");
        }
        other.join().unwrap();
    });
    assert_eq!(kind(verdict), FailureKind::Panic);
}

#[test]
fn each_of_six_samples_may_be_the_first_to_see_a_store() {
    let first = |flag: &AtomicUsize| {
        let samples: Vec<usize> = (0..6).map(|_| flag.load(Relaxed)).collect();
        samples.iter().position(|&sample| sample == 1).unwrap_or(6)
    };
    assert_eq!(outcomes(first), (0..=6).collect());
}

#[test]
fn each_of_forty_tries_may_be_the_one_that_succeeds() {
    let tries = |flag: &AtomicUsize| (0..40).take_while(|_| flag.load(Acquire) == 0).count();
    assert_eq!(outcomes(tries), (0..=40).collect());
    let with_hints = |flag: &AtomicUsize| {
        let fails = |_: &usize| {
            hint::spin_loop();
            flag.load(Acquire) == 0
        };
        (0..40).take_while(fails).count()
    };
    assert_eq!(outcomes(with_hints), (0..=40).collect());
}

#[test]
fn tries_that_are_counted_on_the_heap_are_counted() {
    let tries = |flag: &AtomicUsize| {
        let mut count = Box::new(0);
        while flag.load(Acquire) == 0 && *count < 5 {
            told::increment(&mut count);
            hint::spin_loop();
        }
        *count
    };
    assert_eq!(outcomes(tries), (0..=5).collect());
}

#[test]
fn a_third_try_without_acquire_is_a_race() {
    struct Shared(AtomicBool, UnsafeCell<Probe>);
    // SAFETY: what the test is about; the checker finds the race before it happens.
    unsafe impl Sync for Shared {}
    let verdict = builder().check(|| {
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
    assert_eq!(kind(verdict), FailureKind::Race);
}

/// Waits for one of two flags, with a hint after each look.
fn looks_at_two_in_turn(sets: bool) -> Verdict {
    builder().check(move || {
        let flags = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
        let theirs = flags.clone();
        let other = thread::spawn(move || theirs[1].store(u32::from(sets), Release));
        'waits: loop {
            for flag in flags.iter() {
                if flag.load(Acquire) == 1 {
                    break 'waits;
                }
                hint::spin_loop();
            }
        }
        other.join().unwrap();
    })
}

#[test]
fn a_loop_that_looks_at_two_places_in_turn_is_decided() {
    complete(looks_at_two_in_turn(true));
    assert_eq!(kind(looks_at_two_in_turn(false)), FailureKind::Livelock);
}

/// Scans slots without a hint until one is full.
fn scans(sets: bool) -> Verdict {
    builder().check(move || {
        let slots: Arc<[AtomicU32; 3]> = Arc::default();
        let theirs = slots.clone();
        let other = thread::spawn(move || theirs[2].store(u32::from(sets), Release));
        while slots.iter().all(|slot| slot.load(Acquire) == 0) {}
        other.join().unwrap();
    })
}

#[test]
fn a_loop_without_a_hint_is_decided_whatever_its_turn() {
    complete(scans(true));
    assert_eq!(kind(scans(false)), FailureKind::Livelock);
}

#[test]
fn a_loop_that_never_looks_is_found() {
    let verdict = builder().check(|| {
        loop {
            hint::spin_loop();
        }
    });
    assert_eq!(kind(verdict), FailureKind::Blind);
}

#[test]
fn who_waits_for_the_counts_of_an_arc_is_told_that_they_are_not_seen() {
    let verdict = builder().check(|| {
        let shared = Arc::new(());
        let theirs = shared.clone();
        let other = thread::spawn(move || drop(theirs));
        while Arc::strong_count(&shared) > 1 {
            hint::spin_loop();
        }
        other.join().unwrap();
    });
    let failure = verdict.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Blind);
    assert!(failure.message.contains("the counts of its `Arc` are not seen"), "{failure}");
}

#[test]
fn a_lock_that_no_execution_gets_fails() {
    let verdict = builder().max_busy_turns(4).check(|| {
        let lock = Arc::new(AtomicU32::new(1));
        let theirs = lock.clone();
        let other = thread::spawn(move || {
            while theirs.fetch_add(1, Acquire) != 0 {
                hint::spin_loop();
            }
        });
        other.join().unwrap();
    });
    let failure = verdict.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooLong);
    assert!(failure.message.contains("within 4 turns"), "{failure}");
}

/// Who is alone waits for nobody, however often it says so: a queue's `pop` may, before it returns `None`.
#[test]
fn hints_of_the_only_thread_are_no_turns_of_a_loop_that_waits() {
    complete(builder().max_busy_turns(4).check(|| {
        let word = AtomicU32::new(0);
        for _ in 0..100 {
            word.fetch_add(1, Relaxed);
            hint::spin_loop();
        }
    }));
}

/// A bound that is too small says nothing against a program that ends a little later.
#[test]
fn a_loop_that_ends_after_its_bound_is_not_decided() {
    let counts_to_ten = |bound| {
        builder().max_busy_turns(bound).check(|| {
            let counts = || {
                let word = AtomicU32::new(0);
                while word.fetch_add(1, Relaxed) < 10 {
                    hint::spin_loop();
                }
            };
            thread::spawn(counts).join().unwrap();
        })
    };
    complete(counts_to_ten(10));
    let failure = counts_to_ten(4).unwrap_err();
    assert!(failure.kind.is_undecided(), "{failure}");
    assert!(failure.message.contains("within 4 turns"), "{failure}");
}
