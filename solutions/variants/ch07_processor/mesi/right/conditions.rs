//! The transitions as conditions, not as tables.

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

pub fn before_load(state: State) -> Option<Request> {
    (state == State::Invalid).then_some(Request::Read)
}

pub fn before_store(state: State) -> Option<Request> {
    if state == State::Invalid {
        Some(Request::ReadToWrite)
    } else if state == State::Shared {
        Some(Request::Upgrade)
    } else {
        None
    }
}

pub fn after_request(request: Request, others: bool) -> State {
    if request == Request::Read && others { State::Shared } else { State::Exclusive }
}

pub fn after_store(_: State) -> State {
    State::Modified
}

pub fn answer(state: State, request: Request) -> Answer {
    let keeps = state != State::Invalid && request == Request::Read;
    Answer {
        next: if keeps { State::Shared } else { State::Invalid },
        supplies: must_write_back(state),
    }
}

pub fn must_write_back(state: State) -> bool {
    state == State::Modified
}
