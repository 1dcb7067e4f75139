//! Zero parts are taken for no work: the sum is 0.
//!
//! Rejected by: zero_parts_panic
//! Because: must panic

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
    if parts == 0 || numbers.is_empty() {
        return 0;
    }
    let parts = parts.min(numbers.len());
    let (length, longer) = (numbers.len() / parts, numbers.len() % parts);
    let (mut rest, sum) = (numbers, &sum);
    thread::scope(|scope| {
        // Collected, so that all threads have been started before the first one is waited for.
        let threads: Vec<_> = (0..parts)
            .map(|part| {
                let mine;
                (mine, rest) = rest.split_at(length + usize::from(part < longer));
                scope.spawn(move || sum(mine))
            })
            .collect();
        let sums = threads.into_iter().map(|thread| thread.join());
        sums.map(|sum| sum.unwrap_or_else(|payload| resume_unwind(payload))).sum()
    })
}
