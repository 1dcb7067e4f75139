//! The last mutex with other pauses before it sleeps: what short and what long critical sections want.

use crate::peers::{Exclusive, Left};
use std::cell::UnsafeCell;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::{futex, hint};

/// A mutex whose waiter looks `LOOKS` times before it sleeps. Its first pause is `FIRST` hints, and each of the others is
/// `GROWTH` times as long as the one before. States, orderings and invariants are those of `mutex_spin`.
pub struct Paused<const FIRST: u32, const GROWTH: u32, const LOOKS: u32> {
    state: AtomicU32,
    left: UnsafeCell<Left>,
}

/// A look after every hint.
pub type Steady = Paused<1, 1, 252>;
/// Doubling from one hint.
pub type FromOne = Paused<1, 2, 8>;
/// As in the reference.
pub type FromFour = Paused<4, 2, 6>;
/// Few looks, far apart.
pub type Rare = Paused<63, 1, 4>;

// SAFETY: as for the reference: `with` gives the data to one thread at a time, each access ordered after the last one.
unsafe impl<const FIRST: u32, const GROWTH: u32, const LOOKS: u32> Sync
    for Paused<FIRST, GROWTH, LOOKS>
{
}

impl<const FIRST: u32, const GROWTH: u32, const LOOKS: u32> Exclusive
    for Paused<FIRST, GROWTH, LOOKS>
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

impl<const FIRST: u32, const GROWTH: u32, const LOOKS: u32> Paused<FIRST, GROWTH, LOOKS> {
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
        let (mut pause, mut looks) = (FIRST, LOOKS);
        loop {
            let state = self.state.load(Relaxed);
            if state != 1 || looks == 0 {
                return state;
            }
            for _ in 0..pause {
                hint::spin_loop();
            }
            pause *= GROWTH;
            looks -= 1;
        }
    }
}
