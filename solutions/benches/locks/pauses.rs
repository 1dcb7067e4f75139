//! The last mutex with other pauses before it sleeps: what short and what long critical sections want.

use crate::peers::{Exclusive, Left};
use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use std::time::Duration;
use sync::{futex, hint, thread};

/// A mutex whose waiter pauses `PAUSES` times for so many nanoseconds before it looks, then yields `YIELDS` times, then sleeps. A
/// pause of 0 is one hint. States, orderings and invariants are those of `mutex_spin`.
pub struct Paused<const PAUSES: u32, const NANOSECONDS: u64, const YIELDS: u32> {
    state: AtomicU32,
    left: UnsafeCell<Left>,
}

/// As the reference.
pub type Reference = Paused<3, 150, 8>;
/// A hundred looks, one after each hint: as std.
pub type AfterEachHint = Paused<100, 0, 0>;
/// It keeps its processor until it sleeps.
pub type OnlyPauses = Paused<20, 150, 0>;
/// It yields at once.
pub type OnlyYields = Paused<0, 0, 10>;

// SAFETY: as for the reference: `with` gives the data to one thread at a time, each access ordered after the last one.
unsafe impl<const PAUSES: u32, const NANOSECONDS: u64, const YIELDS: u32> Sync
    for Paused<PAUSES, NANOSECONDS, YIELDS>
{
}

impl<const PAUSES: u32, const NANOSECONDS: u64, const YIELDS: u32> Exclusive
    for Paused<PAUSES, NANOSECONDS, YIELDS>
{
    fn new(left: Left) -> Self {
        Self { state: AtomicU32::new(0), left: UnsafeCell::new(left) }
    }

    #[inline(always)]
    fn with<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R {
        // Orderings: those of the reference, for its reasons.
        if self.state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            self.lock_contended();
        }
        // SAFETY: the lock is held until the `swap`, so nobody else has a reference.
        let result = section(unsafe { &mut *self.left.get() });
        if self.state.swap(0, Release) == 2 {
            futex::wake_one(&self.state);
        }
        result
    }
}

impl<const PAUSES: u32, const NANOSECONDS: u64, const YIELDS: u32>
    Paused<PAUSES, NANOSECONDS, YIELDS>
{
    #[cold]
    fn lock_contended(&self) {
        let mut seen = self.spin();
        if seen == 0 {
            match self.state.compare_exchange(0, 1, Acquire, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
        while seen == 2 || self.state.swap(2, Acquire) != 0 {
            futex::wait(&self.state, 2);
            seen = self.spin();
        }
    }

    fn spin(&self) -> u32 {
        let mut pauses = 0;
        loop {
            let state = self.state.load(Relaxed);
            if state == 0 || pauses == PAUSES + YIELDS {
                return state;
            }
            if pauses >= PAUSES {
                thread::yield_now();
            } else if NANOSECONDS == 0 {
                hint::spin_loop();
            } else {
                hint::spin_for(Duration::from_nanos(NANOSECONDS));
            }
            pauses += 1;
        }
    }
}
