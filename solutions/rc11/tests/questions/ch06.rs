//! Chapter 6: counts, and what the last one knows.

use super::handed_over::{RACE, handed_over, written_and_raised};
use crate::{failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};
use std::collections::BTreeSet;

/// Two threads of which each uses the data, and drops it if `leave` says that the other has gone.
fn last_one_drops(
    leave: impl Fn(&AtomicU32) -> bool + Copy + Send + Sync + 'static,
) -> Option<FailureKind> {
    failure(move || {
        let (data, count) = (Watch::new(), AtomicU32::new(2));
        let user = || {
            data.read();
            if leave(&count) {
                data.write();
            }
        };
        thread::scope(|scope| {
            scope.spawn(user);
            user();
        });
    })
}

#[test]
fn exactly_one_relaxed_decrement_returns_1_and_its_free_races() {
    let all = outcomes(|| {
        let count = AtomicU32::new(2);
        thread::scope(|scope| {
            let other = scope.spawn(|| count.fetch_sub(1, Relaxed));
            (count.fetch_sub(1, Relaxed), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(1, 2), (2, 1)]));
    assert_eq!(last_one_drops(|count| count.fetch_sub(1, Relaxed) == 1), RACE);
    assert_eq!(last_one_drops(|count| count.fetch_sub(1, AcqRel) == 1), None);
}

#[test]
fn a_relaxed_look_at_the_count_does_not_order_the_other_read() {
    let fate = |order: Ordering| {
        failure(move || {
            let (data, count) = (Watch::new(), AtomicU32::new(2));
            thread::scope(|scope| {
                scope.spawn(|| {
                    data.read();
                    count.fetch_sub(1, Release);
                });
                if count.load(order) == 1 {
                    data.write();
                }
            });
        })
    };
    assert_eq!(fate(Relaxed), RACE);
    assert_eq!(fate(Acquire), None);
}

#[test]
fn of_two_that_unwrap_one_or_neither_gets_the_data() {
    let all = outcomes(|| {
        let count = AtomicU32::new(2);
        // Gets the data if it is alone, and otherwise drops the handle that it gets back.
        let unwrap = || {
            let is_alone = count.load(Acquire) == 1;
            if !is_alone {
                count.fetch_sub(1, Release);
            }
            is_alone
        };
        thread::scope(|scope| {
            let other = scope.spawn(unwrap);
            (unwrap(), other.join().unwrap())
        })
    });
    assert_eq!(all, BTreeSet::from([(false, false), (false, true), (true, false)]));
}

#[test]
fn a_look_and_an_increment_may_bring_a_count_back_from_0() {
    let all = outcomes(|| {
        let strong = AtomicU32::new(1);
        thread::scope(|scope| {
            scope.spawn(|| strong.fetch_sub(1, Release));
            (strong.load(Relaxed) != 0).then(|| strong.fetch_add(1, Acquire))
        })
    });
    assert_eq!(all, BTreeSet::from([None, Some(0), Some(1)]));
}

#[test]
fn a_handle_that_comes_before_the_data_has_to_acquire_it() {
    let upgrade = |order: Ordering| {
        move |strong: &AtomicU32| strong.compare_exchange(1, 2, order, Relaxed).is_ok()
    };
    assert_eq!(handed_over(written_and_raised(Release), upgrade(Relaxed)), RACE);
    assert_eq!(handed_over(written_and_raised(Release), upgrade(Acquire)), None);
}

#[test]
fn two_looks_at_two_counts_may_both_see_1_whichever_comes_first() {
    // The other thread has a handle of one kind, makes one of the other kind, and drops the first.
    let sees_twice_1 = |first: u32, second: u32| {
        let all = outcomes(move || {
            let (first, second) = (AtomicU32::new(first), AtomicU32::new(second));
            thread::scope(|scope| {
                scope.spawn(|| {
                    first.fetch_add(1, SeqCst);
                    second.fetch_sub(1, SeqCst);
                });
                first.load(SeqCst) == 1 && second.load(SeqCst) == 1
            })
        });
        all.contains(&true)
    };
    let (weak, strong) = (1, 2);
    assert!(sees_twice_1(weak, strong));
    let (strong, weak) = (1, 2);
    assert!(sees_twice_1(strong, weak));
}
