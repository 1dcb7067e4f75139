//! The lock of chapter 7 that is written in assembly, here and on each machine that `ci/cross` runs this crate's tests on. The grader
//! sees only the half that is for the machine at hand.

#[path = "../../../src/ch07_processor/asm_spin_lock.rs"]
mod asm_spin_lock;

use asm_spin_lock::SpinLock;
use std::cell::UnsafeCell;
use std::thread;

const THREADS: u32 = 2;
const ROUNDS: u32 = 20_000;

/// After so many rounds a thread lets others run, with the lock held.
const TURN: u32 = 100;

#[derive(Default)]
struct Counter {
    lock: SpinLock,
    value: UnsafeCell<u32>,
}

// SAFETY: only the holder of the lock accesses the value.
unsafe impl Sync for Counter {}

impl Counter {
    fn increment(&self, round: u32) {
        self.lock.lock();
        // SAFETY: the lock is held. That this is enough is what is tested.
        let value = unsafe { *self.value.get() };
        if round.is_multiple_of(TURN) {
            thread::yield_now();
        }
        // SAFETY: as above.
        unsafe { *self.value.get() = value + 1 };
        self.lock.unlock();
    }
}

#[test]
fn a_lock_that_is_held_is_not_taken_and_one_that_is_freed_is() {
    let lock = SpinLock::new();
    for _ in 0..2 {
        assert!(lock.try_lock());
        assert!(!lock.try_lock());
        lock.unlock();
    }
}

#[test]
fn no_addition_is_lost_under_the_lock() {
    let counter = Counter::default();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|round| counter.increment(round)));
        }
    });
    assert_eq!(counter.value.into_inner(), THREADS * ROUNDS);
}
