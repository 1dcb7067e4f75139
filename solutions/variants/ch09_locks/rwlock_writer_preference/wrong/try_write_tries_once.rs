//! `try_write` gives up when its exchange fails, which it also does when only a bit of those who wait has come or gone.
//!
//! Rejected by: every_small_program_does_what_a_lock_does
//! Because: `lock.try_write()` returns `None`, and must return `a guard of 0`

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::{futex, hint};
const HOLDERS: u32 = (1 << 30) - 1;
const UNLOCKED: u32 = 0;
const WRITE_LOCKED: u32 = HOLDERS;
const READERS_WAITING: u32 = 1 << 30;
const WRITERS_WAITING: u32 = 1 << 31;
const SPIN_LIMIT: u32 = 100;
const PAUSES: u32 = 96;
pub const MAX_READERS: u32 = WRITE_LOCKED - 1;
pub struct RwLock<T> {
    state: AtomicU32,
    writers: AtomicU32,
    calls: AtomicU32,
    data: UnsafeCell<T>,
}
unsafe impl<T: Send + Sync> Sync for RwLock<T> {}
impl<T> RwLock<T> {
    pub const fn new(value: T) -> Self {
        Self::with_forgotten_readers(value, 0)
    }
    pub const fn with_forgotten_readers(value: T, readers: u32) -> Self {
        assert!(readers <= MAX_READERS, "too many readers");
        Self {
            state: AtomicU32::new(readers),
            writers: AtomicU32::new(0),
            calls: AtomicU32::new(0),
            data: UnsafeCell::new(value),
        }
    }
    #[inline]
    pub fn read(&self) -> ReadGuard<'_, T> {
        let entered = match self.state.compare_exchange(UNLOCKED, 1, Acquire, Relaxed) {
            Ok(_) => Ok(ReadGuard { lock: self, not_send: PhantomData }),
            Err(state) => self.enter(state),
        };
        entered.unwrap_or_else(|state| self.read_contended(state))
    }
    #[inline]
    pub fn try_read(&self) -> Option<ReadGuard<'_, T>> {
        self.enter(self.state.load(Relaxed)).ok()
    }
    #[inline]
    pub fn write(&self) -> WriteGuard<'_, T> {
        match self.state.compare_exchange(UNLOCKED, WRITE_LOCKED, Acquire, Relaxed) {
            Ok(_) => WriteGuard { lock: self, not_send: PhantomData },
            Err(_) => self.write_contended(),
        }
    }
    #[inline]
    pub fn try_write(&self) -> Option<WriteGuard<'_, T>> {
        let mut state = self.state.load(Relaxed);
        while state & HOLDERS == UNLOCKED {
            let taken = state | WRITE_LOCKED;
            match self.state.compare_exchange(state, taken, Acquire, Relaxed) {
                Ok(_) => return Some(WriteGuard { lock: self, not_send: PhantomData }),
                Err(now) => {
                    state = now;
                    return None;
                }
            }
        }
        None
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
    fn enter(&self, mut state: u32) -> Result<ReadGuard<'_, T>, u32> {
        while state & !READERS_WAITING < MAX_READERS {
            match self.state.compare_exchange_weak(state, state + 1, Acquire, Relaxed) {
                Ok(_) => return Ok(ReadGuard { lock: self, not_send: PhantomData }),
                Err(now) => state = now,
            }
        }
        Err(state)
    }
    #[cold]
    fn read_contended(&self, mut state: u32) -> ReadGuard<'_, T> {
        if state == WRITE_LOCKED {
            match self.enter(self.spin()) {
                Ok(guard) => return guard,
                Err(now) => state = now,
            }
        }
        loop {
            assert!(state & !READERS_WAITING != MAX_READERS, "too many readers");
            let announced = state | READERS_WAITING;
            if state == announced
                || self.state.compare_exchange(state, announced, Relaxed, Relaxed).is_ok()
            {
                futex::wait(&self.state, announced);
            }
            match self.enter(self.state.load(Relaxed)) {
                Ok(guard) => return guard,
                Err(now) => state = now,
            }
        }
    }
    #[cold]
    fn write_contended(&self) -> WriteGuard<'_, T> {
        for _ in 0..PAUSES {
            hint::spin_loop();
        }
        self.writers.fetch_add(1, Relaxed);
        loop {
            let calls = self.calls.load(Acquire);
            let state = self.state.fetch_or(WRITERS_WAITING, Release) | WRITERS_WAITING;
            if state & HOLDERS != UNLOCKED {
                futex::wait(&self.calls, calls);
                continue;
            }
            let taken = (state | WRITE_LOCKED) & !WRITERS_WAITING;
            if self.state.compare_exchange(state, taken, Acquire, Relaxed).is_ok() {
                break;
            }
        }
        if self.writers.fetch_sub(1, Relaxed) != 1 {
            self.state.fetch_or(WRITERS_WAITING, Relaxed);
        }
        WriteGuard { lock: self, not_send: PhantomData }
    }
    fn spin(&self) -> u32 {
        let mut left = SPIN_LIMIT;
        loop {
            let state = self.state.load(Relaxed);
            if state != WRITE_LOCKED || left == 0 {
                return state;
            }
            hint::spin_loop();
            left -= 1;
        }
    }
    #[cold]
    fn call_writer(&self) {
        self.calls.fetch_add(1, Release);
        futex::wake_one(&self.calls);
    }
    #[cold]
    fn wake_readers(&self) {
        self.state.fetch_and(!READERS_WAITING, Relaxed);
        futex::wake_all(&self.state);
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
        let before = self.lock.state.fetch_sub(1, Release);
        if before & !READERS_WAITING == WRITERS_WAITING | 1 {
            self.lock.call_writer();
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
        let before = self.lock.state.fetch_sub(WRITE_LOCKED, Release);
        if before & WRITERS_WAITING != 0 {
            self.lock.call_writer();
        } else if before & READERS_WAITING != 0 {
            self.lock.wake_readers();
        }
    }
}
impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
