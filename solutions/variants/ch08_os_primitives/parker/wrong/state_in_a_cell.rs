//! The state is in a `Cell`, which threads may not share.
//!
//! Rejected by: parker_can_be_shared_and_sent_between_threads
//! Because: a parker is not `Sync`

use std::cell::Cell;
use std::marker::PhantomData;
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Release},
};
use sync::futex;

/// Lets one thread, its owner, sleep until another gives it a token.
#[derive(Debug, Default)]
pub struct Parker {
    state: AtomicU32,
    // Meant to say that one thread parks; it says that no other may unpark.
    _one_owner: PhantomData<Cell<()>>,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0), _one_owner: PhantomData }
    }

    /// Waits for a token, and takes it.
    pub fn park(&self) {
        while self.state.swap(0, Acquire) == 0 {
            futex::wait(&self.state, 0);
        }
    }

    /// Makes the token available, and wakes the owner.
    pub fn unpark(&self) {
        if self.state.swap(1, Release) == 0 {
            futex::wake_one(&self.state);
        }
    }
}
