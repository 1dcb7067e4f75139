//! Chapter 10: values that go through without a lock.

use crate::{failure, outcomes};
use rc11::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};
use std::collections::BTreeSet;

/// The owner takes task 1 without an exchange, while a thief steals twice. Whether the owner has got it, and what the thief has got.
fn last_but_one(between: fn()) -> BTreeSet<(bool, Vec<u32>)> {
    outcomes(move || {
        let (top, bottom) = (AtomicU32::new(0), AtomicU32::new(2));
        thread::scope(|scope| {
            let thief = scope.spawn(|| {
                let steal = || {
                    let mine = top.load(Relaxed);
                    between();
                    let is_there = mine < bottom.load(Acquire);
                    let take = || top.compare_exchange(mine, mine + 1, Release, Relaxed).ok();
                    is_there.then(take).flatten()
                };
                [steal(), steal()].into_iter().flatten().collect()
            });
            bottom.store(1, Release);
            between();
            let is_ours = top.load(Relaxed) < 1;
            (is_ours, thief.join().unwrap())
        })
    })
}

#[test]
fn without_fences_owner_and_thief_take_the_same_task() {
    let twice = (true, vec![0, 1]);
    assert!(last_but_one(|| ()).contains(&twice));
    assert!(!last_but_one(|| fence(SeqCst)).contains(&twice));
}

#[test]
fn a_later_relaxed_store_does_not_belong_to_an_earlier_release() {
    fn deque(in_pop: Ordering) {
        let (bottom, task) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                if bottom.load(Acquire) == 2 {
                    task.read();
                }
            });
            task.write();
            bottom.store(3, Release);
            bottom.store(2, in_pop);
        });
    }
    assert_eq!(failure(|| deque(Relaxed)), Some(FailureKind::Race));
    assert_eq!(failure(|| deque(Release)), None);
}

#[test]
fn a_fence_acquires_what_was_read_before_it() {
    fn position(between: fn()) {
        let (tail, known) = (AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                known.write();
                let _ = tail.compare_exchange(0, 1, Release, Relaxed);
            });
            let seen = tail.load(Relaxed);
            between();
            if seen == 1 {
                known.read();
            }
        });
    }
    assert_eq!(failure(|| position(|| fence(SeqCst))), None);
    assert_eq!(failure(|| position(|| ())), Some(FailureKind::Race));
}

/// A thread links node 1 behind node 0, and moves `tail`. Another one finds node 1 in `tail`, links node 2 behind it, and pops: what
/// it finds behind node 0, where 0 is null.
fn found_behind_the_first(moves_tail: Ordering) -> BTreeSet<Option<u32>> {
    outcomes(move || {
        let next = [AtomicU32::new(0), AtomicU32::new(0)];
        let tail = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                fence(SeqCst);
                next[0].store(1, Relaxed);
                tail.store(1, moves_tail);
            });
            let last = tail.load(Acquire);
            fence(SeqCst);
            (last == 1).then(|| {
                next[1].store(2, Relaxed);
                fence(SeqCst);
                next[0].load(Relaxed)
            })
        })
    })
}

#[test]
fn who_finds_a_node_in_a_relaxed_tail_may_not_see_its_link() {
    assert!(found_behind_the_first(Relaxed).contains(&Some(0)));
    assert!(!found_behind_the_first(Release).contains(&Some(0)));
}

#[test]
fn both_ends_of_a_ring_may_be_refused_at_once() {
    // `head` is 0, and `tail` one further: a value is in a ring for two.
    let all = outcomes(|| {
        let (head, tail) = (AtomicU32::new(0), AtomicU32::new(1));
        let push = || {
            let mine = tail.load(Relaxed);
            let is_full = mine - head.load(Acquire) == 2;
            if !is_full {
                tail.store(mine + 1, Release);
            }
            is_full
        };
        let pop = || {
            let mine = head.load(Relaxed);
            let is_empty = tail.load(Acquire) == mine;
            if !is_empty {
                head.store(mine + 1, Release);
            }
            is_empty
        };
        thread::scope(|scope| {
            let consumer = scope.spawn(|| [pop(), pop()]);
            let producer = [push(), push()];
            (producer, consumer.join().unwrap())
        })
    });
    assert!(all.contains(&([false, true], [false, true])), "{all:?}");
}

#[test]
fn a_hazard_pointer_without_a_fence_may_be_missed() {
    // Whether the node is still in `head` for the one who reads, and whether the hazard pointer is not yet there for the one who frees.
    let reads = |between: fn()| {
        outcomes(move || {
            let (head, hazard) = (AtomicU32::new(1), AtomicU32::new(0));
            thread::scope(|scope| {
                let frees = scope.spawn(|| {
                    let _ = head.compare_exchange(1, 0, AcqRel, Relaxed);
                    between();
                    hazard.load(Acquire) == 0
                });
                hazard.store(1, Release);
                between();
                let is_there = head.load(Acquire) == 1;
                (is_there, frees.join().unwrap())
            })
        })
    };
    assert!(reads(|| ()).contains(&(true, true)));
    assert!(!reads(|| fence(SeqCst)).contains(&(true, true)));
}
