//! The caller has nothing to do but wait, so it runs the last job itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::Result;
use sync::thread;

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(mut jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let last = jobs.pop();
    let threads: Vec<_> = jobs.into_iter().map(|job| thread::spawn(job)).collect();
    let last = last.map(|job| catch_unwind(AssertUnwindSafe(job)));
    threads.into_iter().map(|thread| thread.join()).chain(last).collect()
}
