//! The threads are joined from the last to the first, and the list is turned round.

use std::thread::Result;
use sync::thread;

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    // Collected, so that all threads have been started before the first one is waited for.
    let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(job)).collect();
    let mut results: Vec<_> = threads.into_iter().rev().map(|thread| thread.join()).collect();
    results.reverse();
    results
}
