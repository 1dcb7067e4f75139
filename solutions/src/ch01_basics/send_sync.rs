//! Seven types, and which of them may go to another thread, or be used by two at once.
//!
//! The compiler derives `Send` and `Sync` from the types of the fields. A raw pointer has neither: it says nothing of who
//! owns what it points to. Where that answer is wrong, an `unsafe impl` gives the right one, and with it a promise.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::mem;
use std::ptr::NonNull;

/// A value on the heap that has one owner, as in a `Box`.
pub struct Owned<T> {
    /// From `Box::into_raw`, and nobody else's.
    value: NonNull<T>,
    owns: PhantomData<T>,
}

// SAFETY: nobody else has the pointer, so the value goes where the `Owned` goes. It is dropped there, too.
unsafe impl<T: Send> Send for Owned<T> {}
// SAFETY: a `&Owned<T>` gives a `&T` and nothing more.
unsafe impl<T: Sync> Sync for Owned<T> {}

impl<T> Owned<T> {
    /// Puts `value` on the heap.
    pub fn new(value: T) -> Self {
        Self { value: NonNull::from(Box::leak(Box::new(value))), owns: PhantomData }
    }

    /// The value.
    pub fn get(&self) -> &T {
        // SAFETY: the pointer is good as long as `self` is, and `&self` keeps `get_mut` away.
        unsafe { self.value.as_ref() }
    }

    /// The value, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: the pointer is good as long as `self` is, and `&mut self` makes this the only reference.
        unsafe { self.value.as_mut() }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came out of a box, and nobody uses it after this.
        drop(unsafe { Box::from_raw(self.value.as_ptr()) });
    }
}

/// A value that is borrowed, as by `&T`.
pub struct View<'a, T> {
    /// From a `&'a T`.
    value: NonNull<T>,
    borrows: PhantomData<&'a T>,
}

// SAFETY: a view gives a `&T`, on whichever thread it is. So sending one shares the `T`.
unsafe impl<T: Sync> Send for View<'_, T> {}
// SAFETY: a shared view gives a `&T` and nothing more.
unsafe impl<T: Sync> Sync for View<'_, T> {}

impl<'a, T> View<'a, T> {
    /// A view of `value`.
    pub fn new(value: &'a T) -> Self {
        Self { value: NonNull::from(value), borrows: PhantomData }
    }

    /// The value.
    pub fn get(&self) -> &'a T {
        // SAFETY: the pointer came from a reference that is good for `'a`.
        unsafe { self.value.as_ref() }
    }
}

/// A value that is borrowed exclusively, as by `&mut T`.
pub struct ViewMut<'a, T> {
    /// From a `&'a mut T`.
    value: NonNull<T>,
    borrows: PhantomData<&'a mut T>,
}

// SAFETY: nobody else can reach the value during `'a`, so whoever has the view has the value, and may move it out.
unsafe impl<T: Send> Send for ViewMut<'_, T> {}
// SAFETY: a `&ViewMut<T>` gives a `&T` and nothing more.
unsafe impl<T: Sync> Sync for ViewMut<'_, T> {}

impl<'a, T> ViewMut<'a, T> {
    /// A view of `value`.
    pub fn new(value: &'a mut T) -> Self {
        Self { value: NonNull::from(value), borrows: PhantomData }
    }

    /// The value.
    pub fn get(&self) -> &T {
        // SAFETY: the pointer is good for `'a`, and `&self` keeps `get_mut` away.
        unsafe { self.value.as_ref() }
    }

    /// The value, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        // SAFETY: the pointer is good for `'a`, and `&mut self` makes this the only reference.
        unsafe { self.value.as_mut() }
    }
}

/// A value on the heap that has several owners, as in an `Rc`. The count is not atomic.
pub struct Counted<T> {
    /// Good as long as the count is not 0.
    shared: NonNull<Shared<T>>,
    owns: PhantomData<Shared<T>>,
}

/// What the owners share.
struct Shared<T> {
    owners: Cell<usize>,
    value: T,
}

// No `Send`, no `Sync`: `clone` and `drop` change the count, and two owners on two threads could do so at once.

impl<T> Counted<T> {
    /// Puts `value` on the heap, with one owner.
    pub fn new(value: T) -> Self {
        let shared = Box::new(Shared { owners: Cell::new(1), value });
        Self { shared: NonNull::from(Box::leak(shared)), owns: PhantomData }
    }

    fn shared(&self) -> &Shared<T> {
        // SAFETY: `self` is counted, so the count is not 0.
        unsafe { self.shared.as_ref() }
    }

    /// The value.
    pub fn get(&self) -> &T {
        &self.shared().value
    }
}

impl<T> Clone for Counted<T> {
    fn clone(&self) -> Self {
        let owners = &self.shared().owners;
        // `mem::forget` can leave owners behind without end; a count that wraps around would free what is still used.
        owners.set(owners.get().checked_add(1).expect("fewer owners than addresses"));
        Self { ..*self }
    }
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        let owners = &self.shared().owners;
        owners.set(owners.get() - 1);
        if owners.get() == 0 {
            // SAFETY: the pointer came out of a box, and this was the last owner.
            drop(unsafe { Box::from_raw(self.shared.as_ptr()) });
        }
    }
}

/// A value that can be exchanged through a shared reference, as in a `Cell`.
pub struct Slot<T> {
    value: UnsafeCell<T>,
}

// Nothing to write: `UnsafeCell<T>` is `Send` where `T` is, and never `Sync`. Two threads could exchange at once.

impl<T> Slot<T> {
    /// A slot with `value` in it.
    pub const fn new(value: T) -> Self {
        Self { value: UnsafeCell::new(value) }
    }

    /// Puts `value` into the slot, and returns what was in it.
    pub fn replace(&self, value: T) -> T {
        // SAFETY: no reference to the value outlives this call, and a `Slot` is used by one thread at a time.
        mem::replace(unsafe { &mut *self.value.get() }, value)
    }
}

/// A value that can only be reached by whoever may change it.
pub struct Exclusive<T> {
    value: T,
}

// SAFETY: a `&Exclusive<T>` gives nothing at all, so any number of threads may have one, whatever `T` is.
unsafe impl<T> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    /// Locks `value` up.
    pub const fn new(value: T) -> Self {
        Self { value }
    }

    /// The value, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// The address of a value, to tell it from others. It is never followed.
pub struct Token<T> {
    address: *const T,
}

// SAFETY: an address is a number. No method makes it into a reference.
unsafe impl<T> Send for Token<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Token<T> {}

impl<T> Token<T> {
    /// The token of `value`, as long as it stays where it is.
    pub const fn of(value: &T) -> Self {
        Self { address: value }
    }

    /// Is this the token of `value`?
    pub fn is_of(&self, value: &T) -> bool {
        self.address == value
    }
}
