//! Windows: `WaitOnAddress` and its kin, since Windows 8.
//!
//! There is no system call to name here: the stable interface is this function of a system library, which may do half of
//! the work without the kernel. The time is relative, in milliseconds, and its largest value means for ever. So each call
//! takes what is left, rounded up, and a time-out is only believed when the deadline has come.
//!
//! Source: `WaitOnAddress` in Microsoft's reference, which also says that it may return without a wake-up.

use super::deadline::Deadline;
use crate::atomic::AtomicU32;
use std::time::Duration;
use windows_sys::Win32::Foundation::{ERROR_TIMEOUT, GetLastError};
use windows_sys::Win32::System::Threading::{
    INFINITE, WaitOnAddress, WakeByAddressAll, WakeByAddressSingle,
};

/// The longest time that is not for ever, in milliseconds: 49 days.
const LONGEST: u32 = INFINITE - 1;

/// `left` in whole milliseconds, not less than it is, and at most [`LONGEST`].
fn milliseconds(left: Duration) -> u32 {
    u32::try_from(left.as_nanos().div_ceil(1_000_000)).map_or(LONGEST, |ms| ms.min(LONGEST))
}

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let deadline = Deadline::after(timeout);
    loop {
        let time = deadline.left().map_or(INFINITE, milliseconds);
        // SAFETY: `word` and `expected` outlive the call, and both have the size that is named.
        let woken = unsafe {
            WaitOnAddress(
                word.as_ptr().cast(),
                (&raw const expected).cast(),
                size_of_val(&expected),
                time,
            )
        };
        // SAFETY: reads a value of this thread.
        if woken != 0 || unsafe { GetLastError() } != ERROR_TIMEOUT {
            return true;
        }
        if deadline.left().is_some_and(|left| left.is_zero()) {
            return false;
        }
    }
}

/// Wakes one thread that sleeps on `word`.
#[inline]
pub fn wake_one(word: &AtomicU32) {
    // SAFETY: takes `word` for an address and reads nothing.
    unsafe { WakeByAddressSingle(word.as_ptr().cast()) };
}

/// Wakes all threads that sleep on `word`.
#[inline]
pub fn wake_all(word: &AtomicU32) {
    // SAFETY: takes `word` for an address and reads nothing.
    unsafe { WakeByAddressAll(word.as_ptr().cast()) };
}
