//! Several OS threads that explore one program see what one sees, in the same order.

mod told;

use rc11::atomic::Ordering::{self, *};
use rc11::atomic::{AtomicBool, AtomicU32};
use rc11::{Builder, Failure, FailureKind, Report, futex, hint, thread};
use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// A builder that hands over whatever can be handed over.
fn generous(threads: usize) -> Builder {
    told::builder().spurious_failures(1).spurious_wakes(1).threads(threads).executions_alone(0)
}

/// What does not depend on who explores.
fn counts(report: &Report) -> (u64, u64, u64, bool, bool, usize) {
    let Report { executions, blocked, pruned, bounded, complete, depth, .. } = *report;
    (executions, blocked, pruned, bounded, complete, depth)
}

/// A failure with all that is told of it.
fn told(failure: &Failure) -> String {
    let steps = failure.steps.iter().map(|step| format!("{} {}", step.thread, step.at));
    format!("{failure}\n{}\n{:?}", failure.trail, steps.collect::<Vec<_>>())
}

fn spin_lock() {
    let lock = AtomicBool::new(false);
    thread::scope(|s| {
        for _ in 0..3 {
            s.spawn(|| {
                while lock.swap(true, Acquire) {
                    hint::spin_loop();
                }
                lock.store(false, Release);
            });
        }
    });
}

fn futex_lock() {
    let lock = AtomicU32::new(0);
    thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                if lock.compare_exchange_weak(0, 1, Acquire, Relaxed).is_err() {
                    while lock.swap(2, Acquire) != 0 {
                        futex::wait(&lock, 2);
                    }
                }
                if lock.swap(0, Release) == 2 {
                    futex::wake_one(&lock);
                }
            });
        }
    });
}

/// Stores and loads by three threads: what was loaded.
fn loaded(order: Ordering) -> [u32; 4] {
    let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|s| {
        let one = s.spawn(|| (x.store(1, order), y.fetch_add(1, order)));
        let two = s.spawn(|| (y.store(2, order), x.fetch_add(2, order)));
        let three = s.spawn(|| (x.load(order), y.load(order)));
        let (one, two, three) = (one.join(), two.join(), three.join());
        let (x, y) = three.unwrap();
        [one.unwrap().1, two.unwrap().1, x, y]
    })
}

fn load(order: Ordering) {
    let _ = loaded(order);
}

/// Counts its turns, so that the search begins anew.
fn bounded_tries() {
    let flag = AtomicBool::new(false);
    thread::scope(|s| {
        s.spawn(|| (0..6).find(|_| flag.load(Acquire)));
        s.spawn(|| (0..3).find(|_| flag.load(Acquire)));
        flag.store(true, Release);
    });
}

#[test]
fn several_count_what_one_counts() {
    let programs: [fn(); 5] =
        [spin_lock, futex_lock, || load(Relaxed), || load(SeqCst), bounded_tries];
    for (number, program) in programs.into_iter().enumerate() {
        let one = generous(1).check(program).unwrap();
        assert!(one.shares.is_empty());
        for threads in [2, 3] {
            let several = generous(threads).check(program).unwrap();
            assert_eq!(counts(&several), counts(&one), "program {number}, {threads} threads");
        }
    }
}

/// The failing executions are few, and far from the first one.
#[test]
fn several_report_the_failure_that_one_reports() {
    let programs: [fn(); 3] = [
        || assert_ne!(loaded(Relaxed), [0, 0, 2, 1]),
        || assert_ne!(loaded(Relaxed)[2], 2),
        || assert_ne!(loaded(SeqCst), [2, 0, 2, 3]),
    ];
    for (number, program) in programs.into_iter().enumerate() {
        for shorter in [0, 10, 1_000] {
            let builder = |threads| generous(threads).minimize(shorter);
            let one = builder(1).check(program).unwrap_err();
            for threads in [2, 3] {
                let several = builder(threads).check(program).unwrap_err();
                assert_eq!(told(&several), told(&one), "program {number}, {threads} threads");
                assert_eq!(several.executions, one.executions, "{number}, {threads} threads");
            }
        }
    }
}

#[test]
fn a_bound_ends_the_search_after_the_same_executions() {
    let program = || load(Relaxed);
    let all = counts(&generous(1).check(program).unwrap());
    let all = all.0 + all.1 + all.2;
    for most in [1, 2, 3, 10, 99, 100, all - 1, all, all + 1] {
        let one = generous(1).max_executions(most).check(program).unwrap();
        assert_eq!(one.complete, most > all);
        for threads in [2, 3] {
            let several = generous(threads).max_executions(most).check(program).unwrap();
            assert_eq!(counts(&several), counts(&one), "{most} executions, {threads} threads");
        }
    }
}

/// A failure behind the bound is not reported, even if somebody has come upon it.
#[test]
fn a_failure_is_reported_if_it_is_within_the_bound() {
    let program = || assert_ne!(loaded(SeqCst), [2, 0, 2, 3]);
    let kind = |threads, most| {
        let result = generous(threads).max_executions(most).check(program);
        result.map(|report| counts(&report)).map_err(|failure| told(&failure))
    };
    let first = (1..).find(|&most| kind(1, most).is_err()).unwrap();
    assert!(first > 10, "the failure is far from the first execution");
    for most in [first - 1, first, first + 1] {
        assert_eq!(kind(2, most), kind(1, most));
    }
}

/// Nobody may be in between when the numbers of both are known.
#[test]
fn more_than_one_os_thread_explores() {
    let met: Arc<(Mutex<HashSet<std::thread::ThreadId>>, Condvar)> = Arc::default();
    let report = generous(2).check(move || {
        let (threads, changed) = &*met;
        let mut threads = threads.lock().unwrap();
        threads.insert(std::thread::current().id());
        changed.notify_all();
        // The first one is that of the OS thread that explores before any work is handed over.
        let is_met = |threads: &mut HashSet<_>| threads.len() < 3;
        let wait = if threads.len() < 2 { Duration::ZERO } else { Duration::from_secs(60) };
        drop(changed.wait_timeout_while(threads, wait, is_met).unwrap());
        load(Relaxed);
    });
    let shares = report.unwrap().shares;
    assert!(shares.len() == 2 && shares.iter().all(|&share| share > 0), "{shares:?}");
}

/// The value is in memory, which executions side by side would share.
#[test]
fn a_program_with_an_atomic_in_a_static_is_explored_by_one() {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    fn program() {
        let others = AtomicU32::new(0);
        thread::scope(|s| {
            for _ in 0..3 {
                s.spawn(|| {
                    others.fetch_add(1, Relaxed);
                    COUNT.fetch_add(1, Relaxed);
                });
            }
        });
        assert_eq!(COUNT.load(Relaxed), 3);
    }
    let one = generous(1).check(program).unwrap();
    let several = generous(2).check(program).unwrap();
    assert_eq!(counts(&several), counts(&one));
    assert!(is_for_one(program));
}

/// Is the program, after some executions, known to be one that is not handed over?
fn is_for_one(program: fn()) -> bool {
    generous(2).executions_alone(3).check(program).unwrap().shares.is_empty()
}

/// Which memory is that of statics is only known there.
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_writes_to_a_static_is_explored_by_one() {
    static WORDS: [std::sync::atomic::AtomicUsize; 1] =
        [const { std::sync::atomic::AtomicUsize::new(0) }];
    fn program(word: &std::sync::atomic::AtomicUsize) {
        // SAFETY: no other thread of the program has the word.
        told::increment(unsafe { &mut *word.as_ptr() });
        load(Relaxed);
    }
    assert!(is_for_one(|| program(&WORDS[0])));
    assert!(!is_for_one(|| program(&Default::default())));
}

/// Only late executions use what is shared.
#[test]
fn what_is_found_late_to_be_shared_is_explored_anew_by_one() {
    let shared = Arc::new(AtomicU32::new(5));
    let program = move || {
        if loaded(Relaxed)[2] == 2 {
            assert_eq!(shared.fetch_add(1, Relaxed), 5);
        }
    };
    let one = generous(1).check(program.clone()).unwrap();
    for _ in 0..5 {
        let several = generous(2).check(program.clone()).unwrap();
        assert_eq!(counts(&several), counts(&one));
    }
}

/// Each failing execution unwinds on the OS thread that explores it, which then is of no use any more.
#[test]
fn who_unwinds_is_replaced() {
    let program = || {
        let word = AtomicU32::new(0);
        thread::scope(|s| {
            for _ in 0..3 {
                s.spawn(|| {
                    word.fetch_add(1, Relaxed);
                    rc11::catch_panic(|| {
                        let _stuck = Stuck(&word);
                        panic!("in all executions");
                    });
                });
            }
        });
    };
    let one = generous(1).check(program).unwrap();
    let several = generous(2).check(program).unwrap();
    assert_eq!(counts(&several), counts(&one));
    assert!(one.blocked > 0, "an execution was abandoned while a thread of it was unwinding");
}

/// Waits while its thread unwinds.
struct Stuck<'a>(&'a AtomicU32);

impl Drop for Stuck<'_> {
    fn drop(&mut self) {
        while self.0.load(Relaxed) < 3 {
            hint::spin_loop();
        }
    }
}

#[test]
fn a_livelock_is_told_by_several() {
    let program = || {
        let flag = AtomicBool::new(false);
        thread::scope(|s| {
            s.spawn(|| load(Relaxed));
            s.spawn(|| {
                while !flag.load(Acquire) {
                    hint::spin_loop();
                }
            });
        });
    };
    let failure = generous(2).check(program).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Livelock);
    assert_eq!(told(&failure), told(&generous(1).check(program).unwrap_err()));
}
