//! Chapter 10: who waits for a number, or to be woken.

use crate::{failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::cell::Watch;
use rc11::{FailureKind, futex, thread};
use std::collections::BTreeSet;

#[test]
fn a_whole_round_fits_between_the_number_and_the_arrival() {
    /// Arrives. What was in the count, and whether this thread would go on at once. After the first round the count goes on from 10,
    /// not from 0, to show in which round a thread has arrived.
    fn arrive(arrived: &AtomicU32, round: &AtomicU32) -> (u32, bool) {
        let mine = round.load(Relaxed);
        let others = arrived.fetch_add(1, AcqRel);
        if others % 10 == 1 {
            arrived.store(10, Release);
            round.store(mine + 1, Release);
        }
        (others, round.load(Acquire) != mine)
    }
    let all = outcomes(|| {
        let (arrived, round) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            let third = scope.spawn(|| arrive(&arrived, &round));
            scope.spawn(|| arrive(&arrived, &round));
            arrive(&arrived, &round);
            third.join().unwrap()
        })
    });
    // It is alone in the second round, and would go on.
    assert!(all.contains(&(10, true)), "{all:?}");
}

/// Two threads do their parts and arrive, and the second one uses both parts.
fn meet(order: Ordering) {
    let (arrived, parts) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
    thread::scope(|scope| {
        for part in &parts {
            scope.spawn(|| {
                part.write();
                if arrived.fetch_add(1, order) == 1 {
                    parts.iter().for_each(Watch::read);
                }
            });
        }
    });
}

#[test]
fn a_leader_that_does_not_acquire_races_with_what_the_others_did() {
    assert_eq!(failure(|| meet(Release)), Some(FailureKind::Race));
    assert_eq!(failure(|| meet(AcqRel)), None);
}

/// A `count_down` that subtracts first.
fn subtract_first(count: &AtomicU32) {
    if count.fetch_sub(1, AcqRel) == 0 {
        count.fetch_add(1, AcqRel);
    }
}

#[test]
fn an_open_latch_that_is_counted_down_and_up_again_is_closed_meanwhile() {
    let asked = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            (count.load(Acquire), count.load(Acquire))
        })
    });
    assert!(asked.contains(&(0, u32::MAX)), "{asked:?}");

    let waits = || {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            while let seen @ 1.. = count.load(Acquire) {
                futex::wait(&count, seen);
            }
        });
    };
    assert_eq!(failure(waits), Some(FailureKind::Deadlock));

    let twice = outcomes(|| {
        let count = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| subtract_first(&count));
            subtract_first(&count);
        });
        count.load(Relaxed)
    });
    assert_eq!(twice, BTreeSet::from([0, u32::MAX]));
}

#[test]
fn a_count_down_carries_an_earlier_release_on_and_a_store_does_not() {
    fn latch(second: fn(&AtomicU32)) {
        let (count, part) = (AtomicU32::new(2), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                part.write();
                count.fetch_sub(1, Release);
            });
            scope.spawn(|| {
                if count.load(Relaxed) == 1 {
                    second(&count);
                }
            });
            if count.load(Acquire) == 0 {
                part.read();
            }
        });
    }
    assert_eq!(failure(|| latch(|count| _ = count.fetch_sub(1, Release))), None);
    assert_eq!(failure(|| latch(|count| count.store(0, Release))), Some(FailureKind::Race));
}

#[test]
fn one_wake_leaves_the_second_of_two_sleepers_asleep() {
    fn cell(wake: fn(&AtomicU32)) {
        let state = AtomicU32::new(1);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while state.load(Acquire) == 1 {
                        futex::wait(&state, 1);
                    }
                });
            }
            state.store(2, Release);
            wake(&state);
        });
    }
    assert_eq!(failure(|| cell(futex::wake_one)), Some(FailureKind::Deadlock));
    assert_eq!(failure(|| cell(futex::wake_all)), None);
}

#[test]
fn a_semaphore_that_reads_served_first_may_refuse_a_permit_that_was_always_there() {
    let refusals = |reads_served_first| {
        outcomes(move || {
            // Two permits, of which the other thread has at most one.
            let (next, served) = (AtomicU32::new(0), AtomicU32::new(2));
            thread::scope(|scope| {
                scope.spawn(|| {
                    next.fetch_add(1, SeqCst);
                    served.fetch_add(1, SeqCst);
                    next.fetch_add(1, SeqCst);
                    served.fetch_add(1, SeqCst);
                });
                let (ticket, served) = if reads_served_first {
                    let served = served.load(Acquire);
                    (next.load(Acquire), served)
                } else {
                    (next.load(Acquire), served.load(Acquire))
                };
                ticket >= served
            })
        })
    };
    assert!(refusals(true).contains(&true));
    assert!(!refusals(false).contains(&true));
}

#[test]
fn to_wake_one_of_two_tickets_may_wake_the_wrong_one() {
    fn semaphore(wake: fn(&AtomicU32)) {
        let served = AtomicU32::new(0);
        thread::scope(|scope| {
            let mut threads: Vec<_> = (0..2)
                .map(|ticket| {
                    let served = &served;
                    scope.spawn(move || {
                        while let seen = served.load(Acquire)
                            && seen <= ticket
                        {
                            futex::wait(served, seen);
                        }
                    })
                })
                .collect();
            // The next permit comes back when ticket 0 has gone on.
            for thread in threads.drain(..) {
                served.fetch_add(1, Release);
                wake(&served);
                thread.join().unwrap();
            }
        });
    }
    assert_eq!(failure(|| semaphore(futex::wake_one)), Some(FailureKind::Deadlock));
    assert_eq!(failure(|| semaphore(futex::wake_all)), None);
}

#[test]
fn a_wake_that_looks_first_may_miss_the_waker() {
    // Whether the task finds nothing to do, and whether `wake` finds no waker.
    let sleeps = |look: fn(&AtomicU32) -> u32| {
        outcomes(move || {
            let (state, work) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                let wake = scope.spawn(|| {
                    work.store(1, Release);
                    look(&state) & 1 == 0
                });
                state.fetch_or(1, AcqRel);
                let is_idle = work.load(Acquire) == 0;
                (is_idle, wake.join().unwrap())
            })
        })
    };
    assert!(sleeps(|state| state.load(Acquire)).contains(&(true, true)));
    assert!(sleeps(|state| state.load(SeqCst)).contains(&(true, true)));
    assert!(!sleeps(|state| state.fetch_or(2, AcqRel)).contains(&(true, true)));
}
