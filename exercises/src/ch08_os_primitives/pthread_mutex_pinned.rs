//! A safe mutex around the system's own, which must not be moved.
//!
//! A `pthread_mutex_t` is known to the system by its address. POSIX leaves open what a copy does (XSH 2.9.9, "Synchronization
//! Object Copies and Alternative Mappings"), and to move a value in Rust is to copy it and forget the original. So the mutex
//! lives in a box, and only the box's pointer moves. Rust's std did the same until it had locks of its own.
//!
//! # Invariants
//!
//! 1. A [`Raw`] is initialised in place, after it has been boxed and before anybody has a reference to it, and stays at that
//!    address until it is destroyed, or for ever.
//! 2. A [`Guard`] exists only while its thread holds the mutex. It is not `Send`, so the thread that locked is the one that
//!    unlocks.
//! 3. A mutex is destroyed only when it is unlocked and nobody has a reference to it.

use std::cell::UnsafeCell;
use std::fmt::{self, Debug};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};
use std::pin::Pin;

/// The system's mutex, at an address of its own.
struct Raw {
    mutex: UnsafeCell<MaybeUninit<libc::pthread_mutex_t>>,
    _pinned: PhantomPinned,
}

// SAFETY: the functions of the system may be called from any thread. That only the holder unlocks is invariant 2.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    /// An unlocked mutex. Locking it twice in one thread is a deadlock, and nothing worse.
    fn new() -> Pin<Box<Self>> {
        let raw = Box::pin(Self {
            mutex: UnsafeCell::new(MaybeUninit::uninit()),
            _pinned: PhantomPinned,
        });
        let mut attributes = MaybeUninit::uninit();
        let attributes = attributes.as_mut_ptr();
        // SAFETY: the attributes are initialised by the first call, and used until the last. The mutex is where it will stay,
        // and nobody else knows it (invariant 1).
        unsafe {
            succeeded(libc::pthread_mutexattr_init(attributes));
            // Not the default: relocking a default mutex is undefined behaviour, and `lock` is a safe function.
            succeeded(libc::pthread_mutexattr_settype(attributes, libc::PTHREAD_MUTEX_NORMAL));
            succeeded(libc::pthread_mutex_init(raw.get(), attributes));
            succeeded(libc::pthread_mutexattr_destroy(attributes));
        }
        raw
    }

    fn get(&self) -> *mut libc::pthread_mutex_t {
        self.mutex.get().cast()
    }

    fn lock(&self) {
        // SAFETY: the mutex is initialised (invariant 1).
        succeeded(unsafe { libc::pthread_mutex_lock(self.get()) });
    }

    fn try_lock(&self) -> bool {
        // SAFETY: the mutex is initialised (invariant 1).
        match unsafe { libc::pthread_mutex_trylock(self.get()) } {
            libc::EBUSY => false,
            result => {
                succeeded(result);
                true
            }
        }
    }

    /// # Safety
    ///
    /// The calling thread holds the mutex.
    unsafe fn unlock(&self) {
        // SAFETY: the mutex is initialised (invariant 1); the rest is the caller's promise.
        succeeded(unsafe { libc::pthread_mutex_unlock(self.get()) });
    }

    /// # Safety
    ///
    /// The mutex is unlocked, and nobody uses it from now on.
    unsafe fn destroy(&self) {
        // SAFETY: the mutex is initialised (invariant 1); the rest is the caller's promise.
        succeeded(unsafe { libc::pthread_mutex_destroy(self.get()) });
    }
}

/// Panics with the error that a function of the system has returned.
#[track_caller]
fn succeeded(result: libc::c_int) {
    assert!(result == 0, "{}", std::io::Error::from_raw_os_error(result));
}

/// A mutex of the system around the data that it protects.
///
/// It may be moved, also while a forgotten guard keeps it locked: the system's part stays where it is.
pub struct Mutex<T> {
    raw: ManuallyDrop<Pin<Box<Raw>>>,
    data: UnsafeCell<T>,
}

// SAFETY: one thread at a time has access to the data, ordered after the last one by the system's mutex. So the `T` is moved
// from thread to thread, which takes `T: Send`, and never shared.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    ///
    /// # Panics
    ///
    /// If the system has no memory left for a mutex.
    pub fn new(value: T) -> Self {
        Self { raw: ManuallyDrop::new(Raw::new()), data: UnsafeCell::new(value) }
    }

    /// Waits until the mutex is free, and locks it.
    ///
    /// Blocks in the operating system. A thread that locks twice waits for itself for ever.
    pub fn lock(&self) -> Guard<'_, T> {
        self.raw.lock();
        Guard { mutex: self, _not_send: PhantomData }
    }

    /// Locks the mutex if it is free; `None` if somebody holds it, the calling thread included. Never blocks.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        self.raw.try_lock().then(|| Guard { mutex: self, _not_send: PhantomData })
    }

    /// The system's mutex, for functions of the system. The pointer is good for as long as this mutex lives, wherever it is
    /// moved.
    pub fn raw(&self) -> *mut libc::pthread_mutex_t {
        self.raw.get()
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        // A forgotten guard has left it locked. Then it may be neither destroyed nor freed, so it stays where it is for ever.
        if !self.raw.try_lock() {
            return;
        }
        // SAFETY: this thread has just locked it.
        unsafe { self.raw.unlock() };
        // SAFETY: it is unlocked, `&mut self` shows that nobody uses it, and it is not used again (invariant 3).
        unsafe {
            self.raw.destroy();
            ManuallyDrop::drop(&mut self.raw);
        }
    }
}

impl<T> Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

/// Proof that this thread holds the mutex: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
#[derive(Debug)]
pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
    /// Only the thread that has locked may unlock.
    _not_send: PhantomData<*const ()>,
}

// SAFETY: `&Guard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the mutex is held (invariant 2), and `&self` keeps `deref_mut` away.
        unsafe { &*self.mutex.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the mutex is held (invariant 2), and `&mut self` makes this the only reference from it.
        unsafe { &mut *self.mutex.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this thread holds the mutex (invariant 2).
        unsafe { self.mutex.raw.unlock() };
    }
}
