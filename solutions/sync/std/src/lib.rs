#![doc = include_str!("../README.md")]

pub mod absent;
pub mod alloc;
pub mod arch;
pub mod cell;
pub mod futex;
pub mod hint;
pub mod judge;
mod model;
pub mod track;

pub use model::{
    Counters, Model, Stuck, Turn, catch_panic, counters, expect_panic, free, model, panic_quietly,
};
/// Locks, conditions, channels and values that are made once: std's own.
pub use std::sync::{
    Barrier, BarrierWaitResult, Condvar, LazyLock, LockResult, Mutex, MutexGuard, Once, OnceLock,
    OnceState, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
    WaitTimeoutResult, mpsc,
};
/// Values of which each thread has one of its own: std's own.
pub use std::thread_local;

/// Atomic types and fences: std's own.
pub mod atomic {
    pub use std::sync::atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
        AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering, compiler_fence, fence,
    };
}

/// Threads: std's own.
pub mod thread {
    pub use std::thread::{
        AccessError, Builder, JoinHandle, LocalKey, Result, Scope, ScopedJoinHandle, Thread,
        ThreadId, available_parallelism, current, panicking, park, park_timeout, scope, sleep,
        spawn, yield_now,
    };
}
