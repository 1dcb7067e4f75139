//! One list of stores on their way, with the core beside each.

use std::collections::VecDeque;

/// A place in memory: 0, 1, 2, …
pub type Location = usize;

/// A store on its way.
type Store = (Location, u32);

/// The memory and the buffers. Memory is zero at the start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Machine {
    memory: Vec<u32>,
    waiting: Vec<(usize, Store)>,
}

impl Machine {
    /// A machine with so many cores, and so many locations in memory.
    pub fn new(cores: usize, locations: usize) -> Self {
        let _ = cores;
        Self { memory: vec![0; locations], waiting: Vec::new() }
    }

    /// `core` stores. No other core sees it yet.
    pub fn store(&mut self, core: usize, location: Location, value: u32) {
        self.waiting.push((core, (location, value)));
    }

    /// What `core` finds at `location`.
    pub fn load(&self, core: usize, location: Location) -> u32 {
        // A core sees what it has stored, before anybody else does: the newest one, if there are several.
        let own = self.waiting.iter().rfind(|(by, (at, _))| *by == core && *at == location);
        own.map_or(self.memory[location], |&(_, (_, value))| value)
    }

    /// The oldest store of `core` reaches memory. Returns whether there was one. The machine does this whenever it likes.
    pub fn drain(&mut self, core: usize) -> bool {
        match self.waiting.iter().position(|(by, _)| *by == core) {
            Some(oldest) => {
                let (_, (location, value)) = self.waiting.remove(oldest);
                self.memory[location] = value;
                true
            }
            None => false,
        }
    }

    /// Whether `core` may pass an `mfence` now. If not, it waits, and asks again later.
    pub fn passes_fence(&self, core: usize) -> bool {
        // Only its own: a fence knows nothing of other cores.
        self.waiting.iter().all(|(by, _)| *by != core)
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
