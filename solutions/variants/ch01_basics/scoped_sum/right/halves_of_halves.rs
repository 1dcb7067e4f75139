//! A thread that starts a thread: each half is halved until there is one part.

use std::panic::resume_unwind;
use sync::thread;

/// Gives half of the parts to another thread, and keeps the other half.
fn halve<F>(numbers: &[u64], parts: usize, sum: &F) -> u64
where
    F: Fn(&[u64]) -> u64 + Sync,
{
    if parts == 1 {
        return sum(numbers);
    }
    let left = parts / 2;
    // The first parts are the longer ones.
    let (length, longer) = (numbers.len() / parts, numbers.len() % parts);
    let (mine, others) = numbers.split_at(length * left + longer.min(left));
    thread::scope(|scope| {
        let other = scope.spawn(|| halve(others, parts - left, sum));
        let mine = halve(mine, left, sum);
        mine + other.join().unwrap_or_else(|payload| resume_unwind(payload))
    })
}

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
    halve(numbers, parts.min(numbers.len()), &sum)
}
