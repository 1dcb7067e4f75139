//! Chapter 9: mutexes that sleep.

use super::handed_over::{DEADLOCK, RACE};
use crate::failure;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, futex, thread};
use std::ptr;

/// A thread that unlocks a lock in state 1, and `waiters` that lock it and unlock it again.
fn hand_over(
    waiters: u32,
    lock: impl Fn(&AtomicU32) + Send + Sync + 'static,
    unlock: impl Fn(&AtomicU32) + Send + Sync + 'static,
) -> Option<FailureKind> {
    failure(move || {
        let state = AtomicU32::new(1);
        thread::scope(|scope| {
            for _ in 0..waiters {
                scope.spawn(|| {
                    lock(&state);
                    unlock(&state);
                });
            }
            unlock(&state);
        });
    })
}

#[test]
fn a_wake_up_before_the_unlock_is_lost() {
    let fate = |wakes_first: bool| {
        let lock = |state: &AtomicU32| {
            while state.swap(1, Acquire) != 0 {
                futex::wait(state, 1);
            }
        };
        let unlock = move |state: &AtomicU32| {
            if wakes_first {
                futex::wake_one(state);
            }
            state.store(0, Release);
            if !wakes_first {
                futex::wake_one(state);
            }
        };
        hand_over(1, lock, unlock)
    };
    assert_eq!(fate(true), DEADLOCK);
    assert_eq!(fate(false), None);
}

/// Locks a mutex of three states. After a sleep, `again` may take the lock first.
fn lock_with(again: fn(&AtomicU32) -> bool) -> impl Fn(&AtomicU32) {
    move |state| {
        if state.compare_exchange(0, 1, Acquire, Relaxed).is_ok() {
            return;
        }
        while state.swap(2, Acquire) != 0 {
            futex::wait(state, 2);
            if again(state) {
                return;
            }
        }
    }
}

fn unlock_and_wake(state: &AtomicU32) {
    if state.swap(0, Release) == 2 {
        futex::wake_one(state);
    }
}

#[test]
fn a_woken_thread_that_locks_as_1_forgets_the_other_sleeper() {
    let as_1 = |state: &AtomicU32| state.compare_exchange(0, 1, Acquire, Relaxed).is_ok();
    assert_eq!(hand_over(1, lock_with(as_1), unlock_and_wake), None);
    assert_eq!(hand_over(2, lock_with(as_1), unlock_and_wake), DEADLOCK);
    assert_eq!(hand_over(2, lock_with(|_| false), unlock_and_wake), None);
}

#[test]
fn a_look_and_then_a_store_wipe_out_the_mark_of_a_waiter() {
    let unlock = |state: &AtomicU32| {
        let seen = state.load(SeqCst);
        state.store(0, SeqCst);
        if seen == 2 {
            futex::wake_one(state);
        }
    };
    assert_eq!(hand_over(1, lock_with(|_| false), unlock), DEADLOCK);
}

#[test]
fn a_release_fence_leaves_out_the_unlock_that_follows_it() {
    // The next holder reads what the last one has written to the data, or it frees the mutex.
    let fate = |unlock: fn(&AtomicU32), frees: bool| {
        failure(move || {
            let data = Watch::new();
            let state: &AtomicU32 = Box::leak(Box::new(AtomicU32::new(1)));
            thread::scope(|scope| {
                scope.spawn(|| {
                    data.write();
                    unlock(state);
                });
                if state.swap(2, Acquire) != 0 {
                    return;
                }
                data.read();
                if frees {
                    // SAFETY: it is from a box, and the other thread is done with it.
                    rc11::free(unsafe { Box::from_raw(ptr::from_ref(state).cast_mut()) });
                }
            });
        })
    };
    let fences: fn(&AtomicU32) = |state| {
        fence(Release);
        state.swap(0, Relaxed);
    };
    let releases: fn(&AtomicU32) = |state| _ = state.swap(0, Release);
    assert_eq!(fate(fences, false), None);
    assert_eq!(fate(fences, true), RACE);
    assert_eq!(fate(releases, true), None);
}

#[test]
fn a_thread_that_is_woken_has_to_acquire_all_the_same() {
    let fate = |order| {
        failure(move || {
            let (state, data) = (AtomicU32::new(0), Watch::new());
            let work = || {
                while state.swap(1, order) != 0 {
                    futex::wait(&state, 1);
                }
                data.write();
                state.store(0, Release);
                futex::wake_one(&state);
            };
            thread::scope(|scope| {
                scope.spawn(work);
                work();
            });
        })
    };
    assert_eq!(fate(Relaxed), RACE);
    assert_eq!(fate(Acquire), None);
}
