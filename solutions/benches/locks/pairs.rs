//! The two atomic operations by which a free lock is taken and given back, with nothing else around them.

use speed::measure::{Bench, Meter};
use std::hint::black_box;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};

/// Measures the pairs. What the locks use is looked at, and what they do not use is not: it decides which instruction it is.
pub fn pairs(bench: &mut Bench) {
    fn pair(meter: &mut Meter, operations: impl Fn(&AtomicU32) -> bool) {
        let word = AtomicU32::new(0);
        meter.each(|| operations(black_box(&word)));
    }
    // The orderings are those of the locks: a store with another one could be another instruction.
    let take = |word: &AtomicU32| word.compare_exchange(0, 1, Acquire, Relaxed).is_ok();
    bench.row(
        "pairs 1 alone",
        &[
            // std's mutex and ours.
            ("exchange, swap", &|meter| {
                pair(meter, |word| take(word) & (word.swap(0, Release) == 2));
            }),
            // parking_lot's mutex.
            ("exchange, exchange", &|meter| {
                pair(meter, |word| {
                    take(word) & word.compare_exchange(1, 0, Release, Relaxed).is_ok()
                });
            }),
            // spin's mutex.
            ("exchange, store", &|meter| {
                pair(meter, |word| {
                    let taken = take(word);
                    word.store(0, Release);
                    taken
                });
            }),
            // The reader-writer locks of std and ours.
            ("exchange, subtraction", &|meter| {
                pair(meter, |word| take(word) & (word.fetch_sub(1, Release) == 2));
            }),
            // A reader of spin: nobody sleeps, so nobody asks what was there.
            ("addition, blind subtraction", &|meter| {
                pair(meter, |word| {
                    let before = word.fetch_add(1, Acquire);
                    word.fetch_sub(1, Release);
                    before == 2
                });
            }),
            // A writer of spin.
            ("exchange, blind mask", &|meter| {
                pair(meter, |word| {
                    let taken = take(word);
                    word.fetch_and(!1, Release);
                    taken
                });
            }),
        ],
    );
}
