//! One thread, and a variable that nobody else uses: in the first cache, all the time.

use super::{Apart, Measure, each};
use std::hint::black_box;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU32, fence};
use std::time::Instant;

/// How often an operation is done in one round; sixteen times in each turn of the loop.
const REPEATS: u32 = 8_000;

/// A row: the operation sixteen times in a row, so that the loop around it does not count.
macro_rules! row {
    ($name:expr, |$word:ident, $sum:ident| $operation:expr) => {
        (
            String::from($name),
            Box::new(|| {
                let variable = Apart(AtomicU32::new(0));
                let $word = black_box(&variable.0);
                #[allow(unused_mut, reason = "a store only reads it")]
                let mut $sum = 0_u32;
                let start = Instant::now();
                for _ in 0..REPEATS / 16 {
                    row!(@four row!(@four $operation));
                }
                let time = each(REPEATS, start);
                black_box($sum);
                time
            }),
        )
    };
    (@four row!(@four $operation:expr)) => {
        row!(@four $operation); row!(@four $operation); row!(@four $operation); row!(@four $operation)
    };
    (@four $operation:expr) => { $operation; $operation; $operation; $operation };
}

/// Loads, stores, read-modify-writes and fences, with each ordering that may make a difference.
///
/// The orderings are what is measured; nothing is published.
pub fn rows() -> Vec<Measure> {
    vec![
        row!("load, Relaxed", |word, sum| sum = sum.wrapping_add(word.load(Relaxed))),
        row!("load, Acquire", |word, sum| sum = sum.wrapping_add(word.load(Acquire))),
        row!("load, SeqCst", |word, sum| sum = sum.wrapping_add(word.load(SeqCst))),
        row!("store, Relaxed", |word, sum| word.store(sum, Relaxed)),
        row!("store, Release", |word, sum| word.store(sum, Release)),
        row!("store, SeqCst", |word, sum| word.store(sum, SeqCst)),
        // What is stored is what was just loaded: each load waits for the store before it, and gets it from the store buffer.
        row!("store and load, forwarded", |word, sum| {
            word.store(sum, Relaxed);
            sum = word.load(Relaxed).wrapping_add(1);
        }),
        row!("swap, Relaxed", |word, sum| sum = word.swap(sum, Relaxed)),
        row!("fetch_add, Relaxed", |word, sum| sum = sum.wrapping_add(word.fetch_add(1, Relaxed))),
        row!("fetch_add, AcqRel", |word, sum| sum = sum.wrapping_add(word.fetch_add(1, AcqRel))),
        row!("fetch_add, SeqCst", |word, sum| sum = sum.wrapping_add(word.fetch_add(1, SeqCst))),
        row!("fetch_add, nobody asks", |word, _sum| {
            word.fetch_add(1, Relaxed);
        }),
        row!("fetch_or, the old value used", |word, sum| sum |= word.fetch_or(1, Relaxed)),
        row!("compare_exchange, succeeds", |word, sum| {
            // It finds what it put there the last time.
            match word.compare_exchange(sum, sum.wrapping_add(1), Relaxed, Relaxed) {
                Ok(_) => sum = sum.wrapping_add(1),
                Err(now) => sum = now,
            }
        }),
        row!("compare_exchange, fails", |word, sum| {
            sum |= u32::from(word.compare_exchange(1, 2, Relaxed, Relaxed).is_ok());
        }),
        row!("fence, Acquire", |word, sum| {
            sum = sum.wrapping_add(word.load(Relaxed));
            fence(Acquire);
        }),
        row!("fence, SeqCst", |word, sum| {
            sum = sum.wrapping_add(word.load(Relaxed));
            fence(SeqCst);
        }),
    ]
}
