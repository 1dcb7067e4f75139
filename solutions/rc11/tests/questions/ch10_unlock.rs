//! Chapter 10: what an unlock leaves behind.

use crate::{failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, thread};
use std::collections::BTreeSet;

#[test]
fn a_lock_that_is_handed_over_because_it_says_contended_may_have_no_holder() {
    // 0: unlocked, 1: locked, 2: contended. One thread holds the lock; another one waits for it, gets it, and unlocks last.
    let all = outcomes(|| {
        let (state, handed_over) = (AtomicU32::new(1), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                if state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
                    while state.swap(2, Acquire) != 0 {
                        hint::spin_loop();
                    }
                }
                // It hands over: the lock stays locked.
                if state.compare_exchange(1, 0, Release, Relaxed).is_err() {
                    handed_over.store(1, Release);
                }
            });
            state.swap(0, Release);
        });
        // Both threads have ended.
        (state.load(Relaxed), handed_over.load(Relaxed))
    });
    assert_eq!(all, BTreeSet::from([(0, 0), (2, 1)]));
}

#[test]
fn a_swap_that_unlocks_forgets_who_is_counted() {
    // 1: locked; the rest of the word counts those who wait.
    let left = |unlock: fn(&AtomicU32)| {
        outcomes(move || {
            let state = AtomicU32::new(1);
            thread::scope(|scope| {
                scope.spawn(|| state.fetch_add(2, Relaxed));
                unlock(&state);
            });
            state.load(Relaxed) / 2
        })
    };
    let swap = left(|state| {
        state.swap(0, Release);
    });
    assert_eq!(swap, BTreeSet::from([0, 1]));
    let exchange = left(|state| {
        if state.compare_exchange(1, 0, Release, Relaxed).is_err() {
            state.fetch_sub(1, Release);
        }
    });
    assert_eq!(exchange, BTreeSet::from([1]));
}

#[test]
fn who_looks_at_a_lock_after_the_unlock_may_find_it_freed() {
    let program = |looks_again: bool| {
        move || {
            let (state, lock) = (AtomicU32::new(1), Watch::new());
            thread::scope(|scope| {
                // The next holder is the last one, and frees the lock.
                scope.spawn(|| {
                    if state.compare_exchange(0, 1, Acquire, Relaxed).is_ok() {
                        lock.write();
                    }
                });
                lock.read();
                state.store(0, Release);
                if looks_again {
                    lock.read();
                }
            });
        }
    };
    assert_eq!(failure(program(false)), None);
    assert_eq!(failure(program(true)), Some(FailureKind::Race));
}
