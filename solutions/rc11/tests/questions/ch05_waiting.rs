//! Chapter 5: receivers and senders that wait.

use super::handed_over::{DEADLOCK, RACE};
use crate::{Thread, failure, two};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, sync, thread};
use std::collections::BTreeSet;

#[test]
fn a_thread_that_locks_its_own_mutex_again_never_gets_it() {
    let fate = failure(|| {
        let mutex = sync::Mutex::new(());
        let _guard = mutex.lock();
        let _again = mutex.lock();
    });
    assert_eq!(fate, DEADLOCK);
}

#[test]
fn a_notification_after_the_unlock_is_not_lost_if_the_change_was_under_the_mutex() {
    let fate = |locks: bool| {
        failure(move || {
            let (mutex, condvar) = (sync::Mutex::new(()), sync::Condvar::new());
            let messages = AtomicU32::new(0);
            thread::scope(|scope| {
                scope.spawn(|| {
                    let guard = locks.then(|| mutex.lock().unwrap());
                    messages.store(1, Relaxed);
                    drop(guard);
                    condvar.notify_one();
                });
                let mut guard = mutex.lock().unwrap();
                while messages.load(Relaxed) == 0 {
                    guard = condvar.wait(guard).unwrap();
                }
            });
        })
    };
    assert_eq!(fate(true), None);
    assert_eq!(fate(false), DEADLOCK);
}

#[test]
fn a_park_before_the_look_may_sleep_beside_the_message() {
    let fate = |looks_first: bool| {
        failure(move || {
            let (state, other) = (AtomicU32::new(0), AtomicU32::new(0));
            let receiver = thread::current();
            thread::scope(|scope| {
                for word in [&state, &other] {
                    let receiver = &receiver;
                    scope.spawn(move || {
                        word.store(1, Release);
                        receiver.unpark();
                    });
                }
                // Somebody else's code parks on this thread.
                while other.load(Acquire) == 0 {
                    thread::park();
                }
                if !looks_first {
                    thread::park();
                }
                while state.load(Acquire) == 0 {
                    thread::park();
                }
            });
        })
    };
    assert_eq!(fate(false), DEADLOCK);
    assert_eq!(fate(true), None);
}

/// A thread that parks until a word changes, and then reads what was written before.
fn woken(order: Ordering, reads: bool) -> Option<FailureKind> {
    failure(move || {
        let (message, state) = (Watch::new(), AtomicU32::new(0));
        let receiver = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                message.write();
                state.store(1, order);
                receiver.unpark();
            });
            while state.load(Acquire) == 0 {
                thread::park();
            }
            if reads {
                message.read();
            }
        });
    })
}

#[test]
fn a_receiver_that_need_not_park_needs_the_release() {
    assert_eq!(woken(Relaxed, true), RACE);
    assert_eq!(woken(Release, true), None);
}

#[test]
fn a_relaxed_store_before_unpark_is_seen_after_the_park() {
    assert_eq!(woken(Relaxed, false), None);
}

#[test]
fn a_sender_that_waits_may_see_only_the_last_of_two_changes() {
    let send: Thread = |state, _| {
        loop {
            let seen = state.load(Acquire);
            if seen != 0 {
                return seen;
            }
            hint::spin_loop();
        }
    };
    // The message is taken, and then the receiver leaves.
    let receive: Thread = |state, _| {
        state.store(1, Release);
        state.swap(2, Relaxed)
    };
    assert_eq!(two(send, receive), BTreeSet::from([(1, 1), (2, 1)]));
}
