//! `pop` takes the handles from the end: the results are in the wrong order.
//!
//! Rejected by: results_are_in_the_order_of_the_jobs
//! Because: the results must be in the order of the jobs

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
    let mut threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(job)).collect();
    let mut results = Vec::new();
    while let Some(thread) = threads.pop() {
        results.push(thread.join());
    }
    results
}
