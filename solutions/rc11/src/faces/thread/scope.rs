//! Threads that borrow.

use super::Thread;
use super::handle::{self, JoinHandle};
use crate::core::event::EventId;
use crate::runtime::block;
use crate::runtime::panics::OF_A_SCOPE;
use crate::runtime::run::inside;
use crate::runtime::shared::Shared;
use crate::runtime::sight;
use crate::runtime::state::ThreadKey;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

/// Threads that may borrow: see [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    threads: Threads,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// The threads that were started and not yet waited for, each with its `Spawn`.
#[derive(Debug, Default)]
struct Threads(RefCell<Vec<(ThreadKey, EventId)>>);

// SAFETY: the threads of a model run in turn on one OS thread, and none is interrupted while it borrows the list.
unsafe impl Sync for Threads {}

impl Threads {
    /// Takes the first of the threads that the current one knows of. Which those are depends on the graph alone, unlike which
    /// have been started by now.
    fn take_known(&self) -> Option<ThreadKey> {
        let known = inside(|engine| engine.known());
        let mut threads = self.0.borrow_mut();
        let of_known = (0..threads.len()).filter(|i| known.has(threads[*i].1));
        let first = of_known.min_by_key(|i| threads[*i].0)?;
        Some(threads.swap_remove(first).0)
    }

    /// Waits for them all. Did one end by a panic that nobody has asked about?
    fn join(&self, at: &'static Location<'static>) -> bool {
        let mut unclaimed = false;
        // Threads of the scope may start others; who waits for a thread knows of those that it has started.
        while let Some(thread) = self.take_known() {
            block::join(thread, at);
            let mut left = inside(|engine| {
                engine.claim(thread);
                let index = engine.slots.iter().position(|(key, _)| *key == thread);
                index.map(|index| engine.slots.remove(index))
            });
            unclaimed |= left.as_mut().is_some_and(|(_, slot)| slot.is_unclaimed_panic());
            // What nobody has asked for is dropped here: its destructor is the program's.
            drop(left);
        }
        unclaimed
    }
}

/// A running thread of a scope.
pub struct ScopedJoinHandle<'scope, T> {
    handle: JoinHandle<T>,
    scope: PhantomData<&'scope ()>,
}

impl<T> std::fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ScopedJoinHandle({})", self.thread().index())
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// As [`JoinHandle::join`].
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn join(self) -> std::thread::Result<T> {
        self.handle.join()
    }

    /// As [`JoinHandle::is_finished`].
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        self.handle.is_finished()
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> &Thread {
        self.handle.thread()
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
        self.start(f, None, Location::caller())
    }

    pub(super) fn start<F, T>(
        &'scope self,
        f: F,
        name: Option<Shared<str>>,
        at: &'static Location<'static>,
    ) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        // SAFETY: `scope` waits for every thread and empties its slot before it returns or unwinds.
        let handle = unsafe { handle::start(f, name, at) };
        self.note(&handle.thread().clone());
        ScopedJoinHandle { handle, scope: PhantomData }
    }

    fn note(&self, thread: &Thread) {
        let spawn = inside(|engine| {
            let entry = engine.entries[thread.key.row].as_ref();
            entry.and_then(|entry| entry.spawn).expect("the thread was just started")
        });
        // The list is the checker's, and this is compiled where threads are started.
        sight::closed(|| self.threads.0.borrow_mut().push((thread.key, spawn)));
    }
}

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
    let scope = Scope { threads: Threads::default(), scope: PhantomData, env: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    let unclaimed = scope.threads.join(at);
    match result {
        Ok(_) if unclaimed => std::panic::panic_any(OF_A_SCOPE),
        Ok(value) => value,
        Err(payload) => {
            // The hook is not called again.
            inside(|engine| engine.panicking[engine.current] = true);
            resume_unwind(payload)
        }
    }
}
