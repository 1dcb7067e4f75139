//! Threads of a model, as std's.
//!
//! What is not here is what a model has no use for: the sizes of stacks mean nothing, and time passes as it likes. See
//! [`sleep`] and [`park_timeout`].

use crate::faces::hint;
use crate::runtime::block;
use crate::runtime::leaks;
use crate::runtime::run;
use crate::runtime::shared::Shared;
use crate::runtime::state::ThreadKey;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

mod builder;
mod handle;
mod local;
mod scope;
pub use builder::Builder;
pub use handle::JoinHandle;
pub use local::{AccessError, LocalKey};
pub use scope::{Scope, ScopedJoinHandle, scope};
pub use std::thread::Result;

/// How many processors a model has, as far as a program can tell: not one, so that it may wait for another thread that runs.
const PROCESSORS: NonZero<usize> = NonZero::new(2).unwrap();

/// A thread, to unpark it.
#[derive(Clone)]
pub struct Thread {
    key: ThreadKey,
    name: Option<Shared<str>>,
    /// See [`memory`].
    _memory: Arc<u8>,
}

/// Memory of the program's, as std's handle has: a handle that is forgotten is a leak.
fn memory(at: &'static Location<'static>) -> Arc<u8> {
    let memory = Arc::<u8>::default();
    leaks::is_of(Arc::as_ptr(&memory).addr(), at);
    memory
}

impl Thread {
    /// Wakes the thread, or lets its next `park` return at once. Publishes what the caller did before.
    #[track_caller]
    pub fn unpark(&self) {
        block::unpark(self.key, Location::caller());
    }

    /// Tells it from all other threads of the execution.
    pub fn id(&self) -> ThreadId {
        ThreadId(self.key)
    }

    /// The name that it was given. The main thread is called `main`.
    pub fn name(&self) -> Option<&str> {
        let is_main = self.index() == 0;
        self.name.as_deref().or(is_main.then_some("main"))
    }

    /// The number of the thread in reports: 0 for the main thread. A thread that is started when another one has been joined
    /// may get its number.
    pub fn index(&self) -> usize {
        self.key.row
    }
}

impl PartialEq for Thread {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Thread {}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").field("id", &self.id()).field("name", &self.name()).finish()
    }
}

/// Tells a thread from all others of its execution.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ThreadId(ThreadKey);

impl fmt::Debug for ThreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ThreadKey { row, begin } = self.0;
        if begin == 0 { write!(f, "ThreadId({row})") } else { write!(f, "ThreadId({row}.{begin})") }
    }
}

/// The current thread.
///
/// # Panics
///
/// Outside of a model.
#[track_caller]
pub fn current() -> Thread {
    let current = run::with(|engine| {
        let entry = engine.entries[engine.current].as_ref();
        let name = entry.and_then(|entry| entry.name.clone());
        (engine.key_of(engine.current), name)
    });
    let (key, name) = current.expect("current: called outside of a model");
    Thread { key, name, _memory: memory(Location::caller()) }
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
    unsafe { handle::start(f, None, Location::caller()) }
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

/// Lets time pass. The duration does not matter: other threads may do anything meanwhile, or nothing. So nothing is ordered by
/// it, and a loop that sleeps in each turn waits for another thread, as with [`yield_now`].
pub fn sleep(_duration: Duration) {
    hint::spin_loop();
}

/// As [`crate::hint::spin_loop`].
pub fn yield_now() {
    hint::spin_loop();
}

/// How many threads make sense at one time: two, on each machine.
#[allow(clippy::missing_errors_doc)]
pub fn available_parallelism() -> io::Result<NonZero<usize>> {
    Ok(PROCESSORS)
}

/// Is the current thread unwinding because of a panic?
pub fn panicking() -> bool {
    run::with(|engine| engine.is_unwinding()).unwrap_or_else(std::thread::panicking)
}
