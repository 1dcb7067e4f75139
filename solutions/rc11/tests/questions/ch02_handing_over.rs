//! Chapter 2: what comes with the value that is read, and what does not.

use crate::{both, failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};
use std::collections::BTreeSet;

#[test]
fn the_loser_of_a_relaxed_exchange_races_on_the_value() {
    fn init(failure: Ordering) {
        // 1 and 2 stand for the pointers to what each has made.
        let (pointer, first) = (AtomicU32::new(0), Watch::new());
        both(
            || {
                first.write();
                let _ = pointer.compare_exchange(0, 1, Release, Relaxed);
            },
            || {
                if pointer.compare_exchange(0, 2, Release, failure) == Err(1) {
                    first.read();
                }
            },
        );
    }
    let verdicts = (failure(|| init(Relaxed)), failure(|| init(Acquire)));
    assert_eq!(verdicts, (Some(FailureKind::Race), None));
}

#[test]
fn what_comes_before_an_unpark_is_seen_after_the_park_that_it_ends() {
    let all = outcomes(|| {
        let done = AtomicU32::new(0);
        let watcher = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                done.fetch_add(1, Relaxed);
                watcher.unpark();
            });
            thread::park();
            done.load(Relaxed)
        })
    });
    assert_eq!(all, BTreeSet::from([1]));
}

#[test]
fn a_relaxed_count_does_not_hand_over_what_was_counted() {
    let found = failure(|| {
        let (done, made) = (AtomicU32::new(0), Watch::new());
        let watcher = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| {
                made.write();
                done.fetch_add(1, Relaxed);
                watcher.unpark();
            });
            while done.load(Relaxed) != 1 {
                thread::park();
            }
            made.read();
        });
    });
    assert_eq!(found, Some(FailureKind::Race));
}

#[test]
fn who_frees_with_a_load_and_a_store_frees_another_slot_too() {
    let all = outcomes(|| {
        let vacant = AtomicU32::new(0b10);
        both(
            || vacant.store(vacant.load(Acquire) | 1, Release),
            || vacant.fetch_and(!0b10, Acquire),
        );
        vacant.load(Relaxed)
    });
    assert_eq!(all, BTreeSet::from([0b01, 0b11]));
}

#[test]
fn who_frees_twice_may_take_a_slot_from_its_next_owner() {
    let all = outcomes(|| {
        let vacant = AtomicU32::new(0);
        thread::scope(|scope| {
            let claim = scope.spawn(|| vacant.compare_exchange(1, 0, Acquire, Relaxed).is_ok());
            vacant.fetch_or(1, Release);
            let is_noticed = vacant.fetch_or(1, Release) == 1;
            (claim.join().unwrap(), is_noticed)
        })
    });
    assert!(all.contains(&(true, false)), "{all:?}");
}

#[test]
fn a_claim_synchronizes_with_an_earlier_free_through_other_claims() {
    let found = failure(|| {
        let (vacant, data) = (AtomicU32::new(0b10), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                data.write();
                vacant.fetch_or(0b01, Release);
            });
            scope.spawn(|| vacant.fetch_and(!0b10, Relaxed));
            let seen = vacant.load(Relaxed);
            if seen & 1 == 1 && vacant.compare_exchange(seen, seen & !1, Acquire, Relaxed).is_ok() {
                data.read();
            }
        });
    });
    assert_eq!(found, None);
}

#[test]
fn a_plain_flag_is_a_data_race() {
    let found = failure(|| {
        let flag = Watch::new();
        both(|| flag.read(), || flag.write());
    });
    assert_eq!(found, Some(FailureKind::Race));
}

#[test]
fn who_is_the_first_to_publish_has_nothing_to_acquire() {
    // 0 is null; each thread publishes what it has written itself, or follows what it finds.
    let fate = |failure_order: Ordering| {
        failure(move || {
            let (pointer, values) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
            let get = |mine: u32| {
                values[mine as usize - 1].write();
                let found = match pointer.compare_exchange(0, mine, Release, failure_order) {
                    Ok(_) => mine,
                    Err(other) => other,
                };
                values[found as usize - 1].read();
            };
            both(|| get(1), || get(2));
        })
    };
    assert_eq!(fate(Acquire), None);
    assert_eq!(fate(Relaxed), Some(FailureKind::Race));
}
