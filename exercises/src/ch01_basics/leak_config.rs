//! A value that is made once, while the program runs, and is there for every thread from then on.
//!
//! The book's page on this exercise: chapter 1, "Leak it once".

use sync::{Mutex, PoisonError};

/// A place for one value that is made when it is first asked for, and never freed.
pub struct LeakOnce<T: 'static> {
    value: Mutex<Option<&'static T>>,
}

impl<T> LeakOnce<T> {
    /// An empty place.
    pub const fn new() -> Self {
        Self { value: Mutex::new(None) }
    }

    /// The value. At the first call `make` makes it; until it has, other calls wait.
    ///
    /// # Panics
    ///
    /// If `make` does. The place is still empty then, and the next call tries again.
    pub fn get_or_leak(&self, make: impl FnOnce() -> T) -> &'static T {
        // Your turn: `Box::leak` makes a `&'static T` of a boxed `T`. What does `lock` return after `make` has panicked?
        todo!()
    }
}

impl<T> Default for LeakOnce<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test leak_config` does.
fn grade() {}
