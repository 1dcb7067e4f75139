//! Runs jobs on threads, and returns what became of each, in order.
//!
//! The book's page on this exercise: chapter 1, "Join them all".

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
    // Your turn. When is the second thread started: before or after the first one is waited for?
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test join_all` does.
fn grade() {}
