//! Not bits but flags, one for each slot.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};

pub struct Slots {
    taken: [AtomicBool; 64],
    count: u32,
}

impl Slots {
    pub const fn new(count: u32) -> Self {
        assert!(count <= 64, "too many");
        Self { taken: [const { AtomicBool::new(false) }; 64], count }
    }

    pub fn claim(&self) -> Option<u32> {
        // Acquire: pairs with the Release in `free`.
        (0..self.count).find(|slot| !self.taken[*slot as usize].swap(true, Acquire))
    }

    pub fn free(&self, slot: u32) {
        assert!(slot < self.count, "no such slot");
        // Release: pairs with the Acquire in `claim`.
        assert!(self.taken[slot as usize].swap(false, Release), "free already");
    }
}
