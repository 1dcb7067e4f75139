//! Atomic types whose every operation is explored. Methods mean what std's mean.
//!
//! Outside of a model they are plain values, for one thread.

pub use std::sync::atomic::{Ordering, compiler_fence};

use crate::core::event::{Op, Request};
use crate::runtime::audit::{self, Part};
use crate::runtime::freed::Freeable;
use crate::runtime::object::{Object, Tag};
use crate::runtime::run::is_inside;
use crate::runtime::sight;
use crate::runtime::{ops, rmw};
use std::cell::UnsafeCell;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::panic::Location;

fn show_nothing(_: u64) -> String {
    String::new()
}

pub(super) static FENCE: Op = Op::plain("fence", 0, show_nothing);

/// A fence, as std's.
#[track_caller]
pub fn fence(order: Ordering) {
    let at = Location::caller();
    assert!(order != Ordering::Relaxed, "there is no such thing as a relaxed fence");
    if is_inside() {
        let order = audit::ordering(at, "fence", Part::Only, order);
        if order != Ordering::Relaxed {
            ops::fence(Request::new(&FENCE, at, order));
        }
    }
}

/// A value that fits into an atomic.
pub(crate) trait Word: Copy + Debug + PartialEq {
    fn to_bits(self) -> u64;
    fn from_bits(bits: u64) -> Self;
}

fn show<T: Word>(bits: u64) -> String {
    format!("{:?}", T::from_bits(bits))
}

/// What all atomic types share.
pub(crate) struct Atomic<T> {
    /// The value before the first operation of an execution.
    plain: UnsafeCell<T>,
    tag: Freeable,
    /// The threads that sleep on this atomic.
    pub(crate) queue: Tag,
}

// SAFETY: all threads of a model run in turn on one OS thread, and outside of a model the caller is alone.
unsafe impl<T> Sync for Atomic<T> {}
// SAFETY: `T` is a plain word; for pointers this is what std promises too.
unsafe impl<T> Send for Atomic<T> {}

/// The operations on a type of value.
pub(super) struct Ops<T>(PhantomData<T>);

impl<T: Word> Ops<T> {
    pub(super) const LOAD: &'static Op = &Op::plain("load", 0, show::<T>);
    pub(super) const STORE: &'static Op = &Op::plain("store", 1, show::<T>);
    const PLAIN_LOAD: &'static Op = &Op::plain("plain read", 0, show::<T>);
    const PLAIN_STORE: &'static Op = &Op::plain("plain write", 1, show::<T>);
    pub(super) const SWAP: &'static Op = &Self::update("swap", |_, new, _| Some(new), 1);
    pub(super) const COMPARE_EXCHANGE: &'static Op =
        &Self::update("compare_exchange", Self::exchange, 2);
    pub(super) const COMPARE_EXCHANGE_WEAK: &'static Op =
        &Self::update("compare_exchange_weak", Self::exchange, 2);

    pub(super) const fn update(
        name: &'static str,
        apply: fn(u64, u64, u64) -> Option<u64>,
        operands: u8,
    ) -> Op {
        Op { apply, updates: true, ..Op::plain(name, operands, show::<T>) }
    }

    fn exchange(old: u64, expected: u64, new: u64) -> Option<u64> {
        (old == expected).then_some(new)
    }
}

impl<T: Word> Atomic<T> {
    #[inline]
    pub(crate) const fn new(value: T) -> Self {
        Self { plain: UnsafeCell::new(value), tag: Freeable::new(), queue: Tag::new() }
    }

    const fn as_ptr(&self) -> *mut T {
        self.plain.get()
    }

    pub(crate) fn object(&self) -> Object<'_> {
        // SAFETY: no reference to the value exists; threads of a model run in turn.
        let init = sight::closed(|| unsafe { *self.plain.get() }.to_bits());
        Object::at(&self.tag, init, self.plain.get(), size_of::<T>())
    }

    /// Performs `change` outside of a model.
    fn outside(&self, change: impl FnOnce(T) -> Option<T>) -> T {
        // SAFETY: outside of a model there is one thread; no reference outlives this call.
        let plain = unsafe { &mut *self.plain.get() };
        let old = *plain;
        if let Some(new) = change(old) {
            *plain = new;
        }
        old
    }

    #[track_caller]
    fn load(&self, order: Ordering) -> T {
        let at = Location::caller();
        assert!(
            !matches!(order, Ordering::Release | Ordering::AcqRel),
            "there is no load with ordering {order:?}"
        );
        if !is_inside() {
            return self.outside(|_| None);
        }
        let order = audit::ordering(at, "load", Part::Only, order);
        T::from_bits(ops::load(self.object(), Request::new(Ops::<T>::LOAD, at, order)))
    }

    #[track_caller]
    fn store(&self, value: T, order: Ordering) {
        let at = Location::caller();
        assert!(
            !matches!(order, Ordering::Acquire | Ordering::AcqRel),
            "there is no store with ordering {order:?}"
        );
        if !is_inside() {
            self.outside(|_| Some(value));
            return;
        }
        let order = audit::ordering(at, "store", Part::Only, order);
        let bits = value.to_bits();
        let request = Request { a: bits, ..Request::new(Ops::<T>::STORE, at, order) };
        ops::store(self.object(), bits, request);
    }

    #[track_caller]
    fn swap(&self, value: T, order: Ordering) -> T {
        self.rmw(Ops::<T>::SWAP, value.to_bits(), order)
    }

    /// A read-modify-write that always writes.
    #[track_caller]
    fn rmw(&self, op: &'static Op, operand: u64, order: Ordering) -> T {
        let at = Location::caller();
        if !is_inside() {
            let new = |old: T| (op.apply)(old.to_bits(), operand, 0).map(T::from_bits);
            return self.outside(new);
        }
        let order = audit::ordering(at, op.name, Part::Only, order);
        let request = Request { a: operand, ..Request::new(op, at, order) };
        T::from_bits(rmw::update(self.object(), request).0)
    }

    #[track_caller]
    fn compare_exchange(
        &self,
        current: T,
        new: T,
        success: Ordering,
        failure: Ordering,
        weak: bool,
    ) -> Result<T, T> {
        let at = Location::caller();
        assert!(
            !matches!(failure, Ordering::Release | Ordering::AcqRel),
            "there is no failure ordering {failure:?}"
        );
        if !is_inside() {
            let old = self.outside(|old| (old == current).then_some(new));
            return if old == current { Ok(old) } else { Err(old) };
        }
        let op = if weak { Ops::<T>::COMPARE_EXCHANGE_WEAK } else { Ops::<T>::COMPARE_EXCHANGE };
        let order = audit::ordering(at, op.name, Part::Success, success);
        let failure = audit::ordering(at, op.name, Part::Failure, failure);
        let (a, b) = (current.to_bits(), new.to_bits());
        let request = Request { op, at, a, b, order, failure, weak, fails: false };
        match rmw::update(self.object(), request) {
            (old, true) => Ok(T::from_bits(old)),
            (old, false) => Err(T::from_bits(old)),
        }
    }

    /// A non-atomic read: it races with every write that does not happen before it.
    #[track_caller]
    fn plain_load(&self) -> T {
        let at = Location::caller();
        if !is_inside() {
            return self.outside(|_| None);
        }
        let request = Request::new(Ops::<T>::PLAIN_LOAD, at, Ordering::Relaxed);
        T::from_bits(ops::plain(self.object(), None, request))
    }

    /// A non-atomic write.
    #[track_caller]
    fn plain_store(&self, value: T) {
        let at = Location::caller();
        if !is_inside() {
            self.outside(|_| Some(value));
            return;
        }
        let bits = value.to_bits();
        let request = Request::new(Ops::<T>::PLAIN_STORE, at, Ordering::Relaxed);
        ops::plain(self.object(), Some(bits), Request { a: bits, ..request });
    }

    /// The newest value; whoever has `&mut` must know of every write.
    #[track_caller]
    fn get_mut(&mut self) -> &mut T {
        if is_inside() {
            let value = self.plain_load();
            // What may be written through the reference is a write, whether or not it is.
            sight::operation(self.object().memory, sight::Kind::WRITE, Location::caller());
            *self.plain.get_mut() = value;
            // From here on it is a new object with this value.
            self.tag.forget();
        }
        self.plain.get_mut()
    }
}

#[path = "atomic_types.rs"]
mod types;
pub use types::*;
