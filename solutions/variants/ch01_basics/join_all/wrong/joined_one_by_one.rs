//! Each thread is waited for before the next one is started.
//!
//! Rejected by: all_jobs_run_at_the_same_time
//! Because: Start all threads before you wait

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
    let mut results = Vec::new();
    for job in jobs {
        results.push(thread::spawn(job).join());
    }
    results
}
