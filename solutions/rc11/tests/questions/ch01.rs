//! Chapter 1: locks, condition variables and threads of the standard library.

use crate::{both, failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Relaxed, SeqCst};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, sync, thread};
use std::collections::BTreeSet;

/// A producer with two items, and two consumers of one each, who share a place for one item and a condition variable.
fn one_condition_variable(notify: fn(&sync::Condvar)) {
    let (full, changed) = (sync::Mutex::new(false), sync::Condvar::new());
    let change = |to: bool| {
        let guard = full.lock().unwrap();
        let mut guard = changed.wait_while(guard, |is| *is == to).unwrap();
        *guard = to;
        notify(&changed);
    };
    thread::scope(|scope| {
        scope.spawn(|| change(false));
        scope.spawn(|| change(false));
        change(true);
        change(true);
    });
}

#[test]
fn a_shared_condition_variable_wakes_the_wrong_side() {
    let one = failure(|| one_condition_variable(sync::Condvar::notify_one));
    let all = failure(|| one_condition_variable(sync::Condvar::notify_all));
    assert_eq!((one, all), (Some(FailureKind::Deadlock), None));
}

#[test]
fn a_notification_after_the_unlock_is_not_lost() {
    let found = failure(|| {
        let (ready, changed) = (sync::Mutex::new(false), sync::Condvar::new());
        both(
            || {
                *ready.lock().unwrap() = true;
                changed.notify_one();
            },
            || changed.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap(),
        );
    });
    // The change is made without the lock.
    let unlocked = failure(|| {
        let (ready, changed) = (AtomicU32::new(0), sync::Condvar::new());
        let lock = sync::Mutex::new(());
        both(
            || {
                ready.store(1, SeqCst);
                changed.notify_one();
            },
            || changed.wait_while(lock.lock().unwrap(), |()| ready.load(SeqCst) == 0).unwrap(),
        );
    });
    assert_eq!((found, unlocked), (None, Some(FailureKind::Deadlock)));
}

#[test]
fn what_a_thread_does_happens_before_the_join_that_waits_for_it() {
    fn finish(wait: fn(&AtomicU32, thread::ScopedJoinHandle<'_, ()>)) {
        let (data, done) = (Watch::new(), AtomicU32::new(0));
        thread::scope(|scope| {
            let job = scope.spawn(|| {
                data.write();
                done.fetch_add(1, Relaxed);
            });
            wait(&done, job);
            data.read();
        });
    }
    let counted = failure(|| {
        finish(|done, _| {
            while done.load(Relaxed) == 0 {
                hint::spin_loop();
            }
        });
    });
    assert_eq!(failure(|| finish(|_, job| job.join().unwrap())), None);
    assert_eq!(counted, Some(FailureKind::Race));
}

#[test]
fn two_critical_sections_make_two_values() {
    let all = outcomes(|| {
        let place = sync::Mutex::new(None);
        let get = |mine: u32| {
            if let Some(value) = *place.lock().unwrap() {
                return value;
            }
            *place.lock().unwrap() = Some(mine);
            mine
        };
        thread::scope(|scope| {
            let other = scope.spawn(|| get(2));
            (get(1), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(1, 1), (1, 2), (2, 2)]));
}

#[test]
fn two_unparks_before_a_park_are_one() {
    fn parks(times: usize) -> Option<FailureKind> {
        failure(move || {
            let consumer = thread::current();
            let producer = thread::spawn(move || {
                consumer.unpark();
                consumer.unpark();
            });
            producer.join().unwrap();
            (0..times).for_each(|_| thread::park());
        })
    }
    assert_eq!((parks(1), parks(2)), (None, Some(FailureKind::Deadlock)));
}

#[test]
fn a_poisoned_guard_lives_to_the_end_of_the_match() {
    let found = failure(|| {
        let lock = sync::Mutex::new(());
        let _ = rc11::attempt(|| {
            let _guard = lock.lock().unwrap();
            rc11::panic_quietly("on purpose");
        });
        match lock.lock() {
            Ok(_) => {}
            Err(_) => {
                lock.clear_poison();
                drop(lock.lock());
            }
        }
    });
    assert_eq!(found, Some(FailureKind::Deadlock));
}

#[test]
fn a_reader_that_asks_for_the_write_lock_waits_for_itself() {
    fn asks(lets_go: bool) -> Option<FailureKind> {
        failure(move || {
            let lock = sync::RwLock::new(0);
            let seen = lock.read().unwrap();
            let old = *seen;
            if lets_go {
                drop(seen);
                *lock.write().unwrap() = old + 1;
            } else {
                *lock.write().unwrap() = old + 1;
                drop(seen);
            }
        })
    }
    assert_eq!((asks(true), asks(false)), (None, Some(FailureKind::Deadlock)));
}

#[test]
fn an_unpark_after_the_unlock_is_not_lost() {
    let mailbox = |puts_it_in_first: bool| {
        failure(move || {
            let place = sync::Mutex::new((false, None::<thread::Thread>));
            let receive = || {
                loop {
                    let mut place = place.lock().unwrap();
                    if place.0 {
                        return;
                    }
                    place.1 = Some(thread::current());
                    drop(place);
                    thread::park();
                }
            };
            let send = || {
                let take = || place.lock().unwrap().1.take();
                let early = if puts_it_in_first { None } else { take() };
                let mut guard = place.lock().unwrap();
                guard.0 = true;
                let receiver = early.or_else(|| guard.1.take().filter(|_| puts_it_in_first));
                drop(guard);
                if let Some(receiver) = receiver {
                    receiver.unpark();
                }
            };
            both(send, receive);
        })
    };
    assert_eq!(mailbox(true), None);
    // The handle is taken out in an earlier critical section.
    assert_eq!(mailbox(false), Some(FailureKind::Deadlock));
}
