//! A cache protocol: MESI, the four states of a line in a cache.
//!
//! The book's page on this exercise: chapter 7, "Four states".

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
    /// It puts its copy on the bus: the one that asked takes it, and so does memory. If nobody does, memory answers. Two must
    /// not do it at once.
    pub supplies: bool,
}

/// The core loads from the line. What must the cache ask for first, if anything?
pub fn before_load(state: State) -> Option<Request> {
    todo!()
}

/// The core stores to a part of the line. What must the cache ask for first, if anything?
pub fn before_store(state: State) -> Option<Request> {
    todo!()
}

/// The request has been answered. `others` says whether another cache had a copy when it was made. In which state is the line
/// here, before the core loads or stores?
pub fn after_request(request: Request, others: bool) -> State {
    todo!()
}

/// The core has stored to the line, which was in this state. In which is it now?
pub fn after_store(state: State) -> State {
    todo!()
}

/// Another cache asks. What does this one do?
pub fn answer(state: State, request: Request) -> Answer {
    todo!()
}

/// The line has to make room for another one. Must it be written to memory?
pub fn must_write_back(state: State) -> bool {
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test mesi` does.
fn grade() {}
