//! Chapter 10: what somebody has begun.

use crate::{failure, outcomes};
use rc11::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use rc11::atomic::{AtomicU32, fence};
use rc11::cell::Watch;
use rc11::{FailureKind, futex, hint, thread};

#[test]
fn a_tail_that_nobody_has_moved_leads_to_a_node_that_is_freed() {
    // Node 1 is behind node 0, and `tail` still leads to 0. `announced` has the number of a node, and one more.
    let program = |helps: bool| {
        move || {
            let (head, tail, announced) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
            let first = Watch::new();
            thread::scope(|scope| {
                scope.spawn(|| {
                    if helps {
                        let _ = tail.compare_exchange(0, 1, Release, Relaxed);
                    }
                    head.store(1, Release);
                    fence(SeqCst);
                    if announced.load(Acquire) != 1 {
                        first.write();
                    }
                });
                // A push: it announces what it finds in `tail`, looks again, and reads that node's `next`.
                let last = tail.load(Acquire);
                announced.store(last + 1, Relaxed);
                fence(SeqCst);
                if last == 0 && tail.load(Acquire) == 0 {
                    first.read();
                    announced.store(0, Release);
                }
            });
        }
    };
    assert_eq!(failure(program(false)), Some(FailureKind::Race));
    assert_eq!(failure(program(true)), None);
}

#[test]
fn a_set_that_fails_because_somebody_has_begun_may_leave_an_empty_cell() {
    const EMPTY: u32 = 0;
    const RUNNING: u32 = 1;
    const FULL: u32 = 2;
    let all = |waits: bool| {
        outcomes(move || {
            let state = AtomicU32::new(EMPTY);
            let has_set = thread::scope(|scope| {
                // What makes the value panics.
                scope.spawn(|| {
                    if state.compare_exchange(EMPTY, RUNNING, Acquire, Relaxed).is_ok() {
                        state.store(EMPTY, Release);
                    }
                });
                loop {
                    match state.compare_exchange(EMPTY, FULL, AcqRel, Acquire) {
                        Err(RUNNING) if waits => hint::spin_loop(),
                        result => return result.is_ok(),
                    }
                }
            });
            (has_set, state.load(Relaxed) == FULL)
        })
    };
    assert!(all(false).contains(&(false, false)));
    assert!(!all(true).contains(&(false, false)));
}

#[test]
fn a_count_that_changes_before_the_sleep_lets_nobody_sleep_for_ever() {
    let program = |wakes: bool| {
        move || {
            let count = AtomicU32::new(2);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        if count.fetch_sub(1, AcqRel) == 1 && wakes {
                            futex::wake_all(&count);
                        }
                    });
                }
                loop {
                    match count.load(Acquire) {
                        0 => break,
                        left => futex::wait(&count, left),
                    }
                }
            });
        }
    };
    assert_eq!(failure(program(true)), None);
    assert_eq!(failure(program(false)), Some(FailureKind::Deadlock));
}
