//! Chapter 8: a parker, an event, and a queue of sleepers.

use super::handed_over::DEADLOCK;
use crate::failure;
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use rc11::{futex, sync, thread};

const EMPTY: u32 = 0;
const NOTIFIED: u32 = 1;
const PARKED: u32 = 2;

/// A `park` that says with a plain store that it is parked, or that there is no token, or neither.
fn park(state: &AtomicU32, stores_parked: bool, stores_empty: bool) {
    if state.swap(EMPTY, Acquire) == NOTIFIED {
        return;
    }
    if stores_parked {
        state.store(PARKED, Relaxed);
    } else if state.compare_exchange(EMPTY, PARKED, Relaxed, Relaxed).is_err() {
        state.swap(EMPTY, Acquire);
        return;
    }
    while state.load(Acquire) == PARKED {
        futex::wait(state, PARKED);
    }
    if stores_empty {
        state.store(EMPTY, Relaxed);
    } else {
        state.swap(EMPTY, Acquire);
    }
}

#[test]
fn two_plain_stores_of_a_parker_lose_a_token_and_what_it_published() {
    // Two threads unpark; one of them has changed a flag before. The owner parks until it sees that.
    let fate = |stores_parked: bool, stores_empty: bool| {
        failure(move || {
            let (state, flag) = (AtomicU32::new(EMPTY), AtomicU32::new(0));
            let unpark = || {
                if state.swap(NOTIFIED, Release) == PARKED {
                    futex::wake_one(&state);
                }
            };
            thread::scope(|scope| {
                scope.spawn(|| {
                    flag.store(1, Relaxed);
                    unpark();
                });
                scope.spawn(unpark);
                while flag.load(Relaxed) == 0 {
                    park(&state, stores_parked, stores_empty);
                }
            });
        })
    };
    assert_eq!(fate(true, false), DEADLOCK);
    assert_eq!(fate(false, true), DEADLOCK);
    assert_eq!(fate(false, false), None);
}

#[test]
fn one_mark_for_all_sleepers_is_wiped_out_by_the_first_to_go_on() {
    const UNSET: u32 = 0;
    const SET: u32 = 1;
    const AWAITED: u32 = 2;
    // Each thread that is let through sets the event for the next one.
    let fate = |waiters: usize| {
        failure(move || {
            let event = AtomicU32::new(UNSET);
            let set = || {
                if event.swap(SET, Release) == AWAITED {
                    futex::wake_one(&event);
                }
            };
            let wait = || {
                while event.compare_exchange(SET, UNSET, Acquire, Relaxed).is_err() {
                    if event.compare_exchange(UNSET, AWAITED, Relaxed, Relaxed) != Err(SET) {
                        futex::wait(&event, AWAITED);
                    }
                }
            };
            thread::scope(|scope| {
                for _ in 0..waiters {
                    scope.spawn(|| {
                        wait();
                        set();
                    });
                }
                set();
            });
        })
    };
    assert_eq!(fate(1), None);
    assert_eq!(fate(2), DEADLOCK);
}

#[test]
fn a_comparison_before_the_lock_of_the_queue_loses_a_wake_up() {
    let fate = |under_the_lock: bool| {
        failure(move || {
            let (word, woken) = (AtomicU32::new(0), AtomicU32::new(0));
            let queue = sync::Mutex::new(None);
            thread::scope(|scope| {
                scope.spawn(|| {
                    word.store(1, SeqCst);
                    let sleeper: Option<thread::Thread> = queue.lock().unwrap().take();
                    if let Some(sleeper) = sleeper {
                        woken.store(1, SeqCst);
                        sleeper.unpark();
                    }
                });
                if !under_the_lock && word.load(SeqCst) != 0 {
                    return;
                }
                let mut queue = queue.lock().unwrap();
                if under_the_lock && word.load(SeqCst) != 0 {
                    return;
                }
                *queue = Some(thread::current());
                drop(queue);
                while woken.load(SeqCst) == 0 {
                    thread::park();
                }
            });
        })
    };
    assert_eq!(fate(false), DEADLOCK);
    assert_eq!(fate(true), None);
}
