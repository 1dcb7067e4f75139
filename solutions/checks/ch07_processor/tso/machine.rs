//! What a machine for these programs can do, and the one that is right.

use super::super::super::subject;
use std::hash::Hash;

/// A memory with cores, in steps.
pub trait Memory: Clone + Eq + Hash {
    fn new(cores: usize, locations: usize) -> Self;
    fn store(&mut self, core: usize, location: usize, value: u32);
    fn load(&self, core: usize, location: usize) -> u32;
    fn drain(&mut self, core: usize) -> bool;
    fn passes_fence(&self, core: usize) -> bool;
    fn locked(
        &mut self,
        core: usize,
        location: usize,
        update: impl FnOnce(u32) -> u32,
    ) -> Option<u32>;
}

impl Memory for subject::Machine {
    fn new(cores: usize, locations: usize) -> Self {
        Self::new(cores, locations)
    }

    fn store(&mut self, core: usize, location: usize, value: u32) {
        self.store(core, location, value);
    }

    fn load(&self, core: usize, location: usize) -> u32 {
        self.load(core, location)
    }

    fn drain(&mut self, core: usize) -> bool {
        self.drain(core)
    }

    fn passes_fence(&self, core: usize) -> bool {
        self.passes_fence(core)
    }

    fn locked(
        &mut self,
        core: usize,
        location: usize,
        update: impl FnOnce(u32) -> u32,
    ) -> Option<u32> {
        self.locked(core, location, update)
    }
}

/// The machine that the reader's is held against when something has gone wrong. What is right is decided by herd7's outcomes;
/// this one only finds the step.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Right {
    memory: Vec<u32>,
    /// For each core, the oldest first.
    pub waiting: Vec<Vec<(usize, u32)>>,
}

impl Memory for Right {
    fn new(cores: usize, locations: usize) -> Self {
        Self { memory: vec![0; locations], waiting: vec![Vec::new(); cores] }
    }

    fn store(&mut self, core: usize, location: usize, value: u32) {
        self.waiting[core].push((location, value));
    }

    fn load(&self, core: usize, location: usize) -> u32 {
        let own = self.waiting[core].iter().rev().find(|store| store.0 == location);
        own.map_or(self.memory[location], |store| store.1)
    }

    fn drain(&mut self, core: usize) -> bool {
        if self.waiting[core].is_empty() {
            return false;
        }
        let (location, value) = self.waiting[core].remove(0);
        self.memory[location] = value;
        true
    }

    fn passes_fence(&self, core: usize) -> bool {
        self.waiting[core].is_empty()
    }

    fn locked(
        &mut self,
        core: usize,
        location: usize,
        update: impl FnOnce(u32) -> u32,
    ) -> Option<u32> {
        self.waiting[core].is_empty().then(|| {
            let old = self.memory[location];
            self.memory[location] = update(old);
            old
        })
    }
}
