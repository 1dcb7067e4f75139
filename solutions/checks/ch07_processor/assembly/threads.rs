//! The lock, tried with real threads.

use super::subject::SpinLock;
use super::sync::{arch, cell::UnsafeCell};
use grader::{Shared, time_of_others};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

/// For so long the other thread runs while the lock is held. This is its own processor time, so a busy machine takes nothing away: a
/// `lock` that gives up before has returned when it is over.
const ITS_CHANCE: Duration = Duration::from_millis(100);

/// A `lock` that sleeps while it waits uses next to no processor time. After so many naps of a millisecond, it has had its chance.
const NAPS: usize = 10_000;

/// For so long a waiter is listened to.
const A_LOOK: Duration = Duration::from_millis(1);

/// The assembly that `lock` runs from when it has to wait until it has the lock. Nothing if it does not get it: another check is about
/// that.
pub fn noted_while_it_waits() -> Vec<&'static str> {
    let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    let (lock, steps) = &*shared;
    lock.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (lock, steps) = &*theirs;
        steps.store(1, SeqCst);
        let noted = arch::noted(|| lock.lock());
        steps.store(2, SeqCst);
        noted
    });
    while steps.load(SeqCst) == 0 {
        thread::yield_now();
    }
    let nap_until = |is_over: &dyn Fn() -> bool| {
        (0..NAPS).any(|_| {
            thread::sleep(Duration::from_millis(1));
            is_over()
        })
    };
    let start = time_of_others();
    nap_until(&|| time_of_others().saturating_sub(start) > A_LOOK);
    lock.unlock();
    match nap_until(&|| steps.load(SeqCst) == 2) {
        true => other.join().expect("the other thread does not panic"),
        false => Vec::new(),
    }
}

pub fn waits() {
    let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    let (lock, steps) = &*shared;
    lock.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (lock, steps) = &*theirs;
        steps.store(1, SeqCst);
        lock.lock();
        steps.store(2, SeqCst);
        lock.unlock();
    });
    while steps.load(SeqCst) == 0 {
        thread::yield_now();
    }
    let start = time_of_others();
    for _ in 0..NAPS {
        thread::sleep(Duration::from_millis(1));
        assert_ne!(steps.load(SeqCst), 2, "`lock` has returned, and another thread holds the lock");
        if time_of_others().saturating_sub(start) > ITS_CHANCE {
            break;
        }
    }
    lock.unlock();
    other.join().expect("the other thread does not panic");
    assert_eq!(
        steps.load(SeqCst),
        2,
        "`unlock` was called, and the thread that waited has not got the lock"
    );
}

const THREADS: u64 = 2;
const ROUNDS: u64 = 5_000;

/// After so many rounds a thread lets others run, with the lock held. Each time may cost a slice of time, on a machine that has much
/// to do.
const TURN: u64 = 50;

/// Whoever has waited has the lock, and not only seen that it was free.
fn waiter_takes_it() {
    let shared = Shared::new((SpinLock::new(), AtomicU32::new(0)));
    let (lock, steps) = &*shared;
    lock.lock();
    let theirs = shared.clone();
    let other = thread::spawn(move || {
        let (lock, steps) = &*theirs;
        steps.store(1, SeqCst);
        lock.lock();
        steps.store(2, SeqCst);
        while steps.load(SeqCst) == 2 {
            thread::yield_now();
        }
        lock.unlock();
    });
    while steps.load(SeqCst) == 0 {
        thread::yield_now();
    }
    // It waits by now.
    let start = time_of_others();
    for _ in 0..NAPS {
        if time_of_others().saturating_sub(start) > ITS_CHANCE {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    lock.unlock();
    while steps.load(SeqCst) == 1 {
        thread::yield_now();
    }
    let is_free = lock.try_lock();
    steps.store(3, SeqCst);
    other.join().expect("the other thread does not panic");
    assert!(
        !is_free,
        "a thread has waited for the lock and `lock` has returned there, and another thread can take it"
    );
}

pub fn stress() {
    waiter_takes_it();
    let shared = Shared::new((SpinLock::new(), UnsafeCell::new(0_u64)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                for round in 0..ROUNDS {
                    shared.0.lock();
                    // SAFETY: what is under test: whoever holds the lock is alone.
                    let sum = unsafe { *shared.1.get() };
                    if round % TURN == 0 {
                        thread::yield_now();
                    }
                    // SAFETY: as above.
                    unsafe { *shared.1.get() = sum + 1 };
                    shared.0.unlock();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("the thread does not panic");
    }
    // SAFETY: all threads have ended.
    let sum = unsafe { *shared.1.get() };
    assert_eq!(
        sum,
        THREADS * ROUNDS,
        "the sum of {THREADS} threads that add 1 {ROUNDS} times each, the lock held"
    );
}
