//! Threads of a model. At most five, the main one included.

use crate::engine::{self, Handle};
use crate::exec;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};

/// A running thread; see [`spawn`].
pub struct JoinHandle<T>(Handle<T>);

impl<T> std::fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JoinHandle({})", self.0.index)
    }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended. Never an error: a panic of the thread fails the model.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        let at = Location::caller();
        exec::with(|exec| exec.note(at, format!("join thread {}", self.0.index)));
        let value = self.0.join();
        engine::is_live();
        Ok(value.expect("a thread that has not ended ends only an abandoned execution"))
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> Thread {
        Thread(self.0.index)
    }
}

/// A thread, to unpark it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread(usize);

impl Thread {
    /// Wakes the thread, or lets its next `park` return at once. Publishes what the caller did before.
    #[track_caller]
    pub fn unpark(&self) {
        let at = Location::caller();
        exec::with(|exec| {
            exec.note(at, format!("unpark thread {}", self.0));
            exec.give_token(self.0);
        });
        engine::unpark(self.0);
    }
}

/// The current thread.
pub fn current() -> Thread {
    Thread(exec::with(|exec| exec.current).expect("current: called outside `sync::model`"))
}

/// Starts a thread.
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let at = Location::caller();
    let handle = engine::spawn(Box::new(f));
    exec::with(|exec| exec.note(at, format!("spawn thread {}", handle.index)));
    JoinHandle(handle)
}

/// Sleeps until unparked.
#[track_caller]
pub fn park() {
    let at = Location::caller();
    if engine::is_live() {
        exec::with(|exec| exec.note(at, "park()".into()));
        engine::park();
        exec::with(|exec| exec.take_token());
    }
}

/// Lets another thread run.
#[track_caller]
pub fn yield_now() {
    engine::hint();
}

/// Is the current thread unwinding because of a panic?
pub fn panicking() -> bool {
    exec::with(|exec| exec.panicking()).unwrap_or_else(std::thread::panicking)
}

/// Threads that may borrow: see [`scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    handles: Mutex<Vec<SharedHandle>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

/// The handle of a scoped thread, until it is joined by hand or by the scope.
type SharedHandle = Arc<Mutex<Option<Handle<()>>>>;

/// A running thread of a scope.
pub struct ScopedJoinHandle<'scope, T> {
    index: usize,
    handle: SharedHandle,
    value: Arc<Mutex<Option<T>>>,
    scope: PhantomData<&'scope ()>,
}

impl<T> std::fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ScopedJoinHandle({})", self.index)
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// As [`JoinHandle::join`].
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        join(&self.handle, Location::caller());
        engine::is_live();
        let value = self.value.lock().expect(UNPOISONED).take();
        Ok(value.expect("a thread that has not ended ends only an abandoned execution"))
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> Thread {
        Thread(self.index)
    }
}

const UNPOISONED: &str = "no panic under this lock";

/// Waits for the end of a scoped thread, unless somebody has done so before.
fn join(handle: &SharedHandle, at: &'static Location<'static>) {
    let handle = handle.lock().expect(UNPOISONED).take();
    if let Some(handle) = handle {
        exec::with(|exec| exec.note(at, format!("join thread {}", handle.index)));
        handle.join();
    }
}

impl std::fmt::Debug for Handle<()> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handle({})", self.index)
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
        let at = Location::caller();
        let value = Arc::new(Mutex::new(None));
        let slot = value.clone();
        let f: Box<dyn FnOnce() + Send + 'scope> = Box::new(move || {
            let value = f();
            *slot.lock().expect(UNPOISONED) = Some(value);
        });
        // SAFETY: `scope` joins every thread before it returns or unwinds, so `'scope` outlives the closure.
        let f: Box<dyn FnOnce() + Send + 'static> = unsafe { std::mem::transmute(f) };
        let handle = engine::spawn(f);
        exec::with(|exec| exec.note(at, format!("spawn thread {}", handle.index)));
        let index = handle.index;
        let handle = Arc::new(Mutex::new(Some(handle)));
        self.handles.lock().expect(UNPOISONED).push(handle.clone());
        ScopedJoinHandle { index, handle, value, scope: PhantomData }
    }
}

/// Runs `f`, which may start threads that borrow from around it, and joins them all.
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let at = Location::caller();
    let scope = Scope { handles: Mutex::default(), scope: PhantomData, env: PhantomData };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    let handles = std::mem::take(&mut *scope.handles.lock().expect(UNPOISONED));
    for handle in &handles {
        join(handle, at);
    }
    match result {
        Ok(value) => {
            engine::is_live();
            value
        }
        Err(payload) => resume_unwind(payload),
    }
}
