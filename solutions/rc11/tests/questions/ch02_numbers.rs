//! Chapter 2: counters, ids, marks and sums.

use crate::{outcomes, told};
use rc11::atomic::AtomicU32;
use rc11::atomic::Ordering::{Relaxed, SeqCst};
use rc11::thread;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

#[test]
fn a_loop_that_compares_numbers_loses_an_addition_to_a_zero() {
    fn add(bits: &AtomicU32, value: f32) -> f32 {
        loop {
            let seen = f32::from_bits(bits.load(Relaxed));
            let sum = (seen + value).to_bits();
            let (Ok(now) | Err(now)) = bits.compare_exchange(seen.to_bits(), sum, Relaxed, Relaxed);
            if f32::from_bits(now) == seen {
                return seen;
            }
        }
    }
    let all = outcomes(|| {
        let bits = AtomicU32::new(0.0_f32.to_bits());
        let replaced = thread::scope(|scope| {
            scope.spawn(|| add(&bits, 1.0));
            bits.swap((-0.0_f32).to_bits(), Relaxed)
        });
        (replaced, bits.load(Relaxed))
    });
    // The zero was there before anything was added, and there is nothing but the other zero at the end.
    assert!(all.contains(&(0.0_f32.to_bits(), (-0.0_f32).to_bits())), "{all:?}");
}

#[test]
fn a_weak_exchange_may_fail_for_no_reason_and_then_writes_nothing() {
    let found = Arc::new(Mutex::new(BTreeSet::new()));
    let sink = found.clone();
    let report = told::builder().spurious_failures(1).check(move || {
        let most = AtomicU32::new(3);
        let result = most.compare_exchange_weak(3, 5, Relaxed, Relaxed);
        sink.lock().unwrap().insert((result, most.load(Relaxed)));
    });
    crate::assert_complete(&report.unwrap());
    assert_eq!(*found.lock().unwrap(), BTreeSet::from([(Ok(3), 5), (Err(3), 3)]));
}

#[test]
fn an_old_mark_that_is_large_enough_is_still_right() {
    fn fetch_max(most: &AtomicU32, value: u32) -> u32 {
        let mut seen = most.load(Relaxed);
        while seen < value {
            match most.compare_exchange(seen, value, Relaxed, Relaxed) {
                Ok(before) => return before,
                Err(now) => seen = now,
            }
        }
        seen
    }
    let all = outcomes(|| {
        let most = AtomicU32::new(1);
        let before = thread::scope(|scope| {
            scope.spawn(|| [3, 5].map(|value| fetch_max(&most, value)));
            fetch_max(&most, 2)
        });
        (before, most.load(Relaxed))
    });
    assert_eq!(all, BTreeSet::from([(1, 5), (3, 5), (5, 5)]));
}

#[test]
fn who_looks_first_may_still_give_out_what_is_no_id() {
    let all = outcomes(|| {
        let next = AtomicU32::new(u32::MAX - 1);
        let allocate = || (next.load(SeqCst) != u32::MAX).then(|| next.fetch_add(1, SeqCst));
        let ids = thread::scope(|scope| {
            let other = scope.spawn(allocate);
            (allocate(), other.join().unwrap())
        });
        (ids, next.load(SeqCst))
    });
    assert!(all.contains(&((Some(u32::MAX - 1), Some(u32::MAX)), 0)), "{all:?}");
    assert!(!all.iter().any(|((one, other), _)| one == other), "{all:?}");
}

#[test]
fn a_later_id_may_be_seen_in_use_before_an_earlier_one() {
    let all = outcomes(|| {
        let (next, used) = (AtomicU32::new(0), [AtomicU32::new(0), AtomicU32::new(0)]);
        let work = || used[next.fetch_add(1, SeqCst) as usize].store(1, SeqCst);
        thread::scope(|scope| {
            scope.spawn(work);
            scope.spawn(work);
            (used[1].load(SeqCst), used[0].load(SeqCst))
        })
    });
    assert!(all.contains(&(1, 0)), "{all:?}");
}

/// What a counter may be at the end to which each thread adds one in each round, with a load and a store.
fn counted(threads: u32, rounds: u32) -> BTreeSet<u32> {
    outcomes(move || {
        let done = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        done.store(done.load(SeqCst) + 1, SeqCst);
                    }
                });
            }
        });
        done.load(SeqCst)
    })
}

#[test]
fn threads_that_load_and_store_may_end_at_2() {
    assert_eq!(counted(2, 2), (2..=4).collect());
    assert_eq!(counted(2, 3), (2..=6).collect());
    assert_eq!(counted(3, 2), (2..=6).collect());
}
