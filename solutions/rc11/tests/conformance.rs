//! Programs about which another tool was publicly found to be wrong: our verdict on each. The page `conformance` of the book tells
//! of them; the links are to where they were reported. The programs are written anew.

mod told;

use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicBool, AtomicU32, fence};
use rc11::cell::Probe;
use rc11::sync::Mutex;
use rc11::{hint, thread};
use std::cell::UnsafeCell;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What the executions return, each value once.
fn outcomes<T: Ord + Send + 'static>(f: impl Fn() -> T + Send + Sync + 'static) -> BTreeSet<T> {
    let found: Arc<std::sync::Mutex<BTreeSet<T>>> =
        Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().check(move || {
        let outcome = f();
        sink.lock().unwrap().insert(outcome);
    });
    assert!(report.unwrap().complete);
    std::mem::take(&mut *found.lock().unwrap())
}

/// Passes, and nothing was left out.
fn passes(f: impl Fn() + Send + Sync + 'static) {
    let report = told::builder().check(f).unwrap();
    assert!(report.complete);
}

/// What a thread does with two words; it returns two values.
type Thread = fn(&AtomicU32, &AtomicU32) -> (u32, u32);

/// Two words, and threads that use them.
fn with_two<const N: usize>(threads: [Thread; N]) -> [(u32, u32); N] {
    let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        let (x, y) = (&x, &y);
        threads.map(|f| scope.spawn(move || f(x, y))).map(|other| other.join().unwrap())
    })
}

// https://github.com/tokio-rs/loom/issues/166: with a load more, which nobody looks at, executions were not explored.
#[test]
fn a_load_that_nobody_looks_at_takes_no_outcome_away() {
    fn of(looks: bool) -> BTreeSet<(u32, u32)> {
        outcomes(move || {
            let (key, value) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    key.store(1, SeqCst);
                    value.store(1, SeqCst);
                    value.store(0, SeqCst);
                    if looks {
                        key.load(SeqCst);
                    }
                    key.store(0, SeqCst);
                });
                (value.load(SeqCst), key.load(SeqCst))
            })
        })
    }
    let all = BTreeSet::from([(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert_eq!(of(false), all);
    assert_eq!(of(true), all);
}

// https://github.com/tokio-rs/loom/issues/180: sequentially consistent accesses were taken for weaker ones.
#[test]
fn seq_cst_accesses_forbid_store_buffering() {
    passes(|| {
        let store_then_load = |mine: &AtomicU32, theirs: &AtomicU32| {
            mine.store(1, SeqCst);
            theirs.load(SeqCst)
        };
        let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
        let (a, b) = thread::scope(|scope| {
            let other = scope.spawn(|| store_then_load(&x, &y));
            (store_then_load(&y, &x), other.join().unwrap())
        });
        assert!(a + b > 0, "both went ahead");
    });
}

/// Four threads: two write a word each, two wait for one and look at the other. How many of them saw both?
fn independent_reads(store: Ordering, load: Ordering) -> BTreeSet<u32> {
    outcomes(move || {
        let words = [AtomicBool::new(false), AtomicBool::new(false)];
        let both = AtomicU32::new(0);
        thread::scope(|scope| {
            for word in &words {
                scope.spawn(move || word.store(true, store));
            }
            for first in 0..2 {
                let (words, both) = (&words, &both);
                scope.spawn(move || {
                    while !words[first].load(load) {
                        hint::spin_loop();
                    }
                    if words[1 - first].load(load) {
                        both.fetch_add(1, Relaxed);
                    }
                });
            }
        });
        both.load(Relaxed)
    })
}

// https://github.com/tokio-rs/loom/issues/191: the search did not end.
#[test]
fn independent_reads_are_in_one_order_with_seq_cst() {
    assert_eq!(independent_reads(SeqCst, SeqCst), BTreeSet::from([1, 2]));
}

#[test]
fn independent_reads_are_in_no_order_with_acquire() {
    assert_eq!(independent_reads(Release, Acquire), BTreeSet::from([0, 1, 2]));
}

// https://github.com/tokio-rs/loom/issues/254: a store came between a read-modify-write and what it had read.
// https://github.com/tokio-rs/loom/issues/389: the same, beside a join.
// ANCHOR: halves
fn swap_and_store(order: Ordering) {
    let flag = Arc::new(AtomicBool::new(false));
    let theirs = flag.clone();
    let other = thread::spawn(move || theirs.swap(false, order));
    flag.store(true, order);
    let before = other.join().unwrap();
    assert!(before || flag.load(order), "the store is lost");
}
// ANCHOR_END: halves

#[test]
fn nothing_comes_between_the_halves_of_a_read_modify_write() {
    for order in [Relaxed, SeqCst] {
        passes(move || swap_and_store(order));
    }
}

// https://github.com/tokio-rs/loom/issues/162: a spin lock, whose loop had more branches than the limit.
#[test]
fn spin_lock_is_decided() {
    struct Lock {
        locked: AtomicBool,
        data: UnsafeCell<Probe>,
    }
    // SAFETY: what the model is about: the lock keeps the threads apart.
    unsafe impl Sync for Lock {}
    impl Lock {
        fn add(&self) {
            while self.locked.swap(true, Acquire) {
                hint::spin_loop();
            }
            // SAFETY: as above.
            unsafe { (*self.data.get()).add(1) };
            self.locked.store(false, Release);
        }
    }
    passes(|| {
        let lock = Arc::new(Lock { locked: AtomicBool::new(false), data: Probe::new(0).into() });
        let theirs = lock.clone();
        let other = thread::spawn(move || theirs.add());
        lock.add();
        other.join().unwrap();
    });
}

// https://github.com/tokio-rs/loom/issues/282: a thread saw the values of one variable in another order than they had.
#[test]
fn all_threads_see_the_values_of_a_variable_in_one_order() {
    passes(|| {
        let word = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| word.store(1, Relaxed));
            let swap = scope.spawn(|| word.swap(2, Relaxed));
            let seen = (word.load(Relaxed), word.load(Relaxed));
            let replaced = swap.join().unwrap();
            assert!(replaced == 0 || seen != (2, 1), "2 has replaced 1");
        });
    });
}

// https://github.com/tokio-rs/loom/issues/376: an attempt to lock was a deadlock.
#[test]
fn attempts_to_lock_are_no_deadlock() {
    passes(|| {
        let lock = Arc::new(Mutex::new(0));
        let theirs = lock.clone();
        let other = thread::spawn(move || drop(theirs.try_lock()));
        let held = lock.try_lock();
        other.join().unwrap();
        drop(held);
    });
}

// https://github.com/rust-lang/miri/issues/2301: two readers with fences saw two writers in opposite orders.
#[test]
fn fences_between_reads_forbid_opposite_orders() {
    passes(|| {
        let [_, _, (a, b), (c, d)] = with_two([
            |x, _| (x.swap(1, Relaxed), 0),
            |_, y| (y.swap(1, Relaxed), 0),
            |x, y| {
                let first = x.load(Relaxed);
                fence(SeqCst);
                (first, y.load(Relaxed))
            },
            |x, y| {
                let first = y.load(Relaxed);
                fence(SeqCst);
                (first, x.load(Relaxed))
            },
        ]);
        assert_ne!((a, b, c, d), (1, 0, 1, 0));
    });
}

// The same report: the writes are relaxed, and the reads sequentially consistent. C++20 forbids opposite orders, and RC11 does not,
// since a read that reads from a weaker write is in no order with those of other threads. This is where we follow RC11.
#[test]
fn seq_cst_reads_of_relaxed_writes_are_as_in_rc11() {
    assert_eq!(independent_reads(Relaxed, SeqCst), BTreeSet::from([0, 1, 2]));
}

// https://github.com/rust-lang/miri/issues/5104: a read that comes before a sequentially consistent write.
#[test]
fn read_before_a_seq_cst_write_is_before_it_in_the_order_of_all() {
    passes(|| {
        let [_, (seen, y), (x, _)] = with_two([
            |x, _| {
                x.store(1, Release);
                (0, 0)
            },
            |x, y| {
                let seen = x.load(Relaxed);
                x.store(2, SeqCst);
                (seen, y.load(SeqCst))
            },
            |x, y| {
                y.store(1, SeqCst);
                (x.load(SeqCst), 0)
            },
        ]);
        assert_ne!((seen, y, x), (1, 0, 1));
    });
}

// https://github.com/rust-lang/miri/pull/4057, a comment by O. Lahav: two programs that RC11 forbids.
#[test]
fn fence_orders_what_came_before_by_way_of_another_thread() {
    passes(|| {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let seen = thread::scope(|scope| {
            let first = scope.spawn(|| {
                x.store(1, SeqCst);
                y.load(SeqCst)
            });
            scope.spawn(|| {
                y.store(1, Relaxed);
                z.store(1, Release);
            });
            let last = scope.spawn(|| {
                let z = z.load(Acquire);
                fence(SeqCst);
                (z, x.load(Relaxed))
            });
            (first.join().unwrap(), last.join().unwrap())
        });
        assert_ne!(seen, (0, (1, 0)));
    });
}

#[test]
fn two_fences_order_what_came_before_by_way_of_two_threads() {
    passes(|| {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let seen = thread::scope(|scope| {
            let first = scope.spawn(|| {
                x.store(1, SeqCst);
                y.load(SeqCst)
            });
            let second = scope.spawn(|| {
                y.store(1, Relaxed);
                fence(SeqCst);
                z.load(Relaxed)
            });
            scope.spawn(|| z.store(1, Relaxed));
            let last = scope.spawn(|| {
                let z = z.load(Relaxed);
                fence(SeqCst);
                (z, x.load(Relaxed))
            });
            (first.join().unwrap(), second.join().unwrap(), last.join().unwrap())
        });
        assert_ne!(seen, (0, 0, (1, 0)));
    });
}

// The SC axiom as it is stated in *Repairing Sequential Consistency in C/C++11*: psc_base has `[F^sc] ; hb ; po ; [E^sc]`, and here the
// fence happens before nothing of the second thread but its fence.
#[test]
fn fence_comes_before_what_follows_a_fence_that_it_is_seen_by() {
    passes(|| {
        let (x, y, z) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
        let seen = thread::scope(|scope| {
            scope.spawn(|| {
                x.store(1, Relaxed);
                fence(SeqCst);
                y.store(1, Relaxed);
            });
            let second = scope.spawn(|| {
                let y = y.load(Relaxed);
                fence(Acquire);
                (y, z.load(SeqCst))
            });
            let third = scope.spawn(|| {
                z.store(1, SeqCst);
                x.load(SeqCst)
            });
            (second.join().unwrap(), third.join().unwrap())
        });
        assert_ne!(seen, ((1, 0), 0));
    });
}
