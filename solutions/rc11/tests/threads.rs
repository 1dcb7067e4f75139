//! Threads: who they are, how they end, and what each has of its own.

mod told;

use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use rc11::cell::Probe;
use rc11::sync::{Condvar, mpsc};
use rc11::{FailureKind, Report, futex, model, thread};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What came of the executions: the value that each returned, once.
fn outcomes<T: Ord + Send + 'static>(f: fn() -> T) -> BTreeSet<T> {
    let found: Arc<Mutex<BTreeSet<T>>> = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().check(move || {
        // Not with the lock held: an execution may be abandoned.
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert!(report.unwrap().complete);
    std::mem::take(&mut *found.lock().unwrap())
}

fn explored(f: fn()) -> Report {
    told::builder().check(f).unwrap()
}

#[test]
fn any_number_of_threads_may_live_one_after_the_other() {
    let report = explored(|| {
        let total = Arc::new(AtomicU32::new(0));
        for _ in 0..30 {
            let theirs = total.clone();
            thread::spawn(move || theirs.fetch_add(1, Relaxed)).join().unwrap();
        }
        assert_eq!(total.load(Relaxed), 30);
    });
    assert_eq!((report.executions, report.blocked), (1, 0));
}

#[test]
fn eight_threads_may_live_at_one_time_and_not_nine() {
    fn live(threads: usize) {
        let all: Vec<_> = (1..threads).map(|_| thread::spawn(|| {})).collect();
        all.into_iter().for_each(|one| one.join().unwrap());
    }
    model(|| live(8));
    let failure = told::builder().check(|| live(9)).unwrap_err();
    assert!(failure.message.contains("at most 8 threads at one time"), "{failure}");
    assert!(failure.kind.is_undecided(), "the limit is the checker's");
}

#[test]
fn pairs_of_threads_in_turn_have_all_their_executions() {
    let report = explored(|| {
        let word = Arc::new(AtomicU32::new(0));
        for _ in 0..4 {
            let pair = [0, 1].map(|_| {
                let word = word.clone();
                thread::spawn(move || word.fetch_add(1, Relaxed))
            });
            pair.into_iter().for_each(|one| assert!(one.join().is_ok()));
        }
    });
    // Two orders for each pair.
    assert_eq!(report.executions, 16);
}

/// A number that is published by a word.
struct Published {
    word: AtomicU32,
    number: UnsafeCell<Probe>,
}

// SAFETY: what the test is about: nothing keeps the threads apart.
unsafe impl Sync for Published {}

/// What comes of: a thread makes a release fence and ends; the next one, which is started after a join, stores relaxed.
fn fence_of_the_thread_before(threads_before: usize) -> FailureKind {
    let failure = told::builder().check(move || {
        let shared = Arc::new(Published { word: AtomicU32::new(0), number: Probe::new(0).into() });
        let theirs = shared.clone();
        let reader = thread::spawn(move || {
            if theirs.word.load(Acquire) == 1 {
                // SAFETY: none: it races.
                unsafe { (*theirs.number.get()).get() };
            }
        });
        // SAFETY: the reader waits for the store, which orders nothing.
        unsafe { (*shared.number.get()).set(1) };
        for _ in 0..threads_before {
            thread::spawn(|| rc11::atomic::fence(Release)).join().unwrap();
        }
        let theirs = shared.clone();
        thread::spawn(move || theirs.word.store(1, Relaxed)).join().unwrap();
        reader.join().unwrap();
    });
    failure.unwrap_err().kind
}

#[test]
fn fence_is_not_that_of_the_next_thread_in_its_place() {
    for threads_before in [0, 1, 9] {
        assert_eq!(fence_of_the_thread_before(threads_before), FailureKind::Race);
    }
}

#[test]
fn threads_have_ids_and_names_of_their_own() {
    model(|| {
        let mut ids = BTreeSet::new();
        for _ in 0..10 {
            let named = thread::Builder::new().name("worker".into()).stack_size(1 << 16);
            let other = named.spawn(thread::current).unwrap();
            let id = format!("{:?}", other.thread().id());
            let seen = other.join().unwrap();
            assert_eq!((format!("{:?}", seen.id()), seen.name()), (id.clone(), Some("worker")));
            assert_ne!(seen.id(), thread::current().id());
            assert!(ids.insert(id));
        }
        assert_eq!(thread::current().name(), Some("main"));
        assert_eq!(thread::spawn(thread::current).join().unwrap().name(), None);
    });
}

#[test]
fn token_goes_to_the_thread_that_it_is_meant_for() {
    model(|| {
        for _ in 0..9 {
            let ended = thread::spawn(thread::current).join().unwrap();
            let other = thread::spawn(thread::park);
            ended.unpark();
            other.thread().unpark();
            other.join().unwrap();
        }
    });
    let failure = told::builder().check(|| {
        for _ in 0..9 {
            let ended = thread::spawn(thread::current).join().unwrap();
            let other = thread::spawn(thread::park);
            ended.unpark();
            other.join().unwrap();
        }
    });
    assert_eq!(failure.unwrap_err().kind, FailureKind::Deadlock);
}

#[test]
fn thread_may_be_seen_to_have_ended_or_not() {
    let seen = outcomes(|| {
        let other = thread::spawn(|| {});
        let early = other.is_finished();
        let late = other.is_finished();
        other.join().unwrap();
        (early, late)
    });
    // Once it has ended, it stays so.
    assert_eq!(seen, BTreeSet::from([(false, false), (false, true), (true, true)]));
}

#[test]
fn end_that_is_seen_orders_nothing() {
    let seen = outcomes(|| {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || theirs.store(1, Relaxed));
        let seen = (other.is_finished(), word.load(Relaxed));
        other.join().unwrap();
        assert_eq!(word.load(Relaxed), 1);
        seen
    });
    assert_eq!(seen, BTreeSet::from([(false, 0), (false, 1), (true, 0), (true, 1)]));
}

#[test]
fn loop_that_waits_for_the_end_of_a_thread_ends() {
    let report = explored(|| {
        let other = thread::spawn(|| {});
        while !other.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        other.join().unwrap();
    });
    assert!(report.complete);
}

#[test]
fn park_with_a_time_may_return_early() {
    let seen = outcomes(|| {
        let word = Arc::new(AtomicU32::new(0));
        let (theirs, main) = (word.clone(), thread::current());
        let other = thread::spawn(move || {
            theirs.store(1, Release);
            main.unpark();
        });
        thread::park_timeout(Duration::from_secs(1));
        let seen = word.load(Acquire);
        other.join().unwrap();
        seen
    });
    assert_eq!(seen, BTreeSet::from([0, 1]));
}

#[test]
fn nobody_wakes_by_the_clock_if_time_stands_still() {
    let sleeps: [fn(); 4] = [
        || thread::park_timeout(Duration::from_secs(1)),
        || {
            let (lock, condvar) = (rc11::sync::Mutex::new(()), Condvar::new());
            drop(condvar.wait_timeout(lock.lock().unwrap(), Duration::from_secs(1)));
        },
        || assert!(!futex::wait_timeout(&AtomicU32::new(0), 0, Duration::from_secs(1))),
        || {
            let (_sender, receiver) = mpsc::channel::<u8>();
            assert!(receiver.recv_timeout(Duration::from_secs(1)).is_err());
        },
    ];
    for sleep in sleeps {
        assert!(told::builder().check(sleep).unwrap().complete);
        let failure = told::builder().time_stands_still(true).check(sleep).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Deadlock);
    }
}

#[test]
fn sleep_orders_nothing() {
    let seen = outcomes(|| {
        let word = Arc::new(AtomicU32::new(0));
        let theirs = word.clone();
        let other = thread::spawn(move || theirs.store(1, SeqCst));
        thread::sleep(Duration::from_secs(1_000));
        let seen = word.load(SeqCst);
        other.join().unwrap();
        seen
    });
    assert_eq!(seen, BTreeSet::from([0, 1]));
}

rc11::thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(1) };
    static NAMES: RefCell<Vec<&'static str>> = RefCell::new(vec!["first"]);
}

#[test]
fn each_thread_has_values_of_its_own_in_each_execution() {
    model(|| {
        let word = Arc::new(AtomicU32::new(0));
        let others = [0, 1].map(|_| {
            let word = word.clone();
            thread::spawn(move || {
                COUNT.set(COUNT.get() + 1);
                NAMES.with_borrow_mut(|names| names.push("second"));
                word.fetch_add(1, Relaxed);
                (COUNT.get(), NAMES.take().len())
            })
        });
        assert_eq!((COUNT.get(), NAMES.with_borrow(Vec::len)), (1, 1));
        for other in others {
            assert_eq!(other.join().unwrap(), (2, 2));
        }
        COUNT.set(9);
    });
}

#[test]
fn values_of_a_thread_are_dropped_before_its_end_is_seen() {
    struct Count(Arc<AtomicU32>);
    impl Drop for Count {
        fn drop(&mut self) {
            assert!(MINE.try_with(|_| ()).is_err());
            self.0.fetch_add(1, Relaxed);
        }
    }
    rc11::thread_local! {
        static MINE: RefCell<Option<Count>> = RefCell::new(None);
    }
    model(|| {
        let dropped = Arc::new(AtomicU32::new(0));
        for round in 1..=10 {
            let theirs = dropped.clone();
            thread::spawn(move || MINE.set(Some(Count(theirs)))).join().unwrap();
            assert_eq!(dropped.load(Relaxed), round);
        }
    });
}

#[test]
fn scope_waits_for_threads_that_its_threads_start() {
    let report = explored(|| {
        let word = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    scope.spawn(|| word.fetch_add(1, Relaxed));
                });
            }
            thread::Builder::new().spawn_scoped(scope, || word.fetch_add(1, Relaxed)).unwrap();
        });
        assert_eq!(word.load(Relaxed), 3);
    });
    assert_eq!(report.executions, 6);
}

#[test]
fn scopes_in_turn_may_have_any_number_of_threads() {
    model(|| {
        let word = AtomicU32::new(0);
        for _ in 0..10 {
            thread::scope(|scope| {
                scope.spawn(|| word.fetch_add(1, Relaxed));
            });
        }
        assert_eq!(word.load(Relaxed), 10);
    });
}

fn store_buffering() {
    let words = [AtomicU32::new(0), AtomicU32::new(0)];
    thread::scope(|scope| {
        for me in 0..2 {
            let words = &words;
            scope.spawn(move || {
                words[me].store(1, Release);
                rc11::atomic::fence(SeqCst);
                words[1 - me].load(Acquire)
            });
        }
    });
}

fn three_at_a_lock() {
    let (lock, sum) = (rc11::sync::Mutex::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                *lock.lock().unwrap() += 1;
                let _ = sum.compare_exchange_weak(0, 1, Release, Relaxed);
            });
        }
    });
}

fn sleeper_and_waker() {
    let word = AtomicU32::new(0);
    thread::scope(|scope| {
        let sleeper = scope.spawn(|| {
            while word.load(Acquire) == 0 {
                rc11::futex::wait(&word, 0);
            }
            thread::park();
        });
        word.store(1, Release);
        rc11::futex::wake_all(&word);
        sleeper.thread().unpark();
    });
}

/// A program has the same executions whether its threads are the first ones or have the places of others.
#[test]
fn place_of_a_thread_makes_no_difference() {
    for program in [store_buffering, three_at_a_lock, sleeper_and_waker] {
        let after = |others: usize| {
            let builder = told::builder().spurious_failures(1).spurious_wakes(1);
            let report = builder.check(move || {
                for _ in 0..others {
                    thread::spawn(|| {
                        let word = AtomicU32::new(0);
                        let _ = word.compare_exchange(1, 2, SeqCst, Relaxed);
                        rc11::atomic::fence(SeqCst);
                    })
                    .join()
                    .unwrap();
                }
                program();
            });
            let report = report.unwrap();
            (report.executions, report.blocked, report.complete)
        };
        let alone = after(0);
        for others in 5..=9 {
            assert_eq!(after(others), alone, "{others}");
        }
    }
}

#[test]
fn what_a_thread_of_a_scope_returns_to_nobody_is_dropped_by_the_scope() {
    struct Adds<'a>(&'a AtomicU32);
    impl Drop for Adds<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }
    let report = explored(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| Adds(&count));
            }
        });
        assert_eq!(count.load(Relaxed), 2);
    });
    assert_eq!(report.executions, 1);
}

#[test]
fn main_thread_comes_last_in_the_first_execution_where_that_is_asked_for_and_none_is_lost() {
    // What the other thread has read in each execution, in the order in which they came.
    let found = |main_last| {
        let found: Arc<Mutex<Vec<u32>>> = Arc::default();
        let sink = found.clone();
        let report = told::builder().main_last(main_last).check(move || {
            let word = Arc::new(AtomicU32::new(0));
            let theirs = word.clone();
            let other = thread::spawn(move || theirs.load(Relaxed));
            word.store(1, Relaxed);
            let read = other.join().unwrap();
            sink.lock().unwrap().push(read);
        });
        assert!(report.unwrap().complete);
        std::mem::take(&mut *found.lock().unwrap())
    };
    assert_eq!(found(false), [1, 0]);
    assert_eq!(found(true), [0, 1]);
}
