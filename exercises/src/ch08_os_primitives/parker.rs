//! A parker: one thread sleeps until another gives it a token.
//!
//! The book's page on this exercise: chapter 8, "Park and unpark".

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// The owner is asleep, or about to be.
const PARKED: u32 = u32::MAX;
/// There is no token, and the owner is not parked.
const EMPTY: u32 = 0;
/// There is a token.
const NOTIFIED: u32 = 1;

/// Lets one thread, its owner, sleep until another gives it a token.
///
/// There is at most one token. A new parker has none.
#[derive(Debug, Default)]
pub struct Parker {
    // Other states are welcome, as long as the default is a parker without a token.
    state: AtomicU32,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(EMPTY) }
    }

    /// Waits for a token, and takes it.
    ///
    /// Returns with a token and for no other reason. What happened before each [`unpark`](Self::unpark) so far happens before
    /// the return. Only one thread, the owner, may call this.
    ///
    /// Blocks in the operating system if there is no token, and makes no call if there is one.
    pub fn park(&self) {
        // Your turn. `futex::wait(&self.state, value)` sleeps only if the word still is `value`, and may return for no reason.
        todo!()
    }

    /// Makes the token available if it is not, and wakes the owner if it is parked. Any thread may call this.
    ///
    /// Makes a call to the operating system only if the owner is parked.
    pub fn unpark(&self) {
        // Your turn. `futex::wake_one(&self.state)` is the call. What do you do if there is a token already?
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test parker` does.
fn grade() {}
