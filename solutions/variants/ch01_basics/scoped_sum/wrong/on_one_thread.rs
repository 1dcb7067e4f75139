//! All parts are added up, one after the other, by the thread that calls.
//!
//! Rejected by: all_parts_run_at_the_same_time
//! Because: They never do

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
    let (length, longer) = (numbers.len() / parts, numbers.len() % parts);
    let mut rest = numbers;
    let cut = |part| {
        let mine;
        (mine, rest) = rest.split_at(length + usize::from(part < longer));
        mine
    };
    (0..parts).map(cut).map(sum).sum()
}
