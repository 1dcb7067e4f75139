//! The atomic types, one for each of std's.

use super::{Atomic, Op, Ops, Ordering, Word};
use std::cell::UnsafeCell;
use std::marker::PhantomData;

macro_rules! methods {
    ($name:ident, $value:ty) => {
        impl $name {
            /// An atomic with this value.
            #[inline]
            pub const fn new(value: $value) -> Self {
                Self(Atomic::new(value))
            }

            /// Reads the value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                self.0.load(order)
            }

            /// Writes the value.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                self.0.store(value, order);
            }

            /// Writes the value and returns the one before.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                self.0.rmw(Ops::<$value>::SWAP, Word::to_bits(value), order)
            }

            /// Writes `new` if the value is `current`; returns the value before.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.0.compare_exchange(current, new, success, failure, false)
            }

            /// As `compare_exchange`, but may fail for no reason. The checker makes it do so.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $value,
                new: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.0.compare_exchange(current, new, success, failure, true)
            }

            /// Applies `f` until it has been stored or `f` gives up.
            #[track_caller]
            pub fn fetch_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut old = self.load(fetch);
                while let Some(new) = f(old) {
                    match self.compare_exchange_weak(old, new, set, fetch) {
                        Ok(old) => return Ok(old),
                        Err(now) => old = now,
                    }
                }
                Err(old)
            }

            /// As `fetch_update`, under the name that std gave it later.
            #[track_caller]
            pub fn try_update(
                &self,
                set: Ordering,
                fetch: Ordering,
                f: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                self.fetch_update(set, fetch, f)
            }

            /// Applies `f` until it has been stored; returns the value before.
            #[track_caller]
            pub fn update(
                &self,
                set: Ordering,
                fetch: Ordering,
                mut f: impl FnMut($value) -> $value,
            ) -> $value {
                match self.fetch_update(set, fetch, |old| Some(f(old))) {
                    Ok(old) | Err(old) => old,
                }
            }

            /// Reads non-atomically: a data race with every write that does not happen before.
            ///
            /// # Safety
            ///
            /// None is needed in a model, which finds the race.
            #[track_caller]
            pub unsafe fn unsync_load(&self) -> $value {
                self.0.plain_load()
            }

            /// Writes non-atomically.
            ///
            /// # Safety
            ///
            /// As for `unsync_load`.
            #[track_caller]
            pub unsafe fn unsync_store(&self, value: $value) {
                self.0.plain_store(value);
            }

            /// The value itself: nobody else has a reference.
            #[track_caller]
            pub fn get_mut(&mut self) -> &mut $value {
                self.0.get_mut()
            }

            /// Unwraps the value.
            #[track_caller]
            pub fn into_inner(mut self) -> $value {
                *self.0.get_mut()
            }
        }
    };
}

macro_rules! integer {
    ($($name:ident $value:ident),*) => {$(
        #[doc = concat!("An atomic `", stringify!($value), "`.")]
        #[derive(Debug)]
        pub struct $name(Atomic<$value>);

        impl Word for $value {
            fn to_bits(self) -> u64 {
                self as u64
            }
            fn from_bits(bits: u64) -> Self {
                bits as $value
            }
        }

        methods!($name, $value);

        impl Default for $name {
            fn default() -> Self {
                Self::new(0)
            }
        }

        impl From<$value> for $name {
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        fetch!($name, $value,
            fetch_add "Adds, wrapping around", |old, operand| old.wrapping_add(operand);
            fetch_sub "Subtracts, wrapping around", |old, operand| old.wrapping_sub(operand);
            fetch_and "Ands the bits", |old, operand| old & operand;
            fetch_nand "Nands the bits", |old, operand| !(old & operand);
            fetch_or "Ors the bits", |old, operand| old | operand;
            fetch_xor "Xors the bits", |old, operand| old ^ operand;
            fetch_max "Takes the larger", |old, operand| old.max(operand);
            fetch_min "Takes the smaller", |old, operand| old.min(operand)
        );
    )*};
}

macro_rules! fetch {
    ($name:ident, $value:ty, $($op:ident $doc:literal, |$old:ident, $operand:ident| $new:expr);*) => {
        impl $name {$(
            #[doc = concat!($doc, "; returns the value before.")]
            #[track_caller]
            pub fn $op(&self, $operand: $value, order: Ordering) -> $value {
                const OP: &Op = &Ops::<$value>::update(stringify!($op), |old, operand, _| {
                    let ($old, $operand) = (<$value as Word>::from_bits(old), <$value as Word>::from_bits(operand));
                    Some(Word::to_bits($new))
                }, 1);
                self.0.rmw(OP, Word::to_bits($operand), order)
            }
        )*}
    };
}

integer!(
    AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize,
    AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize
);

/// An atomic `bool`.
#[derive(Debug)]
pub struct AtomicBool(Atomic<bool>);

impl Word for bool {
    fn to_bits(self) -> u64 {
        self.into()
    }
    fn from_bits(bits: u64) -> Self {
        bits != 0
    }
}

methods!(AtomicBool, bool);

impl Default for AtomicBool {
    fn default() -> Self {
        Self::new(false)
    }
}

impl From<bool> for AtomicBool {
    fn from(value: bool) -> Self {
        Self::new(value)
    }
}

fetch!(AtomicBool, bool,
    fetch_and "Ands", |old, operand| old & operand;
    fetch_nand "Nands", |old, operand| !(old & operand);
    fetch_or "Ors", |old, operand| old | operand;
    fetch_xor "Xors", |old, operand| old ^ operand
);

impl AtomicBool {
    /// Negates; returns the value before.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

/// What an [`AtomicPtr`] is but for the type that it points to. So its operations are compiled in this crate, and not where a
/// program uses them.
#[derive(Debug)]
struct Pointer(Atomic<*mut ()>);

impl Word for *mut () {
    fn to_bits(self) -> u64 {
        self.expose_provenance() as u64
    }
    fn from_bits(bits: u64) -> Self {
        std::ptr::with_exposed_provenance_mut(bits as usize)
    }
}

methods!(Pointer, *mut ());

/// An atomic pointer.
#[derive(Debug)]
pub struct AtomicPtr<T> {
    pointer: Pointer,
    of: PhantomData<UnsafeCell<*mut T>>,
}

// SAFETY: as std's: it hands out pointers, which are safe to have.
unsafe impl<T> Send for AtomicPtr<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for AtomicPtr<T> {}

impl<T> AtomicPtr<T> {
    /// An atomic with this value.
    #[inline]
    pub const fn new(value: *mut T) -> Self {
        Self { pointer: Pointer::new(value.cast()), of: PhantomData }
    }

    /// Reads the value.
    #[track_caller]
    pub fn load(&self, order: Ordering) -> *mut T {
        self.pointer.load(order).cast()
    }

    /// Writes the value.
    #[track_caller]
    pub fn store(&self, value: *mut T, order: Ordering) {
        self.pointer.store(value.cast(), order);
    }

    /// Writes the value and returns the one before.
    #[track_caller]
    pub fn swap(&self, value: *mut T, order: Ordering) -> *mut T {
        self.pointer.swap(value.cast(), order).cast()
    }

    /// Writes `new` if the value is `current`; returns the value before.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn compare_exchange(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        typed(self.pointer.compare_exchange(current.cast(), new.cast(), success, failure))
    }

    /// As `compare_exchange`, but may fail for no reason. The checker makes it do so.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn compare_exchange_weak(
        &self,
        current: *mut T,
        new: *mut T,
        success: Ordering,
        failure: Ordering,
    ) -> Result<*mut T, *mut T> {
        typed(self.pointer.compare_exchange_weak(current.cast(), new.cast(), success, failure))
    }

    /// Applies `f` until it has been stored or `f` gives up.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn fetch_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut f: impl FnMut(*mut T) -> Option<*mut T>,
    ) -> Result<*mut T, *mut T> {
        let f = |old: *mut ()| f(old.cast()).map(<*mut T>::cast);
        typed(self.pointer.fetch_update(set, fetch, f))
    }

    /// As `fetch_update`, under the name that std gave it later.
    #[track_caller]
    #[allow(clippy::missing_errors_doc)]
    pub fn try_update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut f: impl FnMut(*mut T) -> Option<*mut T>,
    ) -> Result<*mut T, *mut T> {
        let f = |old: *mut ()| f(old.cast()).map(<*mut T>::cast);
        typed(self.pointer.try_update(set, fetch, f))
    }

    /// Applies `f` until it has been stored; returns the value before.
    #[track_caller]
    pub fn update(
        &self,
        set: Ordering,
        fetch: Ordering,
        mut f: impl FnMut(*mut T) -> *mut T,
    ) -> *mut T {
        self.pointer.update(set, fetch, |old| f(old.cast()).cast()).cast()
    }

    /// Reads non-atomically: a data race with every write that does not happen before.
    ///
    /// # Safety
    ///
    /// None is needed in a model, which finds the race.
    #[track_caller]
    pub unsafe fn unsync_load(&self) -> *mut T {
        // SAFETY: as promised by the caller.
        unsafe { self.pointer.unsync_load() }.cast()
    }

    /// Writes non-atomically.
    ///
    /// # Safety
    ///
    /// As for `unsync_load`.
    #[track_caller]
    pub unsafe fn unsync_store(&self, value: *mut T) {
        // SAFETY: as promised by the caller.
        unsafe { self.pointer.unsync_store(value.cast()) };
    }

    /// The value itself: nobody else has a reference.
    #[track_caller]
    pub fn get_mut(&mut self) -> &mut *mut T {
        let value: *mut *mut () = self.pointer.get_mut();
        // SAFETY: pointers to types of known size have one layout, and `self` stays borrowed.
        unsafe { &mut *value.cast() }
    }

    /// Unwraps the value.
    #[track_caller]
    pub fn into_inner(self) -> *mut T {
        self.pointer.into_inner().cast()
    }
}

fn typed<T>(result: Result<*mut (), *mut ()>) -> Result<*mut T, *mut T> {
    result.map(<*mut ()>::cast).map_err(<*mut ()>::cast)
}

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(std::ptr::null_mut())
    }
}

impl<T> From<*mut T> for AtomicPtr<T> {
    fn from(value: *mut T) -> Self {
        Self::new(value)
    }
}

impl AtomicU32 {
    pub(crate) fn atomic(&self) -> &Atomic<u32> {
        &self.0
    }
}
