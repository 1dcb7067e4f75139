//! A job for `N` workers. All is there but the orderings: make each as weak as it can be.
//!
//! With `SeqCst` in place of each `todo!()` it is correct. You may also change what is around it: a fence in place of an
//! ordering is fine.
//!
//! The book's page on this exercise: chapter 3, "As weak as can be".

use sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
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
// (`T: Sync`). That this comes after the writes is up to the orderings.
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
        // SAFETY: by the contract nobody else writes, and nobody reads before `open` is set.
        write(unsafe { &mut *self.task.get() });
        self.open.store(true, todo!());
    }

    /// The task, if it is there. Does not wait.
    pub fn look(&self) -> Option<&T> {
        self.looks.fetch_add(1, todo!());
        // SAFETY: the task was written before `open` was set, and is not written again.
        self.open.load(todo!()).then(|| unsafe { &*self.task.get() })
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
        // SAFETY: by the contract nobody else writes here, and nobody reads before this worker has counted itself out.
        write(unsafe { &mut *self.results[index].get() });
        if self.left.fetch_sub(1, todo!()) > 1 {
            return None;
        }
        // SAFETY: this worker is the last: all results are written, for good.
        Some(std::array::from_fn(|index| unsafe { &*self.results[index].get() }))
    }

    /// How often somebody has looked.
    pub fn looks(&self) -> usize {
        self.looks.load(todo!())
    }
}

impl<T: Default, const N: usize> Default for Job<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test weakest_orderings` does.
fn grade() {}
