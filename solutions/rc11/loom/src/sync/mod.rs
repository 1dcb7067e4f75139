//! What is shared between threads.

mod arc;
mod notify;

pub use arc::Arc;
pub use notify::Notify;
pub use rc11::sync::{
    Barrier, BarrierWaitResult, Condvar, LazyLock, LockResult, Mutex, MutexGuard, Once, OnceLock,
    OnceState, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
    WaitTimeoutResult, mpsc,
};

/// Atomic types and fences.
pub mod atomic {
    pub use rc11::atomic::*;
    pub use rc11::hint::spin_loop as spin_loop_hint;
}
