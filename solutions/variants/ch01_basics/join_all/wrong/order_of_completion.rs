//! Each thread puts its result at the end of one list: the first to end is the first in it.
//!
//! Rejected by: results_are_in_the_order_of_the_jobs
//! Because: whichever ends first

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Result;
use sync::{Mutex, thread};

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let results = Arc::new(Mutex::new(Vec::new()));
    let threads: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let results = results.clone();
            thread::spawn(move || {
                let result = catch_unwind(AssertUnwindSafe(job));
                results.lock().unwrap().push(result);
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    std::mem::take(&mut *results.lock().unwrap())
}
