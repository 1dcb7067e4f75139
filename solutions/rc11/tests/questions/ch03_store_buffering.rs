//! Chapter 3: who misses whom.

use crate::{both, failure, outcomes_in, two};
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, Memory, thread};
use std::collections::BTreeSet;

#[test]
fn both_threads_of_store_buffering_may_read_0() {
    let all = two(
        |x, y| {
            x.store(1, Release);
            y.load(Acquire)
        },
        |x, y| {
            y.store(1, Release);
            x.load(Acquire)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

#[test]
fn swap_keeps_no_later_load_behind_it() {
    let all = two(
        |x, y| {
            x.swap(1, SeqCst);
            y.load(Relaxed)
        },
        |x, y| {
            y.swap(1, SeqCst);
            x.load(Relaxed)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

#[test]
fn swap_is_no_fence_between_two_flags() {
    let all = two(
        |x, y| {
            x.swap(1, AcqRel);
            y.load(Acquire)
        },
        |x, y| {
            y.swap(1, AcqRel);
            x.load(Acquire)
        },
    );
    assert!(all.contains(&(0, 0)), "{all:?}");
}

#[test]
fn seqcst_stores_alone_do_not_forbid_store_buffering() {
    let all = two(
        |x, y| {
            x.store(1, SeqCst);
            y.load(Acquire)
        },
        |x, y| {
            y.store(1, SeqCst);
            x.load(Acquire)
        },
    );
    assert_eq!(all.len(), 4, "{all:?}");
}

#[test]
fn two_seqcst_fences_forbid_store_buffering() {
    let all = two(
        |x, y| {
            x.store(1, Relaxed);
            fence(SeqCst);
            y.load(Relaxed)
        },
        |x, y| {
            y.store(1, Relaxed);
            fence(SeqCst);
            x.load(Relaxed)
        },
    );
    assert_eq!(all, BTreeSet::from([(0, 1), (1, 0), (1, 1)]));
}

#[test]
fn who_finds_the_other_flag_down_has_to_acquire() {
    fn sides(look: Ordering, way_in: fn()) -> Option<FailureKind> {
        failure(move || {
            let (flags, data) = ([AtomicU32::new(0), AtomicU32::new(0)], Watch::new());
            let enter = |mine: &AtomicU32, other: &AtomicU32| {
                mine.store(1, Relaxed);
                fence(SeqCst);
                if other.load(look) == 0 {
                    way_in();
                    data.write();
                }
                mine.store(0, Release);
            };
            both(|| enter(&flags[0], &flags[1]), || enter(&flags[1], &flags[0]));
        })
    }
    assert_eq!(sides(Acquire, || ()), None);
    assert_eq!(sides(Relaxed, || ()), Some(FailureKind::Race));
    // Only who goes in passes it.
    assert_eq!(sides(Relaxed, || fence(Acquire)), None);
}

#[test]
fn a_signal_may_overtake_a_seqcst_store() {
    let seen = |memory: Memory| {
        outcomes_in(memory, || {
            let (number, flag) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    number.store(1, SeqCst);
                    flag.store(1, Relaxed);
                });
                (flag.load(Acquire), number.load(SeqCst))
            })
        })
    };
    assert!(seen(Memory::Rc11).contains(&(1, 0)));
    assert!(!seen(Memory::X86Tso).contains(&(1, 0)));
}
