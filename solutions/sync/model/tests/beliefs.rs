//! The proofs of the book's page "What people believe".

use impls::impls;
use rc11::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{self, Acquire, Relaxed, Release},
};
use rc11::cell::{Probe, UnsafeCell};
use rc11::{Builder, hint, model, thread};
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// Data that is not protected by anything; the checker watches each access.
struct Data(UnsafeCell<Probe>);

// SAFETY: the checker reports the first access that is not ordered, before anything comes of it.
unsafe impl Sync for Data {}

impl Data {
    fn new() -> Self {
        Self(UnsafeCell::new(Probe::new(0)))
    }

    fn write(&self, value: u32) {
        // SAFETY: as above.
        unsafe { (*self.0.get()).set(value) }
    }

    fn read(&self) -> u32 {
        // SAFETY: as above.
        unsafe { (*self.0.get()).get() }
    }
}

/// Does some execution of `f` have a data race?
fn has_a_data_race(f: impl Fn() + Send + Sync + 'static) -> bool {
    match Builder::new().check(f) {
        Ok(_) => false,
        Err(failure) => {
            let words = failure.to_string();
            assert!(words.contains("data race"), "{words}");
            true
        }
    }
}

// ANCHOR: poisoned
#[test]
fn poisoned_lock_can_be_locked_again_and_cleared() {
    let lock = Arc::new(std::sync::Mutex::new(1));
    let theirs = Arc::clone(&lock);
    let panics = std::thread::spawn(move || {
        let _held = theirs.lock();
        std::panic::resume_unwind(Box::new("with the lock held"));
    });
    assert!(panics.join().is_err());
    for expected in [1, 2] {
        // Poisoned, and locked all the same: the guard is in the error.
        let mut data = lock.lock().unwrap_err().into_inner();
        assert_eq!(*data, expected);
        *data += 1;
    }
    lock.clear_poison();
    assert_eq!(*lock.lock().unwrap(), 3);
}
// ANCHOR_END: poisoned

// ANCHOR: failed_exchange
/// Another thread publishes. This one learns of it from a `compare_exchange` that *fails*: it stores nothing.
fn learns_from_a_failure(failure: Ordering) {
    let shared = Arc::new((Data::new(), AtomicU32::new(0)));
    let theirs = Arc::clone(&shared);
    let other = thread::spawn(move || {
        theirs.0.write(1);
        theirs.1.store(1, Release);
    });
    if shared.1.compare_exchange(0, 2, Relaxed, failure) == Err(1) {
        assert_eq!(shared.0.read(), 1);
    }
    other.join().unwrap();
}

#[test]
fn load_of_a_failed_exchange_orders_or_does_not() {
    assert!(!has_a_data_race(|| learns_from_a_failure(Acquire)));
    assert!(has_a_data_race(|| learns_from_a_failure(Relaxed)));
}
// ANCHOR_END: failed_exchange

// ANCHOR: counter
#[test]
fn relaxed_counter_loses_nothing() {
    model(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| count.fetch_add(1, Relaxed));
            }
        });
        // The end of the scope orders what its threads did before this load.
        assert_eq!(count.load(Relaxed), 3);
    });
}
// ANCHOR_END: counter

// ANCHOR: release_counter
#[test]
fn release_on_a_counter_orders_nothing_for_a_relaxed_reader() {
    assert!(has_a_data_race(|| {
        let shared = Arc::new((Data::new(), AtomicU32::new(0)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.0.write(1);
            theirs.1.fetch_add(1, Release);
        });
        if shared.1.load(Relaxed) == 1 {
            shared.0.read();
        }
        other.join().unwrap();
    }));
}
// ANCHOR_END: release_counter

// ANCHOR: lost_update
#[test]
fn load_and_store_lose_an_update_without_a_data_race() {
    let failure = Builder::new().check(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..2 {
                // Two operations, each of them atomic, as `x = x + 1` of a volatile variable would be at best.
                scope.spawn(|| count.store(count.load(Relaxed) + 1, Relaxed));
            }
        });
        assert_eq!(count.load(Relaxed), 2, "an increment was lost");
    });
    assert!(failure.unwrap_err().to_string().contains("an increment was lost"));
}
// ANCHOR_END: lost_update

// ANCHOR: sleep
#[test]
fn waiting_for_a_while_orders_nothing() {
    assert!(has_a_data_race(|| {
        let data = Arc::new(Data::new());
        let theirs = Arc::clone(&data);
        let other = thread::spawn(move || theirs.write(1));
        // To the checker a sleep is this: the others may have run in the meantime, or not.
        thread::yield_now();
        data.read();
        other.join().unwrap();
    }));
}

#[test]
fn waiting_for_a_flag_orders_what_the_flag_publishes() {
    assert!(!has_a_data_race(|| {
        let shared = Arc::new((Data::new(), AtomicBool::new(false)));
        let theirs = Arc::clone(&shared);
        let other = thread::spawn(move || {
            theirs.0.write(1);
            theirs.1.store(true, Release);
        });
        while !shared.1.load(Acquire) {
            hint::spin_loop();
        }
        assert_eq!(shared.0.read(), 1);
        other.join().unwrap();
    }));
}
// ANCHOR_END: sleep

// ANCHOR: arc
#[test]
fn arc_makes_nothing_safe_to_share_that_is_not() {
    assert!(impls!(Arc<u32>: Send & Sync));
    assert!(!impls!(Arc<Cell<u32>>: Send));
    assert!(!impls!(Arc<RefCell<u32>>: Send));
}
// ANCHOR_END: arc

// ANCHOR: unpark
#[test]
fn unpark_before_park_is_not_lost() {
    model(|| {
        // Twice is once: there is one token.
        thread::current().unpark();
        thread::current().unpark();
        thread::park();
    });
}
// ANCHOR_END: unpark

// ANCHOR: detached
#[test]
fn thread_whose_handle_is_dropped_runs_on() {
    model(|| {
        let done = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&done);
        {
            let _handle = thread::spawn(move || theirs.store(true, Relaxed));
        }
        while !done.load(Relaxed) {
            hint::spin_loop();
        }
    });
}
// ANCHOR_END: detached

// ANCHOR: forgotten
#[test]
fn forgotten_guard_is_safe_and_keeps_the_lock() {
    let lock = std::sync::Mutex::new(1);
    std::mem::forget(lock.lock());
    assert!(lock.try_lock().is_err());
    assert!(!lock.is_poisoned());
}
// ANCHOR_END: forgotten
