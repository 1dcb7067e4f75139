//! Each thread puts its result into a list under a lock, and the caller waits on a condition variable until all are there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Result;
use sync::{Condvar, Mutex, thread};

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let results: Vec<_> = jobs.iter().map(|_| None).collect();
    let shared = Arc::new((Mutex::new(results), Condvar::new()));
    for (number, job) in jobs.into_iter().enumerate() {
        let theirs = shared.clone();
        thread::spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            theirs.0.lock().unwrap()[number] = Some(result);
            theirs.1.notify_one();
        });
    }
    let (results, arrived) = &*shared;
    let is_open = |results: &mut Vec<Option<_>>| results.iter().any(Option::is_none);
    let mut results = arrived.wait_while(results.lock().unwrap(), is_open).unwrap();
    results.drain(..).flatten().collect()
}
