//! The atomic types, one for each of std's.

use super::{Atomic, Op, Ops, Ordering, Word};
use std::fmt;
use std::marker::PhantomData;
use std::ptr;

/// What each type can do. Values of `$value` are those of `$inner` as `$word`: it is the same type, except for pointers.
macro_rules! methods {
    ($name:ident, $value:ty, $inner:ident, $word:ty $(, $generic:ident)?) => {
        impl$(<$generic>)? $name$(<$generic>)? {
            /// An atomic with this value.
            #[inline]
            pub const fn new(value: $value) -> Self {
                Self($inner::new(value as $word) $(, PhantomData::<*mut $generic>)?)
            }

            /// Reads the value.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                self.0.load(order) as $value
            }

            /// Writes the value.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                self.0.store(value as $word, order);
            }

            /// Writes the value and returns the one before.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                self.0.swap(value as $word, order) as $value
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
                let (current, new) = (current as $word, new as $word);
                match self.0.compare_exchange(current, new, success, failure, false) {
                    Ok(old) => Ok(old as $value),
                    Err(old) => Err(old as $value),
                }
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
                let (current, new) = (current as $word, new as $word);
                match self.0.compare_exchange(current, new, success, failure, true) {
                    Ok(old) => Ok(old as $value),
                    Err(old) => Err(old as $value),
                }
            }

            /// As `compare_exchange` with the strongest ordering on failure that `order` has; returns the value before.
            #[deprecated = "use `compare_exchange`, which also says whether it wrote"]
            #[track_caller]
            pub fn compare_and_swap(&self, current: $value, new: $value, order: Ordering) -> $value {
                let failure = match order {
                    Ordering::SeqCst => Ordering::SeqCst,
                    Ordering::Acquire | Ordering::AcqRel => Ordering::Acquire,
                    _ => Ordering::Relaxed,
                };
                match self.compare_exchange(current, new, order, failure) {
                    Ok(old) | Err(old) => old,
                }
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
                self.0.plain_load() as $value
            }

            /// Writes non-atomically.
            ///
            /// # Safety
            ///
            /// As for `unsync_load`.
            #[track_caller]
            pub unsafe fn unsync_store(&self, value: $value) {
                self.0.plain_store(value as $word);
            }

            /// The value itself: nobody else has a reference.
            #[track_caller]
            pub fn get_mut(&mut self) -> &mut $value {
                let value = ptr::from_mut(self.0.get_mut());
                // SAFETY: a pointer is the same in memory whatever it points to, and any other value is what it is.
                unsafe { &mut *value.cast::<$value>() }
            }

            /// Calls `f` with the value itself: loom's way to `get_mut`.
            #[track_caller]
            pub fn with_mut<R>(&mut self, f: impl FnOnce(&mut $value) -> R) -> R {
                f(self.get_mut())
            }

            /// Unwraps the value.
            #[track_caller]
            pub fn into_inner(mut self) -> $value {
                *self.get_mut()
            }

            /// An address that tells this atomic from others. What is read and written there is not what the model sees.
            pub const fn as_ptr(&self) -> *mut $value {
                self.0.as_ptr().cast()
            }
        }

        impl$(<$generic>)? fmt::Debug for $name$(<$generic>)? {
            /// As std's: a relaxed load.
            #[track_caller]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.load(Ordering::Relaxed).fmt(f)
            }
        }
    };
}

macro_rules! integer {
    ($($name:ident $value:ident),*) => {$(
        #[doc = concat!("An atomic `", stringify!($value), "`.")]
        pub struct $name(Atomic<$value>);

        impl Word for $value {
            fn to_bits(self) -> u64 {
                self as u64
            }
            fn from_bits(bits: u64) -> Self {
                bits as $value
            }
        }

        methods!($name, $value, Atomic, $value);

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
pub struct AtomicBool(Atomic<bool>);

impl Word for bool {
    fn to_bits(self) -> u64 {
        self.into()
    }
    fn from_bits(bits: u64) -> Self {
        bits != 0
    }
}

methods!(AtomicBool, bool, Atomic, bool);

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

/// An atomic pointer.
pub struct AtomicPtr<T>(Address, PhantomData<*mut T>);

/// What an atomic pointer does, whatever it points to. Nothing of it is generic: so it is compiled here, and not for each type with the
/// code under test, where it would be slow, and seen.
struct Address(Atomic<*mut ()>);

impl Address {
    #[inline]
    const fn new(value: *mut ()) -> Self {
        Self(Atomic::new(value))
    }

    #[track_caller]
    fn load(&self, order: Ordering) -> *mut () {
        self.0.load(order)
    }

    #[track_caller]
    fn store(&self, value: *mut (), order: Ordering) {
        self.0.store(value, order);
    }

    #[track_caller]
    fn swap(&self, value: *mut (), order: Ordering) -> *mut () {
        self.0.swap(value, order)
    }

    #[track_caller]
    fn compare_exchange(
        &self,
        current: *mut (),
        new: *mut (),
        success: Ordering,
        failure: Ordering,
        weak: bool,
    ) -> Result<*mut (), *mut ()> {
        self.0.compare_exchange(current, new, success, failure, weak)
    }

    #[track_caller]
    fn plain_load(&self) -> *mut () {
        self.0.plain_load()
    }

    #[track_caller]
    fn plain_store(&self, value: *mut ()) {
        self.0.plain_store(value);
    }

    #[track_caller]
    fn get_mut(&mut self) -> &mut *mut () {
        self.0.get_mut()
    }

    const fn as_ptr(&self) -> *mut *mut () {
        self.0.as_ptr()
    }
}

// SAFETY: as std's: who shares an address shares no more.
unsafe impl<T> Sync for AtomicPtr<T> {}
// SAFETY: as above.
unsafe impl<T> Send for AtomicPtr<T> {}

impl Word for *mut () {
    fn to_bits(self) -> u64 {
        self.expose_provenance() as u64
    }
    fn from_bits(bits: u64) -> Self {
        ptr::with_exposed_provenance_mut(bits as usize)
    }
}

methods!(AtomicPtr, *mut T, Address, *mut (), T);

impl<T> Default for AtomicPtr<T> {
    fn default() -> Self {
        Self::new(ptr::null_mut())
    }
}

impl<T> From<*mut T> for AtomicPtr<T> {
    fn from(pointer: *mut T) -> Self {
        Self::new(pointer)
    }
}

impl<T> fmt::Pointer for AtomicPtr<T> {
    /// As std's: a relaxed load.
    #[track_caller]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.load(Ordering::Relaxed), f)
    }
}

macro_rules! fetch_address {
    ($($op:ident($operand:ident) $doc:literal, |$old:ident| $new:expr, $bytes:expr);* $(;)?) => {
        impl Address {$(
            #[track_caller]
            fn $op(&self, operand: u64, order: Ordering) -> *mut () {
                const OP: &Op = &Ops::<*mut ()>::update(stringify!($op), |$old, $operand, _| Some($new), 1);
                self.0.rmw(OP, operand, order)
            }
        )*}

        impl<T> AtomicPtr<T> {$(
            #[doc = concat!($doc, "; returns the pointer before.")]
            #[track_caller]
            pub fn $op(&self, $operand: usize, order: Ordering) -> *mut T {
                let $operand = $operand as u64;
                self.0.$op($bytes, order) as *mut T
            }
        )*}
    };
}

fetch_address!(
    fetch_ptr_add(count) "Adds so many times the size of `T`, wrapping around",
        |old| old.wrapping_add(count), count.wrapping_mul(size_of::<T>() as u64);
    fetch_ptr_sub(count) "Subtracts so many times the size of `T`, wrapping around",
        |old| old.wrapping_sub(count), count.wrapping_mul(size_of::<T>() as u64);
    fetch_byte_add(bytes) "Adds bytes, wrapping around", |old| old.wrapping_add(bytes), bytes;
    fetch_byte_sub(bytes) "Subtracts bytes, wrapping around", |old| old.wrapping_sub(bytes), bytes;
    fetch_or(bits) "Ors the bits of the address", |old| old | bits, bits;
    fetch_and(bits) "Ands the bits of the address", |old| old & bits, bits;
    fetch_xor(bits) "Xors the bits of the address", |old| old ^ bits, bits;
);

impl AtomicU32 {
    pub(crate) fn atomic(&self) -> &Atomic<u32> {
        &self.0
    }
}
