//! A cache protocol: MESI, the four states of a line in a cache (Papamarcos and Patel, "A Low-Overhead Coherence Solution for
//! Multiprocessors with Private Cache Memories", ISCA 1984).
//!
//! # Invariants
//!
//! 1. If one cache has the line [`Modified`](State::Modified) or [`Exclusive`](State::Exclusive), all others have it
//!    [`Invalid`](State::Invalid). So whoever may write is alone.
//! 2. Every copy has what was stored last.
//! 3. Memory has it too, unless one cache has the line `Modified`.

/// What a cache knows about its copy of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The only copy, and memory is out of date.
    Modified,
    /// The only copy, and the same as memory.
    Exclusive,
    /// The same as memory; other caches may have a copy.
    Shared,
    /// No copy.
    Invalid,
}

/// What a cache asks for on the bus. All others see it, and answer before anything else happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The line, to load from it.
    Read,
    /// The line, to store to it: nobody else may keep a copy.
    ReadToWrite,
    /// No data: the cache has a copy, wants to store to it, and nobody else may keep one.
    Upgrade,
}

/// What a cache does about the request of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its own state from now on.
    pub next: State,
    /// It puts its copy on the bus: the one that asked takes it, and so does memory. If nobody does, memory answers.
    pub supplies: bool,
}

use Request::{Read, ReadToWrite, Upgrade};
use State::{Exclusive, Invalid, Modified, Shared};

/// The core loads from the line. What must the cache ask for first, if anything?
pub fn before_load(state: State) -> Option<Request> {
    match state {
        // Invariant 2: any copy will do.
        Modified | Exclusive | Shared => None,
        Invalid => Some(Read),
    }
}

/// The core stores to a part of the line. What must the cache ask for first, if anything?
pub fn before_store(state: State) -> Option<Request> {
    match state {
        // Invariant 1: nobody else has a copy, so nobody need be told.
        Modified | Exclusive => None,
        // The data is here; what is missing is to be alone with it.
        Shared => Some(Upgrade),
        // The whole line is needed: the core writes only a part.
        Invalid => Some(ReadToWrite),
    }
}

/// The request has been answered. `others` says whether another cache had a copy when it was made.
pub fn after_request(request: Request, others: bool) -> State {
    match request {
        // Alone with what memory has: the first store will need no bus.
        Read if !others => Exclusive,
        Read => Shared,
        // The store comes next; until then the line is as the bus gave it, and nobody else has it.
        ReadToWrite | Upgrade => Exclusive,
    }
}

/// The core has stored to the line.
pub fn after_store(state: State) -> State {
    match state {
        // Invariant 3: memory does not have what was stored.
        Modified | Exclusive | Shared => Modified,
        Invalid => unreachable!("a store is done when the line is here"),
    }
}

/// Another cache asks. What does this one do?
pub fn answer(state: State, request: Request) -> Answer {
    let next = match (state, request) {
        (Invalid, _) => Invalid,
        // The reader gets a copy, and this one stays.
        (_, Read) => Shared,
        // The writer must be alone: invariant 1.
        (_, ReadToWrite | Upgrade) => Invalid,
    };
    // Invariant 3: in every other state memory can answer itself.
    Answer { next, supplies: state == Modified }
}

/// The line has to make room for another one. Must it be written to memory?
pub fn must_write_back(state: State) -> bool {
    // Invariant 3: no other state has anything that memory lacks.
    state == Modified
}
