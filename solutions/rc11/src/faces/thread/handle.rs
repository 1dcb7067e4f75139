//! Starting a thread, and waiting for what comes of it.

use super::Thread;
use crate::runtime::block;
use crate::runtime::object::Tag;
use crate::runtime::panics::{body, outcome};
use crate::runtime::run::inside;
use crate::runtime::shared::Shared;
use crate::runtime::state::{Slot, ThreadKey};
use std::cell::UnsafeCell;
use std::fmt;
use std::panic::Location;

/// Where a thread leaves its value, or the payload of its panic. The engine owns it.
struct Value<T> {
    result: UnsafeCell<Option<std::thread::Result<T>>>,
    ended: Tag,
}

impl<T> Slot for Value<T> {
    fn forget(&mut self) {
        std::mem::forget(self.result.get_mut().take());
    }

    fn is_unclaimed_panic(&mut self) -> bool {
        matches!(self.result.get_mut(), Some(Err(_)))
    }

    fn ended(&self) -> &Tag {
        &self.ended
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
        assert_eq!(self.execution, execution(), "a handle of another execution");
        // SAFETY: the engine keeps the value until its execution has ended, and nobody has a reference to it.
        let value = unsafe { (*(*self.value).result.get()).take() };
        value.expect("a thread that has ended has left its value")
    }
}

fn execution() -> u64 {
    inside(|engine| engine.number)
}

/// Starts a thread that runs `f`.
///
/// # Safety
///
/// The thread must have ended, and its slot must be emptied, before what `f` and `T` borrow ends.
pub unsafe fn start<F: FnOnce() -> T, T>(
    f: F,
    name: Option<Shared<str>>,
    at: &'static Location<'static>,
) -> JoinHandle<T> {
    let slot = Box::new(Value { result: UnsafeCell::new(None), ended: Tag::new() });
    let value: *const Value<T> = &raw const *slot;
    let run = body(move || {
        let result = outcome(f);
        // SAFETY: as in `take`.
        unsafe { *(*value).result.get() = Some(result) };
    });
    let run: Box<dyn FnMut() + '_> = Box::new(run);
    let slot: Box<dyn Slot + '_> = slot;
    // SAFETY: as promised by the caller. An execution that is abandoned runs none of them any more and leaks what they own.
    let (run, slot) = unsafe {
        (
            std::mem::transmute::<Box<dyn FnMut() + '_>, Box<dyn FnMut()>>(run),
            std::mem::transmute::<Box<dyn Slot + '_>, Box<dyn Slot>>(slot),
        )
    };
    let (thread, execution) = launch(run, slot, name, at);
    JoinHandle { thread, value: ValueRef { value, execution } }
}

/// The part of [`start`] that does not depend on its types.
fn launch(
    run: Box<dyn FnMut()>,
    slot: Box<dyn Slot>,
    name: Option<Shared<str>>,
    at: &'static Location<'static>,
) -> (Thread, u64) {
    let (key, _) = block::spawn(run, name.clone(), at);
    inside(|engine| engine.slots.push((key, slot)));
    (Thread { key, name, _memory: super::memory(at) }, execution())
}

fn join(thread: ThreadKey, at: &'static Location<'static>) {
    block::join(thread, at);
}

/// A running thread; see [`spawn`](super::spawn).
pub struct JoinHandle<T> {
    thread: Thread,
    value: ValueRef<T>,
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinHandle({})", self.thread.index())
    }
}

impl<T> JoinHandle<T> {
    /// Waits until the thread has ended.
    ///
    /// # Errors
    ///
    /// If the thread has panicked. The panic then no longer fails the model: it is the caller's to deal with.
    #[track_caller]
    pub fn join(self) -> std::thread::Result<T> {
        join(self.thread.key, Location::caller());
        let result = self.value.take();
        if result.is_err() {
            inside(|engine| engine.claim(self.thread.key));
        }
        result
    }

    /// Has the thread's closure returned or panicked? Nothing that the thread did is ordered before this call; [`join`] orders.
    ///
    /// [`join`]: Self::join
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        block::has_ended(self.thread.key, Location::caller())
    }

    /// The thread, to unpark it.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}
