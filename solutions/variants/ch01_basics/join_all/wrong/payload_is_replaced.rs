//! The result of a panic is an `Err` with words of our own.
//!
//! Rejected by: result_carries_the_payload_of_the_panic
//! Because: what the job had to say is lost

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
    let words = |_| -> Box<dyn std::any::Any + Send> { Box::new("a job panicked") };
    threads.into_iter().map(|thread| thread.join().map_err(words)).collect()
}
