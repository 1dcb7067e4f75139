//! An object that all hands refer to.

use std::ops::Deref;
use std::ptr::NonNull;

/// A reference to an object that lives as long as the execution. The object is dropped, and its memory freed, when the one
/// that is the owner is dropped: the main thread's, which is the last. Threads that sleep for ever keep it for ever.
#[derive(Debug)]
pub struct Place<T: 'static> {
    object: NonNull<T>,
    is_owner: bool,
}

impl<T> Place<T> {
    /// One reference for the main thread, which owns the object, and `others` more.
    pub fn hands(object: T, others: usize) -> Vec<Self> {
        let object = NonNull::from(Box::leak(Box::new(object)));
        (0..=others).map(|number| Self { object, is_owner: number == 0 }).collect()
    }

    /// The owner, and what `f` makes of the object: ends that borrow from it.
    pub fn lend<R>(object: T, f: impl FnOnce(&'static mut T) -> R) -> (Self, R) {
        let mut object = NonNull::from(Box::leak(Box::new(object)));
        // SAFETY: nobody else knows the object yet. It lives until the owner is dropped; see `get`.
        let made = f(unsafe { object.as_mut() });
        (Self { object, is_owner: true }, made)
    }

    /// As [`lend`](Self::lend), once more, when nobody has a part of the object any longer.
    ///
    /// # Panics
    ///
    /// If this is not the owner.
    pub fn lend_again<R>(&mut self, f: impl FnOnce(&'static mut T) -> R) -> R {
        assert!(self.is_owner, "the owner lends");
        // SAFETY: the other threads have ended, and the main thread has let go of what it had.
        f(unsafe { self.object.as_mut() })
    }

    /// The object, for as long as the execution lasts: so that a hand can also hold what borrows from it.
    pub fn get(&self) -> &'static T {
        // SAFETY: the object lives until the owner is dropped, which the main thread does last, and after all that it has in
        // its hands. What a wrong program does with it afterwards the checker is there to tell.
        unsafe { self.object.as_ref() }
    }
}

impl<T> Deref for Place<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        if self.is_owner {
            // SAFETY: it comes from a box, and nobody else is the owner.
            drop(unsafe { Box::from_raw(self.object.as_ptr()) });
        }
    }
}

/// As many hands as there are references: of each, what `hand` makes of one.
pub fn hands<T: 'static, H>(object: T, others: usize, hand: impl Fn(Place<T>) -> H) -> Vec<H> {
    Place::hands(object, others).into_iter().map(hand).collect()
}
