//! Chapter 8: a gate that threads wait at.

use super::handed_over::{DEADLOCK, RACE, handed_over};
use crate::{failure, outcomes};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use rc11::cell::Watch;
use rc11::{FailureKind, futex, hint, thread};
use std::collections::BTreeSet;

/// A gate that one thread opens with `open`, and `waiters` that sleep until then, as long as the word is what `expected` gives.
fn gate(
    waiters: u32,
    expected: fn(&AtomicU32) -> u32,
    open: fn(&AtomicU32),
) -> Option<FailureKind> {
    failure(move || {
        let gate = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..waiters {
                scope.spawn(|| {
                    while gate.load(Acquire) == 0 {
                        futex::wait(&gate, expected(&gate));
                    }
                });
            }
            open(&gate);
        });
    })
}

fn opens_for_all(gate: &AtomicU32) {
    gate.store(1, Release);
    futex::wake_all(gate);
}

#[test]
fn a_wait_for_what_it_has_just_read_may_sleep_at_an_open_gate() {
    assert_eq!(gate(1, |gate| gate.load(Relaxed), opens_for_all), DEADLOCK);
    assert_eq!(gate(1, |gate| gate.load(SeqCst), opens_for_all), DEADLOCK);
    assert_eq!(gate(1, |_| 0, opens_for_all), None);
}

#[test]
fn a_gate_that_wakes_one_leaves_the_other_asleep() {
    let opens_for_one = |gate: &AtomicU32| {
        gate.store(1, Release);
        futex::wake_one(gate);
    };
    assert_eq!(gate(2, |_| 0, opens_for_one), DEADLOCK);
    assert_eq!(gate(2, |_| 0, opens_for_all), None);
}

#[test]
fn a_thread_that_finds_the_gate_open_learns_nothing_from_a_wait() {
    let fate = |load: Ordering| {
        let open = |data: &Watch, gate: &AtomicU32| {
            data.write();
            opens_for_all(gate);
        };
        let wait = move |gate: &AtomicU32| {
            while gate.load(load) == 0 {
                futex::wait(gate, 0);
            }
            true
        };
        handed_over(open, wait)
    };
    assert_eq!(fate(Relaxed), RACE);
    assert_eq!(fate(Acquire), None);
}

#[test]
fn a_second_release_store_hides_the_first() {
    // What a thread that reads 2 or more reads of the word that the first thread has written.
    let reads = |second: fn(&AtomicU32)| {
        let all = outcomes(move || {
            let (word, gate) = (AtomicU32::new(0), AtomicU32::new(0));
            thread::scope(|scope| {
                scope.spawn(|| {
                    word.store(1, Relaxed);
                    gate.swap(1, Release);
                });
                scope.spawn(|| {
                    while gate.load(Relaxed) == 0 {
                        hint::spin_loop();
                    }
                    second(&gate);
                });
                (gate.load(Acquire) == 2).then(|| word.load(Relaxed))
            })
        });
        all.into_iter().flatten().collect::<BTreeSet<u32>>()
    };
    assert_eq!(reads(|gate| gate.store(2, Release)), BTreeSet::from([0, 1]));
    assert_eq!(reads(|gate| _ = gate.swap(2, Release)), BTreeSet::from([1]));
}
