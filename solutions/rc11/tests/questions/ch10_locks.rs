//! Chapter 10: locks with a queue.

use crate::{failure, two};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};
use rc11::cell::Watch;
use rc11::{FailureKind, hint, thread};

#[test]
fn a_null_next_does_not_say_that_nobody_is_behind() {
    // `tail` has the number of the last node. 0 is ours, and 1 that of a thread behind us; `next` is null as long as it is 0.
    let all = two(
        |tail, next| {
            let next = next.load(Acquire);
            10 * next + u32::from(tail.compare_exchange(0, 0, Release, Relaxed).is_err())
        },
        |tail, next| {
            tail.swap(1, AcqRel);
            next.store(1, Release);
            0
        },
    );
    assert!(all.contains(&(1, 0)), "{all:?}");
}

#[test]
fn a_ticket_that_nobody_waits_with_stops_all_later_ones() {
    let gives_up = || {
        let (next, serving) = (AtomicU32::new(1), AtomicU32::new(0));
        thread::scope(|scope| {
            // Ticket 0 holds the lock. This draws one, and gives up if it is not served.
            scope.spawn(|| {
                let ticket = next.fetch_add(1, Relaxed);
                if serving.load(Acquire) == ticket {
                    serving.store(ticket + 1, Release);
                }
            });
            serving.store(1, Release);
        });
        let ticket = next.fetch_add(1, Relaxed);
        while serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
    };
    assert_eq!(failure(gives_up), Some(FailureKind::Livelock));
}

#[test]
fn a_ticket_may_be_drawn_with_relaxed() {
    let program = || {
        let (next, serving, data) = (AtomicU32::new(0), AtomicU32::new(0), Watch::new());
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let ticket = next.fetch_add(1, Relaxed);
                    while serving.load(Acquire) != ticket {
                        hint::spin_loop();
                    }
                    data.write();
                    serving.store(ticket + 1, Release);
                });
            }
        });
    };
    assert_eq!(failure(program), None);
}
