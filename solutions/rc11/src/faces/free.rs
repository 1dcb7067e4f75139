//! Giving memory back.

use crate::runtime::freed::freeing;
use crate::runtime::run::is_inside;
use std::mem::{self, ManuallyDrop};
use std::panic::Location;

/// Drops a value and gives its memory back.
///
/// In a model this is a write to each atomic and each probe in the value: an access by another thread that does not happen
/// before it is a data race, an atomic access too, and one that this thread does afterwards is a use after free. Entering a
/// futex's queue and waking are no accesses: they only need the address. The memory itself is kept, so that a wrong program does
/// not end the model.
#[track_caller]
pub fn free<T>(place: Box<T>) {
    if !is_inside() {
        return drop(place);
    }
    // SAFETY: `ManuallyDrop<T>` has the layout of `T`, and the box is leaked below.
    let mut place = unsafe { Box::from_raw(Box::into_raw(place).cast::<ManuallyDrop<T>>()) };
    let begin = (&raw const *place).addr();
    freeing(begin..begin + size_of::<T>(), Location::caller(), &mut || {
        // SAFETY: the value is not used again.
        unsafe { ManuallyDrop::drop(&mut place) }
    });
    mem::forget(place);
}
