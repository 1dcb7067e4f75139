//! The reader-writer locks that are compared, behind one interface.

use crate::peers::Left;
use solutions::ch09_locks::rwlock_writer_preference::RwLock;

/// A lock for many readers or one writer.
pub trait Shared: Sync {
    /// A free lock.
    fn new(left: Left) -> Self;
    /// Calls `section` beside other readers.
    fn read<R>(&self, section: impl FnOnce(&Left) -> R) -> R;
    /// Calls `section` alone.
    fn write<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R;
}

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
