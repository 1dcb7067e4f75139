//! One cache line, and several threads that want it.

use super::crowd::{BATCH, at_once, crowds};
use super::{Apart, Measure};
use std::hint::black_box;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// All load; one stores and the others load; all store; all add.
///
/// Relaxed in all of them: the line is what costs.
pub fn rows() -> Vec<Measure> {
    let load = |word: &AtomicU32| word.load(Relaxed);
    let store = |word: &AtomicU32| {
        word.store(1, Relaxed);
        0
    };
    let add = |word: &AtomicU32| word.fetch_add(1, Relaxed);
    let mut rows: Vec<Measure> = Vec::new();
    for threads in crowds() {
        rows.push((
            format!("all load, {threads} threads"),
            Box::new(move || together(threads, load, load)),
        ));
        let name = format!("one stores, the others load, {threads} threads");
        rows.push((name, Box::new(move || together(threads, load, store))));
        rows.push((
            format!("all store, {threads} threads"),
            Box::new(move || together(threads, store, store)),
        ));
        rows.push((
            format!("all fetch_add, {threads} threads"),
            Box::new(move || together(threads, add, add)),
        ));
    }
    rows
}

/// The time of one operation of a thread while the others are at it. The first thread does `first`.
fn together(
    threads: usize,
    others: impl Fn(&AtomicU32) -> u32 + Copy + Sync,
    first: impl Fn(&AtomicU32) -> u32 + Copy + Sync,
) -> f64 {
    let word = Apart(AtomicU32::new(0));
    at_once(threads, |place| match place {
        0 => batch(&word.0, first),
        _ => batch(&word.0, others),
    })
}

fn batch(word: &AtomicU32, operation: impl Fn(&AtomicU32) -> u32) {
    let (word, mut sum) = (black_box(word), 0_u32);
    // Four in a row, so that the loop around them does not count.
    for _ in 0..BATCH / 4 {
        sum = sum.wrapping_add(operation(word));
        sum = sum.wrapping_add(operation(word));
        sum = sum.wrapping_add(operation(word));
        sum = sum.wrapping_add(operation(word));
    }
    black_box(sum);
}
