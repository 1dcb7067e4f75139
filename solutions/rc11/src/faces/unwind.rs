//! What may be used after a panic that was caught: what std says of its types.
//!
//! The words of a lock tell what a panic has left, and an atomic has no state in between.

use super::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
};
use super::sync::mpsc::{Receiver, Sender, SyncSender};
use super::sync::{Barrier, Condvar, LazyLock, Mutex, Once, OnceLock, RwLock};
use std::panic::{RefUnwindSafe, UnwindSafe};

macro_rules! always {
    ($([$($parameter:tt)*] $name:ty;)*) => {$(
        impl<$($parameter)*> UnwindSafe for $name {}
        impl<$($parameter)*> RefUnwindSafe for $name {}
    )*};
}

always! {
    [] Barrier;
    [] Condvar;
    [] Once;
    [T: ?Sized] Mutex<T>;
    [T: ?Sized] RwLock<T>;
    [T] Sender<T>;
    [T] SyncSender<T>;
    [T] Receiver<T>;
}

impl<T: UnwindSafe> UnwindSafe for OnceLock<T> {}
impl<T: UnwindSafe + RefUnwindSafe> RefUnwindSafe for OnceLock<T> {}
impl<T: UnwindSafe, F: UnwindSafe> UnwindSafe for LazyLock<T, F> {}
impl<T: UnwindSafe + RefUnwindSafe, F: UnwindSafe> RefUnwindSafe for LazyLock<T, F> {}

// `UnwindSafe` they have by themselves, one of pointers if what it points to may be looked at.
macro_rules! atomics {
    ($($name:ident)*) => {$(impl RefUnwindSafe for $name {})*};
}

atomics! {
    AtomicBool AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize
}
impl<T> RefUnwindSafe for AtomicPtr<T> {}
