//! Linux and Android: `futex(2)`.
//!
//! `FUTEX_WAIT_BITSET` and not `FUTEX_WAIT`, because its time is absolute: a wait that a signal interrupts is called again
//! with the same arguments. Its bit set is full, so that every wake-up reaches it. `FUTEX_PRIVATE_FLAG` tells the kernel
//! that no other process has the word, and the virtual address is all that it must look at.
//!
//! Sources: `futex(2)` in the Linux manual; U. Drepper, "Futexes are tricky" (2011).

use crate::atomic::AtomicU32;
use libc::{c_int, c_long};
use std::io;
use std::ptr::null;
use std::time::Duration;

/// Every wake-up is for us.
const ALL_BITS: u32 = u32::MAX;

/// A point of `CLOCK_MONOTONIC` as the system call reads it: two longs. The C library's `timespec` may have grown to 64
/// bits where a long has 32, and this system call has not.
#[repr(C)]
struct Timespec {
    sec: c_long,
    nsec: c_long,
}

/// `timeout` from now; `None` if the clock does not go that far.
fn after(timeout: Duration) -> Option<Timespec> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is ours to write.
    let done = unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    assert_eq!(done, 0, "every Linux has CLOCK_MONOTONIC");
    let now = Duration::new(now.tv_sec.try_into().ok()?, now.tv_nsec.try_into().ok()?);
    let end = now.checked_add(timeout)?;
    Some(Timespec {
        sec: end.as_secs().try_into().ok()?,
        nsec: end.subsec_nanos() as c_long, // Below 10⁹, which fits.
    })
}

/// Sleeps while `word` is `expected`. Returns false if the time ran out.
pub fn wait_for(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> bool {
    let end = timeout.and_then(after);
    loop {
        // SAFETY: `word` and `end` outlive the call, and the arguments are those that this operation of `futex` reads: the
        // time may be null, and the second word is not looked at.
        let ended = unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG,
                expected,
                end.as_ref().map_or(null(), std::ptr::from_ref),
                null::<u32>(),
                ALL_BITS,
            )
        };
        if ended == 0 {
            return true;
        }
        match io::Error::last_os_error().raw_os_error() {
            Some(libc::ETIMEDOUT) => return false,
            // A signal handler has run. The kernel compares again before it sleeps again.
            Some(libc::EINTR) => {}
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
    // SAFETY: this operation takes `word` for an address, aligned as an `AtomicU32` is, and reads nothing.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), op, most) };
}
