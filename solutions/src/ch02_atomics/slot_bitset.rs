//! Up to 64 slots that threads claim and free, a bit for each.
//!
//! # Invariants
//!
//! 1. A bit of `vacant` is set while its slot is free, and clear while it is claimed or if there is no such slot.
//! 2. A slot is claimed by the read-modify-write that clears its bit, and found it set.
//! 3. What the last owner of a slot did happens before what the next one does: every change of `vacant` is a
//!    read-modify-write, so the release sequence of a `free` goes on until the `claim` that clears the bit again.

use sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// No slot is free.
const NONE: u64 = 0;

/// A set of slots, each claimed by at most one owner at a time.
///
/// What the slots are for is up to the user: places of an array, say. Whoever claims a slot sees all that its last owner did
/// before freeing it.
pub struct Slots {
    /// A set bit is a slot that is free.
    vacant: AtomicU64,
    /// How many slots there are.
    count: u32,
}

impl Slots {
    /// `count` slots, numbered from 0, all free.
    ///
    /// # Panics
    ///
    /// If `count` is larger than 64.
    pub const fn new(count: u32) -> Self {
        assert!(count <= 64, "there are 64 bits");
        // To shift by 64 would be an overflow.
        let all = if count == 64 { u64::MAX } else { (1 << count) - 1 };
        Self { vacant: AtomicU64::new(all), count }
    }

    /// Claims a free slot, or returns `None` if none is free.
    ///
    /// Finds every slot that is free during the whole call. Never waits.
    pub fn claim(&self) -> Option<u32> {
        // Relaxed: an old value makes the exchange fail, or is `NONE`: no slot was free then.
        let mut vacant = self.vacant.load(Relaxed);
        while vacant != NONE {
            let slot = vacant.trailing_zeros();
            let rest = vacant & !(1 << slot);
            // Acquire: pairs with the Release in `free`, so that we see what the last owner did. Relaxed on failure:
            // nothing is claimed.
            match self.vacant.compare_exchange_weak(vacant, rest, Acquire, Relaxed) {
                Ok(_) => return Some(slot),
                Err(now) => vacant = now,
            }
        }
        None
    }

    /// Frees a slot. Only its owner may call this: anybody else frees it for a second owner.
    ///
    /// Never waits.
    ///
    /// # Panics
    ///
    /// If there is no such slot, or if it is free. Nothing has changed then.
    pub fn free(&self, slot: u32) {
        assert!(slot < self.count, "there is no slot {slot}");
        let bit = 1 << slot;
        // Release: pairs with the Acquire in `claim`; what this owner did happens before what the next one does.
        let before = self.vacant.fetch_or(bit, Release);
        // To set a bit that was set has changed nothing.
        assert!(before & bit == 0, "slot {slot} is free already");
    }
}
