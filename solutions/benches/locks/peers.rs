//! The locks that are compared, behind one interface for each kind.

use solutions::ch09_locks::mutex_spin::Mutex;
use solutions::ch09_locks::rwlock_writer_preference::RwLock;

/// What the locks protect: how many critical sections are left.
pub type Left = u64;

/// A lock for one thread at a time.
pub trait Exclusive: Sync {
    /// A free lock.
    fn new(left: Left) -> Self;
    /// Calls `section` with the lock held.
    fn with<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R;
}

/// A lock for many readers or one writer.
pub trait Shared: Sync {
    /// A free lock.
    fn new(left: Left) -> Self;
    /// Calls `section` beside other readers.
    fn read<R>(&self, section: impl FnOnce(&Left) -> R) -> R;
    /// Calls `section` alone.
    fn write<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R;
}

/// Implements [`Exclusive`] for a mutex. `guard` takes what its `lock` returns to the guard.
macro_rules! exclusive {
    ($mutex:ty, $guard:expr) => {
        impl Exclusive for $mutex {
            fn new(left: Left) -> Self {
                Self::new(left)
            }

            #[inline(always)]
            fn with<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R {
                let mut guard = $guard(self.lock());
                section(&mut guard)
            }
        }
    };
}

exclusive!(Mutex<Left>, std::convert::identity);
exclusive!(std::sync::Mutex<Left>, Result::unwrap);
exclusive!(parking_lot::Mutex<Left>, std::convert::identity);
exclusive!(spin::Mutex<Left>, std::convert::identity);

/// Implements [`Shared`] for a reader-writer lock.
macro_rules! shared {
    ($lock:ty, $read:expr, $write:expr) => {
        impl Shared for $lock {
            fn new(left: Left) -> Self {
                Self::new(left)
            }

            #[inline(always)]
            fn read<R>(&self, section: impl FnOnce(&Left) -> R) -> R {
                let guard = $read(self.read());
                section(&guard)
            }

            #[inline(always)]
            fn write<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R {
                let mut guard = $write(self.write());
                section(&mut guard)
            }
        }
    };
}

shared!(RwLock<Left>, std::convert::identity, std::convert::identity);
shared!(std::sync::RwLock<Left>, Result::unwrap, Result::unwrap);
shared!(parking_lot::RwLock<Left>, std::convert::identity, std::convert::identity);
shared!(spin::RwLock<Left>, std::convert::identity, std::convert::identity);
