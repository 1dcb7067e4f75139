//! The thread-local values of a model's threads.

use crate::runtime::run::with;
use std::any::Any;

/// The values of one thread, in the order in which they were made.
#[derive(Default)]
pub struct Locals(Vec<(usize, Option<Box<dyn Any>>)>);

/// What a thread has under a key.
#[derive(Clone, Copy)]
pub enum Local {
    /// Nothing yet.
    Absent,
    /// A value. It stays where it is until its thread ends.
    Value(*const dyn Any),
    /// A value whose destructor runs or has run.
    Destroyed,
}

impl Locals {
    /// What is there under this key.
    pub fn get(&self, key: usize) -> Local {
        match self.0.iter().find(|(known, _)| *known == key) {
            None => Local::Absent,
            Some((_, Some(value))) => Local::Value(&raw const **value),
            Some((_, None)) => Local::Destroyed,
        }
    }

    /// Puts a value there. Returns the one that was there.
    pub fn set(&mut self, key: usize, value: Box<dyn Any>) -> Option<Box<dyn Any>> {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, place)) => place.replace(value),
            None => {
                self.0.push((key, Some(value)));
                None
            }
        }
    }

    /// Takes the last value that is left, and remembers that it was there.
    fn pop(&mut self) -> Option<Box<dyn Any>> {
        self.0.iter_mut().rev().find_map(|(_, value)| value.take())
    }
}

impl Drop for Locals {
    /// An execution that is abandoned drops nothing.
    fn drop(&mut self) {
        while let Some(value) = self.pop() {
            std::mem::forget(value);
        }
    }
}

/// Drops the values of the current thread, the last one first. Destructors may make others.
pub fn destroy() {
    while let Some(value) = with(|engine| engine.locals[engine.current].pop()).flatten() {
        drop(value);
    }
}
