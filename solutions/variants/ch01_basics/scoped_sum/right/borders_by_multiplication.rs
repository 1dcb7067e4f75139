//! A part ends where the next one begins: the borders are computed, and no rest is carried along.

use std::panic::resume_unwind;
use sync::thread;

/// Cuts `numbers` into parts, calls `sum` on all parts at the same time, and adds up what the calls return.
///
/// There are `parts` parts, or one for each number if there are fewer numbers. None is empty, and no part is more than one
/// number longer than another.
///
/// # Panics
///
/// If `parts` is 0. If `sum` panics, with the payload of that panic, when all parts have ended.
pub fn scoped_sum<F>(numbers: &[u64], parts: usize, sum: F) -> u64
where
    F: Fn(&[u64]) -> u64 + Sync,
{
    assert!(parts > 0, "a slice cannot be cut into 0 parts");
    if numbers.is_empty() {
        return 0;
    }
    let parts = parts.min(numbers.len());
    let border = |part| numbers.len() * part / parts;
    thread::scope(|scope| {
        let sum = &sum;
        let threads: Vec<_> = (0..parts)
            .map(|part| scope.spawn(move || sum(&numbers[border(part)..border(part + 1)])))
            .collect();
        let sums = threads.into_iter().map(|thread| thread.join());
        sums.map(|sum| sum.unwrap_or_else(|payload| resume_unwind(payload))).sum()
    })
}
