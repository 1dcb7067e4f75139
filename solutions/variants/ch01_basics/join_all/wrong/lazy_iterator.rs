//! One chain of iterators: `collect` asks for a result, which starts a thread and waits for it, then for the next.
//!
//! Rejected by: all_jobs_run_at_the_same_time
//! Because: an iterator does nothing until it is asked

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
    jobs.into_iter().map(|job| thread::spawn(job)).map(|thread| thread.join()).collect()
}
