//! Seven types, and which of them may go to another thread, or be used by two at once.
//!
//! The book's page on this exercise: chapter 1, "Who may go where".

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

// Your turn: for which `T` is an `Owned<T>` `Send`, for which is it `Sync`? The compiler has an answer already, from the
// fields. Where it is not the right one, write `unsafe impl`s here, and say why they are true. Look at what the methods
// give, and to whom. Each type should be `Send` and `Sync` wherever that is sound, and nowhere else.

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
        todo!()
    }
}

/// A value that is borrowed, as by `&T`.
pub struct View<'a, T> {
    /// From a `&'a T`.
    value: NonNull<T>,
    borrows: PhantomData<&'a T>,
}

// Your turn, as above: what goes to another thread when a view does?

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

// Your turn, as above.

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

// Your turn, as above. What do `clone` and `drop` touch?

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
        // `Self { ..*self }` copies the pointer.
        todo!()
    }
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        todo!()
    }
}

/// A value that can be exchanged through a shared reference, as in a `Cell`.
pub struct Slot<T> {
    value: UnsafeCell<T>,
}

// Your turn, as above. Is there anything to write?

impl<T> Slot<T> {
    /// A slot with `value` in it.
    pub const fn new(value: T) -> Self {
        Self { value: UnsafeCell::new(value) }
    }

    /// Puts `value` into the slot, and returns what was in it.
    pub fn replace(&self, value: T) -> T {
        todo!()
    }
}

/// A value that can only be reached by whoever may change it.
pub struct Exclusive<T> {
    value: T,
}

// Your turn, as above. What can one do with a `&Exclusive<T>`?

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

// Your turn, as above.

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

#[test] // "Run test" in your editor grades this file, as `cargo test send_sync` does.
fn grade() {}
