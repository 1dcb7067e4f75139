//! `try_read` counts itself first, and takes that back if a writer is inside. Until then a lock that is free looks as if a reader were inside.
//!
//! Rejected by: failed_attempts_leave_the_lock_as_it_is
//! Because: a `try_read` that failed

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;
const UNLOCKED: u32 = 0;
const WRITE_LOCKED: u32 = 1 << 31;
pub const MAX_READERS: u32 = WRITE_LOCKED - 1;
pub struct RwLock<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}
impl<T> RwLock<T> {
    pub const fn new(value: T) -> Self {
        Self::with_forgotten_readers(value, 0)
    }
    pub const fn with_forgotten_readers(value: T, readers: u32) -> Self {
        assert!(readers <= MAX_READERS, "too many readers");
        Self { state: AtomicU32::new(readers), data: UnsafeCell::new(value) }
    }
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        match self.enter() {
            Ok(guard) => guard,
            Err(state) => self.read_contended(state),
        }
    }
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        let state = self.state.fetch_add(1, Acquire);
        if state < MAX_READERS {
            return Some(ReadGuard { lock: self, not_send: PhantomData });
        }
        if self.state.fetch_sub(1, Release) == 1 {
            futex::wake_one(&self.state);
        }
        None
    }
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        match self.enter_alone() {
            Ok(guard) => guard,
            Err(state) => self.write_contended(state),
        }
    }
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        self.enter_alone().ok()
    }
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
    #[inline]
    fn enter(&self) -> Result<ReadGuard<'_, T>, u32> {
        let mut state = self.state.load(Relaxed);
        while state < MAX_READERS {
            match self.state.compare_exchange_weak(state, state + 1, Acquire, Relaxed) {
                Ok(_) => return Ok(ReadGuard { lock: self, not_send: PhantomData }),
                Err(now) => state = now,
            }
        }
        Err(state)
    }
    #[inline]
    fn enter_alone(&self) -> Result<WriteGuard<'_, T>, u32> {
        self.state.compare_exchange(UNLOCKED, WRITE_LOCKED, Acquire, Relaxed)?;
        Ok(WriteGuard { lock: self, not_send: PhantomData })
    }
    #[cold]
    fn read_contended(&self, mut state: u32) -> ReadGuard<'_, T> {
        loop {
            assert!(state != MAX_READERS, "too many readers");
            futex::wait(&self.state, state);
            match self.enter() {
                Ok(guard) => return guard,
                Err(now) => state = now,
            }
        }
    }
    #[cold]
    fn write_contended(&self, mut state: u32) -> WriteGuard<'_, T> {
        loop {
            futex::wait(&self.state, state);
            match self.enter_alone() {
                Ok(guard) => return guard,
                Err(now) => state = now,
            }
        }
    }
}
impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lock = f.debug_struct("RwLock");
        match self.try_read() {
            Some(data) => lock.field("data", &*data).finish(),
            None => lock.field("data", &format_args!("<locked>")).finish(),
        }
    }
}
#[must_use = "a guard that is not kept leaves at once"]
pub struct ReadGuard<'a, T> {
    lock: &'a RwLock<T>,
    not_send: PhantomData<*const ()>,
}
unsafe impl<T: Sync> Sync for ReadGuard<'_, T> {}
impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        unsafe { &*self.lock.data.get() }
    }
}
impl<T> Drop for ReadGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if self.lock.state.fetch_sub(1, Release) == 1 {
            futex::wake_one(&self.lock.state);
        }
    }
}
impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
#[must_use = "a guard that is not kept leaves at once"]
pub struct WriteGuard<'a, T> {
    lock: &'a RwLock<T>,
    not_send: PhantomData<*const ()>,
}
unsafe impl<T: Sync> Sync for WriteGuard<'_, T> {}
impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        unsafe { &*self.lock.data.get() }
    }
}
impl<T> DerefMut for WriteGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.lock.data.get() }
    }
}
impl<T> Drop for WriteGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.lock.state.fetch_and(!WRITE_LOCKED, Release);
        futex::wake_all(&self.lock.state);
    }
}
impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
