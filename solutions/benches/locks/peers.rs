//! The mutexes that are compared, behind one interface.

use solutions::ch09_locks::mutex_spin::Mutex;
use solutions::ch10_ideas::{
    clh_lock::ClhLock, mcs_lock::McsLock, mutex_fair, ticket_lock::TicketLock,
};

/// What the locks protect: how many critical sections are left.
pub type Left = u64;

/// A lock for one thread at a time.
pub trait Exclusive: Sync {
    /// A free lock.
    fn new(left: Left) -> Self;
    /// Calls `section` with the lock held.
    fn with<R>(&self, section: impl FnOnce(&mut Left) -> R) -> R;
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
exclusive!(TicketLock<Left>, std::convert::identity);
exclusive!(McsLock<Left>, std::convert::identity);
exclusive!(ClhLock<Left>, std::convert::identity);
exclusive!(mutex_fair::Mutex<Left>, std::convert::identity);
exclusive!(spin::mutex::TicketMutex<Left>, std::convert::identity);
