//! Chapter 2: a value that comes back.

use crate::{both, failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};

/// Two lists of nodes 1 and 2, without tags: what is on top of each, and what is below each node.
#[derive(Default)]
struct Lists {
    full: AtomicU32,
    spare: AtomicU32,
    next: [AtomicU32; 3],
}

impl Lists {
    fn take(&self, list: &AtomicU32) -> u32 {
        let mut top = list.load(Acquire);
        while top != 0 {
            let next = self.next[top as usize].load(Relaxed);
            match list.compare_exchange(top, next, Acquire, Acquire) {
                Ok(_) => return top,
                Err(now) => top = now,
            }
        }
        0
    }

    fn put(&self, list: &AtomicU32, node: u32) {
        let mut top = list.load(Relaxed);
        loop {
            self.next[node as usize].store(top, Relaxed);
            match list.compare_exchange(top, node, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => top = now,
            }
        }
    }
}

#[test]
fn an_exchange_without_a_tag_puts_a_node_into_both_lists() {
    let all = outcomes(|| {
        let lists = Lists::default();
        lists.full.store(1, Relaxed);
        lists.spare.store(2, Relaxed);
        both(
            || lists.take(&lists.full),
            || {
                let popped = lists.take(&lists.full);
                if popped != 0 {
                    lists.put(&lists.spare, popped);
                    let pushed = lists.take(&lists.spare);
                    lists.put(&lists.full, pushed);
                }
            },
        );
        (lists.full.load(Relaxed), lists.spare.load(Relaxed))
    });
    assert!(all.contains(&(2, 2)), "{all:?}");
}

#[test]
fn a_tag_lets_the_exchange_that_takes_be_relaxed() {
    /// The head is a node of 0 or 1 and, above it, a tag, to which each `put` adds `tag`.
    fn stack(tag: u32) -> Option<FailureKind> {
        failure(move || {
            let (head, data) = (AtomicU32::new(0), Watch::new());
            let put = |before: u32| {
                data.write();
                head.store((before | 1) + tag, Release);
            };
            let take = || {
                let seen = head.load(Acquire);
                let is_taken = seen & 1 == 1
                    && head.compare_exchange(seen, seen & !1, Relaxed, Relaxed).is_ok();
                is_taken.then_some(seen & !1)
            };
            thread::scope(|scope| {
                scope.spawn(|| put(0));
                scope.spawn(|| take().map(put));
                if take().is_some() {
                    data.read();
                }
            });
        })
    }
    assert_eq!((stack(0), stack(2)), (Some(FailureKind::Race), None));
}

#[test]
fn what_is_read_and_thrown_away_can_race() {
    let found = failure(|| {
        let (top, next) = (AtomicU32::new(1), Watch::new());
        both(
            || {
                if top.load(Acquire) == 1 {
                    next.read();
                    let _ = top.compare_exchange(1, 0, Acquire, Relaxed);
                }
            },
            || {
                if top.compare_exchange(1, 0, Acquire, Relaxed).is_ok() {
                    next.write();
                }
            },
        );
    });
    assert_eq!(found, Some(FailureKind::Race));
}
