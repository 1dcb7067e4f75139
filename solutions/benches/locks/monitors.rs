//! Condition variables, each with a mutex of its own family, behind one interface.

use solutions::ch09_locks::condvar_no_idle_wake::Condvar;
use std::sync::PoisonError;

/// A number under the reference's mutex, and the reference's condition variable.
pub type Locksmith = (parts::Mutex<u64>, Condvar);
/// The same of std.
pub type Std = (std::sync::Mutex<u64>, std::sync::Condvar);
/// The same of `parking_lot`.
pub type ParkingLot = (parking_lot::Mutex<u64>, parking_lot::Condvar);

/// A number under a mutex, and a condition variable for those who wait for a value.
pub trait Monitor: Sync {
    /// A number that nobody waits for.
    fn new(number: u64) -> Self;
    /// Waits until the number is accepted, replaces it, and wakes one who waits.
    fn replace(&self, accept: impl Fn(u64) -> bool, next: u64);
    /// Wakes one who waits, without a change.
    fn notify(&self);
}

impl Monitor for Locksmith {
    fn new(number: u64) -> Self {
        (parts::Mutex::new(number), Condvar::new())
    }

    #[inline(always)]
    fn replace(&self, accept: impl Fn(u64) -> bool, next: u64) {
        let mut number = self.1.wait_while(self.0.lock(), |number| !accept(*number));
        *number = next;
        drop(number);
        self.1.notify_one();
    }

    #[inline(always)]
    fn notify(&self) {
        self.1.notify_one();
    }
}

impl Monitor for Std {
    fn new(number: u64) -> Self {
        (std::sync::Mutex::new(number), std::sync::Condvar::new())
    }

    #[inline(always)]
    fn replace(&self, accept: impl Fn(u64) -> bool, next: u64) {
        let number = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = self.1.wait_while(number, |number| !accept(*number));
        *number.unwrap_or_else(PoisonError::into_inner) = next;
        self.1.notify_one();
    }

    #[inline(always)]
    fn notify(&self) {
        self.1.notify_one();
    }
}

impl Monitor for ParkingLot {
    fn new(number: u64) -> Self {
        (parking_lot::Mutex::new(number), parking_lot::Condvar::new())
    }

    #[inline(always)]
    fn replace(&self, accept: impl Fn(u64) -> bool, next: u64) {
        let mut number = self.0.lock();
        self.1.wait_while(&mut number, |number| !accept(*number));
        *number = next;
        drop(number);
        self.1.notify_one();
    }

    #[inline(always)]
    fn notify(&self) {
        self.1.notify_one();
    }
}
