//! OpenBSD: `futex(2)`, with the first operations of Linux's and a function in the C library.
//!
//! The time is relative, so what is left is computed anew for each call.
//!
//! Source: `futex(2)` in the OpenBSD manual. Since 6.2.

use super::deadline::Deadline;
use crate::atomic::AtomicU32;
use libc::c_int;
use std::io;
use std::ptr::{null, null_mut};
use std::time::Duration;

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let deadline = Deadline::after(timeout);
    loop {
        let left = deadline.left().and_then(|left| {
            let tv_sec = left.as_secs().try_into().ok()?;
            Some(libc::timespec { tv_sec, tv_nsec: left.subsec_nanos().into() })
        });
        // SAFETY: `word` and `left` outlive the call; the time may be null, and the second word is not looked at.
        let ended = unsafe {
            libc::futex(
                word.as_ptr(),
                libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
                expected.cast_signed(),
                left.as_ref().map_or(null(), std::ptr::from_ref),
                null_mut(),
            )
        };
        if ended == 0 {
            return true;
        }
        match io::Error::last_os_error().raw_os_error() {
            // The kernel counts in ticks; a wait is not over before its deadline.
            Some(libc::ETIMEDOUT) if deadline.left().is_some_and(|left| left.is_zero()) => {
                return false;
            }
            // Or a signal handler has run (ECANCELED if it was installed with SA_RESTART).
            Some(libc::ETIMEDOUT | libc::EINTR | libc::ECANCELED) => {}
            // EAGAIN: the word differs. There are no others for arguments that are right.
            _ => return true,
        }
    }
}

/// Wakes one thread that sleeps on `word`.
#[inline]
pub fn wake_one(word: &AtomicU32) {
    wake(word, 1);
}

/// Wakes all threads that sleep on `word`.
#[inline]
pub fn wake_all(word: &AtomicU32) {
    wake(word, c_int::MAX);
}

fn wake(word: &AtomicU32, most: c_int) {
    let op = libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG;
    // SAFETY: this operation takes `word` for an address and reads nothing.
    unsafe { libc::futex(word.as_ptr(), op, most, null(), null_mut()) };
}
