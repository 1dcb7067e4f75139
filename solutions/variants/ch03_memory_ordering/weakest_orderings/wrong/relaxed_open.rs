//! The flag is stored with Relaxed.
//!
//! Rejected by: what_the_owner_wrote_happens_before_what_a_worker_reads
//! Because: publishes nothing

use sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;

/// A task that one thread writes, and the results of `N` workers, which the last of them collects.
pub struct Job<T, const N: usize> {
    task: UnsafeCell<T>,
    /// The task is there.
    open: AtomicBool,
    results: [UnsafeCell<T>; N],
    /// Workers that have not finished.
    left: AtomicUsize,
    /// How often somebody looked for the task.
    looks: AtomicUsize,
}

// SAFETY: task and results are written by one thread and belong to another (`T: Send`), and are read through shared references
// (`T: Sync`): by 1 and 3, behind the writes.
unsafe impl<T: Send + Sync, const N: usize> Sync for Job<T, N> {}

impl<T: Default, const N: usize> Job<T, N> {
    /// A job without a task.
    pub fn new() -> Self {
        Self {
            task: UnsafeCell::new(T::default()),
            open: AtomicBool::new(false),
            results: std::array::from_fn(|_| UnsafeCell::new(T::default())),
            left: AtomicUsize::new(N),
            looks: AtomicUsize::new(0),
        }
    }

    /// Lets `write` write the task, and shows it to the workers.
    ///
    /// # Safety
    ///
    /// Called at most once.
    pub unsafe fn open(&self, write: impl FnOnce(&mut T)) {
        // SAFETY: by the contract nobody else writes, and by 1 nobody reads before `open` is set.
        write(unsafe { &mut *self.task.get() });
        // Release: pairs with the Acquire in `look`, and publishes the task.
        self.open.store(true, Relaxed);
    }

    /// The task, if it is there. Does not wait.
    pub fn look(&self) -> Option<&T> {
        // Relaxed: by 4. No increment is lost, for a read-modify-write never reads an old value.
        self.looks.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in `open`.
        // SAFETY: by 1 the task was written before, and is not written again.
        self.open.load(Acquire).then(|| unsafe { &*self.task.get() })
    }

    /// Lets `write` write the result of worker `index`. The last worker to finish gets all results.
    ///
    /// # Safety
    ///
    /// Called at most once for each `index`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such `index`.
    pub unsafe fn finish(&self, index: usize, write: impl FnOnce(&mut T)) -> Option<[&T; N]> {
        // SAFETY: by the contract nobody else writes here, and by 3 nobody reads before this worker has counted itself out.
        write(unsafe { &mut *self.results[index].get() });
        // AcqRel: the Release half publishes this worker's result to the last one, the Acquire half lets the last one see the
        // others'. It reads the end of the release sequence of each of them.
        if self.left.fetch_sub(1, AcqRel) > 1 {
            return None;
        }
        // SAFETY: by 3 all results are written, before this and for good.
        Some(std::array::from_fn(|index| unsafe { &*self.results[index].get() }))
    }

    /// How often somebody has looked.
    pub fn looks(&self) -> usize {
        // Relaxed: by 4.
        self.looks.load(Relaxed)
    }
}

impl<T: Default, const N: usize> Default for Job<T, N> {
    fn default() -> Self {
        Self::new()
    }
}
