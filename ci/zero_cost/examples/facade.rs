//! The reference's lock, over `sync`.

use solutions::ch04_spin_lock::guard::SpinLock;

/// Locks, adds and unlocks.
#[unsafe(no_mangle)]
pub fn add(lock: &SpinLock<u64>, n: u64) -> u64 {
    let mut guard = lock.lock();
    *guard += n;
    *guard
}
