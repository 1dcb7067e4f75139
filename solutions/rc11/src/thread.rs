//! Threads of a model, as std's.

use crate::engine::block;
use crate::engine::runtime::{self, inside};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Slot<T> = Arc<Mutex<Option<T>>>;

/// A running thread; see [`spawn`].
pub struct JoinHandle<T> {
    thread: Thread,
    value: Slot<T>,
}

impl<T> std::fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JoinHandle({})", self.thread.0)
    }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. Never an error: a panic of the thread fails the model.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn join(self) -> std::thread::Result<T> {
        block::join(self.thread.0, Location::caller());
        let value = self.value.lock().expect("no panic under this lock").take();
        Ok(value.expect("a thread that has ended has left its value"))
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

/// A thread, to unpark it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread(usize);

impl Thread {
    /// Wakes the thread, or lets its next `park` return at once. Publishes what the caller did before.
    #[track_caller]
    pub fn unpark(&self) {
        block::unpark(self.0, Location::caller());
    }

    /// The number of the thread: 0 for the main thread.
    pub fn index(&self) -> usize {
        self.0
    }
}

/// The current thread.
///
/// # Panics
///
/// Outside of a model.
pub fn current() -> Thread {
    let current = runtime::with(|engine| engine.current);
    Thread(current.expect("current: called outside of a model"))
}

/// Starts a thread.
///
/// # Panics
///
/// Outside of a model, and if there are too many threads; see [`crate::MAX_THREADS`].
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let value = Slot::default();
    let slot = value.clone();
    let entry = move || {
        let value = f();
        *slot.lock().expect("no panic under this lock") = Some(value);
    };
    let thread = block::spawn(Box::new(crate::model::body(entry)), Location::caller());
    JoinHandle { thread: Thread(thread), value }
}

/// Sleeps until unparked. May return at any time without that, if the model allows it.
#[track_caller]
pub fn park() {
    if runtime::is_inside() {
        block::park(false, Location::caller());
    }
}

/// As [`park`], but the time may run out. The duration does not matter: it may always be over.
#[track_caller]
pub fn park_timeout(_duration: Duration) {
    if runtime::is_inside() {
        block::park(true, Location::caller());
    }
}

/// As [`crate::hint::spin_loop`].
pub fn yield_now() {
    crate::hint::spin_loop();
}

/// Is the current thread unwinding because of a panic?
pub fn panicking() -> bool {
    let inside = runtime::with(|engine| engine.panicking[engine.current]);
    inside.unwrap_or(true) && std::thread::panicking()
}

/// Threads that may borrow: see [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    threads: Mutex<Vec<usize>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// A running thread of a scope.
#[derive(Debug)]
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    value: Slot<T>,
    scope: PhantomData<&'scope ()>,
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
        let value = Slot::default();
        let slot: Slot<T> = value.clone();
        let entry = move || {
            let value = f();
            *slot.lock().expect("no panic under this lock") = Some(value);
        };
        let entry: Box<dyn FnOnce() + 'scope> = Box::new(crate::model::body(entry));
        // SAFETY: `scope` waits for every thread before it returns or unwinds, so `'scope` outlives the closure. A scope
        // that is abandoned never returns, and its threads are abandoned with it.
        let entry: Box<dyn FnOnce() + 'static> = unsafe { std::mem::transmute(entry) };
        let thread = block::spawn(entry, Location::caller());
        self.threads.lock().expect("no panic under this lock").push(thread);
        ScopedJoinHandle { thread: Thread(thread), value, scope: PhantomData }
    }
}

/// Runs `f`, which may start threads that borrow from around it, and waits for them all.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let at = Location::caller();
    let scope = Scope { threads: Mutex::default(), scope: PhantomData, env: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    let threads = std::mem::take(&mut *scope.threads.lock().expect("no panic under this lock"));
    for thread in threads {
        block::join(thread, at);
    }
    inside(|_| ());
    match result {
        Ok(value) => value,
        Err(payload) => resume_unwind(payload),
    }
}
