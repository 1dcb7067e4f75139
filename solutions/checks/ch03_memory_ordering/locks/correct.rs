//! Locks that keep what a lock promises.

use super::super::subject::Lock;
use super::super::sync::{
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Acquire, Relaxed, Release, SeqCst},
        fence,
    },
    hint,
};

/// The lock of chapter 4.
pub struct Swap(AtomicBool);

impl Lock for Swap {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        while self.0.swap(true, Acquire) {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.0.store(false, Release);
    }
}

/// A weak exchange, and stronger orderings than it needs.
pub struct WeakExchange(AtomicBool);

impl Lock for WeakExchange {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        while self.0.compare_exchange_weak(false, true, SeqCst, Relaxed).is_err() {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.0.store(false, SeqCst);
    }
}

/// Relaxed operations between fences.
pub struct Fences(AtomicBool);

impl Lock for Fences {
    fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    fn lock(&self) {
        while self.0.swap(true, Relaxed) {
            hint::spin_loop();
        }
        fence(Acquire);
    }

    fn unlock(&self) {
        fence(Release);
        self.0.store(false, Relaxed);
    }
}

/// Threads get in in the order in which they come.
pub struct Ticket {
    next: AtomicU32,
    serving: AtomicU32,
}

impl Lock for Ticket {
    fn new() -> Self {
        Self { next: AtomicU32::new(0), serving: AtomicU32::new(0) }
    }

    fn lock(&self) {
        let mine = self.next.fetch_add(1, Relaxed);
        while self.serving.load(Acquire) != mine {
            hint::spin_loop();
        }
    }

    fn unlock(&self) {
        self.serving.fetch_add(1, Release);
    }
}

/// One bit of a word, beside others that mean something else.
pub struct Bit(AtomicU32);

/// The bit that says that somebody holds the lock.
const LOCKED: u32 = 1 << 7;

impl Lock for Bit {
    fn new() -> Self {
        Self(AtomicU32::new(1))
    }

    fn lock(&self) {
        while self.0.fetch_or(LOCKED, Acquire) & LOCKED != 0 {
            while self.0.load(Relaxed) & LOCKED != 0 {
                hint::spin_loop();
            }
        }
    }

    fn unlock(&self) {
        self.0.fetch_and(!LOCKED, Release);
    }
}
