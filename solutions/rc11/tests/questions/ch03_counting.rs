//! Chapter 3: numbers that several threads change, and what they order.

use crate::{both, failure, outcomes, told};
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, thread};
use std::collections::BTreeSet;

#[test]
fn an_atomic_counter_is_right_under_a_lock_that_does_nothing() {
    let all = outcomes(|| {
        let counter = AtomicU32::new(0);
        both(|| counter.fetch_add(1, Relaxed), || counter.fetch_add(1, Relaxed));
        counter.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([2]));
}

/// A lock whose threads draw a number of one bit.
#[derive(Default)]
struct Tickets {
    next: AtomicU32,
    serving: AtomicU32,
}

impl Tickets {
    fn lock(&self) {
        let mine = self.next.fetch_xor(1, Relaxed);
        while self.serving.load(Acquire) != mine {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.serving.store(self.serving.load(Relaxed) ^ 1, Release);
    }
}

#[test]
fn a_ticket_of_one_bit_lets_the_third_turn_in() {
    /// How often each thread locks.
    fn turns(of: &'static [u32]) -> Option<FailureKind> {
        failure(move || {
            let (lock, data) = (Tickets::default(), Watch::new());
            thread::scope(|scope| {
                for turns in of {
                    scope.spawn(|| {
                        for _ in 0..*turns {
                            lock.lock();
                            data.write();
                            lock.unlock();
                        }
                    });
                }
            });
        })
    }
    assert_eq!(turns(&[1, 1]), None);
    assert_eq!(turns(&[1, 1, 1]), Some(FailureKind::Race));
    assert_eq!(turns(&[2, 1]), Some(FailureKind::Race));
}

#[test]
fn one_variable_is_never_read_backwards() {
    let watched = |first, second| {
        outcomes(move || {
            let number = AtomicU32::new(1);
            thread::scope(|scope| {
                scope.spawn(|| {
                    number.store(first, Relaxed);
                    number.store(second, Relaxed);
                });
                number.load(Relaxed) > number.load(Relaxed)
            })
        })
    };
    assert_eq!(watched(2, 3), BTreeSet::from([false]));
    assert_eq!(watched(3, 2), BTreeSet::from([false, true]));
}

#[test]
fn takers_pass_on_what_they_did_not_publish() {
    fn taken(order: Ordering) -> Option<FailureKind> {
        failure(move || {
            let (left, items) = (AtomicU32::new(0), Watch::new());
            let take = || {
                if left.load(Relaxed) > 0 {
                    left.fetch_sub(1, order);
                    items.read();
                }
            };
            thread::scope(|scope| {
                scope.spawn(take);
                scope.spawn(take);
                items.write();
                left.store(2, Release);
            });
        })
    }
    assert_eq!([Acquire, AcqRel].map(taken), [None, None]);
    assert_eq!([Relaxed, Release].map(taken), [Some(FailureKind::Race); 2]);
}

#[test]
fn a_failed_exchange_ends_no_release_sequence() {
    let found = told::builder().spurious_failures(1).check(|| {
        let (left, items) = (AtomicU32::new(0), Watch::new());
        let take = || {
            let mut seen = left.load(Relaxed);
            while seen > 0 {
                match left.compare_exchange_weak(seen, seen - 1, Acquire, Relaxed) {
                    Ok(_) => return items.read(),
                    Err(now) => seen = now,
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(take);
            scope.spawn(take);
            items.write();
            left.store(2, Release);
        });
    });
    crate::assert_complete(&found.unwrap());
}

/// Each of three workers writes; the last one then reads it all. What goes wrong?
fn last_of_three(finish: fn(&AtomicU32) -> u32) -> Option<FailureKind> {
    failure(move || {
        let (left, results) = (AtomicU32::new(3), [Watch::new(), Watch::new(), Watch::new()]);
        thread::scope(|scope| {
            for mine in &results {
                scope.spawn(|| {
                    mine.write();
                    if finish(&left) == 1 {
                        results.iter().for_each(Watch::read);
                    }
                });
            }
        });
    })
}

#[test]
fn one_fence_acquires_every_earlier_decrement() {
    let found = last_of_three(|left| {
        let before = left.fetch_sub(1, Release);
        fence(Acquire);
        before
    });
    assert_eq!(found, None);
}

#[test]
fn the_last_worker_takes_what_the_others_published() {
    let race = Some(FailureKind::Race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, Relaxed)), race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, Release)), race);
    assert_eq!(last_of_three(|left| left.fetch_sub(1, AcqRel)), None);
}

#[test]
fn no_ordering_makes_one_step_of_two() {
    let all = outcomes(|| {
        let counter = AtomicU32::new(0);
        let add_one = || counter.store(counter.load(SeqCst) + 1, SeqCst);
        both(add_one, add_one);
        counter.load(SeqCst)
    });
    assert_eq!(all, BTreeSet::from([1, 2]));
}

#[test]
fn a_relaxed_load_after_a_join_reads_the_newest_value() {
    let all = outcomes(|| {
        let looks = AtomicU32::new(0);
        both(|| looks.fetch_add(1, Relaxed), || looks.fetch_add(1, Relaxed));
        looks.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([2]));
}
