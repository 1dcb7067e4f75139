//! Values whose fate the model checker watches.

use std::ops::{Deref, DerefMut};

/// A value that must be dropped once. Here nobody watches.
#[derive(Debug)]
pub struct Tracked<T>(T);

impl<T> Tracked<T> {
    /// A value.
    pub fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Tracked<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
