//! Two sides that keep each other out with loads, stores and a fence: no read-modify-write.
//!
//! # Invariants
//!
//! 1. Only side `me` stores in `raised[me]`. It is `true` while that side is inside, and while it tries to get in.
//! 2. A side goes in only if it has raised its own flag, passed a SeqCst fence, and then found the other flag down. The two
//!    fences are in one order. Whoever passes the second one cannot miss the flag that was raised before the first. So the two
//!    sides are never inside together.
//! 3. What a side did inside happens before what the other does inside afterwards: the release store that lowers the flag is read
//!    by the acquiring load that finds it down.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;

/// Data that two sides use, one at a time.
///
/// The first half of Dekker's algorithm, which E. W. Dijkstra described in "Over de sequentialiteit van procesbeschrijvingen"
/// (EWD 35, about 1962). The other half decides who waits for whom; here nobody waits.
pub struct Exclusion<T> {
    raised: [AtomicBool; 2],
    data: UnsafeCell<T>,
}

// SAFETY: by 2 one side at a time uses the data, by 3 in order: it goes from thread to thread, and is not shared.
unsafe impl<T: Send> Sync for Exclusion<T> {}

impl<T> Exclusion<T> {
    /// The data, with nobody inside.
    pub const fn new(data: T) -> Self {
        Self {
            raised: [AtomicBool::new(false), AtomicBool::new(false)],
            data: UnsafeCell::new(data),
        }
    }

    /// The two sides, for a thread each.
    pub fn sides(&mut self) -> [Side<'_, T>; 2] {
        [Side { exclusion: self, me: 0 }, Side { exclusion: self, me: 1 }]
    }
}

/// One of the two sides. Nobody else has this one.
pub struct Side<'a, T> {
    exclusion: &'a Exclusion<T>,
    /// Its place in `raised`.
    me: usize,
}

impl<T> Side<'_, T> {
    /// Calls `f` with the data, or returns `None` if the other side is inside or is trying too. Does not wait.
    ///
    /// What becomes of the sides if `f` panics is not promised.
    pub fn try_with<R>(&mut self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let (mine, other) = (&self.exclusion.raised[self.me], &self.exclusion.raised[1 - self.me]);
        // Relaxed: the fence orders it with the load below.
        mine.store(true, Relaxed);
        // SeqCst: pairs with this fence on the other side. One of the two loads sees the other's flag.
        fence(SeqCst);
        // Acquire: pairs with the Release below, if the other side has been inside before.
        if other.load(Acquire) {
            // Relaxed: nothing was done inside since the fence, and that publishes what was done before it.
            mine.store(false, Relaxed);
            return None;
        }
        // SAFETY: by 2 the other side is not inside, and by 3 what it did there is ordered before this. `&mut self` keeps `f`
        // from coming back by this side.
        let result = f(unsafe { &mut *self.exclusion.data.get() });
        // Release: pairs with the Acquire above, on the other side.
        mine.store(false, Release);
        Some(result)
    }
}
