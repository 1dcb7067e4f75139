//! Threads of a model, as std's.

use crate::faces::hint;
use crate::runtime::block;
use crate::runtime::run;
use crate::runtime::state::Slot;
use std::cell::UnsafeCell;
use std::panic::Location;
use std::time::Duration;

mod scope;
pub use scope::{Scope, ScopedJoinHandle, scope};

/// Where a thread leaves its value, or the payload of its panic. The engine owns it.
struct Value<T>(UnsafeCell<Option<std::thread::Result<T>>>);

impl<T> Slot for Value<T> {
    fn forget(&mut self) {
        std::mem::forget(self.0.get_mut().take());
    }

    fn is_unclaimed_panic(&mut self) -> bool {
        matches!(self.0.get_mut(), Some(Err(_)))
    }
}

/// A pointer to a [`Value`], good for one execution.
struct ValueRef<T> {
    value: *const Value<T>,
    execution: u64,
}

// SAFETY: the threads of a model run in turn on one OS thread, and the value may be sent.
unsafe impl<T: Send> Send for ValueRef<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for ValueRef<T> {}

impl<T> ValueRef<T> {
    fn take(&self) -> std::thread::Result<T> {
        assert_eq!(self.execution, run::execution(), "a handle of another execution");
        // SAFETY: the engine keeps the value until its execution has ended, and nobody has a reference to it.
        let value = unsafe { (*(*self.value).0.get()).take() };
        value.expect("a thread that has ended has left its value")
    }
}

/// Starts a thread that runs `f`.
///
/// # Safety
///
/// The thread must have ended, and its slot must be emptied, before what `f` and `T` borrow ends.
unsafe fn start<F: FnOnce() -> T, T>(
    f: F,
    at: &'static Location<'static>,
) -> (Thread, ValueRef<T>) {
    let slot = Box::new(Value(UnsafeCell::new(None)));
    let value: *const Value<T> = &raw const *slot;
    let entry = crate::runtime::panics::body(move || {
        let result = crate::runtime::panics::outcome(f);
        // SAFETY: as in `take`.
        unsafe { *(*value).0.get() = Some(result) };
    });
    let entry: Box<dyn FnMut() + '_> = Box::new(entry);
    let slot: Box<dyn Slot + '_> = slot;
    // SAFETY: as promised by the caller. An execution that is abandoned runs none of them any more and leaks what they own.
    let (entry, slot) = unsafe {
        (
            std::mem::transmute::<Box<dyn FnMut() + '_>, Box<dyn FnMut()>>(entry),
            std::mem::transmute::<Box<dyn Slot + '_>, Box<dyn Slot>>(slot),
        )
    };
    let thread = block::spawn(entry, at);
    run::keep_slot(thread, slot);
    (Thread(thread), ValueRef { value, execution: run::execution() })
}

/// A running thread; see [`spawn`].
pub struct JoinHandle<T> {
    thread: Thread,
    value: ValueRef<T>,
}

impl<T> std::fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JoinHandle({})", self.thread.0)
    }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. An error after [`panic_quietly`](crate::panic_quietly): any other panic of a thread
    /// fails the model.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn join(self) -> std::thread::Result<T> {
        block::join(self.thread.0, Location::caller());
        self.value.take()
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
    let current = run::with(|engine| engine.current);
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
    // SAFETY: nothing is borrowed.
    let (thread, value) = unsafe { start(f, Location::caller()) };
    JoinHandle { thread, value }
}

/// Sleeps until unparked. May return at any time without that, if the model allows it.
#[track_caller]
pub fn park() {
    if run::is_inside() {
        block::park(false, Location::caller());
    }
}

/// As [`park`], but the time may run out. The duration does not matter: it may always be over.
#[track_caller]
pub fn park_timeout(_duration: Duration) {
    if run::is_inside() {
        block::park(true, Location::caller());
    }
}

/// As [`crate::hint::spin_loop`].
pub fn yield_now() {
    hint::spin_loop();
}

/// Is the current thread unwinding because of a panic?
pub fn panicking() -> bool {
    let inside = run::with(|engine| engine.panicking[engine.current]);
    inside.unwrap_or(true) && std::thread::panicking()
}
