//! Chapter 3: passing a message.

use crate::{both, failure, outcomes, two};
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};
use std::collections::BTreeSet;

/// A thread passes plain memory on by a flag; another reads it if it has seen the flag. What goes wrong?
fn handing_over(raise: fn(&AtomicU32), look: fn(&AtomicU32) -> u32) -> Option<FailureKind> {
    failure(move || {
        let (flag, data) = (AtomicU32::new(0), Watch::new());
        both(
            || {
                data.write();
                raise(&flag);
            },
            || {
                if look(&flag) == 1 {
                    data.read();
                }
            },
        );
    })
}

#[test]
fn an_acquire_fence_works_on_the_loads_before_it() {
    let before = handing_over(
        |flag| flag.store(1, Release),
        |flag| {
            fence(Acquire);
            flag.load(Relaxed)
        },
    );
    let behind = handing_over(
        |flag| flag.store(1, Release),
        |flag| {
            let up = flag.load(Relaxed);
            fence(Acquire);
            up
        },
    );
    assert_eq!((before, behind), (Some(FailureKind::Race), None));
}

#[test]
fn a_release_fence_works_on_the_stores_after_it() {
    let behind = handing_over(
        |flag| {
            flag.store(1, Relaxed);
            fence(Release);
        },
        |flag| flag.load(Acquire),
    );
    let before = handing_over(
        |flag| {
            fence(Release);
            flag.store(1, Relaxed);
        },
        |flag| flag.load(Acquire),
    );
    assert_eq!((behind, before), (Some(FailureKind::Race), None));
}

#[test]
fn an_address_orders_nothing_that_it_leads_to() {
    /// The flag is the number of a place, as a pointer is.
    fn follow(order: Ordering) -> Option<FailureKind> {
        failure(move || {
            let (pointer, places) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
            both(
                || {
                    places[1].write();
                    pointer.store(1, Release);
                },
                || {
                    let found = pointer.load(order);
                    if found != 0 {
                        places[found as usize].read();
                    }
                },
            );
        })
    }
    assert_eq!((follow(Relaxed), follow(Acquire)), (Some(FailureKind::Race), None));
}

#[test]
fn one_publisher_may_store_if_the_store_releases() {
    let look = |flag: &AtomicU32| flag.load(Acquire);
    let relaxed = handing_over(|flag| flag.store(1, Relaxed), look);
    let release = handing_over(|flag| flag.store(1, Release), look);
    assert_eq!((relaxed, release), (Some(FailureKind::Race), None));
}

/// What a receiver reads: the flag, then the message.
fn message_passing(raise: Ordering, look: Ordering) -> BTreeSet<(u32, u32)> {
    outcomes(move || {
        let (data, flag) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                data.store(1, Relaxed);
                flag.store(1, raise);
            });
            (flag.load(look), data.load(Relaxed))
        })
    })
}

#[test]
fn message_passing_has_three_interleavings() {
    let interleavings = BTreeSet::from([(0, 0), (0, 1), (1, 1)]);
    assert_eq!(message_passing(SeqCst, SeqCst), interleavings);
    let mut all = message_passing(Relaxed, Relaxed);
    assert!(all.remove(&(1, 0)));
    assert_eq!(all, interleavings);
}

#[test]
fn a_release_that_nobody_acquires_orders_nothing() {
    assert_eq!(message_passing(Release, Relaxed), message_passing(Relaxed, Relaxed));
    assert_ne!(message_passing(Release, Acquire), message_passing(Relaxed, Relaxed));
}

#[test]
fn a_branch_orders_no_loads() {
    let all = two(
        |data, flag| {
            data.store(1, Relaxed);
            flag.store(1, Release);
            0
        },
        |data, flag| {
            let up = flag.load(Relaxed);
            // 10: the flag without the message.
            if up == 1 { 10 + data.load(Relaxed) } else { 0 }
        },
    );
    assert_eq!(all, BTreeSet::from([(0, 0), (0, 10), (0, 11)]));
}

#[test]
fn who_loses_and_does_not_follow_the_pointer_needs_no_ordering() {
    // 0 is null. Who loses follows what it has found, or looks once more.
    let fate = |follows: bool| {
        failure(move || {
            let (pointer, values) = (AtomicU32::new(0), [Watch::new(), Watch::new()]);
            let publish = |mine: u32| {
                values[mine as usize - 1].write();
                let found = pointer.compare_exchange(0, mine, Release, Relaxed);
                let found = if follows { found.err() } else { Some(pointer.load(Acquire)) };
                if let Some(found) = found {
                    values[found as usize - 1].read();
                }
            };
            both(|| publish(1), || publish(2));
        })
    };
    assert_eq!(fate(true), Some(FailureKind::Race));
    assert_eq!(fate(false), None);
}

#[test]
fn what_a_relaxed_load_has_read_is_the_least_that_a_later_load_reads() {
    let all = |second_load: Ordering| {
        outcomes(move || {
            let (x, y) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| x.store(1, Release));
                let second = scope.spawn(|| {
                    let read = x.load(second_load);
                    y.store(1, Release);
                    read
                });
                let third = (y.load(Acquire), x.load(Relaxed));
                (second.join().unwrap(), third)
            })
        })
    };
    for order in [Relaxed, Acquire] {
        let all = all(order);
        assert!(all.contains(&(1, (1, 1))), "{all:?}");
        assert!(!all.contains(&(1, (1, 0))), "{all:?}");
    }
}
