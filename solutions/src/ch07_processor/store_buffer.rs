//! The memory of an x86: cores, each with a queue of stores that memory has not received yet.
//!
//! This is the abstract machine x86-TSO (Sewell, Sarkar, Owens, Zappa Nardelli and Myreen, "x86-TSO: A Rigorous and Usable
//! Programmer's Model for x86 Multiprocessors", Communications of the ACM 53(7), 2010). A locked instruction is one step here;
//! there it takes a lock, which comes to the same.
//!
//! # Invariants
//!
//! 1. A buffer has the stores of its core that memory has not received, the oldest in front.
//! 2. They reach memory in this order, one at a time.

use std::collections::VecDeque;

/// A place in memory: 0, 1, 2, …
pub type Location = usize;

/// A store on its way.
type Store = (Location, u32);

/// The memory and the buffers. Memory is zero at the start.
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

    /// `core` stores. No other core sees it yet.
    pub fn store(&mut self, core: usize, location: Location, value: u32) {
        self.buffers[core].push_back((location, value));
    }

    /// What `core` finds at `location`.
    pub fn load(&self, core: usize, location: Location) -> u32 {
        // A core sees what it has stored, before anybody else does: the newest one, if there are several.
        let own = self.buffers[core].iter().rfind(|(at, _)| *at == location);
        own.map_or(self.memory[location], |&(_, value)| value)
    }

    /// The oldest store of `core` reaches memory. Returns whether there was one. The machine does this whenever it likes.
    pub fn drain(&mut self, core: usize) -> bool {
        match self.buffers[core].pop_front() {
            Some((location, value)) => {
                self.memory[location] = value;
                true
            }
            None => false,
        }
    }

    /// Whether `core` may pass an `mfence` now. If not, it waits, and asks again later.
    pub fn passes_fence(&self, core: usize) -> bool {
        // Only its own: a fence knows nothing of other cores.
        self.buffers[core].is_empty()
    }

    /// `core` does a locked instruction, such as `xchg` or `lock xadd`: it reads `location` and writes what `update` makes of it,
    /// and nothing comes in between. Returns what was read, or `None` if the core has to wait.
    pub fn locked(
        &mut self,
        core: usize,
        location: Location,
        update: impl FnOnce(u32) -> u32,
    ) -> Option<u32> {
        // Earlier stores go first, and this one does not wait in the buffer: a locked instruction is a fence on both sides.
        if !self.passes_fence(core) {
            return None;
        }
        let old = self.memory[location];
        self.memory[location] = update(old);
        Some(old)
    }
}
