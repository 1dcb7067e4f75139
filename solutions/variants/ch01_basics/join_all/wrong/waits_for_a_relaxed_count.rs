//! Nobody is joined: the caller waits for a count, and the count orders nothing.
//!
//! Rejected by: what_a_job_did_happens_before_the_use_of_its_result
//! Because: data race

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Result;
use sync::atomic::{AtomicUsize, Ordering::Relaxed};
use sync::cell::UnsafeCell;
use sync::{hint, thread};

struct Slot<T>(UnsafeCell<Option<Result<T>>>);

// SAFETY: each slot is written by one thread, and read when the count says that it was. (So it seems.)
unsafe impl<T: Send> Sync for Slot<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Slot<T> {}

/// Runs all `jobs` at the same time, and returns their results in the order of the jobs.
///
/// The result of a job that panicked is an `Err` with the payload of its panic.
pub fn join_all<F, T>(jobs: Vec<F>) -> Vec<Result<T>>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let slots: Arc<Vec<_>> = Arc::new(jobs.iter().map(|_| Slot(UnsafeCell::new(None))).collect());
    let count = Arc::new(AtomicUsize::new(0));
    for (place, job) in jobs.into_iter().enumerate() {
        let (slots, count) = (slots.clone(), count.clone());
        thread::spawn(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            // SAFETY: as above.
            unsafe { *slots[place].0.get() = Some(result) };
            count.fetch_add(1, Relaxed);
        });
    }
    while count.load(Relaxed) < slots.len() {
        hint::spin_loop();
    }
    // SAFETY: as above.
    slots.iter().map(|slot| unsafe { (*slot.0.get()).take().unwrap() }).collect()
}
