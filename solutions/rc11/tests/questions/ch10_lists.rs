//! Chapter 10: nodes that are marked, and then taken out of a list.

use crate::failure;
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, thread};

/// In a link: its node is removed.
const REMOVED: u32 = 8;

#[test]
fn a_marked_link_may_lead_to_a_node_that_is_freed() {
    // `next` of node 1 leads to node 2. A reader announces 2, looks at that link once more, and reads 2 if the link `is_good`.
    let program = |is_good: fn(u32) -> bool| {
        move || {
            let (head, next, announced) = (AtomicU32::new(1), AtomicU32::new(2), AtomicU32::new(0));
            let second = Watch::new();
            thread::scope(|scope| {
                // It takes out 1, then 2, and frees 2 if nobody has announced it.
                scope.spawn(|| {
                    next.store(2 | REMOVED, Relaxed);
                    head.store(2, Release);
                    head.store(0, Release);
                    fence(SeqCst);
                    if announced.load(Acquire) != 2 {
                        second.write();
                    }
                });
                announced.store(2, Relaxed);
                fence(SeqCst);
                if is_good(next.load(Acquire)) {
                    second.read();
                    announced.store(0, Release);
                }
            });
        }
    };
    assert_eq!(failure(program(|next| next & !REMOVED == 2)), Some(FailureKind::Race));
    assert_eq!(failure(program(|next| next == 2)), None);
}

#[test]
fn who_takes_a_node_out_hands_on_what_the_next_one_is_made_of() {
    // Behind node 2 a thread puts node 4. Another one marks 2 and takes it out, so that `head` leads to 4.
    let program = |marks: Ordering, takes_out: Ordering| {
        move || {
            let (head, next, fourth) = (AtomicU32::new(2), AtomicU32::new(0), Watch::new());
            thread::scope(|scope| {
                scope.spawn(|| {
                    fourth.write();
                    next.store(4, Release);
                });
                scope.spawn(|| {
                    let is_marked = next.load(Acquire) == 4
                        && next.compare_exchange(4, 4 | REMOVED, marks, Relaxed).is_ok();
                    if is_marked {
                        head.store(4, takes_out);
                    }
                });
                // It finds 4 at once, or behind 2.
                let found = head.load(Acquire) == 4 || next.load(Acquire) & 4 == 4;
                if found {
                    fourth.read();
                }
            });
        }
    };
    assert_eq!(failure(program(Relaxed, Release)), None);
    assert_eq!(failure(program(Release, Relaxed)), Some(FailureKind::Race));
}
