//! The first job is run by the caller, whether there is one or not.
//!
//! Rejected by: no_jobs_have_no_results
//! Because: unwrap

use std::panic::{AssertUnwindSafe, catch_unwind};
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
    let mut jobs = jobs.into_iter();
    let first = jobs.next().unwrap();
    let threads: Vec<_> = jobs.map(|job| thread::spawn(job)).collect();
    let mut results = vec![catch_unwind(AssertUnwindSafe(first))];
    results.extend(threads.into_iter().map(|thread| thread.join()));
    results
}
