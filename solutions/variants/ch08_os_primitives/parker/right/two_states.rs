//! Two states: there is a token or there is not. `wait` compares with "there is none", and `unpark` wakes on the change.
//! It keeps the word of who sleeps in a second one.

use sync::atomic::{
    AtomicBool, AtomicU32,
    Ordering::{Acquire, Release, SeqCst},
};
use sync::futex;

#[derive(Debug, Default)]
pub struct Parker {
    token: AtomicU32,
    parked: AtomicBool,
}

impl Parker {
    pub const fn new() -> Self {
        Self { token: AtomicU32::new(0), parked: AtomicBool::new(false) }
    }

    pub fn park(&self) {
        // Acquire: pairs with the swap in `unpark`.
        if self.token.swap(0, Acquire) == 1 {
            return;
        }
        // SeqCst: either `unpark` sees this, or the swap below sees its token.
        self.parked.store(true, SeqCst);
        while self.token.swap(0, SeqCst) == 0 {
            futex::wait(&self.token, 0);
        }
        // Release: stays after nothing, but costs nothing here.
        self.parked.store(false, Release);
    }

    pub fn unpark(&self) {
        // SeqCst: as in `park`.
        self.token.swap(1, SeqCst);
        if self.parked.load(SeqCst) {
            futex::wake_one(&self.token);
        }
    }
}
