//! A mutex and a condition variable whose queues know each other: a notification wakes nobody who would only have to wait for the mutex.
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made when `held` becomes true, or for the one thread to which the lock
//!    was handed over. `held` becomes false, or the lock is handed over, only when the guard is gone.
//! 2. Every access to the data by a guard happens before every access by the next: both have the lock of the mutex's state in between, or
//!    the release in [`Sleeper::go_on`] is acquired by the [`Sleeper::sleep`] of the thread that the lock is handed to.
//! 3. While anybody stands in a mutex's queue, `held` is true.
//! 4. A sleeper stands in one queue at most: in a condition variable's, then in a mutex's. It is told to go on once, by the thread that
//!    has taken it out of the last one, and then it has the mutex.
//! 5. Whoever waits for a condition variable enters its queue before it unlocks the mutex. So whoever changes the data under the mutex later, and
//!    then notifies, finds it there.
//! 6. A mutex is there while anybody sleeps who is to get it: that thread borrows it.

use parts::Mutex as Inner;
use std::collections::VecDeque;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::sync::Arc;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
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
        // Acquire: pairs with the Release in `go_on`; what the holder before us did happens before what we do.
        while !self.has_the_mutex.load(Acquire) {
            thread::park();
        }
    }

    fn go_on(&self) {
        // Release: pairs with the Acquire in `sleep`.
        self.has_the_mutex.store(true, Release);
        self.thread.unpark();
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

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        let state = State { held: false, queue: VecDeque::new() };
        Self { state: Inner::new(state), data: UnsafeCell::new(value) }
    }

    /// Waits until all who came before have had the lock, and takes it. Blocks by sleeping.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let mut state = self.state.lock();
        if state.held {
            let sleeper = Sleeper::new();
            state.queue.push_back(sleeper.clone());
            drop(state);
            sleeper.sleep();
        } else {
            state.held = true;
        }
        MutexGuard::new(self)
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

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<'a, T> MutexGuard<'a, T> {
    /// The guard of a lock that the caller has just got.
    fn new(lock: &'a Mutex<T>) -> Self {
        Self { lock, not_send: PhantomData }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and `&mut self` makes this the only reference from this guard.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let mut state = self.lock.state.lock();
        let next = state.queue.pop_front();
        state.held = next.is_some();
        drop(state);
        // The mutex may be gone by now, if nobody was there, and as soon as the next holder has been told.
        if let Some(next) = next {
            next.go_on();
        }
    }
}

/// A thread that waits for a condition variable.
struct Waiter {
    sleeper: Arc<Sleeper>,
    /// The state of the mutex that it has unlocked and is to get back.
    mutex: NonNull<Inner<State>>,
}

// SAFETY: the pointer leads to what threads share, and is there as long as it is used (invariant 6).
unsafe impl Send for Waiter {}

impl Waiter {
    /// Moves the thread into the mutex's queue, or gives it the mutex if nobody has it.
    fn requeue(self) {
        // SAFETY: the thread sleeps and has not got the mutex, so it is there (invariants 4 and 6).
        let mut state = unsafe { self.mutex.as_ref() }.lock();
        if mem::replace(&mut state.held, true) {
            state.queue.push_back(self.sleeper);
        } else {
            drop(state);
            self.sleeper.go_on();
        }
    }
}

/// Lets threads sleep until data in a [`Mutex`] has changed.
///
/// That a notification moves sleepers from queue to queue is called wait morphing. Linux can do it with futexes (`FUTEX_CMP_REQUEUE`).
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
        let lock = guard.lock;
        let sleeper = Sleeper::new();
        let waiter = Waiter { sleeper: sleeper.clone(), mutex: NonNull::from(&lock.state) };
        // While the mutex is held (invariant 5).
        self.queue.lock().push_back(waiter);
        drop(guard);
        sleeper.sleep();
        MutexGuard::new(lock)
    }

    /// Moves the thread that has waited longest on to its mutex. Wakes it if nobody has the mutex.
    pub fn notify_one(&self) {
        let first = self.queue.lock().pop_front();
        first.into_iter().for_each(Waiter::requeue);
    }

    /// Moves all threads that wait on to their mutexes. Of those with the same one it wakes one at most.
    pub fn notify_all(&self) {
        let all = mem::take(&mut *self.queue.lock());
        all.into_iter().for_each(Waiter::requeue);
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
