//! Values whose fate the checker watches.
//!
//! Unsafe code moves values by copying their bytes: out of a slot, into another one. What goes wrong then is that a value is
//! dropped twice, or never, or read where none was written. A [`Tracked`] value tells of each.

use crate::runtime::failure::Failure;
use crate::runtime::run::{fail, with};
use crate::runtime::sight;
use crate::runtime::state::Life;
use std::ops::{Deref, DerefMut};
use std::panic::Location;

/// A value that must be dropped exactly once before the execution ends, and not be used afterwards.
///
/// Each use must be of a value that was made in this execution: bytes that were never written are told from one. Outside of
/// a model it is just a value.
#[derive(Debug)]
pub struct Tracked<T> {
    key: Option<Key>,
    value: T,
}

impl<T> Tracked<T> {
    /// Begins the life of a value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self { key: begin(Location::caller()), value }
    }
}

/// The number of an execution, and the place in its list.
type Key = (u64, usize);

// The code of `Tracked` is compiled where it is used, and seen there. What it does with the checker's memory is done here.

#[inline(never)]
fn begin(at: &'static Location<'static>) -> Option<Key> {
    with(|engine| {
        engine.tracked.push(Life { at, alive: true, dropped: None });
        (engine.number, engine.tracked.len() - 1)
    })
}

#[inline(never)]
fn check(key: Option<Key>, op: &str, ends: bool, at: &'static Location<'static>) {
    let here = if ends { sight::here() } else { None };
    let wrong = with(|engine| {
        let made_here = key.filter(|(number, _)| *number == engine.number);
        match made_here.and_then(|(_, index)| engine.tracked.get_mut(index)) {
            None => Some((
                "this is not a value: the memory was never written, or something else was written to it",
                None,
            )),
            Some(life) if !life.alive && ends => Some(("a value was dropped twice", life.dropped)),
            Some(life) if !life.alive => Some(("use of a value that was dropped", life.dropped)),
            Some(life) => {
                life.alive = !ends;
                life.dropped = here;
                None
            }
        }
    });
    if let Some(Some((what, dropped))) = wrong {
        fail(|engine| {
            let dropped = dropped.and_then(|place| sight::place_of_program(engine, place));
            Failure { dropped, ..Failure::memory(engine, what, op, at) }
        });
    }
}

impl<T> Deref for Tracked<T> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        check(self.key, "use", false, Location::caller());
        &self.value
    }
}

impl<T> DerefMut for Tracked<T> {
    #[track_caller]
    fn deref_mut(&mut self) -> &mut T {
        check(self.key, "use", false, Location::caller());
        &mut self.value
    }
}

impl<T> Drop for Tracked<T> {
    #[track_caller]
    fn drop(&mut self) {
        check(self.key, "drop", true, Location::caller());
    }
}
