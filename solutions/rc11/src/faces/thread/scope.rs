//! Threads that borrow.

use super::{JoinHandle, Thread, ValueRef, start};
use crate::runtime::block;
use crate::runtime::run;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

/// Threads that may borrow: see [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    /// A bit for each thread that was started.
    threads: AtomicU8,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// A running thread of a scope.
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    value: ValueRef<T>,
    scope: PhantomData<&'scope ()>,
}

impl<T> std::fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ScopedJoinHandle({})", self.thread.0)
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// As [`JoinHandle::join`].
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn join(self) -> std::thread::Result<T> {
        JoinHandle { thread: self.thread, value: self.value }.join()
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl<'scope> Scope<'scope, '_> {
    /// Starts a thread that ends before the scope does.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        // SAFETY: `scope` waits for every thread and empties its slot before it returns or unwinds.
        let (thread, value) = unsafe { start(f, Location::caller()) };
        // Relaxed: one OS thread.
        self.threads.fetch_or(1 << thread.0, Ordering::Relaxed);
        ScopedJoinHandle { thread, value, scope: PhantomData }
    }
}

const _: () = assert!(
    crate::core::clock::MAX_THREADS <= u8::BITS as usize,
    "a scope has a bit for each thread"
);

/// Runs `f`, which may start threads that borrow from around it, and waits for them all.
///
/// # Panics
///
/// If a thread has ended by a panic, and nobody has joined it.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let at = Location::caller();
    let scope = Scope { threads: AtomicU8::new(0), scope: PhantomData, env: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    let (mut joined, mut unclaimed) = (0, false);
    // Threads of the scope may start others. Relaxed: one OS thread.
    while let left @ 1.. = scope.threads.load(Ordering::Relaxed) & !joined {
        let thread = left.trailing_zeros() as usize;
        joined |= 1 << thread;
        block::join(thread, at);
        let slot = run::take_slot(thread);
        unclaimed |= slot.is_some_and(|mut slot| slot.is_unclaimed_panic());
    }
    match result {
        Ok(_) if unclaimed => panic!("a scoped thread panicked"),
        Ok(value) => value,
        Err(payload) => resume_unwind(payload),
    }
}
