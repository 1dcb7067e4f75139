//! A mutex and a condition variable whose queues know each other: a notification wakes nobody who would only have to wait for the mutex.
//!
//! The book's page on this exercise: chapter 10, "From queue to queue".

use parts::Mutex as Inner;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::thread;

/// The entry of a thread that sleeps until it has the mutex. It belongs to that thread and to the one that wakes it, whichever needs it longer.
struct Sleeper {
    thread: thread::Thread,
    has_the_mutex: AtomicBool,
}

impl Sleeper {
    fn new() -> Arc<Self> {
        Arc::new(Self { thread: thread::current(), has_the_mutex: AtomicBool::new(false) })
    }

    /// Sleeps until told to go on. `park` may return for no reason: what we are told decides.
    fn sleep(&self) {
        // Your turn.
        todo!()
    }

    fn go_on(&self) {
        // Your turn.
        todo!()
    }
}

/// What there is to know of a mutex.
struct State {
    held: bool,
    queue: VecDeque<Arc<Sleeper>>,
}

/// Mutual exclusion by sleeping, around the data that it protects: first come, first served. A panic of a holder does not poison it.
pub struct Mutex<T> {
    state: Inner<State>,
    data: UnsafeCell<T>,
}

// Your turn: `Sync`, for the right data.

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        let state = State { held: false, queue: VecDeque::new() };
        Self { state: Inner::new(state), data: UnsafeCell::new(value) }
    }

    /// Waits until all who came before have had the lock, and takes it. Blocks by sleeping.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn. If the lock is held, who will give it to you?
        todo!()
    }

    /// How many threads are in the queue. By the time that this returns it may be another number.
    pub fn waiting(&self) -> usize {
        self.state.lock().queue.len()
    }
}

/// Proof that the lock is held: gives access to the data, and hands the lock to the next in the queue when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// Your turn: `Sync`, for the right data.

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Your turn.
        todo!()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // Your turn.
        todo!()
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. Whose turn is it?
        todo!()
    }
}

/// A thread that waits for a condition variable.
struct Waiter {
    sleeper: Arc<Sleeper>,
    /// The state of the mutex that it has unlocked and is to get back.
    mutex: NonNull<Inner<State>>,
}

// Your turn: why may a queue of these go from thread to thread?

/// Lets threads sleep until data in a [`Mutex`] has changed.
pub struct Condvar {
    queue: Inner<VecDeque<Waiter>>,
}

impl Condvar {
    /// A condition variable that nobody waits for.
    pub const fn new() -> Self {
        Self { queue: Inner::new(VecDeque::new()) }
    }

    /// Unlocks the mutex, sleeps until a notification comes, and returns when it has the mutex again.
    ///
    /// Unlocking and going to sleep are one step to every notifier that takes the mutex. Never returns without a notification.
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        // Your turn. Enter the queue and unlock: in which order?
        todo!()
    }

    /// Moves the thread that has waited longest on to its mutex. Wakes it if nobody has the mutex.
    pub fn notify_one(&self) {
        // Your turn.
        todo!()
    }

    /// Moves all threads that wait on to their mutexes. Of those with the same one it wakes one at most.
    pub fn notify_all(&self) {
        // Your turn.
        todo!()
    }

    /// How many threads wait for a notification. By the time that this returns it may be another number.
    pub fn waiting(&self) -> usize {
        self.queue.lock().len()
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test condvar_requeue` does.
fn grade() {}
