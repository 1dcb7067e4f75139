//! Algorithms whose correctness hangs on more than one location: mutual exclusion without read-modify-writes, a
//! reader-writer lock, sleeping and waking.

mod told;

use rc11::atomic::Ordering::{self, *};
use rc11::atomic::{AtomicBool, AtomicU32, AtomicUsize, fence};
use rc11::cell::UnsafeCell;
use rc11::sync::{Condvar, Mutex};
use rc11::{Failure, FailureKind, Report, futex, hint, thread};
use std::sync::Arc;
use std::time::Duration;

type Verdict = Result<Report, Box<Failure>>;

struct Cell(UnsafeCell<u32>);

// SAFETY: the tests are about whether accesses are kept apart; the checker stops before a race happens.
unsafe impl Sync for Cell {}

impl Cell {
    fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    #[track_caller]
    fn add(&self) {
        // SAFETY: as above.
        self.0.with_mut(|value| unsafe { *value += 1 });
    }

    #[track_caller]
    fn get(&self) -> u32 {
        // SAFETY: as above.
        self.0.with(|value| unsafe { *value })
    }
}

#[track_caller]
fn passes(name: &str, verdict: Verdict) -> Report {
    match verdict {
        Ok(report) => {
            println!("{name:>32}: {report}, {:.1?}", report.elapsed);
            assert!(report.complete);
            report
        }
        Err(failure) => panic!("{name}: {failure}"),
    }
}

#[track_caller]
fn fails(name: &str, verdict: Verdict, kind: FailureKind) {
    let failure = verdict.expect_err(name);
    println!("{name:>32}: {kind:?} after {}", failure.executions);
    assert_eq!(failure.kind, kind, "{name}: {failure}");
}

fn peterson(load: Ordering, store: Ordering) -> Verdict {
    told::builder().check(move || {
        let wants = [AtomicBool::new(false), AtomicBool::new(false)];
        let turn = AtomicUsize::new(0);
        let data = Cell::new();
        let run = |me: usize| {
            let other = 1 - me;
            wants[me].store(true, store);
            turn.store(other, store);
            while wants[other].load(load) && turn.load(load) == other {
                hint::spin_loop();
            }
            data.add();
            wants[me].store(false, store);
        };
        thread::scope(|s| {
            s.spawn(|| run(1));
            run(0);
        });
        assert_eq!(data.get(), 2);
    })
}

fn dekker(load: Ordering, store: Ordering, fenced: bool) -> Verdict {
    told::builder().check(move || {
        let wants = [AtomicBool::new(false), AtomicBool::new(false)];
        let turn = AtomicUsize::new(0);
        let data = Cell::new();
        let barrier = || {
            if fenced {
                fence(SeqCst);
            }
        };
        let run = |me: usize| {
            let other = 1 - me;
            wants[me].store(true, store);
            barrier();
            while wants[other].load(load) {
                if turn.load(load) != me {
                    wants[me].store(false, store);
                    while turn.load(load) != me {
                        hint::spin_loop();
                    }
                    wants[me].store(true, store);
                    barrier();
                }
                hint::spin_loop();
            }
            if fenced {
                fence(Acquire);
            }
            data.add();
            turn.store(other, store);
            if fenced {
                fence(Release);
            }
            wants[me].store(false, store);
        };
        thread::scope(|s| {
            s.spawn(|| run(1));
            run(0);
        });
        assert_eq!(data.get(), 2);
    })
}

#[test]
fn peterson_needs_seq_cst_accesses() {
    passes("Peterson, SeqCst", peterson(SeqCst, SeqCst));
    fails("Peterson, AcqRel", peterson(Acquire, Release), FailureKind::Race);
}

#[test]
fn dekker_needs_seq_cst() {
    passes("Dekker, SeqCst", dekker(SeqCst, SeqCst, false));
    passes("Dekker, fences", dekker(Acquire, Release, true));
    fails("Dekker, AcqRel", dekker(Acquire, Release, false), FailureKind::Race);
}

const WRITER: u32 = u32::MAX;

/// The state is the number of readers, or `WRITER`.
struct RwLock(AtomicU32);

impl RwLock {
    fn read(&self, f: impl FnOnce()) {
        let mut state = self.0.load(Relaxed);
        loop {
            if state == WRITER {
                futex::wait(&self.0, WRITER);
                state = self.0.load(Relaxed);
            } else {
                match self.0.compare_exchange(state, state + 1, Acquire, Relaxed) {
                    Ok(_) => break,
                    Err(now) => state = now,
                }
            }
        }
        f();
        if self.0.fetch_sub(1, Release) == 1 {
            futex::wake_one(&self.0);
        }
    }

    fn write(&self, f: impl FnOnce()) {
        while let Err(state) = self.0.compare_exchange(0, WRITER, Acquire, Relaxed) {
            futex::wait(&self.0, state);
        }
        f();
        self.0.store(0, Release);
        futex::wake_all(&self.0);
    }
}

fn rwlock(readers: usize, writers: u32) -> Verdict {
    told::builder().check(move || {
        let (lock, data) = (RwLock(AtomicU32::new(0)), Cell::new());
        thread::scope(|s| {
            for _ in 0..readers {
                s.spawn(|| lock.read(|| assert!(data.get() <= writers)));
            }
            for _ in 1..writers {
                s.spawn(|| lock.write(|| data.add()));
            }
            lock.write(|| data.add());
        });
        assert_eq!(data.get(), writers);
    })
}

#[test]
fn a_reader_writer_lock_keeps_writers_alone() {
    passes("rwlock, 1 reader 1 writer", rwlock(1, 1));
    passes("rwlock, 2 readers 1 writer", rwlock(2, 1));
    passes("rwlock, 1 reader 2 writers", rwlock(1, 2));
}

#[test]
fn park_returns_after_unpark_and_synchronises() {
    let model = |spurious, checks: bool| {
        told::builder().spurious_wakes(spurious).check(move || {
            let (data, ready) = (Cell::new(), AtomicBool::new(false));
            thread::scope(|s| {
                let sleeper = s.spawn(|| {
                    while !ready.load(Relaxed) {
                        thread::park();
                        if !checks {
                            break;
                        }
                    }
                    if !checks {
                        data.add();
                    }
                });
                if !checks {
                    data.add();
                }
                ready.store(true, Relaxed);
                sleeper.thread().unpark();
            });
        })
    };
    passes("park, spurious", model(1, true));
    fails("park, unchecked", model(0, false), FailureKind::Race);
}

#[test]
fn a_wait_may_return_for_no_reason() {
    let model = |spurious| {
        told::builder().spurious_wakes(spurious).check(|| {
            let (word, wakes) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|s| {
                s.spawn(|| {
                    wakes.fetch_add(1, Relaxed);
                    futex::wake_one(&word);
                    word.store(1, Release);
                    futex::wake_one(&word);
                });
                futex::wait(&word, 0);
            });
        })
    };
    let without = passes("wait once", model(0));
    let with = passes("wait once, spurious", model(1));
    assert!(with.executions > without.executions);
}

#[test]
fn a_wait_with_a_time_limit_is_no_deadlock() {
    let verdict = told::builder().check(|| {
        let word = AtomicU32::new(0);
        assert!(!futex::wait_timeout(&word, 0, Duration::from_secs(1)));
    });
    passes("time-out", verdict);
    let verdict = told::builder()
        .check(|| assert!(futex::wait_timeout(&AtomicU32::new(0), 0, Duration::MAX)));
    fails("all the time there is", verdict, FailureKind::Deadlock);
    let verdict = told::builder().check(|| futex::wait(&AtomicU32::new(0), 0));
    fails("no time-out", verdict, FailureKind::Deadlock);
}

#[test]
fn either_sleeper_may_be_woken() {
    let woken = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let sink = woken.clone();
    let verdict = told::builder().check(move || {
        let (word, first) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|s| {
            for me in 1..3 {
                let (word, first) = (&word, &first);
                s.spawn(move || {
                    futex::wait(word, 0);
                    let _ = first.compare_exchange(0, me, Relaxed, Relaxed);
                    futex::wake_one(word);
                });
            }
            futex::wake_one(&word);
            word.store(1, Relaxed);
            futex::wake_all(&word);
        });
        sink.lock().unwrap().insert(first.load(Relaxed));
    });
    passes("two sleepers", verdict);
    assert_eq!(woken.lock().unwrap().iter().copied().collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_expected_panic_is_no_failure() {
    let verdict = told::builder().check(|| {
        let data = Arc::new(AtomicU32::new(0));
        let other = data.clone();
        let thread = thread::spawn(move || {
            rc11::expect_panic(|| {
                other.store(1, Relaxed);
                panic!("as expected");
            });
            other.store(2, Relaxed);
        });
        thread.join().unwrap();
        assert_eq!(data.load(Relaxed), 2);
    });
    passes("expected panic", verdict);
    let verdict = told::builder().check(|| {
        thread::spawn(|| panic!("unexpected")).join().unwrap();
    });
    fails("unexpected panic", verdict, FailureKind::Panic);
}

#[test]
fn an_endless_loop_with_an_effect_is_not_decided() {
    let verdict = told::builder().check(|| {
        let flag = AtomicU32::new(0);
        loop {
            flag.fetch_add(1, Relaxed);
        }
    });
    fails("endless", verdict, FailureKind::TooLong);
}

#[test]
fn a_loop_needs_no_hint_if_it_only_reads() {
    let verdict = |ends: bool| {
        told::builder().check(move || {
            let flag = AtomicBool::new(false);
            thread::scope(|s| {
                s.spawn(|| flag.store(ends, Relaxed));
                while !flag.load(Relaxed) {}
            });
        })
    };
    passes("no hint", verdict(true));
    fails("no hint, endless", verdict(false), FailureKind::Livelock);
}

#[test]
fn a_bounded_loop_may_give_up() {
    let seen = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let sink = seen.clone();
    let verdict = told::builder().check(move || {
        let flag = AtomicBool::new(false);
        thread::scope(|s| {
            s.spawn(|| flag.store(true, Relaxed));
            let turns = (0..100).take_while(|_| {
                hint::spin_loop();
                !flag.load(Relaxed)
            });
            let gave_up = turns.count() == 100;
            sink.lock().unwrap().insert(gave_up);
        });
    });
    passes("bounded", verdict);
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[test]
fn a_loop_that_undoes_what_it_did_is_explored_within_a_bound() {
    let verdict = told::builder().max_busy_turns(2).check(|| {
        let (lock, data) = (AtomicU32::new(0), Cell::new());
        let run = || {
            while lock.fetch_add(1, Acquire) != 0 {
                lock.fetch_sub(1, Relaxed);
                hint::spin_loop();
            }
            data.add();
            lock.fetch_sub(1, Release);
        };
        thread::scope(|s| {
            s.spawn(run);
            run();
        });
        assert_eq!(data.get(), 2);
    });
    let report = verdict.unwrap_or_else(|failure| panic!("{failure}"));
    println!("{:>32}: {report}, {:.1?}", "undone", report.elapsed);
    assert!(!report.complete);
}

#[test]
fn a_condition_variable_wakes_who_waits_for_it() {
    let queue = |notifies: bool| {
        told::builder().spurious_wakes(usize::from(notifies)).check(move || {
            let (queue, changed) = (Mutex::new(Vec::new()), Condvar::new());
            thread::scope(|s| {
                for value in 1..3 {
                    let (queue, changed) = (&queue, &changed);
                    s.spawn(move || {
                        queue.lock().unwrap().push(value);
                        if notifies {
                            changed.notify_one();
                        }
                    });
                }
                let take = || {
                    let full = changed.wait_while(queue.lock().unwrap(), |queue| queue.is_empty());
                    full.unwrap().pop().unwrap()
                };
                assert_eq!(take() + take(), 3);
            });
        })
    };
    passes("condition variable", queue(true));
    fails("no notification", queue(false), FailureKind::Deadlock);
}

#[test]
fn two_mutexes_in_opposite_orders_deadlock() {
    let verdict = told::builder().check(|| {
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        thread::scope(|s| {
            s.spawn(|| {
                let _a = a.lock().unwrap();
                let _b = b.lock().unwrap();
            });
            let _b = b.lock().unwrap();
            let _a = a.lock().unwrap();
        });
    });
    fails("AB-BA", verdict, FailureKind::Deadlock);
}

#[test]
fn a_loop_that_is_bounded_by_a_large_number_is_no_livelock() {
    let verdict = told::builder().check(|| {
        let flag = AtomicBool::new(false);
        let turns = (0..5_000).take_while(|_| {
            hint::spin_loop();
            !flag.load(Relaxed)
        });
        assert_eq!(turns.count(), 5_000);
    });
    passes("many turns", verdict);
}

/// One thread sets a word and wakes, the other waits for it with a time that may be over at any time.
fn timed(sets: bool) -> Verdict {
    told::builder().check(move || {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || {
            if sets {
                theirs.store(1, Release);
                futex::wake_one(&theirs);
            }
        });
        while word.load(Acquire) == 0 {
            futex::wait_timeout(&word, 0, Duration::from_secs(1));
        }
        other.join().unwrap();
    })
}

#[test]
fn a_timed_wait_in_a_loop_ends_once_the_word_has_changed() {
    passes("set", timed(true));
}

#[test]
fn a_timed_wait_in_a_loop_for_what_never_comes_is_a_livelock() {
    fails("not set", timed(false), FailureKind::Livelock);
}
