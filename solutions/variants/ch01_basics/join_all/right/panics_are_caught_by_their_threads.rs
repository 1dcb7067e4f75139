//! Each thread catches the panic of its job and puts the result into the slot of that job.

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
    let slots: Arc<Vec<_>> = Arc::new(jobs.iter().map(|_| Mutex::new(None)).collect());
    let mut threads = Vec::new();
    for (place, job) in jobs.into_iter().enumerate() {
        let slots = slots.clone();
        threads.push(thread::spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            *slots[place].lock().unwrap() = Some(result);
        }));
    }
    for thread in threads {
        thread.join().unwrap();
    }
    slots.iter().map(|slot| slot.lock().unwrap().take().unwrap()).collect()
}
