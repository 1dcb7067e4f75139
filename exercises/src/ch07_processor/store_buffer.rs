//! The memory of an x86: cores, each with a queue of stores that memory has not received yet.
//!
//! The book's page on this exercise: chapter 7, "A store buffer".

use std::collections::VecDeque;

/// A place in memory: 0, 1, 2, …
pub type Location = usize;

/// A store on its way.
type Store = (Location, u32);

/// The memory and the buffers. Memory is zero at the start.
// Machines are compared and kept in sets: two that will behave alike should be equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Machine {
    memory: Vec<u32>,
    /// One for each core.
    buffers: Vec<VecDeque<Store>>,
}

impl Machine {
    /// A machine with this many cores, and this many locations in memory.
    pub fn new(cores: usize, locations: usize) -> Self {
        Self { memory: vec![0; locations], buffers: vec![VecDeque::new(); cores] }
    }

    /// `core` stores. There is always room in its buffer, and no other core sees the store yet.
    pub fn store(&mut self, core: usize, location: Location, value: u32) {
        todo!()
    }

    /// What `core` finds at `location`.
    pub fn load(&self, core: usize, location: Location) -> u32 {
        todo!()
    }

    /// The oldest store of `core` reaches memory. Returns whether there was one. The machine does this whenever it likes.
    pub fn drain(&mut self, core: usize) -> bool {
        todo!()
    }

    /// Whether `core` may pass an `mfence` now. If not, it waits, and asks again later.
    pub fn passes_fence(&self, core: usize) -> bool {
        todo!()
    }

    /// `core` does a locked instruction, such as `xchg` or `lock xadd`: it reads `location` and writes what `update` makes of it,
    /// and nothing comes in between. Returns what was read, or `None` if the core has to wait.
    pub fn locked(
        &mut self,
        core: usize,
        location: Location,
        update: impl FnOnce(u32) -> u32,
    ) -> Option<u32> {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test ch07_processor::store_buffer` does.
fn grade() {}
