//! Chapter 9: condition variables.

use super::handed_over::DEADLOCK;
use crate::{failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::{futex, sync, thread};

#[test]
fn a_word_that_waiters_clear_loses_a_notification_if_there_are_two_of_them() {
    // Each waiter waits for its number, and then counts on.
    let fate = |waiters: u32| {
        failure(move || {
            let (notified, number) = (AtomicU32::new(0), sync::Mutex::new(0));
            let count = || {
                *number.lock().unwrap() += 1;
                notified.store(1, SeqCst);
                futex::wake_all(&notified);
            };
            thread::scope(|scope| {
                for mine in 1..=waiters {
                    let (count, notified, number) = (&count, &notified, &number);
                    scope.spawn(move || {
                        let mut guard = number.lock().unwrap();
                        while *guard < mine {
                            notified.store(0, SeqCst);
                            drop(guard);
                            futex::wait(notified, 0);
                            guard = number.lock().unwrap();
                        }
                        drop(guard);
                        count();
                    });
                }
                count();
            });
        })
    };
    assert_eq!(fate(1), None);
    assert_eq!(fate(2), DEADLOCK);
}

#[test]
fn a_relaxed_counter_that_is_read_under_the_mutex_loses_no_notification() {
    let fate = |under_the_mutex: bool| {
        failure(move || {
            let (counter, is_there) = (AtomicU32::new(0), sync::Mutex::new(false));
            thread::scope(|scope| {
                scope.spawn(|| {
                    *is_there.lock().unwrap() = true;
                    counter.fetch_add(1, Relaxed);
                    futex::wake_one(&counter);
                });
                let mut guard = is_there.lock().unwrap();
                while !*guard {
                    let before = counter.load(Relaxed);
                    drop(guard);
                    let after = counter.load(Relaxed);
                    futex::wait(&counter, if under_the_mutex { before } else { after });
                    guard = is_there.lock().unwrap();
                }
            });
        })
    };
    assert_eq!(fate(true), None);
    assert_eq!(fate(false), DEADLOCK);
}

#[test]
fn a_waiter_that_counts_itself_after_the_unlock_may_be_missed() {
    let fate = |order: Ordering, under_the_mutex: bool| {
        failure(move || {
            let (counter, waiters) = (AtomicU32::new(0), AtomicU32::new(0));
            let is_there = sync::Mutex::new(false);
            thread::scope(|scope| {
                scope.spawn(|| {
                    *is_there.lock().unwrap() = true;
                    let looks = if order == AcqRel { Acquire } else { order };
                    if waiters.load(looks) != 0 {
                        counter.fetch_add(1, order);
                        futex::wake_one(&counter);
                    }
                });
                let mut guard = is_there.lock().unwrap();
                while !*guard {
                    let seen = counter.load(Relaxed);
                    if under_the_mutex {
                        waiters.fetch_add(1, order);
                    }
                    drop(guard);
                    if !under_the_mutex {
                        waiters.fetch_add(1, order);
                    }
                    futex::wait(&counter, seen);
                    waiters.fetch_sub(1, order);
                    guard = is_there.lock().unwrap();
                }
            });
        })
    };
    for order in [Relaxed, AcqRel, SeqCst] {
        assert_eq!(fate(order, false), DEADLOCK);
        assert_eq!(fate(order, true), None);
    }
}

#[test]
fn begun_and_ended_tell_the_truth_only_if_ended_is_read_first_and_acquires() {
    // One wait has begun and goes on. Another begins and ends meanwhile. May the numbers look equal?
    let looks_idle = |ends: Ordering, look: fn(&AtomicU32, &AtomicU32) -> bool| {
        let all = outcomes(move || {
            let (begun, ended) = (AtomicU32::new(1), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    begun.fetch_add(1, Relaxed);
                    ended.fetch_add(1, ends);
                });
                look(&begun, &ended)
            })
        });
        all.contains(&true)
    };
    assert!(looks_idle(SeqCst, |begun, ended| begun.load(SeqCst) == ended.load(SeqCst)));
    let ended_first = |begun: &AtomicU32, ended: &AtomicU32| {
        let ended = ended.load(Acquire);
        begun.load(Relaxed) == ended
    };
    assert!(looks_idle(Relaxed, ended_first));
    assert!(!looks_idle(Release, ended_first));
}
