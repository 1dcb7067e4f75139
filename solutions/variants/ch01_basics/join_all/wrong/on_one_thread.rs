//! All jobs run on the thread that calls; only their panics are caught.
//!
//! Rejected by: all_jobs_run_at_the_same_time
//! Because: Start all threads before you wait

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::Result;

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    jobs.into_iter().map(|job| catch_unwind(AssertUnwindSafe(job))).collect()
}
