//! FreeBSD: `_umtx_op(2)`, what its own threads library is built on.
//!
//! The time can be absolute, so a wait that a signal interrupts is called again with the same arguments. The operations
//! with `PRIVATE` in their names look for sleepers in this process only.
//!
//! Source: `_umtx_op(2)` in the FreeBSD manual.

use crate::atomic::AtomicU32;
use libc::{c_int, c_long, c_ulong};
use std::io;
use std::ptr::{null_mut, without_provenance_mut};
use std::time::Duration;

/// `timeout` from now; `None` if the clock does not go that far.
fn after(timeout: Duration) -> Option<libc::_umtx_time> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is ours to write.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    assert_eq!(done, 0, "every FreeBSD has CLOCK_MONOTONIC");
    let now = Duration::new(now.tv_sec.try_into().ok()?, now.tv_nsec.try_into().ok()?);
    let end = now.checked_add(timeout)?;
    Some(libc::_umtx_time {
        _timeout: libc::timespec {
            tv_sec: end.as_secs().try_into().ok()?,
            tv_nsec: end.subsec_nanos() as c_long, // Below 10⁹, which fits.
        },
        _flags: libc::UMTX_ABSTIME,
        _clockid: libc::CLOCK_MONOTONIC.try_into().ok()?,
    })
}

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let mut end = timeout.and_then(after);
    // A time with its clock and flags is told from a bare `timespec` by its size, which goes where an address would.
    let (size, end) = match &mut end {
        Some(end) => (size_of_val(end), (&raw mut *end).cast()),
        None => (0, null_mut()),
    };
    loop {
        // SAFETY: `word` outlives the call, and so does what `end` points to, if anything; `size` is its size.
        let ended = unsafe {
            libc::_umtx_op(
                word.as_ptr().cast(),
                libc::UMTX_OP_WAIT_UINT_PRIVATE,
                c_ulong::from(expected),
                without_provenance_mut(size),
                end,
            )
        };
        // 0: woken, or the word differs.
        if ended == 0 {
            return true;
        }
        match io::Error::last_os_error().raw_os_error() {
            Some(libc::ETIMEDOUT) => return false,
            // A signal handler has run. The kernel compares again before it sleeps again.
            Some(libc::EINTR) => {}
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
    // The kernel reads an int.
    wake(word, c_int::MAX);
}

fn wake(word: &AtomicU32, most: c_int) {
    let most = most.unsigned_abs().into();
    let op = libc::UMTX_OP_WAKE_PRIVATE;
    // SAFETY: this operation takes `word` for an address and does not write to it.
    unsafe { libc::_umtx_op(word.as_ptr().cast(), op, most, null_mut(), null_mut()) };
}
